//! The token of the gateway's launch: whoever has it may make calls through the gateway.
//!
//! The gateway prints it in the fragment of its address; boot.js moves it from there into the
//! storage of this tab. A gateway that was restarted has another one.

use crate::browser;

/// The name in session storage, which boot.js uses too.
const KEY: &str = "launch-token";

/// The header that carries it.
pub(crate) const HEADER: &str = "X-Atlas-X509-Token";

/// The code of a call that the gateway refused because of it.
pub(crate) const REFUSED: &str = "LAUNCH_TOKEN";

/// 256 bits in base64url.
const LENGTH: usize = 43;

/// The token that this tab was opened with.
pub(crate) fn token() -> Option<String> {
    browser::session_storage()
        .and_then(|storage| storage.get_item(KEY).ok().flatten())
        .or_else(|| in_fragment(&browser::fragment()))
}

/// Keeps the token of the address that a restarted gateway has printed. `false`: there is none in
/// it.
pub(crate) fn keep(address: &str) -> bool {
    let fragment = address.split_once('#').map_or("", |(_, fragment)| fragment);
    match in_fragment(fragment) {
        Some(token) => {
            browser::session_storage().is_some_and(|storage| storage.set_item(KEY, &token).is_ok())
        }
        None => false,
    }
}

fn in_fragment(fragment: &str) -> Option<String> {
    let token = fragment
        .trim()
        .trim_start_matches('#')
        .strip_prefix("token=")?;
    let is_token = token.len() == LENGTH
        && token
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_token.then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_43_characters_of_base64url() {
        let token = "a".repeat(LENGTH);
        assert_eq!(in_fragment(&format!("#token={token}")), Some(token.clone()));
        assert_eq!(in_fragment(&format!("token={token} ")), Some(token.clone()));
        for bad in [
            String::new(),
            "token=".to_owned(),
            format!("token={token}a"),
            format!("token=+{}", &token[1..]),
            format!("other={token}"),
        ] {
            assert_eq!(in_fragment(&bad), None, "{bad}");
        }
    }
}
