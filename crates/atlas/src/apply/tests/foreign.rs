//! What somebody else changes meanwhile, at any moment: it is shown, and never overwritten unseen.

use super::*;

#[test]
fn a_foreign_change_at_any_call_is_never_overwritten_unseen() {
    let calls = {
        let fake = world();
        run(&fake, &mut begin(&fake, &wanted()));
        fake.0.take().calls
    };
    // The last call that tells what a write would overwrite. A user is created only where there is
    // none, so there it is the write itself.
    let last_look = |write: &str| {
        let writes = (0..calls.len()).filter(|index| calls[*index].method().writes());
        let (at, _) = writes.zip(WRITES).find(|(_, name)| *name == write).unwrap();
        calls[..at]
            .iter()
            .rposition(|call| call.target == calls[at].target)
            .unwrap_or(at)
    };
    // Each with the write that it must hold up, if it is not just what was wanted.
    let faults = [
        (Fault::ForeignBundle("A B X"), Some("PATCH userSecurity")),
        (Fault::ForeignBundle(""), Some("PATCH userSecurity")),
        (
            Fault::ForeignUser("CN=new", "clusterMonitor"),
            Some("POST CN=new"),
        ),
        (
            Fault::ForeignUser("CN=changed", "clusterMonitor"),
            Some("PATCH CN=changed"),
        ),
        (
            Fault::ForeignUser("CN=gone", "clusterMonitor"),
            Some("DELETE CN=gone"),
        ),
        (Fault::ForeignDelete("CN=changed"), Some("PATCH CN=changed")),
        (Fault::ForeignUser("CN=new", "read"), None),
        (Fault::ForeignDelete("CN=gone"), None),
    ];
    for at in 0..calls.len() {
        for (fault, held_up) in &faults {
            let note = format!("{fault:?} at call {at}");
            let fake = world();
            let mut apply = begin(&fake, &wanted());
            fake.fault(When::Call(at), fault.clone());
            if let Some(write) = held_up.filter(|write| at <= last_look(write)) {
                run(&fake, &mut apply);
                assert!(matches!(apply.phase(), Phase::Changed { .. }), "{note}");
                assert!(!fake.writes().iter().any(|sent| sent == write), "{note}");
            }
            for _ in 0..6 {
                run(&fake, &mut apply);
                if let Phase::Changed { plan } = apply.phase().clone() {
                    let is_difference =
                        !plan.steps.is_empty() || !plan.deleted_by_others().is_empty();
                    assert!(is_difference, "{note}");
                    let before = fake.writes();
                    run(&fake, &mut apply);
                    assert_eq!(fake.writes(), before, "{note}: wrote without agreement");
                    assert!(apply.agree(), "{note}");
                }
            }
            assert_eq!(apply.phase(), &Phase::Finished, "{note}");
            let mut writes = fake.writes();
            let sent = writes.len();
            writes.sort();
            writes.dedup();
            assert!(sent <= writes.len() + 1, "{note}: {writes:?}");
            assert!(fake.users().contains(&"CN=other read".to_owned()), "{note}");
        }
    }
}

#[test]
fn a_foreign_change_before_a_repeated_write_is_never_overwritten_unseen() {
    let places: Vec<usize> = {
        let fake = world();
        run(&fake, &mut begin(&fake, &wanted()));
        let calls = fake.0.take().calls;
        let writes = calls.iter().enumerate();
        writes
            .filter(|(_, call)| call.method().writes())
            .map(|(at, _)| at)
            .collect()
    };
    // Each with how often it befalls the write, and whether the write has been carried out then.
    let faults = [
        (Fault::Status(429, "RATE_LIMITED"), 1, false),
        (Fault::Status(429, "RATE_LIMITED"), 4, false),
        (Fault::Status(503, "TOKEN_UNAVAILABLE"), 1, false),
        (Fault::Status(502, "UPSTREAM_UNREACHABLE"), 1, false),
        (Fault::Status(503, "SERVICE_UNAVAILABLE"), 1, false),
        (Fault::DropBefore, 1, false),
        (Fault::DropBefore, 4, false),
        (Fault::DropAfter, 1, true),
        (Fault::StatusAfterEffect(503), 1, true),
    ];
    // Each with the write whose beginning it changes.
    let foreign = [
        (0, Fault::ForeignBundle("A B X")),
        (0, Fault::ForeignBundle("X")),
        (1, Fault::ForeignUser("CN=new", "clusterMonitor")),
        (2, Fault::ForeignUser("CN=changed", "clusterMonitor")),
        (2, Fault::ForeignDelete("CN=changed")),
        (3, Fault::ForeignUser("CN=gone", "clusterMonitor")),
    ];
    for (fault, times, carried_out) in &faults {
        for (write, foreign) in &foreign {
            let note = format!("{fault:?} {times} times, then {foreign:?}");
            let fake = world();
            let mut apply = begin(&fake, &wanted());
            // A look follows each try; somebody else is there before the last one.
            let at = places[*write];
            for n in 0..*times {
                fake.fault(When::Call(at + 2 * n), fault.clone());
            }
            fake.fault(When::Call(at + 2 * times - 1), foreign.clone());
            run(&fake, &mut apply);
            assert!(matches!(apply.phase(), Phase::Changed { .. }), "{note}");
            let none_trying = |progress: &Progress| progress.outcome != Outcome::Trying;
            assert!(apply.steps().iter().all(none_trying), "{note}");
            let sent = fake.writes();
            let sent = sent.iter().filter(|sent| *sent == WRITES[*write]);
            assert_eq!(sent.count(), usize::from(*carried_out), "{note}");
            match foreign {
                Fault::ForeignBundle(names) => assert_eq!(fake.bundle().join(" "), *names),
                Fault::ForeignDelete(_) => assert_eq!(fake.users().len(), 3, "{note}"),
                _ => assert!(fake.users().concat().contains("clusterMonitor"), "{note}"),
            }

            let is_deleted = matches!(foreign, Fault::ForeignDelete(_));
            assert_eq!(apply.create_again("CN=changed"), is_deleted, "{note}");
            assert!(apply.agree(), "{note}");
            run(&fake, &mut apply);
            assert_eq!(apply.phase(), &Phase::Finished, "{note}");
            assert_complete(&fake, &note);
            // Where nobody knows whether the first try was carried out, it may have replaced A B.
            let nothing_sent = matches!(fault, Fault::Status(429 | 502, _))
                || matches!(fault, Fault::Status(_, "TOKEN_UNAVAILABLE"));
            let replaced = match foreign {
                Fault::ForeignBundle(names) if nothing_sent => *names,
                _ => "A B",
            };
            let pem = replaced
                .split(' ')
                .map(|name| authority(name).pem + "\n")
                .collect();
            assert_eq!(apply.replaced(), Some(&Replaced::Bundle(pem)), "{note}");
        }
    }
}

