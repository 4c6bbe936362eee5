#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use atlas::types::{Role, UserSecurity};
use serde_json::{from_value, json};

use super::*;
use crate::change::{decision::TakeOver, fixture::judged, judged::Judged, lookalike};

const BILLING: &str = "CN=billing,O=Acme";

/// What Atlas has: users by name, each with `read` on `a`.
fn present(names: &[&str], security: serde_json::Value) -> Present {
    let security: UserSecurity = from_value(security).unwrap();
    let users = names.iter().map(|name| {
        from_value(json!({
            "username": name, "databaseName": "$external", "x509Type": "CUSTOMER",
            "roles": [{"roleName": "read", "databaseName": "a"}], "description": "as it was",
        }))
        .unwrap()
    });
    Present::new(security, users.collect(), Vec::new())
}

fn rows(draft: &Draft, judged: Option<&Judged>, names: &[&str]) -> Rows {
    rows_of(draft, judged, &present(names, json!({}))).0
}

fn rows_of(draft: &Draft, judged: Option<&Judged>, present: &Present) -> (Rows, Plan) {
    let names = judged.map(wanted::user_names).unwrap_or_default();
    let derived: Vec<&str> = names.iter().map(|user| &*user.name).collect();
    let there = present.users.iter().map(|user| &*user.username);
    let look_alikes = lookalike::find(there, &derived);
    let wanted = wanted::wanted(draft, judged, &names, present, None);
    let plan = Plan::new(present, &wanted);
    (Rows::new(draft, &names, &look_alikes, present, &plan), plan)
}

fn standings(rows: &Rows) -> Vec<(&str, Standing)> {
    let list = rows.list.iter();
    list.map(|row| (&*row.name, row.standing)).collect()
}

fn reads(database: &str) -> Rights {
    Rights {
        wanted: true,
        roles: vec![Role::on("read", database)],
        ..Rights::default()
    }
}

#[test]
fn accepted_clients_are_new_users_and_refused_ones_are_left_out_until_asked_for() {
    let verdicts = judged(&[(BILLING, true), ("CN=late,O=Acme", false)], &[]);
    let mut draft = Draft::default();
    let before = rows(&draft, Some(&verdicts), &["CN=old"]);
    assert_eq!(
        standings(&before),
        [
            (BILLING, Standing::New),
            ("CN=late,O=Acme", Standing::LeftOut),
            ("CN=old", Standing::Kept),
        ]
    );
    assert_eq!(before.list[0].wrong, [Wrong::NoRole]);
    assert!(
        before.list[1].wrong.is_empty(),
        "nothing is asked of whom nobody wants"
    );
    draft.set_rights("CN=late,O=Acme".to_owned(), reads("b"));
    draft.set_rights(BILLING.to_owned(), reads("b"));
    let after = rows(&draft, Some(&verdicts), &["CN=old"]);
    assert_eq!(after.list[1].standing, Standing::New);
    assert_eq!(after.problems(), []);
    assert_eq!(after.new_ones().len(), 2);
}

#[test]
fn an_existing_user_is_kept_changed_or_deleted() {
    let mut draft = Draft::default();
    let standing = |draft: &Draft| rows(draft, None, &["CN=a"]).list[0].standing;
    assert_eq!(standing(&draft), Standing::Kept);
    draft.set_rights("CN=a".to_owned(), reads("a"));
    assert_eq!(standing(&draft), Standing::Kept, "decided to be as it is");
    draft.set_rights("CN=a".to_owned(), reads("b"));
    assert_eq!(standing(&draft), Standing::Changed);
    draft.delete_user("CN=a".to_owned());
    assert_eq!(standing(&draft), Standing::Deleted);
}

