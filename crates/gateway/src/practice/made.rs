//! Making the certificates of `practice`: two authorities and five clients.
//!
//! The keys of the authorities go when this is done: nobody can issue anything else with them, should
//! somebody trust them where it matters.

use pki::{Timestamp, engine::user_name, input};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use rsa::pkcs8::EncodePrivateKey as _;
use time::{Duration, OffsetDateTime};

/// The files that hold authorities, and what they are.
pub(super) const OF_AUTHORITIES: [(&str, &str); 2] = [
    (
        "authorities.pem",
        "what a server trusts: root and issuing authority",
    ),
    ("root.pem", "the root alone"),
];

/// Bits of an RSA key: what a server at security level 2 takes at least.
const RSA_BITS: usize = 2048;

/// A folder's worth of certificates.
pub(super) struct Made {
    /// Each file's name and text.
    pub(super) files: Vec<(&'static str, String)>,
    pub(super) clients: Vec<Client>,
}

/// What to say of a client.
pub(super) struct Client {
    pub(super) file: &'static str,
    pub(super) what: &'static str,
    /// As mongod derives it.
    pub(super) username: String,
}

/// Why there are no certificates.
#[derive(Debug, thiserror::Error)]
pub(super) enum CannotMake {
    #[error("this system gives no random numbers: {0}. Without them there are no keys.")]
    Random(getrandom::Error),
    #[error("the RSA key can't be made: {0}. Try again.")]
    Rsa(String),
    #[error("the certificates can't be made: {0}. Is the clock of this computer right?")]
    Certificate(String),
}

impl From<rcgen::Error> for CannotMake {
    fn from(error: rcgen::Error) -> Self {
        Self::Certificate(error.to_string())
    }
}

/// A client to make.
struct Draft {
    file: &'static str,
    what: &'static str,
    /// From the general to the particular, as a certificate has them.
    name: &'static [(DnType, &'static str)],
    key: Key,
    /// The days, counted from now, between which it is valid.
    days: [i64; 2],
    purpose: ExtendedKeyUsagePurpose,
}

#[derive(Clone, Copy)]
enum Key {
    P256,
    Rsa,
    Ed25519,
}

const GOOD: [i64; 2] = [-1, 365];

/// A plain name, one with a comma, one beyond ASCII; and each kind of key that is in use.
const DRAFTS: &[Draft] = &[
    Draft {
        file: "billing.pem",
        what: "accepted, P-256",
        name: &[(DnType::CommonName, "billing")],
        key: Key::P256,
        days: GOOD,
        purpose: ExtendedKeyUsagePurpose::ClientAuth,
    },
    Draft {
        file: "reports.pem",
        what: "accepted, RSA",
        name: &[
            (DnType::OrganizationName, "Acme, Inc."),
            (DnType::OrganizationalUnitName, "Finance"),
            (DnType::CommonName, "reports"),
        ],
        key: Key::Rsa,
        days: GOOD,
        purpose: ExtendedKeyUsagePurpose::ClientAuth,
    },
    Draft {
        file: "zoe.pem",
        what: "accepted, Ed25519",
        name: &[
            (DnType::LocalityName, "Zürich"),
            (DnType::CommonName, "Zoë Müller"),
        ],
        key: Key::Ed25519,
        days: GOOD,
        purpose: ExtendedKeyUsagePurpose::ClientAuth,
    },
    Draft {
        file: "expired.pem",
        what: "refused, it has expired",
        name: &[(DnType::CommonName, "expired")],
        key: Key::P256,
        days: [-40, -10],
        purpose: ExtendedKeyUsagePurpose::ClientAuth,
    },
    Draft {
        file: "server-only.pem",
        what: "refused, it is for servers only",
        name: &[(DnType::CommonName, "server-only")],
        key: Key::P256,
        days: GOOD,
        purpose: ExtendedKeyUsagePurpose::ServerAuth,
    },
];

