//! Who a sandbox listens to: programs on this computer, and no page of somebody else's.
//!
//! A page that a browser holds open can send calls to this computer, and reads the answers when its
//! own name is made to lead here (DNS rebinding). Such a call bears that name in `Host`, so that
//! only names that lead here for everybody are answered: addresses, `localhost`, and what is below
//! it (RFC 6761, section 6.3). The port is not compared: no page chooses it independently of where
//! its call arrives, and a forwarded one differs rightly.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::refusal::Refusal;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets a request go on to whatever answers it, or refuses it before anything else has seen it.
pub(crate) async fn check(request: Request, next: Next) -> Response {
    // Another host in the request's own line would be believed in place of `Host` (RFC 9112, 3.2.2).
    if request.uri().authority().is_some() {
        let host = request.uri().to_string();
        return Refusal::HostNotAllowed { host }.into_response();
    }
    match refusal(request.headers()) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

fn refusal(headers: &HeaderMap) -> Option<Refusal> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Some(Refusal::HostMissing);
    };
    let host = host.to_str().unwrap_or_default();
    if !leads_here_for_everybody(host) {
        return Some(Refusal::HostNotAllowed {
            host: host.to_owned(),
        });
    }
    let own = format!("http://{host}");
    let is_foreign = |name: &HeaderName, allowed: &[&str]| {
        let mut values = headers.get_all(name).iter();
        values.any(|value| !allowed.iter().any(|allowed| value == *allowed))
    };
    (is_foreign(&header::ORIGIN, &[&own]) || is_foreign(&SEC_FETCH_SITE, &["same-origin", "none"]))
        .then_some(Refusal::CrossSite)
}

/// Whether a `Host` names an address or this computer, with a port or without.
fn leads_here_for_everybody(host: &str) -> bool {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split_once(']').is_some_and(|(address, port)| {
            address.parse::<Ipv6Addr>().is_ok() && (port.is_empty() || is_port(port))
        });
    }
    let (name, port) = match host.find(':') {
        Some(at) => host.split_at(at),
        None => (host, ""),
    };
    let is_local = || {
        let name = name.to_ascii_lowercase();
        name == "localhost" || name.ends_with(".localhost")
    };
    (port.is_empty() || is_port(port)) && (name.parse::<Ipv4Addr>().is_ok() || is_local())
}

/// A colon and a number.
fn is_port(text: &str) -> bool {
    text.strip_prefix(':').is_some_and(|digits| {
        digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn only_names_that_lead_here_for_everybody_are_answered() {
        for (host, expected) in [
            ("127.0.0.1:8788", true),
            ("127.0.0.1", true),
            ("[::1]:8788", true),
            ("[::1]", true),
            ("192.168.1.7:8788", true),
            ("localhost:8788", true),
            ("LOCALHOST", true),
            ("x509-a.localhost:8788", true),
            ("localhost.evil.example:8788", false),
            ("127.0.0.1.evil.example:8788", false),
            ("evil.example", false),
            ("evillocalhost:1", false),
            ("cloud.mongodb.com", false),
            ("127.0.0.1:x", false),
            ("127.0.0.1:", false),
            ("127.0.0.1:99999", false),
            ("127.0.0.1:1:2", false),
            ("[::1", false),
            ("[evil]:1", false),
            ("[::1]evil", false),
            ("user@127.0.0.1", false),
            ("127.1", false),
            ("0x7f000001", false),
            ("", false),
        ] {
            assert_eq!(leads_here_for_everybody(host), expected, "{host}");
        }
    }
}
