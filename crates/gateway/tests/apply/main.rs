//! Applying a plan over real sockets while everything that can go wrong does, at every call that it
//! makes: nothing is lost, nothing is done twice, and the next run completes it.

#![allow(unreachable_pub)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
mod other_roads;
mod stage;

use std::time::Duration;

use serde_json::{Value, json};

use atlas::apply::{Phase, Replaced};
use atlas_x509::serve::Limits;
use stage::{Stage, WRITES};

/// More tries than the client makes.
const OFTEN: usize = 6;

/// An answer is there within a millisecond or two unless it is held up.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The fault befalls each call in turn, once and so often that a run gives up.
fn befalls_every_call(fault: &Value) {
    let stage = Stage::new(TIMEOUT, Limits::default());
    let calls = stage.calls();
    for (index, call) in calls.iter().enumerate() {
        for times in [1, OFTEN] {
            befalls(
                &stage,
                index,
                times,
                fault,
                &format!("{times} times from call {index}, {call}"),
            );
        }
    }
}

fn befalls(stage: &Stage, index: usize, times: usize, fault: &Value, note: &str) {
    let mut apply = stage.begin();
    stage.put_fault(index + 1, times, fault);
    stage.run(&mut apply);
    stage.clear_faults();
    stage.assert_nothing_lost(note);
    assert!(
        !matches!(apply.phase(), Phase::Changed { .. }),
        "{note}: nobody else changed anything"
    );
    stage.complete(&mut apply, note);
    stage.assert_complete(note);
    let effects = stage.effects();
    let mut once = effects.clone();
    once.dedup();
    assert_eq!(effects, once, "{note}: done twice");
    assert_eq!(effects.len(), WRITES, "{note}");
    stage.set_back();
}

/// A test a fault, so that each has a name.
macro_rules! faults {
    ($($name:ident: $fault:tt)*) => {
        $(
            #[test]
            fn $name() {
                befalls_every_call(&json!($fault));
            }
        )*
    };
}

faults! {
    any_call_may_be_answered_with_400: {"status": 400, "errorCode": "ATLAS_INVALID_ROLE"}
    any_call_may_be_answered_with_401: {"status": 401, "errorCode": "UNEXPECTED_ERROR"}
    any_call_may_be_answered_with_403: {"status": 403, "errorCode": "IP_ADDRESS_NOT_ON_ACCESS_LIST"}
    any_call_may_be_answered_with_404: {"status": 404, "errorCode": "GROUP_NOT_FOUND"}
    any_call_may_be_answered_with_409: {"status": 409, "errorCode": "ATLAS_BUSY"}
    any_call_may_be_answered_with_429: {"status": 429, "errorCode": "RATE_LIMITED", "retryAfter": 2}
    any_call_may_be_answered_with_500: {"status": 500, "errorCode": "UNEXPECTED_ERROR"}
    any_call_may_be_answered_with_503: {"status": 503, "errorCode": "SERVICE_UNAVAILABLE"}
    any_connection_may_be_dropped_before_the_effect: {"drop": "before"}
    any_connection_may_be_dropped_after_the_effect: {"drop": "after"}
}

/// How long somebody waits for a call that stalls.
const SHORT: Duration = Duration::from_millis(100);

/// Longer than that, and shorter than that and the pause before looking.
const STALL_MS: u64 = 160;

fn stalls_at_every_call(stage: &Stage) {
    // Half a second to a second is the first pause.
    stage.pace(Duration::from_millis(200));
    let calls = stage.calls();
    for (index, call) in calls.iter().enumerate() {
        let is_write = !call.starts_with("GET");
        for times in if is_write { &[1, OFTEN][..] } else { &[1] } {
            let note = format!("{times} times from call {index}, {call}");
            befalls(stage, index, *times, &json!({"stall_ms": STALL_MS}), &note);
        }
    }
}

#[test]
fn any_call_may_stall_and_be_carried_out_when_the_client_has_given_up() {
    stalls_at_every_call(&Stage::new(SHORT, Limits::default()));
}

