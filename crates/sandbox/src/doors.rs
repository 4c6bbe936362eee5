//! The clusters as servers: a door for each one that runs, which lets clients in by what the world says at
//! the moment.

use std::{
    collections::{HashMap, HashSet},
    io,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, MutexGuard, PoisonError},
    time::Duration,
};

use cluster::{Attempt, Cluster, Identity, Limits, MinimumTls, ServerAuthority, State};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::{net::TcpListener, task::JoinSet, time::sleep};

use crate::{
    app::Shared,
    world::{
        Project, World,
        cluster::{self as kept, Kind},
        history::Login,
        rights,
        user::User,
    },
};

/// Where clients find the clusters.
#[derive(Debug)]
pub(crate) struct Addresses {
    /// By the identifier of the cluster.
    of: HashMap<String, SocketAddr>,
    /// The file with the authority of the servers' certificate.
    server_ca: Option<PathBuf>,
}

impl Addresses {
    /// The connection string of a cluster that listens. It names the file that a client has to trust, which
    /// no string of Atlas's has to: its servers have certificates that everybody trusts.
    pub(crate) fn connection_string(&self, cluster: &kept::Cluster) -> Option<String> {
        let address = self.of.get(&cluster.id)?;
        let mut options = vec!["tls=true".to_owned(), "authSource=admin".to_owned()];
        if cluster.kind == Kind::ReplicaSet {
            options.push(format!("replicaSet={}", cluster.replica_set()));
        }
        if let Some(file) = &self.server_ca {
            let file = file.to_string_lossy();
            options.push(format!("tlsCAFile={}", utf8_percent_encode(&file, PATH)));
        }
        Some(format!("mongodb://{address}/?{}", options.join("&")))
    }
}

/// What RFC 3986 calls unreserved stays as it is, and so do the slashes of a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'/')
    .remove(b'_')
    .remove(b'~');

/// Why no clusters listen.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    #[error(transparent)]
    Certificate(#[from] cluster::authority::NotMade),
    #[error("no port for a cluster: {0}")]
    Listener(#[source] io::Error),
    #[error("the clusters listen already")]
    Twice,
}

/// The clusters that listen, before they let anybody in.
pub struct Doors {
    shared: Arc<Shared>,
    identity: Identity,
    server_ca: String,
    listening: Vec<Listening>,
}

struct Listening {
    listener: TcpListener,
    address: SocketAddr,
    id: String,
}

impl Doors {
    /// Binds a free port for each cluster that runs.
    pub(crate) async fn open(
        shared: &Arc<Shared>,
        ip: IpAddr,
        server_ca: Option<&Path>,
    ) -> Result<Self, DoorError> {
        let authority = ServerAuthority::new()?;
        let mut listening = Vec::new();
        let running = running(&world(shared));
        for id in running {
            let listener = TcpListener::bind((ip, 0))
                .await
                .map_err(DoorError::Listener)?;
            let address = listener.local_addr().map_err(DoorError::Listener)?;
            listening.push(Listening {
                listener,
                address,
                id,
            });
        }
        let addresses = Addresses {
            of: listening
                .iter()
                .map(|it| (it.id.clone(), it.address))
                .collect(),
            server_ca: server_ca.map(Path::to_owned),
        };
        shared
            .addresses
            .set(addresses)
            .map_err(|_| DoorError::Twice)?;
        Ok(Self {
            shared: Arc::clone(shared),
            identity: authority.identity(),
            server_ca: authority.pem().to_owned(),
            listening,
        })
    }

    /// The certificate of the authority that clients have to trust, PEM.
    pub fn server_ca(&self) -> &str {
        &self.server_ca
    }

    /// Lets clients in, for ever. `tell` is told, once for each project, of the first user who came since the start
    /// and whom a cluster lets in.
    pub async fn serve(self, tell: impl Fn(&Newcomer)) {
        let limits = Limits::default();
        let places = cluster::places(&limits);
        // Ends with this.
        let mut serving = JoinSet::new();
        for it in self.listening {
            let door = Door {
                shared: Arc::clone(&self.shared),
                id: it.id,
            };
            let cluster = Cluster::new(door, it.address, self.identity.clone(), limits);
            serving.spawn(cluster.serve(it.listener, Arc::clone(&places)));
        }
        let mut watch = Watch {
            known: users(&world(&self.shared)),
            told: HashSet::new(),
        };
        loop {
            sleep(LOOK).await;
            watch.look(&self.shared).iter().for_each(&tell);
        }
    }
}

/// How often it is looked whether somebody can log in.
const LOOK: Duration = Duration::from_secs(1);

/// A user who can log in.
#[derive(Debug)]
pub struct Newcomer {
    pub user: String,
    pub project: String,
    pub cluster: String,
    pub connection_string: String,
}

/// Who was there already, and of which projects somebody was told.
struct Watch {
    known: HashSet<(String, String)>,
    told: HashSet<String>,
}

impl Watch {
    fn look(&mut self, shared: &Shared) -> Vec<Newcomer> {
        let now = shared.clock().now();
        let world = world(shared);
        let addresses = shared.addresses.get();
        let projects = world.projects.iter();
        let found: Vec<(String, Newcomer)> = projects
            .filter(|project| !self.told.contains(&project.id))
            .filter_map(|project| {
                let is_new = |user: &&User| {
                    let key = (project.id.clone(), user.username.clone());
                    user.comes_with_certificate(now) && !self.known.contains(&key)
                };
                let user = project.users.iter().find(is_new)?;
                let mut clusters = project.clusters.iter();
                let (cluster, connection_string) = clusters.find_map(|cluster| {
                    let string = addresses?.connection_string(cluster)?;
                    let is_ready = cluster.bundle(project.bundle.as_ref(), now).is_some()
                        && user.may_use(&cluster.name);
                    is_ready.then_some((cluster, string))
                })?;
                let newcomer = Newcomer {
                    user: user.username.clone(),
                    project: project.name.clone(),
                    cluster: cluster.name.clone(),
                    connection_string,
                };
                Some((project.id.clone(), newcomer))
            })
            .collect();
        found
            .into_iter()
            .map(|(project, newcomer)| {
                self.told.insert(project);
                newcomer
            })
            .collect()
    }
}

fn users(world: &World) -> HashSet<(String, String)> {
    let of = |project: &Project| {
        let names = project.users.iter().map(|user| user.username.clone());
        let id = project.id.clone();
        names.map(|name| (id.clone(), name)).collect::<Vec<_>>()
    };
    world.projects.iter().flat_map(of).collect()
}

fn running(world: &World) -> Vec<String> {
    let clusters = world.projects.iter().flat_map(|it| &it.clusters);
    let running = clusters.filter(|cluster| !cluster.paused);
    running.map(|cluster| cluster.id.clone()).collect()
}

fn find<'a>(world: &'a World, id: &str) -> Option<(&'a Project, &'a kept::Cluster)> {
    world.projects.iter().find_map(|project| {
        let mut clusters = project.clusters.iter();
        let cluster = clusters.find(|cluster| cluster.id == id && !cluster.paused)?;
        Some((project, cluster))
    })
}

