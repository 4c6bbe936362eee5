//! A password that somebody gives to open an encrypted key or a PKCS#12 file.

use std::fmt;

use zeroize::Zeroizing;

/// A password. It is wiped when it is dropped, and there is no way to print or serialise it.
///
/// An empty one is a password too: PKCS#12 files “without a password” have it, or none at all, and
/// both are tried.
pub struct Password(Zeroizing<String>);

impl Password {
    pub fn new(password: impl Into<Zeroizing<String>>) -> Self {
        Self(password.into())
    }

    /// The password itself, for another library that opens a file with it. Whoever calls this answers for
    /// the copy.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The ways in which programs turn it into octets, the usual one first.
    pub(crate) fn readings(&self) -> Vec<Reading<'_>> {
        let utf8 = self.0.as_bytes();
        // As large as it can get, so that no copy of it is left behind by growing.
        let room = || Zeroizing::new(Vec::with_capacity(2 * utf8.len() + 2));
        let with_end = |mut utf16: Zeroizing<Vec<u8>>| {
            utf16.extend([0, 0]);
            Reading { utf8, utf16 }
        };
        let mut utf16 = room();
        utf16.extend(self.0.encode_utf16().flat_map(u16::to_be_bytes));
        let mut readings = vec![with_end(utf16)];
        if utf8.is_empty() {
            // No password is not an empty one (RFC 7292, B.1): it has no end.
            let utf16 = Zeroizing::default();
            readings.push(Reading { utf8, utf16 });
        } else if !utf8.is_ascii() {
            // OpenSSL before 1.1.0 took each octet of UTF-8 for a character (`PKCS12_key_gen_utf8`).
            let mut utf16 = room();
            utf16.extend(utf8.iter().flat_map(|octet| [0, *octet]));
            readings.push(with_end(utf16));
        }
        readings
    }
}

/// A password as octets.
pub(crate) struct Reading<'p> {
    /// As PKCS#5 and PEM take it.
    pub(crate) utf8: &'p [u8],
    /// As PKCS#12 takes it: UTF-16 with the high octet first, and two zeros (RFC 7292, B.1).
    pub(crate) utf16: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Password {
    /// That it is one, and nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_read_in_the_ways_that_programs_have() {
        for (password, expected) in [
            ("ab", &[&b"\0a\0b\0\0"[..]][..]),
            ("", &[b"\0\0", b""]),
            ("ä", &[b"\0\xe4\0\0", b"\0\xc3\0\xa4\0\0"]),
            (
                "\u{1f511}",
                &[b"\xd8\x3d\xdd\x11\0\0", b"\0\xf0\0\x9f\0\x94\0\x91\0\0"],
            ),
        ] {
            let given = Password::new(password.to_owned());
            let readings = given.readings();
            let found: Vec<&[u8]> = readings.iter().map(|reading| &reading.utf16[..]).collect();
            assert_eq!(found, expected, "{password:?}");
            assert!(readings.iter().all(|it| it.utf8 == password.as_bytes()));
        }
    }

    #[test]
    fn nothing_of_a_password_is_printed() {
        assert_eq!(
            format!("{:?}", Password::new("secret".to_owned())),
            "Password"
        );
    }
}
