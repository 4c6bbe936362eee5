//! Room for a number of connections. When it is full, one that waits for its client goes at once, so
//! that the next can be accepted: whoever opens many and leaves them so, asks for little all the
//! time, or knocks without end keeps nobody else out. One that works for its client stays, for a
//! change may be on its way to Atlas.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

/// A connection, as far as a room has to know it.
pub trait Visitor: Send + Sync {
    /// Since when it has waited for its client with nothing moving. `None`: the client waits for us.
    fn waiting_since(&self) -> Option<Instant>;

    /// Ends it, and nothing more is begun for its client. `false`: the client waits for us.
    fn end(&self) -> bool;

    /// Whether it goes after all those of which that is not said.
    fn is_known(&self) -> bool {
        false
    }
}

/// For so long after its coming a connection goes after all those that have been there for longer,
/// whatever these are doing: a request that was sent at once is answered within it.
const FRESH: Duration = Duration::from_millis(100);

/// How many connections may be there beyond the places, because they were told to leave and did not
/// get to it. Without an end to it, accepting would outrun answering.
const LEAVING: usize = 16;

/// How often it is looked, when no place can be given away, whether one can.
const AGAIN: Duration = Duration::from_millis(100);

/// So many places.
pub struct Room<V> {
    places: usize,
    guests: Mutex<Guests<V>>,
    left: Notify,
}

struct Guests<V> {
    here: Vec<Arc<Guest<V>>>,
    leaving: usize,
}

struct Guest<V> {
    visitor: V,
    came: Instant,
    told_to_leave: Notify,
}

/// A connection's place. It is free again when this is gone.
pub struct Place<V: Visitor> {
    room: Arc<Room<V>>,
    guest: Arc<Guest<V>>,
}

impl<V: Visitor> Room<V> {
    pub fn new(places: usize) -> Arc<Self> {
        Arc::new(Self {
            places,
            guests: Mutex::new(Guests {
                here: Vec::new(),
                leaving: 0,
            }),
            left: Notify::new(),
        })
    }

    /// A place for a connection, as soon as there is one.
    pub async fn enter(self: &Arc<Self>, visitor: V) -> Place<V> {
        let guest = Arc::new(Guest {
            visitor,
            came: Instant::now(),
            told_to_leave: Notify::new(),
        });
        while !self.seat(&guest) {
            let _ = timeout(AGAIN, self.left.notified()).await;
        }
        Place {
            room: Arc::clone(self),
            guest,
        }
    }

    /// Gives it a place, that of another one if need be. `false`: there is none to be had.
    fn seat(&self, guest: &Arc<Guest<V>>) -> bool {
        let mut guests = self.guests();
        if guests.leaving >= LEAVING {
            return false;
        }
        if guests.here.len() >= self.places {
            let now = Instant::now();
            let rank = |it: &Guest<V>| {
                let waiting = it.visitor.waiting_since()?;
                let is_fresh = now.duration_since(it.came) < FRESH;
                let since = if is_fresh { it.came } else { waiting };
                Some((it.visitor.is_known(), is_fresh, since))
            };
            let waiting = guests.here.iter().enumerate();
            let first = waiting.filter_map(|(at, it)| Some((rank(it)?, at))).min();
            // It may have begun to work meanwhile.
            let Some((_, at)) = first.filter(|(_, at)| guests.here[*at].visitor.end()) else {
                return false;
            };
            guests.here.swap_remove(at).told_to_leave.notify_one();
            guests.leaving += 1;
        }
        guests.here.push(Arc::clone(guest));
        true
    }

    fn guests(&self) -> MutexGuard<'_, Guests<V>> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Visitor> Place<V> {
    /// Ends when the place is wanted for somebody else.
    pub async fn wanted(&self) {
        self.guest.told_to_leave.notified().await;
    }
}

impl<V: Visitor> Drop for Place<V> {
    fn drop(&mut self) {
        let mut guests = self.room.guests();
        let mut here = guests.here.iter();
        let at = here.position(|guest| Arc::ptr_eq(guest, &self.guest));
        match at {
            Some(at) => drop(guests.here.swap_remove(at)),
            // It was told to leave.
            None => guests.leaving = guests.leaving.saturating_sub(1),
        }
        self.room.left.notify_one();
    }
}
