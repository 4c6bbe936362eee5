//! The client's file, as the driver will take it: certificate, intermediates and key in plain PEM.
//!
//! The key is kept for the handshake and wiped afterwards; nothing here prints anything of it.

use std::{fs, path::Path, sync::Arc};

use pki::{
    Certificate, Password, PrivateKey,
    input::{Block, Content, Contents, Form, Unusable},
    pair::joined_pem,
    words::shell,
};
use rustls::{
    InconsistentKeys, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    sign::CertifiedKey,
};
use zeroize::Zeroizing;

use super::{outcome::Stop, situation as at};
use crate::files::{For, Reader, STANDARD_INPUT, Unreadable};

/// A client that can log in.
pub(super) struct Client {
    /// What it sends, its own certificate first.
    pub(super) chain: Vec<Certificate>,
    pub(super) key: Arc<CertifiedKey>,
    /// Whether the driver needs the password.
    pub(super) is_encrypted: bool,
    /// What the file holds, in a few words.
    pub(super) found: String,
}

/// Reads the client's file.
pub(super) fn read(path: &Path, password: Option<Password>) -> Result<Client, Stop> {
    let name = path.display().to_string();
    // The driver reads it by its name once more.
    if path.as_os_str() == STANDARD_INPUT || fs::metadata(path).is_ok_and(|it| !it.is_file()) {
        let said = format!("{name} is not a file, and the driver reads it by its name");
        return Err(Stop::seen(&at::FILE, said));
    }
    let (contents, _) = contents(path, None).map_err(|error| no_file(&error))?;
    check_form(&contents, &name)?;
    let chain = chain(&contents)?;
    let Some(key) = key(&contents) else {
        return Err((&at::NO_KEY).into());
    };
    let is_encrypted = key.is_encrypted();
    if !is_encrypted {
        return client(path, chain, key, is_encrypted);
    }
    let Some(password) = password else {
        return Err((&at::NO_PASSWORD).into());
    };
    if key.label() != "ENCRYPTED PRIVATE KEY" {
        let command = format!("openssl pkcs8 -topk8 -in {} -out new.key", shell(&name));
        return Err(Stop::from(&at::OTHER_ENCRYPTION).command(command));
    }
    let (opened, closed) = self::contents(path, Some(password)).map_err(|error| no_file(&error))?;
    match (self::key(&opened), closed) {
        (Some(key), None) if !key.is_encrypted() => client(path, chain, key, is_encrypted),
        (_, said) => Err(Stop {
            situation: &at::WRONG_PASSWORD,
            seen: said,
            command: None,
        }),
    }
}

/// What is in the file, and what is said of a password that opens nothing.
fn contents(
    path: &Path,
    password: Option<Password>,
) -> Result<(Contents, Option<String>), Unreadable> {
    let mut reader = Reader::new(STANDARD_INPUT, password);
    let mut found = reader.read(path, For::Clients)?;
    let closed = reader.has_other_password();
    let said = reader.unopened().next().filter(|_| closed);
    match found.pop() {
        Some(contents) => Ok((contents, said)),
        None => Err(Unreadable::NoCertificateFile {
            path: path.to_owned(),
            others: Vec::new(),
        }),
    }
}

fn no_file(error: &Unreadable) -> Stop {
    Stop::seen(&at::FILE, error.to_string())
}

/// Files of other kinds are told by name, with the command that makes PEM of them.
fn check_form(contents: &Contents, name: &str) -> Result<(), Stop> {
    let file = shell(name);
    let any = |is: fn(&Block) -> bool| contents.blocks.iter().any(is);
    let is_pkcs12 = any(|block| {
        matches!(
            block.content,
            Content::Unusable(Unusable::Pkcs12(_) | Unusable::Pkcs12WithoutCertificates)
                | Content::Certificate {
                    form: Form::Pkcs12,
                    ..
                }
        )
    });
    let is_der = |block: &Block| {
        matches!(
            block.content,
            Content::Certificate {
                form: Form::Der,
                ..
            }
        )
    };
    // Only in text there are lines.
    let is_der_key = |block: &Block| {
        matches!(block.content, Content::PrivateKey(_)) && block.source.line.is_none()
    };
    if is_pkcs12 {
        let command = format!("openssl pkcs12 -in {file} -nodes -out client.pem");
        Err(Stop::from(&at::PKCS12).command(command))
    } else if any(is_der) {
        let command = format!("openssl x509 -inform DER -in {file} -out client.pem");
        Err(Stop::from(&at::DER).command(command))
    } else if any(is_der_key) {
        let command = format!("openssl pkey -inform DER -in {file} -out client.key");
        Err(Stop::from(&at::DER).command(command))
    } else {
        Ok(())
    }
}

