//! A cluster in a small world, and a client that writes its messages by hand.

#![allow(dead_code, unreachable_pub)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::HashMap,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};

use bson::{Document, doc};
use cluster::{
    Action, Attempt, Cluster, Grant, Kind, Limits, MinimumTls, Role, ServerAuthority, State, User,
    World,
};
use pki::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject as _},
};
use tokio::{net::TcpListener, runtime::Runtime};

pub const NAME: &str = "CN=billing,O=Acme";

/// What the world of a test holds.
pub struct Small {
    pub state: Mutex<Option<State>>,
    pub users: Mutex<HashMap<String, User>>,
    pub notes: Mutex<Vec<(String, Option<String>)>>,
}

struct Here(Arc<Small>);

impl World for Here {
    fn state(&self) -> Option<State> {
        self.0.state.lock().unwrap().clone()
    }

    fn user(&self, name: &str) -> Option<User> {
        self.0.users.lock().unwrap().get(name).cloned()
    }

    fn note(&self, attempt: Attempt<'_>) {
        let note = (attempt.user.to_owned(), attempt.refused.map(str::to_owned));
        self.0.notes.lock().unwrap().push(note);
    }
}

/// A cluster that runs, and an authority whose clients it trusts.
pub struct Server {
    // Dropped with the server, and everything that runs in it.
    _runtime: Runtime,
    pub address: SocketAddr,
    pub world: Arc<Small>,
    trusted: CertificateDer<'static>,
    authority: Issuer<'static, KeyPair>,
    pub authority_pem: String,
}

impl Server {
    pub fn start() -> Self {
        Self::start_with(Limits::default())
    }

    pub fn start_with(limits: Limits) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut parameters = named("Acme Root");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let authority_pem = parameters.self_signed(&key).unwrap().pem();
        let grants = [Action::Read, Action::Insert].map(|action| Grant {
            action,
            db: Some("orders".to_owned()),
            collection: None,
        });
        let user = User {
            roles: vec![Role {
                role: "readWrite".to_owned(),
                db: "orders".to_owned(),
            }],
            grants: grants.to_vec(),
        };
        let world = Arc::new(Small {
            state: Mutex::new(Some(State {
                at: Timestamp::parse_rfc3339("2026-11-24T10:00:00Z").unwrap(),
                bundle: Some(authority_pem.clone()),
                minimum_tls: MinimumTls::Tls12,
                version: "8.0.16".to_owned(),
                kind: Kind::ReplicaSet("atlas-abcde-shard-0".to_owned()),
            })),
            users: Mutex::new(HashMap::from([(NAME.to_owned(), user)])),
            notes: Mutex::default(),
        });
        let server = ServerAuthority::new().unwrap();
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let running = Cluster::new(Here(Arc::clone(&world)), address, server.identity(), limits);
        runtime.spawn(running.serve(listener, cluster::places(&limits)));
        Self {
            _runtime: runtime,
            address,
            world,
            trusted: CertificateDer::from_pem_slice(server.pem().as_bytes()).unwrap(),
            authority: Issuer::new(parameters, key),
            authority_pem,
        }
    }

    /// A certificate of the authority's, and its key.
    pub fn client(&self, name: &str) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().unwrap();
        let mut parameters = named(name);
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = parameters.signed_by(&key, &self.authority).unwrap();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        (certificate.der().clone(), key.into())
    }

    pub fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.trusted.clone()).unwrap();
        roots
    }

    pub fn config(&self, name: Option<&str>) -> ClientConfig {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(self.roots());
        match name {
            None => config.with_no_client_auth(),
            Some(name) => {
                let (certificate, key) = self.client(name);
                config
                    .with_client_auth_cert(vec![certificate], key)
                    .unwrap()
            }
        }
    }

    /// A connection that shows the certificate of this common name, or none.
    pub fn connect(&self, name: Option<&str>) -> Client {
        self.connect_with(self.config(name))
    }

    pub fn connect_with(&self, config: ClientConfig) -> Client {
        let stream = TcpStream::connect(self.address).unwrap();
        let patience = Some(Duration::from_secs(20));
        stream.set_read_timeout(patience).unwrap();
        let name = "localhost".try_into().unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).unwrap();
        Client(StreamOwned::new(connection, stream))
    }
}

fn named(name: &str) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    let subject = &mut parameters.distinguished_name;
    subject.push(DnType::OrganizationName, "Acme");
    subject.push(DnType::CommonName, name);
    parameters
}

pub struct Client(pub StreamOwned<ClientConnection, TcpStream>);

impl Client {
    /// Sends octets as they are. The server may be gone.
    pub fn write(&mut self, bytes: &[u8]) {
        let _ = self.0.write_all(bytes).and_then(|()| self.0.flush());
    }

    /// A whole message; `None` when the connection ended.
    pub fn read(&mut self) -> Option<Vec<u8>> {
        let mut header = [0; 16];
        self.0.read_exact(&mut header).ok()?;
        let length = i32::from_le_bytes(header[..4].try_into().unwrap());
        let mut message = header.to_vec();
        message.resize(usize::try_from(length).unwrap(), 0);
        self.0.read_exact(&mut message[16..]).ok()?;
        Some(message)
    }

    pub fn ends(&mut self) -> bool {
        self.read().is_none()
    }

    /// The answer to a command.
    pub fn run(&mut self, command: &Document) -> Option<Document> {
        self.write(&message(0, &[section(command)]));
        let answer = self.read()?;
        assert_eq!(&answer[8..12], 7_i32.to_le_bytes(), "the request's number");
        assert_eq!(answer[20], 0, "one body");
        Document::from_reader(&answer[21..]).ok()
    }

    pub fn log_in(&mut self) -> Document {
        let command = doc! { "authenticate": 1, "mechanism": "MONGODB-X509", "$db": "$external" };
        self.run(&command).unwrap()
    }
}

/// An `OP_MSG` of these sections.
pub fn message(flags: u32, sections: &[Vec<u8>]) -> Vec<u8> {
    let body = [flags.to_le_bytes().to_vec(), sections.concat()].concat();
    with_header(2013, &body)
}

pub fn with_header(operation: i32, body: &[u8]) -> Vec<u8> {
    let length = i32::try_from(16 + body.len()).unwrap();
    let mut bytes = Vec::new();
    for number in [length, 7, 0, operation] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(body);
    bytes
}

pub fn section(command: &Document) -> Vec<u8> {
    [vec![0], command.to_vec().unwrap()].concat()
}

/// A sequence of documents beside the command.
pub fn sequence(name: &str, documents: &[Document]) -> Vec<u8> {
    let mut content = [name.as_bytes(), &[0]].concat();
    for document in documents {
        content.extend(document.to_vec().unwrap());
    }
    let length = i32::try_from(content.len() + 4).unwrap();
    [&[1][..], &length.to_le_bytes(), &content].concat()
}
