#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use pollster::block_on;
use serde_json::json;

use super::*;
use crate::{
    calls::EXTERNAL,
    fake::{Fake, Fault, When, authority, project, read, user},
    types::{
        AlertConfig, DatabaseUser, ExpiryAlertChange, NewDatabaseUser, Role, UserSecurity, X509Type,
    },
};

fn new_user(username: &str) -> NewDatabaseUser {
    NewDatabaseUser {
        group_id: project().to_string(),
        database_name: EXTERNAL,
        username: username.to_owned(),
        x509_type: X509Type::Customer,
        roles: vec![Role::on("readAnyDatabase", "admin")],
        scopes: Vec::new(),
        description: String::new(),
    }
}

fn is_ours(user: &DatabaseUser) -> bool {
    user.roles == new_user("CN=a").roles
}

fn create(fake: &Fake) -> Result<Settled<DatabaseUser>, Error> {
    block_on(
        fake.client()
            .create_database_user(&project(), &new_user("CN=a"), is_ours),
    )
}

fn gone(user: Option<&DatabaseUser>) -> Seen {
    user.map_or(Seen::InPlace(()), |_| Seen::Before)
}

fn bundle(
    before: Option<&str>,
    after: Option<&str>,
) -> impl AsyncFn(&UserSecurity) -> Result<Seen, Error> {
    async move |security| {
        let authorities = security.customer_x509.bundle().map(read);
        let first = authorities.as_ref().map(|all| all[0].title.as_str());
        Ok(match first {
            first if first == after => Seen::InPlace(()),
            first if first == before => Seen::Before,
            _ => Seen::Other,
        })
    }
}

fn slept(fake: &Fake) -> Vec<u64> {
    let world = fake.0.borrow();
    let millis = |pause: &Duration| u64::try_from(pause.as_millis()).unwrap();
    world.slept.iter().map(millis).collect()
}

#[test]
fn a_list_is_read_page_by_page_and_no_address_is_followed() {
    let users: Vec<_> = (0..7).map(|n| user(&format!("CN={n}"), "read")).collect();
    for (page_size, calls) in [(500, 1), (7, 1), (3, 3), (1, 7)] {
        let fake = Fake::new(None, &users);
        fake.0.borrow_mut().page_size = page_size;
        let read = block_on(fake.client().database_users(&project())).unwrap();
        assert_eq!(read.len(), 7);
        assert_eq!(fake.0.borrow().calls.len(), calls);
        assert!(
            fake.0.borrow().calls[0]
                .target
                .ends_with("?itemsPerPage=500&pageNum=1")
        );
    }
}

#[test]
fn histories_are_read_leniently() {
    let fake = Fake::new(None, &[]);
    fake.0.borrow_mut().access_logs = vec![
        json!({"authResult": false, "authSource": "$external", "username": "CN=a", "failureReason": "why"}),
        json!({"odd": null}),
    ];
    let history = block_on(fake.client().history(&project(), "a", 0)).unwrap();
    let attempts = history.attempts();
    assert_eq!(attempts.len(), 2);
    assert_eq!(history.refusal_of(&attempts[0]), Some("why"));
    assert_eq!(history.name_of(&attempts[1]), "");
    let events = block_on(fake.client().events(&project())).unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(
        (events[0].what(), events[0].who()),
        ("A database user was made", "abcdefgh")
    );
}

#[test]
fn of_an_alert_only_the_days_change() {
    const ID: &str = "66a1c0de0000000000000001";
    let fake = Fake::new(Some("A"), &[]);
    let before = json!({
        "id": ID, "eventTypeName": "X", "enabled": false, "matchers": [{"odd": 1}],
        "notifications": [{"typeName": "WEBHOOK", "webhookUrl": "****"}],
        "threshold": {"operator": "LESS_THAN", "threshold": 30, "units": "DAYS"},
    });
    fake.0.borrow_mut().alert_configs = vec![before.clone()];
    // An answer that is lost: what is there afterwards tells.
    fake.fault(When::Write, Fault::DropAfter);
    let change = ExpiryAlertChange {
        days: 60,
        without: Vec::new(),
        also: Some("ops@acme.example".to_owned()),
    };
    let settled = block_on(fake.client().change_alert_config(&project(), ID, &change)).unwrap();
    assert_eq!(settled, Settled::Written(()));
    let mut after = before;
    after["enabled"] = true.into();
    after["threshold"]["threshold"] = 60.into();
    let mail = json!({"typeName": "EMAIL", "emailAddress": "ops@acme.example", "intervalMin": 1440, "delayMin": 0});
    after["notifications"] = json!([after["notifications"][0], mail]);
    assert_eq!(fake.0.borrow().alert_configs, [after]);

    let nobody = "66a1c0de0000000000000002";
    let settled = block_on(
        fake.client()
            .change_alert_config(&project(), nobody, &change),
    )
    .unwrap();
    assert_eq!(settled, Settled::Changed { unclear: false });
}

