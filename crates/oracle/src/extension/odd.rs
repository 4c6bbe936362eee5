//! Extensions that are unusual, contradictory or malformed, one type at a time.

use super::resources;
use super::{
    AUTHORITY_KEY_IDENTIFIER, BASIC_CONSTRAINTS, CERTIFICATE_POLICIES, CLIENT_AUTH,
    CRL_DISTRIBUTION_POINTS, EXTENDED_KEY_USAGE, Extension, GeneralName, ISSUER_ALT_NAME,
    KEY_USAGE, NAME_CONSTRAINTS, NETSCAPE_CERT_TYPE, PROXY_CERT_INFO, SERVER_AUTH,
    SUBJECT_ALT_NAME, SUBJECT_KEY_IDENTIFIER,
};
use crate::name::Name;
use crate::{Chance, der};

/// Extensions that OpenSSL does not look into: some it knows when they are critical, some not.
const OPAQUE: [&str; 12] = [
    "2.5.29.33",               // policyMappings
    "2.5.29.36",               // policyConstraints
    "2.5.29.54",               // inhibitAnyPolicy
    "2.5.29.46",               // freshestCRL
    "2.5.29.16",               // privateKeyUsagePeriod
    "2.5.29.9",                // subjectDirectoryAttributes
    "1.3.6.1.5.5.7.1.1",       // authorityInfoAccess
    "1.3.6.1.5.5.7.1.24",      // TLS feature
    "1.3.6.1.5.5.7.48.1.5",    // OCSP noCheck
    "2.16.840.1.113730.1.13",  // Netscape comment
    "1.3.6.1.4.1.34601.2.1.1", // MongoDB roles
    "1.2.3.4.5.6",
];

const PURPOSES: [&str; 9] = [
    CLIENT_AUTH,
    SERVER_AUTH,
    "2.5.29.37.0",
    "1.3.6.1.5.5.7.3.3",
    "1.3.6.1.5.5.7.3.4",
    "1.3.6.1.4.1.311.10.3.3",
    "2.16.840.1.113730.4.1",
    "1.3.6.1.5.5.7.3.9",
    "1.2.3.4",
];

/// An extension of any type, seldom as it should be. `subject` is whom names should be near to.
pub fn odd(chance: &mut Chance, subject: &Name) -> Extension {
    let mut extension = match chance.below(16) {
        0 => Extension::new(BASIC_CONSTRAINTS, basic_constraints(chance)),
        1 => Extension::new(KEY_USAGE, key_usage(chance)),
        2 => Extension::new(EXTENDED_KEY_USAGE, extended_key_usage(chance)),
        3 => Extension::new(NETSCAPE_CERT_TYPE, netscape(chance)),
        4 | 5 => Extension::new(SUBJECT_ALT_NAME, names(chance, subject)),
        6 => Extension::new(ISSUER_ALT_NAME, names(chance, subject)),
        7 | 8 => Extension::new(NAME_CONSTRAINTS, constraints(chance, subject)),
        9 => Extension::new(SUBJECT_KEY_IDENTIFIER, key_identifier(chance)),
        10 => Extension::new(
            AUTHORITY_KEY_IDENTIFIER,
            authority_key_identifier(chance, subject),
        ),
        11 => Extension::new(
            CRL_DISTRIBUTION_POINTS,
            distribution_points(chance, subject),
        ),
        12 => Extension::new(CERTIFICATE_POLICIES, policies(chance)),
        13 => Extension::new(PROXY_CERT_INFO, proxy(chance)),
        14 => resources::any(chance),
        _ => {
            let oid = chance.pick(&OPAQUE);
            Extension::new(oid, opaque(chance))
        }
    };
    extension.critical = match chance.weighted(&[60, 34, 2, 4]) {
        0 => None,
        1 => Some(0xff),
        2 => Some(0),
        _ => Some(1),
    };
    if chance.percent(6) {
        break_encoding(chance, &mut extension.value);
    }
    extension
}

