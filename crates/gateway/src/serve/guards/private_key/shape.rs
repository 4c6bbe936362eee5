//! What private keys look like, within any text.
//!
//! A key is told by how it begins: by words that stand around one, or by the first octets of its
//! encoding, however these are written ([`digits`]), or written once more. What begins like nothing
//! (the 32 octets of a key of Ed25519, say) is not told from a fingerprint.

use super::digits::{self, Digits};

/// In capitals, without white space and backslashes, and with one kind of quotation mark.
const WORDS: [&str; 10] = [
    // PuTTY's form.
    "PUTTY-USER-KEY",
    "PRIVATE-LINES:",
    // age's.
    "AGE-SECRET-KEY-",
    // A JSON Web Key (RFC 7517, section 4.1; RFC 7518, section 6) that is text: JSON, YAML and the
    // like.
    "KTY\":",
    "KTY:",
    "KTY=",
    "\"D\":\"",
    // What `openssl pkey -text` prints.
    "PRIVATE-KEY:(",
    "PRIVATEEXPONENT:",
    // XML: XML Signature, section 4.5.2, and what .NET adds to it.
    "RSAKEYVALUE",
];

/// How many octets tell a key that is written twice over: the sixteen that an encrypted PKCS#8 needs,
/// in hexadecimal digits.
const HEAD: usize = 32;

/// Whether a private key, or a block of any kind, begins somewhere in this text.
pub(super) fn holds_key(text: &str) -> bool {
    let bare = bare(text);
    if begins_block(text)
        || WORDS.iter().any(|word| bare.contains(word))
        || holds_printed_number(&bare)
        || holds_member(text)
    {
        return true;
    }
    // The marks of C and its kin would be taken for digits.
    let unmarked = text.replace("0x", "").replace("0X", "");
    holds_head(&digits::characters(text), false)
        || digits::escapes(text).is_some_and(|it| holds_head(&it, true))
        || [
            Digits::base64(text.as_bytes()),
            Digits::base32(text.as_bytes()),
            Digits::hex(unmarked.as_bytes()),
        ]
        .iter()
        .any(|it| holds_head(it, true))
}

/// Whether one begins in the numbers of this text.
pub(super) fn holds_key_in_numbers(text: &str) -> bool {
    digits::numbers(text).iter().any(|it| holds_head(it, true))
}

/// Whether one begins in these octets, or in a text that they are.
pub(super) fn holds_key_in_octets(octets: Vec<u8>) -> bool {
    holds_head(&Digits::octets(octets), true)
}

fn bare(text: &str) -> String {
    text.chars()
        .filter(|it| !it.is_whitespace() && *it != '\\')
        .map(|it| if it == '\'' { '"' } else { it })
        .collect::<String>()
        .to_ascii_uppercase()
}

