//! What a person's terminal, or the log of a pipeline, is given to print.
//!
//! Names of certificates, of files and of settings come from others. Some of their characters mean
//! something to whoever prints them: an escape moves the cursor, a line break begins a line that a
//! CI system takes for a command of its own, a direction mark shows text in another order than it
//! has. [`clean`] takes those out, and stands before everything foreign that this program prints for
//! people.

use std::{
    borrow::Cow,
    fmt::Display,
    io::{self, Write as _},
};

use textwrap::{Options, WordSplitter};

/// The text with `�` in place of each character that does something when it is printed.
pub(crate) fn clean(said: &str) -> Cow<'_, str> {
    let harmless = |at: usize, c: char| !acts(c) && !begins_command(&said[at..]);
    if said.char_indices().all(|(at, c)| harmless(at, c)) {
        return Cow::Borrowed(said);
    }
    said.char_indices()
        .map(|(at, c)| {
            if harmless(at, c) {
                c
            } else {
                char::REPLACEMENT_CHARACTER
            }
        })
        .collect()
}

/// Whether a CI system takes this for a command wherever in a line it stands: `##[group]` (GitHub),
/// `##vso[task.setvariable …]` (Azure Pipelines), `##teamcity[…]`.
fn begins_command(text: &str) -> bool {
    text.strip_prefix("##").is_some_and(|rest| {
        rest.trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .starts_with('[')
    })
}

/// Whether printing a character does anything but show it: C0, C1 and DEL, line and paragraph
/// separators, and what sets the direction of text (Unicode Standard Annex 9, section 2).
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}')
}

/// Says something on standard error, in the name of one command.
pub(crate) fn complain(command: &str, said: &dyn Display) {
    let said = said.to_string();
    // Nothing is left to tell when standard error is gone.
    let _ = writeln!(io::stderr(), "atlas-x509 {command}: {}", clean(&said));
}

/// The narrowest terminal that lines are wrapped for: narrower ones wrap by themselves.
const NARROWEST: usize = 40;

/// The columns of the terminal that standard output is; `None` when it is none, for then whoever
/// reads it wants lines whole.
pub(crate) fn width() -> Option<usize> {
    let (terminal_size::Width(columns), _) = terminal_size::terminal_size_of(io::stdout())?;
    Some(usize::from(columns).max(NARROWEST))
}

/// Breaks a text between words, so that no line is wider than `width`; the lines after the first are
/// indented. A word that is too long stays whole: it may be there to be copied.
pub(crate) fn wrap(text: &str, width: Option<usize>, indent: usize) -> String {
    let Some(width) = width else {
        return text.to_owned();
    };
    let indent = " ".repeat(indent);
    let options = Options::new(width)
        .initial_indent(&indent)
        .subsequent_indent(&indent)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    let lines = textwrap::fill(text, options);
    // What stands before the first line is written already.
    lines.strip_prefix(&indent).unwrap_or(&lines).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_foreign_does_anything_when_it_is_printed() {
        for (said, printed) in [
            ("Jörg's “ca”.pem", "Jörg's “ca”.pem"),
            ("a\u{1b}[2Jb", "a�[2Jb"),
            ("a\n::error::b", "a�::error::b"),
            ("a\r\tb\u{7f}\u{9b}", "a��b��"),
            ("a ##vso[task.complete]", "a �#vso[task.complete]"),
            ("##[error]", "�#[error]"),
            ("# ## #1 [x]", "# ## #1 [x]"),
            ("a\u{202e}b\u{2066}c\u{200f}\u{2028}", "a�b�c��"),
        ] {
            assert_eq!(clean(said), printed, "{said:?}");
        }
    }

    #[test]
    fn lines_end_between_words_and_words_stay_whole() {
        let text = "one two three four/five/six/seven/eight/nine 日本語 日本語";
        for (width, lines) in [
            (None, text),
            (
                Some(14),
                "one two\n    three\n    four/five/six/seven/eight/nine\n    日本語\n    日本語",
            ),
            (Some(200), text),
        ] {
            assert_eq!(wrap(text, width, 4), lines, "{width:?}");
        }
        assert_eq!(wrap("", Some(40), 4), "");
    }
}