/// Cuts, lengthens or retags a value.
fn break_encoding(chance: &mut Chance, value: &mut Vec<u8>) {
    match chance.below(4) {
        0 => {
            value.pop();
        }
        1 => value.extend([5, 0]),
        2 => {
            if let Some(first) = value.first_mut() {
                *first ^= 0x01;
            }
        }
        _ => value.clear(),
    }
}

fn basic_constraints(chance: &mut Chance) -> Vec<u8> {
    let authority = match chance.below(6) {
        0 => Vec::new(),
        1 => der::boolean(0),
        2 => der::boolean(1),
        3 => der::element(1, &[0xff, 0xff]),
        _ => der::boolean(0xff),
    };
    let lengths: [&[u8]; 10] = [
        &[0],
        &[1],
        &[2],
        &[0xff],
        &[0x80],
        &[0, 0],
        &[0, 0x80],
        &[1, 0, 0, 0, 0],
        &[1, 0, 0, 0, 0, 0, 0, 0, 0],
        &[],
    ];
    let length = match chance.below(2) {
        0 => Vec::new(),
        _ => der::integer(chance.pick(&lengths)),
    };
    der::sequence(&[&authority, &length])
}

fn key_usage(chance: &mut Chance) -> Vec<u8> {
    match chance.below(8) {
        0 => der::bit_string(0, &[]),
        1 => der::bit_string(0, &[0]),
        2 => der::bit_string(7, &[0, 0x80]),
        3 => der::bit_string(3, &[chance.byte()]),
        4 => der::bit_string(0, &[0x80, 0, 1]),
        5 => der::bit_string(8, &[0x80]),
        6 => der::element(3, &[]),
        _ => der::bit_string(0, &[chance.byte()]),
    }
}

fn extended_key_usage(chance: &mut Chance) -> Vec<u8> {
    let purposes: Vec<Vec<u8>> = (0..chance.below(4))
        .map(|_| match chance.below(20) {
            0 => der::element(6, &[]),
            1 => der::element(6, &[0x2a, 0x80]),
            2 => der::null(),
            _ => der::oid(chance.pick(&PURPOSES)),
        })
        .collect();
    der::element(0x30, &purposes.concat())
}

fn netscape(chance: &mut Chance) -> Vec<u8> {
    match chance.below(6) {
        0 => der::bit_string(0, &[]),
        1 => der::bit_string(7, &[0x80]),
        2 => der::bit_string(6, &[0x40]),
        3 => der::bit_string(2, &[0x04]),
        4 => der::bit_string(5, &[0xa0]),
        _ => der::bit_string(0, &[chance.byte()]),
    }
}

fn names(chance: &mut Chance, subject: &Name) -> Vec<u8> {
    let names: Vec<Vec<u8>> = (0..chance.below(4))
        .map(|_| GeneralName::any(chance, subject).to_der())
        .collect();
    der::element(0x30, &names.concat())
}

fn constraints(chance: &mut Chance, subject: &Name) -> Vec<u8> {
    let mut parts = Vec::new();
    for (number, likely) in [(0, 60), (1, 50)] {
        if !chance.percent(likely) {
            continue;
        }
        let subtrees: Vec<Vec<u8>> = (0..=chance.weighted(&[70, 20, 10]))
            .map(|_| {
                let limits = match chance.weighted(&[90, 3, 3, 4]) {
                    0 => Vec::new(),
                    1 => der::context_primitive(0, &[0]),
                    2 => der::context_primitive(0, &[1]),
                    _ => der::context_primitive(1, &[chance.byte() & 3]),
                };
                der::sequence(&[&GeneralName::any_base(chance, subject).to_der(), &limits])
            })
            .collect();
        parts.extend(der::context(number, &[&subtrees.concat()]));
    }
    der::sequence(&[&parts])
}

