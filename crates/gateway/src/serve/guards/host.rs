//! The Host header must name this server, exactly. A page of another site that made its own name
//! point to this computer (DNS rebinding) sends its own name.

use std::net::SocketAddr;

use axum::{
    extract::Request,
    http::{HeaderMap, header},
};

use crate::serve::{
    app::Shared,
    refusal::{Code, Refusal},
};

const MISSING: Refusal = Refusal::new(Code::HostMissing, "The request must have one Host header.");

const FOREIGN: Refusal = Refusal::new(
    Code::HostNotAllowed,
    "The server does not go by this name. Open the address it printed at its start, or allow the name with --allow-host.",
);

/// The port that a browser leaves out of `http:` addresses.
const HTTP_PORT: u16 = 80;

/// The names that the server goes by.
#[derive(Debug)]
pub(in crate::serve) struct Hosts {
    /// As they stand in Host: with the port, unless it is the usual one.
    names: Vec<String>,
    /// As they stand in Origin.
    origins: Vec<String>,
    to_open: String,
}

impl Hosts {
    /// The names of a server that listens on `address` (with its real port). A name from
    /// `--allow-host` without a port is good with this server's port, and without one, as behind a
    /// proxy that has its own.
    pub(in crate::serve) fn new(address: SocketAddr, allowed: &[String]) -> Self {
        let port = address.port();
        let ip = address.ip();
        let mut names = Vec::new();
        let mut origins = Vec::new();
        if ip.is_loopback() || ip.is_unspecified() {
            let own = if ip.is_loopback() {
                SocketAddr::new(ip, port)
            } else {
                SocketAddr::from(([127, 0, 0, 1], port))
            };
            for host in [own.to_string(), format!("localhost:{port}")] {
                if port == HTTP_PORT {
                    let bare = host.trim_end_matches(":80").to_owned();
                    origins.push(format!("http://{bare}"));
                    names.push(bare);
                }
                origins.push(format!("http://{host}"));
                names.push(host);
            }
        }
        for name in allowed {
            let has_port = name
                .rsplit_once(':')
                .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
            let with_port = (!has_port).then(|| format!("{name}:{port}"));
            for host in [Some(name.clone()), with_port].into_iter().flatten() {
                // A proxy before this server may speak TLS with the browser.
                origins.push(format!("http://{host}"));
                origins.push(format!("https://{host}"));
                names.push(host);
            }
        }
        let to_open = match allowed.first() {
            Some(name) if !ip.is_loopback() => {
                let with_port = format!("{name}:{port}");
                if names.contains(&with_port) {
                    with_port
                } else {
                    name.clone()
                }
            }
            _ => address.to_string(),
        };
        Self {
            names,
            origins,
            to_open,
        }
    }

    /// The host and port that a person opens.
    pub(in crate::serve) fn to_open(&self) -> String {
        self.to_open.clone()
    }

    pub(super) fn has_origin(&self, origin: &[u8]) -> bool {
        self.origins.iter().any(|own| own.as_bytes() == origin)
    }

    fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let mut values = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (values.next(), values.next()) else {
            return Err(MISSING);
        };
        if self
            .names
            .iter()
            .any(|own| own.as_bytes() == host.as_bytes())
        {
            Ok(())
        } else {
            Err(FOREIGN)
        }
    }
}

pub(super) fn guard(shared: &Shared, request: &Request) -> Result<(), Refusal> {
    shared.hosts.check(request.headers())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn goes_by(address: &str, allowed: &[&str], host: &str) -> bool {
        let allowed: Vec<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        Hosts::new(address.parse().unwrap(), &allowed)
            .check(&headers)
            .is_ok()
    }

    #[test]
    fn a_host_is_allowed_only_when_it_is_exactly_one_of_the_servers_names() {
        let cases: &[(&str, &[&str], &str, bool)] = &[
            ("127.0.0.1:8787", &[], "127.0.0.1:8787", true),
            ("127.0.0.1:8787", &[], "localhost:8787", true),
            ("127.0.0.1:8787", &[], "127.0.0.1", false),
            ("127.0.0.1:8787", &[], "127.0.0.1:8788", false),
            ("127.0.0.1:8787", &[], "localhost", false),
            ("127.0.0.1:8787", &[], "localhost.:8787", false),
            ("127.0.0.1:8787", &[], "localhost.evil.com:8787", false),
            ("127.0.0.1:8787", &[], "127.0.0.1:8787.evil.com", false),
            ("127.0.0.1:80", &[], "localhost", true),
            ("127.0.0.1:80", &[], "127.0.0.1:80", true),
            ("[::1]:8787", &[], "[::1]:8787", true),
            ("[::1]:80", &[], "[::1]", true),
            ("[::1]:8787", &[], "127.0.0.1:8787", false),
            ("0.0.0.0:8787", &["x509.example"], "x509.example:8787", true),
            ("0.0.0.0:8787", &["x509.example"], "x509.example", true),
            ("0.0.0.0:8787", &["x509.example"], "x509.example:1", false),
            ("0.0.0.0:8787", &["x509.example"], "sub.x509.example", false),
            ("0.0.0.0:8787", &["x509.example"], "localhost:8787", true),
            ("0.0.0.0:8787", &["x509.example"], "0.0.0.0:8787", false),
            (
                "192.0.2.1:8787",
                &["x509.example:443"],
                "x509.example:443",
                true,
            ),
            (
                "192.0.2.1:8787",
                &["x509.example:443"],
                "x509.example:8787",
                false,
            ),
            (
                "192.0.2.1:8787",
                &["x509.example:443"],
                "192.0.2.1:8787",
                false,
            ),
        ];
        for (address, allowed, host, expected) in cases {
            assert_eq!(
                goes_by(address, allowed, host),
                *expected,
                "{address} {allowed:?} {host}"
            );
        }
    }

    #[test]
    fn no_host_and_two_hosts_are_both_bad() {
        let hosts = Hosts::new("127.0.0.1:8787".parse().unwrap(), &[]);
        assert!(
            hosts
                .check(&HeaderMap::new())
                .is_err_and(|refusal| refusal.code == Code::HostMissing)
        );
        let mut two = HeaderMap::new();
        two.append(header::HOST, "localhost:8787".parse().unwrap());
        two.append(header::HOST, "localhost:8787".parse().unwrap());
        assert!(
            hosts
                .check(&two)
                .is_err_and(|refusal| refusal.code == Code::HostMissing)
        );
    }

    #[test]
    fn the_address_to_open_is_the_first_allowed_name_when_the_server_is_beyond_this_computer() {
        let cases: &[(&str, &[&str], &str)] = &[
            ("127.0.0.1:8787", &[], "127.0.0.1:8787"),
            ("127.0.0.1:8787", &["x509.example"], "127.0.0.1:8787"),
            ("[::1]:8787", &[], "[::1]:8787"),
            (
                "0.0.0.0:8787",
                &["x509.example", "other.example"],
                "x509.example:8787",
            ),
            ("0.0.0.0:8787", &["x509.example:9000"], "x509.example:9000"),
        ];
        for (address, allowed, expected) in cases {
            let allowed: Vec<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(
                Hosts::new(address.parse().unwrap(), &allowed).to_open(),
                *expected
            );
        }
    }
}
