//! A TLS server by the system's OpenSSL, set up as mongod sets it up, and a client that knocks.
//!
//! As mongod does it: `SSL_CTX_load_verify_locations`, `SSL_VERIFY_PEER` with a callback that lets
//! everything pass, default groups and signature algorithms. What is left after the callback is what
//! mongod looks at.

use std::io::{Read, Write as _};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::thread;

use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{HandshakeError, Ssl, SslContext, SslMethod, SslVerifyMode, SslVersion};
use openssl::x509::X509;
use oracle::case::AT;
use oracle::extension::KEY_USAGE;
use oracle::keys::KeyRing;

use crate::make::root;

pub(crate) const VERSIONS: [SslVersion; 2] = [SslVersion::TLS1_2, SslVersion::TLS1_3];

/// What a client has: its chain, the leaf first, as DER, and the leaf's key.
pub(crate) struct Client<'a> {
    pub(crate) chain: &'a [Vec<u8>],
    pub(crate) key: &'a PKey<Private>,
}

/// What came of a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The client was let through to the server's verdict on its chain: every error in order.
    Through { errors: Vec<(u16, u32)> },
    /// The handshake failed, or the client sent no certificate.
    Stopped(String),
}

/// Whether OpenSSL loads a file as a CA file, and what it trusts then.
pub(crate) fn loads(bundle: &[u8]) -> bool {
    context_of(bundle, SslVersion::TLS1_3).is_ok()
}

fn context_of(bundle: &[u8], version: SslVersion) -> Result<SslContext, ErrorStack> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, bundle).unwrap();
    // A key usage of an authority's would keep the key from signing a handshake.
    let own = root("server").without(KEY_USAGE).make();
    let mut context = SslContext::builder(SslMethod::tls_server())?;
    context.set_ca_file(&file)?;
    context.set_security_level(2);
    context.set_min_proto_version(Some(version))?;
    context.set_max_proto_version(Some(version))?;
    let certificate = X509::from_der(&own.der)?;
    context.set_certificate(&certificate)?;
    context.set_private_key(&KeyRing::shared().keys[own.key()].private)?;
    context.verify_param_mut().set_time(AT);
    Ok(context.build())
}

/// Lets a client knock at a server with this bundle; `None` when the bundle cannot be loaded.
pub(crate) fn knock(bundle: &[u8], client: &Client, version: SslVersion) -> Option<Outcome> {
    let server = context_of(bundle, version).ok()?;
    let client = match ready(client, version) {
        Ok(client) => client,
        // What OpenSSL cannot even be given cannot be sent.
        Err(error) => return Some(Outcome::Stopped(error.to_string())),
    };
    let (here, there) = UnixStream::pair().unwrap();
    let knocking = thread::spawn(move || {
        if let Ok(mut stream) = Ssl::new(&client).unwrap().connect(there) {
            // At TLS 1.3 the client is through before the server has looked at it.
            let _ = stream.write_all(b"hello");
            let _ = stream.read(&mut [0; 16]);
        }
    });
    let errors: Arc<Mutex<Vec<(u16, u32)>>> = Arc::default();
    let noted = Arc::clone(&errors);
    let mut ssl = Ssl::new(&server).unwrap();
    ssl.set_verify_callback(SslVerifyMode::PEER, move |good, context| {
        if !good {
            let code = u16::try_from(context.error().as_raw()).unwrap();
            noted.lock().unwrap().push((code, context.error_depth()));
        }
        true
    });
    let outcome = match ssl.accept(here) {
        Ok(stream) if stream.ssl().peer_certificate().is_some() => Outcome::Through {
            errors: errors.lock().unwrap().clone(),
        },
        Ok(_) => Outcome::Stopped("no certificate was sent".to_owned()),
        Err(HandshakeError::Failure(stream)) => Outcome::Stopped(stream.error().to_string()),
        Err(error) => Outcome::Stopped(error.to_string()),
    };
    knocking.join().unwrap();
    Some(outcome)
}

/// A client that minds nothing itself.
fn ready(client: &Client, version: SslVersion) -> Result<SslContext, ErrorStack> {
    let mut context = SslContext::builder(SslMethod::tls_client())?;
    context.set_security_level(0);
    context.set_min_proto_version(Some(version))?;
    context.set_max_proto_version(Some(version))?;
    context.set_verify(SslVerifyMode::NONE);
    let mut chain = client.chain.iter();
    if let Some(leaf) = chain.next() {
        let leaf = X509::from_der(leaf)?;
        context.set_certificate(&leaf)?;
    }
    for sent in chain {
        context.add_extra_chain_cert(X509::from_der(sent)?)?;
    }
    context.set_private_key(client.key)?;
    Ok(context.build())
}
