//! Whether a text can be a user name that mongod derives from some certificate, told from the text
//! alone.
//!
//! Names of database users are often typed by hand, and mongod compares them octet by octet with
//! what [`user_name`](super::user_name) writes. What it never writes is told here, with the name
//! that was probably meant.

use std::fmt;

use super::{prepare::prepare, short_names, user_name::escape};
use crate::words;

/// A text that mongod does not derive from any certificate, or hardly from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotDerived {
    /// What is wrong with it, each once, the surest first. Never empty.
    pub why: Vec<Why>,
    /// The name that was probably meant, where it can be told.
    pub likely: Option<String>,
}

/// What is wrong with a text as a user name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// A part is not a type, an equals sign and a value.
    NoName,
    /// It is written with slashes, as old programs print names.
    Slashes,
    /// Spaces stand around a type or a value.
    Spaces,
    /// A type is not spelled as OpenSSL does, and that is what the server uses.
    Type {
        /// As it stands there.
        typed: String,
        /// As OpenSSL spells it.
        right: String,
    },
    /// A character is not escaped as mongod does, or is and need not be.
    Escapes,
    /// A value holds characters that mongod replaces or removes.
    Characters,
    /// It begins with what a name usually ends with. A certificate can be made like this, and hardly
    /// any is.
    Reversed,
}

impl NotDerived {
    /// Whether no certificate at all has this name; else it is only improbable. Characters are only
    /// replaced in values of the types of text that certificates usually use.
    pub fn is_certain(&self) -> bool {
        let unusual = |why: &Why| matches!(why, Why::Reversed | Why::Characters);
        !self.why.iter().all(unusual)
    }
}

impl fmt::Display for NotDerived {
    /// A sentence for each thing that is wrong, and one for all types.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sentences = Vec::new();
        let (mut typed, mut right) = (Vec::new(), Vec::new());
        for why in &self.why {
            sentences.push(match why {
                Why::NoName => "It isn't a distinguished name such as `CN=name,O=company`.",
                Why::Slashes => "It is written with slashes; the server writes commas.",
                Why::Spaces => "It has spaces that the server doesn't write.",
                Why::Escapes => "The server escapes special characters in another way.",
                Why::Characters => "It has characters that the server replaces.",
                Why::Reversed => {
                    "It begins with the country or company and ends with the common name. The \
                     server writes them the other way round."
                }
                Why::Type {
                    typed: was,
                    right: is,
                } => {
                    typed.push(format!("`{was}`"));
                    right.push(format!("`{is}`"));
                    continue;
                }
            });
        }
        if !typed.is_empty() {
            let (right, typed) = (words::list(&right), words::list(&typed));
            write!(f, "The server writes {right}, not {typed}.")?;
            f.write_str(if sentences.is_empty() { "" } else { " " })?;
        }
        f.write_str(&sentences.join(" "))
    }
}

/// Other spellings of types, and OpenSSL's short name for each: of RFC 4519, PKCS #9, X.520, of what
/// other programs print, and of OpenSSL's long names.
const ALIASES: &[(&str, &str)] = &[
    ("businesscategory", "businessCategory"),
    ("commonname", "CN"),
    ("countryname", "C"),
    ("dnq", "dnQualifier"),
    ("domaincomponent", "DC"),
    ("e", "emailAddress"),
    ("email", "emailAddress"),
    ("g", "GN"),
    ("givenname", "GN"),
    ("localityname", "L"),
    ("organizationalunitname", "OU"),
    ("organizationname", "O"),
    ("s", "ST"),
    ("stateorprovincename", "ST"),
    ("streetaddress", "street"),
    ("surname", "SN"),
    ("t", "title"),
    ("userid", "UID"),
];

/// The types that OpenSSL spells in one way and people in many.
const USUAL: &[&str] = &[
    "CN",
    "C",
    "L",
    "ST",
    "O",
    "OU",
    "DC",
    "UID",
    "emailAddress",
    "serialNumber",
    "street",
    "title",
    "SN",
    "GN",
    "initials",
    "name",
    "dnQualifier",
    "postalCode",
    "businessCategory",
];

/// The types that stand at the far end of a name from its common name.
const LAST: [&str; 5] = ["C", "DC", "O", "ST", "L"];

