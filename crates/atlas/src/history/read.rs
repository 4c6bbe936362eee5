//! Reading an access history in pieces: twenty thousand entries in one answer would be a dozen
//! megabytes, which holds up whoever reads it in one go.

use std::collections::HashMap;

use super::{History, KEPT, MOST, Missing, when};
use crate::{
    Client, Error, Transport, calls,
    types::{AccessHistory, AccessLog, ProjectId},
};

/// How many entries are asked for at once.
const PIECE: usize = 2_000;

/// What was asked for, in milliseconds since 1970 as Atlas wants it.
#[derive(Clone, Copy)]
struct Window {
    start: i64,
    end: i64,
    most: usize,
}

impl<T: Transport> Client<T> {
    /// The access history of a cluster, read piece by piece. `now` is in seconds since 1970. `Err` is for
    /// the first piece; a history of which a later one fails says what is missing.
    pub async fn history(
        &self,
        project: &ProjectId,
        cluster: &str,
        now: i64,
    ) -> Result<History, Error> {
        let mut history = History::default();
        let mut window = Window {
            start: (now - KEPT).max(0) * 1_000,
            // The clock of whoever asks may be slow.
            end: (now + 3_600) * 1_000,
            most: PIECE,
        };
        let mut edge = Edge::default();
        let mut read = 0;
        loop {
            let piece = match self.piece(project, cluster, window).await {
                Ok(piece) => piece,
                Err(error) if read == 0 => return Err(error),
                Err(error) => return Ok(history.lacking(Missing::Rest(error.explain()))),
            };
            let is_last = piece.len() < window.most;
            let oldest = piece.last().and_then(|log| when::parse(&log.timestamp));
            read += history.take_piece(piece, &mut edge, oldest);
            if is_last {
                return Ok(history);
            }
            if read >= MOST {
                return Ok(history.lacking(Missing::Older));
            }
            window = match oldest.map(|oldest| oldest * 1_000 + 999) {
                Some(end) if end < window.end => Window {
                    end,
                    most: PIECE,
                    ..window
                },
                _ if window.most >= MOST => return Ok(history.lacking(Missing::Older)),
                // A second so full that a piece does not get beyond it.
                Some(_) => Window {
                    most: (window.most * 2).min(MOST),
                    ..window
                },
                // Where moments cannot be read there are no pieces: all of it, in one.
                None => {
                    (history, edge, read) = (History::default(), Edge::default(), 0);
                    Window {
                        end: (now + 3_600) * 1_000,
                        most: MOST,
                        ..window
                    }
                }
            };
        }
    }

    async fn piece(
        &self,
        project: &ProjectId,
        cluster: &str,
        window: Window,
    ) -> Result<Vec<AccessLog>, Error> {
        let Window { start, end, most } = window;
        let call = &calls::ACCESS_HISTORY;
        let path = call.path(&[project.as_str(), cluster]);
        let target = format!("{path}?start={start}&end={end}&nLogs={most}");
        let history: AccessHistory = self.read_target(call, &target).await?;
        Ok(history.access_logs)
    }
}

/// What was read of the second that a piece ends in, each entry with how often it was there: the next
/// piece begins with the same second.
type Edge = HashMap<AccessLog, usize>;

impl History {
    /// Takes a piece, without what the piece before had already. How many entries that were.
    fn take_piece(&mut self, piece: Vec<AccessLog>, edge: &mut Edge, oldest: Option<i64>) -> usize {
        let mut next = Edge::default();
        let mut taken = 0;
        for log in piece {
            let is_of_edge = oldest.is_some() && when::parse(&log.timestamp) == oldest;
            if is_of_edge {
                *next.entry(log.clone()).or_default() += 1;
            }
            if let Some(times) = edge.get_mut(&log).filter(|times| **times > 0) {
                *times -= 1;
                continue;
            }
            taken += 1;
            if log.auth_source.is_empty() || log.is_external() {
                self.take(log);
            } else {
                self.passwords += 1;
            }
        }
        *edge = next;
        taken
    }

    fn lacking(mut self, missing: Missing) -> Self {
        self.missing = Some(missing);
        self
    }
}
