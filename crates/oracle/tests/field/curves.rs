//! Keys that verify and do not shake hands, and authorities on curves that are seldom seen.

use openssl::dsa::Dsa;
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use oracle::algorithm::{Algorithm, Digest};
use oracle::compare::{ask_engine, ask_openssl};
use oracle::draft::{Draft, Signature};
use oracle::extension::{CLIENT_AUTH, Extension};
use oracle::keys::{Key, KeyRing, Kind};
use oracle::name::Name;
use pki::verify::Level;
use pki::view::{GetsIn, Why};

use crate::make::{client, root};
use crate::{Row, assert_all, judge};

#[test]
fn a_key_outside_the_servers_groups_gets_no_handshake() {
    let ca = &root("Acme Root").make();
    let row = |what, label: &str| {
        let made = client(ca, what).key(label, 0).make();
        Row::new(what, ca.pem(), &[&made], &[])
    };
    let dsa = PKey::from_dsa(Dsa::generate(2048).unwrap()).unwrap();
    let key_info = dsa.public_key_to_der().unwrap();
    let made = client(ca, "dsa")
        .change(|draft| draft.key_info = key_info)
        .make();
    let of_dsa = Row {
        key: dsa,
        ..Row::new("DSA", ca.pem(), &[&made], &[])
    };
    let below = |label| {
        let ca = &root("Rare Root").key(label, 0).make();
        Row::new(
            "below a rare root",
            ca.pem(),
            &[&client(ca, "Jane Doe").make()],
            &[],
        )
    };
    assert_all(&[
        row("P-256", "EC prime256v1"),
        row("P-384", "EC secp384r1"),
        row("P-521", "EC secp521r1"),
        row("RSA", "RSA 2048"),
        row("Ed25519", "Ed25519"),
        row("Ed448", "Ed448"),
        row("P-224", "EC secp224r1").shaking(false, false),
        row("secp256k1", "EC secp256k1").shaking(false, false),
        row("brainpool", "EC brainpoolP256r1").shaking(false, false),
        row("X25519", "X25519").shaking(false, false),
        row("X448", "X448").shaking(false, false),
        of_dsa.shaking(true, false),
        below("EC secp224r1"),
        below("EC secp256k1"),
        below("EC brainpoolP256r1"),
    ]);
}

#[test]
fn a_client_that_cannot_shake_hands_does_not_get_in() {
    let ca = &root("Acme Root").make();
    for (label, id, gets_in) in [
        (
            "EC secp256k1",
            "client.key-cannot-shake-hands",
            GetsIn::No(Why::Handshake),
        ),
        ("EC secp384r1", "", GetsIn::Yes),
    ] {
        let made = client(ca, "Jane Doe").key(label, 0).make();
        let view = judge(ca.pem().as_bytes(), &[made.der]);
        let details = &view.clients[0];
        assert_eq!(details.gets_in, gets_in, "{label}");
        let reasons: Vec<&str> = details
            .reasons
            .iter()
            .map(|index| view.report.findings[*index].id)
            .collect();
        assert_eq!(reasons.concat(), id, "{label}");
    }
}

/// A root with a key on a curve, and a client's certificate that it signed.
fn chain(curve: Nid, digest: Digest, signature: Signature) -> oracle::Case {
    let group = EcGroup::from_curve_name(curve).unwrap();
    let private = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let authority = Key {
        kind: Kind::Ec,
        label: String::new(),
        key_info: private.public_key_to_der().unwrap(),
        private,
    };
    let ring = KeyRing::shared();
    let leaf_key = &ring.keys[ring.labelled("EC prime256v1")[0]];
    let name = Name::common("Rare Root");
    let algorithm = Algorithm::of(&authority, digest);
    let mut root = Draft::new(name.clone(), &authority, name.clone(), algorithm.clone());
    root.set(Extension::authority(None));
    // Not of the key, which is another one each time.
    root.serial = vec![1];
    let mut leaf = Draft::new(Name::common("Jane Doe"), leaf_key, name, algorithm);
    leaf.set(Extension::extended_key_usage(&[CLIENT_AUTH]));
    leaf.signature = signature;
    oracle::Case {
        leaf: leaf.sign(&authority).unwrap(),
        sent: Vec::new(),
        store: vec![root.sign(&authority).unwrap()],
        at: oracle::case::AT,
    }
}

#[test]
fn signatures_by_authorities_on_rare_curves_are_verified_as_openssl_verifies_them() {
    let curves = [
        Nid::X9_62_PRIME192V1,
        Nid::SECP224R1,
        Nid::SECP256K1,
        Nid::BRAINPOOL_P256R1,
        Nid::BRAINPOOL_P384R1,
        Nid::BRAINPOOL_P512R1,
    ];
    let digests = [Digest::Sha256, Digest::Sha384, Digest::Sha512];
    for curve in curves {
        for digest in digests {
            for (signature, good) in [(Signature::Right, true), (Signature::Wrong, false)] {
                let case = chain(curve, digest, signature);
                // At level 2 P-192 is too weak whatever it signs.
                let theirs = ask_openssl(&case, Level::One).unwrap();
                let ours = ask_engine(&case, Level::One).unwrap();
                assert_eq!(theirs.accepted, Some(good), "{curve:?} {digest:?}");
                assert_eq!(ours.accepted, theirs.accepted, "{curve:?} {digest:?}");
                assert_eq!(ours.errors, theirs.errors, "{curve:?} {digest:?}");
            }
        }
    }
}
