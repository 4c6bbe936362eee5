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

use super::clock::Clock;

/// For so long after its coming a connection goes after all those that have been there for longer,
/// whatever these are doing: a request that was sent at once is answered within it.
const FRESH: Duration = Duration::from_millis(100);

/// How many connections may be there beyond the places, because they were told to leave and did not
/// get to it. Without an end to it, accepting would outrun answering.
const LEAVING: usize = 16;

/// How often it is looked, when no place can be given away, whether one can.
const AGAIN: Duration = Duration::from_millis(100);

pub(super) struct Room {
    places: usize,
    guests: Mutex<Guests>,
    left: Notify,
}

#[derive(Default)]
struct Guests {
    here: Vec<Arc<Guest>>,
    leaving: usize,
}

struct Guest {
    clock: Clock,
    came: Instant,
    told_to_leave: Notify,
}

/// A connection's place. It is free again when this is gone.
pub(super) struct Place {
    room: Arc<Room>,
    guest: Arc<Guest>,
}

impl Room {
    pub(super) fn new(places: usize) -> Arc<Self> {
        Arc::new(Self {
            places,
            guests: Mutex::default(),
            left: Notify::new(),
        })
    }

    /// A place for a connection with this clock, as soon as there is one.
    pub(super) async fn enter(self: &Arc<Self>, clock: Clock) -> Place {
        let guest = Arc::new(Guest {
            clock,
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
    fn seat(&self, guest: &Arc<Guest>) -> bool {
        let mut guests = self.guests();
        if guests.leaving >= LEAVING {
            return false;
        }
        if guests.here.len() >= self.places {
            let now = Instant::now();
            let rank = |it: &Guest| {
                let waiting = it.clock.waiting_since()?;
                let is_fresh = now.duration_since(it.came) < FRESH;
                Some((is_fresh, if is_fresh { it.came } else { waiting }))
            };
            let waiting = guests.here.iter().enumerate();
            let first = waiting.filter_map(|(at, it)| Some((rank(it)?, at))).min();
            // It may have begun to work meanwhile.
            let Some((_, at)) = first.filter(|(_, at)| guests.here[*at].clock.end()) else {
                return false;
            };
            guests.here.swap_remove(at).told_to_leave.notify_one();
            guests.leaving += 1;
        }
        guests.here.push(Arc::clone(guest));
        true
    }

    fn guests(&self) -> MutexGuard<'_, Guests> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Ends when the place is wanted for somebody else.
    pub(super) async fn wanted(&self) {
        self.guest.told_to_leave.notified().await;
    }
}

impl Drop for Place {
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