#[test]
fn a_read_is_tried_five_times_with_growing_pauses() {
    for fault in [
        Fault::Status(429, "RATE_LIMITED"),
        Fault::Status(503, ""),
        Fault::Status(500, ""),
        Fault::DropBefore,
    ] {
        let fake = Fake::new(Some("A"), &[]);
        for _ in 0..4 {
            fake.fault(When::Read, fault.clone());
        }
        assert!(block_on(fake.client().user_security(&project())).is_ok());
        assert_eq!(slept(&fake), [500, 1_000, 2_000, 4_000]);

        for _ in 0..5 {
            fake.fault(When::Read, fault.clone());
        }
        assert!(block_on(fake.client().user_security(&project())).is_err());
        assert_eq!(fake.0.borrow().calls.len(), 10);
    }
}

#[test]
fn what_atlas_asks_to_wait_is_the_least() {
    for (asked, pauses) in [
        ("3", vec![3_500]),
        ("0", vec![500]),
        ("soon", vec![500]),
        ("86400", vec![]),
    ] {
        let fake = Fake::new(None, &[]);
        fake.0.borrow_mut().retry_after = Some(asked);
        fake.fault(When::Read, Fault::Status(429, "RATE_LIMITED"));
        let result = block_on(fake.client().user_security(&project()));
        assert_eq!(slept(&fake), pauses);
        assert_eq!(
            result.is_ok(),
            !pauses.is_empty(),
            "too long a wait is said instead"
        );
    }
}

#[test]
fn what_cannot_get_better_is_not_tried_again() {
    for (status, code) in [
        (400, "ATLAS_INVALID_ROLE"),
        (401, "UNEXPECTED_ERROR"),
        (401, "USER_UNAUTHORIZED"),
        (402, "ACCOUNT_SUSPENDED"),
        (403, "READ_ONLY"),
        (404, ""),
        (405, "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"),
        (409, ""),
        (410, "VERSION_GONE"),
    ] {
        let fake = Fake::new(None, &[]);
        fake.fault(When::Write, Fault::Status(status, code));
        let error = create(&fake).unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert_eq!(fake.0.borrow().calls.len(), 1);
        assert!(!error.may_have_been_carried_out());
    }
}

#[test]
fn a_write_that_may_have_been_carried_out_is_settled_by_reading() {
    for fault in [
        Fault::DropAfter,
        Fault::StatusAfterEffect(503),
        Fault::StatusAfterEffect(504),
        Fault::Garbled,
    ] {
        let fake = Fake::new(Some("A"), &[user("CN=old", "read")]);
        let client = fake.client();
        fake.fault(When::Write, fault.clone());
        assert!(matches!(create(&fake), Ok(Settled::Written(_))));
        let settled = block_on(async {
            if !matches!(fault, Fault::Garbled) {
                fake.fault(When::Write, fault.clone());
            }
            let (project, pem) = (project(), authority("B").pem);
            let replaced = client.replace_bundle(&project, &pem, bundle(Some("A"), Some("B")));
            let replaced = replaced.await;
            let deleted = client.delete_database_user(&project, "CN=old", gone).await;
            fake.fault(When::Write, fault.clone());
            let disabled = client.disable_x509(&project, bundle(Some("B"), None));
            [replaced, deleted, disabled.await]
        });
        assert_eq!(
            settled,
            [const { Ok(Settled::Written(())) }; 3],
            "{fault:?}"
        );
        assert_eq!(
            fake.writes(),
            [
                "POST CN=a",
                "PATCH userSecurity",
                "DELETE CN=old",
                "DELETE customerX509"
            ],
            "{fault:?}"
        );
    }
}

