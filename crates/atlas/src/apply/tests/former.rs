//! What there was before, and for how long it can be had back.

use super::*;

#[test]
fn the_former_bundle_can_be_had_back() {
    for (before, expected) in [(Some("A B"), vec!["A", "B"]), (None, vec![])] {
        let fake = Fake::new(before, &[]);
        let mut apply = begin(
            &fake,
            &Wanted {
                bundle: wanted().bundle,
                ..Wanted::default()
            },
        );
        assert_eq!(undo(&apply), None, "nothing has been replaced yet");
        run(&fake, &mut apply);
        assert_eq!(fake.bundle(), ["B", "C"]);
        let undo = undo(&apply).unwrap();
        run(&fake, &mut begin(&fake, &undo));
        assert_eq!(fake.bundle(), expected);
    }
}

/// The text of a bundle is more than its certificates: it comes back to the byte, and no restart is
/// spent on a text alone.
#[test]
fn the_former_bundle_comes_back_byte_for_byte() {
    let text = format!(
        "# Acme\r\n{}\r\n\n{}",
        authority("A").pem,
        authority("B").pem
    );
    for bundle in [wanted().bundle, WantedBundle::Off] {
        let fake = Fake::new(None, &[]);
        fake.0.borrow_mut().cas = Some(text.clone());
        let off = Wanted {
            bundle,
            ..Wanted::default()
        };
        let mut apply = begin(&fake, &off);
        run(&fake, &mut apply);
        assert_ne!(fake.0.borrow().cas.as_ref(), Some(&text));
        let undo = undo(&apply).unwrap();
        run(&fake, &mut begin(&fake, &undo));
        assert_eq!(fake.0.borrow().cas.as_ref(), Some(&text));
        let writes = fake.writes();
        run(&fake, &mut begin(&fake, &undo));
        assert_eq!(fake.writes(), writes);
    }
}

#[test]
fn switching_off_is_carried_out_once_after_any_fault_and_undone() {
    let off = Wanted {
        bundle: WantedBundle::Off,
        ..Wanted::default()
    };
    let calls = {
        let fake = world();
        run(&fake, &mut begin(&fake, &off));
        fake.0.borrow().calls.len()
    };
    for at in 0..calls {
        for fault in [
            Fault::DropBefore,
            Fault::DropAfter,
            Fault::StatusAfterEffect(503),
        ] {
            let note = format!("{fault:?} at call {at}");
            let fake = world();
            let mut apply = begin(&fake, &off);
            fake.fault(When::Call(at), fault);
            for _ in 0..3 {
                run(&fake, &mut apply);
            }
            assert_eq!(apply.phase(), &Phase::Finished, "{note}");
            assert_eq!(fake.writes(), ["DELETE customerX509"], "{note}");
            assert_eq!(apply.replaced(), Some(&former()), "{note}");
            assert_eq!(fake.users().len(), 3, "{note}: users stay");
            run(&fake, &mut begin(&fake, &undo(&apply).unwrap()));
            assert_eq!(fake.bundle(), ["A", "B"], "{note}");
        }
    }
}

/// However the first try ended: what there was before it can be had back, also once somebody else
/// has changed something and the new difference has been agreed upon.
#[test]
fn the_former_bundle_outlives_an_agreement() {
    /// The call that writes the bundle; the next one reads it back.
    const WRITE: usize = 3;
    let bundle = Fault::ForeignBundle("A B X");
    let user = Fault::ForeignUser("CN=changed", "clusterMonitor");
    let often = |from, fault: Fault| (from..from + 12).map(|at| (at, fault.clone())).collect();
    // What happens to the first run, whether the tab is reloaded in the middle of its write, what
    // somebody else does before the next run, and how often the bundle is written in all.
    let cases = [
        (Vec::<(usize, Fault)>::new(), false, Some(&bundle), 2),
        (vec![], true, Some(&bundle), 2),
        (vec![], true, Some(&user), 1),
        (often(WRITE + 1, Fault::DropBefore), false, Some(&bundle), 2),
        (often(WRITE, Fault::DropAfter), false, Some(&user), 1),
        (vec![(WRITE + 1, bundle.clone())], false, None, 2),
    ];
    for (faults, reloaded, foreign, written) in cases {
        let note = format!("{faults:?}, reloaded: {reloaded}, then {foreign:?}");
        let fake = world();
        let mut apply = begin(&fake, &wanted());
        for (at, fault) in faults {
            fake.fault(When::Call(at), fault);
        }
        let mut middle = None;
        block_on(apply.run(&fake.client(), &reads, &mut |apply: &Apply| {
            if fake.writes().is_empty() && apply.replaced().is_some() {
                middle = Some(apply.clone());
            }
            ControlFlow::Continue(())
        }));
        if reloaded {
            apply = middle.unwrap();
        }
        fake.0.borrow_mut().faults.clear();
        if let Some(fault) = foreign {
            fake.fault(When::Read, fault.clone());
        }
        run(&fake, &mut apply);
        assert!(apply.agree(), "{note}");
        assert_eq!(apply.replaced(), Some(&former()), "{note}: agreed upon");
        run(&fake, &mut apply);
        assert_eq!(apply.phase(), &Phase::Finished, "{note}");
        assert_complete(&fake, &note);
        assert_eq!(apply.replaced(), Some(&former()), "{note}: finished");
        assert!(apply.is_restarting(), "{note}: ready clusters asked once");
        let mut writes = fake.writes();
        writes.retain(|write| write == WRITES[0]);
        assert_eq!(writes.len(), written, "{note}");
    }
}

/// A try that Atlas refused has replaced nothing; what somebody else put there then is what the next
/// one replaces.
#[test]
fn a_refused_bundle_leaves_nothing_to_have_back() {
    let fake = world();
    let mut apply = begin(&fake, &wanted());
    fake.fault(When::Write, Fault::Status(403, "READ_ONLY"));
    run(&fake, &mut apply);
    fake.fault(When::Read, Fault::ForeignBundle("X"));
    run(&fake, &mut apply);
    assert!(apply.agree());
    assert_eq!(apply.replaced(), None);
    run(&fake, &mut apply);
    assert_complete(&fake, "");
    let strange = Replaced::Bundle(authority("X").pem + "\n");
    assert_eq!(apply.replaced(), Some(&strange));
}

#[test]
fn a_state_kept_before_there_were_agreements_is_read() {
    let mut apply = begin(&world(), &wanted());
    let mut kept = serde_json::to_value(&apply).unwrap();
    for name in ["former", "left_out"] {
        kept.as_object_mut().unwrap().remove(name).unwrap();
    }
    for name in ["known", "again"] {
        kept["wanted"]
            .as_object_mut()
            .unwrap()
            .remove(name)
            .unwrap();
    }
    apply.wanted.known.clear();
    assert_eq!(serde_json::from_value::<Apply>(kept).unwrap(), apply);
}
