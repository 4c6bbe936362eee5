//! Who logs in to a cluster, and how often. The access history of a week is told from that when somebody asks,
//! for written down it would be most of the state.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// How far back Atlas tells: seven days.
pub(crate) const KEPT: Duration = Duration::from_hours(7 * 24);

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
