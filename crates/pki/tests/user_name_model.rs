//! Compares the user name of random subjects with a model that is as plain as it can be: a table
//! of what becomes of each code point, canonical composition, and the escapes word by word.

#![allow(clippy::unwrap_used)]

mod support;

use std::{collections::BTreeMap, sync::LazyLock};

use pki::{Name, name::NoUserName};
use proptest::{collection::vec, prelude::*, sample::select, test_runner::RngAlgorithm};
use support::Attribute;
use unicode_normalization::UnicodeNormalization;

const CASES: u32 = 100_000;

/// A few types that have a short name, one of them long.
const KNOWN: [(&[u64], &str); 7] = [
    (&[2, 5, 4, 3], "CN"),
    (&[2, 5, 4, 10], "O"),
    (&[2, 5, 4, 42], "GN"),
    (&[0, 9, 2342, 19_200_300, 100, 1, 25], "DC"),
    (&[1, 2, 840, 113_549, 1, 9, 1], "emailAddress"),
    (&[1, 3, 6, 1, 4, 1, 311, 60, 2, 1, 3], "jurisdictionC"),
    (&[1, 3, 6, 1, 5, 5, 7, 9, 1], "id-pda-dateOfBirth"),
];

/// The identifier octets of values that OpenSSL reads, and of some that it does not.
const TAGS: [u8; 22] = [
    3, 7, 8, 9, 11, 12, 12, 12, 12, 13, 14, 15, 0x30, 18, 19, 20, 22, 28, 29, 30, 4, 27,
];

#[derive(Clone, Debug)]
enum Action {
    Delete,
    Refuse(&'static str),
    Become(String),
}

/// The last code point of each range of the table, with its first one and what becomes of it.
static ACTIONS: LazyLock<BTreeMap<u32, (u32, Action)>> = LazyLock::new(|| {
    let code_point = |hex| u32::from_str_radix(hex, 16).unwrap();
    include_str!("data/rfc4518-actions.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (range, action) = line.split_once('\t').unwrap();
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let action = match action {
                "delete" => Action::Delete,
                "unassigned" => Action::Refuse("unassigned"),
                "prohibited" => Action::Refuse("prohibited"),
                becomes => Action::Become(
                    becomes
                        .split(' ')
                        .map(|hex| char::from_u32(code_point(hex)).unwrap())
                        .collect(),
                ),
            };
            (code_point(last), (code_point(first), action))
        })
        .collect()
});

fn action(c: char) -> Option<&'static Action> {
    let (_, (first, action)) = ACTIONS.range(u32::from(c)..).next()?;
    (*first <= u32::from(c)).then_some(action)
}

/// The arcs of an attribute's type, the identifier octet and the content octets of its value.
type Parts = (Vec<u64>, u8, Vec<u8>);

#[derive(Clone, Debug)]
struct Subject {
    rdns: Vec<Vec<Parts>>,
}

impl Subject {
    fn to_der(&self) -> Vec<u8> {
        let attribute = |(arcs, tag, value): &Parts| Attribute {
            oid: support::oid(arcs),
            tag: *tag,
            value: value.clone(),
        };
        let rdns: Vec<Vec<Attribute>> = self
            .rdns
            .iter()
            .map(|rdn| rdn.iter().map(attribute).collect())
            .collect();
        support::name(&rdns)
    }

    /// The user name, or what stands in its way.
    fn expected(&self) -> Result<String, String> {
        let attributes = || self.rdns.iter().flatten();
        if attributes().any(|(_, tag, value)| !is_readable(*tag, value)) {
            return Err("unreadable".to_owned());
        }
        if attributes().next().is_none() {
            return Err("no attributes".to_owned());
        }
        let mut rdns = Vec::new();
        for rdn in self.rdns.iter().rev() {
            let mut attributes = Vec::new();
            for (arcs, tag, value) in rdn.iter().rev() {
                let value = match tag {
                    3 => value[1..].to_vec(),
                    4 | 12 | 19 | 20 | 22 | 28 | 30 => prepared(value)?.into_bytes(),
                    0x30 => support::tlv(0x30, value),
                    _ => value.clone(),
                };
                attributes.push(format!("{}={}", kind(arcs)?, escaped(&value)));
            }
            if !attributes.is_empty() {
                rdns.push(attributes.join("+"));
            }
        }
        Ok(rdns.join(","))
    }
}

fn is_readable(tag: u8, value: &[u8]) -> bool {
    match tag {
        // The generator leaves unused bits at 0.
        3 => value.first() == Some(&0),
        4 | 27 => false,
        12 => std::str::from_utf8(value).is_ok(),
        28 => {
            value.len().is_multiple_of(4)
                && value.chunks(4).all(|four| {
                    char::from_u32(u32::from_be_bytes(four.try_into().unwrap())).is_some()
                })
        }
        30 => {
            value.len().is_multiple_of(2)
                && value.chunks(2).all(|two| !(0xd8..=0xdf).contains(&two[0]))
        }
        _ => true,
    }
}

fn kind(arcs: &[u64]) -> Result<String, String> {
    if let Some((_, known)) = KNOWN.iter().find(|(known, _)| *known == arcs) {
        return Ok((*known).to_owned());
    }
    if support::oid(arcs).len() > 586 {
        return Err("type too long".to_owned());
    }
    let arcs: Vec<String> = arcs.iter().map(u64::to_string).collect();
    Ok(arcs.join(".").chars().take(127).collect())
}

