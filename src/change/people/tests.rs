#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use atlas::{error::Explanation, fake};
use futures_util::FutureExt as _;
use serde_json::{Value, from_value, json};

use super::*;

const NOW: i64 = 1_764_000_000;

fn user(name: &str, kind: &str) -> DatabaseUser {
    from_value(json!({
        "username": name, "databaseName": "$external", "x509Type": kind,
        "roles": [{"roleName": "read", "databaseName": "sales"}],
    }))
    .unwrap()
}

fn log(name: &str, minute: u32, is_in: bool) -> Value {
    json!({
        "authResult": is_in, "authSource": "$external", "username": name,
        "failureReason": (!is_in).then_some("UserNotFound: Could not find user"),
        "timestamp": format!("2025-11-24T15:{minute:02}:00Z"),
    })
}

fn histories(logs: Vec<Value>) -> Histories {
    let fake = fake::Fake::new(None, &[]);
    fake.0.borrow_mut().access_logs = logs;
    let client = fake.client();
    let read = client
        .history(&fake::project(), "orders", NOW)
        .now_or_never();
    let history = read.unwrap().unwrap();
    Histories {
        clusters: vec![
            ("orders".to_owned(), Ok(history)),
            ("prototype".to_owned(), Err(Explanation::default())),
        ],
    }
}

const SHIPPING: &str = "CN=shipping,OU=Services,O=Acme,C=US";
const BY_HAND: &str = "C=US,O=Acme,OU=Services,CN=shipping";

fn acme() -> Vec<Person> {
    let users = [
        user("CN=orders,O=Acme", "CUSTOMER"),
        user(BY_HAND, "CUSTOMER"),
        user("cn=reports,o=acme,c=us", "CUSTOMER"),
        user("O=Acme,CN=odd", "CUSTOMER"),
        user("CN=alice", "MANAGED"),
        user("migration", "NONE"),
    ];
    let histories = histories(vec![
        log(SHIPPING, 50, false),
        log("CN=orders,O=Acme", 40, true),
        log("O=Acme,CN=odd", 30, true),
        log("CN=alice", 20, false),
        log("CN=alice", 10, true),
    ]);
    all(&users, false, Some(&histories))
}

#[test]
fn everybody_with_a_certificate_is_there_with_the_last_login_and_refusal() {
    let told: Vec<(String, Option<u8>, Option<u8>)> = acme()
        .into_iter()
        .map(|person| {
            let minute = |seen: Option<atlas::history::Seen>| {
                seen.map(|seen| u8::try_from((seen.at.unwrap() - 1_763_996_400) / 60).unwrap())
            };
            (
                person.name,
                minute(person.known.login),
                minute(person.known.refusal),
            )
        })
        .collect();
    let expected = [
        (BY_HAND, None, None),
        ("CN=alice", Some(10), Some(20)),
        ("CN=orders,O=Acme", Some(40), None),
        ("cn=reports,o=acme,c=us", None, None),
        ("O=Acme,CN=odd", Some(30), None),
    ];
    let expected = expected.map(|(name, login, refusal)| (name.to_owned(), login, refusal));
    assert_eq!(told, expected);
}

#[test]
fn a_wrong_name_is_marked_and_the_right_one_is_what_a_server_was_asked_for() {
    let people = acme();
    let doubt = |name: &str| {
        let person = people.iter().find(|person| person.name == name).unwrap();
        let doubt = person.doubt.as_ref()?;
        let likely = doubt.likely.as_ref().unwrap();
        Some((doubt.is_certain, &*likely.name, likely.from))
    };
    assert_eq!(doubt(BY_HAND), Some((true, SHIPPING, Evidence::History)));
    assert_eq!(
        doubt("cn=reports,o=acme,c=us"),
        Some((true, "CN=reports,O=acme,C=us", Evidence::Text))
    );
    assert_eq!(doubt("O=Acme,CN=odd"), None, "somebody logs in with it");
    assert_eq!(doubt("CN=alice"), None, "Atlas made it");

    let unread = all(&[user(BY_HAND, "CUSTOMER")], false, None);
    let doubt = unread[0].doubt.as_ref().unwrap();
    assert!(!doubt.is_certain, "only unlikely");
    assert_eq!(doubt.likely.as_ref().unwrap().name, SHIPPING);
}