#[test]
fn a_foreign_change_before_the_run_stops_it_and_shows_the_new_difference() {
    let fake = world();
    let mut apply = begin(&fake, &wanted());
    fake.fault(When::Read, Fault::ForeignBundle("A B X"));
    run(&fake, &mut apply);
    let Phase::Changed { plan } = apply.phase() else {
        panic!("{:?}", apply.phase())
    };
    let removed: Vec<&str> = plan.steps[0]
        .removed()
        .iter()
        .map(|removed| removed.authority.title.as_str())
        .collect();
    assert_eq!(removed, ["A", "X"]);
    assert!(fake.writes().is_empty());

    assert!(apply.agree());
    assert!(!apply.agree(), "once");
    run(&fake, &mut apply);
    assert_complete(&fake, "");
    assert_eq!(
        apply.replaced(),
        Some(&Replaced::Bundle(
            ["A", "B", "X"]
                .map(|name| authority(name).pem + "\n")
                .concat()
        ))
    );
}

/// Whatever was to become of the user: changed, kept as it is, or just created.
#[test]
fn a_user_that_somebody_else_deleted_is_left_out_unless_somebody_says_so() {
    let kept = Wanted {
        users: vec![
            wanted_user("CN=new", "read"),
            wanted_user("CN=changed", "backup"),
            wanted_user("CN=other", "read"),
        ],
        ..wanted()
    };
    let cases = [
        (wanted(), "CN=changed", false),
        (kept.clone(), "CN=changed", false),
        (kept.clone(), "CN=other", false),
        (wanted(), "CN=new", true),
        (kept, "CN=new", true),
    ];
    for (wanted, name, created_first) in cases {
        for again in [false, true] {
            let note = format!("{name}, again: {again}");
            let fake = world();
            let mut apply = begin(&fake, &wanted);
            if created_first {
                run(&fake, &mut apply);
            }
            fake.fault(When::Read, Fault::ForeignDelete(name));
            let before = fake.writes();
            run(&fake, &mut apply);
            assert_eq!(fake.writes(), before, "{note}: wrote without agreement");
            let Phase::Changed { plan } = apply.phase() else {
                panic!("{note}: {:?}", apply.phase())
            };
            assert_eq!(plan.deleted_by_others(), [name], "{note}");
            assert!(!apply.create_again("CN=nobody"), "{note}");
            if again {
                assert!(apply.create_again(name), "{note}");
                assert!(!apply.create_again(name), "{note}: once");
            }
            assert!(apply.agree(), "{note}");
            run(&fake, &mut apply);
            assert_eq!(apply.phase(), &Phase::Finished, "{note}");
            let is_there = fake.users().iter().any(|user| user.starts_with(name));
            assert_eq!(is_there, again, "{note}");
            let left_out: Vec<&str> = apply.left_out().collect();
            assert_eq!(left_out.is_empty(), again, "{note}");
            let said_done = apply.steps().iter().any(|progress| {
                let is_change = matches!(progress.step, Step::UpdateUser { .. });
                is_change && progress.step.username() == Some(name)
            });
            assert!(!said_done, "{note}: said to be changed");

            let writes = fake.writes();
            run(&fake, &mut apply);
            assert_eq!(apply.phase(), &Phase::Finished, "{note}: asked once");
            assert_eq!(fake.writes(), writes, "{note}");
        }
    }
}
