#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use serde_json::{from_value, json};

use super::*;
use crate::{
    fake::{authority, read, user},
    types::{Cluster, FlexCluster, Role, Scope, ScopeType, UserSecurity},
};

fn present(names: &str, users: &[(&str, &str)]) -> Present {
    let pem: String = names
        .split_whitespace()
        .map(|name| authority(name).pem + "\n")
        .collect();
    let security: UserSecurity = from_value(
        json!({"customerX509": if pem.is_empty() { json!({}) } else { json!({"cas": pem}) }}),
    )
    .unwrap();
    let users = users
        .iter()
        .map(|(name, role)| from_value(user(name, role)).unwrap());
    let authorities = (security.customer_x509.bundle())
        .map(read)
        .unwrap_or_default();
    Present::new(security, users.collect(), authorities)
}

fn exactly(names: &str) -> WantedBundle {
    WantedBundle::Exactly(names.split_whitespace().map(authority).collect())
}

fn wanted_user(username: &str, role: &str) -> WantedUser {
    WantedUser {
        username: username.to_owned(),
        roles: vec![Role::on(role, "admin")],
        ..WantedUser::default()
    }
}

fn titles(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(Step::title).collect()
}

#[test]
fn the_bundle_is_replaced_only_if_its_set_of_authorities_differs() {
    let cases = [
        ("A B", exactly("A B"), None),
        ("A B", exactly("B A A"), None),
        ("A B", WantedBundle::AsItIs, None),
        ("", WantedBundle::AsItIs, None),
        ("", WantedBundle::Off, None),
        (
            "A B",
            exactly("B C"),
            Some("Replace the CA bundle: 1 added, 1 kept, 1 removed"),
        ),
        ("", exactly("A"), Some("Upload the CA bundle: 1 authority")),
        (
            "",
            exactly("A B"),
            Some("Upload the CA bundle: 2 authorities"),
        ),
        (
            "A B",
            exactly("A"),
            Some("Replace the CA bundle: 1 kept, 1 removed"),
        ),
        (
            "A B",
            WantedBundle::Off,
            Some("Switch self-managed X.509 off"),
        ),
    ];
    for (names, bundle, title) in cases {
        let wanted = Wanted {
            bundle: bundle.clone(),
            ..Wanted::default()
        };
        let plan = Plan::new(&present(names, &[]), &wanted);
        assert_eq!(
            titles(&plan),
            title.into_iter().collect::<Vec<_>>(),
            "{names} {bundle:?}"
        );
        assert_eq!(plan.is_nothing(), title.is_none());
        assert_eq!(plan.restarts(), title.is_some());
        assert_eq!(plan.notices.contains(&Notice::Restarts), title.is_some());
    }
}

#[test]
fn a_removed_authority_says_what_it_breaks() {
    let wanted = Wanted {
        bundle: exactly("B"),
        dependents: BTreeMap::from([("sha-A".to_owned(), vec!["CN=jane".to_owned()])]),
        ..Wanted::default()
    };
    let plan = Plan::new(&present("A B", &[]), &wanted);
    assert_eq!(plan.steps[0].removed()[0].breaks, ["CN=jane"]);
    assert_eq!(
        plan.notices[1].sentence(),
        "Certificates issued below A stop working: CN=jane."
    );
}

#[test]
fn users_are_created_changed_kept_and_deleted_in_this_order() {
    let wanted = Wanted {
        users: vec![
            wanted_user("CN=changed", "read"),
            wanted_user("CN=kept", "read"),
            wanted_user("CN=new", "read"),
            wanted_user("CN=new", "read"),
        ],
        deleted: ["CN=gone", "CN=never", "CN=gone"]
            .map(str::to_owned)
            .to_vec(),
        ..Wanted::default()
    };
    let plan = Plan::new(
        &present(
            "A",
            &[
                ("CN=gone", "read"),
                ("CN=kept", "read"),
                ("CN=changed", "backup"),
                ("CN=other", "read"),
            ],
        ),
        &wanted,
    );
    assert_eq!(
        titles(&plan),
        [
            "Create user CN=new",
            "Change user CN=changed",
            "Delete user CN=gone"
        ]
    );
    assert_eq!(plan.kept, ["CN=kept"]);
    assert!(!plan.restarts() && plan.problems.is_empty());
}

