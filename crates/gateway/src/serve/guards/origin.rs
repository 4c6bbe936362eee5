//! Pages of other origins can neither call nor read: browsers say where a request comes from in
//! `Sec-Fetch-Site` and `Origin`, and what they say must be this server.
//!
//! Stricter than the usual protection against forged requests, which lets every GET through: a
//! page on another port of this computer is `same-site`, and is refused too. A client that is not
//! a browser sends neither header; the launch token is for it.

use axum::{
    extract::Request,
    http::{HeaderMap, header},
};

use super::host::Hosts;
use crate::serve::refusal::{Code, Refusal};

const CROSS_SITE: Refusal = Refusal::new(
    Code::CrossSite,
    "The request comes from a page of another site. Open the address that the server printed at its start.",
);

const FOREIGN_ORIGIN: Refusal = Refusal::new(
    Code::OriginNotAllowed,
    "The request comes from a page of another origin. Open the address that the server printed at its start.",
);

/// Fetch Metadata Request Headers, section 2.3.
const SEC_FETCH_SITE: &str = "sec-fetch-site";

pub(super) fn guard(hosts: &Hosts, request: &Request) -> Result<(), Refusal> {
    check(hosts, request.headers())
}

fn check(hosts: &Hosts, headers: &HeaderMap) -> Result<(), Refusal> {
    // `none`: a person typed the address, or opened it from outside of any page.
    let own = |site: &[u8]| matches!(site, b"same-origin" | b"none");
    if !headers
        .get_all(SEC_FETCH_SITE)
        .iter()
        .all(|site| own(site.as_bytes()))
    {
        return Err(CROSS_SITE);
    }
    if !headers
        .get_all(header::ORIGIN)
        .iter()
        .all(|origin| hosts.has_origin(origin.as_bytes()))
    {
        return Err(FOREIGN_ORIGIN);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::type_complexity)]

    use super::*;

    #[test]
    fn only_this_servers_own_origin_and_no_origin_at_all_are_let_through() {
        let cases: &[(&[(&str, &str)], Option<&str>)] = &[
            (&[], None),
            (&[("sec-fetch-site", "none")], None),
            (&[("sec-fetch-site", "same-origin")], None),
            (&[("sec-fetch-site", "same-site")], Some("CROSS_SITE")),
            (&[("sec-fetch-site", "cross-site")], Some("CROSS_SITE")),
            (&[("sec-fetch-site", "")], Some("CROSS_SITE")),
            (
                &[("sec-fetch-site", "none"), ("sec-fetch-site", "cross-site")],
                Some("CROSS_SITE"),
            ),
            (&[("origin", "http://x509-abc.localhost:8787")], None),
            (&[("origin", "https://x509.example")], None),
            (&[("origin", "null")], Some("ORIGIN_NOT_ALLOWED")),
            (&[("origin", "")], Some("ORIGIN_NOT_ALLOWED")),
            (
                &[("origin", "https://x509-abc.localhost:8787")],
                Some("ORIGIN_NOT_ALLOWED"),
            ),
            (
                &[("origin", "http://127.0.0.1:8787")],
                Some("ORIGIN_NOT_ALLOWED"),
            ),
            (
                &[("origin", "http://localhost:8787")],
                Some("ORIGIN_NOT_ALLOWED"),
            ),
            (
                &[("origin", "http://x509-abc.localhost:8788")],
                Some("ORIGIN_NOT_ALLOWED"),
            ),
            (
                &[("origin", "http://x509-abc.localhost:8787.evil.example")],
                Some("ORIGIN_NOT_ALLOWED"),
            ),
            (
                &[
                    ("sec-fetch-site", "same-origin"),
                    ("origin", "https://evil.example"),
                ],
                Some("ORIGIN_NOT_ALLOWED"),
            ),
        ];
        let hosts = Hosts::new(
            "127.0.0.1:8787".parse().unwrap(),
            Some("x509-abc.localhost"),
            &["x509.example".to_owned()],
        );
        for (fields, expected) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in *fields {
                headers.append(*name, value.parse().unwrap());
            }
            let refused = check(&hosts, &headers)
                .err()
                .map(|refusal| refusal.code.as_str());
            assert_eq!(refused, *expected, "{fields:?}");
        }
    }
}
