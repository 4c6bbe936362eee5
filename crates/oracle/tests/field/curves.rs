//! Keys that verify and do not shake hands, and authorities on curves that are seldom seen.

use openssl::dsa::Dsa;
use openssl::pkey::{PKey, Private};
use oracle::algorithm::{Algorithm, Digest, Pss};
use oracle::compare::{ask_engine, ask_openssl};
use oracle::der;
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
            .map(|index| &*view.report.findings[*index].id)
            .collect();
        assert_eq!(reasons.concat(), id, "{label}");
    }
}

/// A key made for one test.
fn key(private: PKey<Private>) -> Key {
    Key {
        kind: Kind::Ec,
        label: String::new(),
        key_info: private.public_key_to_der().unwrap(),
        private,
    }
}

/// A key on a curve, by the program: the crate has no names for most of them.
fn on_curve(curve: &str, form: &str) -> Key {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key").display().to_string();
    openssl(&[
        "ecparam", "-name", curve, "-genkey", "-noout", "-out", &file,
    ]);
    let pem = std::fs::read(&file).unwrap();
    let mut arguments = vec!["pkey", "-in", &file, "-pubout"];
    if form != "uncompressed" {
        arguments.extend(["-ec_conv_form", form]);
    }
    let info = openssl(&arguments);
    let lines = info.lines().filter(|line| !line.starts_with("---"));
    Key {
        key_info: openssl::base64::decode_block(&lines.collect::<String>()).unwrap(),
        ..key(PKey::private_key_from_pem(&pem).unwrap())
    }
}

/// A root with a key, and a client's certificate that it signed.
fn chain(authority: &Key, algorithm: &Algorithm, signature: Signature) -> oracle::Case {
    let ring = KeyRing::shared();
    let leaf_key = &ring.keys[ring.labelled("EC prime256v1")[0]];
    let name = Name::common("Rare Root");
    let mut root = Draft::new(name.clone(), authority, name.clone(), algorithm.clone());
    root.set(Extension::authority(None));
    // Not of the key, which is another one each time.
    root.serial = vec![1];
    let mut leaf = Draft::new(Name::common("Jane Doe"), leaf_key, name, algorithm.clone());
    leaf.set(Extension::extended_key_usage(&[CLIENT_AUTH]));
    leaf.signature = signature;
    oracle::Case {
        leaf: leaf.sign(authority).unwrap(),
        sent: Vec::new(),
        store: vec![root.sign(authority).unwrap()],
        at: oracle::case::AT,
    }
}

/// Both sides on a good signature and on a bad one, at level 1. Whether the good one
/// passed.
fn agree(what: &str, authority: &Key, algorithm: &Algorithm) -> bool {
    let mut is_accepted = false;
    for signature in [Signature::Right, Signature::Wrong] {
        let case = chain(authority, algorithm, signature);
        let theirs = ask_openssl(&case, Level::One).unwrap();
        let ours = ask_engine(&case, Level::One).unwrap();
        assert_eq!(ours.errors, theirs.errors, "{what} {signature:?}");
        assert_eq!(ours.accepted, theirs.accepted, "{what} {signature:?}");
        is_accepted |= ours.accepted == Some(true);
        assert!(
            signature == Signature::Right || ours.accepted == Some(false),
            "{what}"
        );
    }
    is_accepted
}

#[test]
fn signatures_by_authorities_on_rare_curves_are_verified_as_openssl_verifies_them() {
    let curves = openssl(&["ecparam", "-list_curves"]);
    let mut count = 0;
    for curve in curves.lines().filter_map(|line| line.split_once(':')) {
        let curve = curve.0.trim();
        // No certificate can name these two; SM2 has signatures of its own.
        if curve.is_empty() || curve.contains(' ') || curve.starts_with("Oakley") || curve == "SM2"
        {
            continue;
        }
        for form in ["uncompressed", "compressed", "hybrid"] {
            let mut authority = on_curve(curve, form);
            let digest = [Digest::Sha256, Digest::Sha384, Digest::Sha512][curve.len() % 3];
            let is_accepted = agree(curve, &authority, &Algorithm::of(&authority, digest));
            let is_strong = authority.private.security_bits() >= 80;
            assert_eq!(is_accepted, is_strong, "{curve} {form}");
            count += usize::from(is_accepted);
            if form == "hybrid" {
                // It says of y what is not so.
                let degree = authority.private.ec_key().unwrap().group().degree();
                let point = authority.key_info.len() - 2 * degree.div_ceil(8) as usize - 1;
                authority.key_info[point] ^= 1;
                let algorithm = Algorithm::of(&authority, digest);
                assert!(!agree(curve, &authority, &algorithm), "{curve}");
            }
        }
    }
    assert!(count > 100, "{count}");
}

