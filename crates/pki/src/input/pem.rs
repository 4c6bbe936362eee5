//! PEM blocks, wherever in a text they stand.
//!
//! Where OpenSSL asks that BEGIN stand at the start of a line, this finds a block in the middle of
//! one, indented, or written with `\n` for its line ends: a person who drops such a file means the
//! certificate in it. What OpenSSL would do with the same file is told by `loading`.
//!
//! Work is linear in the text: marks are looked for once, and every body lies between two of them.

use std::ops::Range;

use memchr::memmem;

use super::{
    Content, Found, Malformed, Place, Problem, Wrapping,
    block::read_body,
    text::{LineCounter, Text},
};

const DASHES: &[u8] = b"-----";

/// The longest label that is looked for; the longest in use has 26 characters.
const MAX_LABEL: usize = 64;

/// Labels by which a BEGIN line is recognised even when its hyphens are wrong.
const LABELS_IN_USE: [&[u8]; 9] = [
    b"CERTIFICATE",
    b"X509 C",
    b"TRUSTED CERTIFICATE",
    b"PKCS7",
    b"CMS",
    b"PRIVATE KEY",
    b"ENCRYPTED PRIVATE KEY",
    b"RSA PRIVATE KEY",
    b"EC PRIVATE KEY",
];

/// Finds every block in `octets` from `from` on. What is returned is where they are, broken ones too.
pub(super) fn scan(
    octets: &[u8],
    from: usize,
    places: Places<'_>,
    found: &mut Found,
) -> Vec<Range<usize>> {
    let marks = marks(octets, from);
    let mut blocks = Vec::new();
    let mut scanner = Scanner {
        octets,
        places,
        found,
    };
    let mut next = marks.iter().peekable();
    while let Some(mark) = next.next() {
        if scanner.found.is_too_much() {
            break;
        }
        match mark.kind {
            MarkKind::End => {}
            MarkKind::Suspect => {
                scanner.begin_line(mark.at);
                blocks.push(mark.at..next.peek().map_or(octets.len(), |mark| mark.at));
            }
            MarkKind::Begin => {
                let end = next.next_if(|mark| mark.kind == MarkKind::End);
                let limit = match end {
                    Some(mark) => mark.at,
                    None => next.peek().map_or(octets.len(), |mark| mark.at),
                };
                scanner.block(mark.at, end.is_some(), limit);
                blocks.push(mark.at..limit);
            }
        }
    }
    blocks
}

/// How the places of what is found are told.
pub(super) enum Places<'t> {
    /// Counted in the text of the file.
    In {
        text: &'t Text<'t>,
        lines: LineCounter<'t>,
    },
    /// All the same: that of the outermost wrapping, of these.
    Wrapped(Place, Wrapping),
}

impl<'t> Places<'t> {
    pub(super) fn within(text: &'t Text<'t>) -> Self {
        let lines = LineCounter::new(text);
        Self::In { text, lines }
    }

