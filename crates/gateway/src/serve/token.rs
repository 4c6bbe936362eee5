//! The token of one launch: what tells the page that this program opened from any other page and
//! any other program that can reach the port.
//!
//! It travels in the fragment of the address, which browsers never send, and comes back in a
//! header. Nothing but the `Open` line ever shows it.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

/// 256 bits: far more than can be guessed, and 43 characters when written down.
const BYTES: usize = 32;

/// The header that a call below `/api/` bears it in.
pub(crate) const HEADER: &str = "x-atlas-x509-token";

pub(crate) struct LaunchToken(SecretString);

impl LaunchToken {
    /// A new one, from the operating system's random numbers.
    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(Base64UrlUnpadded::encode_string(&bytes).into()))
    }

    /// Whether this is the token, in a time that does not depend on how much of it is right.
    pub(crate) fn is(&self, candidate: &[u8]) -> bool {
        self.0.expose_secret().as_bytes().ct_eq(candidate).into()
    }

    /// The token as text, for the `Open` line alone.
    pub(crate) fn reveal(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for LaunchToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LaunchToken")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_token_is_43_url_safe_characters_and_new_each_time() {
        let (first, second) = (
            LaunchToken::generate().unwrap(),
            LaunchToken::generate().unwrap(),
        );
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
    fn only_the_whole_token_is_the_token() {
        let token = LaunchToken::generate().unwrap();
        let text = token.reveal();
        assert!(token.is(text.as_bytes()));
        for wrong in ["", &text[..42], &format!("{text}A"), &"A".repeat(43)] {
            assert!(!token.is(wrong.as_bytes()));
        }
    }

    #[test]
    fn debugging_does_not_show_it() {
        let token = LaunchToken::generate().unwrap();
        assert!(!format!("{token:?}").contains(token.reveal()));
    }
}
