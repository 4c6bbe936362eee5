//! User names that were typed by hand and are nearly, but not exactly, what the server derives from
//! a client's certificate: the commonest reason why somebody with a good certificate cannot log in.
//!
//! A server compares user names letter by letter. What is told here is a guess for a person to
//! judge; nothing is decided by it.

use std::collections::BTreeSet;

use pki::name::derived::unescaped;
use strsim::osa_distance;

/// A user that no client here can log in as, beside the name that was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lookalike {
    /// The user that Atlas has.
    pub(crate) old: String,
    /// The name that the server derives from a client's certificate.
    pub(crate) new: String,
    pub(crate) how: How,
}

/// How a name differs from the one that was probably meant; the surest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum How {
    /// It says the same, written otherwise.
    Written(Vec<Writing>),
    /// A word differs by a letter or two: its spelling in the old name and in the new one.
    Letters { old: String, new: String },
    /// It lacks these parts, and is the same otherwise.
    Lacks(Vec<String>),
    /// It has these parts too many, and is the same otherwise.
    Exceeds(Vec<String>),
}

/// One way to write the same name otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Writing {
    Order,
    Case,
    Spaces,
    /// `emailAddress` for `E`, `2.5.4.3` for `CN`.
    Types,
    /// Slashes in place of commas, other escapes.
    Signs,
}

/// Words shorter than this differ for a reason: `service-a` is not `service-b`.
const SHORTEST_WORD: usize = 5;

/// In words of this length even two letters may be a slip.
const LONG_WORD: usize = 8;

/// The users among `existing` that are none of `derived`, but look like one of them.
pub(crate) fn find<'a>(
    existing: impl IntoIterator<Item = &'a str>,
    derived: &[&str],
) -> Vec<Lookalike> {
    let exact: BTreeSet<&str> = derived.iter().copied().collect();
    let derived: Vec<Parsed> = exact.iter().filter_map(|name| Parsed::new(name)).collect();
    existing
        .into_iter()
        .filter(|old| !exact.contains(old))
        .filter_map(|old| {
            let old = Parsed::new(old)?;
            let likely = derived
                .iter()
                .filter_map(|new| Some((how(&old, new)?, new.text)));
            let (how, new) = likely.min()?;
            Some(Lookalike {
                old: old.text.to_owned(),
                new: new.to_owned(),
                how,
            })
        })
        .collect()
}

fn how(old: &Parsed, new: &Parsed) -> Option<How> {
    if old.sorted == new.sorted {
        return Some(How::Written(writings(old, new)));
    }
    let only_old = old.without(new);
    let only_new = new.without(old);
    match (only_old.as_slice(), only_new.as_slice()) {
        ([old_part], [new_part]) if old_part.kind == new_part.kind => {
            letters(&old_part.value, &new_part.value)
        }
        ([], lacking) if old.has_common_name() => Some(How::Lacks(texts(lacking))),
        (too_many, []) if new.has_common_name() => Some(How::Exceeds(texts(too_many))),
        _ => None,
    }
}

fn texts(parts: &[&Part]) -> Vec<String> {
    parts.iter().map(|part| part.text.clone()).collect()
}

/// In what ways two names that say the same are written otherwise.
fn writings(old: &Parsed, new: &Parsed) -> Vec<Writing> {
    let mut found = BTreeSet::new();
    let same = |part: &Part, other: &Part| part.kind == other.kind && part.value == other.value;
    if !old.parts.iter().zip(&new.parts).all(|(a, b)| same(a, b)) {
        found.insert(Writing::Order);
    }
    for part in &old.parts {
        let Some(other) = new.parts.iter().find(|other| same(part, other)) else {
            continue;
        };
        let (kind, other_kind) = (part.typed.trim(), other.typed.trim());
        if kind.to_lowercase() != other_kind.to_lowercase() {
            found.insert(Writing::Types);
        } else if kind != other_kind {
            found.insert(Writing::Case);
        }
        let spaceless = |text: &str| text.split_whitespace().collect::<String>();
        let (value, other_value) = (spaceless(&part.plain), spaceless(&other.plain));
        if value != other_value {
            found.insert(Writing::Case);
        }
        if part.plain != other.plain && collapsed(&part.plain) == collapsed(&other.plain) {
            found.insert(Writing::Spaces);
        }
    }
    if old.text.split(", ").count() != new.text.split(", ").count()
        || old.parts.iter().any(|part| part.typed != part.typed.trim())
    {
        found.insert(Writing::Spaces);
    }
    if found.is_empty() || old.has_slashes {
        found.insert(Writing::Signs);
    }
    found.into_iter().collect()
}

