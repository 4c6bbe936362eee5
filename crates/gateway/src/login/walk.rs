//! The steps that need the network, one after another.

use std::{io, net::SocketAddr, path::PathBuf, time::Duration};

use mongodb::{
    error::ErrorKind,
    options::{ClientOptions, ServerAddress},
};
use pki::{Certificate, Name};
use rustls::{AlertDescription, CertificateError};
use tokio::{
    net::{TcpStream, lookup_host},
    task::JoinSet,
    time::timeout,
};
use zeroize::Zeroizing;

use super::{
    driver::{self, Files, NoLogin},
    file::{Client, Roots},
    outcome::{Stop, Way},
    situation::{self as at, Step},
    target::Target,
    tls::{self, NoTls, Secured, Seen},
    wire::{self, NoReply, Reply},
};

/// MongoDB's port.
const PORT: u16 = 27017;

/// Servers that are tried; a cluster's connection string names a few.
const MAX_HOSTS: usize = 50;

/// A login that was asked for, and everything it takes.
pub(super) struct Asked {
    pub(super) path: PathBuf,
    pub(super) target: Target,
    pub(super) client: Client,
    pub(super) roots: Roots,
    pub(super) server_ca: Option<PathBuf>,
    pub(super) password: Option<Zeroizing<Vec<u8>>>,
    pub(super) patience: Duration,
}

/// A server, and where it is.
#[derive(Clone, Debug)]
struct Server {
    host: String,
    port: u16,
    addresses: Vec<SocketAddr>,
}

impl Asked {
    pub(super) fn walk(self, way: &mut Way) -> Result<(), Stop> {
        let runtime = tokio::runtime::Runtime::new();
        let runtime = runtime.map_err(|error| Stop::seen(&at::DRIVER, error.to_string()))?;
        let end = runtime.block_on(self.log_in(way));
        // A name that is still being looked up need not be waited for.
        runtime.shutdown_background();
        end
    }

    async fn log_in(mut self, way: &mut Way) -> Result<(), Stop> {
        let options = self.options().await?;
        let servers = self.find(&options, way).await?;
        let (server, stream) = self.reach(servers, way).await?;
        let mut secured = self.secure(&server, stream, way).await?;
        let files = Files {
            client: &self.path,
            password: self.password.take(),
            server_ca: self.server_ca.as_deref(),
        };
        match driver::log_in(options, files, self.patience).await {
            Ok(found) => {
                way.done(
                    Step::User,
                    format!("the cluster has the user {}", found.username),
                );
                if way
                    .username
                    .as_ref()
                    .is_some_and(|name| *name != found.username)
                {
                    way.notes.push(
                        "The cluster calls the client something else than this program: please report that."
                            .to_owned(),
                    );
                }
                way.username = Some(found.username);
                if found.roles.is_empty() {
                    return Err((&at::NO_ROLE).into());
                }
                way.done(Step::Roles, found.roles.join(", "));
                way.roles = found.roles;
                Ok(())
            }
            Err(NoLogin::Stopped(stop)) => Err(stop),
            Err(NoLogin::Refused(said)) => Err(self.ask_why(&mut secured, said).await),
        }
    }

    /// The driver's options, with what DNS says of a cluster's name in them.
    async fn options(&self) -> Result<ClientOptions, Stop> {
        let parsing = async { ClientOptions::parse(self.target.driver.clone()).await };
        let Ok(options) = timeout(self.patience, parsing).await else {
            return Err((&at::NAME_SILENT).into());
        };
        options.map_err(|error| {
            let situation = match &*error.kind {
                ErrorKind::DnsResolve { .. } | ErrorKind::Io(_) => &at::SRV_NAME,
                _ => &at::URI,
            };
            Stop::seen(situation, driver::said(&error))
        })
    }

