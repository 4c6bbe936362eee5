//! Where the server listens: at the address that was asked for and, when the page has a name of its
//! own, at the other loopback address too.
//!
//! A name below `localhost` leads to `127.0.0.1` and to `::1`, and a browser tries whichever it
//! likes first (Chromium `::1`). Another user of this computer who listened there would answer in
//! the page's own name, and get the code that is meant for us.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use connections::Listener;
use tokio::net::{TcpListener, TcpStream};

use super::error::ServeError;

/// How many free ports are tried until one is free at both addresses.
const TRIES: usize = 16;

#[derive(Debug)]
pub(super) struct Listeners {
    asked: TcpListener,
    /// Absent without a name, and on a system that has no such address.
    other: Option<TcpListener>,
}

impl Listeners {
    pub(super) async fn bind(address: SocketAddr, has_name: bool) -> Result<Self, ServeError> {
        for _ in 1..TRIES {
            match Self::bind_once(address, has_name).await {
                Err(ServeError::Taken { .. }) if address.port() == 0 => {}
                done => return done,
            }
        }
        Self::bind_once(address, has_name).await
    }

    async fn bind_once(address: SocketAddr, has_name: bool) -> Result<Self, ServeError> {
        let bind_error = |cause| ServeError::bind(address, cause);
        let asked = TcpListener::bind(address).await.map_err(bind_error)?;
        if !has_name {
            return Ok(Self { asked, other: None });
        }
        let other = other_loopback(asked.local_addr().map_err(bind_error)?);
        let other = match TcpListener::bind(other).await {
            Ok(listener) => Some(listener),
            Err(cause) if cause.kind() == io::ErrorKind::AddrInUse => {
                return Err(ServeError::bind(other, cause));
            }
            // Where there is no such address, nobody else can listen at it either.
            Err(_) => None,
        };
        Ok(Self { asked, other })
    }

    /// The address that was asked for, with its real port.
    pub(super) fn address(&self) -> io::Result<SocketAddr> {
        self.asked.local_addr()
    }
}

impl Listener for Listeners {
    async fn accept(&self) -> io::Result<TcpStream> {
        let Some(other) = &self.other else {
            return Listener::accept(&self.asked).await;
        };
        tokio::select! {
            accepted = Listener::accept(&self.asked) => accepted,
            accepted = Listener::accept(other) => accepted,
        }
    }
}

fn other_loopback(address: SocketAddr) -> SocketAddr {
    let other = match address.ip() {
        IpAddr::V4(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
    };
    SocketAddr::new(other, address.port())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    const FREE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

    #[tokio::test]
    async fn with_a_name_nobody_else_can_listen_at_either_loopback_address() {
        let listeners = Listeners::bind(FREE, true).await.unwrap();
        let other = other_loopback(listeners.address().unwrap());
        let connection = TcpStream::connect(other).await.unwrap();
        listeners.accept().await.unwrap();
        drop(connection);
        let taken = TcpListener::bind(other).await.unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
    }

    #[tokio::test]
    async fn a_port_that_somebody_has_at_the_other_address_is_not_taken() {
        let stranger = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.unwrap();
        let theirs = stranger.local_addr().unwrap();
        let asked = other_loopback(theirs);
        match Listeners::bind(asked, true).await {
            Err(ServeError::Taken { address }) => assert_eq!(address, theirs),
            other => panic!("{other:?}"),
        }
        // Without a name only the address leads here.
        Listeners::bind(asked, false).await.unwrap();
    }
}
