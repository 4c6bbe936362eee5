#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::change::fixture::authority_of;

fn project(id: char) -> Project {
    let json = serde_json::json!({ "id": id.to_string().repeat(24), "name": "P" });
    serde_json::from_value(json).expect("a project")
}

#[test]
fn an_authority_that_is_left_out_can_be_put_back_wherever_it_came_from() {
    for (is_present, is_given) in [(true, false), (false, true), (true, true)] {
        let mut draft = Draft::default();
        draft.leave_out(&authority_of("f", is_present, is_given));
        assert_eq!(draft.taken_out.contains("f"), is_present);
        assert_eq!(draft.placed.contains_key("f"), is_given);
        draft.put_back("f");
        assert!(draft.is_empty());
    }
}

#[test]
fn putting_back_leaves_a_certificate_where_a_person_wants_it() {
    let mut draft = Draft::default();
    draft.placed.insert("f".to_owned(), Placed::Client);
    draft.put_back("f");
    assert_eq!(draft.placed.get("f"), Some(&Placed::Client));
}

#[test]
fn another_project_keeps_the_files_and_forgets_what_was_decided_about_the_old_one() {
    let mut draft = Draft::default();
    draft.choose_project(project('a'));
    draft.files.push(KeptFile {
        name: "ca.pem".to_owned(),
        certificates: vec!["AA==".to_owned()],
    });
    draft.leave_out(&authority_of("f", true, true));
    draft.placed.insert("client".to_owned(), Placed::Client);
    draft.deleted.insert("CN=old".to_owned());
    let before = draft.clone();

    draft.choose_project(project('a'));
    assert_eq!(draft, before, "the same project again changes nothing");

    assert_eq!(draft.goes_with_project().len(), 2);
    draft.choose_project(project('b'));
    assert!(draft.goes_with_project().is_empty());
    assert_eq!(draft.files, before.files);
    assert!(draft.taken_out.is_empty() && draft.deleted.is_empty());
    let placed: Vec<&str> = draft.placed.keys().map(|sha256| &**sha256).collect();
    assert_eq!(
        placed,
        ["client"],
        "what was taken out there is not taken out here"
    );
}

#[test]
fn everything_that_was_taken_out_can_be_put_back_at_once() {
    let mut draft = Draft::default();
    draft.leave_all_out(&[
        authority_of("a", true, false),
        authority_of("b", false, true),
    ]);
    assert!(draft.taken_out.contains("a") && draft.placed.contains_key("b"));
    draft.put_all_back();
    assert!(draft.is_empty());
}

#[test]
fn the_former_bundle_is_only_here_until_it_is_saved() {
    let apply = |replaced: serde_json::Value| {
        let bundle = serde_json::json!({
            "do": "replace-bundle", "pem": "", "added": [], "kept": [], "removed": [],
        });
        let json = serde_json::json!({
            "project": "a".repeat(24),
            "wanted": {
                "bundle": "as-it-is", "users": [], "deleted": [], "dependents": {},
                "user_limit": null,
            },
            "steps": [{"step": bundle, "outcome": {"is": "done", "found": false}}],
            "phase": {"is": "finished"},
            "replaced": replaced,
            "clusters": [],
        });
        serde_json::from_value::<Apply>(json).expect("a run")
    };
    for (replaced, saved, expected) in [
        (serde_json::json!({"bundle": "PEM"}), false, true),
        (serde_json::json!({"bundle": "PEM"}), true, false),
        (serde_json::json!("off"), false, false),
    ] {
        let mut draft = Draft::default();
        draft.begin(apply(replaced.clone()), saved);
        assert_eq!(
            draft.holds_only_former_bundle(),
            expected,
            "{replaced} {saved}"
        );
    }
}