fn world(shared: &Shared) -> MutexGuard<'_, World> {
    shared.world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The way into one cluster.
struct Door {
    shared: Arc<Shared>,
    id: String,
}

impl cluster::World for Door {
    fn state(&self) -> Option<State> {
        let now = self.shared.clock().now();
        let world = world(&self.shared);
        let (project, cluster) = find(&world, &self.id)?;
        Some(State {
            at: now.timestamp(),
            bundle: cluster.bundle(project.bundle.as_ref(), now).cloned(),
            minimum_tls: match &cluster.minimum_tls[..] {
                "TLS1_3" => MinimumTls::Tls13,
                _ => MinimumTls::Tls12,
            },
            version: cluster.version.clone(),
            kind: match cluster.kind {
                Kind::ReplicaSet => cluster::Kind::ReplicaSet(cluster.replica_set()),
                Kind::Sharded => cluster::Kind::Sharded,
            },
        })
    }

    fn user(&self, name: &str) -> Option<cluster::User> {
        let now = self.shared.clock().now();
        let world = world(&self.shared);
        let (project, cluster) = find(&world, &self.id)?;
        let mut users = project.users.iter();
        let user = users.find(|user| user.username == name && user.comes_with_certificate(now))?;
        user.may_use(&cluster.name)
            .then(|| rights::of(user, &project.custom_roles))
    }

    /// Nothing is saved for it: it goes to the file with the next change.
    fn note(&self, attempt: Attempt<'_>) {
        let at = self.shared.clock().now();
        let mut world = world(&self.shared);
        let World { projects, .. } = &mut *world;
        for project in projects {
            let mut clusters = project.clusters.iter();
            let Some(cluster) = clusters.find(|cluster| cluster.id == self.id) else {
                continue;
            };
            let login = Login::new(
                at,
                &cluster.name,
                attempt.user,
                attempt.peer.ip(),
                attempt.refused,
            );
            project.add_login(login);
            return;
        }
    }
}
