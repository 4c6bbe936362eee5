//! The settings of `serve`, resolved once at the start.
//!
//! Flags are stronger than the environment, the environment is stronger than the TOML file. What
//! cannot be accepted is refused in one sentence that names the setting where it was given. An
//! environment variable that is set to nothing counts as not set.

mod error;
mod listen;
mod network;
mod sources;

use std::{net::SocketAddr, path::PathBuf};

use secrecy::SecretString;

pub use error::SettingError;
pub use listen::Name;
pub use network::{Network, Origin, Proxy};
use sources::{Given, Key, Place, Sources};

use super::page::INDEX;
use crate::{doors::DoorFlags, private};

/// What can be said on the command line. The values stay text until [`Settings::resolve`], so that
/// a wrong one is refused in the same words wherever it came from.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Flags {
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8787]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// The Atlas to work with [default: the commercial one, `https://cloud.mongodb.com`]
    #[arg(long, value_name = "URL")]
    pub upstream: Option<String>,
    /// Trust the certificate authorities of this PEM file for Atlas, in place of the system's
    #[arg(long, value_name = "FILE")]
    pub upstream_ca: Option<String>,
    /// Work with a stand-in for Atlas, which needs no account
    #[arg(long, conflicts_with = "sandbox_at")]
    pub sandbox: bool,
    /// Work with a stand-in that runs on this computer already, as `atlas-x509 sandbox` does
    #[arg(long, value_name = "URL")]
    pub sandbox_at: Option<String>,
    /// Refuse every write to Atlas
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub read_only: Option<String>,
    /// Answer to this host name too; needed to listen beyond this computer; can be repeated
    #[arg(long, value_name = "NAME[:PORT]")]
    pub allow_host: Vec<String>,
    /// Where the page is: at a `name` of its own below localhost, or at the bare `address`, which is
    /// less safe and for browsers that do not know such names [default: name]
    #[arg(long, value_name = "KIND")]
    pub origin: Option<String>,
    /// Read settings from this TOML file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Open the page in the browser
    #[arg(long)]
    pub open: bool,
    /// Serve the page from this folder and not the one inside the program (for development)
    #[arg(long, value_name = "FOLDER")]
    pub page: Option<PathBuf>,
    #[command(flatten)]
    pub doors: DoorFlags,
}

/// What the server does, after all that was said has been understood.
#[derive(Clone, Debug)]
pub struct Settings {
    pub listen: SocketAddr,
    pub mode: Mode,
    pub read_only: bool,
    /// Names beyond this computer's own that the server answers to, in lower case, with or without
    /// a port.
    pub allow_hosts: Vec<String>,
    pub name: Name,
    pub page: Option<PathBuf>,
    pub open: bool,
    /// About the clusters of the sandbox in this process.
    pub doors: DoorFlags,
}

/// Which Atlas the calls are for.
#[derive(Clone, Debug)]
pub enum Mode {
    /// The stand-in, in this process: asked for, or because there is no credential.
    Sandbox,
    /// A stand-in that somebody else started on this computer.
    SandboxAt(Origin),
    Atlas {
        origin: Origin,
        credential: Credential,
        network: Network,
    },
}

impl Mode {
    /// The host that the credential goes to, when it is not the usual one.
    pub fn unusual_host(&self) -> Option<&str> {
        match self {
            Self::Atlas { origin, .. } if origin.authority != network::DEFAULT_HOST => {
                Some(&origin.authority)
            }
            _ => None,
        }
    }

    pub fn is_sandbox(&self) -> bool {
        matches!(self, Self::Sandbox | Self::SandboxAt(_))
    }
}

/// What the gateway shows to Atlas.
#[derive(Clone, Debug)]
pub enum Credential {
    ServiceAccount {
        id: String,
        secret: SecretString,
    },
    ApiKey {
        public: String,
        private: SecretString,
    },
}

