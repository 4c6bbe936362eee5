//! Getting warm, while there is nothing to do.
//!
//! A browser compiles a module in a hurry at first, to code that takes several times as long, and well only
//! what has run for a while. Most of a pile would be judged by code of the first kind. So an engine that
//! waits for its first file reads and judges a small sample again and again, for a moment.

use pki::{
    Timestamp,
    engine::Engine,
    message::{Question, Reply, pieces},
    verify::Budget,
};

use crate::task;

/// A root, an intermediate and a client: examples of the page's.
const SAMPLE: &str = include_str!("sample.pem");

/// For so many milliseconds of work.
const WORK: f64 = 400.0;

/// Works for a moment in all, or until it is wanted for something else.
pub(crate) async fn up(is_wanted: impl Fn() -> bool) {
    let mut engine = Engine::default();
    let mut work = 0.0;
    // Whatever came while the module was loaded comes first.
    task::yield_now().await;
    while work < WORK && !is_wanted() {
        let began = task::ticks();
        round(&mut engine);
        work += task::ticks() - began;
        task::yield_now().await;
    }
}

/// Everything that is done for a file, as it is done for one.
fn round(engine: &mut Engine) {
    engine.begin_anew(&[]);
    let size = SAMPLE.len();
    if engine.admit("sample.pem", size).is_err() {
        return;
    }
    let taken = engine.take("sample.pem", size, SAMPLE.as_bytes());
    std::hint::black_box(taken.is_ok());
    engine.judge(Question {
        at: Timestamp::from_unix(1_798_000_000),
        level: 2,
        bundle: String::new(),
        placed: Vec::new(),
        strangers: Vec::new(),
        before: None,
    });
    while let Some(wanted) = engine.wanted(&mut Budget::unlimited()) {
        for signature in &wanted {
            // The sample is ours: nobody need verify it.
            engine.confirm(signature);
        }
    }
    while let Some(step) = engine.step(&mut Budget::unlimited()) {
        if let Ok(answer) = step {
            for piece in pieces(&answer.after) {
                let before = false;
                let octets = borsh::to_vec(&Reply::Piece { before, piece });
                std::hint::black_box(octets.is_ok());
            }
            return;
        }
    }
}
