//! The certificates of the practice CA, up to their signatures: those are made by whoever has the keys.

use std::time::Duration;

use pki::Timestamp;
use x509_cert::{
    SubjectPublicKeyInfo, TbsCertificate,
    attr::AttributeTypeAndValue,
    builder::{Builder as _, CertificateBuilder, Result, profile::BuilderProfile},
    der::{
        Decode as _, Document, Encode as _, Tag,
        asn1::{Any, BitString, GeneralizedTime, ObjectIdentifier, UintRef},
    },
    ext::{
        Extension, ToExtension as _,
        pkix::{
            AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages,
            SubjectKeyIdentifier,
        },
    },
    name::{Name, RdnSequence, RelativeDistinguishedName},
    serial_number::SerialNumber,
    spki::{
        self, AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier, EncodePublicKey,
        SubjectPublicKeyInfoRef,
    },
    time::{Time, Validity},
};

/// Attributes of a name, from the general to the particular, as a certificate has them.
pub(super) type Attributes = &'static [(ObjectIdentifier, &'static str)];

pub(super) const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
pub(super) const LOCALITY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.7");
pub(super) const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
pub(super) const UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");

const CLIENT_AUTHENTICATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

/// Clocks differ.
const BEFORE: i64 = Timestamp::DAY;

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    Issuing,
    Client,
}

impl Kind {
    fn days(self) -> i64 {
        match self {
            Self::Root => 3_650,
            Self::Issuing => 1_825,
            Self::Client => 365,
        }
    }
}

/// A certificate to make.
#[derive(Clone, Copy)]
pub(super) struct Draft<'a> {
    pub(super) kind: Kind,
    pub(super) subject: Attributes,
    pub(super) issuer: Attributes,
    /// Random.
    pub(super) serial: [u8; 16],
    pub(super) now: Timestamp,
    /// The public key as DER, and the issuer's.
    pub(super) key: &'a [u8],
    pub(super) issuer_key: &'a [u8],
}

/// A certificate that lacks its signature only.
pub(super) struct Unsigned {
    builder: CertificateBuilder<Profile>,
    issuer: IssuerKey,
    to_sign: Vec<u8>,
}

impl Unsigned {
    pub(super) fn new(draft: &Draft<'_>) -> Result<Self> {
        let profile = Profile {
            kind: draft.kind,
            subject: name(draft.subject)?,
            issuer: name(draft.issuer)?,
        };
        let mut serial = draft.serial;
        // Positive, and without a zero at its beginning.
        serial[0] = serial[0] & 0x7f | 0x40;
        let begin = draft.now.unix() - BEFORE;
        let end = draft.now.unix() + draft.kind.days() * Timestamp::DAY;
        let mut builder = CertificateBuilder::new(
            profile,
            SerialNumber::new(&serial)?,
            Validity::new(time(begin)?, time(end)?),
            SubjectPublicKeyInfo::from_der(draft.key)?,
        )?;
        let issuer = IssuerKey(draft.issuer_key.to_vec());
        let to_sign = builder.finalize(&issuer)?;
        Ok(Self {
            builder,
            issuer,
            to_sign,
        })
    }

    /// What the issuer signs, with ECDSA and SHA-256.
    pub(super) fn to_sign(&self) -> &[u8] {
        &self.to_sign
    }

    /// The certificate as DER. The signature is as Web Cryptography makes it: both numbers, one after the
    /// other, each as long as the curve wants.
    pub(super) fn signed(self, signature: &[u8]) -> Result<Vec<u8>> {
        let (r, s) = signature.split_at(signature.len() / 2);
        let signature = vec![UintRef::new(r)?, UintRef::new(s)?].to_der()?;
        let signature = BitString::from_bytes(&signature)?;
        Ok(self.builder.assemble(signature, &self.issuer)?.to_der()?)
    }
}

/// What goes into a certificate of each kind.
struct Profile {
    kind: Kind,
    subject: Name,
    issuer: Name,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        certificate: &TbsCertificate,
    ) -> Result<Vec<Extension>> {
        let (path, usage) = match self.kind {
            Kind::Root => (None, KeyUsages::KeyCertSign | KeyUsages::CRLSign),
            Kind::Issuing => (Some(0), KeyUsages::KeyCertSign | KeyUsages::CRLSign),
            Kind::Client => (None, KeyUsages::DigitalSignature.into()),
        };
        let constraints = BasicConstraints {
            ca: self.kind != Kind::Client,
            path_len_constraint: path,
        };
        let subject = certificate.subject();
        let mut extensions = vec![
            constraints.to_extension(subject, &[])?,
            KeyUsage(usage).to_extension(subject, &[])?,
            SubjectKeyIdentifier::try_from(key)?.to_extension(subject, &[])?,
            AuthorityKeyIdentifier::try_from(issuer_key)?.to_extension(subject, &[])?,
        ];
        if self.kind == Kind::Client {
            let purposes = ExtendedKeyUsage(vec![CLIENT_AUTHENTICATION]);
            extensions.push(purposes.to_extension(subject, &[])?);
        }
        Ok(extensions)
    }
}