#[test]
fn a_user_typed_by_hand_is_shown_beside_the_right_name_and_can_be_taken_over() {
    let verdicts = judged(&[(BILLING, true)], &[]);
    let mut draft = Draft::default();
    let typed = "O=Acme, CN=billing";
    let before = rows(&draft, Some(&verdicts), &[typed]);
    let found = before.list[0].look_alikes[0].clone();
    assert_eq!((&*found.name, found.fate), (typed, OldOne::Open));
    assert_eq!(before.list[1].shown_with.as_deref(), Some(BILLING));
    for (delete, old, fate) in [
        (false, Standing::Kept, OldOne::Stays),
        (true, Standing::Deleted, OldOne::Deleted),
    ] {
        let (rights, name) = (found.rights.clone(), found.name.clone());
        draft.take_over(TakeOver {
            to: BILLING.to_owned(),
            rights,
            from: name,
            delete,
        });
        let rows = rows(&draft, Some(&verdicts), &[typed]);
        assert_eq!(standings(&rows), [(BILLING, Standing::New), (typed, old)]);
        let new = &rows.list[0];
        assert_eq!(new.rights.description.as_deref(), Some("as it was"));
        assert_eq!(new.look_alikes[0].fate, fate);
        assert_eq!(rows.problems(), []);
    }
    // Where its own rights were changed, it is a user like any other.
    let mut draft = Draft::default();
    draft.set_rights(typed.to_owned(), reads("b"));
    let rows = rows(&draft, Some(&verdicts), &[typed]);
    assert_eq!(rows.list[1].shown_with, None);
    assert!(rows.list[0].look_alikes.is_empty());
}

#[test]
fn a_name_that_no_certificate_has_is_told_without_one() {
    let names = ["CN=a,O=Acme", "O=Acme,CN=b", "CN=c, O=Acme", "cn=d"];
    let found = rows(&Draft::default(), None, &names);
    let told = |name: &str| {
        let row = found.list.iter().find(|row| row.name == name).unwrap();
        row.not_derived.as_ref().map(NotDerived::is_certain)
    };
    assert_eq!(names.map(told), [None, Some(false), Some(true), Some(true)]);
    assert_eq!(found.count(Show::Doubtful), 3);
    assert_eq!(found.problems(), [], "they stay as they are");
}

#[test]
fn a_user_that_somebody_else_deleted_is_left_out_and_can_be_made_again() {
    let verdicts = judged(&[(BILLING, true)], &[]);
    let mut draft = Draft::default();
    draft.see_users([BILLING, "CN=alone"], |_| Some(reads("a")));
    draft.see_users([], |_| Some(reads("a")));
    let before = rows(&draft, Some(&verdicts), &[]);
    assert_eq!(
        standings(&before),
        [
            (BILLING, Standing::LeftOut),
            ("CN=alone", Standing::LeftOut)
        ]
    );
    assert!(before.list.iter().all(|row| row.gone));
    for row in &before.list {
        let again = Rights {
            wanted: true,
            ..row.rights.clone()
        };
        draft.set_rights(row.name.clone(), again);
    }
    let after = rows(&draft, Some(&verdicts), &[]);
    assert_eq!(
        standings(&after),
        [(BILLING, Standing::New), ("CN=alone", Standing::New)]
    );
    assert!(
        after
            .list
            .iter()
            .all(|row| row.gone && row.wrong.is_empty())
    );
}

#[test]
fn a_long_list_of_problems_is_told_by_kind() {
    let names: Vec<String> = (0..20).map(|n| format!("CN={n:02}")).collect();
    let clients: Vec<(&str, bool)> = names.iter().map(|name| (&**name, true)).collect();
    let mut draft = Draft::default();
    let verdicts = judged(&clients, &[]);
    assert_eq!(
        rows(&draft, Some(&verdicts), &[]).problems(),
        [Problem::new(
            MEND_FILTER,
            "20 users: No role yet. Give at least one. They are CN=00; CN=01; CN=02; 17 more."
        )]
    );
    let short = judged(&clients[..2], &[]);
    let few = rows(&draft, Some(&short), &[]);
    assert_eq!(
        few.problems()[1].text,
        "CN=01: No role yet. Give at least one."
    );
    assert_eq!(few.problems()[1].field, few.mend_id(&few.list[1]).unwrap());
    draft.set_rights("CN=00".to_owned(), reads("a"));
    assert_eq!(
        rows(&draft, Some(&short), &[]).problems()[0].field,
        "mend-1"
    );
}

#[test]
fn with_ldap_nobody_needs_a_role_here() {
    let verdicts = judged(&[(BILLING, true)], &[]);
    let present = present(&[], json!({"ldap": {"authorizationEnabled": true}}));
    let (rows, plan) = rows_of(&Draft::default(), Some(&verdicts), &present);
    assert_eq!(rows.problems(), []);
    assert!(plan.is_possible());
    let plan::Step::CreateUser { user } = plan.steps.last().unwrap() else {
        panic!("{plan:?}");
    };
    assert_eq!(user.roles, [wanted::set_aside()]);
}