#[test]
fn a_write_that_was_not_carried_out_is_sent_again() {
    for fault in [
        Fault::DropBefore,
        Fault::Status(503, "SERVICE_UNAVAILABLE"),
        Fault::Status(429, "RATE_LIMITED"),
    ] {
        let fake = Fake::new(None, &[]);
        for _ in 0..4 {
            fake.fault(When::Write, fault.clone());
        }
        assert!(matches!(create(&fake), Ok(Settled::Written(_))));
        assert_eq!(fake.writes(), ["POST CN=a"]);
        let world = fake.0.borrow();
        for pair in world.calls.windows(2) {
            let writes = |request: &Request| request.method().writes();
            assert_ne!(writes(&pair[0]), writes(&pair[1]), "a look before each");
        }
        drop(world);

        let fake = Fake::new(None, &[]);
        for _ in 0..5 {
            fake.fault(When::Write, fault.clone());
        }
        assert!(create(&fake).is_err());
        assert!(fake.writes().is_empty());
    }
}

#[test]
fn a_write_whose_effect_cannot_be_read_is_not_sent_again() {
    let fake = Fake::new(None, &[]);
    fake.fault(When::Write, Fault::DropAfter);
    for _ in 0..5 {
        fake.fault(When::Read, Fault::DropBefore);
    }
    let error = create(&fake).unwrap_err();
    assert!(matches!(error, Error::Unsettled { .. }) && error.may_have_been_carried_out());
    assert!(error.explain().what.contains("may have been carried out"));
    assert_eq!(fake.writes(), ["POST CN=a"]);
}

#[test]
fn a_write_that_was_not_carried_out_and_cannot_be_looked_at_is_known_to_have_had_no_effect() {
    let fake = Fake::new(None, &[]);
    fake.fault(When::Write, Fault::Status(429, "RATE_LIMITED"));
    for _ in 0..5 {
        fake.fault(When::Read, Fault::DropBefore);
    }
    let error = create(&fake).unwrap_err();
    assert_eq!(error.code(), "RATE_LIMITED");
    assert!(!error.may_have_been_carried_out());
    assert!(fake.writes().is_empty());
}

#[test]
fn a_user_who_is_not_there_is_none_but_a_project_that_is_not_there_is_an_error() {
    let fake = Fake::new(None, &[]);
    let client = fake.client();
    assert_eq!(
        block_on(client.database_user(&project(), "CN=a/b")).unwrap(),
        None
    );
    for code in ["GROUP_NOT_FOUND", "NOT_FORWARDED", ""] {
        fake.fault(When::Read, Fault::Status(404, code));
        assert!(block_on(client.database_user(&project(), "CN=a")).is_err());
    }
    let deleted = block_on(client.delete_database_user(&project(), "CN=a", gone));
    assert_eq!(deleted, Ok(Settled::Written(())));
}

#[test]
fn the_expiry_alert_is_made_once() {
    let fake = Fake::new(None, &[]);
    fake.0.borrow_mut().alert_configs.push(json!({}));
    let client = fake.client();
    for _ in 0..2 {
        fake.fault(When::Write, Fault::DropAfter);
        block_on(client.ensure_alert_config(&project(), &AlertConfig::ca_expiration())).unwrap();
    }
    assert_eq!(fake.0.borrow().alert_configs.len(), 2);
}

#[test]
fn the_media_type_is_the_one_of_the_call() {
    let fake = Fake::new(None, &[]);
    let client = fake.client();
    block_on(async {
        client.clusters(&project()).await.unwrap();
        client.user_security(&project()).await.unwrap();
    });
    let types: Vec<String> = fake
        .0
        .borrow()
        .calls
        .iter()
        .map(Request::media_type)
        .collect();
    assert_eq!(
        types,
        [
            "application/vnd.atlas.2024-08-05+json",
            "application/vnd.atlas.2023-01-01+json"
        ]
    );
}
