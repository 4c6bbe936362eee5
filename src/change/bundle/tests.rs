#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use atlas::plan::{Plan, Present, Step, Wanted, WantedBundle};

use super::*;
use crate::change::fixture::authority_of;
use crate::change::judged::{
    Change,
    tests::{authorities, judge},
};

const ROOT: &str = include_str!("../../check/examples/acme-root.pem");
const ISSUING: &str = include_str!("../../check/examples/acme-issuing.pem");
const BILLING: &str = include_str!("../../check/examples/billing.pem");

fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-07-01T00:00:00Z").unwrap()
}

/// What becomes of each authority, and why it cannot be saved.
fn outcome(given: &[&str], present: &str, draft: &Draft) -> (Vec<(Fate, String)>, Vec<String>) {
    let present = authorities(present);
    let judged = judge(given, &present, draft);
    let comparison = Comparison::new(&judged, &present, draft);
    let rows = comparison.rows().into_iter();
    (
        rows.map(|row| (row.fate, row.authority.title.clone()))
            .collect(),
        comparison.obstacles(&judged, draft, now()),
    )
}

fn fingerprint(pem: &str) -> String {
    authorities(pem)[0].sha256.clone()
}

#[test]
fn authorities_are_told_apart_by_fingerprint_whatever_the_text_looks_like() {
    let present = format!("a comment\n{ROOT}");
    let (rows, obstacles) = outcome(&[ROOT], &present, &Draft::default());
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].0, Fate::Kept);
    assert_eq!(obstacles, Vec::<String>::new());
}

#[test]
fn adding_keeps_what_is_there_and_replacing_removes_it() {
    let mut draft = Draft::default();
    let fates = |rows: &[(Fate, String)]| rows.iter().map(|(fate, _)| *fate).collect::<Vec<_>>();
    let (rows, obstacles) = outcome(&[ISSUING], ROOT, &draft);
    assert_eq!(fates(&rows), [Fate::Added, Fate::Kept]);
    assert_eq!(obstacles, Vec::<String>::new());

    draft.bundle = BundleChoice::Replace;
    let (rows, obstacles) = outcome(&[ISSUING], ROOT, &draft);
    assert_eq!(fates(&rows), [Fate::Added, Fate::Removed]);
    // The intermediate stands without its root then.
    assert_eq!(obstacles.len(), 1, "{obstacles:?}");
    assert!(
        obstacles[0].contains("Add the certificate of"),
        "{obstacles:?}"
    );
}

#[test]
fn a_bundle_that_stays_as_it_is_is_fine_and_an_empty_one_is_not() {
    let mut draft = Draft::default();
    assert_eq!(outcome(&[], ISSUING, &draft).1, Vec::<String>::new());
    assert!(outcome(&[], "", &draft).1[0].contains("no bundle yet"));
    draft.bundle = BundleChoice::Replace;
    assert!(outcome(&[], ROOT, &draft).1[0].contains("is empty"));
    draft.bundle = BundleChoice::Add;
    let both = format!("{ROOT}{ISSUING}");
    draft.leave_out(&authority_of(&fingerprint(ROOT), true, false));
    draft.leave_out(&authority_of(&fingerprint(ISSUING), true, false));
    let (rows, obstacles) = outcome(&[], &both, &draft);
    let fates: Vec<Fate> = rows.iter().map(|(fate, _)| *fate).collect();
    assert_eq!(fates, [Fate::Removed, Fate::Removed]);
    assert_eq!(obstacles, Vec::<String>::new(), "it is switched off");
}

#[test]
fn what_was_left_out_can_be_put_back() {
    let mut draft = Draft::default();
    draft.leave_out(&authority_of(&fingerprint(ISSUING), false, true));
    let present = authorities(ROOT);
    let judged = judge(&[ISSUING], &present, &draft);
    let comparison = Comparison::new(&judged, &present, &draft);
    assert!(!comparison.is_changed());
    assert_eq!(comparison.left_out.len(), 1);
    assert_eq!(comparison.left_out[0].0, fingerprint(ISSUING));
}

#[test]
fn atlas_takes_no_expired_authority_whatever_day_is_looked_at() {
    let draft = Draft::default();
    let judged = judge(&[ROOT], &[], &draft);
    let comparison = Comparison::new(&judged, &[], &draft);
    let later = Timestamp::parse_rfc3339("2090-01-01T00:00:00Z").unwrap();
    assert!(comparison.obstacles(&judged, &draft, later)[0].contains("expired on"));
    assert_eq!(
        comparison.obstacles(&judged, &draft, now()),
        Vec::<String>::new()
    );
}

#[test]
fn a_removal_names_the_clients_that_it_locks_out() {
    let present = authorities(&format!("{ROOT}{ISSUING}"));
    let mut draft = Draft::default();
    let judged = judge(&[BILLING], &present, &draft);
    assert_eq!(judged.changes(), [None]);
    draft.leave_out(&authority_of(&fingerprint(ROOT), true, false));
    let judged = judge(&[BILLING], &present, &draft);
    assert_eq!(judged.changes(), [Some(Change::ShutOut)]);
    let name = judged.after.report.clients[0].username.clone().unwrap();
    assert_eq!(judged.dependents()[&fingerprint(ROOT)], [name]);
}

#[test]
fn a_plan_made_by_another_decision_names_who_rests_on_what_goes() {
    let both = format!("{ROOT}{ISSUING}");
    let present = Present {
        authorities: authorities(&both),
        pem: Some(both),
        ..Present::default()
    };
    let wanted = Wanted {
        bundle: WantedBundle::Off,
        ..Wanted::default()
    };
    let plan = Plan::new(&present, &wanted);
    let breaks = |plan: &Plan| -> Vec<Vec<String>> {
        let Some(Step::Disable { removed }) = plan.steps.first() else {
            panic!("{:?}", plan.steps);
        };
        removed
            .iter()
            .map(|removed| removed.breaks.clone())
            .collect()
    };
    assert!(breaks(&plan).concat().is_empty());
    // The draft keeps the bundle, so no dependent of it is known.
    let judged = judge(&[BILLING], &present.authorities, &Draft::default());
    let name = judged.after.report.clients[0].username.clone().unwrap();
    assert!(judged.dependents().is_empty());
    assert_eq!(breaks(&judged.with_what_rests(&plan)), [[&*name], [&*name]]);
}

#[test]
fn a_client_that_looks_like_an_authority_is_a_client_now_too() {
    let present = authorities(ROOT);
    let mut draft = Draft::default();
    for (placed, clients) in [(Placed::Client, 1), (Placed::Aside, 0)] {
        draft.placed.insert(fingerprint(ISSUING), placed);
        let judged = judge(&[ISSUING], &present, &draft);
        assert_eq!(judged.before.unwrap().report.clients.len(), clients);
    }
}

#[test]
fn what_a_client_sends_along_is_no_bundle_when_the_client_is_left_out() {
    let mut draft = Draft::default();
    let with_chain = format!("{BILLING}{ISSUING}");
    draft.placed.insert(fingerprint(BILLING), Placed::Aside);
    let judged = judge(&[&with_chain], &[], &draft);
    assert_eq!(judged.bundle, []);
    assert_eq!(judged.after.clients(), 0);
}
