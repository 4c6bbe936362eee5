//! Octets as text has them: as they are, in base64, base32 or hexadecimal digits with anything
//! between them, as numbers, as escapes of a programming language.

/// Digits of so many bits each, which make octets from any of them on.
pub(super) struct Digits {
    digits: Vec<u8>,
    bits: u8,
}

impl Digits {
    /// Digits that are octets.
    pub(super) fn octets(octets: Vec<u8>) -> Self {
        let (digits, bits) = (octets, 8);
        Self { digits, bits }
    }

    /// RFC 4648, sections 4 and 5.
    pub(super) fn base64(text: &[u8]) -> Self {
        let digit = |byte: &u8| match byte {
            b'A'..=b'Z' => Some(byte - b'A'),
            b'a'..=b'z' => Some(byte - b'a' + 26),
            b'0'..=b'9' => Some(byte - b'0' + 52),
            b'+' | b'-' => Some(62),
            b'/' | b'_' => Some(63),
            _ => None,
        };
        let (digits, bits) = (text.iter().filter_map(digit).collect(), 6);
        Self { digits, bits }
    }

    /// RFC 4648, section 6.
    pub(super) fn base32(text: &[u8]) -> Self {
        let digit = |byte: &u8| match byte.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => Some(letter - b'A'),
            digit @ b'2'..=b'7' => Some(digit - b'2' + 26),
            _ => None,
        };
        let (digits, bits) = (text.iter().filter_map(digit).collect(), 5);
        Self { digits, bits }
    }

    pub(super) fn hex(text: &[u8]) -> Self {
        let digit = |byte: &u8| {
            let digit = char::from(*byte).to_digit(16)?;
            u8::try_from(digit).ok()
        };
        let (digits, bits) = (text.iter().filter_map(digit).collect(), 4);
        Self { digits, bits }
    }

    /// The octets from each digit on.
    pub(super) fn everywhere(&self) -> impl Iterator<Item = impl Iterator<Item = u8>> {
        (0..self.digits.len()).map(|at| self.from(at))
    }

    pub(super) fn from(&self, at: usize) -> impl Iterator<Item = u8> {
        let (mut gathered, mut count) = (0_u16, 0);
        self.digits[at..].iter().filter_map(move |digit| {
            gathered = gathered << self.bits | u16::from(*digit);
            count += self.bits;
            (count >= 8).then(|| {
                count -= 8;
                (gathered >> count).to_be_bytes()[1]
            })
        })
    }
}

/// The octets that a text's characters are.
pub(super) fn characters(text: &str) -> Digits {
    let octets = text.chars().filter_map(|it| u8::try_from(it).ok());
    Digits::octets(octets.collect())
}

/// Those of a string as C and its kin write it: `0\202\x04\u00bd`. `None` without a backslash.
pub(super) fn escapes(text: &str) -> Option<Digits> {
    text.contains('\\').then(|| {
        let mut octets = Vec::new();
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let (octet, length) =
                escaped(rest).unwrap_or((u8::try_from(next).ok(), next.len_utf8()));
            octets.extend(octet);
            rest = rest.get(length..).unwrap_or_default();
        }
        Digits::octets(octets)
    })
}

/// The octet that an escape stands for, and its length.
fn escaped(text: &str) -> Option<(Option<u8>, usize)> {
    let code = text.strip_prefix('\\')?;
    let (before, radix, longest) = match code.bytes().next()? {
        b'0'..=b'7' => (1, 8, 3),
        b'x' => (2, 16, 2),
        b'u' => (2, 16, 4),
        letter => {
            let octet = match letter {
                b'a' => 7,
                b'b' => 8,
                b't' => b'\t',
                b'n' => b'\n',
                b'v' => 11,
                b'f' => 12,
                b'r' => b'\r',
                other => other,
            };
            return Some((Some(octet), 2));
        }
    };
    let digits = text.get(before..)?.chars();
    let length = { digits }
        .take(longest)
        .take_while(|it| it.is_digit(radix))
        .count();
    let number = u32::from_str_radix(text.get(before..before + length)?, radix).ok();
    Some((number.and_then(|it| u8::try_from(it).ok()), before + length))
}

/// Octets as numbers, one after the other: decimal, with a sign or not, octal and hexadecimal.
pub(super) fn numbers(text: &str) -> [Digits; 3] {
    let (mut decimal, mut octal, mut hex) = (Vec::new(), Vec::new(), Vec::new());
    let mut before = "";
    for part in text.split_inclusive(|it: char| !it.is_ascii_alphanumeric()) {
        let number = part.trim_end_matches(|it: char| !it.is_ascii_alphanumeric());
        // A hyphen behind a number stands between two of them.
        let is_negative = before == "-";
        before = if number.is_empty() { part } else { "" };
        if number.is_empty() || number.len() > "0xff".len() {
            continue;
        }
        let value: Option<i16> = number.parse().ok();
        decimal.extend(value.and_then(|it| octet(if is_negative { -it } else { it })));
        octal.extend(u8::from_str_radix(number.trim_start_matches("0o"), 8));
        hex.extend(u8::from_str_radix(number.trim_start_matches("0x"), 16));
    }
    [decimal, octal, hex].map(Digits::octets)
}

/// A number that is an octet, with a sign as in Java or without one.
pub(super) fn octet(number: i16) -> Option<u8> {
    (-128..=255)
        .contains(&number)
        .then(|| number.to_be_bytes()[1])
}
