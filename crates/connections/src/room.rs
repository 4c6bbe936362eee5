//! Room for a number of connections. When it is full, the one that has been waiting for its client
//! the longest goes: whoever opens many and leaves them so, or asks for little all the time, keeps
//! nobody else out. One that works for its client stays, for a change may be on its way to Atlas.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

use super::clock::Clock;

/// What a client may take to send its request, or to read its answer, before its place can be given
/// to somebody else; and how long somebody else waits at the most for such a place, before the one
/// that is nearest to it goes.
const GRACE: Duration = Duration::from_secs(1);

/// How often it is looked, when no place can be given away, whether one can.
const AGAIN: Duration = Duration::from_millis(100);

pub(super) struct Room {
    places: usize,
    guests: Mutex<Vec<Arc<Guest>>>,
    left: Notify,
}

struct Guest {
    clock: Clock,
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
        if guests.len() >= self.places {
            let waiting = guests.iter().enumerate();
            let longest = waiting
                .filter_map(|(at, it)| Some((it.clock.waiting_since()?, at)))
                .min();
            let has_waited = |since: Instant| since.elapsed() >= GRACE;
            let is_late = guest.clock.waiting_since().is_some_and(has_waited);
            let Some((_, at)) = longest.filter(|(since, _)| is_late || has_waited(*since)) else {
                return false;
            };
            guests.swap_remove(at).told_to_leave.notify_one();
        }
        guests.push(Arc::clone(guest));
        true
    }

    fn guests(&self) -> MutexGuard<'_, Vec<Arc<Guest>>> {
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
        self.room
            .guests()
            .retain(|guest| !Arc::ptr_eq(guest, &self.guest));
        self.room.left.notify_one();
    }
}