fn key_identifier(chance: &mut Chance) -> Vec<u8> {
    match chance.below(3) {
        0 => der::octet_string(&[]),
        1 => der::integer(&[1]),
        _ => {
            let count = chance.below(40);
            der::octet_string(&chance.bytes(count))
        }
    }
}

fn authority_key_identifier(chance: &mut Chance, issuer: &Name) -> Vec<u8> {
    let identifier = der::context_primitive(0, &chance.bytes(20));
    let directory = GeneralName::Directory(if chance.percent(50) {
        issuer.clone()
    } else {
        Name::common("Nobody")
    });
    let names = der::context(1, &[&directory.to_der()]);
    let other = der::context(1, &[&GeneralName::any(chance, issuer).to_der()]);
    let serial = der::context_primitive(2, &chance.bytes(8));
    match chance.below(8) {
        0 => der::sequence(&[]),
        1 => der::sequence(&[&identifier]),
        2 => der::sequence(&[&names, &serial]),
        3 => der::sequence(&[&names]),
        4 => der::sequence(&[&serial]),
        5 => der::sequence(&[&other, &directory.to_der()]),
        6 => der::sequence(&[&other, &serial]),
        _ => der::sequence(&[&der::context(0, &[&der::octet_string(&[1])])]),
    }
}

fn distribution_points(chance: &mut Chance, issuer: &Name) -> Vec<u8> {
    let points: Vec<Vec<u8>> = (0..=chance.below(2))
        .map(|_| {
            let full = der::context(
                0,
                &[&der::context(
                    0,
                    &[&GeneralName::any(chance, issuer).to_der()],
                )],
            );
            let relative = der::context(
                0,
                &[&der::context(
                    1,
                    &[&der::sequence(&[
                        &der::oid("2.5.4.3"),
                        &der::element(if chance.percent(80) { 12 } else { 5 }, b"crl"),
                    ])],
                )],
            );
            let reasons = der::context_primitive(1, &[chance.byte() & 7, chance.byte()]);
            let authority = der::context(
                2,
                &[&match chance.below(3) {
                    0 => GeneralName::Directory(issuer.clone()),
                    1 => GeneralName::Directory(Name::default()),
                    _ => GeneralName::any(chance, issuer),
                }
                .to_der()],
            );
            match chance.below(8) {
                0 => der::sequence(&[]),
                1 => der::sequence(&[&reasons]),
                2 => der::sequence(&[&full, &reasons]),
                3 => der::sequence(&[&relative]),
                4 => der::sequence(&[&relative, &authority]),
                5 => der::sequence(&[&authority]),
                6 => der::sequence(&[&full, &reasons, &authority]),
                _ => der::sequence(&[&full]),
            }
        })
        .collect();
    der::element(0x30, &points.concat())
}

fn policies(chance: &mut Chance) -> Vec<u8> {
    match chance.below(4) {
        0 => der::sequence(&[]),
        1 => der::sequence(&[&der::sequence(&[&der::oid("2.5.29.32.0")])]),
        2 => {
            let policy = der::sequence(&[&der::oid("1.2.3.4")]);
            der::sequence(&[&policy, &policy])
        }
        _ => opaque(chance),
    }
}

/// `ProxyCertInfo` (RFC 3820, section 3.8).
fn proxy(chance: &mut Chance) -> Vec<u8> {
    let length = match chance.below(3) {
        0 => Vec::new(),
        1 => der::integer(&[chance.byte() & 1]),
        _ => der::integer(&[0xff]),
    };
    let policy = der::sequence(&[&der::oid("1.3.6.1.5.5.7.21.1")]);
    match chance.below(5) {
        0 => der::sequence(&[&policy, &length]),
        1 => der::sequence(&[]),
        _ => der::sequence(&[&length, &policy]),
    }
}

fn opaque(chance: &mut Chance) -> Vec<u8> {
    match chance.below(4) {
        0 => Vec::new(),
        1 => der::sequence(&[&der::integer(&[0])]),
        2 => der::null(),
        _ => chance.bytes(5),
    }
}
