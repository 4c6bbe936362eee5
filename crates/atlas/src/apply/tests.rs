#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod foreign;
mod former;

use std::ops::ControlFlow;

use pollster::block_on;

use super::*;
use crate::{
    fake::{Fake, Fault, When, authority, project, read, reads, undo, user},
    plan::{Present, WantedUser},
    types::Role,
};

fn wanted_user(username: &str, role: &str) -> WantedUser {
    WantedUser {
        username: username.to_owned(),
        roles: vec![Role::on(role, "admin")],
        ..WantedUser::default()
    }
}

/// From bundle A B to B C, one user new, one changed, one deleted.
fn wanted() -> Wanted {
    Wanted {
        bundle: WantedBundle::Exactly(vec![authority("B"), authority("C")]),
        users: vec![
            wanted_user("CN=new", "read"),
            wanted_user("CN=changed", "backup"),
        ],
        deleted: vec!["CN=gone".to_owned()],
        ..Wanted::default()
    }
}

fn world() -> Fake {
    Fake::new(
        Some("A B"),
        &[
            user("CN=changed", "read"),
            user("CN=gone", "read"),
            user("CN=other", "read"),
        ],
    )
}

const WRITES: [&str; 4] = [
    "PATCH userSecurity",
    "POST CN=new",
    "PATCH CN=changed",
    "DELETE CN=gone",
];

fn begin(fake: &Fake, wanted: &Wanted) -> Apply {
    let client = fake.client();
    let plan = block_on(async {
        let security = client.user_security(&project()).await.unwrap();
        let users = client.database_users(&project()).await.unwrap();
        let authorities = security.customer_x509.bundle().map(read);
        let present = Present::new(security, users, authorities.unwrap_or_default());
        Plan::new(&present, wanted)
    });
    fake.0.borrow_mut().calls.clear();
    Apply::new(project(), wanted.clone(), plan).unwrap()
}

/// One run, with the state stored and read back, as after a reload.
fn run(fake: &Fake, apply: &mut Apply) {
    *apply = serde_json::from_str(&serde_json::to_string(apply).unwrap()).unwrap();
    block_on(apply.run(&fake.client(), &reads, &mut |_: &Apply| {
        ControlFlow::Continue(())
    }));
}

/// What [`world`] has before anything is changed.
fn former() -> Replaced {
    Replaced::Bundle(authority("A").pem + "\n" + &authority("B").pem + "\n")
}

fn assert_complete(fake: &Fake, note: &str) {
    assert_eq!(fake.bundle(), ["B", "C"], "{note}");
    assert_eq!(
        fake.users(),
        ["CN=changed backup", "CN=new read", "CN=other read"],
        "{note}"
    );
}

#[test]
fn every_step_is_done_once_and_the_clusters_are_waited_for() {
    let fake = world();
    let mut apply = begin(&fake, &wanted());
    let mut seen = Vec::new();
    block_on(apply.run(&fake.client(), &reads, &mut |apply: &Apply| {
        seen.push(apply.clone());
        ControlFlow::Continue(())
    }));
    assert_eq!(apply.phase(), &Phase::Finished);
    assert_eq!(fake.writes(), WRITES);
    assert_complete(&fake, "");
    assert!(
        seen.iter()
            .any(|apply| apply.phase == Phase::Waiting { trouble: None })
    );
    assert_eq!(seen.last(), Some(&apply));
    assert!(apply.clusters().iter().all(ClusterProgress::is_ready));
    assert_eq!(apply.clusters().len(), 2);

    run(&fake, &mut apply);
    assert_eq!(fake.writes(), WRITES, "a finished one does nothing more");
    assert_eq!(apply.phase(), &Phase::Finished);
}

/// Any of these, at any call: nothing lost, nothing doubled, and the next run completes.
#[test]
fn a_fault_at_any_call_leaves_a_state_that_the_next_run_completes() {
    let calls = {
        let fake = world();
        run(&fake, &mut begin(&fake, &wanted()));
        fake.0.borrow().calls.len()
    };
    let mut faults: Vec<(Fault, usize)> = Vec::new();
    for (status, code) in [
        (400, "ATLAS_INVALID_ROLE"),
        (401, "UNEXPECTED_ERROR"),
        (403, "IP_ADDRESS_NOT_ON_ACCESS_LIST"),
        (404, "GROUP_NOT_FOUND"),
        (409, "ATLAS_BUSY"),
        (429, "RATE_LIMITED"),
        (500, "UNEXPECTED_ERROR"),
        (503, "SERVICE_UNAVAILABLE"),
    ] {
        faults.push((Fault::Status(status, code), 1));
        faults.push((Fault::Status(status, code), 5));
    }
    for times in [1, 5, 12] {
        faults.push((Fault::DropBefore, times));
        faults.push((Fault::DropAfter, times));
        faults.push((Fault::StatusAfterEffect(503), times));
        faults.push((Fault::Garbled, times));
    }
    for at in 0..calls {
        for (fault, times) in &faults {
            let note = format!("{fault:?} {times} times from call {at}");
            let fake = world();
            let mut apply = begin(&fake, &wanted());
            for n in 0..*times {
                fake.fault(When::Call(at + n), fault.clone());
            }
            run(&fake, &mut apply);
            let gone_early = !fake.users().contains(&"CN=gone read".to_owned())
                && !fake.users().contains(&"CN=new read".to_owned());
            assert!(!gone_early, "{note}: deleted before the new user was there");
            assert!(fake.users().contains(&"CN=other read".to_owned()), "{note}");
            for _ in 0..24 {
                if apply.phase() == &Phase::Finished {
                    break;
                }
                assert!(!matches!(apply.phase(), Phase::Changed { .. }), "{note}");
                run(&fake, &mut apply);
            }
            assert_eq!(apply.phase(), &Phase::Finished, "{note}");
            assert_complete(&fake, &note);
            let mut writes = fake.writes();
            writes.sort();
            let mut once = WRITES.map(str::to_owned).to_vec();
            once.sort();
            assert_eq!(writes, once, "{note}");
            assert_eq!(apply.replaced(), Some(&former()), "{note}");
        }
    }
}