#[test]
fn they_are_looked_up_filtered_and_sorted() {
    let people = acme();
    let names = |show, order, text: &str| -> Vec<&str> {
        let places = chosen(&people, show, order, text);
        places
            .into_iter()
            .map(|place| &*people[place].name)
            .collect()
    };
    let (alice, orders, reports, odd) = (
        "CN=alice",
        "CN=orders,O=Acme",
        "cn=reports,o=acme,c=us",
        "O=Acme,CN=odd",
    );
    for (show, order, text, expected) in [
        (
            Show::All,
            Order::Name,
            "",
            vec![BY_HAND, alice, orders, reports, odd],
        ),
        (
            Show::All,
            Order::Login,
            "",
            vec![orders, odd, alice, BY_HAND, reports],
        ),
        (
            Show::All,
            Order::LongestAway,
            "",
            vec![BY_HAND, reports, alice, odd, orders],
        ),
        (
            Show::All,
            Order::Refusal,
            "",
            vec![alice, BY_HAND, orders, reports, odd],
        ),
        (
            Show::SelfManaged,
            Order::Name,
            "acme",
            vec![BY_HAND, orders, reports, odd],
        ),
        (Show::Managed, Order::Name, "", vec![alice]),
        (Show::Doubtful, Order::Name, "", vec![BY_HAND, reports]),
        (Show::Refused, Order::Name, "", vec![BY_HAND, alice]),
        (Show::NotSeen, Order::Name, "", vec![BY_HAND, reports]),
        (Show::All, Order::Name, "cn=shipping,ou", vec![BY_HAND]),
        (Show::All, Order::Name, "nobody", vec![]),
    ] {
        assert_eq!(
            names(show, order, text),
            expected,
            "{show:?} {order:?} {text}"
        );
    }
}

#[test]
fn ldap_blocks_those_whose_certificates_atlas_made() {
    let users = [
        user("CN=alice", "MANAGED"),
        user("CN=orders,O=Acme", "CUSTOMER"),
    ];
    let blocked: Vec<bool> = all(&users, true, None)
        .iter()
        .map(|it| it.is_blocked)
        .collect();
    assert_eq!(blocked, [true, false]);
}

#[test]
fn a_table_says_what_the_page_says() {
    let table = csv(&acme());
    let mut lines = table.split("\r\n");
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("\"User name\",\"Certificates\"")
    );
    assert_eq!(
        lines.next().unwrap(),
        format!(
            "\"{BY_HAND}\",\"self-managed\",\"read on sales\",\"every cluster\",\"\",\"\",\"\",\"\",\"\",\"\",\"{SHIPPING}\""
        )
    );
    assert_eq!(
        lines.next().unwrap(),
        "\"CN=alice\",\"Atlas-managed\",\"read on sales\",\"every cluster\",\"\",\"2025-11-24T15:10:00Z\",\"orders\",\"2025-11-24T15:20:00Z\",\"orders\",\"no such user\",\"\""
    );
}

#[test]
fn many_users_and_many_strangers_take_no_time_to_speak_of() {
    let users: Vec<DatabaseUser> = (0..500)
        .map(|number| {
            user(
                &format!("C=US,O=Acme,OU=Fleet,CN=device-{number:03}"),
                "CUSTOMER",
            )
        })
        .collect();
    let logs = (0..2_000).map(|number| log(&format!("CN=tries-{number:04},O=Acme"), 10, false));
    let histories = histories(logs.collect());
    let before = std::time::Instant::now();
    let people = all(&users, false, Some(&histories));
    assert_eq!(people.len(), 500);
    // Unoptimised, and on a busy machine; in a browser it is some milliseconds.
    assert!(
        before.elapsed().as_millis() < 2_000,
        "{:?}",
        before.elapsed()
    );
}