#[test]
fn signatures_with_sm2_are_verified_as_openssl_verifies_them() {
    let authority = on_curve("SM2", "uncompressed");
    let algorithm = Algorithm::of(&authority, Digest::Sm3);
    assert!(agree("SM2", &authority, &algorithm));
}

#[test]
fn signatures_with_ed448_are_verified_as_openssl_verifies_them() {
    let authority = key(PKey::generate_ed448().unwrap());
    let mut algorithm = Algorithm::of(&authority, Digest::Sha256).without_digest();
    algorithm.identifier = der::sequence(&[&der::oid("1.3.101.113")]);
    assert!(agree("Ed448", &authority, &algorithm));
}

#[test]
fn signatures_with_dsa_are_verified_as_openssl_verifies_them() {
    for (bits, q_bits) in [(1024, 160), (2048, 224), (2048, 256), (3072, 256)] {
        let authority = dsa(bits, q_bits);
        for (digest, oid) in [
            (Digest::Sha1, "1.2.840.10040.4.3"),
            (Digest::Sha224, "2.16.840.1.101.3.4.3.1"),
            (Digest::Sha256, "2.16.840.1.101.3.4.3.2"),
        ] {
            let mut algorithm = Algorithm::of(&authority, digest);
            algorithm.identifier = der::sequence(&[&der::oid(oid)]);
            let is_accepted = agree("DSA", &authority, &algorithm);
            assert_eq!(
                is_accepted,
                digest != Digest::Sha1,
                "{bits} {q_bits} {digest:?}"
            );
        }
    }
}

#[test]
fn dsa_with_an_odd_generator_is_computed_as_openssl_computes_it() {
    let authority = dsa(2048, 256);
    let numbers = authority.private.dsa().unwrap();
    let [p, q, y] = [numbers.p(), numbers.q(), numbers.pub_key()].map(positive);
    let beyond = positive(&(numbers.p() + numbers.g()));
    let twice = positive(&(numbers.p() + numbers.p()));
    let (zero, one) = (vec![0], vec![1]);
    // r and s are one: valid for whoever made a key with a generator of one.
    let ones = &[0x30, 6, 2, 1, 1, 2, 1, 1][..];
    let mut accepted = Vec::new();
    for (case, g, y, signature) in [
        ("beyond p", &beyond, &y, None),
        ("zero", &zero, &y, None),
        ("one", &one, &y, None),
        ("zero, and y one", &zero, &one, Some(ones)),
        ("twice p, and y one", &twice, &one, Some(ones)),
        ("one, and y one", &one, &one, Some(ones)),
    ] {
        let parameters = der::sequence(&[&der::integer(&p), &der::integer(&q), &der::integer(g)]);
        let key_info = der::sequence(&[
            &der::sequence(&[&der::oid("1.2.840.10040.4.1"), &parameters]),
            &der::bit_string(0, &der::integer(y)),
        ]);
        let odd = Key {
            key_info,
            ..key(authority.private.clone())
        };
        let mut algorithm = Algorithm::of(&odd, Digest::Sha256);
        algorithm.identifier = der::sequence(&[&der::oid("2.16.840.1.101.3.4.3.2")]);
        let mut made = chain(&odd, &algorithm, Signature::Right);
        if let Some(signature) = signature {
            made.leaf = signed(&made.leaf, &algorithm.identifier, signature);
        }
        let theirs = ask_openssl(&made, Level::One).unwrap();
        let ours = ask_engine(&made, Level::One).unwrap();
        assert_eq!(ours.describe(), theirs.describe(), "{case}");
        if ours.accepted == Some(true) {
            accepted.push(case);
        }
    }
    assert_eq!(accepted, ["beyond p", "one, and y one"]);
}

