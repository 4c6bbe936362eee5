//! Who logs in to a cluster. Of the clients that are only said to be there it is how often: their history of a week is
//! told from that when somebody asks, for written down it would be most of the state. Who really came is written down.

use std::{net::IpAddr, time::Duration};

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// How far back Atlas tells: seven days.
pub(crate) const KEPT: Duration = Duration::from_hours(7 * 24);

/// Of a project. Whoever knocks without end makes the older ones forgotten, not the state larger.
pub(crate) const MOST_LOGINS: usize = 2_000;

/// The longest name that is written down, in characters: as long as Atlas takes one.
const LONGEST_NAME: usize = 1_024;

/// Somebody who came to a cluster.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Login {
    pub(crate) at: Moment,
    pub(crate) cluster: String,
    pub(crate) username: String,
    pub(crate) address: String,
    /// Why it was refused; nothing when it was let in.
    pub(crate) refused: Option<String>,
}

impl Login {
    pub(crate) fn new(
        at: Moment,
        cluster: &str,
        username: &str,
        address: IpAddr,
        refused: Option<&str>,
    ) -> Self {
        Self {
            at,
            cluster: cluster.to_owned(),
            username: username.chars().take(LONGEST_NAME).collect(),
            address: address.to_string(),
            // With a name in it, mostly.
            refused: refused.map(|why| why.chars().take(2 * LONGEST_NAME).collect()),
        }
    }
}

/// A client that comes again and again, always with the same outcome.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Habit {
    /// Of the user, as the server derived it from the certificate.
    pub(crate) username: String,
    pub(crate) cluster: String,
    pub(crate) address: String,
    /// The time between two attempts, in minutes.
    pub(crate) every: u32,
    /// Without it: always has been.
    pub(crate) since: Option<Moment>,
    /// Without it: still does.
    pub(crate) until: Option<Moment>,
    /// Why it is refused; nothing when it is let in.
    pub(crate) refused: Option<String>,
}

impl Habit {
    /// The attempts from one moment to another one, the newest first.
    pub(crate) fn attempts(&self, start: Moment, end: Moment) -> impl Iterator<Item = Moment> {
        let step = i64::from(self.every.max(1)) * 60_000;
        // Clients do not all come on the minute.
        let late = self.username.bytes().map(i64::from).sum::<i64>() * 997 % step;
        let first = self.since.map_or(start, |since| since.max(start)).millis();
        let last = self.until.map_or(end, |until| until.min(end)).millis();
        let newest = (last - late).div_euclid(step) * step + late;
        (0..)
            .map(move |back| newest - back * step)
            .take_while(move |at| *at >= first)
            .map(Moment::from_millis)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    const MINUTE: i64 = 60_000;

    fn habit(since: Option<i64>, until: Option<i64>) -> Habit {
        Habit {
            username: String::new(),
            cluster: String::new(),
            address: String::new(),
            every: 10,
            since: since.map(Moment::from_millis),
            until: until.map(Moment::from_millis),
            refused: None,
        }
    }

    #[test]
    fn attempts_are_the_same_whoever_asks_when() {
        let minutes = |habit: &Habit, start: i64, end: i64| -> Vec<i64> {
            habit
                .attempts(
                    Moment::from_millis(start * MINUTE),
                    Moment::from_millis(end * MINUTE),
                )
                .map(|at| at.millis() / MINUTE)
                .collect()
        };
        assert_eq!(minutes(&habit(None, None), 0, 35), [30, 20, 10, 0]);
        assert_eq!(minutes(&habit(None, None), 5, 39), [30, 20, 10]);
        assert_eq!(minutes(&habit(Some(11 * MINUTE), None), 0, 35), [30, 20]);
        assert_eq!(minutes(&habit(None, Some(19 * MINUTE)), 0, 35), [10, 0]);
        assert_eq!(minutes(&habit(None, Some(19 * MINUTE)), 20, 35), [0_i64; 0]);
    }
}