/// Why a text is no user name that mongod derives; `None` when it can be one.
pub fn not_derived(text: &str) -> Option<NotDerived> {
    let mut why = Vec::new();
    let slashes = text.starts_with('/');
    if slashes {
        why.push(Why::Slashes);
    }
    let parts = split(text, slashes);
    let mut rdns: Option<Vec<Vec<Part>>> = Some(vec![Vec::new()]);
    for (separator, part) in &parts {
        let read = Part::read(part, &mut why);
        rdns = match (rdns, read) {
            (Some(mut rdns), Some(part)) => {
                if *separator == ',' {
                    rdns.push(Vec::new());
                }
                if let Some(last) = rdns.last_mut() {
                    last.push(part);
                }
                Some(rdns)
            }
            _ => None,
        };
    }
    if let Some(rdns) = &mut rdns {
        let is = |rdn: &[Part], kinds: &[&str]| rdn.iter().any(|part| kinds.contains(&&*part.kind));
        let (first, last) = (rdns.first().cloned(), rdns.last().cloned());
        let (first, last) = (first.unwrap_or_default(), last.unwrap_or_default());
        if rdns.len() > 1 && is(&first, &LAST) && is(&last, &["CN"]) && !is(&first, &["CN"]) {
            rdns.reverse();
            // With slashes the other way round is the usual one.
            if !slashes {
                why.push(Why::Reversed);
            }
        }
    }
    why.sort();
    why.dedup();
    if why.is_empty() {
        return None;
    }
    let likely = rdns.and_then(|rdns| join(&rdns));
    Some(NotDerived { why, likely })
}

#[derive(Clone)]
struct Part {
    /// As OpenSSL spells it.
    kind: String,
    /// Without escapes, as the server keeps it; `None` when it refuses such a value.
    value: Option<String>,
}

impl Part {
    /// `None` when it is no part of a name.
    fn read(part: &str, why: &mut Vec<Why>) -> Option<Self> {
        let Some((typed, written)) = part.split_once('=') else {
            why.push(Why::NoName);
            return None;
        };
        let kind = typed.trim();
        if kind.is_empty() {
            why.push(Why::NoName);
            return None;
        }
        if kind != typed {
            why.push(Why::Spaces);
        }
        let right = spelling(kind);
        if right != kind {
            why.push(Why::Type {
                typed: kind.to_owned(),
                right: right.clone(),
            });
        }
        Some(Self {
            value: value(written, why),
            kind: right,
        })
    }
}

/// The value that was meant, with what is wrong with how it is written.
fn value(written: &str, why: &mut Vec<Why>) -> Option<String> {
    let bare = trimmed(written);
    if bare != written {
        why.push(Why::Spaces);
    }
    let quoted = bare.len() > 1 && bare.starts_with('"') && bare.ends_with('"');
    let inner = if quoted {
        &bare[1..bare.len() - 1]
    } else {
        bare
    };
    let octets = unescaped(inner);
    let mut right = String::new();
    escape(&octets, &mut right);
    if right != bare {
        why.push(Why::Escapes);
    }
    let text = String::from_utf8(octets).ok()?;
    let prepared = prepare(&text).ok();
    if prepared.as_ref() != Some(&text) {
        why.push(Why::Characters);
    }
    prepared.filter(|prepared| !prepared.is_empty() || text.is_empty())
}

/// Without spaces at its ends that are not escaped. A value of two characters keeps the space at its
/// end bare (mongod's `escapeRfc2253`).
fn trimmed(written: &str) -> &str {
    let start = written.trim_start_matches(' ');
    let end = start.trim_end_matches(' ');
    let spaces = start.len() - end.len();
    if spaces == 0 || (start == written && start.len() == 2) {
        return start;
    }
    let escaped = end
        .bytes()
        .rev()
        .take_while(|octet| *octet == b'\\')
        .count()
        % 2
        == 1;
    &start[..end.len() + usize::from(escaped)]
}

/// As OpenSSL spells the type; as it stands there when OpenSSL may know no such type.
fn spelling(kind: &str) -> String {
    if USUAL.contains(&kind) {
        return kind.to_owned();
    }
    let lower = kind.to_ascii_lowercase();
    let dotted = lower.strip_prefix("oid.").unwrap_or(&lower);
    if dotted.starts_with(|c: char| c.is_ascii_digit()) {
        let arcs: Option<Vec<u64>> = dotted.split('.').map(|arc| arc.parse().ok()).collect();
        let known = arcs.and_then(|arcs| short_names::all().find(|(known, _)| *known == arcs));
        return known.map_or_else(|| dotted.to_owned(), |(_, name)| name.to_owned());
    }
    if short_names::all().any(|(_, name)| name == kind) {
        return kind.to_owned();
    }
    let usual = USUAL.iter().find(|usual| usual.eq_ignore_ascii_case(kind));
    let alias = ALIASES.iter().find(|(alias, _)| *alias == lower);
    let known = usual.copied().or(alias.map(|(_, right)| *right));
    known.unwrap_or(kind).to_owned()
}

/// The parts, each with the separator before it. A part of which a comma was not escaped comes as two.
fn split(text: &str, slashes: bool) -> Vec<(char, String)> {
    let mut parts = vec![(' ', String::new())];
    let (mut escaped, mut quoted) = (false, false);
    for c in text.chars().skip(usize::from(slashes)) {
        let separates = match c {
            '/' => slashes,
            ',' | '+' => !slashes,
            _ => false,
        };
        if separates && !escaped && !quoted {
            parts.push((if c == '+' { '+' } else { ',' }, String::new()));
            continue;
        }
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = c == '\\' && !escaped;
        if let Some((_, part)) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

/// `\,` as `,` and `\C3\A9` as the two octets (RFC 4514, section 2.4).
pub fn unescaped(text: &str) -> Vec<u8> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digit = |at: usize| {
            let digit = char::from(*after.get(at)?).to_digit(16)?;
            u8::try_from(digit).ok()
        };
        match (first, digit(0), digit(1), after.first()) {
            (b'\\', Some(high), Some(low), _) => {
                octets.push(high * 16 + low);
                rest = &after[2..];
            }
            (b'\\', _, _, Some(&next)) => {
                octets.push(next);
                rest = &after[1..];
            }
            _ => {
                octets.push(first);
                rest = after;
            }
        }
    }
    octets
}

