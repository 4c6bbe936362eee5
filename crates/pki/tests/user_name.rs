//! Holds the two printers of a name to what mongod's algorithm and OpenSSL were measured to give.

#![allow(clippy::unwrap_used)]

mod support;

use pki::{
    Name,
    name::{NoUserName, atlas, derived::not_derived, friendly},
};
use support::Attribute;

const MEASURED: &str = include_str!("data/names.tsv");

#[test]
fn user_names_and_openssl_texts_are_what_was_measured() {
    let mut count = 0;
    for line in MEASURED.lines().filter(|line| !line.starts_with('#')) {
        count += 1;
        let fields: Vec<&str> = line.split('\t').collect();
        let &[label, der, user_name, openssl] = fields.as_slice() else {
            unreachable!("{label}: four fields", label = fields[0]);
        };
        let Ok(name) = Name::from_der(&bytes(der)) else {
            assert_eq!(user_name, "refused: unreadable", "{label}");
            continue;
        };
        let found = match name.user_name() {
            Ok(text) => text.replace('\t', "<TAB>"),
            Err(NoUserName::BecomesEmpty { .. }) => "refused: becomes empty".to_owned(),
            Err(NoUserName::Unassigned { .. }) => "refused: unassigned".to_owned(),
            Err(NoUserName::NotUtf8 { .. }) => "refused: not UTF-8".to_owned(),
            Err(other) => other.to_string(),
        };
        assert_eq!(found, user_name, "{label}");
        assert_eq!(name.rfc2253(), openssl, "{label}");
        let told = name.user_name().ok().and_then(|text| not_derived(&text));
        assert!(told.is_none_or(|told| !told.is_certain()), "{label}");
    }
    assert_eq!(count, 48);
}

#[test]
fn a_name_without_attributes_gives_no_user_name() {
    for der in [&[0x30, 0][..], &[0x30, 2, 0x31, 0]] {
        let name = Name::from_der(der).unwrap();
        assert_eq!(name.user_name(), Err(NoUserName::NoAttributes));
        assert_eq!(name.rfc2253(), "");
    }
}

#[test]
fn a_type_that_openssl_does_not_print_gives_no_user_name() {
    let name = subject(&[(&[1; 587], "x")]);
    let refusal = name.user_name().unwrap_err();
    assert_eq!(refusal, NoUserName::TypeTooLong { octets: 587 });
    assert_eq!(name.rfc2253(), "=#0C0178");
}

#[test]
fn says_what_atlas_may_refuse() {
    let (c, cn, sn, title) = ([0x55, 4, 6], [0x55, 4, 3], [0x55, 4, 4], [0x55, 4, 12]);
    let given_name = [0x55, 4, 42];
    for (types, common_name, undocumented) in [
        (&[&c[..], &cn][..], true, &[][..]),
        (&[&c], false, &[]),
        (&[&cn, &sn, &cn], true, &["SN"]),
        (&[&title, &given_name, &title], false, &["title", "GN"]),
        (&[&[0x2a, 3, 56], &cn], true, &["1.2.3.56"]),
    ] {
        let attributes: Vec<_> = types.iter().map(|oid| (*oid, "x")).collect();
        let name = subject(&attributes);
        assert_eq!(atlas::has_common_name(&name), common_name, "{types:?}");
        assert_eq!(atlas::undocumented_attributes(&name), undocumented);
    }
}

#[test]
fn the_last_common_name_is_the_title() {
    let cn = [0x55, 4, 3];
    let name = subject(&[
        (&cn, "People"),
        (&[0x55, 4, 10], "Acme"),
        (&cn, "Jane\nDoe"),
    ]);
    assert_eq!(friendly::common_name(&name).unwrap(), "Jane\u{fffd}Doe");
    let rows = [("CN", "People"), ("O", "Acme"), ("CN", "Jane\u{fffd}Doe")];
    let rows = rows.map(|(kind, value)| (kind.to_owned(), value.to_owned()));
    assert_eq!(friendly::rows(&name, usize::MAX), rows);
    assert_eq!(friendly::common_name(&subject(&[])), None);
}

/// A name of single attributes, each a UTF8String.
fn subject(attributes: &[(&[u8], &str)]) -> Name {
    let rdn = |(oid, value): &(&[u8], &str)| {
        vec![Attribute {
            oid: oid.to_vec(),
            tag: 12,
            value: value.as_bytes().to_vec(),
        }]
    };
    let rdns: Vec<_> = attributes.iter().map(rdn).collect();
    Name::from_der(&support::name(&rdns)).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}
