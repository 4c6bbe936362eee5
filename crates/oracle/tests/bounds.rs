//! Where OpenSSL's rules have an edge: just within it and just beyond, OpenSSL and the engine say
//! the same, and what the table says.

#![allow(clippy::unwrap_used, clippy::panic)]

use oracle::Case;
use oracle::algorithm::{Algorithm, Digest, Pss};
use oracle::case::AT;
use oracle::compare::{ask_engine, ask_openssl};
use oracle::der;
use oracle::draft::Draft;
use oracle::extension::{AUTONOMOUS_SYSTEMS, Extension, GeneralName, IP_ADDRESS_BLOCKS};
use oracle::keys::KeyRing;
use oracle::name::Name;
use pki::verify::Level;

/// A root, an intermediate and a leaf, each with extensions of its own; all of one key.
fn chain(key: &str, extensions: [&[Extension]; 3], algorithm: Option<&Algorithm>) -> Case {
    let ring = KeyRing::shared();
    let key = &ring.keys[ring.labelled(key)[0]];
    let certificate = |subject: &str, issuer: &str, extensions: &[Extension]| {
        let algorithm = match algorithm {
            Some(algorithm) => algorithm.clone(),
            None => Algorithm::of(key, Digest::Sha256),
        };
        let mut draft = Draft::new(Name::common(subject), key, Name::common(issuer), algorithm);
        if issuer != "middle" {
            draft.set(Extension::authority(None));
        }
        draft.extensions.extend_from_slice(extensions);
        draft.sign(key).unwrap()
    };
    let [root, middle, leaf] = extensions;
    Case {
        leaf: certificate("leaf", "middle", leaf),
        sent: vec![certificate("middle", "root", middle)],
        store: vec![certificate("root", "root", root)],
        at: AT,
    }
}

fn assert_errors(what: &str, case: &Case, errors: &[(u16, u32)]) {
    for (who, answer) in [
        ("OpenSSL", ask_openssl(case, Level::Two)),
        ("the engine", ask_engine(case, Level::Two)),
    ] {
        let answer = answer.unwrap();
        assert_eq!(answer.errors, errors, "{what}: {who}");
        assert_eq!(answer.accepted, Some(errors.is_empty()), "{what}: {who}");
    }
}

#[test]
fn two_to_the_twentieth_name_comparisons_are_made_and_no_more() {
    // With organisation and common name, 1,024 names.
    let hosts: Vec<GeneralName> = (0..1_022)
        .map(|i| GeneralName::dns(&format!("h{i}")))
        .collect();
    let names = [Extension::subject_alt_name(&hosts)];
    for (count, errors) in [(1_024, &[][..]), (1_025, &[(1, 0)])] {
        let limits: Vec<GeneralName> = (0..count)
            .map(|i| GeneralName::dns(&format!("x{i}.example")))
            .collect();
        let limits = [Extension::name_constraints(&[], &limits)];
        let case = chain("EC prime256v1", [&[], &limits, &names], None);
        assert_errors(&format!("{count} constraints"), &case, errors);
    }
}

#[test]
fn the_mask_of_a_pss_signature_may_have_a_digest_of_its_own() {
    for (hash, mask_hash, salt, errors) in [
        (Digest::Sha256, Digest::Sha256, 32, &[][..]),
        (Digest::Sha256, Digest::Sha1, 20, &[]),
        (Digest::Sha512, Digest::Sha256, 0, &[]),
        (Digest::Sha1, Digest::Sha256, 20, &[(68, 0), (68, 1)]),
    ] {
        let algorithm = Algorithm::pss(Pss {
            hash,
            mask_hash,
            salt,
        });
        let case = chain("RSA 2048", [&[], &[], &[]], Some(&algorithm));
        assert_errors(&format!("{hash:?} {mask_hash:?} {salt}"), &case, errors);
    }
}

/// An `IPAddrBlocks` of IPv4 prefixes, or of the issuer's.
fn addresses(prefixes: &[&[u8]]) -> Extension {
    let list: Vec<Vec<u8>> = prefixes
        .iter()
        .map(|bits| der::bit_string(0, bits))
        .collect();
    let choice = if prefixes.is_empty() {
        der::null()
    } else {
        der::sequence(&[&list.concat()])
    };
    let family = der::sequence(&[&der::octet_string(&[0, 1]), &choice]);
    Extension::new(IP_ADDRESS_BLOCKS, der::sequence(&[&family]))
}

