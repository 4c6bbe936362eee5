//! The report: what was found, as plain data.
//!
//! `atlas-x509 check --format json`, the page's "Save report" and SARIF are all made of this one
//! type. Its JSON is described by `docs/check.schema.json`.

use std::{borrow::Cow, fmt};

use borsh::{BorshDeserialize, BorshSerialize};
use serde::Serialize;

use crate::{Timestamp, hex};

/// The version of the report's form. It changes when a reader of the old form would misread it.
pub const SCHEMA: u32 = 1;

/// Everything that is known of a pile of certificates.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The moment for which the verdicts hold.
    pub at: Timestamp,
    /// The security level of OpenSSL for which the verdicts hold: 1 or 2.
    pub level: u8,
    /// One entry for each client, in the order given.
    pub clients: Vec<Client>,
    /// Every certificate that could be read, once.
    pub certificates: Vec<CertificateEntry>,
    /// What a person should know, the gravest first.
    pub findings: Vec<Finding>,
}

/// What the server does with one client.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Client {
    /// The file the client's certificate came from.
    pub file: String,
    /// The client certificate; `None` when the file holds none that can be read.
    pub leaf: Option<Sha256>,
    /// The subject as `openssl x509 -nameopt RFC2253` prints it.
    pub subject_openssl: Option<String>,
    /// The verdict when the client sends everything in its file.
    #[serde(flatten)]
    pub judgement: Judgement,
    /// Whether the client can prove that it holds its key.
    pub handshake: Handshake,
    /// Why the client's certificate could not be read.
    pub parse_error: Option<String>,
    /// The verdict when the client sends its own certificate alone.
    pub leaf_only: Judgement,
    /// The database user name that mongod derives.
    pub username: Option<String>,
    /// Why there is no user name.
    pub username_error: Option<String>,
}

/// At which versions of TLS a client's key can take part in the handshake, whatever becomes of the
/// chain.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Handshake {
    /// `None` when it cannot be told, or there is no certificate.
    pub tls12: Option<bool>,
    /// `None` when it cannot be told, or there is no certificate.
    pub tls13: Option<bool>,
    /// Why one of them is not `Some(true)`.
    pub reason: Option<String>,
}

/// The outcome of one verification.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// `Some(true)` accepted, `Some(false)` refused, `None` undetermined. A chain without errors is
    /// refused when no version of TLS can shake hands with the key.
    pub accepted: Option<bool>,
    /// Why the outcome is undetermined.
    pub undetermined: Option<String>,
    /// Every error OpenSSL raises, in its order.
    pub errors: Vec<VerifyError>,
    /// The error that mongod logs: the last one.
    pub final_error: Option<VerifyError>,
    /// The path as built, from the client's certificate upwards, even when it was refused.
    pub chain: Vec<Sha256>,
}

/// An error as OpenSSL numbers it.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifyError {
    /// `X509_V_ERR_…`.
    pub code: u16,
    /// The position in the chain it is about; 0 is the client's certificate.
    pub depth: usize,
    /// `X509_verify_cert_error_string`.
    pub name: Cow<'static, str>,
}

/// The fingerprint of a certificate, which is also its name in a report.
#[derive(BorshDeserialize, BorshSerialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// What [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text
            .chars()
            .map(|digit| digit.to_digit(16)?.try_into().ok())
            .collect::<Option<_>>()?;
        let octets: Vec<u8> = digits
            .chunks(2)
            .map(|pair| Some(pair.first()? << 4 | pair.get(1)?))
            .collect::<Option<_>>()?;
        octets.try_into().ok().map(Self)
    }
}

impl fmt::Display for Sha256 {
    /// Lower-case hexadecimal without separators.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::lower(&self.0))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Sha256 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A certificate that could be read.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CertificateEntry {
    pub sha256: Sha256,
    /// Where it was found first.
    pub file: String,
    /// The line (from 1) on which its block begins; `None` in a binary file.
    pub line: Option<usize>,
    pub role: Role,
    /// As `openssl x509 -nameopt RFC2253` prints it.
    pub subject: String,
    /// As `openssl x509 -nameopt RFC2253` prints it.
    pub issuer: String,
    /// Lower-case hexadecimal of the serial number's octets.
    pub serial: String,
    /// `None` when the certificate does not say it as RFC 5280 asks.
    pub not_before: Option<Timestamp>,
    /// `None` when the certificate does not say it as RFC 5280 asks.
    pub not_after: Option<Timestamp>,
    /// `RSA 2048`, `EC P-256`, `Ed25519`, else the algorithm's name or identifier.
    pub key: String,
    /// `sha256WithRSAEncryption`, else the algorithm's identifier.
    pub signature: String,
}

/// What a certificate is there for.
#[derive(BorshDeserialize, BorshSerialize, Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// In the bundle that the server trusts.
    Authority,
    /// A client's own.
    Client,
    /// Sent along by a client.
    Sent,
}

/// Something a person should know.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable and dotted, for example `authority.expired`.
    pub id: Cow<'static, str>,
    pub severity: Severity,
    /// The certificates it is about, the most concerned first.
    pub certificates: Vec<Sha256>,
    /// The file it is about.
    pub file: Option<String>,
    /// The line (from 1) in that file.
    pub line: Option<usize>,
    /// What is so.
    pub message: String,
    /// What that means.
    pub meaning: String,
    /// What to do.
    pub fix: String,
    /// Where the rule stands: an RFC's section, a page of MongoDB's manual, a measured error.
    pub citation: Cow<'static, str>,
    /// A command that shows the same.
    pub command: Option<String>,
}

/// How grave a finding is.
#[derive(
    BorshDeserialize,
    BorshSerialize,
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It will not work.
    Error,
    /// It works, but.
    Warning,
    /// Good to know.
    Note,
}

impl Report {
    /// Whether every client is accepted and no finding is an error.
    pub fn is_clean(&self) -> bool {
        self.clients
            .iter()
            .all(|client| client.judgement.accepted == Some(true))
            && self
                .findings
                .iter()
                .all(|finding| finding.severity != Severity::Error)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn a_fingerprint_is_read_as_it_is_written() {
        let sha256 = Sha256(std::array::from_fn(|index| {
            (index * 37 % 256).try_into().unwrap()
        }));
        let text = sha256.to_string();
        assert_eq!(Sha256::parse(&text), Some(sha256));
        for wrong in [
            "",
            "0",
            &text[1..],
            &text[2..],
            &(text.clone() + "00"),
            &text.replace('0', "+"),
        ] {
            assert_eq!(Sha256::parse(wrong), None, "{wrong}");
        }
    }
}
