//! What private keys look like, within any text.
//!
//! A key is told by how it begins: by words that stand around one, or by the first octets of its
//! encoding, be they written as they are, in base64 (RFC 4648, both alphabets) or in hexadecimal
//! digits, with anything between the digits. What begins like nothing (the 32 octets of a key of
//! Ed25519, say) is not told from a fingerprint.

/// In capitals, without white space and backslashes, and with one kind of quotation mark.
const WORDS: [&str; 8] = [
    // PEM and its relatives.
    "--BEGIN",
    // PuTTY's form.
    "PUTTY-USER-KEY",
    "PRIVATE-LINES:",
    // A JSON Web Key (RFC 7517, section 4.1; RFC 7518, section 6) that is text within JSON.
    "\"KTY\":",
    "\"D\":\"",
    // What `openssl pkey -text` prints.
    "PRIVATE-KEY:(",
    "PRIVATEEXPONENT:",
    // XML: XML Signature, section 4.5.2, and what .NET adds to it.
    "RSAKEYVALUE",
];

/// How many octets tell a key.
const HEAD: usize = 18;

/// Whether a private key, or a block of any kind, begins somewhere in this text.
pub(super) fn holds_key(text: &str) -> bool {
    let bare = bare(text);
    if WORDS.iter().any(|word| bare.contains(word)) || holds_printed_number(&bare) {
        return true;
    }
    let as_is: Vec<u8> = text
        .chars()
        .filter_map(|it| u8::try_from(u32::from(it)).ok())
        .collect();
    let in_base64: Vec<u8> = text.bytes().filter_map(base64_digit).collect();
    // The marks of C and its kin would be taken for digits.
    let in_hex: Vec<u8> = text
        .replace("0x", "")
        .replace("0X", "")
        .bytes()
        .filter_map(hex_digit)
        .collect();
    holds_key_in(&as_is, 8) || holds_key_in(&in_base64, 6) || holds_key_in(&in_hex, 4)
}

fn bare(text: &str) -> String {
    text.chars()
        .filter(|it| !it.is_whitespace() && *it != '\\')
        .map(|it| if it == '\'' { '"' } else { it })
        .collect::<String>()
        .to_ascii_uppercase()
}

/// `priv:` and octets behind it, as `openssl pkey -text` prints the number that is a key of an
/// elliptic curve.
fn holds_printed_number(bare: &str) -> bool {
    bare.split("PRIV:").skip(1).any(|rest| {
        rest.len() > "00:11:".len()
            && rest.bytes().zip("00:11:".bytes()).all(|(it, as_in)| {
                if as_in == b':' {
                    it == as_in
                } else {
                    it.is_ascii_hexdigit()
                }
            })
    })
}

/// Whether a key begins at any of these digits, of so many bits each.
pub(super) fn holds_key_in(digits: &[u8], bits: u8) -> bool {
    (0..digits.len()).any(|at| {
        let octets = || octets(&digits[at..], bits);
        // Nearly all of a text ends here.
        if !matches!(octets().next(), Some(0x30 | b'-' | b'o')) {
            return false;
        }
        let (mut head, mut length) = ([0; HEAD], 0);
        for (place, octet) in head.iter_mut().zip(octets()) {
            *place = octet;
            length += 1;
        }
        is_beginning(&head[..length])
    })
}

fn octets(digits: &[u8], bits: u8) -> impl Iterator<Item = u8> {
    let (mut gathered, mut count) = (0_u16, 0);
    digits.iter().filter_map(move |digit| {
        gathered = gathered << bits | u16::from(*digit);
        count += bits;
        (count >= 8).then(|| {
            count -= 8;
            (gathered >> count).to_be_bytes()[1]
        })
    })
}

fn base64_digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

fn hex_digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

