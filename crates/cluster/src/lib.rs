//! A cluster that a client can log in to with its certificate, and that holds nothing.
//!
//! It listens with TLS, judges a client's certificate as mongod does, and speaks as much of MongoDB's
//! wire protocol as drivers and mongosh need to log in and to ask who they are. What it is a cluster of
//! comes from a [`World`]: which authorities it trusts at the moment, which users there are, who has to be
//! told of an attempt. It keeps no documents: reading finds none, and what is written is forgotten.
//!
//! The modules: [`authority`] makes the server's own certificate, `tls` asks for the client's, `judge` says
//! what mongod would say of it, `wire` reads and writes messages, `commands` has what is answered to each,
//! `connection` is the life of one connection, `limits` says how patient and how large all that is.
//!
//! Not here: passwords, documents, transactions, compression, more than one node.

pub mod authority;
mod commands;
mod connection;
mod judge;
mod limits;
mod tls;
mod wire;
mod world;

use std::{net::SocketAddr, sync::Arc};

use connections::Room;
use tokio::net::TcpListener;

pub use authority::{Identity, ServerAuthority};
pub use connection::Visit;
pub use limits::Limits;
pub use world::{Action, Attempt, Grant, Kind, MinimumTls, Role, State, User, World};

/// After an accept failed (no file descriptor is left, mostly): time for some to become free.
const ACCEPT_PAUSE: std::time::Duration = std::time::Duration::from_millis(100);

/// The places of all clusters that run together.
pub type Places = Arc<Room<Visit>>;

/// A cluster, before it listens.
pub struct Cluster<W> {
    world: Arc<W>,
    address: SocketAddr,
    identity: Identity,
    limits: Limits,
    prepared: tls::Prepared,
}

impl<W: World> Cluster<W> {
    /// A cluster that is reached at `address`, which it tells to its clients.
    pub fn new(world: W, address: SocketAddr, identity: Identity, limits: Limits) -> Self {
        Self {
            world: Arc::new(world),
            address,
            identity,
            limits,
            prepared: tls::Prepared::default(),
        }
    }

    /// Serves until it is dropped.
    pub async fn serve(self, listener: TcpListener, places: Places) {
        let cluster = Arc::new(self);
        loop {
            let Ok((stream, peer)) = listener.accept().await else {
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            };
            let visit = Visit::begin();
            let place = places.enter(visit.clone()).await;
            let cluster = Arc::clone(&cluster);
            tokio::spawn(async move {
                tokio::select! {
                    () = connection::attend(&cluster, stream, peer, visit) => {}
                    () = place.wanted() => {}
                }
            });
        }
    }
}

/// Places for as many connections as `limits` say.
pub fn places(limits: &Limits) -> Places {
    Room::new(limits.connections)
}
