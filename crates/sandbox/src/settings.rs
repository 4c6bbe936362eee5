//! How a sandbox is set up: what it accepts, how fast it is, where it keeps its state.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use crate::{auth::digest::hex, clock::Clock};

/// How a sandbox behaves. The defaults are Atlas's, but for the time that clusters need.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What it accepts; without any, credentials are made at the start, and differ each time.
    pub credentials: Option<Credentials>,
    pub clock: Clock,
    /// How long each node of a cluster is away in a rolling restart. Real ones need minutes.
    pub node_restart: Duration,
    /// How long a change of the database users takes to reach the clusters.
    pub deployment: Duration,
    /// How long a nonce of the Digest handshake can be used.
    pub nonce_lifetime: Duration,
    /// How long an access token can be used.
    pub token_lifetime: Duration,
    pub rates: Rates,
    pub api_access: ApiAccess,
    /// A file for the state, read at the start if it is there and written after each change.
    pub state_file: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            credentials: None,
            clock: Clock::system(),
            node_restart: Duration::from_secs(1),
            deployment: Duration::from_secs(1),
            nonce_lifetime: Duration::from_mins(1),
            token_lifetime: Duration::from_hours(1),
            rates: Rates::default(),
            api_access: ApiAccess::default(),
            state_file: None,
        }
    }
}

/// The credentials that a sandbox accepts: one of each kind, with the same rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Of the service account.
    pub client_id: String,
    pub client_secret: String,
    /// Of the API key.
    pub public_key: String,
    pub private_key: String,
}

impl Credentials {
    /// New ones, in Atlas's forms.
    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        let mut random = [0; 60];
        getrandom::fill(&mut random)?;
        let (id, rest) = random.split_at(12);
        let (secret, rest) = rest.split_at(24);
        let (public, private) = rest.split_at(8);
        let private = hex(private);
        Ok(Self {
            client_id: format!("mdb_sa_id_{}", hex(id)),
            client_secret: format!("mdb_sa_sk_sandbox-{}", hex(secret)),
            public_key: public
                .iter()
                .map(|byte| char::from(b'a' + byte % 26))
                .collect(),
            private_key: [
                &private[..8],
                &private[8..12],
                &private[12..16],
                &private[16..20],
                &private[20..32],
            ]
            .join("-"),
        })
    }
}

/// How many calls a project may make, as token buckets.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    pub database_users: Rate,
    pub user_security: Rate,
}

/// A token bucket: so many calls at once, and so many more a minute.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    pub capacity: u32,
    pub per_minute: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            database_users: Rate {
                capacity: 10_000,
                per_minute: 5_000,
            },
            user_security: Rate {
                capacity: 1_200,
                per_minute: 500,
            },
        }
    }
}

/// From which addresses the credentials can be used.
#[derive(Clone, Debug, Default)]
pub struct ApiAccess {
    /// The addresses; with none, every address will do unless a list is required.
    pub addresses: Vec<IpAddr>,
    /// Whether the organisation insists on a list.
    pub required: bool,
}
