//! String preparation for comparing directory strings (RFC 4518), as ICU's profile
//! `USPREP_RFC4518_LDAP` does it, which is what mongod calls.
//!
//! It is sections 2.2 to 2.4 of the RFC alone: no case folding, no check of bidirectional text, no
//! handling of insignificant spaces. ICU's table differs from the RFC's in places; it was measured
//! (ICU 72.1), and this follows what was measured.

use super::{nfkc::nfkc, unassigned::is_unassigned};

/// A character for which the whole value is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Unicode 3.2 does not assign it.
    Unassigned(char),
    /// For private use, or not a character.
    Prohibited(char),
    /// It has more than [`MAX_CHARACTERS`].
    TooLong,
}

/// The most characters of a user name that are worked out: eight times what Atlas takes.
pub(super) const MAX_CHARACTERS: usize = 8 * super::atlas::USER_NAME_MAX;

/// Maps, normalises (NFKC) and refuses. The result may be empty.
pub(super) fn prepare(value: &str) -> Result<String, Refused> {
    let mut mapped = String::with_capacity(value.len());
    for c in value.chars() {
        if is_unassigned(c) {
            return Err(Refused::Unassigned(c));
        }
        mapped.extend(map(c));
    }
    // Among characters of Unicode 3.2 today's NFKC does what it did then, but for the five
    // corrections that `map` takes back.
    let normalized = nfkc(&mapped, MAX_CHARACTERS).ok_or(Refused::TooLong)?;
    match normalized.chars().find(|c| is_prohibited(*c)) {
        Some(c) => Err(Refused::Prohibited(c)),
        None => Ok(normalized),
    }
}

/// RFC 4518, section 2.2. What NFKC does anyway is left to it.
pub(super) fn map(c: char) -> Option<char> {
    match c {
        // Controls, and characters that show nothing: deleted.
        '\0'..='\u{8}'
        | '\u{e}'..='\u{1f}'
        | '\u{7f}'..='\u{84}'
        | '\u{86}'..='\u{9f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{6dd}'
        | '\u{70f}'
        | '\u{1806}'
        | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2063}'
        | '\u{206a}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffc}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0001}'
        | '\u{e0020}'..='\u{e007f}' => None,
        // White space that NFKC keeps.
        '\t'..='\r' | '\u{85}' | '\u{1680}' | '\u{2028}' | '\u{2029}' => Some(' '),
        // What Unicode 3.2 decomposed these to, before Corrigendum 4 put it right.
        '\u{2f868}' => Some('\u{2136a}'),
        '\u{2f874}' => Some('\u{5f33}'),
        '\u{2f91f}' => Some('\u{43ab}'),
        '\u{2f95f}' => Some('\u{7aae}'),
        '\u{2f9bf}' => Some('\u{4d57}'),
        c => Some(c),
    }
}

/// RFC 4518, section 2.4: private use and noncharacters. ICU lets U+FFFD pass.
fn is_prohibited(c: char) -> bool {
    let code_point = u32::from(c);
    matches!(code_point, 0xe000..=0xf8ff | 0xfdd0..=0xfdef | 0xf_0000..)
        || code_point & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_grows_without_end_is_given_up_and_what_shrinks_is_not() {
        // U+FDFA becomes eighteen characters, of which a limit takes so many.
        let few = MAX_CHARACTERS / 18;
        let grown = prepare(&"\u{fdfa}".repeat(few)).unwrap();
        assert_eq!(grown.chars().count(), few * 18);
        assert_eq!(prepare(&"\u{fdfa}".repeat(300_000)), Err(Refused::TooLong));
        assert_eq!(
            prepare(&"a".repeat(MAX_CHARACTERS + 1)),
            Err(Refused::TooLong)
        );
        // Four characters to one: a letter, and three marks.
        let marked = "\u{3b1}\u{313}\u{301}\u{345}".repeat(MAX_CHARACTERS);
        let composed = prepare(&marked).unwrap();
        assert_eq!(composed, "\u{1f84}".repeat(MAX_CHARACTERS));
        // What is deleted counts for nothing.
        let mapped = format!("a{}", "\u{ad}".repeat(300_000));
        assert_eq!(prepare(&mapped), Ok("a".to_owned()));
    }

    /// What ICU was measured to do with each code point alone.
    const MEASURED: &str = include_str!("../../tests/data/rfc4518-actions.tsv");

    #[test]
    fn does_with_every_code_point_what_icu_does() {
        let mut next = 0;
        for line in MEASURED.lines().filter(|line| !line.starts_with('#')) {
            let (range, action) = line.split_once('\t').unwrap();
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let first = u32::from_str_radix(first, 16).unwrap();
            let last = u32::from_str_radix(last, 16).unwrap();
            for c in (next..first).filter_map(char::from_u32) {
                assert_eq!(prepare(&c.to_string()), Ok(c.to_string()), "{c:?}");
            }
            for c in (first..=last).filter_map(char::from_u32) {
                let expected = match action {
                    "delete" => Ok(String::new()),
                    "unassigned" => Err(Refused::Unassigned(c)),
                    "prohibited" => Err(Refused::Prohibited(c)),
                    becomes => Ok(becomes
                        .split(' ')
                        .map(|hex| char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap())
                        .collect()),
                };
                assert_eq!(prepare(&c.to_string()), expected, "{c:?}");
            }
            next = last + 1;
        }
        assert_eq!(next, 0x11_0000, "the list ends with the last code point");
    }

    #[test]
    fn composes_across_characters() {
        for (value, expected) in [
            ("e\u{301}", "\u{e9}"),
            // What is deleted does not stand between a letter and its accent.
            ("e\u{ad}\u{34f}\u{301}", "\u{e9}"),
            // Two marks in the order of their classes, and the second of them composed.
            ("a\u{301}\u{323}", "\u{1ea1}\u{301}"),
            ("\u{1100}\u{1161}\u{11a8}", "\u{ac01}"),
            ("\u{ff76}\u{ff9e}", "\u{30ac}"),
            ("\u{3000}\u{308}", " \u{308}"),
            // A sequence that is blocked (Corrigendum 5).
            ("\u{b47}\u{300}\u{b3e}", "\u{b47}\u{300}\u{b3e}"),
        ] {
            assert_eq!(prepare(value), Ok(expected.to_owned()), "{value:?}");
        }
    }
}
