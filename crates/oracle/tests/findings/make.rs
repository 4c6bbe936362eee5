//! Certificates that begin as they should be, and are spoiled one field at a time.

use openssl::symm::Cipher;
use oracle::algorithm::{Algorithm, Digest};
use oracle::draft::{Draft, Moment};
use oracle::extension::{CLIENT_AUTH, Extension, usage};
use oracle::keys::KeyRing;
use oracle::name::{Attribute, COMMON_NAME, Name};

/// A certificate made, and the place of the key it holds.
pub(crate) struct Made {
    pub(crate) der: Vec<u8>,
    subject: Name,
    key: usize,
}

impl Made {
    /// The place of the key in the ring.
    #[allow(
        dead_code,
        reason = "the other suite that makes certificates here asks for it"
    )]
    pub(crate) fn key(&self) -> usize {
        self.key
    }

    pub(crate) fn pem(&self) -> String {
        pki::input::to_pem(&self.der)
    }

    /// The private key, in PKCS #8.
    pub(crate) fn key_pem(&self) -> String {
        let key = &KeyRing::shared().keys[self.key].private;
        String::from_utf8(key.private_key_to_pem_pkcs8().unwrap()).unwrap()
    }

    /// The same under a password.
    pub(crate) fn encrypted_key_pem(&self) -> String {
        let key = &KeyRing::shared().keys[self.key].private;
        let pem = key.private_key_to_pem_pkcs8_passphrase(Cipher::aes_128_cbc(), b"secret");
        String::from_utf8(pem.unwrap()).unwrap()
    }
}

/// A certificate to be.
pub(crate) struct Recipe {
    draft: Draft,
    key: usize,
    /// The key that signs; its own when there is none.
    signer: Option<usize>,
    digest: Digest,
}

/// A self-signed authority.
pub(crate) fn root(common: &str) -> Recipe {
    Recipe::new(common, 0, None)
        .with(Extension::authority(None))
        .with(Extension::key_usage(usage::KEY_CERT_SIGN | usage::CRL_SIGN))
}

/// An authority that `issuer` made.
pub(crate) fn intermediate(issuer: &Made, common: &str) -> Recipe {
    Recipe::new(common, 1, Some(issuer))
        .with(Extension::authority(None))
        .with(Extension::key_usage(usage::KEY_CERT_SIGN | usage::CRL_SIGN))
}

/// A client's certificate that `issuer` made.
pub(crate) fn client(issuer: &Made, common: &str) -> Recipe {
    Recipe::new(common, 2, Some(issuer)).for_a_client()
}

/// A client's certificate that nobody vouches for.
pub(crate) fn self_signed(common: &str) -> Recipe {
    Recipe::new(common, 2, None).for_a_client()
}

impl Recipe {
    fn new(common: &str, nth_key: usize, issuer: Option<&Made>) -> Self {
        let ring = KeyRing::shared();
        let key = ring.labelled("EC prime256v1")[nth_key];
        let subject = named(common);
        let issuer_name = issuer.map_or(subject.clone(), |issuer| issuer.subject.clone());
        let algorithm = Algorithm::of(&ring.keys[key], Digest::Sha256);
        Self {
            draft: Draft::new(subject, &ring.keys[key], issuer_name, algorithm),
            key,
            signer: issuer.map(|issuer| issuer.key),
            digest: Digest::Sha256,
        }
    }

    fn for_a_client(self) -> Self {
        self.with(Extension::end_entity())
            .with(Extension::key_usage(usage::DIGITAL_SIGNATURE))
            .with(Extension::extended_key_usage(&[CLIENT_AUTH]))
    }

    pub(crate) fn with(mut self, extension: Extension) -> Self {
        self.draft.set(extension);
        self
    }

    pub(crate) fn without(mut self, oid: &str) -> Self {
        self.draft.remove(oid);
        self
    }

    /// The key of a label, the first or a further one.
    pub(crate) fn key(mut self, label: &str, nth: usize) -> Self {
        let ring = KeyRing::shared();
        self.key = ring.labelled(label)[nth];
        self.draft
            .key_info
            .clone_from(&ring.keys[self.key].key_info);
        self
    }

    pub(crate) fn subject(mut self, subject: Name) -> Self {
        if self.signer.is_none() {
            self.draft.issuer = subject.clone();
        }
        self.draft.subject = subject;
        self
    }

    /// UTC times, such as `260101000000Z`.
    pub(crate) fn valid(mut self, from: &str, to: &str) -> Self {
        self.draft.not_before = Moment::utc(from);
        self.draft.not_after = Moment::utc(to);
        self
    }

    /// Valid through the year 2025 only.
    pub(crate) fn expired(self) -> Self {
        self.valid("250101000000Z", "251231235959Z")
    }

    /// Valid from the year 2027 on.
    pub(crate) fn not_yet_valid(self) -> Self {
        self.valid("270101000000Z", "270630000000Z")
    }

    pub(crate) fn digest(mut self, digest: Digest) -> Self {
        self.digest = digest;
        self
    }

    pub(crate) fn change(mut self, change: impl FnOnce(&mut Draft)) -> Self {
        change(&mut self.draft);
        self
    }

    pub(crate) fn make(mut self) -> Made {
        let signer = &KeyRing::shared().keys[self.signer.unwrap_or(self.key)];
        self.draft.algorithm = Algorithm::of(signer, self.digest);
        Made {
            der: self.draft.sign(signer).unwrap(),
            subject: self.draft.subject,
            key: self.key,
        }
    }
}

/// A name of a common name alone.
pub(crate) fn named(common: &str) -> Name {
    name(&[(COMMON_NAME, common)])
}

/// A name of these attributes, each in a relative name of its own.
pub(crate) fn name(attributes: &[(&'static str, &str)]) -> Name {
    Name(
        attributes
            .iter()
            .map(|(kind, value)| vec![Attribute::new(kind, value)])
            .collect(),
    )
}