/// PEM and its relatives (RFC 7468, RFC 4716): four hyphens at least.
fn begins_block(text: &str) -> bool {
    let text = text.replace('\\', "").to_ascii_uppercase();
    { text.match_indices("BEGIN") }.any(|(at, _)| text[..at].trim_end().ends_with("----"))
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

/// A member `d` without quotation marks, of the length of a key at least: a JSON Web Key in YAML.
fn holds_member(text: &str) -> bool {
    /// 32 octets in base64.
    const SHORTEST: usize = 43;
    text.split(['\n', ',', '{']).any(|member| {
        let member = member.trim_start_matches([' ', '\t', '-']);
        let value = member
            .strip_prefix('d')
            .and_then(|rest| rest.trim_start().strip_prefix([':', '=']));
        value.is_some_and(|value| {
            let value = value.trim_start().bytes();
            let is_digit = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_');
            { value }.take_while(is_digit).count() >= SHORTEST
        })
    })
}

/// Whether a key begins at any of these digits or, if so asked, is written there in base64 or
/// hexadecimal digits.
fn holds_head(digits: &Digits, is_text_too: bool) -> bool {
    digits.everywhere().any(|mut octets| {
        // Nearly all of a text ends here.
        let Some(first) = octets.next().filter(|it| match it {
            0x30 | b'-' | b'o' => true,
            // What these are in hexadecimal digits and in base64.
            b'2' | b'3' | b'6' | b'M' | b'L' | b'b' => is_text_too,
            _ => false,
        }) else {
            return false;
        };
        let (mut head, mut length) = ([first; HEAD], 1);
        for (place, octet) in head[1..].iter_mut().zip(octets) {
            *place = octet;
            length += 1;
        }
        let head = &head[..length];
        let is_in = |text: &Digits| is_beginning(&text.from(0).collect::<Vec<_>>());
        is_beginning(head)
            || is_text_too && (is_in(&Digits::base64(head)) || is_in(&Digits::hex(head)))
    })
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
            ("base64 of base64", "TUM0Q0FRQXdCUVlESzJWd0JDSUVJTlR1"),
            (
                "base64 of hexadecimal digits",
                "MzAyZTAyMDEwMDMwMDUwNjAzMmI2NTcw",
            ),
            ("hexadecimal digits of base64", "4d4334434151417742515944"),
            (
                "the same, PBES2",
                "4d4948734d46634743537147 53496233445145464454424b",
            ),
            ("base32 of PKCS#8", "GAXAEAIAGACQMAZLMVYAIIQE"),
            ("base32 of PEM", "fuws2ljnijcuosko"),
            ("age", "AGE-SECRET-KEY-1QQQQ"),
            ("YAML", "kty: OKP"),
            ("TOML", "kty = 'EC'"),
            (
                "YAML without a kind",
                "crv: P-256\n  d : nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            ),
            (
                "escapes of C",
                "\\060\\056\\002\\001\\000\\060\\005\\006\\003",
            ),
            (
                "what Python prints",
                "b'0.\\x02\\x01\\x000\\x05\\x06\\x03+ep'",
            ),
            (
                "what Go prints",
                "0\\x82\\x04\\xbd\\x02\\x01\\x000\\r\\x06\\t*\\x86H",
            ),
            ("JSON in JSON", "0.\\u0002\\u0001\\u00000\\u0005\\u0006"),
        ] {
            assert!(holds_key(beginning), "{form}");
            assert!(holds_key(&format!("CN={beginning}")), "{form}");
        }
    }

    #[test]
    fn octets_that_are_numbers_are_told_in_the_usual_radices() {
        for text in [
            "48 46 2 1 0 48 5 6 3 43 101 112",
            "[48, -126, 4, -67, 2, 1, 0, 48, 13, 6, 9]",
            "48-130-4-189-2-1-0-48-13-6-9",
            "060 202 004 275 002 001 000 060 015 006 011",
            "0o60,0o56,0o2,0o1,0o0,0o60,0o5,0o6",
            "0x30,0x82,0x4,0xbd,0x2,0x1,0x0,0x30,0xd,0x6,0x9",
            "30 2e 2 1 0 30 5 6 3 2b 65 70",
            "(byte) 0x30, (byte) 0x2e, 2, 1, 0, (byte) 0x30, 5, 6",
            // Characters of PEM, and of base64.
            "45, 45, 45, 45, 45, 66, 69, 71, 73, 78, 32, 80",
            "77 67 52 67 65 81 65 119 66 81 89 68",
        ] {
            assert!(holds_key_in_numbers(text), "{text}");
        }
        for text in [
            "",
            "-",
            "10.48.46.2, 1-0-48, 2026-11-30",
            "48 46 2 1 0 30",
            "tickets 48, 130, 2, 1 and 0",
        ] {
            assert!(!holds_key_in_numbers(text), "{text}");
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
            "CN=--Beginner Team--",
            "-- BEGIN shift --",
            "--- begin of the night shift ---",
            "age-secret",
            "d: the fourth",
            "grid: 32b6e34b3d91647abb20e7b832b6e34b3d91647abb20e7b8",
            "C:\\060\\docs\\x30",
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
            "M", "0", "3", "30", "o", "-", "MC4CAQ", "3082", "priv:", "0x", "\\", "\\x3", "48 ",
            "d:", "TUM0",
        ] {
            let long = part.repeat((1 << 18) / part.len());
            let begun = std::time::Instant::now();
            assert!(!holds_key(&long) && !holds_key_in_numbers(&long));
            assert!(begun.elapsed().as_secs() < 3, "{part}");
        }
    }
}