#[test]
fn the_order_of_roles_and_an_empty_collection_make_no_difference() {
    let mut present = present("A", &[("CN=a", "read")]);
    present.users[0].roles = from_value(json!([
        {"roleName": "read", "databaseName": "x", "collectionName": ""},
        {"roleName": "backup", "databaseName": "admin"}
    ]))
    .unwrap();
    present.users[0].description = "kept".to_owned();
    let mut same = WantedUser {
        username: "CN=a".to_owned(),
        roles: vec![Role::on("backup", "admin"), Role::on("read", "x")],
        ..WantedUser::default()
    };
    let plan = |user: &WantedUser| {
        Plan::new(
            &present,
            &Wanted {
                users: vec![user.clone()],
                ..Wanted::default()
            },
        )
    };
    assert!(plan(&same).is_nothing());
    same.description = Some("kept".to_owned());
    assert!(plan(&same).is_nothing());
    same.description = Some(String::new());
    assert_eq!(plan(&same).steps.len(), 1);
    same.description = None;
    same.scopes = vec![Scope {
        name: "c".to_owned(),
        kind: ScopeType::Cluster,
    }];
    assert_eq!(plan(&same).steps.len(), 1);
}

#[test]
fn a_wanted_user_that_was_there_and_is_gone_is_left_out_unless_it_is_wanted_again() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let mut wanted = Wanted {
        // What is left out is in nobody's way, whatever else is wrong with it.
        users: vec![
            WantedUser {
                username: "CN=gone".to_owned(),
                ..WantedUser::default()
            },
            wanted_user("CN=there", "backup"),
            wanted_user("CN=new", "read"),
        ],
        known: names(&["CN=gone", "CN=there", "CN=unwanted"]),
        ..Wanted::default()
    };
    let present = present("A", &[("CN=there", "read")]);
    let plan = Plan::new(&present, &wanted);
    assert_eq!(
        titles(&plan),
        ["Create user CN=new", "Change user CN=there"]
    );
    assert_eq!(plan.deleted_by_others(), ["CN=gone"]);
    assert!(plan.is_possible());
    let said = plan.notices[0].sentence();
    assert!(
        said.starts_with("Deleted by somebody else") && said.contains("CN=gone"),
        "{said}"
    );

    wanted.users[0] = wanted_user("CN=gone", "read");
    wanted.again = names(&["CN=gone"]);
    let plan = Plan::new(&present, &wanted);
    assert_eq!(
        titles(&plan),
        [
            "Create user CN=gone",
            "Create user CN=new",
            "Change user CN=there"
        ]
    );
    assert_eq!(plan.deleted_by_others(), [] as [&str; 0]);
}

#[test]
fn the_former_bundle_is_in_the_plan_that_takes_it_away_and_in_no_other() {
    let present = present("A B", &[]);
    for (bundle, expected) in [
        (exactly("B A"), None),
        (WantedBundle::AsItIs, None),
        (exactly("B"), present.pem.clone()),
        (WantedBundle::Off, present.pem.clone()),
    ] {
        let wanted = Wanted {
            bundle,
            ..Wanted::default()
        };
        assert_eq!(Plan::new(&present, &wanted).former, expected);
    }
}

#[test]
fn a_bundle_as_it_was_is_sent_in_its_very_text() {
    let as_it_was = |names: &str| WantedBundle::AsItWas {
        pem: format!("# {names}"),
        authorities: names.split_whitespace().map(authority).collect(),
    };
    let cases = [
        ("A B", as_it_was("B A"), None),
        ("A B", as_it_was("A"), Some("# A")),
        ("", as_it_was("A"), Some("# A")),
        ("A", as_it_was(""), Some("# ")),
        ("", as_it_was(""), Some("# ")),
    ];
    for (names, bundle, text) in cases {
        let wanted = Wanted {
            bundle: bundle.clone(),
            ..Wanted::default()
        };
        let plan = Plan::new(&present(names, &[]), &wanted);
        let sent = plan.steps.first().map(|step| match step {
            Step::ReplaceBundle { pem, .. } => pem.as_str(),
            other => panic!("{other:?}"),
        });
        assert_eq!(sent, text, "{names} {bundle:?}");
    }
}

