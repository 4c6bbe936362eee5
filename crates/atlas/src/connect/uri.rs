//! Connection strings for X.509, made from those that Atlas gives (MongoDB manual, "Connection
//! Strings", authentication options).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    calls::{decode_segment, encode_segment},
    types::ConnectionStrings,
};

/// The way that a connection takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Over public addresses.
    Public,
    /// Through network peering.
    Peering,
    /// Through a private endpoint.
    PrivateEndpoint,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "Public",
            Self::Peering => "Peering",
            Self::PrivateEndpoint => "Private endpoint",
        })
    }
}

/// A connection string for X.509.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionString {
    /// The way that it takes.
    pub way: Way,
    /// Whether it finds the hosts through a DNS record, as is usual.
    pub srv: bool,
    /// The string.
    pub uri: String,
}

/// Every string of a cluster, the usual one first. Empty while the cluster is being made.
pub fn connection_strings(given: &ConnectionStrings) -> Vec<ConnectionString> {
    let mut ways = vec![
        (Way::Public, true, &given.standard_srv),
        (Way::Public, false, &given.standard),
        (Way::Peering, true, &given.private_srv),
        (Way::Peering, false, &given.private),
    ];
    for endpoint in &given.private_endpoint {
        ways.push((Way::PrivateEndpoint, true, &endpoint.srv_connection_string));
        ways.push((Way::PrivateEndpoint, false, &endpoint.connection_string));
    }
    ways.into_iter()
        .filter_map(|(way, srv, given)| {
            let uri = with_x509(given.as_deref()?)?;
            Some(ConnectionString { way, srv, uri })
        })
        .collect()
}

/// A connection string with the file that a driver takes the certificate and key from.
pub fn with_key_file(uri: &str, path: &str) -> String {
    format!("{uri}&tlsCertificateKeyFile={}", encode_segment(path))
}

/// The option for the file with the authority of the server's certificate.
const SERVER_CA: &str = "tlsCAFile";

/// The file with the authority of the server's certificate, if a string names one. Atlas's never do.
pub fn server_ca(uri: &str) -> Option<String> {
    let (_, options) = uri.split_once('?')?;
    let file = options.split('&').find_map(|option| {
        let (name, value) = option.split_once('=')?;
        name.eq_ignore_ascii_case(SERVER_CA).then_some(value)
    })?;
    decode_segment(file)
}

/// The same without it, for drivers that don't know the option.
pub(super) fn without_server_ca(uri: &str) -> String {
    let Some((address, options)) = uri.split_once('?') else {
        return uri.to_owned();
    };
    let is_other = |option: &&str| {
        let name = option.split('=').next().unwrap_or_default();
        !name.eq_ignore_ascii_case(SERVER_CA)
    };
    let options: Vec<&str> = options.split('&').filter(is_other).collect();
    format!("{address}?{}", options.join("&"))
}

/// `None` for what is no connection string. Options that say otherwise are taken out; all others
/// stay.
fn with_x509(given: &str) -> Option<String> {
    let (scheme, rest) = given.split_once("://")?;
    if !matches!(scheme, "mongodb" | "mongodb+srv") {
        return None;
    }
    let (address, options) = rest.split_once('?').unwrap_or((rest, ""));
    let (hosts, database) = address.split_once('/').unwrap_or((address, ""));
    // A host has no at sign; what stands before one is a user.
    let hosts = hosts.rsplit('@').next().unwrap_or_default();
    if hosts.is_empty() {
        return None;
    }
    let mut uri = format!("{scheme}://{hosts}/{database}?");
    for option in options.split('&').filter(|option| !option.is_empty()) {
        let name = option.split('=').next().unwrap_or_default();
        let is_ours = ["authSource", "authMechanism", "tlsCertificateKeyFile"]
            .iter()
            .any(|ours| ours.eq_ignore_ascii_case(name));
        if !is_ours {
            uri.push_str(option);
            uri.push('&');
        }
    }
    uri.push_str("authSource=%24external&authMechanism=MONGODB-X509");
    Some(uri)
}
