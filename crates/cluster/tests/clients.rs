//! Who is let in, who has to go, and how long a client may take.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bson::doc;
use cluster::Limits;
use common::{NAME, Server, message, section};
use rustls::{
    ClientConfig, SignatureScheme, client::ResolvesClientCert, crypto::ring, sign::CertifiedKey,
};

/// Has nothing to show, and remembers what it was asked for.
#[derive(Debug, Default)]
struct Listening(Mutex<Vec<Vec<u8>>>);
impl ResolvesClientCert for Listening {
    fn resolve(&self, hints: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        *self.0.lock().unwrap() = hints.iter().map(|name| name.to_vec()).collect();
        None
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[test]
fn the_names_of_the_bundle_are_sent_as_the_list_of_authorities() {
    let server = Server::start();
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let listening = Arc::new(Listening::default());
        let resolver: Arc<dyn ResolvesClientCert> = Arc::<Listening>::clone(&listening);
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(server.roots())
            .with_client_cert_resolver(resolver);
        let mut client = server.connect_with(config);
        assert!(client.run(&doc! { "ping": 1, "$db": "admin" }).is_some());
        let names = listening.0.lock().unwrap();
        let expected = pki::input::read("ca", server.authority_pem.as_bytes());
        let pki::input::Content::Certificate { der, .. } = &expected.blocks[0].content else {
            panic!("no certificate");
        };
        assert_eq!(names.len(), 1);
        // The subject as it is in the certificate.
        assert!(der.windows(names[0].len()).any(|part| part == names[0]));
        assert_eq!(
            pki::Name::from_der(&names[0]).unwrap().rfc2253(),
            "CN=Acme Root,O=Acme"
        );
    }
}

#[test]
fn a_chain_without_its_authority_is_dropped_and_told_of() {
    let server = Server::start();
    server.world.state.lock().unwrap().as_mut().unwrap().bundle = None;
    let mut client = server.connect(Some("billing"));
    assert!(client.run(&doc! { "ping": 1, "$db": "admin" }).is_none());
    let notes = server.world.notes.lock().unwrap();
    let why = "SSL peer certificate validation failed: unable to verify the first certificate";
    assert_eq!(*notes, [(NAME.to_owned(), Some(why.to_owned()))]);
}

/// Shows a certificate whatever it is asked for.
#[derive(Debug)]
struct Wrong(Arc<CertifiedKey>);
impl ResolvesClientCert for Wrong {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[test]
fn whoever_takes_another_key_for_a_certificate_shakes_no_hands() {
    let server = Server::start();
    let (certificate, _) = server.client("billing");
    let (_, key) = server.client("billing");
    let provider = Arc::new(ring::default_provider());
    let key = provider.key_provider.load_private_key(key).unwrap();
    let wrong = Arc::new(CertifiedKey::new(vec![certificate], key));
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(server.roots())
            .with_client_cert_resolver(Arc::new(Wrong(Arc::clone(&wrong))));
        let mut client = server.connect_with(config);
        assert!(client.run(&doc! { "ping": 1, "$db": "admin" }).is_none());
    }
    assert!(server.world.notes.lock().unwrap().is_empty());
}

#[test]
fn a_deleted_user_may_do_nothing_more_and_another_bundle_ends_the_connection() {
    let server = Server::start();
    let mut client = server.connect(Some("billing"));
    assert_eq!(client.log_in().get_f64("ok").ok(), Some(1.0));
    let find = doc! { "find": "a", "$db": "orders" };
    assert_eq!(client.run(&find).unwrap().get_f64("ok").ok(), Some(1.0));
    let user = server.world.users.lock().unwrap().remove(NAME).unwrap();
    assert_eq!(client.run(&find).unwrap().get_i32("code").ok(), Some(13));
    server
        .world
        .users
        .lock()
        .unwrap()
        .insert(NAME.to_owned(), user);
    assert_eq!(client.run(&find).unwrap().get_f64("ok").ok(), Some(1.0));

    let mut state = server.world.state.lock().unwrap();
    state.as_mut().unwrap().bundle = Some(server.authority_pem.repeat(2));
    drop(state);
    assert!(client.run(&find).is_none());
    *server.world.state.lock().unwrap() = None;
    let mut stream = TcpStream::connect(server.address).unwrap();
    assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)));
}

/// Short enough to wait for.
const HASTY: Limits = Limits {
    handshake: Duration::from_millis(500),
    first: Duration::from_millis(500),
    stranger_idle: Duration::from_millis(500),
    message: Duration::from_millis(500),
    ..Limits::USUAL
};

#[test]
fn nobody_may_take_longer_than_the_limits_say() {
    let server = Server::start_with(HASTY);
    let begun = Instant::now();
    let mut silent = TcpStream::connect(server.address).unwrap();
    let mut quiet = server.connect(None);
    let mut idle = server.connect(None);
    assert!(idle.run(&doc! { "ping": 1, "$db": "admin" }).is_some());
    let mut cut = server.connect(None);
    cut.write(&message(0, &[section(&doc! { "ping": 1, "$db": "admin" })])[..20]);
    let mut known = server.connect(Some("billing"));
    known.log_in();
    // Its handshake has to begin, too.
    let _ = quiet.0.flush();
    assert!(matches!(silent.read(&mut [0]), Ok(0) | Err(_)));
    assert!(quiet.ends() && idle.ends() && cut.ends());
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");
    // Whoever has logged in may rest.
    assert!(known.run(&doc! { "ping": 1, "$db": "admin" }).is_some());
}

#[test]
fn a_crowd_keeps_nobody_out_and_sends_nobody_away_who_has_logged_in() {
    let server = Server::start_with(Limits {
        connections: 8,
        ..Limits::USUAL
    });
    let mut known = server.connect(Some("billing"));
    known.log_in();
    let crowd: Vec<TcpStream> = (0..60)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            let _ = stream.write_all(&[22, 3, 1]);
            stream
        })
        .collect();
    let mut next = server.connect(Some("billing"));
    assert_eq!(next.log_in().get_f64("ok").ok(), Some(1.0));
    assert!(known.run(&doc! { "ping": 1, "$db": "admin" }).is_some());
    drop(crowd);
}