/// As mongod writes it; `None` when it would not.
fn join(rdns: &[Vec<Part>]) -> Option<String> {
    let mut text = String::new();
    for (index, rdn) in rdns.iter().enumerate() {
        for (place, part) in rdn.iter().enumerate() {
            match (index, place) {
                (0, 0) => {}
                (_, 0) => text.push(','),
                _ => text.push('+'),
            }
            text.push_str(&part.kind);
            text.push('=');
            escape(part.value.as_ref()?.as_bytes(), &mut text);
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_the_server_never_writes_is_told_with_the_name_that_was_meant() {
        let kind = |typed: &str, right: &str| Why::Type {
            typed: typed.to_owned(),
            right: right.to_owned(),
        };
        let right = "CN=a,OU=b,O=Acme,C=US";
        let cases: &[(&str, &[Why], Option<&str>)] = &[
            ("CN=a, OU=b, O=Acme, C=US", &[Why::Spaces], Some(right)),
            ("CN = a,OU=b,O=Acme,C=US", &[Why::Spaces], Some(right)),
            ("C=US,O=Acme,OU=b,CN=a", &[Why::Reversed], Some(right)),
            (
                "C=US, O=Acme, OU=b, CN=a",
                &[Why::Spaces, Why::Reversed],
                Some(right),
            ),
            ("/C=US/O=Acme/OU=b/CN=a", &[Why::Slashes], Some(right)),
            (
                "cn=a,OU=b,O=Acme,c=US",
                &[kind("c", "C"), kind("cn", "CN")],
                Some(right),
            ),
            (
                "CN=a,E=a@b",
                &[kind("E", "emailAddress")],
                Some("CN=a,emailAddress=a@b"),
            ),
            (
                "CN=a,OID.2.5.4.10=b",
                &[kind("OID.2.5.4.10", "O")],
                Some("CN=a,O=b"),
            ),
            (
                "CN=a,2.5.4.10=b",
                &[kind("2.5.4.10", "O")],
                Some("CN=a,O=b"),
            ),
            ("CN=Jörg", &[Why::Escapes], Some("CN=J\\C3\\B6rg")),
            (
                "CN=a,O=\"Acme, Inc\"",
                &[Why::Escapes],
                Some("CN=a,O=Acme\\, Inc"),
            ),
            ("CN=a\\2Cb", &[Why::Escapes], Some("CN=a\\,b")),
            ("CN=a\\=b", &[Why::Escapes], Some("CN=a=b")),
            ("CN=#1", &[Why::Escapes], Some("CN=\\#1")),
            ("CN=a\tb", &[Why::Characters], Some("CN=a b")),
            ("CN=a,O=Acme, Inc", &[Why::NoName], None),
            ("billing", &[Why::NoName], None),
            ("", &[Why::NoName], None),
            ("=a", &[Why::NoName], None),
        ];
        for (text, why, likely) in cases {
            let found = not_derived(text).unwrap();
            assert_eq!(found.why, *why, "{text}");
            assert_eq!(found.likely.as_deref(), *likely, "{text}");
            let unusual = [&[Why::Reversed][..], &[Why::Characters]];
            assert_eq!(found.is_certain(), !unusual.contains(why), "{text}");
            assert!(!found.to_string().is_empty());
            if let Some(likely) = found.likely {
                assert_eq!(not_derived(&likely), None, "{text} becomes {likely}");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said_once() {
        let said = |text: &str| not_derived(text).unwrap().to_string();
        assert_eq!(
            said("cn=a, o=b"),
            "The server writes `CN` and `O`, not `cn` and `o`. It has spaces that the server doesn't write."
        );
    }

    #[test]
    fn what_the_server_can_write_is_left_alone() {
        for text in [
            "CN=a",
            "CN=a,OU=b,O=Acme,C=US",
            "CN=a+UID=1,O=Acme",
            "emailAddress=a@b,CN=a,O=Acme",
            "C=US,CN=a,O=Acme",
            "CN=a=b",
            "CN=a\\,b\\ ",
            "CN=a ",
            "CN=\\ ",
            "CN=J\\C3\\B6rg",
            "CN=a b",
            "CN=a  b",
            "CN=https://a/b",
            "1.3.6.1.4.1.99999.1=a,CN=b",
            "newerThanThis=a,CN=b",
            "CN=",
        ] {
            assert_eq!(not_derived(text), None, "{text}");
        }
    }
}