#[test]
fn one_refused_user_does_not_hold_up_the_others_but_deletions_wait() {
    let fake = world();
    let mut apply = begin(&fake, &wanted());
    let post = {
        let probe = world();
        run(&probe, &mut begin(&probe, &wanted()));
        let world = probe.0.borrow();
        world
            .calls
            .iter()
            .position(|call| call.method() == crate::calls::Method::Post)
            .unwrap()
    };
    fake.fault(When::Call(post), Fault::Status(400, "ATLAS_INVALID_ROLE"));
    run(&fake, &mut apply);
    assert_eq!(apply.phase(), &Phase::Incomplete);
    assert_eq!(fake.writes(), ["PATCH userSecurity", "PATCH CN=changed"]);
    let outcomes: Vec<&Outcome> = apply
        .steps()
        .iter()
        .map(|progress| &progress.outcome)
        .collect();
    assert!(outcomes[0].is_done() && outcomes[2].is_done());
    assert_eq!(outcomes[3], &Outcome::NotTried);
    let Outcome::Failed {
        why,
        unknown: false,
    } = outcomes[1]
    else {
        panic!()
    };
    assert_eq!(why.code.as_deref(), Some("ATLAS_INVALID_ROLE"));
}

#[test]
fn a_refused_credential_stops_the_run() {
    let fake = world();
    let mut apply = begin(&fake, &wanted());
    fake.fault(When::Write, Fault::Status(403, "READ_ONLY"));
    run(&fake, &mut apply);
    assert_eq!(apply.phase(), &Phase::Incomplete);
    assert!(fake.writes().is_empty());
    assert_eq!(apply.replaced(), None);
    assert!(
        apply.steps()[1..]
            .iter()
            .all(|progress| progress.outcome == Outcome::NotTried)
    );
}

#[test]
fn a_run_can_be_stopped_anywhere_and_gone_on_with() {
    for stop_at in 0..16 {
        let fake = world();
        let mut apply = begin(&fake, &wanted());
        let mut seen = 0;
        let mut kept = None;
        block_on(apply.run(&fake.client(), &reads, &mut |apply: &Apply| {
            kept = Some(apply.clone());
            seen += 1;
            if seen > stop_at {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        }));
        assert!(matches!(apply.phase(), Phase::Stopped | Phase::Finished));
        assert_eq!(kept, Some(apply.clone()), "the last state is seen");
        run(&fake, &mut apply);
        assert_eq!(fake.writes(), WRITES, "stopped at {stop_at}");
        assert_eq!(apply.phase(), &Phase::Finished);
    }
}

#[test]
fn a_state_kept_from_the_middle_of_a_call_goes_on() {
    // What is kept when each call begins is all that a reload in the middle of it leaves.
    let mut states = Vec::new();
    let fake = world();
    block_on(
        begin(&fake, &wanted()).run(&fake.client(), &reads, &mut |apply: &Apply| {
            states.push((apply.clone(), fake.writes().len()));
            ControlFlow::Continue(())
        }),
    );
    let next = states.iter().map(|(_, written)| *written).skip(1);
    let written: Vec<usize> = next.chain([WRITES.len()]).collect();
    for ((mut apply, _), written) in states.into_iter().zip(written) {
        if written > 0 {
            assert_eq!(apply.replaced(), Some(&former()), "before write {written}");
        }
        run(&fake, &mut apply);
        assert_eq!(apply.phase(), &Phase::Finished);
        assert_eq!(fake.writes(), WRITES);
        if written > 0 {
            assert_eq!(apply.replaced(), Some(&former()), "after write {written}");
        }
    }
}

#[test]
fn an_impossible_plan_is_not_begun() {
    let wanted = Wanted {
        bundle: WantedBundle::Exactly(Vec::new()),
        ..Wanted::default()
    };
    let plan = Plan::new(&Present::default(), &wanted);
    assert_eq!(
        Apply::new(project(), wanted, plan),
        Err(vec![Problem::EmptyBundle])
    );
}

#[test]
fn a_plan_of_nothing_is_finished_without_a_write() {
    let fake = world();
    let mut apply = begin(&fake, &Wanted::default());
    run(&fake, &mut apply);
    assert_eq!(apply.phase(), &Phase::Finished);
    assert!(fake.writes().is_empty());
}
