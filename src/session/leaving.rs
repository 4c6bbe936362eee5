//! What leaving the page would lose.

use super::state::State;

impl State {
    /// Whether leaving the page would lose something: a run in the middle of its calls, a draft that the
    /// tab cannot keep, the only copy of the former bundle, or private keys, which are kept nowhere.
    pub(crate) fn would_lose(&self) -> bool {
        let holds_keys = self
            .judged
            .as_ref()
            .is_some_and(|judged| !judged.after.keys.is_empty());
        self.is_changing_atlas()
            || (self.not_kept && !self.draft.is_empty())
            || self.draft.holds_only_former_bundle()
            || holds_keys
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::rc::Rc;

    use atlas::apply::Apply;
    use serde_json::{from_value, json};

    use super::*;
    use crate::change::judged::tests::judge;

    #[test]
    fn leaving_asks_only_when_something_would_be_lost() {
        let mut state = State::default();
        assert!(!state.would_lose());
        state.not_kept = true;
        assert!(!state.would_lose(), "nothing was set up");
        Rc::make_mut(&mut state.draft).day = Some(1);
        assert!(state.would_lose());
        state.not_kept = false;
        assert!(!state.would_lose(), "it is kept");
        state.applying = true;
        assert!(
            !state.would_lose(),
            "the clusters are asked, or nothing has begun"
        );
        Rc::make_mut(&mut state.draft).apply = Some(running());
        assert!(state.would_lose(), "a run is in the middle of its calls");
        state.applying = false;
        assert!(!state.would_lose(), "it stands still, and is kept");
        let root = include_str!("../check/examples/acme-root.pem");
        state.judged = Some(Rc::new(judge(&[root], &[], &state.draft)));
        assert!(!state.would_lose(), "certificates are kept");
        let with_key = include_str!("../check/examples/payments-with-key.pem");
        state.judged = Some(Rc::new(judge(&[with_key], &[], &state.draft)));
        assert!(state.would_lose(), "private keys are kept nowhere");
    }

    fn running() -> Apply {
        from_value(json!({
            "project": "32b6e34b3d91647abb20e7b8",
            "wanted": {
                "bundle": "as-it-is", "users": [], "deleted": ["CN=a"], "dependents": {}, "user_limit": null,
            },
            "steps": [],
            "phase": {"is": "running"},
            "replaced": null,
            "clusters": [],
        }))
        .unwrap()
    }
}
