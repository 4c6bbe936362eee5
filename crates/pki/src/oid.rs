//! Object identifiers, as raw as they come.
//!
//! `const_oid` refuses identifiers that OpenSSL takes (longer than 39 octets, with huge arcs), so
//! the engine keeps the encoded octets and prints them as OpenSSL's `OBJ_obj2txt` does.

use std::fmt;

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
}

impl fmt::Display for Oid {
    /// Dotted decimal, each arc of any size.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for arc in self.0.split_inclusive(|octet| octet & 0x80 == 0) {
            if first {
                first = false;
                // The first two arcs share one number: 40 * a + b, with a at most 2.
                let root = match arc {
                    [value] => u32::from(*value / 40).min(2),
                    _ => 2,
                };
                let mut digits = decimal(arc);
                subtract(&mut digits, root * 40);
                write!(f, "{root}.")?;
                write_digits(f, &digits)?;
            } else {
                f.write_str(".")?;
                write_digits(f, &decimal(arc))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

/// The number that an arc's septets spell, as decimal digits, lowest first.
fn decimal(arc: &[u8]) -> Vec<u8> {
    let mut digits = vec![0u8];
    for octet in arc {
        let mut carry = u32::from(octet & 0x7f);
        for digit in &mut digits {
            let value = u32::from(*digit) * 128 + carry;
            *digit = (value % 10) as u8;
            carry = value / 10;
        }
        while carry > 0 {
            digits.push((carry % 10) as u8);
            carry /= 10;
        }
    }
    digits
}

/// Takes `amount` away from a number that is at least as large.
fn subtract(digits: &mut Vec<u8>, amount: u32) {
    let mut borrow = amount;
    for digit in digits.iter_mut() {
        let take = borrow % 10;
        borrow /= 10;
        let value = u32::from(*digit);
        if value >= take {
            *digit = (value - take) as u8;
        } else {
            *digit = (value + 10 - take) as u8;
            borrow += 1;
        }
    }
    while digits.len() > 1 && digits.last() == Some(&0) {
        digits.pop();
    }
}

fn write_digits(f: &mut fmt::Formatter<'_>, digits: &[u8]) -> fmt::Result {
    digits
        .iter()
        .rev()
        .try_for_each(|digit| write!(f, "{digit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(Oid::from_content(content).to_string(), text);
        }
    }
}
