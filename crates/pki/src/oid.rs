//! Object identifiers, as raw as they come.
//!
//! `const_oid` refuses identifiers that OpenSSL takes (longer than 39 octets, with huge arcs), so
//! the engine keeps the encoded octets and prints them as OpenSSL's `OBJ_obj2txt` does.

use std::fmt::{self, Write};

/// `OBJ_obj2txt` prints no identifier of more octets than this, after RFC 2578, section 3.5: 128
/// arcs of 32 bits. It also bounds what printing a hostile one costs.
const MAX_PRINTED: usize = 586;

/// Arcs are put together nine decimal digits at a time.
const LIMB: u32 = 1_000_000_000;

/// The content octets of an OBJECT IDENTIFIER.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(Box<[u8]>);

impl Oid {
    /// Takes content octets that a reader has already found to be well formed.
    pub fn from_content(content: &[u8]) -> Self {
        Self(content.into())
    }

    /// The content octets.
    pub fn content(&self) -> &[u8] {
        &self.0
    }

    /// The arcs; `None` where one is too large for a number, or the identifier for
    /// [`Self::dotted`].
    pub fn arcs(&self) -> Option<Vec<u64>> {
        if self.0.len() > MAX_PRINTED {
            return None;
        }
        let mut arcs = Vec::with_capacity(self.0.len() + 1);
        for septets in self.0.split_inclusive(|octet| octet & 0x80 == 0) {
            let mut arc = septets.iter().try_fold(0u64, |value, octet| {
                (value.leading_zeros() >= 7).then(|| value << 7 | u64::from(octet & 0x7f))
            })?;
            if arcs.is_empty() {
                // The first two share one number: 40 * a + b, with a at most 2.
                let root = (arc / 40).min(2);
                arcs.push(root);
                arc -= root * 40;
            }
            arcs.push(arc);
        }
        Some(arcs)
    }

    /// Dotted decimal, each arc of any size; `None` for an identifier of more than 586 octets,
    /// which OpenSSL does not print either.
    pub fn dotted(&self) -> Option<String> {
        if self.0.len() > MAX_PRINTED {
            return None;
        }
        let mut text = String::new();
        for arc in self.0.split_inclusive(|octet| octet & 0x80 == 0) {
            let mut limbs = decimal(arc);
            if text.is_empty() {
                // The first two arcs share one number: 40 * a + b, with a at most 2.
                let root = match arc {
                    [value] => u32::from(*value / 40).min(2),
                    _ => 2,
                };
                subtract(&mut limbs, root * 40);
                text.push_str(&root.to_string());
            }
            text.push('.');
            push_digits(&mut text, &limbs);
        }
        Some(text)
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.dotted() {
            Some(text) => f.write_str(&text),
            None => write!(f, "an identifier of {} octets", self.0.len()),
        }
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

/// The number that an arc's septets spell, in limbs of nine decimal digits, lowest first.
fn decimal(arc: &[u8]) -> Vec<u32> {
    let mut limbs = vec![0u32];
    // Four septets at a time: a limb times 2^28 fits 64 bits, and what is carried fits a limb.
    for septets in arc.chunks(4) {
        let mut carry = septets
            .iter()
            .fold(0, |value, octet| value << 7 | u32::from(octet & 0x7f));
        for limb in &mut limbs {
            let value = (u64::from(*limb) << (7 * septets.len())) + u64::from(carry);
            (carry, *limb) = divide(value);
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    limbs
}

/// Quotient and remainder of a value below 2^58 by the size of a limb.
#[expect(
    clippy::cast_possible_truncation,
    reason = "both are below 2^32, as the value is below 2^58"
)]
fn divide(value: u64) -> (u32, u32) {
    let limb = u64::from(LIMB);
    ((value / limb) as u32, (value % limb) as u32)
}

/// Takes `amount` away from a number that is at least as large.
fn subtract(limbs: &mut Vec<u32>, amount: u32) {
    let mut borrow = amount;
    for limb in limbs.iter_mut() {
        if *limb >= borrow {
            *limb -= borrow;
            break;
        }
        *limb = *limb + LIMB - borrow;
        borrow = 1;
    }
    while limbs.len() > 1 && limbs.last() == Some(&0) {
        limbs.pop();
    }
}

fn push_digits(text: &mut String, limbs: &[u32]) {
    for (i, limb) in limbs.iter().rev().enumerate() {
        let width = if i == 0 { 0 } else { 9 };
        // Writing to a string cannot fail.
        let _ = write!(text, "{limb:0width$}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arcs_are_those_that_are_printed() {
        for content in [
            &[0x55, 4, 3][..],
            &[0x00],
            &[0x27],
            &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11],
            &[0x88, 0x37, 0x01],
            &[0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
            &[
                0x55, 0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
            ],
            &[
                0x55, 0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00,
            ],
        ] {
            let oid = Oid::from_content(content);
            let printed = oid.to_string();
            let read: Option<Vec<u64>> = printed.split('.').map(|arc| arc.parse().ok()).collect();
            assert_eq!(oid.arcs(), read, "{printed}");
        }
    }

    #[test]
    fn prints_dotted_decimal() {
        for (content, text) in [
            (&[0x55, 4, 3][..], "2.5.4.3"),
            (&[0x2a, 0x03, 0x38], "1.2.3.56"),
            (&[0x88, 0x37, 0x01], "2.999.1"),
            (&[0x00], "0.0"),
            (
                &[
                    0x55, 0x83, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
                ],
                "2.5.36893488147419103231",
            ),
            // 2 ^ 63 as the first number, from which 80 is taken with a borrow.
            (
                &[0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
                "2.9223372036854775728",
            ),
            // 80 + 10 ^ 9, which ends in nine zeros that must all be there.
            (&[0x83, 0xdc, 0xeb, 0x94, 0x50], "2.1000000000"),
        ] {
            assert_eq!(Oid::from_content(content).to_string(), text);
        }
    }

    #[test]
    fn does_not_print_what_openssl_does_not_print() {
        let longest = vec![1; 586];
        assert!(Oid::from_content(&longest).dotted().is_some());
        let longer = Oid::from_content(&[longest, vec![1]].concat());
        assert_eq!(longer.dotted(), None);
        assert_eq!(longer.to_string(), "an identifier of 587 octets");
    }
}
