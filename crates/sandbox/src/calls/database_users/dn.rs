//! Distinguished names as text (RFC 2253), read only as far as their form goes.
//!
//! Blanks around separators are taken, as RFC 2253 asks (section 4), and nothing is compared: that
//! a name can be saved does not mean that it is the one which the server derives.

/// A name that is well formed, by the types of its attributes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DistinguishedName {
    types: Vec<String>,
}

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotADn {
    Syntax,
    /// A character stands bare that has to be escaped, or none that can be in a name.
    Metacharacters,
}

impl DistinguishedName {
    pub(super) fn parse(text: &str) -> Result<Self, NotADn> {
        let mut types = Vec::new();
        let mut rest = text;
        loop {
            let (kind, behind) = rest.split_once('=').ok_or(NotADn::Syntax)?;
            let kind = kind.trim();
            if !is_type(kind) {
                return Err(NotADn::Syntax);
            }
            types.push(kind.to_owned());
            match value(behind)? {
                Some(next) => rest = next,
                None => return Ok(Self { types }),
            }
        }
    }

    pub(super) fn has_common_name(&self) -> bool {
        self.types.iter().any(|kind| is_common_name(kind))
    }

    pub(super) fn is_common_name_alone(&self) -> bool {
        self.types.len() == 1 && self.has_common_name()
    }
}

fn is_common_name(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    matches!(
        kind.strip_prefix("oid.").unwrap_or(&kind),
        "cn" | "commonname" | "2.5.4.3"
    )
}

/// A keyword, or a dotted identifier.
fn is_type(kind: &str) -> bool {
    let oid = kind
        .strip_prefix("OID.")
        .or_else(|| kind.strip_prefix("oid."))
        .unwrap_or(kind);
    let is_oid = oid
        .split('.')
        .all(|arc| !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit()));
    is_oid
        || (kind.starts_with(|c: char| c.is_ascii_alphabetic())
            && kind
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
}

/// Passes a value, and gives what follows its separator; `None` at the end of the name.
///
/// Assumption: which characters are illegal is not published; here it is those that RFC 2253 has
/// escaped, and control characters.
fn value(text: &str) -> Result<Option<&str>, NotADn> {
    let text = text.trim_start_matches(' ');
    if let Some(quoted) = text.strip_prefix('"') {
        return behind_quotes(quoted);
    }
    let end = unescaped_end(text)?;
    let (value, rest) = text.split_at(end);
    if let Some(digits) = value.trim_end().strip_prefix('#') {
        let is_hex = !digits.is_empty()
            && digits.len() % 2 == 0
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_hex {
            return Err(NotADn::Syntax);
        }
    }
    Ok(rest.get(1..))
}

/// Where a value ends that is not in quotes: at a separator or at the end of the text.
fn unescaped_end(text: &str) -> Result<usize, NotADn> {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            ',' | '+' => return Ok(at),
            '\\' => match chars.next().ok_or(NotADn::Syntax)?.1 {
                ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' | '#' | ' ' => {}
                first if first.is_ascii_hexdigit() => {
                    let second = chars.next().map(|(_, c)| c);
                    if !second.is_some_and(|c| c.is_ascii_hexdigit()) {
                        return Err(NotADn::Syntax);
                    }
                }
                _ => return Err(NotADn::Syntax),
            },
            '"' | '<' | '>' | ';' => return Err(NotADn::Metacharacters),
            c if c.is_control() => return Err(NotADn::Metacharacters),
            _ => {}
        }
    }
    Ok(text.len())
}

/// Passes the rest of a value in quotes, and its separator.
fn behind_quotes(quoted: &str) -> Result<Option<&str>, NotADn> {
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next().ok_or(NotADn::Syntax)?;
            }
            '"' => {
                let rest = quoted[at + 1..].trim_start_matches(' ');
                return match rest.chars().next() {
                    None => Ok(None),
                    Some(',' | '+') => Ok(Some(&rest[1..])),
                    Some(_) => Err(NotADn::Syntax),
                };
            }
            c if c.is_control() => return Err(NotADn::Metacharacters),
            _ => {}
        }
    }
    Err(NotADn::Syntax)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn names_are_told_from_what_is_none() {
        use NotADn::{Metacharacters, Syntax};
        let long = format!("CN={}", "x".repeat(2000));
        for (text, expected) in [
            ("CN=Jane Doe,O=MongoDB,C=US", Ok(true)),
            ("CN=Jane Doe, O=MongoDB, C=US", Ok(true)),
            ("cn=a", Ok(true)),
            ("2.5.4.3=a", Ok(true)),
            ("O=MongoDB", Ok(false)),
            (r"CN=a\,b\+c\\d\#\ ,O=x", Ok(true)),
            (r"CN=a\C3\A4", Ok(true)),
            ("CN=#0c0161,O=x", Ok(true)),
            ("CN=a=b", Ok(true)),
            ("CN=,O=x", Ok(true)),
            ("OU=a+CN=b,C=US", Ok(true)),
            ("CN=\"a,b\" ,C=US", Ok(true)),
            ("CN=/slash=ja/n\u{e4}h,1.2.3=#04", Ok(true)),
            (&long, Ok(true)),
            ("", Err(Syntax)),
            ("jane", Err(Syntax)),
            ("CN=a,", Err(Syntax)),
            ("CN=a,,O=b", Err(Syntax)),
            ("=a", Err(Syntax)),
            ("1.=a", Err(Syntax)),
            ("C N=a", Err(Syntax)),
            (r"CN=a\", Err(Syntax)),
            (r"CN=a\x", Err(Syntax)),
            ("CN=#0c0", Err(Syntax)),
            ("CN=\"a", Err(Syntax)),
            ("CN=\"a\"b", Err(Syntax)),
            ("CN=a<b", Err(Metacharacters)),
            ("CN=a;O=b", Err(Metacharacters)),
            ("CN=a\u{0}", Err(Metacharacters)),
        ] {
            let found = DistinguishedName::parse(text).map(|dn| dn.has_common_name());
            assert_eq!(found, expected, "{text}");
        }
        let alone = |text| {
            DistinguishedName::parse(text)
                .unwrap()
                .is_common_name_alone()
        };
        assert!(alone("CN=alice"));
        assert!(!alone("CN=alice,O=x"));
        assert!(!alone("O=x"));
    }
}
