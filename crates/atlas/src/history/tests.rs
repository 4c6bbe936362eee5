#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use pollster::block_on;
use serde_json::{Value, json};

use super::*;
use crate::fake::{Fake, Fault, When, project};

const NOW: i64 = 1_764_000_000;

/// So many seconds before now; a reason is a refusal.
fn log(name: &str, before: i64, reason: Option<&str>) -> Value {
    json!({
        "authResult": reason.is_none(), "authSource": "$external", "failureReason": reason,
        "hostname": "h", "ipAddress": "203.0.113.1", "timestamp": java(NOW - before), "username": name,
    })
}

/// As Atlas writes it; all of it is in November 2025.
fn java(at: i64) -> String {
    const FIRST: i64 = 1_761_955_200;
    let (day, of_day) = ((at - FIRST) / 86_400 + 1, (at - FIRST) % 86_400);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("Mon Nov {day:02} {hour:02}:{minute:02}:{second:02} GMT 2025")
}

fn read(logs: Vec<Value>) -> (History, Vec<String>) {
    let fake = Fake::new(None, &[]);
    fake.0.borrow_mut().access_logs = logs;
    let history = block_on(fake.client().history(&project(), "orders", NOW)).unwrap();
    let world = fake.0.borrow();
    let calls = world.calls.iter().map(|call| call.target.clone());
    (history, calls.collect())
}

#[test]
fn who_was_there_last_is_told_by_name() {
    let unknown = "UserNotFound: Could not find user";
    let password = json!({"authResult": true, "authSource": "admin", "username": "app", "timestamp": java(NOW)});
    let (history, calls) = read(vec![
        log("CN=a", 10, Some(unknown)),
        password,
        log("CN=b", 20, None),
        log("CN=a", 30, None),
        log("CN=a", 40, None),
        log("CN=b", 50, Some("why")),
    ]);
    assert_eq!(calls.len(), 1);
    assert_eq!((history.attempts().len(), history.passwords()), (5, 1));
    assert_eq!(history.reasons(), [unknown, "why"]);
    let a = history.person("CN=a").unwrap();
    assert_eq!(
        (a.logins, a.refusals, a.login, a.refusal),
        (2, 1, Some(2), Some(0))
    );
    let last = history.attempts()[0];
    assert_eq!(last.at, Some(NOW - 10));
    assert_eq!(history.refusal_of(&last), Some(unknown));
    assert_eq!(
        (history.address_of(&last), history.host_of(&last)),
        ("203.0.113.1", "h")
    );
    assert_eq!(history.refusal_of(&history.attempts()[1]), None);
    assert!(history.person("CN=c").is_none() && history.missing().is_none());
}

#[test]
fn the_newest_of_all_clusters_counts() {
    let (one, _) = read(vec![log("CN=a", 10, Some("old")), log("CN=a", 90, None)]);
    let (other, _) = read(vec![log("CN=a", 5, None), log("CN=a", 8, Some("new"))]);
    let refused = Explanation::default();
    let histories = Histories {
        clusters: vec![
            ("orders".to_owned(), Ok(one)),
            ("prototype".to_owned(), Err(refused)),
            ("analytics".to_owned(), Ok(other)),
        ],
    };
    let known = histories.known("CN=a");
    let (login, refusal) = (known.login.clone().unwrap(), known.refusal.clone().unwrap());
    assert_eq!((&*login.cluster, login.at), ("analytics", Some(NOW - 5)));
    assert_eq!((&*refusal.reason, refusal.at), ("new", Some(NOW - 8)));
    assert!(!known.is_refused());
    let late = Known {
        login: known.refusal,
        refusal: known.login,
    };
    assert!(late.is_refused());
    assert_eq!(histories.known("CN=b"), Known::default());
    assert!(histories.of("prototype").unwrap().is_err());
}

#[test]
fn many_entries_are_read_in_pieces_and_none_twice() {
    // Three a second, so that a piece ends within one.
    let logs: Vec<Value> = (0..5_000)
        .map(|index| log(&format!("CN={}", index % 7), index / 3, None))
        .collect();
    let (history, calls) = read(logs);
    assert_eq!((history.attempts().len(), calls.len()), (5_000, 3));
    let logins: usize = history.people().iter().map(|person| person.logins).sum();
    assert_eq!((logins, history.people().len()), (5_000, 7));
    assert!(history.missing().is_none());
    let times = history.attempts().iter().map(|attempt| attempt.at);
    assert!(times.is_sorted_by(|one, other| one >= other));
}

#[test]
fn the_same_entry_may_be_there_several_times() {
    // All in one second, and all alike: more than a piece holds.
    let (history, _) = read(vec![log("CN=a", 10, None); 3_000]);
    assert_eq!(history.attempts().len(), 3_000);
}

#[test]
fn moments_that_cannot_be_read_cost_a_call_and_no_entry() {
    let mut logs: Vec<Value> = (0..3_000).map(|index| log("CN=a", index, None)).collect();
    for log in &mut logs {
        log["timestamp"] = "Sun Jul 25 9:14:42 EDT 2019".into();
    }
    let (history, calls) = read(logs);
    assert_eq!((history.attempts().len(), calls.len()), (3_000, 2));
}

#[test]
fn what_is_not_told_is_said() {
    let logs: Vec<Value> = (0..25_000).map(|index| log("CN=a", index, None)).collect();
    let (history, _) = read(logs);
    assert_eq!(history.missing(), Some(&Missing::Older));
    assert!((MOST..MOST + 2_000).contains(&history.attempts().len()));

    let fake = Fake::new(None, &[]);
    fake.0.borrow_mut().access_logs = (0..3_000).map(|index| log("CN=a", index, None)).collect();
    fake.fault(When::Call(1), Fault::Status(403, "USER_UNAUTHORIZED"));
    let history = block_on(fake.client().history(&project(), "orders", NOW)).unwrap();
    assert!(matches!(history.missing(), Some(Missing::Rest(_))));
    assert_eq!(history.attempts().len(), 2_000);

    fake.fault(When::Read, Fault::Status(401, "USER_UNAUTHORIZED"));
    assert!(block_on(fake.client().history(&project(), "orders", NOW)).is_err());
}

#[test]
fn why_there_is_no_history_is_told_for_what_it_is() {
    let of = |status, code| {
        let fake = Fake::new(None, &[]);
        fake.fault(When::Read, Fault::Status(status, code));
        let error = block_on(fake.client().history(&project(), "a", NOW)).unwrap_err();
        unavailable("a", &error)
    };
    for (status, code, what, next) in [
        (
            401,
            "USER_UNAUTHORIZED",
            "may not read the access history of a.",
            "Project Database Access Admin",
        ),
        (
            403,
            "USER_UNAUTHORIZED",
            "may not read the access history of a.",
            "Project Cluster Log Viewer",
        ),
        (
            400,
            "FEATURE_UNSUPPORTED",
            "keeps no access history of a",
            "what the client prints",
        ),
        (
            404,
            "CLUSTER_NOT_FOUND",
            "The cluster is not there.",
            "Read the clusters again.",
        ),
    ] {
        let told = of(status, code);
        assert!(
            told.what.contains(what) && told.next.contains(next),
            "{code}: {told:?}"
        );
    }
}
