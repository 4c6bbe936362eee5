//! Where the server listens, and under which name the page is found there.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
};

use super::{
    SettingError,
    sources::{Key, Place, Sources},
};

/// Where the server listens when nothing else is said.
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8787);

const LISTEN: Key = Key {
    flag: "--listen",
    env: "ATLAS_X509_LISTEN",
    file: "listen",
};
const ORIGIN: Key = Key {
    flag: "--origin",
    env: "ATLAS_X509_ORIGIN",
    file: "origin",
};

/// The folder of this program in one for the state of programs (XDG Base Directory Specification).
const STATE_FOLDER: &str = "atlas-x509";

/// Under which name the page is found on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// One of this user's own, kept in this folder, if there is one.
    Own { state: Option<PathBuf> },
    /// The address that the server listens on.
    Address,
}

/// Where to listen, and where that was said.
pub(super) struct Listen {
    pub(super) address: SocketAddr,
    place: Place,
}

pub(super) fn listen(
    sources: &Sources<'_>,
    allow_hosts: &[String],
) -> Result<Listen, SettingError> {
    let Some(given) = sources.text(LISTEN, sources.flags.listen.as_ref(), |file| {
        file.listen.as_ref()
    }) else {
        return Ok(Listen {
            address: DEFAULT_LISTEN,
            place: Place::Name(LISTEN.flag),
        });
    };
    let address = match given.value.strip_prefix("localhost:") {
        Some(port) => port
            .parse()
            .ok()
            .map(|port| SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port)),
        None => given.value.parse().ok(),
    };
    match address {
        None => Err(SettingError::Listen {
            place: given.place,
            value: given.value,
        }),
        Some(address) if !address.ip().is_loopback() && allow_hosts.is_empty() => {
            Err(SettingError::BeyondThisComputer {
                place: given.place,
                address,
            })
        }
        Some(address) => Ok(Listen {
            address,
            place: given.place,
        }),
    }
}

pub(super) fn name(sources: &Sources<'_>, listen: &Listen) -> Result<Name, SettingError> {
    let given = sources.text(ORIGIN, sources.flags.origin.as_ref(), |file| {
        file.origin.as_ref()
    });
    let ip = listen.address.ip();
    // Names below localhost lead to these two (RFC 6761, section 6.3).
    let is_reached = !ip.is_loopback() || ip == Ipv4Addr::LOCALHOST || ip == Ipv6Addr::LOCALHOST;
    match given {
        Some(given) if given.value == "address" => Ok(Name::Address),
        Some(given) if given.value != "name" => Err(SettingError::Origin {
            place: given.place,
            value: given.value,
        }),
        _ if !is_reached => Err(SettingError::NoName {
            place: listen.place.clone(),
            address: listen.address,
        }),
        _ => Ok(Name::Own {
            state: state_folder(sources),
        }),
    }
}

/// Where the state of programs is kept between two runs.
fn state_folder(sources: &Sources<'_>) -> Option<PathBuf> {
    let absolute = |name| {
        let path = PathBuf::from(sources.variable(name)?.value);
        path.is_absolute().then_some(path)
    };
    let folder = if cfg!(windows) {
        absolute("LOCALAPPDATA")
    } else {
        absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))
    };
    Some(folder?.join(STATE_FOLDER))
}
