//! Views for tests, from the engine itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use pki::{Timestamp, engine::Engine, message::Question, verify::Budget, view::View};

use super::LEVEL;

/// A question about the middle of 2026.
pub(crate) fn question() -> Question {
    Question {
        at: Timestamp::parse_rfc3339("2026-07-01T00:00:00Z").unwrap(),
        level: LEVEL,
        bundle: String::new(),
        placed: Vec::new(),
        strangers: Vec::new(),
        before: None,
    }
}

/// What the engine answers about some files.
pub(crate) fn answer(files: &[(&str, &str)], question: Question) -> super::Answer {
    let mut engine = Engine::default();
    for (name, text) in files {
        engine.admit(name, text.len()).unwrap();
        let added = engine.take(name, text.len(), text.as_bytes());
        added.map_err(|why| why.sentence()).unwrap();
    }
    engine.judge(question);
    let answer = engine.step(&mut Budget::unlimited()).unwrap();
    let answer = match answer {
        // The bundle as it is comes second.
        Err(_) => engine.step(&mut Budget::unlimited()).unwrap().unwrap(),
        Ok(answer) => answer,
    };
    super::Answer {
        after: answer.after,
        before: answer.before,
        aside: answer.aside,
    }
}

/// The view of some files.
pub(crate) fn view(files: &[(&str, &str)]) -> View {
    answer(files, question()).after
}
