//! The certificates that the scenarios are played with, by name.

use std::collections::BTreeMap;

use oracle::Case;
use oracle::algorithm::{Algorithm, Digest};
use oracle::case::AT;
use oracle::draft::{Draft, Moment, Signature};
use oracle::extension::{CLIENT_AUTH, Extension, GeneralName, SERVER_AUTH, usage};
use oracle::keys::KeyRing;
use oracle::name::{Attribute, Name};

const EMAIL_PROTECTION: &str = "1.3.6.1.5.5.7.3.4";
const ANY_PURPOSE: &str = "2.5.29.37.0";

/// A certificate made, and the key it holds.
struct Player {
    der: Vec<u8>,
    name: Name,
    key: usize,
}

/// Every certificate, by name.
pub(crate) struct Cast(BTreeMap<&'static str, Player>);

impl Cast {
    /// Makes them all.
    pub(crate) fn new() -> Self {
        let mut cast = Self(BTreeMap::new());
        cast.authorities();
        cast.leaves();
        cast
    }

    /// The case of a bundle and what a client sends, its leaf first.
    pub(crate) fn case(&self, bundle: &str, sent: &str) -> Case {
        let all = |names: &str| -> Vec<Vec<u8>> {
            let names = names.split_whitespace();
            names.map(|name| self.0[name].der.clone()).collect()
        };
        let mut sent = all(sent);
        Case {
            leaf: sent.remove(0),
            sent,
            store: all(bundle),
            at: AT,
        }
    }

    /// Adds a certificate that `issuer` signs; one that is its own issuer signs itself.
    fn add(
        &mut self,
        name: &'static str,
        issuer: &str,
        key: &str,
        extensions: &[Extension],
        change: impl FnOnce(&mut Draft),
    ) {
        let ring = KeyRing::shared();
        let keys = ring.labelled(key);
        let key = keys[self.0.len() % keys.len()];
        let subject = Name::common(name);
        let (issuer, signer) = match self.0.get(issuer) {
            Some(player) => (player.name.clone(), player.key),
            None => (subject.clone(), key),
        };
        let algorithm = Algorithm::of(&ring.keys[signer], Digest::Sha256);
        let mut draft = Draft::new(subject, &ring.keys[key], issuer, algorithm);
        draft.extensions = extensions.to_vec();
        change(&mut draft);
        let player = Player {
            der: draft.sign(&ring.keys[signer]).unwrap(),
            name: draft.subject,
            key,
        };
        self.0.insert(name, player);
    }

    fn authorities(&mut self) {
        let authority = Extension::authority(None);
        let signing = Extension::key_usage(usage::KEY_CERT_SIGN | usage::CRL_SIGN);
        let ordinary = [authority.clone(), signing.clone()];
        let for_servers = Extension::extended_key_usage(&[SERVER_AUTH]);
        let for_clients = Extension::extended_key_usage(&[CLIENT_AUTH]);
        let (rsa, ec) = ("RSA 2048", "EC prime256v1");
        let same = |_: &mut Draft| {};

        self.add("root", "root", rsa, &ordinary, same);
        self.add("stranger", "stranger", ec, &ordinary, same);
        self.add("root-bare", "root-bare", ec, &[], same);
        self.add("root-bc", "root-bc", ec, &ordinary[..1], same);
        self.add("root-ku", "root-ku", ec, &ordinary[1..], same);
        self.add("root-v1", "root-v1", ec, &[], |draft| draft.version = None);
        self.add("root-1024", "root-1024", "RSA 1024", &ordinary, same);
        self.add(
            "root-sha1",
            "root-sha1",
            rsa,
            &ordinary,
            with_digest(rsa, Digest::Sha1),
        );
        self.add("root-expired", "root-expired", ec, &ordinary, expired);
        let limited = [Extension::authority(Some(&[0])), signing.clone()];
        self.add("root-pl0", "root-pl0", ec, &limited, same);
        let serving = [authority.clone(), signing.clone(), for_servers];
        self.add("root-server", "root-server", ec, &serving, same);
        let identified = [
            &ordinary[..],
            &[Extension::subject_key_identifier(&[1; 20])],
        ]
        .concat();
        self.add("root-id", "root-id", ec, &identified, same);

        self.add("inter", "root", ec, &ordinary, same);
        self.add("inter2", "inter", ec, &ordinary, same);
        self.add("inter-x", "root", ec, &ordinary, expired);
        self.add("inter-pl", "root-pl0", ec, &ordinary, same);
        self.add("inter-bare", "root", ec, &[], same);
        self.add("inter-ku", "root", ec, &ordinary[1..], same);
        self.add(
            "inter-caf",
            "root",
            ec,
            &[Extension::end_entity(), signing.clone()],
            same,
        );
        let crl_only = Extension::key_usage(usage::CRL_SIGN);
        self.add(
            "inter-nks",
            "root",
            ec,
            &[authority.clone(), crl_only],
            same,
        );
        self.add("inter-server", "root", ec, &serving, same);
        self.add(
            "inter-client",
            "root",
            ec,
            &[authority, signing, for_clients],
            same,
        );
        for (name, permitted, excluded) in [
            (
                "inter-nc",
                vec![GeneralName::Directory(other_organisation())],
                vec![],
            ),
            ("inter-nd", vec![GeneralName::dns("example.com")], vec![]),
            ("inter-nx", vec![], vec![GeneralName::dns("other.org")]),
        ] {
            let constraints = Extension::name_constraints(&permitted, &excluded);
            self.add(
                name,
                "root",
                ec,
                &[&ordinary[..], &[constraints]].concat(),
                same,
            );
        }
    }

    fn leaves(&mut self) {
        let end = Extension::end_entity();
        let signing = Extension::key_usage(usage::DIGITAL_SIGNATURE);
        let client = Extension::extended_key_usage(&[CLIENT_AUTH]);
        let ordinary = [end.clone(), signing.clone(), client.clone()];
        let ec = "EC prime256v1";
        let same = |_: &mut Draft| {};

        for (name, issuer) in [
            ("leaf", "root"),
            ("leaf-i", "inter"),
            ("leaf-i2", "inter2"),
            ("leaf-ix", "inter-x"),
            ("leaf-pl", "inter-pl"),
            ("leaf-ib", "inter-bare"),
            ("leaf-ku", "inter-ku"),
            ("leaf-icf", "inter-caf"),
            ("leaf-nks", "inter-nks"),
            ("leaf-serving", "inter-server"),
            ("leaf-client", "inter-client"),
            ("leaf-nc", "inter-nc"),
            ("leaf-rb", "root-bare"),
            ("leaf-rbc", "root-bc"),
            ("leaf-rku", "root-ku"),
            ("leaf-v1", "root-v1"),
            ("leaf-r1024", "root-1024"),
            ("leaf-rsha1", "root-sha1"),
            ("leaf-rexp", "root-expired"),
            ("leaf-rs", "root-server"),
        ] {
            self.add(name, issuer, ec, &ordinary, same);
        }
        self.add("self", "self", ec, &ordinary, same);
        self.add("leaf-bare", "root", ec, &[], same);
        self.add("leaf-no-eku", "root", ec, &ordinary[..2], same);
        let authority = [Extension::authority(None), signing.clone(), client.clone()];
        self.add("leaf-ca", "root", ec, &authority, same);
        for (name, purpose) in [
            ("leaf-server", SERVER_AUTH),
            ("leaf-email", EMAIL_PROTECTION),
            ("leaf-any", ANY_PURPOSE),
        ] {
            let purpose = Extension::extended_key_usage(&[purpose]);
            self.add(
                name,
                "root",
                ec,
                &[end.clone(), signing.clone(), purpose],
                same,
            );
        }
        for (name, bits) in [
            ("leaf-encipher", usage::KEY_ENCIPHERMENT),
            ("leaf-repudiate", usage::NON_REPUDIATION),
            ("leaf-agree", usage::KEY_AGREEMENT),
        ] {
            let usage = Extension::key_usage(bits);
            self.add(
                name,
                "root",
                ec,
                &[end.clone(), usage, client.clone()],
                same,
            );
        }
        self.add("leaf-1024", "root", "RSA 1024", &ordinary, same);
        let rsa = "RSA 2048";
        self.add(
            "leaf-sha1",
            "root",
            ec,
            &ordinary,
            with_digest(rsa, Digest::Sha1),
        );
        self.add(
            "leaf-md5",
            "root",
            ec,
            &ordinary,
            with_digest(rsa, Digest::Md5),
        );
        self.add("leaf-expired", "root", ec, &ordinary, expired);
        self.add("leaf-future", "root", ec, &ordinary, |draft| {
            draft.not_before = Moment::utc("270101000000Z");
        });
        self.add("leaf-forged", "root", ec, &ordinary, |draft| {
            draft.signature = Signature::Wrong;
        });
        let unknown = Extension::critical("1.2.3.4.5", vec![5, 0]);
        self.add("leaf-critical", "root", ec, &[unknown], same);
        for (name, identifier) in [("leaf-id", [1; 20]), ("leaf-other-id", [2; 20])] {
            let identifier = Extension::authority_key_identifier(&identifier);
            self.add(name, "root-id", ec, &[identifier], same);
        }
        for (name, issuer, common) in [
            ("leaf-nd", "inter-nd", "Jane Doe"),
            ("leaf-ndh", "inter-nd", "host.other.org"),
            ("leaf-nx", "inter-nx", "host.other.org"),
        ] {
            self.add(name, issuer, ec, &ordinary, |draft| {
                draft.subject = Name::common(common);
            });
        }
    }
}

/// A root, and a leaf below so many intermediates, the leaf first.
pub(crate) fn tower(intermediates: usize) -> (Vec<u8>, Vec<Vec<u8>>) {
    let ring = KeyRing::shared();
    let key = &ring.keys[ring.labelled("Ed25519")[0]];
    let certificate = |name: &str, issuer: &str, extension: Extension| {
        let algorithm = Algorithm::of(key, Digest::Sha256);
        let mut draft = Draft::new(Name::common(name), key, Name::common(issuer), algorithm);
        draft.set(extension);
        draft.sign(key).unwrap()
    };
    let name = |depth: usize| format!("Authority {depth}");
    let root = certificate(&name(0), &name(0), Extension::authority(None));
    let mut sent: Vec<Vec<u8>> = (1..=intermediates)
        .map(|depth| certificate(&name(depth), &name(depth - 1), Extension::authority(None)))
        .collect();
    sent.push(certificate(
        "leaf",
        &name(intermediates),
        Extension::end_entity(),
    ));
    sent.reverse();
    (root, sent)
}

fn expired(draft: &mut Draft) {
    draft.not_before = Moment::utc("250101000000Z");
    draft.not_after = Moment::utc("251231235959Z");
}

/// Signs with another digest; the signer's key is of the kind named.
fn with_digest(signer: &'static str, digest: Digest) -> impl FnOnce(&mut Draft) {
    move |draft| {
        let ring = KeyRing::shared();
        draft.algorithm = Algorithm::of(&ring.keys[ring.labelled(signer)[0]], digest);
    }
}

fn other_organisation() -> Name {
    Name(vec![vec![Attribute::new("2.5.4.10", "Other")]])
}