/// Makes everything for this moment.
pub(super) fn make(now: Timestamp) -> Result<Made, CannotMake> {
    // A system without random numbers is told here, and not by whoever needs them first.
    getrandom::fill(&mut [0; 32]).map_err(CannotMake::Random)?;
    let now = OffsetDateTime::from_unix_timestamp(now.unix())
        .map_err(|error| CannotMake::Certificate(error.to_string()))?;
    let authority = |name, years: i64| {
        let names = [
            (DnType::OrganizationName, "Practice only"),
            (DnType::CommonName, name),
        ];
        params(&names, now, [-2, years * 365])
    };
    let (root_key, issuing_key) = (Key::P256.make()?, Key::P256.make()?);
    let mut root = authority("Practice Root CA", 10)?;
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let root_pem = root.self_signed(&root_key)?.pem();
    let mut issuing = authority("Practice Issuing CA", 5)?;
    issuing.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    issuing.key_usages.clone_from(&root.key_usages);
    issuing.use_authority_key_identifier_extension = true;
    let root = Issuer::new(root, root_key);
    let issuing_pem = issuing.signed_by(&issuing_key, &root)?.pem();
    let issuing = Issuer::new(issuing, issuing_key);

    let [(bundle_file, _), (root_file, _)] = OF_AUTHORITIES;
    let mut made = Made {
        files: vec![
            (bundle_file, format!("{root_pem}{issuing_pem}")),
            (root_file, root_pem),
        ],
        clients: Vec::new(),
    };
    for draft in DRAFTS {
        let key = draft.key.make()?;
        let mut client = params(draft.name, now, draft.days)?;
        client.is_ca = IsCa::ExplicitNoCa;
        client.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        client.extended_key_usages = vec![draft.purpose.clone()];
        client.use_authority_key_identifier_extension = true;
        let certificate = client.signed_by(&key, &issuing)?.pem();
        let username = user_name(input::read_client(draft.file, certificate.as_bytes()))
            .map_err(|reasons| CannotMake::Certificate(reasons.join(" ")))?;
        // The order that drivers want (see `pki::pair`).
        let joined = format!("{certificate}{issuing_pem}{}", key.serialize_pem());
        made.files.push((draft.file, joined));
        made.clients.push(Client {
            file: draft.file,
            what: draft.what,
            username,
        });
    }
    Ok(made)
}

fn params(
    names: &[(DnType, &str)],
    now: OffsetDateTime,
    days: [i64; 2],
) -> Result<CertificateParams, CannotMake> {
    let [not_before, not_after] = days.map(|days| now.checked_add(Duration::days(days)));
    let clock = || CannotMake::Certificate("a date is out of range".to_owned());
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    for (kind, value) in names {
        params.distinguished_name.push(kind.clone(), *value);
    }
    params.not_before = not_before.ok_or_else(clock)?;
    params.not_after = not_after.ok_or_else(clock)?;
    Ok(params)
}

impl Key {
    fn make(self) -> Result<KeyPair, CannotMake> {
        match self {
            Self::P256 => Ok(KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?),
            Self::Rsa => rsa_key(),
            Self::Ed25519 => ed25519_key(),
        }
    }
}

/// `ring` makes no RSA keys.
fn rsa_key() -> Result<KeyPair, CannotMake> {
    let failed = |error: &dyn ToString| CannotMake::Rsa(error.to_string());
    let key =
        rsa::PrivateKey::new(&mut getrandom::SysRng, RSA_BITS).map_err(|error| failed(&error))?;
    let der = key.to_pkcs8_der().map_err(|error| failed(&error))?;
    let der = der.as_bytes().into();
    Ok(KeyPair::from_pkcs8_der_and_sign_algo(
        &der,
        &rcgen::PKCS_RSA_SHA256,
    )?)
}

/// `ring` writes its public half beside it (RFC 5958, version 2), which OpenSSL 3.0 does not read. So
/// it is written as RFC 8410 has it in section 10.3: version 1.
fn ed25519_key() -> Result<KeyPair, CannotMake> {
    /// `PrivateKeyInfo` of version 0 and the algorithm 1.3.101.112, up to the key itself.
    const HEAD: [u8; 16] = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(CannotMake::Random)?;
    let der = [&HEAD[..], &key].concat();
    let der = der.as_slice().into();
    Ok(KeyPair::from_pkcs8_der_and_sign_algo(
        &der,
        &rcgen::PKCS_ED25519,
    )?)
}
