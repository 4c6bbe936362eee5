//! A file as text: its encoding, and where in it a line and a column are.
//!
//! Everything PEM cares about is ASCII, so text is kept as one octet a character: UTF-8 as it is,
//! UTF-16 narrowed, with an octet that is never ASCII for every unit that is not.

use std::ops::Deref;

use zeroize::Zeroizing;

use super::Encoding;

/// Stands for a UTF-16 unit beyond ASCII. No UTF-8 text holds this octet.
const NOT_ASCII: u8 = 0xff;

/// How many units of a file without a byte order mark are looked at to see that it is UTF-16.
const UTF16_SAMPLE: usize = 16;

/// A file's text.
pub(super) struct Text<'a> {
    pub(super) encoding: Encoding,
    octets: Octets<'a>,
    /// The size of the byte order mark.
    start: usize,
}

enum Octets<'a> {
    Borrowed(&'a [u8]),
    /// Narrowed text may hold a private key.
    Narrowed(Zeroizing<Vec<u8>>),
}

impl<'a> Text<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let (encoding, start) = detect(bytes);
        let rest = &bytes[start..];
        let narrow = |unit: fn([u8; 2]) -> u16| {
            let mut octets = Zeroizing::new(Vec::with_capacity(rest.len() / 2));
            for pair in rest.chunks_exact(2) {
                let unit = unit([pair[0], pair[1]]);
                let octet = u8::try_from(unit).ok().filter(u8::is_ascii);
                octets.push(octet.unwrap_or(NOT_ASCII));
            }
            Octets::Narrowed(octets)
        };
        let octets = match encoding {
            Encoding::Plain | Encoding::Utf8WithMark => Octets::Borrowed(rest),
            Encoding::Utf16LittleEndian => narrow(u16::from_le_bytes),
            Encoding::Utf16BigEndian => narrow(u16::from_be_bytes),
        };
        Self {
            encoding,
            octets,
            start,
        }
    }

    /// The offset in the file, in bytes, of an octet of the text.
    pub(super) fn offset(&self, at: usize) -> usize {
        match self.encoding {
            Encoding::Plain | Encoding::Utf8WithMark => self.start + at,
            Encoding::Utf16LittleEndian | Encoding::Utf16BigEndian => self.start + 2 * at,
        }
    }
}

impl Deref for Text<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.octets {
            Octets::Borrowed(octets) => octets,
            Octets::Narrowed(octets) => octets,
        }
    }
}

fn detect(bytes: &[u8]) -> (Encoding, usize) {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => return (Encoding::Utf8WithMark, 3),
        [0xff, 0xfe, ..] => return (Encoding::Utf16LittleEndian, 2),
        [0xfe, 0xff, ..] => return (Encoding::Utf16BigEndian, 2),
        _ => {}
    }
    let mut sample = bytes.chunks_exact(2).take(UTF16_SAMPLE);
    let enough = bytes.len() >= 2 * UTF16_SAMPLE;
    let is_text = |octet: u8| matches!(octet, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    if enough && sample.clone().all(|p| is_text(p[0]) && p[1] == 0) {
        (Encoding::Utf16LittleEndian, 0)
    } else if enough && sample.all(|p| p[0] == 0 && is_text(p[1])) {
        (Encoding::Utf16BigEndian, 0)
    } else {
        (Encoding::Plain, 0)
    }
}

/// Counts lines, going forward only, so that a whole file is counted once.
pub(super) struct LineCounter<'t> {
    octets: &'t [u8],
    at: usize,
    line: usize,
    line_start: usize,
}

impl<'t> LineCounter<'t> {
    pub(super) fn new(octets: &'t [u8]) -> Self {
        Self {
            octets,
            at: 0,
            line: 1,
            line_start: 0,
        }
    }

    /// The line and column, both from 1, of an octet that is not before any asked for earlier.
    /// LF, CRLF and CR all end a line.
    pub(super) fn position(&mut self, at: usize) -> (usize, usize) {
        while self.at < at.min(self.octets.len()) {
            let next = self.octets.get(self.at + 1);
            let ends = match self.octets[self.at] {
                b'\n' => true,
                b'\r' => next != Some(&b'\n'),
                _ => false,
            };
            self.at += 1;
            if ends {
                self.line += 1;
                self.line_start = self.at;
            }
        }
        (self.line, at.saturating_sub(self.line_start) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let text = b"a\nb\r\nc\rd\r\r\ne";
        let mut lines = LineCounter::new(text);
        let mut found = Vec::new();
        for at in [0, 2, 5, 7, text.len() - 1] {
            found.push(lines.position(at));
        }
        assert_eq!(found, [(1, 1), (2, 1), (3, 1), (4, 1), (6, 1)]);
    }

    #[test]
    fn encodings_are_told_by_their_marks_or_their_zeros() {
        let wide = |text: &str, swap: bool| -> Vec<u8> {
            text.encode_utf16()
                .flat_map(|u| {
                    if swap {
                        u.to_be_bytes()
                    } else {
                        u.to_le_bytes()
                    }
                })
                .collect()
        };
        let long = "-----BEGIN CERTIFICATE-----";
        for (bytes, encoding, offset_of_second) in [
            (b"ab".to_vec(), Encoding::Plain, 1),
            (b"\xef\xbb\xbfab".to_vec(), Encoding::Utf8WithMark, 4),
            (wide("\u{feff}aé", false), Encoding::Utf16LittleEndian, 4),
            (wide("\u{feff}aé", true), Encoding::Utf16BigEndian, 4),
            (wide(long, false), Encoding::Utf16LittleEndian, 2),
            (wide(long, true), Encoding::Utf16BigEndian, 2),
        ] {
            let text = Text::new(&bytes);
            assert_eq!(text.encoding, encoding, "{bytes:02x?}");
            assert_eq!(text.offset(1), offset_of_second);
            assert!(text.starts_with(b"a") || text.starts_with(b"--"));
        }
    }
}