/// A certificate with another signature.
fn signed(certificate: &[u8], algorithm: &[u8], signature: &[u8]) -> Vec<u8> {
    // It is longer than 255 octets, what is signed may be shorter.
    let end = match certificate[5] {
        0x81 => 7 + usize::from(certificate[6]),
        _ => 8 + (usize::from(certificate[6]) << 8 | usize::from(certificate[7])),
    };
    let tbs = &certificate[4..end];
    der::sequence(&[tbs, algorithm, &der::bit_string(0, signature)])
}

/// A DSA key, by the program: the crate makes those of its own choice only.
fn dsa(bits: u32, q_bits: u32) -> Key {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (parameters, pair) = (at("parameters"), at("key"));
    let bits = format!("dsa_paramgen_bits:{bits}");
    let q_bits = format!("dsa_paramgen_q_bits:{q_bits}");
    #[rustfmt::skip]
    openssl(&["genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", &bits, "-pkeyopt", &q_bits, "-out", &parameters]);
    openssl(&["genpkey", "-paramfile", &parameters, "-out", &pair]);
    let pem = std::fs::read(&pair).unwrap();
    key(PKey::private_key_from_pem(&pem).unwrap())
}

#[test]
fn a_dsa_key_without_parameters_is_none() {
    let authority = dsa(2048, 256);
    let bare = |key: &Key| {
        // SubjectPublicKeyInfo without the parameters: the key is its last part.
        let dsa = key.private.dsa().unwrap();
        let y = der::integer(&positive(dsa.pub_key()));
        der::sequence(&[
            &der::sequence(&[&der::oid("1.2.840.10040.4.1")]),
            &der::bit_string(0, &y),
        ])
    };
    let mut algorithm = Algorithm::of(&authority, Digest::Sha256);
    algorithm.identifier = der::sequence(&[&der::oid("2.16.840.1.101.3.4.3.2")]);
    let issue = |subject: &str, issuer: &str, is_bare: bool, is_authority: bool, signature| {
        let mut draft = Draft::new(
            Name::common(subject),
            &authority,
            Name::common(issuer),
            algorithm.clone(),
        );
        if is_bare {
            draft.key_info = bare(&authority);
        }
        if is_authority {
            draft.set(Extension::authority(None));
        } else {
            draft.set(Extension::extended_key_usage(&[CLIENT_AUTH]));
        }
        draft.serial = vec![u8::try_from(subject.len()).unwrap()];
        draft.signature = signature;
        draft.sign(&authority).unwrap()
    };
    for leaf_is_bare in [true, false] {
        for middle_is_bare in [true, false] {
            for signature in [Signature::Right, Signature::Wrong] {
                let case = oracle::Case {
                    leaf: issue("leaf", "middle", leaf_is_bare, false, signature),
                    sent: vec![issue(
                        "middle",
                        "the root",
                        middle_is_bare,
                        true,
                        Signature::Right,
                    )],
                    store: vec![issue("the root", "the root", false, true, Signature::Right)],
                    at: oracle::case::AT,
                };
                let theirs = ask_openssl(&case, Level::One).unwrap();
                let ours = ask_engine(&case, Level::One).unwrap();
                assert_eq!(
                    ours.describe(),
                    theirs.describe(),
                    "{leaf_is_bare} {middle_is_bare} {signature:?}"
                );
            }
        }
    }
}

#[test]
fn rare_digests_are_computed_as_openssl_computes_them() {
    let ring = KeyRing::shared();
    let authority = &ring.keys[ring.labelled("RSA 2048")[0]];
    for digest in [
        Digest::Sha512_256,
        Digest::Sha3_224,
        Digest::Sha3_384,
        Digest::Ripemd160,
    ] {
        agree("RSA", authority, &Algorithm::of(authority, digest));
        let algorithm = Algorithm::pss(Pss {
            hash: digest,
            mask_hash: Digest::Sha3_384,
            salt: 28,
        });
        agree("PSS", authority, &algorithm);
    }
}

/// A number's octets, with one more where the first bit is set.
fn positive(number: &openssl::bn::BigNumRef) -> Vec<u8> {
    let octets = number.to_vec();
    match octets.first() {
        Some(0x80..) => [&[0], &octets[..]].concat(),
        _ => octets,
    }
}

/// What the `openssl` program prints.
fn openssl(arguments: &[&str]) -> String {
    let output = std::process::Command::new("openssl")
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}