fn chain(contents: &Contents) -> Result<Vec<Certificate>, Stop> {
    let mut chain = Vec::new();
    for block in &contents.blocks {
        if let Content::Certificate { der, .. } = &block.content {
            match Certificate::from_der(der) {
                Ok(certificate) => chain.push(certificate),
                Err(error) => return Err(Stop::seen(&at::NO_CERTIFICATE, error.to_string())),
            }
        }
    }
    if chain.is_empty() {
        return Err((&at::NO_CERTIFICATE).into());
    }
    Ok(chain)
}

fn key(contents: &Contents) -> Option<&PrivateKey> {
    let keys = contents.blocks.iter();
    let mut keys = keys.filter_map(|block| match &block.content {
        Content::PrivateKey(key) => Some(key),
        _ => None,
    });
    keys.next()
}

fn client(
    path: &Path,
    chain: Vec<Certificate>,
    key: &PrivateKey,
    is_encrypted: bool,
) -> Result<Client, Stop> {
    let belongs = |certificate: &Certificate| key.belongs_to(certificate.public_key_info());
    if belongs(&chain[0]) == Some(false) {
        let is_later = chain.iter().any(|it| belongs(it) == Some(true));
        let situation = if is_later { &at::ORDER } else { &at::OTHER_KEY };
        return Err(situation.into());
    }
    check_plain(path, &chain, is_encrypted)?;
    let intermediates: Vec<&[u8]> = chain[1..].iter().map(Certificate::der).collect();
    let pem = joined_pem(chain[0].der(), &intermediates, key);
    let loaded = loaded(&pem, &chain, key)?;
    let with = match intermediates.len() {
        0 => String::new(),
        1 => ", 1 more certificate".to_owned(),
        more => format!(", {more} more certificates"),
    };
    let opened = if is_encrypted {
        ", opened with its password"
    } else {
        ""
    };
    Ok(Client {
        found: format!("certificate{with} and its key ({}{opened})", key.kind()),
        key: Arc::new(loaded),
        chain,
        is_encrypted,
    })
}

/// Whether the driver's own reader of PEM finds the same in the file.
fn check_plain(path: &Path, chain: &[Certificate], is_encrypted: bool) -> Result<(), Stop> {
    let bytes = fs::read(path).map(Zeroizing::new);
    let bytes = bytes.map_err(|error| Stop::seen(&at::FILE, error.to_string()))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let is_same = certificates.is_ok_and(|found| {
        found.len() == chain.len()
            && found
                .iter()
                .zip(chain)
                .all(|(found, ours)| found.as_ref() == ours.der())
    });
    if is_same && (is_encrypted || PrivateKeyDer::from_pem_slice(&bytes).is_ok()) {
        Ok(())
    } else {
        Err((&at::NOT_PLAIN).into())
    }
}

/// Those who may vouch for the server, and their certificates where a file has them.
pub(super) struct Roots {
    pub(super) store: Arc<RootCertStore>,
    pub(super) given: Vec<Certificate>,
}

/// Without a file those that the driver comes with.
pub(super) fn roots(path: Option<&Path>) -> Result<Roots, Stop> {
    let Some(path) = path else {
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned();
        return Ok(Roots {
            store: Arc::new(roots.collect()),
            given: Vec::new(),
        });
    };
    let (contents, _) =
        contents(path, None).map_err(|error| Stop::seen(&at::SERVER_CA, error.to_string()))?;
    let bytes = fs::read(path).map_err(|error| Stop::seen(&at::SERVER_CA, error.to_string()))?;
    let mut store = RootCertStore::empty();
    // As the driver does it.
    let found = CertificateDer::pem_slice_iter(&bytes).flatten();
    let (added, _) = store.add_parsable_certificates(found);
    if added == 0 {
        let said = format!(
            "{} holds no certificate in PEM that can be read",
            path.display()
        );
        return Err(Stop::seen(&at::SERVER_CA, said));
    }
    let given = contents
        .blocks
        .iter()
        .filter_map(|block| match &block.content {
            Content::Certificate { der, .. } => Certificate::from_der(der).ok(),
            _ => None,
        });
    Ok(Roots {
        store: Arc::new(store),
        given: given.collect(),
    })
}

/// What the driver signs with. It is told beforehand what it would not take, for it says little of it itself.
fn loaded(pem: &str, chain: &[Certificate], key: &PrivateKey) -> Result<CertifiedKey, Stop> {
    let der = PrivateKeyDer::from_pem_slice(pem.as_bytes());
    let der = der.map_err(|_| Stop::seen(&at::KEY_KIND, key.kind()))?;
    let signing = ring::default_provider()
        .key_provider
        .load_private_key(der)
        .map_err(|error| Stop::seen(&at::KEY_KIND, format!("{}: {error}", key.kind())))?;
    let sent = chain
        .iter()
        .map(|it| CertificateDer::from(it.der().to_vec()));
    let loaded = CertifiedKey::new(sent.collect(), signing);
    match loaded.keys_match() {
        Ok(()) | Err(rustls::Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(loaded),
        Err(error) => Err(Stop::seen(&at::CERTIFICATE_KIND, error.to_string())),
    }
}
