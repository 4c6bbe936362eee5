//! TLS towards Atlas with a certificate authority of one's own, and the way through a proxy.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::{
    io::{self, BufReader, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex},
    thread,
};

use common::{
    Server,
    atlas::{Received, SERVICE_ACCOUNT, Upstream, reply, token},
};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tempfile::TempDir;

/// An Atlas that speaks TLS under this name, and the file with the authority behind it.
struct Secure {
    upstream: Upstream,
    folder: TempDir,
}

impl Secure {
    fn start(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params
            .distinguished_name
            .push(DnType::CommonName, format!("Authority behind {name}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let authority = params.self_signed(&key).unwrap();
        let issuer = Issuer::new(params, key);

        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec![name.to_owned()])
            .unwrap()
            .signed_by(&key, &issuer)
            .unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let upstream = Upstream::start_on(
            move |stream| {
                let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
                StreamOwned::new(tls, stream)
            },
            |request| {
                if request.line == "POST /api/oauth/token" {
                    token("t", 3_600)
                } else {
                    reply(200, &[], "{}")
                }
            },
        );
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), authority.pem()).unwrap();
        Self { upstream, folder }
    }

    fn authority(&self) -> &Path {
        self.folder.path()
    }

    fn port(&self) -> u16 {
        self.upstream.address.port()
    }
}

fn serve(url: &str, authority: &Path, env: &[(&str, &str)]) -> Server {
    Server::start_with(
        &["--listen", "127.0.0.1:0"],
        &[
            "--upstream",
            url,
            "--upstream-ca",
            authority.join("ca.pem").to_str().unwrap(),
        ],
        &[&SERVICE_ACCOUNT[..], env].concat(),
    )
}

/// A proxy that opens tunnels, all of them to one place whatever their name, and answers so.
struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Received>>>,
}

impl Proxy {
    fn start(to: SocketAddr, answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        thread::spawn(move || {
            for client in listener.incoming() {
                let mut client = client.unwrap();
                // The client waits for the answer, so nothing of the tunnel is read here.
                let mut reader = BufReader::new(client.try_clone().unwrap());
                seen.lock()
                    .unwrap()
                    .push(Received::read(&mut reader).unwrap());
                client.write_all(answer.as_bytes()).unwrap();
                if !answer.starts_with("HTTP/1.1 200") {
                    continue;
                }
                let server = TcpStream::connect(to).unwrap();
                for (mut from, mut to) in [
                    (client.try_clone().unwrap(), server.try_clone().unwrap()),
                    (server, client),
                ] {
                    thread::spawn(move || {
                        let _ = io::copy(&mut from, &mut to);
                        let _ = to.shutdown(Shutdown::Write);
                    });
                }
            }
        });
        Self { address, asked }
    }
}

#[test]
fn an_authority_of_ones_own_is_trusted_when_it_is_named_and_no_other_is() {
    let atlas = Secure::start("127.0.0.1");
    let url = format!("https://127.0.0.1:{}", atlas.port());
    let server = serve(&url, atlas.authority(), &[]);
    assert_eq!(server.atlas("GET", "/groups", "").status, 200);
    let config = server.get("/config.json").json();
    assert_eq!(config["upstream"], format!("127.0.0.1:{}", atlas.port()));

    let stranger = Secure::start("stranger.invalid");
    let server = serve(&url, stranger.authority(), &[]);
    let answer = server.atlas("GET", "/groups", "");
    assert_eq!(answer.verdict(), (502, "UPSTREAM_UNREACHABLE".to_owned()));
    assert!(answer.text().contains("UnknownIssuer"), "{}", answer.text());
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let atlas = Secure::start("cloud.example");
    let url = format!("https://127.0.0.1:{}", atlas.port());
    let server = serve(&url, atlas.authority(), &[]);
    let answer = server.atlas("GET", "/groups", "");
    assert_eq!(answer.verdict(), (502, "UPSTREAM_UNREACHABLE".to_owned()));
    assert!(answer.text().contains("cloud.example"), "{}", answer.text());
    assert!(atlas.upstream.received("").is_empty());
}

#[test]
fn the_way_leads_through_the_proxy_which_sees_the_name_and_nothing_else() {
    let atlas = Secure::start("atlas.invalid");
    let proxy = Proxy::start(
        atlas.upstream.address,
        "HTTP/1.1 200 Connection established\r\n\r\n",
    );
    let through = format!("http://user:word@{}", proxy.address);
    // Nobody but the proxy knows this name.
    let server = serve(
        "https://atlas.invalid",
        atlas.authority(),
        &[("HTTPS_PROXY", &through)],
    );
    assert_eq!(server.atlas("GET", "/groups", "").status, 200);
    let asked = proxy.asked.lock().unwrap();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].line, "CONNECT atlas.invalid:443");
    let mut names: Vec<&str> = asked[0]
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["host", "proxy-authorization"]);
    assert_eq!(
        asked[0].header("proxy-authorization"),
        Some("Basic dXNlcjp3b3Jk")
    );
    let call = &atlas.upstream.calls()[0];
    assert_eq!(call.header("host"), Some("atlas.invalid"));
    assert_eq!(call.header("proxy-authorization"), None);
}

#[test]
fn no_proxy_takes_the_direct_way() {
    let atlas = Secure::start("127.0.0.1");
    let url = format!("https://127.0.0.1:{}", atlas.port());
    let server = serve(
        &url,
        atlas.authority(),
        &[
            ("HTTPS_PROXY", "http://127.0.0.1:9"),
            ("NO_PROXY", "127.0.0.1"),
        ],
    );
    assert_eq!(server.atlas("GET", "/groups", "").status, 200);
}

#[test]
fn a_proxy_that_refuses_is_named() {
    for (answer, said) in [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            "proxy authorization required",
        ),
        ("HTTP/1.1 503 No\r\n\r\n", "unsuccessful"),
    ] {
        let proxy = Proxy::start(([127, 0, 0, 1], 9).into(), answer);
        let atlas = Secure::start("atlas.invalid");
        let through = format!("http://{}", proxy.address);
        let server = serve(
            "https://atlas.invalid",
            atlas.authority(),
            &[("https_proxy", &through)],
        );
        let answer = server.atlas("GET", "/groups", "");
        assert_eq!(answer.verdict(), (502, "UPSTREAM_UNREACHABLE".to_owned()));
        let text = answer.text();
        assert!(
            text.contains("HTTPS_PROXY") && text.contains(said),
            "{text}"
        );
    }
}