#[test]
fn restarts_are_counted_where_nodes_run() {
    let cluster = |name: &str, paused: bool, state: &str| {
        from_value(json!({"name": name, "paused": paused, "stateName": state})).unwrap()
    };
    let flex: Vec<FlexCluster> =
        vec![from_value(json!({"name": "f", "stateName": "IDLE"})).unwrap()];
    let cases: [(Vec<Cluster>, &[FlexCluster], usize, &str); 4] = [
        (
            vec![cluster("a", false, "IDLE"), cluster("b", false, "CREATING")],
            &[],
            2,
            "The nodes of 2 clusters restart, one at a time: a, b.",
        ),
        (
            vec![cluster("a", false, "UPDATING"), cluster("p", true, "IDLE")],
            &flex,
            1,
            "The nodes of 1 cluster restart, one at a time: a. p is paused and takes the bundle up when you resume it. Atlas doesn't say whether flex clusters restart: f.",
        ),
        (
            vec![cluster("p", true, "IDLE"), cluster("q", true, "IDLE")],
            &[],
            0,
            "No cluster is running, so no node restarts. These are paused and take the bundle up when you resume them: p, q.",
        ),
        (
            vec![cluster("gone", false, "DELETING")],
            &[],
            0,
            "No cluster is running, so no node restarts.",
        ),
    ];
    for (clusters, flex, count, sentence) in cases {
        let restarts = Restarts::of(&clusters, flex);
        assert_eq!((restarts.count(), &*restarts.sentence()), (count, sentence));
    }
}

#[test]
fn what_cannot_be_is_a_problem() {
    let managed = {
        let mut present = present("A", &[("CN=m", "read")]);
        present.users[0].x509_type = Some("MANAGED".into());
        present
    };
    let long = format!("CN={}", "x".repeat(1_022));
    let no_role = WantedUser {
        username: "CN=a".to_owned(),
        ..WantedUser::default()
    };
    let wordy = WantedUser {
        description: Some("x".repeat(101)),
        ..wanted_user("CN=a", "read")
    };
    let users = |users: &[WantedUser]| Wanted {
        users: users.to_vec(),
        ..Wanted::default()
    };
    let deleted = |name: &str| Wanted {
        deleted: vec![name.to_owned()],
        ..Wanted::default()
    };
    let cases = [
        (
            Wanted {
                bundle: exactly(""),
                ..Wanted::default()
            },
            "no authority",
        ),
        (
            users(&[wanted_user("CN=a", "read"), wanted_user("CN=a", "backup")]),
            "wanted twice",
        ),
        (
            Wanted {
                users: vec![wanted_user("CN=a", "read")],
                ..deleted("CN=a")
            },
            "marked for deletion",
        ),
        (
            users(&[wanted_user("CN=m", "read")]),
            "another kind of login (X.509 MANAGED)",
        ),
        (deleted("CN=m"), "another kind of login (X.509 MANAGED)"),
        (users(&[wanted_user(&long, "read")]), "1025 characters"),
        (
            users(&[wanted_user("O=a\\,CN=b", "read")]),
            "no common name",
        ),
        (users(&[no_role]), "no role"),
        (users(&[wordy]), "101 characters"),
    ];
    for (wanted, said) in cases {
        let plan = Plan::new(&managed, &wanted);
        assert!(!plan.is_possible() && !plan.is_nothing());
        assert!(
            plan.problems[0].sentence().contains(said),
            "{:?}",
            plan.problems
        );
    }
    for name in ["CN=a", "O=x,CN=a", "OU=y+CN=a", "O=x\\\\,CN=a"] {
        assert!(
            Plan::new(&managed, &users(&[wanted_user(name, "read")])).is_possible(),
            "{name}"
        );
    }
}