fn prepared(value: &[u8]) -> Result<String, String> {
    let text = std::str::from_utf8(value).map_err(|_| "not UTF-8")?;
    for refusal in ["unassigned", "prohibited"] {
        let refused =
            |c: &char| matches!(action(*c), Some(Action::Refuse(reason)) if *reason == refusal);
        if let Some(c) = text.chars().find(refused) {
            return Err(format!("{refusal} {c:?}"));
        }
    }
    let mut mapped = String::new();
    for c in text.chars() {
        match action(c) {
            Some(Action::Become(becomes)) => mapped.push_str(becomes),
            Some(_) => {}
            None => mapped.push(c),
        }
    }
    if mapped.is_empty() && !text.is_empty() {
        return Err("becomes empty".to_owned());
    }
    // The table has decomposed and composed each character; composing what stands together now is
    // left.
    Ok(mapped.nfc().collect())
}

fn escaped(value: &[u8]) -> String {
    let mut pieces: Vec<String> = value
        .iter()
        .map(|octet| match octet {
            128.. => format!("\\{octet:02X}"),
            _ if br#",+"\<>;"#.contains(octet) => format!("\\{}", char::from(*octet)),
            _ => char::from(*octet).to_string(),
        })
        .collect();
    if let Some(first) = pieces.first_mut()
        && (first == " " || first == "#")
    {
        first.insert(0, '\\');
    }
    let text = pieces.concat();
    match text.strip_suffix(' ') {
        Some(front) if text.len() > 2 => format!("{front}\\ "),
        _ => text,
    }
}

fn subject() -> impl Strategy<Value = Subject> {
    vec(vec(attribute(), 0..3), 0..4).prop_map(|rdns| Subject { rdns })
}

fn attribute() -> impl Strategy<Value = Parts> {
    let arcs = prop_oneof![
        8 => select(KNOWN.map(|(arcs, _)| arcs).to_vec()).prop_map(<[u64]>::to_vec),
        2 => (0..3u64, 0..40u64, vec(0..1000u64, 0..4)).prop_map(|(a, b, rest)| [vec![a, b], rest].concat()),
        1 => (0..u64::MAX - 80, vec(any::<u64>(), 0..9)).prop_map(|(b, rest)| [vec![2, b], rest].concat()),
    ]
    // Known ones among the random ones would need the whole list of names.
    .prop_filter("has a short name", |arcs| {
        let known = KNOWN.iter().any(|(known, _)| known == arcs);
        known || pki::name::short_names::short_name(&pki::Oid::from_content(&support::oid(arcs))).is_none()
    });
    (arcs, select(&TAGS[..]), value(), 0..10u8).prop_map(|(arcs, tag, text, wild)| {
        let value = match (tag, text) {
            (3, text) => [vec![0], text.into_bytes()].concat(),
            (28, text) if wild > 0 => text
                .chars()
                .flat_map(|c| u32::from(c).to_be_bytes())
                .collect(),
            (30, text) if wild > 0 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            (_, text) if wild > 0 => text.into_bytes(),
            // Now and then octets that are no UTF-8, or not of their type.
            (_, text) => text.chars().map(|c| c as u8).collect(),
        };
        (arcs, tag, value)
    })
}

fn value() -> impl Strategy<Value = String> {
    let specials: Vec<char> = " #,+\"\\<>;=a\t\n\u{7f}".chars().collect();
    let composing: Vec<char> =
        "eo\u{301}\u{323}\u{34f}\u{ad}\u{3099}\u{30ab}\u{ff76}\u{ff9e}\u{1100}\u{1161}\u{11a8}\u{fb01}\u{b47}\u{b3e}\u{3000}\u{2f868}"
            .chars()
            .collect();
    let assigned: Vec<char> = ('\0'..char::MAX)
        .filter(|c| !matches!(action(*c), Some(Action::Refuse(_))))
        .filter(
            |c| !matches!(u32::from(*c), 0x3400..=0x9fff | 0xac00..=0xd7ff | 0x2_0000..=0x2_a6ff),
        )
        .collect();
    let c = prop_oneof![
        10 => select(specials),
        10 => select(composing),
        20 => select(assigned),
        10 => proptest::char::range(' ', '~'),
        1 => any::<char>(),
    ];
    vec(c, 0..6).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    // Most of the time would go into better random numbers.
    #![proptest_config(ProptestConfig { cases: CASES, rng_algorithm: RngAlgorithm::XorShift, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn user_names_are_what_the_model_says(subject in subject()) {
        let found = match Name::from_der(&subject.to_der()) {
            Err(_) => Err("unreadable".to_owned()),
            Ok(name) => name.user_name().map_err(|error| match error {
                NoUserName::NoAttributes => "no attributes".to_owned(),
                NoUserName::TypeTooLong { .. } => "type too long".to_owned(),
                NoUserName::NotUtf8 { .. } => "not UTF-8".to_owned(),
                NoUserName::Unassigned { code_point, .. } => format!("unassigned {code_point:?}"),
                NoUserName::Prohibited { code_point, .. } => format!("prohibited {code_point:?}"),
                NoUserName::BecomesEmpty { .. } => "becomes empty".to_owned(),
                NoUserName::TooLong { .. } => "too long".to_owned(),
            }),
        };
        prop_assert_eq!(found, subject.expected());
    }
}