    /// The line and column, and the offset in the file, of an octet.
    fn tell(&mut self, at: usize) -> (Place, Option<usize>) {
        match self {
            Self::In { text, lines } => {
                let (line, column) = lines.position(at);
                let offset = text.offset(at);
                let line = Some(line);
                (Place { line, offset }, Some(column))
            }
            Self::Wrapped(place, _) => (*place, None),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum MarkKind {
    Begin,
    End,
    /// A BEGIN of a known label with something like hyphens before it.
    Suspect,
}

/// Where a BEGIN or END line begins.
struct Mark {
    at: usize,
    kind: MarkKind,
}

fn marks(octets: &[u8], from: usize) -> Vec<Mark> {
    const BEGIN: &[u8] = b"BEGIN ";
    const END: &[u8] = b"END ";
    let text = &octets[from..];
    let mut marks = Vec::new();
    for hit in memmem::find_iter(text, BEGIN) {
        let before = &text[..hit];
        if before.ends_with(DASHES) {
            let at = from + hit - DASHES.len();
            let kind = MarkKind::Begin;
            marks.push(Mark { at, kind });
        } else if ends_in_dash(before)
            && LABELS_IN_USE
                .iter()
                .any(|label| text[hit + BEGIN.len()..].starts_with(label))
        {
            let at = from + hit;
            let kind = MarkKind::Suspect;
            marks.push(Mark { at, kind });
        }
    }
    for hit in memmem::find_iter(text, END) {
        if text[..hit].ends_with(DASHES) {
            let at = from + hit - DASHES.len();
            let kind = MarkKind::End;
            marks.push(Mark { at, kind });
        }
    }
    marks.sort_unstable_by_key(|mark| mark.at);
    marks
}

/// Whether the text ends in a hyphen, or in a dash that a word processor put there (U+2010 to
/// U+2015, U+2212, or any wide character of UTF-16), perhaps with a space behind it.
fn ends_in_dash(text: &[u8]) -> bool {
    let text = text.strip_suffix(b" ").unwrap_or(text);
    matches!(
        text,
        [.., b'-' | 0xff] | [.., 0xe2, 0x80, 0x90..=0x95] | [.., 0xe2, 0x88, 0x92]
    )
}

struct Scanner<'t, 'f> {
    octets: &'t [u8],
    places: Places<'t>,
    found: &'f mut Found,
}

impl Scanner<'_, '_> {
    /// Reads the block whose BEGIN line begins at `at`, and whose END line, if it has one, at `limit`.
    fn block(&mut self, at: usize, has_end: bool, limit: usize) {
        let label_at = at + b"-----BEGIN ".len();
        let Some(label) = label(&self.octets[label_at..limit]) else {
            return self.begin_line(at);
        };
        let (place, _) = self.places.tell(at);
        let wrapping = self.wrapping();
        let body_at = label_at + label.len() + DASHES.len();
        let body = &self.octets[body_at..limit];
        let outcome = if has_end {
            self.end_line(label, limit).and_then(|()| {
                read_body(label, body).map_err(|(at, problem)| (body_at + at, problem))
            })
        } else {
            Err((limit, Problem::NoEndLine))
        };
        match outcome {
            Ok((contents, escaped)) => {
                let escaped = wrapping.escaped.max(escaped);
                let wrapping = Wrapping {
                    escaped,
                    ..wrapping
                };
                for content in contents {
                    self.found.push(place, wrapping, content);
                }
            }
            Err((at, problem)) => self.malformed(place, Some(label), at, problem),
        }
    }

    fn end_line(&self, begin: &str, at: usize) -> Result<(), (usize, Problem)> {
        match label(&self.octets[at + b"-----END ".len()..]) {
            None => Err((at, Problem::EndLine)),
            Some(end) if end == begin => Ok(()),
            Some(end) => {
                let found = end.to_owned();
                Err((at, Problem::EndLabel { found }))
            }
        }
    }

    /// Reports a BEGIN line whose hyphens are wrong.
    fn begin_line(&mut self, at: usize) {
        let (place, _) = self.places.tell(at);
        self.malformed(place, None, at, Problem::BeginLine);
    }

    fn wrapping(&self) -> Wrapping {
        match self.places {
            Places::In { .. } => Wrapping::NONE,
            Places::Wrapped(_, wrapping) => wrapping,
        }
    }

    fn malformed(&mut self, place: Place, label: Option<&str>, at: usize, problem: Problem) {
        let (fault, column) = self.places.tell(at);
        let malformed = Malformed {
            label: label.map(str::to_owned),
            problem,
            line: fault.line,
            column,
            offset: fault.offset,
        };
        let content = Content::Malformed(malformed);
        self.found.push(place, self.wrapping(), content);
    }
}

/// The label that `text` begins with, up to five hyphens on the same line.
fn label(text: &[u8]) -> Option<&str> {
    let near = &text[..text.len().min(MAX_LABEL + DASHES.len())];
    let label = &near[..memmem::find(near, DASHES)?];
    let plain = |octet: &u8| matches!(octet, b' '..=b'~') && *octet != b'\\';
    std::str::from_utf8(label)
        .ok()
        .filter(|label| label.as_bytes().iter().all(plain))
}