/// The word by which two values differ, if it is one and the difference is a slip of the finger.
fn letters(old: &str, new: &str) -> Option<How> {
    fn words(text: &str) -> Vec<&str> {
        text.split(|c: char| !c.is_alphanumeric()).collect()
    }
    let (old, new) = (words(old), words(new));
    if old.len() != new.len() {
        return None;
    }
    let mut differing = old.iter().zip(&new).filter(|(old, new)| old != new);
    let (old, new) = differing.next()?;
    let is_only_one = differing.next().is_none();
    let has_digits = |word: &str| word.chars().any(char::is_numeric);
    let shortest = old.chars().count().min(new.chars().count());
    if !is_only_one || has_digits(old) || has_digits(new) || shortest < SHORTEST_WORD {
        return None;
    }
    let allowed = if shortest >= LONG_WORD { 2 } else { 1 };
    // Letters put in, taken out, changed, or swapped with their neighbour.
    (osa_distance(old, new) <= allowed).then(|| How::Letters {
        old: (*old).to_owned(),
        new: (*new).to_owned(),
    })
}

/// A name taken apart as a person would, whatever way it is written.
struct Parsed<'a> {
    text: &'a str,
    parts: Vec<Part>,
    /// Type and value of each part, the same for every way to write it, in order.
    sorted: Vec<(String, String)>,
    has_slashes: bool,
}

struct Part {
    /// As it was written.
    text: String,
    /// The type as it was written.
    typed: String,
    /// The type, the same for all its names.
    kind: String,
    /// The value without escapes.
    plain: String,
    /// The value in lower case, with single spaces.
    value: String,
}

impl<'a> Parsed<'a> {
    /// `None` when it is not a distinguished name in any way of writing.
    fn new(text: &'a str) -> Option<Self> {
        let has_slashes = text.starts_with('/');
        let parts: Vec<Part> = split(text, has_slashes)
            .iter()
            .map(|part| Part::new(part))
            .collect::<Option<_>>()?;
        let mut sorted: Vec<(String, String)> = parts
            .iter()
            .map(|part| (part.kind.clone(), part.value.clone()))
            .collect();
        sorted.sort();
        Some(Self {
            text,
            parts,
            sorted,
            has_slashes,
        })
    }

    fn has_common_name(&self) -> bool {
        self.sorted.iter().any(|(kind, _)| kind == "cn")
    }

    /// The parts that the other name has not.
    fn without(&self, other: &Self) -> Vec<&Part> {
        let is_there = |part: &&Part| {
            other
                .parts
                .iter()
                .any(|it| it.kind == part.kind && it.value == part.value)
        };
        self.parts.iter().filter(|part| !is_there(part)).collect()
    }
}

/// The parts of a name, with their escapes.
fn split(text: &str, has_slashes: bool) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut is_escaped = false;
    for c in text.chars().skip(usize::from(has_slashes)) {
        let is_end = if has_slashes {
            c == '/'
        } else {
            matches!(c, ',' | '+' | ';')
        };
        if is_end && !is_escaped {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    parts
}

impl Part {
    fn new(text: &str) -> Option<Self> {
        let (typed, value) = text.split_once('=')?;
        let plain = String::from_utf8_lossy(&unescaped(value)).into_owned();
        Some(Self {
            kind: kind(typed.trim()),
            value: collapsed(&plain).to_lowercase(),
            typed: typed.to_owned(),
            plain,
            text: text.trim().to_owned(),
        })
    }
}

/// Without spaces at the ends, and with single ones between.
fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One name for each type that people write in several ways (RFC 4519; PKCS #9; OpenSSL's names).
fn kind(typed: &str) -> String {
    let lower = typed.to_lowercase();
    match lower.strip_prefix("oid.").unwrap_or(&lower) {
        "commonname" | "2.5.4.3" => "cn",
        "countryname" | "2.5.4.6" => "c",
        "localityname" | "2.5.4.7" => "l",
        "s" | "stateorprovincename" | "2.5.4.8" => "st",
        "streetaddress" | "2.5.4.9" => "street",
        "organizationname" | "2.5.4.10" => "o",
        "organizationalunitname" | "2.5.4.11" => "ou",
        "2.5.4.5" => "serialnumber",
        "e" | "email" | "1.2.840.113549.1.9.1" => "emailaddress",
        "userid" | "0.9.2342.19200300.100.1.1" => "uid",
        "domaincomponent" | "0.9.2342.19200300.100.1.25" => "dc",
        other => other,
    }
    .to_owned()
}

impl How {
    /// `in another order and with other spaces`, to stand after “the same name”.
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::Written(writings) => {
                let ways: Vec<String> = writings
                    .iter()
                    .map(|writing| writing.in_words().to_owned())
                    .collect();
                format!("It says the same, written {}.", pki::words::list(&ways))
            }
            Self::Letters { old, new } => {
                format!("It differs in one word: `{old}` for `{new}`.")
            }
            Self::Lacks(parts) => format!("It lacks {}.", quoted(parts)),
            Self::Exceeds(parts) => format!("It has {} as well.", quoted(parts)),
        }
    }
}

fn quoted(parts: &[String]) -> String {
    let quoted: Vec<String> = parts.iter().map(|part| format!("`{part}`")).collect();
    pki::words::list(&quoted)
}

impl Writing {
    fn in_words(self) -> &'static str {
        match self {
            Self::Order => "in another order",
            Self::Case => "with other capitals",
            Self::Spaces => "with other spaces",
            Self::Types => "with other names for its parts",
            Self::Signs => "with other signs between or within its parts",
        }
    }
}

#[cfg(test)]
mod tests;
