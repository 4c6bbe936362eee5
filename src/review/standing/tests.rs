#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::{Value, json};

use super::*;

/// One change of the bundle and two new users, which stand as `outcomes` say.
fn apply(phase: &Value, outcomes: [Value; 3]) -> Apply {
    let user = |name: &str| {
        json!({ "do": "create-user", "user": {
            "username": name, "roles": [], "scopes": [], "description": null } })
    };
    let bundle = json!({ "do": "disable", "removed": [] });
    let steps = [bundle, user("CN=a"), user("CN=b")];
    let steps: Vec<Value> = steps
        .into_iter()
        .zip(outcomes)
        .map(|(step, outcome)| json!({ "step": step, "outcome": outcome }))
        .collect();
    serde_json::from_value(json!({
        "project": "a".repeat(24),
        "wanted": { "bundle": "off", "users": [], "deleted": [], "dependents": {}, "user_limit": null },
        "steps": steps,
        "phase": phase,
        "replaced": null,
        "clusters": [],
    }))
    .unwrap()
}

fn outcomes(words: &str) -> [Value; 3] {
    let outcomes: Vec<Value> = words
        .chars()
        .map(|letter| match letter {
            'd' => json!({ "is": "done", "found": false }),
            't' => json!({ "is": "trying" }),
            'f' => json!({ "is": "failed", "unknown": false, "why":
                { "what": "No.", "next": "Mend it.", "code": null, "detail": null } }),
            _ => json!({ "is": "not-tried" }),
        })
        .collect();
    outcomes.try_into().unwrap()
}

#[test]
fn every_phase_says_where_it_stands_and_what_can_be_done() {
    let why = json!({ "what": "No answer.", "next": "Try.", "code": null, "detail": null });
    let plan = json!({ "steps": [], "kept": [], "notices": [], "problems": [], "ldap": null });
    for (phase, steps, applying, sign, title, go_on) in [
        (
            json!({"is": "ready"}),
            "nnn",
            false,
            Sign::Plain,
            "The plan is ready",
            Some(Move::Run("Apply the changes")),
        ),
        (
            json!({"is": "ready"}),
            "nnn",
            true,
            Sign::Plain,
            "Applying the changes",
            None,
        ),
        (
            json!({"is": "running"}),
            "dtn",
            true,
            Sign::Plain,
            "Applying the changes",
            None,
        ),
        (
            json!({"is": "running"}),
            "dtn",
            false,
            Sign::Attention,
            "This was interrupted",
            Some(Move::Run("Resume")),
        ),
        (
            json!({"is": "stopped"}),
            "ddn",
            false,
            Sign::Attention,
            "Stopped",
            Some(Move::Run("Resume")),
        ),
        (
            json!({"is": "unread", "why": why}),
            "dnn",
            false,
            Sign::Bad,
            "What Atlas has could not be read",
            Some(Move::Run("Try again")),
        ),
        (
            json!({"is": "incomplete"}),
            "dff",
            false,
            Sign::Bad,
            "2 of 3 changes are not done",
            Some(Move::Run("Try again")),
        ),
        (
            json!({"is": "incomplete"}),
            "ddf",
            false,
            Sign::Bad,
            "1 of 3 changes is not done",
            Some(Move::Run("Try again")),
        ),
        (
            json!({"is": "changed", "plan": plan}),
            "dnn",
            false,
            Sign::Attention,
            "Atlas was changed by somebody else meanwhile",
            Some(Move::Agree),
        ),
        (
            json!({"is": "waiting", "trouble": null}),
            "ddd",
            true,
            Sign::Plain,
            "Everything is in Atlas; the clusters are taking it up",
            Some(Move::Finish("Go on")),
        ),
        (
            json!({"is": "waiting", "trouble": why}),
            "ddd",
            false,
            Sign::Attention,
            "Everything is in Atlas; we don't know whether the clusters are ready",
            Some(Move::Run("Check the clusters again")),
        ),
        (
            json!({"is": "finished"}),
            "ddd",
            false,
            Sign::Good,
            "Done",
            Some(Move::Finish("Go on")),
        ),
    ] {
        let standing = Standing::of(&apply(&phase, outcomes(steps)), applying);
        let note = format!("{phase} {applying}");
        assert_eq!(standing.sign, sign, "{note}");
        assert_eq!(standing.title, title, "{note}");
        assert_eq!(standing.go_on, go_on, "{note}");
        let running = applying && standing.go_on.is_none();
        assert_eq!(standing.can_stop, running, "{note}");
        assert!(running || !standing.text.is_empty(), "{note}");
    }
}

#[test]
fn how_to_log_in_is_offered_only_where_somebody_can() {
    let off = apply(&json!({"is": "finished"}), outcomes("ddd"));
    let mut json = serde_json::to_value(&off).unwrap();
    json["steps"].as_array_mut().unwrap().remove(0);
    let users: Apply = serde_json::from_value(json).unwrap();
    for (apply, label, says) in [
        (off, "Go on", true),
        (users, "Go on: see how to log in", false),
    ] {
        let standing = Standing::of(&apply, false);
        assert_eq!(standing.go_on, Some(Move::Finish(label)));
        assert_eq!(standing.text.contains("Nobody can log in"), says, "{label}");
    }
}

#[test]
fn the_heading_does_not_lag_behind_clusters_that_are_all_ready() {
    let waiting = apply(&json!({"is": "waiting", "trouble": null}), outcomes("ddd"));
    for (state, change, expected) in [
        ("IDLE", "APPLIED", "Every cluster says that it is ready"),
        ("UPDATING", "PENDING", "the clusters are taking it up"),
    ] {
        let mut json = serde_json::to_value(&waiting).unwrap();
        json["clusters"] =
            json!([{ "name": "c", "state": state, "change": change, "paused": false }]);
        let apply: Apply = serde_json::from_value(json).unwrap();
        let title = Standing::of(&apply, true).title;
        assert!(title.contains(expected), "{state}: {title}");
    }
}

#[test]
fn what_is_under_way_is_named_with_how_far_it_is() {
    let running = json!({"is": "running"});
    for (steps, expected) in [
        ("nnn", "0 of 3 done. Reading what Atlas has."),
        ("dtn", "1 of 3 done. Now: Create user CN=a"),
    ] {
        let standing = Standing::of(&apply(&running, outcomes(steps)), true);
        assert_eq!(standing.now, expected);
    }
    let interrupted = Standing::of(&apply(&running, outcomes("dtn")), false);
    assert!(
        interrupted
            .text
            .starts_with("1 of 3 changes is done. Nothing is lost")
    );
}

#[test]
fn failed_ones_come_first_and_the_rest_stays_in_order() {
    let apply = apply(&json!({"is": "incomplete"}), outcomes("dnf"));
    for (only, text, expected) in [
        (None, "", vec![2, 0, 1]),
        (Some(Group::Done), "", vec![0]),
        (Some(Group::UnderWay), "", vec![]),
        (None, " cn=A ", vec![1]),
        (Some(Group::Failed), "cn=a", vec![]),
    ] {
        assert_eq!(
            shown(apply.steps(), only, text),
            expected,
            "{only:?} {text}"
        );
    }
    let counts = Counts::of(apply.steps());
    let counted: Vec<usize> = Group::ALL.map(|group| counts.count(group)).to_vec();
    assert_eq!(counted, [1, 0, 1, 1]);
}