#[test]
fn a_run_goes_with_its_project_once_it_has_begun_and_the_former_bundle_as_long_as_it_is_kept() {
    let apply = |outcome: &str, phase: &str, step: serde_json::Value| {
        let json = serde_json::json!({
            "project": "a".repeat(24),
            "wanted": {
                "bundle": "as-it-is", "users": [], "deleted": ["CN=a"], "dependents": {},
                "user_limit": null,
            },
            "steps": [{"step": step, "outcome": {"is": outcome, "found": false}}],
            "phase": {"is": phase, "trouble": null},
            "replaced": "off",
            "clusters": [],
        });
        serde_json::from_value(json).expect("a run")
    };
    let user = serde_json::json!({
        "do": "create-user",
        "user": {"username": "CN=a", "roles": [], "scopes": [], "description": null},
    });
    let bundle = serde_json::json!({
        "do": "replace-bundle", "pem": "", "added": [], "kept": [], "removed": [],
    });
    for (step, outcome, phase, lost) in [
        (&user, "not-tried", "ready", 0),
        (&user, "not-tried", "stopped", 0),
        (&user, "trying", "running", 1),
        (&user, "done", "stopped", 1),
        (&user, "done", "finished", 0),
        (&bundle, "not-tried", "ready", 0),
        (&bundle, "done", "stopped", 2),
        (&bundle, "done", "waiting", 1),
        (&bundle, "done", "finished", 1),
    ] {
        let draft = Draft {
            apply: Some(apply(outcome, phase, step.clone())),
            ..Draft::default()
        };
        let forgotten = draft.goes_with_project();
        assert_eq!(forgotten.len(), lost, "{outcome} {phase}: {forgotten:?}");
    }
}

#[test]
fn rights_are_given_exactly_or_come_to_what_is_there() {
    let scope = |name: &str| Scope {
        name: name.to_owned(),
        kind: atlas::types::ScopeType::Cluster,
    };
    let has = Rights {
        wanted: true,
        roles: vec![Role::on("read", "a")],
        scopes: vec![scope("one")],
        description: Some("old".to_owned()),
    };
    let template = Rights {
        roles: vec![Role::on("read", "a"), Role::on("read", "b")],
        description: Some(String::new()),
        ..Rights::default()
    };
    let exactly = has.given(&template, Give::Exactly);
    assert_eq!(exactly.roles, template.roles);
    assert!(exactly.wanted && exactly.scopes.is_empty());
    assert_eq!(
        exactly.description, has.description,
        "an empty one says nothing"
    );

    let more = has.given(&template, Give::RolesToo);
    assert_eq!(more.roles, template.roles, "each once");
    assert_eq!(
        (&more.scopes, &more.description),
        (&has.scopes, &has.description)
    );
}

#[test]
fn a_deletion_is_taken_back_with_what_was_decided_before() {
    let mut draft = Draft::default();
    let rights = Rights {
        wanted: true,
        ..Rights::default()
    };
    draft.set_rights("CN=a".to_owned(), rights.clone());
    draft.delete_user("CN=a".to_owned());
    draft.keep_user("CN=a");
    assert!(draft.deleted.is_empty());
    assert_eq!(draft.rights.get("CN=a"), Some(&rights));

    let take_over = |delete| TakeOver {
        to: "CN=b".to_owned(),
        rights: rights.clone(),
        from: "CN=a".to_owned(),
        delete,
    };
    draft.take_over(take_over(false));
    assert!(draft.deleted.is_empty(), "both stay");
    draft.take_over(take_over(true));
    assert!(draft.deleted.contains("CN=a") && draft.rights.get("CN=b") == Some(&rights));
    draft.leave_user("CN=a");
    draft.leave_user("CN=b");
    assert!(draft.deleted.is_empty() && draft.rights.is_empty());
}

#[test]
fn leaving_everything_as_it_is_takes_back_what_a_plan_would_change_and_nothing_else() {
    let mut draft = Draft::default();
    draft
        .placed
        .insert("kept-out".to_owned(), Placed::NotTrusted);
    draft.placed.insert("client".to_owned(), Placed::Client);
    let before = draft.clone();
    draft.bundle = BundleChoice::Replace;
    draft.leave_out(&authority_of("both", true, true));
    draft.delete_user("CN=old".to_owned());
    let read = Rights {
        wanted: true,
        roles: vec![Role::on("read", "a")],
        ..Rights::default()
    };
    draft.set_rights("CN=new".to_owned(), read.clone());
    draft.set_rights("CN=there".to_owned(), read);
    draft.leave_as_it_is(AsItIs {
        added: vec!["new-ca".to_owned()],
        removed: vec!["both".to_owned()],
        created: vec!["CN=new".to_owned()],
    });
    assert!(!draft.rights["CN=new"].wanted, "no user is made");
    let mut expected = before;
    expected.rights = draft.rights.clone();
    expected
        .placed
        .insert("new-ca".to_owned(), Placed::NotTrusted);
    assert_eq!(draft.rights.len(), 1);
    assert_eq!(draft, expected);
}