/// `ASIdentifiers` of a range of numbers, or of the issuer's.
fn systems(range: Option<(u8, u8)>) -> Extension {
    let choice = match range {
        None => der::null(),
        Some((min, max)) => der::sequence(&[&der::sequence(&[
            &der::integer(&[min]),
            &der::integer(&[max]),
        ])]),
    };
    Extension::new(
        AUTONOMOUS_SYSTEMS,
        der::sequence(&[&der::context(0, &[&choice])]),
    )
}

#[test]
fn nobody_gives_away_more_addresses_and_numbers_than_the_issuer_has() {
    type Held = Option<Extension>;
    type Row = (&'static str, [Held; 3], &'static [(u16, u32)]);
    let ten = || Some(addresses(&[&[10]]));
    let narrow = || Some(addresses(&[&[10, 1]]));
    let inherit = || Some(addresses(&[]));
    let table: [Row; 12] = [
        ("only the leaf is asked", [None, ten(), None], &[]),
        ("narrower at each step", [ten(), ten(), narrow()], &[]),
        (
            "wider than the issuer",
            [ten(), narrow(), ten()],
            &[(46, 1)],
        ),
        ("an issuer without any", [ten(), None, narrow()], &[(46, 1)]),
        ("inherited from above", [ten(), inherit(), inherit()], &[]),
        // OpenSSL counts the root's depth one too high here.
        (
            "nobody to inherit from",
            [inherit(), inherit(), inherit()],
            &[(46, 3)],
        ),
        (
            "a range out of order",
            [ten(), ten(), Some(addresses(&[&[10, 2], &[10, 1]]))],
            &[(41, 0)],
        ),
        (
            "numbers within",
            [
                Some(systems(Some((1, 9)))),
                Some(systems(None)),
                Some(systems(Some((3, 9)))),
            ],
            &[],
        ),
        (
            "numbers beyond",
            [
                Some(systems(Some((1, 9)))),
                Some(systems(None)),
                Some(systems(Some((3, 10)))),
            ],
            &[(46, 2)],
        ),
        (
            "numbers out of nothing",
            [None, None, Some(systems(Some((3, 10))))],
            &[(46, 1), (46, 2)],
        ),
        (
            "a range turned around",
            [None, None, Some(systems(Some((9, 3))))],
            &[(41, 0), (46, 1), (46, 2)],
        ),
        (
            "numbers to inherit from nobody",
            [
                Some(systems(None)),
                Some(systems(None)),
                Some(systems(None)),
            ],
            &[(46, 3)],
        ),
    ];
    for (what, held, errors) in table {
        let [root, middle, leaf] = held.map(|held| held.into_iter().collect::<Vec<_>>());
        let case = chain("EC prime256v1", [&root, &middle, &leaf], None);
        assert_errors(what, &case, errors);
    }
}

#[test]
fn a_point_that_is_not_on_its_curve_is_no_key() {
    let ring = KeyRing::shared();
    for label in [
        "EC secp256k1",
        "EC brainpoolP256r1",
        "EC secp224r1",
        "EC prime256v1",
    ] {
        let Some(place) = ring.labelled(label).first().copied() else {
            continue;
        };
        let signer = &ring.keys[ring.labelled("EC prime256v1")[0]];
        let algorithm = Algorithm::of(signer, Digest::Sha256);
        let mut draft = Draft::new(
            Name::common("leaf"),
            &ring.keys[place],
            Name::common("absent"),
            algorithm,
        );
        let mut leaf = |last: u8| {
            if let Some(octet) = draft.key_info.last_mut() {
                *octet ^= last;
            }
            draft.sign(signer).unwrap()
        };
        let [good, bad] = [0, 1].map(&mut leaf);
        for (what, leaf, errors) in [
            ("on the curve", good, &[(20, 0), (21, 0)][..]),
            ("beside the curve", bad, &[(66, 0), (66, 0)]),
        ] {
            let case = Case {
                leaf,
                sent: Vec::new(),
                store: Vec::new(),
                at: AT,
            };
            assert_errors(&format!("{label} {what}"), &case, errors);
        }
    }
}
