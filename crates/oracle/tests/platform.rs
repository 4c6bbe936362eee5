//! OpenSSL in the place of the browser that verifies signatures beforehand: what it calls valid is
//! taken, and nothing that a person sees may differ for that.

#![allow(clippy::unwrap_used, clippy::panic)]

use openssl::{
    bn::BigNum,
    ecdsa::EcdsaSig,
    hash::MessageDigest,
    pkey::{PKey, Public},
    rsa::Padding,
    sign::{RsaPssSaltlen, Verifier},
};
use oracle::{
    Case, Chance,
    algorithm::{Algorithm, Digest, Pss},
    case::AT,
    damage::damage,
    draft::Draft,
    extension::{Extension, usage},
    keys::KeyRing,
    name::Name,
};
use pki::{
    Timestamp,
    analysis::{Analysis, Pile},
    input,
    verify::{
        Budget, Level, Profile, Purpose,
        platform::{PlainAlgorithm, Sha2, WantedSignature},
    },
    view::View,
};

/// What a platform does with nothing but what it is given.
fn is_valid(wanted: &WantedSignature) -> bool {
    let key = PKey::public_key_from_der(wanted.key()).unwrap();
    let digest = |hash: Sha2| match hash {
        Sha2::Sha256 => MessageDigest::sha256(),
        Sha2::Sha384 => MessageDigest::sha384(),
        Sha2::Sha512 => MessageDigest::sha512(),
    };
    let mut verifier = match wanted.algorithm() {
        PlainAlgorithm::Ed25519 => Verifier::new_without_digest(&key),
        PlainAlgorithm::RsaPkcs1(hash)
        | PlainAlgorithm::RsaPss(hash)
        | PlainAlgorithm::Ecdsa(_, hash) => Verifier::new(digest(hash), &key),
    }
    .unwrap();
    if let PlainAlgorithm::RsaPss(hash) = wanted.algorithm() {
        verifier.set_rsa_padding(Padding::PKCS1_PSS).unwrap();
        verifier.set_rsa_mgf1_md(digest(hash)).unwrap();
        verifier
            .set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)
            .unwrap();
    }
    assert_eq!(wanted.raw_key(), raw_key(&key, wanted.algorithm()));
    let fixed = wanted.fixed_signature();
    let signature = match wanted.algorithm() {
        PlainAlgorithm::Ecdsa(..) => {
            let (r, s) = fixed.split_at(fixed.len() / 2);
            let [r, s] = [r, s].map(|number| BigNum::from_slice(number).unwrap());
            let der = EcdsaSig::from_private_components(r, s).unwrap().to_der();
            assert_eq!(der.unwrap(), wanted.signature());
            wanted.signature()
        }
        _ => &fixed[..],
    };
    verifier
        .verify_oneshot(signature, wanted.message())
        .unwrap_or(false)
}

fn raw_key(key: &PKey<Public>, algorithm: PlainAlgorithm) -> Vec<u8> {
    match algorithm {
        PlainAlgorithm::Ed25519 => key.raw_public_key().unwrap(),
        PlainAlgorithm::Ecdsa(..) => {
            let info = key.public_key_to_der().unwrap();
            let length = 1 + 2 * key.bits().div_ceil(8) as usize;
            info[info.len() - length..].to_vec()
        }
        _ => key.rsa().unwrap().public_key_to_der_pkcs1().unwrap(),
    }
}

/// What came of a pile.
struct Judged {
    view: View,
    /// Signatures that were asked for.
    wanted: usize,
    /// Those that the engine verified by itself.
    verified: usize,
}

fn judge(case: &Case, level: Level, asks: bool) -> Judged {
    let mut pile = Pile::new();
    for (number, der) in case.store.iter().enumerate() {
        pile.add_bundle(input::read(&format!("ca-{number}.der"), der));
    }
    let sent = case.sent.iter().map(|der| input::to_pem(der));
    let client: String = [input::to_pem(&case.leaf)]
        .into_iter()
        .chain(sent)
        .collect();
    pile.add_client(input::read("client.pem", client.as_bytes()));
    let profile = Profile {
        level,
        purpose: Purpose::TlsClient,
        at: Timestamp::from_unix(case.at),
    };
    let mut analysis = Analysis::new(pile, profile);
    let mut count = 0;
    while asks && let Some(wanted) = analysis.wanted(&mut Budget::unlimited()) {
        count += wanted.len();
        for signature in wanted.iter().filter(|signature| is_valid(signature)) {
            analysis.confirm(signature);
        }
    }
    while !analysis.is_finished() {
        analysis.step(&mut Budget::unlimited());
    }
    Judged {
        wanted: count,
        verified: analysis.memory().verified(),
        view: analysis.finish(),
    }
}