/// Whether PEM, a key of OpenSSH, or the DER of a private key or of a PKCS#12 store begins so.
fn is_beginning(octets: &[u8]) -> bool {
    const PEM: &[u8] = b"-----BEGIN";
    let of_pem = octets.get(..PEM.len());
    if octets.starts_with(b"openssh-key-v1\0")
        || of_pem.is_some_and(|it| it.eq_ignore_ascii_case(PEM))
    {
        return true;
    }
    match sequence(octets) {
        // A version, and the first number of a key of RSA (RFC 8017, A.1.2) or DSA, which has 256
        // bits at least; or the octets of one of an elliptic curve (RFC 5915, section 3).
        Some([2, 1, 0 | 1, 2, 0x20..=0xff, ..] | [2, 1, 1, 4, 0x0e..=0xff, ..]) => true,
        // A version and an algorithm or a type: PKCS#8 (RFC 5958, section 2), PKCS#12 (RFC 7292,
        // section 4).
        Some([2, 1, 0 | 1 | 3, rest @ ..]) => matches!(sequence(rest), Some([6, ..])),
        // Encrypted PKCS#8: a password's algorithm of PKCS#5 or PKCS#12 (RFC 8018, A.4; RFC 7292,
        // appendix C).
        Some(content) => matches!(
            sequence(content),
            Some([6, _, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5 | 12, ..])
        ),
        None => false,
    }
}

/// What a SEQUENCE (X.690, 8.1) begins with, as far as it is here.
fn sequence(octets: &[u8]) -> Option<&[u8]> {
    let [0x30, length, rest @ ..] = octets else {
        return None;
    };
    if *length < 0x80 {
        Some(rest)
    } else {
        rest.get(usize::from(length & 0x7f)..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What OpenSSL 3 wrote, as far as it takes to tell.
    #[test]
    fn each_form_of_a_key_is_told_by_its_first_octets() {
        for (form, beginning) in [
            ("PKCS#1, RSA", "MIIEpAIBAAKCAQEA0Cf11Ynz"),
            ("PKCS#8, RSA", "MIIEvgIBADANBgkqhkiG9w0B"),
            ("PKCS#8, DSA", "MIICXQIBADCCAjYGByqGSM44"),
            ("PKCS#8, P-256", "MIGHAgEAMBMGByqGSM49AgEG"),
            ("PKCS#8, Ed25519", "MC4CAQAwBQYDK2VwBCIEINTu"),
            ("SEC 1, P-256", "MHcCAQEEIHFgelnpWm8P0f7J"),
            ("SEC 1, P-521", "MIHcAgEBBEIBfKoTopJwVWE7"),
            ("encrypted, PBES2", "MIHsMFcGCSqGSIb3DQEFDTBK"),
            ("encrypted, scrypt", "MIIFJTBPBgkqhkiG9w0BBQ0w"),
            ("encrypted, PBES1", "MIGwMBsGCSqGSIb3DQEFAzAO"),
            ("encrypted, PKCS#12", "MIGxMBwGCiqGSIb3DQEMAQMw"),
            ("PKCS#12", "MIID/AIBAzCCA7IGCSqGSIb3"),
            ("OpenSSH", "b3BlbnNzaC1rZXktdjEAAAAA"),
            ("base64 of PEM", "LS0tLS1CRUdJTiBQUklWQVRF"),
        ] {
            assert!(holds_key(beginning), "{form}");
            assert!(holds_key(&format!("CN={beginning}")), "{form}");
        }
    }

    #[test]
    fn words_and_numbers_that_people_write_are_no_key() {
        for text in [
            "",
            "the \"d\": of 3",
            "priv: yes, pub: no",
            "priv:ab",
            "private key of Acme: ask the desk",
            "Private-Key: see the wiki",
            "openssh-key-v1",
            "CN=Müller,OU=Ops,O=Acme\\, Inc.,C=DE",
            "1.2.840.113549.1.9.1=#160d6f707340616c7661",
            "00:c3:6f:30:82:04:bd:02:01:00:a1",
            "308204bd020100",
            "30 82 01 22 30 0d 06 09 2a 86 48 86 f7 0d 01 01 01 05 00 03 82 01 0f 00",
            "32b6e34b3d91647abb20e7b8 0130820101010401",
            "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A",
            "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ",
            "3082010100000000000000000000000000000000000000000000000000000000",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS",
            "f1:d2:d2:f9:24:e9:86:ac:86:fd:f7:b3:6c:94:bc:df:32:be:ec:15",
        ] {
            assert!(!holds_key(text), "{text}");
        }
    }

    #[test]
    fn a_long_text_is_looked_through_at_once() {
        for part in [
            "M", "0", "3", "30", "o", "-", "MC4CAQ", "3082", "priv:", "0x",
        ] {
            let long = part.repeat((1 << 18) / part.len());
            let begun = std::time::Instant::now();
            assert!(!holds_key(&long));
            assert!(begun.elapsed().as_secs() < 3, "{part}");
        }
    }
}