/// The public half of what signs: the builder asks for no more.
#[derive(Clone)]
struct IssuerKey(Vec<u8>);

impl signature::Keypair for IssuerKey {
    type VerifyingKey = Self;

    fn verifying_key(&self) -> Self {
        self.clone()
    }
}

impl EncodePublicKey for IssuerKey {
    fn to_public_key_der(&self) -> spki::Result<Document> {
        Ok(Document::try_from(&*self.0)?)
    }
}

impl DynSignatureAlgorithmIdentifier for IssuerKey {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        Ok(AlgorithmIdentifierOwned {
            oid: ECDSA_WITH_SHA256,
            parameters: None,
        })
    }
}

fn name(attributes: Attributes) -> Result<Name> {
    let mut sequence = RdnSequence::default();
    for (oid, text) in attributes {
        let attribute = AttributeTypeAndValue {
            oid: *oid,
            value: Any::new(Tag::Utf8String, text.as_bytes())?,
        };
        sequence.push(RelativeDistinguishedName::try_from(vec![attribute])?);
    }
    Ok(Name::hazmat_from_rdn_sequence(sequence))
}

fn time(at: i64) -> Result<Time> {
    let since = Duration::from_secs(at.max(0).unsigned_abs());
    Ok(Time::GeneralTime(GeneralizedTime::from_unix_duration(
        since,
    )?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
    use pki::{
        analysis::{Analysis, Pile},
        input,
        verify::{Level, Profile, Purpose},
        view::GetsIn,
    };

    use super::{super::AUTHORITIES, super::CLIENTS, *};

    const NOW: i64 = 1_796_000_000;

    /// A key, and its public half as DER.
    fn key(seed: u8) -> (SigningKey, Vec<u8>) {
        let key = SigningKey::from_slice(&[seed; 32]).unwrap();
        let public = key.verifying_key().to_public_key_der().unwrap();
        (key, public.into_vec())
    }

    fn made(kind: Kind, subject: Attributes, seed: u8, issuer: Attributes, by: u8) -> Vec<u8> {
        let ((_, key), (signer, issuer_key)) = (key(seed), key(by));
        let unsigned = Unsigned::new(&Draft {
            kind,
            subject,
            issuer,
            // The first octet is mended in each of them.
            serial: [if seed == 1 { 0 } else { 0xff }; 16],
            now: Timestamp::from_unix(NOW),
            key: &key,
            issuer_key: &issuer_key,
        })
        .unwrap();
        let signature: Signature = signer.sign(unsigned.to_sign());
        unsigned.signed(&signature.to_bytes()).unwrap()
    }

    #[test]
    fn the_clients_of_the_practice_ca_get_in_under_their_names() {
        let [root, issuing] = AUTHORITIES;
        let mut pile = Pile::new();
        pile.add(input::read("root", &made(Kind::Root, root, 1, root, 1)));
        pile.add(input::read(
            "issuing",
            &made(Kind::Issuing, issuing, 2, root, 1),
        ));
        for (client, seed) in CLIENTS.iter().zip(3..) {
            let der = made(Kind::Client, client.subject, seed, issuing, 2);
            pile.add(input::read(client.file, &der));
        }
        let profile = Profile {
            level: Level::Two,
            purpose: Purpose::TlsClient,
            at: Timestamp::from_unix(NOW),
        };
        let view = Analysis::new(pile, profile).finish();
        let names: Vec<Option<&str>> = view
            .report
            .clients
            .iter()
            .map(|it| it.username.as_deref())
            .collect();
        assert_eq!(
            names,
            [
                Some("CN=billing"),
                Some(r"CN=reports,OU=Finance,O=Acme\, Inc."),
                Some(r"CN=Zo\C3\AB M\C3\BCller,L=Z\C3\BCrich"),
            ]
        );
        for client in &view.clients {
            assert_eq!(client.gets_in, GetsIn::Yes, "{}", client.title);
        }
    }

    #[test]
    fn what_is_no_key_makes_no_certificate() {
        let (_, public) = key(1);
        let draft = Draft {
            kind: Kind::Root,
            subject: AUTHORITIES[0],
            issuer: AUTHORITIES[0],
            serial: [1; 16],
            now: Timestamp::from_unix(NOW),
            key: &public,
            issuer_key: &public,
        };
        assert!(Unsigned::new(&Draft { key: &[], ..draft }).is_err());
        let damaged = &public[1..];
        assert!(
            Unsigned::new(&Draft {
                issuer_key: damaged,
                ..draft
            })
            .is_err()
        );
    }
}
