//! Octets as hexadecimal digits, without a formatter for each: a pile has some hundred of them for
//! every certificate.

const LOWER: &[u8; 16] = b"0123456789abcdef";
#[cfg(feature = "engine")]
const UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// Two digits an octet, in lower case.
pub(crate) fn lower(octets: &[u8]) -> String {
    digits(octets, LOWER, None)
}

/// The same with a colon between them.
#[cfg(feature = "engine")]
pub(crate) fn lower_with_colons(octets: &[u8]) -> String {
    digits(octets, LOWER, Some(':'))
}

/// The same in upper case, as fingerprints are shown.
#[cfg(feature = "engine")]
pub(crate) fn upper_with_colons(octets: &[u8]) -> String {
    digits(octets, UPPER, Some(':'))
}

fn digits(octets: &[u8], digits: &[u8; 16], separator: Option<char>) -> String {
    let mut text = String::with_capacity(octets.len() * 3);
    for (at, octet) in octets.iter().enumerate() {
        if let Some(separator) = separator
            && at > 0
        {
            text.push(separator);
        }
        text.push(char::from(digits[usize::from(octet >> 4)]));
        text.push(char::from(digits[usize::from(octet & 15)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_octet_is_two_digits() {
        let all: Vec<u8> = (0..=255).collect();
        let written: Vec<String> = all.iter().map(|octet| format!("{octet:02x}")).collect();
        assert_eq!(lower(&all), written.concat());
        assert_eq!(lower(&[]), "");
    }

    #[cfg(feature = "engine")]
    #[test]
    fn colons_stand_between_them() {
        assert_eq!(lower_with_colons(&[0x0a, 0xff]), "0a:ff");
        assert_eq!(upper_with_colons(&[0x0a, 0xff, 0x00]), "0A:FF:00");
        assert_eq!(upper_with_colons(&[]), "");
    }
}
