//! The outcome for people: whether it worked, why not, what to do, and the steps that this rests on.

use super::outcome::{Outcome, State, Stopped, Verdict};
use crate::paper::{BAD, FAINT, GOOD, NOTE, Paper};

/// The outcome as text, with the escapes that colour it.
pub(super) fn render(outcome: &Outcome, width: Option<usize>) -> String {
    let mut paper = Paper::new(width);
    let title = format!("  {}", outcome.file);
    if outcome.logged_in {
        paper.heading(GOOD.bold(), "✔ logged in", &title);
    } else {
        paper.heading(BAD.bold(), "✖ not logged in", &title);
    }
    if let Some(username) = &outcome.username {
        // To be copied.
        paper.whole("user name", username);
    }
    if let Some(stopped) = &outcome.stopped {
        write_stopped(&mut paper, stopped);
    }
    if let Some(verdict) = &outcome.check {
        write_verdict(&mut paper, verdict);
    }
    paper.gap();
    for taken in &outcome.steps {
        let found = taken.found.as_deref().unwrap_or_default();
        let said = match taken.state {
            State::Done => found.to_owned(),
            State::Stopped if found.is_empty() => "stopped here".to_owned(),
            State::Stopped => format!("{found}; stopped here"),
            State::NotReached => continue,
        };
        paper.line(taken.step.title(), &said);
    }
    for note in &outcome.notes {
        paper.gap();
        paper.sentence(NOTE, note);
    }
    paper.finish()
}

fn write_stopped(paper: &mut Paper, stopped: &Stopped) {
    paper.line("why", stopped.message);
    if let Some(seen) = &stopped.seen {
        paper.line("seen", seen);
    }
    if !stopped.meaning.is_empty() {
        paper.line("means", stopped.meaning);
    }
    paper.line("fix", stopped.fix);
    if let Some(command) = &stopped.command {
        let program = command.split(' ').next().unwrap_or_default();
        paper.whole(program, command);
    }
}

fn write_verdict(paper: &mut Paper, verdict: &Verdict) {
    paper.gap();
    match verdict.accepted {
        Some(true) => paper.sentence(
            FAINT,
            "Check: accepted by a server that trusts what --ca holds.",
        ),
        Some(false) => paper.sentence(
            BAD,
            "Check: refused by a server that trusts what --ca holds.",
        ),
        None => paper.sentence(
            FAINT,
            "Check: undetermined for a server that trusts what --ca holds.",
        ),
    }
    for reason in &verdict.reasons {
        paper.line("why", &reason.message);
        paper.line("fix", &reason.fix);
    }
    if let Some(log) = &verdict.mongod_logs {
        paper.whole("mongod logs", log);
    }
}