#[test]
fn any_call_may_stall_and_be_carried_out_when_the_gateway_has_given_up() {
    let limits = Limits {
        upstream: SHORT,
        ..Limits::default()
    };
    stalls_at_every_call(&Stage::new(TIMEOUT, limits));
}

/// The place of the call that replaces the bundle.
fn bundle_write(calls: &[String]) -> usize {
    let is_it = |call: &String| call.starts_with("PATCH") && call.ends_with("userSecurity");
    calls.iter().position(is_it).unwrap()
}

#[test]
fn somebody_else_may_change_the_bundle_at_any_call_and_is_never_overwritten_unseen() {
    let stage = Stage::new(TIMEOUT, Limits::default());
    let calls = stage.calls();
    let write = bundle_write(&calls);
    let read = calls[write].replace("PATCH", "GET");
    let last_look = calls[..write]
        .iter()
        .rposition(|call| *call == read)
        .unwrap();
    for (index, call) in calls.iter().enumerate() {
        for cas in [json!(stage.strange_bundle()), Value::Null] {
            let off = if cas.is_null() { "off" } else { "other" };
            let note = format!("bundle {off} at call {index}, {call}");
            let mut apply = stage.begin();
            stage.put_fault(index + 1, 1, &json!({"foreign": {"cas": cas}}));
            stage.run(&mut apply);
            stage.assert_nothing_lost(&note);
            if index <= last_look {
                assert!(matches!(apply.phase(), Phase::Changed { .. }), "{note}");
                assert!(stage.effects().is_empty(), "{note}: overwritten unseen");
            }
            // Even one that had finished finds out.
            stage.run(&mut apply);
            stage.complete(&mut apply, &note);
            stage.assert_complete(&note);
            let replaced = match &cas {
                Value::String(cas) if index <= last_look => Replaced::Bundle(cas.clone()),
                _ if index <= last_look => Replaced::Off,
                _ => Replaced::Bundle(stage.bundle().to_owned()),
            };
            assert_eq!(apply.replaced(), Some(&replaced), "{note}");
            let mut effects = stage.effects();
            let all = effects.len();
            effects.dedup();
            assert_eq!(effects.len(), WRITES, "{note}");
            // The bundle, once more.
            assert!(all <= WRITES + 1, "{note}");
            stage.set_back();
        }
    }
}

#[test]
fn somebody_else_may_change_the_bundle_before_it_is_sent_again_and_is_never_overwritten_unseen() {
    let stage = Stage::new(TIMEOUT, Limits::default());
    let write = bundle_write(&stage.calls());
    let foreign = json!({"foreign": {"cas": stage.strange_bundle()}});
    // Each with how often it befalls the write, and how often the write is carried out all the same.
    for (fault, times, carried_out) in [
        (
            json!({"status": 429, "errorCode": "RATE_LIMITED", "retryAfter": 60}),
            1,
            0,
        ),
        (json!({"status": 429, "errorCode": "RATE_LIMITED"}), 4, 0),
        (
            json!({"status": 503, "errorCode": "SERVICE_UNAVAILABLE"}),
            1,
            0,
        ),
        (json!({"drop": "before"}), 1, 0),
        (json!({"drop": "before"}), 4, 0),
        (json!({"drop": "after"}), 1, 1),
    ] {
        let note = format!("{fault} {times} times");
        let mut apply = stage.begin();
        // A look follows each try; somebody else is there before the last one.
        let mut faults: Vec<_> = (0..times).map(|n| (write + 1 + 2 * n, 1, &fault)).collect();
        faults.push((write + 2 * times, 1, &foreign));
        stage.put_faults(&faults);
        stage.run(&mut apply);
        stage.clear_faults();
        stage.assert_nothing_lost(&note);
        assert!(matches!(apply.phase(), Phase::Changed { .. }), "{note}");
        assert_eq!(stage.effects().len(), carried_out, "{note}: sent over it");

        stage.complete(&mut apply, &note);
        stage.assert_complete(&note);
        assert_eq!(stage.effects().len(), WRITES + carried_out, "{note}");
        stage.set_back();
    }
}
