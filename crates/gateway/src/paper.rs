//! How a line looks: labels, colours, and where it ends.

use std::fmt::{Arguments, Write as _};

use anstyle::{AnsiColor, Style};

use crate::terminal::{clean, wrap};

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
pub(crate) const UNSURE: Style = AnsiColor::Yellow.on_default();
pub(crate) const NOTE: Style = AnsiColor::Cyan.on_default();
pub(crate) const FAINT: Style = Style::new().dimmed();

/// The columns of text before what a line says: two spaces, a label, a space.
const LABEL: usize = 12;
const INDENT: usize = 2 + LABEL + 1;

/// A text that is being written. Whatever is given to it may come from others: it is cleaned here.
pub(crate) struct Paper {
    text: String,
    width: Option<usize>,
}

impl Paper {
    pub(crate) fn new(width: Option<usize>) -> Self {
        Self {
            text: String::new(),
            width,
        }
    }

    /// An empty line.
    pub(crate) fn gap(&mut self) {
        self.text.push('\n');
    }

    pub(crate) fn has_gaps(&self) -> bool {
        self.text.contains("\n\n")
    }

    /// A sentence in one colour.
    pub(crate) fn sentence(&mut self, style: Style, said: &str) {
        let said = wrap(&clean(said), self.width, 0);
        self.write(format_args!("{style}{said}{style:#}\n"));
    }

    /// A word in colour, and what follows it.
    pub(crate) fn heading(&mut self, style: Style, word: &str, rest: &str) {
        let (word, rest) = (clean(word), clean(rest));
        self.write(format_args!("{style}{word}{style:#}{rest}\n"));
    }

    /// A labelled line for reading.
    pub(crate) fn line(&mut self, label: &str, said: &str) {
        let said = wrap(&clean(said), self.width, INDENT);
        self.labelled(label, &said);
    }

    /// A labelled line for copying, which is never broken.
    pub(crate) fn whole(&mut self, label: &str, said: &str) {
        self.labelled(label, &clean(said));
    }

    /// Two lines about one thing of a list.
    pub(crate) fn entry(&mut self, kind: &str, name: &str, about: &str) {
        const KIND: usize = 9;
        let (name, about) = (clean(name), wrap(&clean(about), self.width, 4));
        self.write(format_args!(
            "  {FAINT}{kind:<KIND$}{FAINT:#} {name}\n    {about}\n"
        ));
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }

    fn labelled(&mut self, label: &str, said: &str) {
        let label = clean(label);
        self.write(format_args!("  {FAINT}{label:<LABEL$}{FAINT:#} {said}\n"));
    }

    fn write(&mut self, text: Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.text.write_fmt(text);
    }
}
