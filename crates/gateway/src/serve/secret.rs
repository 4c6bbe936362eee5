//! 256 random bits, written down: the token that a call bears, and the codes that it is given for.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

/// 256 bits: far more than can be guessed, and 43 characters when written down.
const BYTES: usize = 32;

pub(crate) struct Secret(SecretString);

impl Secret {
    /// A new one, from the operating system's random numbers.
    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(BASE64_URL_SAFE_NO_PAD.encode(bytes).into()))
    }

    /// Whether this is it, in a time that does not depend on how much of it is right.
    pub(crate) fn is(&self, candidate: &[u8]) -> bool {
        self.0.expose_secret().as_bytes().ct_eq(candidate).into()
    }

    /// As text, for the one place that hands it on.
    pub(crate) fn reveal(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_secret_is_43_url_safe_characters_and_new_each_time() {
        let (first, second) = (Secret::generate().unwrap(), Secret::generate().unwrap());
        assert_eq!(first.reveal().len(), 43);
        assert!(
            first
                .reveal()
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );
        assert_ne!(first.reveal(), second.reveal());
    }

    #[test]
    fn only_the_whole_secret_is_the_secret() {
        let secret = Secret::generate().unwrap();
        let text = secret.reveal();
        assert!(secret.is(text.as_bytes()));
        for wrong in ["", &text[..42], &format!("{text}A"), &"A".repeat(43)] {
            assert!(!secret.is(wrong.as_bytes()));
        }
    }

    #[test]
    fn debugging_does_not_show_it() {
        let secret = Secret::generate().unwrap();
        assert!(!format!("{secret:?}").contains(secret.reveal()));
    }
}
