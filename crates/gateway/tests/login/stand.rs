//! Servers that a login meets: one that speaks just enough of MongoDB, and some that do not.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use mongodb::bson::{Document, doc};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
};
use rustls::{
    DigitallySignedStruct, DistinguishedName, RootCertStore, ServerConfig, ServerConnection,
    SignatureScheme, StreamOwned,
    client::danger::HandshakeSignatureValid,
    crypto::{self, ring},
    pki_types::{CertificateDer, PrivateKeyDer, UnixTime},
    server::{
        WebPkiClientVerifier,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
};

/// Each version of TLS by itself.
pub(crate) static VERSIONS: [&[&rustls::SupportedProtocolVersion]; 2] =
    [&[&rustls::version::TLS12], &[&rustls::version::TLS13]];

/// How a server behaves.
#[derive(Clone)]
pub(crate) struct Manner {
    /// Whether it asks for a certificate.
    pub(crate) asks: bool,
    /// Whether it stays on the line with a certificate, and without one.
    pub(crate) stays: [bool; 2],
    /// What it says to `authenticate`.
    pub(crate) login: Document,
    pub(crate) roles: Vec<&'static str>,
    /// What it says to everything instead.
    pub(crate) talk: Option<&'static [u8]>,
    /// The name in its certificate, and the days from now between which that is valid.
    pub(crate) name: &'static str,
    pub(crate) days: [i64; 2],
    pub(crate) versions: &'static [&'static rustls::SupportedProtocolVersion],
    /// What its certificate is for.
    pub(crate) purpose: ExtendedKeyUsagePurpose,
    /// Whether it verifies certificates with rustls, which refuses with an alert, for no authority of ours.
    pub(crate) is_strict: bool,
    /// The signatures that it takes of clients; without any, all that there are.
    pub(crate) schemes: Vec<SignatureScheme>,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            asks: true,
            stays: [true; 2],
            login: doc! { "ok": 1.0, "dbname": "$external", "user": "CN=billing" },
            roles: vec!["readWrite"],
            talk: None,
            name: "127.0.0.1",
            days: [-1, 30],
            versions: rustls::ALL_VERSIONS,
            purpose: ExtendedKeyUsagePurpose::ServerAuth,
            is_strict: false,
            schemes: Vec::new(),
        }
    }
}

/// A server with TLS: its address, and its authority in PEM.
pub(crate) fn start(manner: Manner) -> (SocketAddr, String) {
    let (config, authority) = config(&manner);
    let address = listen(move |stream| {
        let Ok(tls) = ServerConnection::new(Arc::clone(&config)) else {
            return;
        };
        let mut stream = StreamOwned::new(tls, stream);
        while stream.conn.is_handshaking() {
            if stream.conn.complete_io(&mut stream.sock).is_err() {
                return;
            }
        }
        let has_none = stream.conn.peer_certificates().is_none();
        if manner.stays[usize::from(has_none)] {
            serve(&mut stream, &manner);
        }
    });
    (address, authority)
}

/// The same without TLS.
pub(crate) fn start_plain(manner: Manner) -> SocketAddr {
    listen(move |mut stream| serve(&mut stream, &manner))
}

/// Anything at all.
pub(crate) fn listen(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            thread::spawn(move || serve(stream));
        }
    });
    address
}