/// A root, an intermediate and a leaf.
fn chain(key: &str, algorithm: impl Fn(&oracle::keys::Key) -> Algorithm) -> Case {
    let ring = KeyRing::shared();
    let key = &ring.keys[ring.labelled(key)[0]];
    let certificate = |subject: &str, issuer: &str, extensions: &[Extension]| {
        let mut draft = Draft::new(
            Name::common(subject),
            key,
            Name::common(issuer),
            algorithm(key),
        );
        draft.extensions = extensions.to_vec();
        draft.sign(key).unwrap()
    };
    let authority = [
        Extension::authority(None),
        Extension::key_usage(usage::KEY_CERT_SIGN),
    ];
    Case {
        leaf: certificate("leaf", "intermediate", &[Extension::end_entity()]),
        sent: vec![certificate("intermediate", "root", &authority)],
        store: vec![certificate("root", "root", &authority)],
        at: AT,
    }
}

#[test]
fn usual_signatures_are_asked_for_and_others_are_not() {
    use Digest::{Sha1, Sha224, Sha256, Sha384, Sha512};

    let plain = |digest| move |key: &oracle::keys::Key| Algorithm::of(key, digest);
    let pss = |hash, mask_hash, salt| {
        move |_: &oracle::keys::Key| {
            Algorithm::pss(Pss {
                hash,
                mask_hash,
                salt,
            })
        }
    };
    let cases = [
        ("RSA 2048", chain("RSA 2048", plain(Sha256)), true),
        ("RSA 3072", chain("RSA 3072", plain(Sha512)), true),
        ("PSS", chain("RSA 2048", pss(Sha256, Sha256, 32)), true),
        ("PSS 384", chain("RSA 2048", pss(Sha384, Sha384, 48)), true),
        ("P-256", chain("EC prime256v1", plain(Sha256)), true),
        ("P-256 384", chain("EC prime256v1", plain(Sha384)), true),
        ("P-384", chain("EC secp384r1", plain(Sha384)), true),
        ("P-521", chain("EC secp521r1", plain(Sha512)), true),
        ("P-521 256", chain("EC secp521r1", plain(Sha256)), true),
        ("Ed25519", chain("Ed25519", plain(Sha256)), true),
        ("RSA 1024", chain("RSA 1024", plain(Sha256)), false),
        ("SHA-1", chain("RSA 2048", plain(Sha1)), false),
        ("SHA-224", chain("EC prime256v1", plain(Sha224)), false),
        (
            "another mask",
            chain("RSA 2048", pss(Sha256, Sha384, 32)),
            false,
        ),
        (
            "another salt",
            chain("RSA 2048", pss(Sha256, Sha256, 20)),
            false,
        ),
        ("explicit curve", chain("EC explicit", plain(Sha256)), false),
        ("secp256k1", chain("EC secp256k1", plain(Sha256)), false),
    ];
    for (name, case, is_plain) in cases {
        let without = judge(&case, Level::Two, false);
        let with = judge(&case, Level::Two, true);
        assert!(with.view == without.view, "{name}");
        // The leaf, the intermediate, and the root's own.
        let expected = if is_plain { (3, 0) } else { (0, 3) };
        assert_eq!((with.wanted, with.verified), expected, "{name}");
        assert_eq!((without.wanted, without.verified), (0, 3), "{name}");
    }
}

#[test]
fn what_is_said_of_the_other_level_is_the_verdict_there() {
    let mut differ = 0;
    for seed in 0..400 {
        let mut case = Case::from_seed(seed).unwrap();
        if !seed.is_multiple_of(4) {
            damage(&mut Chance::new(!seed), &mut case);
        }
        let one = judge(&case, Level::One, false).view;
        let two = judge(&case, Level::Two, false).view;
        for (here, there) in [(&one, &two), (&two, &one)] {
            let verdict = |view: &View| view.report.clients[0].judgement.accepted;
            let other =
                (verdict(here) != verdict(there)).then(|| (there.report.level, verdict(there)));
            assert_eq!(here.clients[0].other_level, other, "seed {seed}");
            differ += usize::from(other.is_some());
        }
    }
    assert!(differ > 10, "{differ}");
}

#[test]
fn generated_and_damaged_chains_are_judged_alike_with_and_without() {
    let (mut wanted, mut spared) = (0, 0);
    for seed in 0..400 {
        let mut case = Case::from_seed(seed).unwrap();
        if !seed.is_multiple_of(4) {
            damage(&mut Chance::new(!seed), &mut case);
        }
        for level in [Level::One, Level::Two] {
            let without = judge(&case, level, false);
            let with = judge(&case, level, true);
            assert!(with.view == without.view, "seed {seed}");
            wanted += with.wanted;
            spared += without.verified - with.verified;
        }
    }
    println!("{wanted} signatures wanted, {spared} spared");
    assert!(spared > 500 && spared * 2 > wanted, "{wanted} {spared}");
}
