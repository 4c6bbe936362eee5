//! Names of resources, made from distinguished names.

use std::collections::HashSet;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Kubernetes allows more, but its own suffixes need room.
const LONGEST: usize = 50;

/// Gives each name a slug of its own.
pub(super) struct Slugs {
    separator: char,
    taken: HashSet<String>,
}

impl Slugs {
    pub(super) fn new(separator: char) -> Self {
        Self {
            separator,
            taken: HashSet::new(),
        }
    }

    /// Lower-case letters and digits of the common name; always begins with a letter.
    pub(super) fn make(&mut self, name: &str) -> String {
        let mut slug = String::from("user");
        let mut at_break = true;
        for character in plain_letters(&title(name)).chars() {
            if !character.is_ascii_alphanumeric() {
                at_break = true;
                continue;
            }
            if at_break {
                slug.push(self.separator);
                at_break = false;
            }
            slug.push(character);
            if slug.len() >= LONGEST {
                break;
            }
        }
        let mut unique = slug.clone();
        let mut number = 2;
        while !self.taken.insert(unique.clone()) {
            unique = format!("{slug}{}{number}", self.separator);
            number += 1;
        }
        unique
    }
}

/// A title as a part of a file's name.
pub(super) fn of_title(title: &str) -> String {
    let plain = plain_letters(title);
    let words = plain.split(|character: char| !character.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-").chars().take(LONGEST).collect()
}

/// The value of the common name, or of the first attribute if there is none, without escapes.
fn title(name: &str) -> String {
    let attributes = attributes(name);
    let is_common_name = |attribute: &&(String, String)| attribute.0.eq_ignore_ascii_case("CN");
    let common_name = attributes.iter().find(is_common_name);
    let chosen = common_name.or_else(|| attributes.first());
    chosen.map_or_else(String::new, |(_, value)| value.clone())
}

/// Types and values (RFC 4514, sections 2 and 2.4). What is no name is a value without a type.
fn attributes(name: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    let (mut kind, mut bytes) = (None, Vec::new());
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '=' if kind.is_none() => kind = Some(std::mem::take(&mut bytes)),
            ',' | '+' => attributes.push((kind.take(), std::mem::take(&mut bytes))),
            '\\' => match characters.next() {
                Some(high) if high.is_ascii_hexdigit() => {
                    let low = characters.next_if(char::is_ascii_hexdigit);
                    let digits = [high, low.unwrap_or(high)];
                    let code = digits.map(|digit| digit.to_digit(16).unwrap_or_default());
                    bytes.extend(u8::try_from(code[0] * 16 + code[1]));
                }
                Some(escaped) => push(&mut bytes, escaped),
                None => {}
            },
            other => push(&mut bytes, other),
        }
    }
    attributes.push((kind, bytes));
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
    attributes
        .into_iter()
        .map(|(kind, value)| (text(kind.unwrap_or_default()), text(value)))
        .collect()
}

fn push(bytes: &mut Vec<u8>, character: char) {
    bytes.extend(character.encode_utf8(&mut [0; 4]).bytes());
}

/// In lower case, with letters of other alphabets of Latin as those of ASCII.
fn plain_letters(text: &str) -> String {
    let mut plain = String::new();
    let lower = text.chars().flat_map(char::to_lowercase);
    for character in lower
        .nfd()
        .filter(|character| !is_combining_mark(*character))
    {
        match character {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'þ' => plain.push_str("th"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'ħ' => plain.push('h'),
            'ı' => plain.push('i'),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_what_a_person_would_call_the_user() {
        let mut slugs = Slugs::new('-');
        for (name, slug) in [
            ("CN=Jane Doe,O=MongoDB,C=US", "user-jane-doe"),
            ("O=MongoDB,CN=Jane Doe", "user-jane-doe-2"),
            (r"CN=J\C3\BCrgen Gr\C3\B6\C3\9Fe", "user-jurgen-grosse"),
            ("CN=Łódź Ærø Þing", "user-lodz-aero-thing"),
            (r"CN=a\,b\+c\\d", "user-a-b-c-d"),
            ("OU=apps+CN=billing", "user-billing"),
            ("emailAddress=ops@acme.example", "user-ops-acme-example"),
            ("CN=日本語", "user"),
            ("CN=🦀", "user-2"),
            ("", "user-3"),
            ("no name", "user-no-name"),
            (r"CN=\", "user-4"),
            (r"CN=\F", "user-5"),
        ] {
            assert_eq!(slugs.make(name), slug, "{name}");
        }
        let long = slugs.make(&format!("CN={}", "x".repeat(200)));
        assert_eq!(long.len(), LONGEST);
    }
}