const READ_ONLY: Key = Key {
    flag: "--read-only",
    env: "ATLAS_X509_READ_ONLY",
    file: "read-only",
};
const ALLOW_HOST: Key = Key {
    flag: "--allow-host",
    env: "ATLAS_X509_ALLOW_HOST",
    file: "allow-host",
};
impl Settings {
    /// Reads the file that `--config` names and puts everything together. `env` looks up one
    /// variable of the environment.
    pub fn resolve(
        flags: &Flags,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, SettingError> {
        let sources = Sources::open(flags, env)?;
        let allow_hosts = sources
            .list(ALLOW_HOST, &flags.allow_host, |file| {
                file.allow_host.as_ref()
            })
            .into_iter()
            .map(|given| allowed_host(&given))
            .collect::<Result<Vec<_>, _>>()?;
        let listen = listen::listen(&sources, &allow_hosts)?;
        let mode = mode(&sources)?;
        if let (false, Some(flag)) = (matches!(mode, Mode::Sandbox), flags.doors.given()) {
            return Err(SettingError::NoClusters { flag });
        }
        Ok(Self {
            listen: listen.address,
            name: listen::name(&sources, &listen)?,
            mode,
            read_only: match sources.text(READ_ONLY, flags.read_only.as_ref(), |file| {
                file.read_only.as_ref()
            }) {
                None => false,
                Some(given) => boolean(&given)?,
            },
            allow_hosts,
            page: page_folder(flags)?,
            open: flags.open,
            doors: flags.doors.clone(),
        })
    }
}

fn mode(sources: &Sources<'_>) -> Result<Mode, SettingError> {
    // Also when they are not used: what is wrong is said at once.
    let at = network::sandbox_at(sources)?;
    let origin = network::upstream(sources)?;
    let authorities = network::authorities(sources)?;
    let asked = if sources.flags.sandbox {
        Some((Mode::Sandbox, Place::Name("--sandbox")))
    } else {
        at.map(|(origin, place)| (Mode::SandboxAt(origin), place))
    };
    match (asked, credential(sources)?) {
        // A sandbox has credentials of its own, and never gets to see another one.
        (Some((_, sandbox)), Some((_, place))) => {
            Err(SettingError::SandboxWithCredential { sandbox, place })
        }
        (Some((mode, _)), None) => Ok(mode),
        (None, Some((credential, _))) => {
            guard_files(sources, authorities.as_ref())?;
            Ok(Mode::Atlas {
                network: network::network(sources, &origin, authorities)?,
                origin,
                credential,
            })
        }
        (None, None) => Ok(Mode::Sandbox),
    }
}

/// Whoever can write one of these files gets the credential, wherever that was given: they say
/// where it goes, who is taken for Atlas, and what the page does with it.
fn guard_files(
    sources: &Sources<'_>,
    authorities: Option<&network::Authorities>,
) -> Result<(), SettingError> {
    sources.check_file()?;
    match authorities {
        Some(authorities) => authorities.check_file()?,
        None => network::check_system_authorities(sources)?,
    }
    let page = sources.flags.page.as_ref();
    page.map_or(Ok(()), |folder| private::tree(folder))
        .map_err(|danger| SettingError::WrittenByOthers {
            place: Place::Name("--page"),
            danger,
        })
}

/// The credential, and where its first half was given.
fn credential(sources: &Sources<'_>) -> Result<Option<(Credential, Place)>, SettingError> {
    let account = pair(
        sources.credential("ATLAS_CLIENT_ID", "atlas-client-id", |file| {
            file.atlas_client_id.as_ref()
        }),
        sources.credential("ATLAS_CLIENT_SECRET", "atlas-client-secret", |file| {
            file.atlas_client_secret.as_ref()
        }),
        ["ATLAS_CLIENT_ID", "ATLAS_CLIENT_SECRET"],
    );
    let key = pair(
        sources.credential("ATLAS_PUBLIC_KEY", "atlas-public-key", |file| {
            file.atlas_public_key.as_ref()
        }),
        sources.credential("ATLAS_PRIVATE_KEY", "atlas-private-key", |file| {
            file.atlas_private_key.as_ref()
        }),
        ["ATLAS_PUBLIC_KEY", "ATLAS_PRIVATE_KEY"],
    );
    match (account?, key?) {
        (Some((account, _)), Some((key, _))) => Err(SettingError::TwoCredentials {
            account: account.place,
            key: key.place,
        }),
        (Some((id, secret)), None) => Ok(Some((
            Credential::ServiceAccount {
                id: id.value,
                secret: secret.value.into(),
            },
            id.place,
        ))),
        (None, Some((public, private))) => Ok(Some((
            Credential::ApiKey {
                public: public.value,
                private: private.value.into(),
            },
            public.place,
        ))),
        (None, None) => Ok(None),
    }
}

fn pair(
    first: Option<Given>,
    second: Option<Given>,
    names: [&'static str; 2],
) -> Result<Option<(Given, Given)>, SettingError> {
    // A line break that was copied along, mostly.
    let plain = |given: &Given| given.value.bytes().all(|byte| byte.is_ascii_graphic());
    if let Some(given) = first.iter().chain(&second).find(|given| !plain(given)) {
        return Err(SettingError::CredentialCharacter {
            place: given.place.clone(),
        });
    }
    match (first, second) {
        (Some(first), Some(second)) => Ok(Some((first, second))),
        (Some(first), None) => Err(SettingError::HalfCredential {
            place: first.place,
            missing: names[1],
        }),
        (None, Some(second)) => Err(SettingError::HalfCredential {
            place: second.place,
            missing: names[0],
        }),
        (None, None) => Ok(None),
    }
}

fn allowed_host(given: &Given) -> Result<String, SettingError> {
    let plain = given
        .value
        .parse::<axum::http::uri::Authority>()
        .ok()
        .filter(|authority| {
            !given.value.contains(['@', '*'])
                && !authority.host().is_empty()
                && (authority.port_u16().is_some() || authority.as_str() == authority.host())
        });
    match plain {
        Some(authority) => Ok(authority.as_str().to_ascii_lowercase()),
        None => Err(SettingError::AllowHost {
            place: given.place.clone(),
            value: given.value.clone(),
        }),
    }
}

fn boolean(given: &Given) -> Result<bool, SettingError> {
    match given.value.as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(SettingError::Boolean {
            place: given.place.clone(),
            value: given.value.clone(),
        }),
    }
}

fn page_folder(flags: &Flags) -> Result<Option<PathBuf>, SettingError> {
    match &flags.page {
        Some(folder) if !folder.join(INDEX).is_file() => Err(SettingError::Page {
            folder: folder.clone(),
        }),
        folder => Ok(folder.clone()),
    }
}

#[cfg(test)]
mod tests;