    /// The addresses of all servers that have some.
    async fn find(&self, options: &ClientOptions, way: &mut Way) -> Result<Vec<Server>, Stop> {
        let mut servers = Vec::new();
        let mut unknown = None;
        for address in options.hosts.iter().take(MAX_HOSTS) {
            let ServerAddress::Tcp { host, port } = address else {
                continue;
            };
            let (host, port) = (host.clone(), port.unwrap_or(PORT));
            let name = host.trim_matches(['[', ']']).to_owned();
            match timeout(self.patience, lookup_host((name, port))).await {
                Ok(Ok(addresses)) => servers.push(Server {
                    host,
                    port,
                    addresses: addresses.collect(),
                }),
                Ok(Err(error)) => {
                    unknown = Some(Stop::seen(&at::HOST_NAME, format!("{host}: {error}")));
                }
                Err(_) => unknown = Some((&at::NAME_SILENT).into()),
            }
        }
        let named = servers.iter().map(|it| match it.addresses.first() {
            Some(address) if address.ip().to_string() != it.host.trim_matches(['[', ']']) => {
                format!("{}:{} ({})", it.host, it.port, address.ip())
            }
            _ => format!("{}:{}", it.host, it.port),
        });
        let mut named: Vec<String> = named.collect();
        if let Some(stop) = unknown {
            let Stop {
                seen, situation, ..
            } = &stop;
            if servers.is_empty() {
                return Err(stop);
            }
            named.push(format!(
                "not found: {}",
                seen.as_deref().unwrap_or(situation.is)
            ));
        }
        let by = match &self.target.srv {
            Some(name) => format!("{name} is "),
            None => String::new(),
        };
        let set = options.repl_set_name.as_ref();
        let set = set.map_or(String::new(), |set| format!(", replica set {set}"));
        way.done(Step::Name, format!("{by}{}{set}", named.join(", ")));
        Ok(servers)
    }

    /// The first server that answers, in the order of the connection string.
    async fn reach(
        &self,
        servers: Vec<Server>,
        way: &mut Way,
    ) -> Result<(Server, TcpStream), Stop> {
        let count = servers.len();
        let mut tries = JoinSet::new();
        for (index, server) in servers.into_iter().enumerate() {
            let patience = self.patience;
            tries.spawn(async move {
                let stream = connect(&server.addresses, patience).await;
                (index, server, stream)
            });
        }
        let mut reached = Vec::new();
        let mut errors = Vec::new();
        for (index, server, stream) in tries.join_all().await {
            match stream {
                Ok(stream) => reached.push((index, server, stream)),
                Err(error) => errors.push((server, error)),
            }
        }
        let Some(first) = reached.iter().map(|(index, ..)| *index).min() else {
            return Err(unreached(&errors));
        };
        let answered = reached.len();
        let (_, server, stream) = reached.swap_remove(
            reached
                .iter()
                .position(|(index, ..)| *index == first)
                .unwrap_or_default(),
        );
        let others = if count > 1 {
            format!("; {answered} of {count} servers answer")
        } else {
            String::new()
        };
        let place = stream
            .peer_addr()
            .map_or(String::new(), |it| it.to_string());
        way.done(Step::Connection, format!("{place} answers{others}"));
        Ok((server, stream))
    }