#[test]
fn the_limit_of_users_is_foreseen_before_deletions() {
    let names: Vec<String> = (0..99).map(|n| format!("CN={n}")).collect();
    let users: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "read")).collect();
    let foreseen = |new: usize, limit: Option<usize>| {
        let wanted = Wanted {
            users: (0..new)
                .map(|n| wanted_user(&format!("CN=new{n}"), "read"))
                .collect(),
            deleted: vec!["CN=1".to_owned()],
            user_limit: limit,
            ..Wanted::default()
        };
        Plan::new(&present("A", &users), &wanted).notices
    };
    let limited = |limit, is_read, users, refused: &[&str]| {
        vec![Notice::UserLimit {
            limit,
            is_read,
            users,
            refused: refused.iter().map(|&name| name.to_owned()).collect(),
            deletes: true,
        }]
    };
    assert_eq!(foreseen(1, None), []);
    assert_eq!(foreseen(2, None), limited(100, false, 101, &["CN=new1"]));
    assert_eq!(foreseen(2, Some(200)), []);
    assert_eq!(
        foreseen(2, Some(98)),
        limited(98, true, 101, &["CN=new0", "CN=new1"]),
        "Atlas has said it"
    );
    assert_eq!(foreseen(0, Some(98)), [], "nobody comes");
}

#[test]
fn whoever_has_no_place_is_named() {
    let sentence = |is_read, refused: usize, deletes| {
        let notice = Notice::UserLimit {
            limit: 100,
            is_read,
            users: 100 + refused,
            refused: (0..refused).map(|n| format!("CN={n}")).collect(),
            deletes,
        };
        notice.sentence()
    };
    assert_eq!(
        sentence(true, 1, false),
        "The project would have 101 database users, and may have 100. Atlas refuses the last one: CN=0. Delete users \
         that nobody needs, or ask MongoDB's support for more."
    );
    assert_eq!(
        sentence(false, 5, true),
        "The project would have 105 database users, and Atlas allows 100 unless MongoDB has raised the limit. Atlas \
         refuses the last 5: CN=0; CN=1; CN=2; 2 more. Deletions come last: apply them on their own first, or ask \
         MongoDB's support for more."
    );
}

#[test]
fn users_without_a_bundle_are_noticed() {
    let wanted = Wanted {
        users: vec![wanted_user("CN=a", "read")],
        ..Wanted::default()
    };
    assert_eq!(
        Plan::new(&present("", &[]), &wanted).notices,
        [Notice::X509StaysOff]
    );
    assert_eq!(Plan::new(&present("A", &[]), &wanted).notices, []);
}

#[test]
fn ldap_authorisation_names_the_blocked_users_and_the_entries() {
    let mut present = present("A", &[("CN=managed", "read")]);
    present.users[0].x509_type = Some("MANAGED".into());
    let wanted = Wanted {
        users: vec![wanted_user("CN=a,O=b", "read")],
        ..Wanted::default()
    };
    assert_eq!(Plan::new(&present, &wanted).ldap, None);

    present.ldap.authorization_enabled = true;
    let rules = [
        (json!([]), LdapEntry::Dn("CN=a,O=b".to_owned())),
        (
            json!([{"match": "(.+)", "substitution": "CN={0},DC=x"}]),
            LdapEntry::Dn("CN=CN=a,O=b,DC=x".to_owned()),
        ),
        (
            json!([{"match": "CN=([^,]+),.*", "substitution": "CN={0}"}]),
            LdapEntry::ByRules,
        ),
        (
            json!([{"match": "(.+)", "ldapQuery": "DC=x??sub?(cn={0})"}]),
            LdapEntry::ByRules,
        ),
    ];
    for (mapping, entry) in rules {
        present.ldap.user_to_dn_mapping = from_value(mapping).unwrap();
        let effect = Plan::new(&present, &wanted).ldap.unwrap();
        assert_eq!(effect.blocked, ["CN=managed"]);
        assert_eq!(effect.names[0].entry, entry);
    }
}

#[test]
fn a_plan_survives_being_stored() {
    let wanted = Wanted {
        bundle: exactly("B"),
        users: vec![wanted_user("CN=\u{0}\"\\,é", "read")],
        deleted: vec!["CN=a".to_owned()],
        ..Wanted::default()
    };
    let plan = Plan::new(&present("A", &[("CN=a", "read")]), &wanted);
    let stored = serde_json::to_string(&(&plan, &wanted)).unwrap();
    assert_eq!(
        serde_json::from_str::<(Plan, Wanted)>(&stored).unwrap(),
        (plan, wanted)
    );
}
