//! The life of one connection: the handshake, the verdict, and then a message and an answer at a time.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use connections::Visitor;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Semaphore,
    time::{Instant, timeout},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::{
    Attempt, Cluster, State, World,
    commands::{Session, respond},
    judge::{self, Verdict},
    tls::Ready,
    wire::{Message, answer},
};

/// Chains that are judged at the same time. Each may take as long as the engine's budget says, on a
/// thread of its own.
static JUDGING: Semaphore = Semaphore::const_new(2);

/// What a connection is doing, for who has to know whether its place can be given away.
#[derive(Clone)]
pub struct Visit(Arc<Mutex<Doing>>);

struct Doing {
    what: What,
    moved: Instant,
    is_known: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    Waiting,
    Working,
    Over,
}

impl Visit {
    pub(crate) fn begin() -> Self {
        Self(Arc::new(Mutex::new(Doing {
            what: What::Waiting,
            moved: Instant::now(),
            is_known: false,
        })))
    }

    /// `false`: its place was given away.
    fn turn(&self, what: What) -> bool {
        let mut doing = self.doing();
        doing.moved = Instant::now();
        let goes_on = doing.what != What::Over;
        if goes_on {
            doing.what = what;
        }
        goes_on
    }

    fn doing(&self) -> MutexGuard<'_, Doing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visitor for Visit {
    fn waiting_since(&self) -> Option<Instant> {
        let doing = self.doing();
        (doing.what == What::Waiting).then_some(doing.moved)
    }

    fn end(&self) -> bool {
        let mut doing = self.doing();
        let ends = doing.what == What::Waiting;
        if ends {
            doing.what = What::Over;
        }
        ends
    }

    fn is_known(&self) -> bool {
        self.doing().is_known
    }
}

/// Serves one connection until it ends, is refused, or takes too long.
pub(crate) async fn attend<W: World>(
    cluster: &Cluster<W>,
    stream: TcpStream,
    peer: SocketAddr,
    visit: Visit,
) {
    let Some(state) = cluster.world.state() else {
        return;
    };
    let Ok(ready) = cluster.prepared.of(&state, &cluster.identity) else {
        return;
    };
    let arriving = arrive(cluster, stream, peer, &state, &ready);
    let Ok(Some((mut stream, name))) = timeout(cluster.limits.handshake, arriving).await else {
        return;
    };
    let mut session = Session::new(cluster, peer, state, name);
    let mut idle = cluster.limits.first;
    loop {
        let mut header = [0; 16];
        let begun = timeout(idle, stream.read_exact(&mut header)).await;
        if !matches!(begun, Ok(Ok(_))) || !visit.turn(What::Waiting) {
            return;
        }
        let Some(bytes) = exchange(cluster, &mut session, &mut stream, header, &visit).await else {
            return;
        };
        let leaving = async {
            stream.write_all(&bytes).await?;
            stream.flush().await
        };
        if !matches!(timeout(cluster.limits.message, leaving).await, Ok(Ok(()))) {
            return;
        }
        let is_known = session.login.is_some();
        visit.doing().is_known = is_known;
        idle = if is_known {
            cluster.limits.idle
        } else {
            cluster.limits.stranger_idle
        };
        if !visit.turn(What::Waiting) {
            return;
        }
    }
}

/// TLS, and whether the client is let in: then with the name that its certificate gives it.
async fn arrive<W: World>(
    cluster: &Cluster<W>,
    stream: TcpStream,
    peer: SocketAddr,
    state: &State,
    ready: &Ready,
) -> Option<(TlsStream<TcpStream>, String)> {
    let _ = stream.set_nodelay(true);
    let acceptor = TlsAcceptor::from(Arc::clone(&ready.config));
    let stream = acceptor.accept(stream).await.ok()?;
    let Some(chain) = stream.get_ref().1.peer_certificates() else {
        return Some((stream, String::new()));
    };
    let chain: Vec<Vec<u8>> = chain.iter().map(|der| der.to_vec()).collect();
    let store = Arc::clone(&ready.store);
    let at = state.at;
    let turn = JUDGING.acquire().await.ok()?;
    let judging = tokio::task::spawn_blocking(move || {
        // Kept to the end, though the client may have gone, for the work goes on.
        let _turn = turn;
        judge::judge(&chain, &store, at)
    });
    match judging.await.ok()? {
        Verdict::Accepted(name) => Some((stream, name)),
        // Dropped as mongod does it: with no alert, and nothing said.
        Verdict::Refused { name, why } => {
            cluster.world.note(Attempt {
                user: &name,
                peer,
                refused: Some(&why),
            });
            None
        }
    }
}

/// Reads the rest of a message and makes the answer, empty when nobody waits for one. `None`: there is
/// nothing more to say.
async fn exchange<W: World>(
    cluster: &Cluster<W>,
    session: &mut Session<'_>,
    stream: &mut TlsStream<TcpStream>,
    header: [u8; 16],
    visit: &Visit,
) -> Option<Vec<u8>> {
    let limits = &cluster.limits;
    let most = match session.login {
        Some(_) => limits.message_size,
        None => limits.stranger_message,
    };
    let reading = Message::read_rest(header, stream, most);
    let message = timeout(limits.message, reading).await.ok()?.ok()?;
    if !visit.turn(What::Working) {
        return None;
    }
    let request = message.request().ok()?;
    // A node that takes up another bundle starts again, and its connections end.
    let state = cluster.world.state()?;
    if state.bundle != session.state.bundle {
        return None;
    }
    session.state = state;
    let body = respond(session, &request);
    if request.is_unanswered {
        return Some(Vec::new());
    }
    session.answers = session.answers.wrapping_add(1);
    answer(request.form, session.answers, message.id, &body).ok()
}