    /// The handshake, and whether the server is still there after it.
    async fn secure(
        &self,
        server: &Server,
        stream: TcpStream,
        way: &mut Way,
    ) -> Result<Secured, Stop> {
        let key = Some(&self.client.key);
        let (secured, seen) =
            tls::shake_hands(stream, &server.host, &self.roots.store, key, self.patience).await;
        let trusted = |version: &str| format!("{version}, {}", about(&seen));
        let mut secured = match secured {
            Ok(secured) => secured,
            // What comes after the server has asked is about the certificate.
            Err(reason) if seen.asked => {
                way.done(Step::Tls, about(&seen));
                return Err(match reason {
                    NoTls::Closed => self.closed(server, &seen).await,
                    NoTls::Alert(alert) => self.alerted(alert, &seen),
                    NoTls::Silent => (&at::SILENT).into(),
                    other => self.no_tls(server, other, &seen).await,
                });
            }
            Err(reason) => return Err(self.no_tls(server, reason, &seen).await),
        };
        way.done(Step::Tls, trusted(secured.version));
        match wire::ask(&mut secured.stream, &wire::hello(), self.patience).await {
            Ok(_) if !seen.asked => Err((&at::ASKS_FOR_NONE).into()),
            Ok(_) if !seen.sent => Err((&at::KEY_NOT_TAKEN).into()),
            Ok(_) => {
                way.done(Step::Certificate, "the server took it");
                Ok(secured)
            }
            Err(NoReply::Closed) => Err(self.closed(server, &seen).await),
            Err(NoReply::Alert(alert)) => Err(self.alerted(alert, &seen)),
            Err(NoReply::Silent) => Err((&at::SILENT).into()),
            Err(NoReply::Other) => Err((&at::NOT_MONGODB).into()),
        }
    }

    /// The connection was closed after the certificate: is it the certificate?
    async fn closed(&self, server: &Server, seen: &Seen) -> Stop {
        if seen.asked && !seen.sent {
            return (&at::KEY_NOT_TAKEN).into();
        }
        let situation = match self.hello_without_certificate(server).await {
            Some(_) => &at::REFUSED,
            None => &at::CLOSED,
        };
        match self.authorities(seen) {
            Some(said) => Stop::seen(situation, said),
            None => situation.into(),
        }
    }

    async fn hello_without_certificate(&self, server: &Server) -> Option<Reply> {
        let stream = connect(&server.addresses, self.patience).await.ok()?;
        let roots = &self.roots.store;
        let (secured, _) = tls::shake_hands(stream, &server.host, roots, None, self.patience).await;
        let mut stream = secured.ok()?.stream;
        wire::ask(&mut stream, &wire::hello(), self.patience)
            .await
            .ok()
    }

    fn alerted(&self, alert: AlertDescription, seen: &Seen) -> Stop {
        let mut said = format!("alert {}", alert_name(alert));
        if let Some(authorities) = self.authorities(seen) {
            said = format!("{said}. {authorities}");
        }
        Stop::seen(&at::ALERT, said)
    }

    /// Whether the server names the authority of the client among those that it trusts; `None` where it
    /// names none.
    fn authorities(&self, seen: &Seen) -> Option<String> {
        let names = seen.authorities.iter();
        let names: Vec<Name> = names.filter_map(|der| Name::from_der(der).ok()).collect();
        let last = self.client.chain.last()?;
        let trusts = |certificate: &Certificate| {
            let issuer = certificate.issuer().canonical();
            names.iter().any(|name| name.canonical() == issuer)
        };
        if names.is_empty() {
            return None;
        }
        let found = self.client.chain.iter().find(|it| trusts(it));
        Some(match found {
            Some(certificate) => format!(
                "The server names {} among the authorities that it trusts.",
                certificate.issuer().rfc2253()
            ),
            None => format!(
                "The server doesn't name {} among the authorities that it trusts.",
                last.issuer().rfc2253()
            ),
        })
    }

    async fn no_tls(&self, server: &Server, reason: NoTls, seen: &Seen) -> Stop {
        match reason {
            NoTls::Closed => self.plain(server, &at::TLS_CLOSED).await,
            NoTls::Silent => self.plain(server, &at::TLS_SILENT).await,
            NoTls::Other => self.plain(server, &at::NO_TLS).await,
            NoTls::Alert(AlertDescription::InternalError) => (&at::ALERT_INTERNAL).into(),
            NoTls::Alert(alert) => {
                Stop::seen(&at::ALERT_TLS, format!("alert {}", alert_name(alert)))
            }
            NoTls::Failed(said) => Stop::seen(&at::TLS_FAILED, said),
            NoTls::Untrusted(error) => self.untrusted(&error, seen),
        }
    }

