//! The Host header must name this server, exactly. A page of another site that made its own name
//! point to this computer (DNS rebinding) sends its own name.
//!
//! The page and its calls have one name, which nobody else can have served ([`super::super::label`]).
//! At the bare address there is nothing but `/healthz` and a page that says where to go.

use std::net::SocketAddr;

use axum::{
    extract::Request,
    http::{HeaderMap, header},
};

use crate::serve::refusal::{Code, Refusal};

/// Says that the server is there, under every name that it goes by.
pub(in crate::serve) const HEALTH: &str = "/healthz";

const MISSING: Refusal = Refusal::new(Code::HostMissing, "The request must have one Host header.");

const FOREIGN: Refusal = Refusal::new(
    Code::HostNotAllowed,
    "The server does not go by this name. Open the address it printed at its start, or allow the name with --allow-host.",
);

/// The port that a browser leaves out of `http:` addresses.
const HTTP_PORT: u16 = 80;

/// The names that the server goes by, as they stand in Host: with the port, unless it is the usual
/// one.
#[derive(Debug)]
pub(in crate::serve) struct Hosts {
    /// Of the page and its calls.
    page: Vec<String>,
    /// Of the page, as they stand in Origin.
    origins: Vec<String>,
    /// Of the address alone.
    address: Vec<String>,
    to_open: String,
}

impl Hosts {
    /// The names of a server that listens on `address` (with its real port); `own` is the name of
    /// the page on this computer, if it is not to be the address. A name from `--allow-host`
    /// without a port is good with this server's port, and without one, as behind a proxy that has
    /// its own.
    pub(in crate::serve) fn new(
        address: SocketAddr,
        own: Option<&str>,
        allowed: &[String],
    ) -> Self {
        let port = address.port();
        let ip = address.ip();
        let mut hosts = Self {
            page: Vec::new(),
            origins: Vec::new(),
            address: Vec::new(),
            to_open: address.to_string(),
        };
        if ip.is_loopback() || ip.is_unspecified() {
            let numbers = if ip.is_loopback() {
                address.to_string()
            } else {
                SocketAddr::from(([127, 0, 0, 1], port)).to_string()
            };
            let localhost = format!("localhost:{port}");
            hosts.address = with_and_without_port(&localhost);
            match own {
                Some(name) => {
                    hosts.address.extend(with_and_without_port(&numbers));
                    hosts.to_open = format!("{name}:{port}");
                }
                None => hosts.to_open = numbers,
            }
            hosts.page = with_and_without_port(&hosts.to_open);
            hosts.origins = hosts
                .page
                .iter()
                .map(|name| format!("http://{name}"))
                .collect();
        }
        for name in allowed {
            let has_port = name
                .rsplit_once(':')
                .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
            let with_port = (!has_port).then(|| format!("{name}:{port}"));
            if !ip.is_loopback() && name == &allowed[0] {
                hosts.to_open.clone_from(with_port.as_ref().unwrap_or(name));
            }
            for host in [Some(name.clone()), with_port].into_iter().flatten() {
                // A proxy before this server may speak TLS with the browser.
                hosts.origins.push(format!("http://{host}"));
                hosts.origins.push(format!("https://{host}"));
                hosts.page.push(host);
            }
        }
        hosts
    }

    /// The host and port that a person opens.
    pub(in crate::serve) fn to_open(&self) -> &str {
        &self.to_open
    }

    /// Whether this is a name of the page.
    pub(in crate::serve) fn is_of_page(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST);
        host.is_some_and(|host| self.page.iter().any(|name| name == host))
    }

    pub(super) fn has_origin(&self, origin: &[u8]) -> bool {
        self.origins.iter().any(|own| own.as_bytes() == origin)
    }

    fn check(&self, headers: &HeaderMap, path: &str) -> Result<(), Refusal> {
        let mut values = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (values.next(), values.next()) else {
            return Err(MISSING);
        };
        let is = |names: &[String]| names.iter().any(|name| name == host);
        let at_address = || matches!(path, "/" | HEALTH) && is(&self.address);
        if is(&self.page) || at_address() {
            Ok(())
        } else {
            Err(FOREIGN)
        }
    }
}

fn with_and_without_port(host: &str) -> Vec<String> {
    let bare = host.strip_suffix(&format!(":{HTTP_PORT}"));
    bare.into_iter().chain([host]).map(str::to_owned).collect()
}