fn config(manner: &Manner) -> (Arc<ServerConfig>, String) {
    let now = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .unwrap()
        .as_secs();
    let now = time::OffsetDateTime::from_unix_timestamp(now.try_into().unwrap()).unwrap();
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority
        .distinguished_name
        .push(DnType::CommonName, "Server Root");
    let key = KeyPair::generate().unwrap();
    let root = authority.self_signed(&key).unwrap();
    let (pem, strict_root) = (root.pem(), root.der().clone());
    let issuer = Issuer::new(authority, key);
    let mut server = CertificateParams::new([manner.name.to_owned()]).unwrap();
    let [not_before, not_after] = manner.days.map(|days| now + time::Duration::days(days));
    (server.not_before, server.not_after) = (not_before, not_after);
    server.extended_key_usages = vec![manner.purpose.clone()];
    let key = KeyPair::generate().unwrap();
    let certificate = server.signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(manner.versions)
        .unwrap();
    let builder = if manner.is_strict {
        let mut roots = RootCertStore::empty();
        roots.add(strict_root).unwrap();
        let provider = Arc::new(ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder.with_client_cert_verifier(verifier.build().unwrap())
    } else if manner.asks {
        builder.with_client_cert_verifier(Arc::new(Anybody(manner.schemes.clone())))
    } else {
        builder.with_no_client_auth()
    };
    let config = builder.with_single_cert(vec![certificate.der().clone()], key);
    (Arc::new(config.unwrap()), pem)
}

/// Goes on whatever the certificate is, as mongod's callback does.
#[derive(Debug)]
struct Anybody(Vec<SignatureScheme>);

impl ClientCertVerifier for Anybody {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = ring::default_provider().signature_verification_algorithms;
        crypto::verify_tls12_signature(message, certificate, signature, &algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = ring::default_provider().signature_verification_algorithms;
        crypto::verify_tls13_signature(message, certificate, signature, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        if !self.0.is_empty() {
            return self.0.clone();
        }
        ring::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Answers messages until the other side goes. Whatever it does not know is `ok`.
fn serve(stream: &mut (impl Read + Write), manner: &Manner) {
    while let Some((id, operation, command)) = receive(stream) {
        if let Some(talk) = manner.talk {
            let _ = stream.write_all(talk);
            return;
        }
        let name = command.keys().next().map_or("", String::as_str);
        let reply = match name.to_ascii_lowercase().as_str() {
            "hello" | "ismaster" => doc! {
                "ok": 1.0, "helloOk": true, "ismaster": true, "isWritablePrimary": true,
                "maxBsonObjectSize": 16_777_216, "maxMessageSizeBytes": 48_000_000,
                "maxWriteBatchSize": 100_000, "minWireVersion": 0, "maxWireVersion": 21,
                "readOnly": false,
            },
            "authenticate" => manner.login.clone(),
            "connectionstatus" => {
                let roles: Vec<Document> = manner
                    .roles
                    .iter()
                    .map(|role| doc! { "role": *role, "db": "admin" })
                    .collect();
                let user = manner.login.get_str("user").unwrap_or_default();
                doc! { "ok": 1.0, "authInfo": {
                    "authenticatedUsers": [{ "user": user, "db": "$external" }],
                    "authenticatedUserRoles": roles,
                } }
            }
            _ => doc! { "ok": 1.0 },
        };
        if send(stream, id, operation, &reply).is_err() {
            return;
        }
    }
}

fn receive(stream: &mut impl Read) -> Option<(i32, i32, Document)> {
    let mut header = [0; 16];
    stream.read_exact(&mut header).ok()?;
    let number =
        |bytes: &[u8], at: usize| i32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let length = usize::try_from(number(&header, 0)).ok()?.checked_sub(16)?;
    let mut body = vec![0; length.min(1 << 20)];
    stream.read_exact(&mut body).ok()?;
    let start = match number(&header, 12) {
        2013 => 5,
        // OP_QUERY: flags, a name that ends in 0, two numbers.
        2004 => 4 + body[4..].iter().position(|byte| *byte == 0)? + 1 + 8,
        _ => return None,
    };
    let document = Document::from_reader(body.get(start..)?).ok()?;
    Some((number(&header, 4), number(&header, 12), document))
}

fn send(stream: &mut impl Write, to: i32, asked: i32, document: &Document) -> std::io::Result<()> {
    let document = document.to_vec().unwrap();
    let (operation, head) = match asked {
        2013 => (2013, vec![0; 5]),
        // OP_REPLY: flags, cursor, first, and one document.
        _ => (1, [[0; 16].to_vec(), 1_i32.to_le_bytes().to_vec()].concat()),
    };
    let length = i32::try_from(16 + head.len() + document.len()).unwrap();
    let header = [length, 1, to, operation].map(i32::to_le_bytes).concat();
    stream.write_all(&[header, head, document].concat())?;
    stream.flush()
}
