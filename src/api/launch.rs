//! The token of the gateway's launch: whoever has it may make calls through the gateway.
//!
//! The gateway prints a code in the fragment of its address; boot.js exchanges it for the token and
//! keeps that in the storage of this tab. A gateway that was restarted has another one.

use js_sys::Reflect;

use crate::browser;

/// The name in session storage, which boot.js uses too.
const KEY: &str = "launch-token";

/// The property of the window that boot.js uses where there is no storage.
const PROPERTY: &str = "launchToken";

/// What boot.js raises when a new address was opened in this tab.
pub(crate) const EVENT: &str = "launched";

/// The code of a call that the gateway refused because of it.
pub(crate) const REFUSED: &str = "LAUNCH_TOKEN";

/// 256 bits in base64url.
const LENGTH: usize = 43;

/// The token of this tab.
pub(crate) fn token() -> Option<String> {
    browser::session_storage()
        .and_then(|storage| storage.get_item(KEY).ok().flatten())
        .or_else(|| {
            Reflect::get(&browser::window(), &PROPERTY.into())
                .ok()?
                .as_string()
        })
}

/// Opens an address that the gateway has printed, in this tab. `false`: there is no code in it.
pub(crate) fn open(address: &str) -> bool {
    let code = code_in(address);
    if let Some(code) = code {
        let _ = browser::window().location().set_hash(code);
    }
    code.is_some()
}

/// What follows `#` in such an address, its name included.
fn code_in(address: &str) -> Option<&str> {
    let (_, fragment) = address.trim().rsplit_once('#')?;
    let code = fragment.strip_prefix("code=")?;
    let is_code = code.len() == LENGTH
        && code
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_code.then_some(fragment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_43_characters_of_base64url() {
        let fragment = format!("code={}", "a".repeat(LENGTH));
        for good in [
            format!("http://x509-abc.localhost:8787/#{fragment}"),
            format!(" Open http://x509-abc.localhost:8787/#{fragment} "),
            format!("#{fragment}"),
        ] {
            assert_eq!(code_in(&good), Some(&*fragment), "{good}");
        }
        for bad in [
            String::new(),
            "#code=".to_owned(),
            format!("#{fragment}a"),
            format!("#code=+{}", "a".repeat(LENGTH - 1)),
            format!("#token={}", "a".repeat(LENGTH)),
            fragment,
        ] {
            assert_eq!(code_in(&bad), None, "{bad}");
        }
    }
}