pub(super) fn guard(hosts: &Hosts, request: &Request) -> Result<(), Refusal> {
    hosts.check(request.headers(), request.uri().path())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const OWN: &str = "x509-abc.localhost";

    fn hosts(address: &str, own: Option<&str>, allowed: &[&str]) -> Hosts {
        let allowed: Vec<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
        Hosts::new(address.parse().unwrap(), own, &allowed)
    }

    /// What the server answers to under this name: everything, as little as the address, or nothing.
    fn goes_by(hosts: &Hosts, host: &str) -> &'static str {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        let answers = |path| hosts.check(&headers, path).is_ok();
        match (
            answers("/api/x"),
            answers("/config.json"),
            answers("/"),
            answers(HEALTH),
        ) {
            (true, true, true, true) => "page",
            (false, false, true, true) => "address",
            (false, false, false, false) => "foreign",
            odd => unreachable!("{odd:?}"),
        }
    }

    #[test]
    fn a_host_is_allowed_only_when_it_is_exactly_one_of_the_servers_names() {
        type Expected<'a> = &'a [(&'a str, &'a str)];
        let cases: &[(&str, &[&str], Expected)] = &[
            (
                "127.0.0.1:8787",
                &[],
                &[
                    ("x509-abc.localhost:8787", "page"),
                    ("127.0.0.1:8787", "address"),
                    ("localhost:8787", "address"),
                    ("x509-abc.localhost", "foreign"),
                    ("x509-abc.localhost:8788", "foreign"),
                    ("x509-abc.localhost.:8787", "foreign"),
                    ("x509-abd.localhost:8787", "foreign"),
                    ("a.x509-abc.localhost:8787", "foreign"),
                    ("x509-abc.localhost:8787.evil.com", "foreign"),
                    ("127.0.0.1", "foreign"),
                    ("127.0.0.1:8788", "foreign"),
                    ("localhost", "foreign"),
                    ("localhost.evil.com:8787", "foreign"),
                    ("", "foreign"),
                ],
            ),
            (
                "127.0.0.1:80",
                &[],
                &[
                    ("x509-abc.localhost", "page"),
                    ("x509-abc.localhost:80", "page"),
                    ("localhost", "address"),
                    ("127.0.0.1:80", "address"),
                ],
            ),
            (
                "[::1]:8787",
                &[],
                &[
                    ("x509-abc.localhost:8787", "page"),
                    ("[::1]:8787", "address"),
                    ("127.0.0.1:8787", "foreign"),
                ],
            ),
            ("[::1]:80", &[], &[("[::1]", "address")]),
            (
                "0.0.0.0:8787",
                &["x509.example"],
                &[
                    ("x509.example:8787", "page"),
                    ("x509.example", "page"),
                    ("x509-abc.localhost:8787", "page"),
                    ("x509.example:1", "foreign"),
                    ("sub.x509.example", "foreign"),
                    ("localhost:8787", "address"),
                    ("0.0.0.0:8787", "foreign"),
                ],
            ),
            (
                "192.0.2.1:8787",
                &["x509.example:443"],
                &[
                    ("x509.example:443", "page"),
                    ("x509.example:8787", "foreign"),
                    ("192.0.2.1:8787", "foreign"),
                    ("x509-abc.localhost:8787", "foreign"),
                ],
            ),
        ];
        for (address, allowed, names) in cases {
            for (host, expected) in *names {
                let hosts = hosts(address, Some(OWN), allowed);
                assert_eq!(
                    goes_by(&hosts, host),
                    *expected,
                    "{address} {allowed:?} {host}"
                );
            }
        }
        let at_address = hosts("127.0.0.1:8787", None, &[]);
        assert_eq!(goes_by(&at_address, "127.0.0.1:8787"), "page");
        assert_eq!(goes_by(&at_address, "localhost:8787"), "address");
        assert!(at_address.has_origin(b"http://127.0.0.1:8787"));
        assert!(!at_address.has_origin(b"http://localhost:8787"));
    }

    #[test]
    fn no_host_and_two_hosts_are_both_bad() {
        let hosts = hosts("127.0.0.1:8787", Some(OWN), &[]);
        let mut two = HeaderMap::new();
        two.append(header::HOST, "x509-abc.localhost:8787".parse().unwrap());
        two.append(header::HOST, "x509-abc.localhost:8787".parse().unwrap());
        for headers in [HeaderMap::new(), two] {
            let refusal = hosts.check(&headers, "/").unwrap_err();
            assert_eq!(refusal.code, Code::HostMissing);
        }
    }

    #[test]
    fn the_address_to_open_is_the_first_allowed_name_when_the_server_is_beyond_this_computer() {
        let cases: &[(&str, &[&str], &str)] = &[
            ("127.0.0.1:8787", &[], "x509-abc.localhost:8787"),
            (
                "127.0.0.1:8787",
                &["x509.example"],
                "x509-abc.localhost:8787",
            ),
            ("[::1]:8787", &[], "x509-abc.localhost:8787"),
            (
                "0.0.0.0:8787",
                &["x509.example", "other.example"],
                "x509.example:8787",
            ),
            ("0.0.0.0:8787", &["x509.example:9000"], "x509.example:9000"),
            ("192.0.2.1:8787", &["x509.example"], "x509.example:8787"),
        ];
        for (address, allowed, expected) in cases {
            assert_eq!(hosts(address, Some(OWN), allowed).to_open(), *expected);
        }
        assert_eq!(hosts("[::1]:8787", None, &[]).to_open(), "[::1]:8787");
    }
}
