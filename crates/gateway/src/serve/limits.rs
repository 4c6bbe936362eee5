//! How patient and how large the server is.

use std::time::Duration;

/// Times and numbers, each the most that there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first byte of a request to the end of its head.
    pub head: Duration,
    /// From the end of the head to the answer.
    pub request: Duration,
    /// Between two requests of one connection.
    pub idle: Duration,
    /// From the answer being complete to its having left.
    pub answer: Duration,
    /// Connections at a time; for one more, the one that waits for its client the longest goes. A
    /// browser opens six.
    pub connections: usize,
    /// For a connection to Atlas: name, TCP, proxy and TLS together.
    pub upstream_connect: Duration,
    /// For a call to Atlas. Shorter than `request`, so that the page is told which of the two was
    /// slow: a call that Atlas is slow to answer may have been carried out.
    pub upstream: Duration,
    /// How long a printed address can be opened.
    pub launch_code: Duration,
    /// How long open requests may take to end after the server was told to stop.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(5),
            request: Duration::from_secs(30),
            idle: Duration::from_mins(1),
            answer: Duration::from_secs(30),
            connections: 128,
            upstream_connect: Duration::from_secs(5),
            upstream: Duration::from_secs(25),
            launch_code: Duration::from_mins(10),
            stop: Duration::from_secs(10),
        }
    }
}

impl Limits {
    /// Those that a client meets before anything has looked at what it asks.
    pub(super) fn of_connections(&self) -> connections::Limits {
        /// What an answer may take to leave after a request has been cut short: the request's own
        /// limit answers, before the connection is cut off.
        const GRACE: Duration = Duration::from_secs(5);
        connections::Limits {
            head: self.head,
            request: self.request + GRACE,
            idle: self.idle,
            answer: self.answer,
            connections: self.connections,
            stop: self.stop,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tests over sockets set limits of their own, so as not to wait.
    #[test]
    fn the_limits_are_those_that_the_documents_promise() {
        let Limits {
            head,
            request,
            idle,
            answer,
            connections,
            upstream,
            launch_code,
            ..
        } = Limits::default();
        let seconds = [head, request, idle, answer, launch_code].map(|time| time.as_secs());
        assert_eq!((seconds, connections), ([5, 30, 60, 30, 600], 128));
        assert!(
            upstream < request,
            "the page is told which of the two was slow"
        );
    }
}
