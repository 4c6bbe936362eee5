//! The keys that generated certificates hold and are signed with: made once a process, and the
//! same in every process, for the random numbers they come of are predictable.

use std::sync::OnceLock;

use openssl::ec::{Asn1Flag, EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;

use crate::{der, predictable};

/// What a key can do in a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Rsa,
    Ec,
    Ed25519,
    /// A key that certificates may hold but that signs nothing here.
    LeafOnly,
}

/// A key pair.
pub struct Key {
    pub kind: Kind,
    /// A name for people, such as `RSA 2048`.
    pub label: String,
    pub private: PKey<Private>,
    /// The `SubjectPublicKeyInfo`.
    pub key_info: Vec<u8>,
}

impl Key {
    /// An identifier for the key: what is certain about it is that other keys have others.
    pub fn identifier(&self) -> Vec<u8> {
        openssl::sha::sha1(&self.key_info).to_vec()
    }
}

/// All the keys, those that sign before those that do not.
pub struct KeyRing {
    pub keys: Vec<Key>,
}

impl KeyRing {
    /// The one ring of this process.
    pub fn shared() -> &'static Self {
        static RING: OnceLock<KeyRing> = OnceLock::new();
        RING.get_or_init(|| {
            #[expect(
                clippy::expect_used,
                reason = "a test without keys has nothing to test"
            )]
            Self::new().expect("OpenSSL makes keys")
        })
    }

    fn new() -> Result<Self, ErrorStack> {
        predictable::seed(0x6b65_7973);
        let mut keys = Vec::new();
        for bits in [2048, 2048, 2048, 2048, 1024, 1024, 3072, 512] {
            let private = PKey::from_rsa(Rsa::generate(bits)?)?;
            keys.push(Key::new(Kind::Rsa, format!("RSA {bits}"), private)?);
        }
        let curves = [
            (Nid::X9_62_PRIME256V1, 5),
            (Nid::SECP384R1, 2),
            (Nid::SECP521R1, 2),
        ];
        for (curve, count) in curves {
            for _ in 0..count {
                let group = EcGroup::from_curve_name(curve)?;
                keys.push(Key::new(Kind::Ec, curve_label(curve), ec_key(&group)?)?);
            }
        }
        for _ in 0..2 {
            let private = PKey::generate_ed25519()?;
            keys.push(Key::new(Kind::Ed25519, "Ed25519".to_owned(), private)?);
        }
        keys.extend(leaf_only()?);
        Ok(Self { keys })
    }

    /// The places of the keys of a label, such as `EC prime256v1`.
    pub fn labelled(&self, label: &str) -> Vec<usize> {
        let places = self.keys.iter().enumerate();
        places
            .filter(|(_, key)| key.label == label)
            .map(|(place, _)| place)
            .collect()
    }

    /// The places of the keys that can sign.
    pub fn signing(&self) -> Vec<usize> {
        let places = self.keys.iter().enumerate();
        places
            .filter(|(_, key)| key.kind != Kind::LeafOnly)
            .map(|(place, _)| place)
            .collect()
    }
}

impl Key {
    fn new(kind: Kind, label: String, private: PKey<Private>) -> Result<Self, ErrorStack> {
        let key_info = private.public_key_to_der()?;
        Ok(Self {
            kind,
            label,
            private,
            key_info,
        })
    }
}

/// Keys whose strength OpenSSL knows, but whose signatures are not what is compared.
fn leaf_only() -> Result<Vec<Key>, ErrorStack> {
    let mut keys = Vec::new();
    let curves = [
        Nid::SECP256K1,
        Nid::SECP224R1,
        Nid::X9_62_PRIME192V1,
        Nid::BRAINPOOL_P256R1,
    ];
    for curve in curves {
        // A build of OpenSSL may leave a curve out.
        if let Ok(group) = EcGroup::from_curve_name(curve) {
            keys.push(Key::new(
                Kind::LeafOnly,
                curve_label(curve),
                ec_key(&group)?,
            )?);
        }
    }
    for (label, private) in [
        ("Ed448", PKey::generate_ed448()?),
        ("X25519", PKey::generate_x25519()?),
        ("X448", PKey::generate_x448()?),
    ] {
        keys.push(Key::new(Kind::LeafOnly, label.to_owned(), private)?);
    }
    let mut explicit = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    explicit.set_asn1_flag(Asn1Flag::EXPLICIT_CURVE);
    keys.push(Key::new(
        Kind::LeafOnly,
        "EC explicit".to_owned(),
        ec_key(&explicit)?,
    )?);
    // The same kind of RSA key, said to be for PSS signatures alone (RFC 4055, section 1.2).
    let private = PKey::from_rsa(Rsa::generate(2048)?)?;
    let key_info = der::sequence(&[
        &der::sequence(&[&der::oid("1.2.840.113549.1.1.10")]),
        &der::bit_string(0, &private.rsa()?.public_key_to_der_pkcs1()?),
    ]);
    keys.push(Key {
        kind: Kind::LeafOnly,
        label: "RSA-PSS 2048".to_owned(),
        private,
        key_info,
    });
    Ok(keys)
}

fn ec_key(group: &EcGroup) -> Result<PKey<Private>, ErrorStack> {
    PKey::from_ec_key(EcKey::generate(group)?)
}

fn curve_label(curve: Nid) -> String {
    format!("EC {}", curve.short_name().unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn keys_are_the_same_each_time_they_are_made() {
        let again = KeyRing::new().unwrap();
        for (one, other) in KeyRing::shared().keys.iter().zip(again.keys) {
            assert_eq!(one.key_info, other.key_info, "{}", one.label);
        }
    }
}
