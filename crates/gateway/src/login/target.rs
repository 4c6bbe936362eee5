//! Where to log in: what the command line says, made into the driver's own options. Nothing of a
//! connection string that may be a password is ever repeated.

use std::path::PathBuf;

use mongodb::options::{
    AuthMechanism, ConnectionString, Credential, HostInfo, ServerAddress, Tls, TlsOptions,
};

use super::{outcome::Stop, situation as at};

/// A cluster or one server, as it was named.
pub(super) struct Target {
    pub(super) driver: ConnectionString,
    /// What was named, for people.
    pub(super) place: String,
    /// The name that SRV records are looked up for.
    pub(super) srv: Option<String>,
    /// The authority of the server's certificate, where the connection string names it.
    pub(super) server_ca: Option<PathBuf>,
    /// The user that the connection string names.
    pub(super) username: Option<String>,
    /// Whether the string switches off what is checked here all the same.
    pub(super) is_insecure: bool,
}

impl Target {
    /// One server and no other.
    pub(super) fn of_host(host: &str) -> Result<Self, Stop> {
        if host.is_empty() || host.contains(['/', '?', '@', ',', '%', '#', ' ']) {
            let said = "--host takes a host and, if need be, a port: cluster.example.net:27017. A whole connection string goes to --uri";
            return Err(Stop::seen(&at::URI, said));
        }
        Self::of_uri(&format!("mongodb://{host}/?directConnection=true"))
    }

    pub(super) fn of_uri(uri: &str) -> Result<Self, Stop> {
        if holds_password(uri) {
            return Err((&at::URI_PASSWORD).into());
        }
        // The driver only says what else another kind of login would need.
        if asks_for_other_login(uri) {
            return Err((&at::URI_MECHANISM).into());
        }
        let mut driver = ConnectionString::parse(uri).map_err(|error| {
            // What stands before an @ may be a password that was written in a wrong way.
            if uri.contains('@') {
                (&at::URI).into()
            } else {
                Stop::seen(&at::URI, error.kind.to_string())
            }
        })?;
        let credential = driver.credential.take().unwrap_or_default();
        if credential.password.is_some() {
            return Err((&at::URI_PASSWORD).into());
        }
        let tls = match driver.tls.take() {
            Some(Tls::Disabled) => return Err((&at::URI_TLS).into()),
            Some(Tls::Enabled(options)) => options,
            None => TlsOptions::default(),
        };
        let is_tcp = |address: &ServerAddress| matches!(address, ServerAddress::Tcp { .. });
        let srv = match &driver.host_info {
            HostInfo::DnsRecord(name) => Some(name.clone()),
            HostInfo::HostIdentifiers(hosts) if hosts.iter().all(is_tcp) => None,
            _ => return Err((&at::URI_TLS).into()),
        };
        let mut credential_of_certificate = Credential::default();
        credential_of_certificate
            .username
            .clone_from(&credential.username);
        credential_of_certificate.mechanism = Some(AuthMechanism::MongoDbX509);
        credential_of_certificate.source = Some("$external".to_owned());
        driver.credential = Some(credential_of_certificate);
        driver
            .app_name
            .get_or_insert_with(|| "atlas-x509 login".to_owned());
        Ok(Self {
            is_insecure: driver.tls_insecure() == Some(true)
                || tls.allow_invalid_certificates == Some(true),
            place: place(&driver.host_info),
            driver,
            srv,
            server_ca: tls.ca_file_path,
            username: credential.username,
        })
    }
}

fn place(hosts: &HostInfo) -> String {
    match hosts {
        HostInfo::DnsRecord(name) => name.clone(),
        HostInfo::HostIdentifiers(hosts) => {
            let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
            hosts.join(", ")
        }
        _ => String::new(),
    }
}

/// Whether a connection string holds a password, in its form as people write it too.
fn holds_password(uri: &str) -> bool {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map(|(user, _)| user);
    user.is_some_and(|user| user.contains(':')) || uri.to_ascii_lowercase().contains("password=")
}

fn asks_for_other_login(uri: &str) -> bool {
    let (_, options) = uri.rsplit_once('?').unwrap_or_default();
    options.split('&').any(|option| {
        let (key, value) = option.split_once('=').unwrap_or_default();
        key.eq_ignore_ascii_case("authMechanism") && value != "MONGODB-X509"
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_a_connection_string_says_is_taken_or_told() {
        for (uri, expected) in [
            ("mongodb://localhost", None),
            (
                "mongodb+srv://cluster0.example.net/?authMechanism=MONGODB-X509",
                None,
            ),
            (
                "mongodb://h:27017,i/db?tls=true&authSource=$external&authMechanism=MONGODB-X509",
                None,
            ),
            ("mongodb://CN%3Dx@h/?authMechanism=MONGODB-X509", None),
            ("mongodb://h:1/?appName=a%40b", None),
            ("h:27017", Some("uri")),
            ("postgres://h", Some("uri")),
            ("mongodb+srv://h:27017", Some("uri")),
            (
                "mongodb://h/?authMechanism=MONGODB-X509&authSource=admin",
                Some("uri"),
            ),
            ("mongodb://user:word@h", Some("uri-password")),
            ("mongodb+srv://user:w@rd@h/?x=y", Some("uri-password")),
            (
                "mongodb://h/?tls=true&tlsCertificateKeyFilePassword=word",
                Some("uri-password"),
            ),
            (
                "mongodb://h/?authMechanism=SCRAM-SHA-256",
                Some("uri-mechanism"),
            ),
            ("mongodb://h/?tls=false", Some("uri-tls")),
            ("mongodb://h/?ssl=false", Some("uri-tls")),
            ("mongodb://%2Ftmp%2Fmongodb.sock", Some("uri-tls")),
        ] {
            let stop = Target::of_uri(uri).err();
            let id = stop.as_ref().map(|stop| stop.situation.id);
            assert_eq!(id, expected, "{uri}: {stop:?}");
        }
    }

    #[test]
    fn nothing_that_may_be_a_password_is_repeated() {
        for uri in [
            "mongodb://user:canary@h",
            "mongodb://user:canary/x@h",
            "mongodb://user:can?ary@h:x:y",
            "mongodb://canary@@h/?x",
            "user:canary@h",
            "mongodb://h/?tlsCertificateKeyFilePassword=canary",
            "mongodb://h/?TLSCERTIFICATEKEYFILEPASSWORD=canary&x",
            "mongodb://h/?proxyPassword=canary",
        ] {
            let stop = Target::of_uri(uri).err().unwrap();
            assert!(!format!("{stop:?}").contains("canary"), "{uri}: {stop:?}");
        }
    }

    #[test]
    fn a_host_is_one_server_with_or_without_a_port() {
        for host in [
            "localhost",
            "127.0.0.1:27018",
            "[::1]:27017",
            "a-b.example.net",
        ] {
            let target = Target::of_host(host).ok().unwrap();
            assert_eq!(target.driver.direct_connection, Some(true), "{host}");
        }
        for host in [
            "",
            "mongodb://h",
            "a,b",
            "u:p@h",
            "h:port",
            "h:99999",
            "a b",
        ] {
            assert!(Target::of_host(host).is_err(), "{host}");
        }
    }
}