    /// What does not speak TLS may be a MongoDB server that was started without it.
    async fn plain(&self, server: &Server, otherwise: &'static at::Situation) -> Stop {
        let Ok(mut stream) = connect(&server.addresses, self.patience).await else {
            return otherwise.into();
        };
        match wire::ask(&mut stream, &wire::hello(), self.patience).await {
            Ok(_) => (&at::MONGODB_WITHOUT_TLS).into(),
            Err(NoReply::Other) => (&at::NO_TLS).into(),
            Err(_) => otherwise.into(),
        }
    }

    fn untrusted(&self, error: &CertificateError, seen: &Seen) -> Stop {
        let is_own = self.roots.given.iter().any(|authority| {
            let mut chain = self.client.chain.iter();
            chain.any(|it| it.is_likely_issued_by(authority))
        });
        let situation = match error {
            CertificateError::UnknownIssuer if is_own => &at::OWN_CA,
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                &at::SERVER_UNTRUSTED
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => &at::SERVER_EXPIRED,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                &at::SERVER_NAME
            }
            _ => &at::SERVER_CERTIFICATE,
        };
        Stop::seen(situation, format!("{}: {error}", about(seen)))
    }

    /// The driver does not pass on with which words the server refuses a login.
    async fn ask_why(&self, secured: &mut Secured, said: String) -> Stop {
        let command = wire::authenticate(self.target.username.as_deref());
        let Ok(reply) = wire::ask(&mut secured.stream, &command, self.patience).await else {
            return Stop::seen(&at::NOT_AUTHENTICATED, said);
        };
        if reply.is_ok() {
            return Stop::seen(&at::DRIVER, said);
        }
        let code = reply.code();
        // UserNotFound, AuthenticationFailed, and the one that Atlas has for its own.
        let situation = match code {
            Some(11) => &at::NO_USER,
            Some(18 | 8000) => &at::NOT_AUTHENTICATED,
            _ => &at::REFUSED_LOGIN,
        };
        let words = reply.text("errmsg").unwrap_or("no words");
        let code = code.map_or(String::new(), |code| {
            let name = reply.text("codeName").unwrap_or_default();
            format!(" (code {code} {name})")
        });
        Stop::seen(situation, format!("{words}{code}"))
    }
}

async fn connect(addresses: &[SocketAddr], patience: Duration) -> io::Result<TcpStream> {
    match timeout(patience, TcpStream::connect(addresses)).await {
        Ok(connected) => connected,
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}

fn unreached(errors: &[(Server, io::Error)]) -> Stop {
    let has = |kind| errors.iter().any(|(_, error)| error.kind() == kind);
    let situation = if has(io::ErrorKind::TimedOut) {
        &at::NO_ANSWER
    } else if has(io::ErrorKind::ConnectionRefused) {
        &at::REFUSED_CONNECTION
    } else {
        &at::UNREACHABLE
    };
    let said: Vec<String> = errors
        .iter()
        .map(|(server, error)| format!("{}:{}: {error}", server.host, server.port))
        .collect();
    Stop::seen(situation, said.join("; "))
}

/// The server's certificate, as far as it showed one.
fn about(seen: &Seen) -> String {
    let Some(der) = seen.chain.first() else {
        return "the server showed no certificate".to_owned();
    };
    match Certificate::from_der(der) {
        Ok(certificate) => {
            let subject = certificate.subject().rfc2253();
            let subject = if subject.is_empty() {
                "a certificate without a name".to_owned()
            } else {
                subject
            };
            format!(
                "the server is {subject}, certified by {}",
                certificate.issuer().rfc2253()
            )
        }
        Err(_) => "the server's certificate can't be read".to_owned(),
    }
}

/// As RFC 8446, section 6 writes it, with its number.
fn alert_name(alert: AlertDescription) -> String {
    let mut name = String::new();
    for c in alert.as_str().unwrap_or("unknown").chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    format!("{} ({})", name.replace("c_a", "ca"), u8::from(alert))
}
