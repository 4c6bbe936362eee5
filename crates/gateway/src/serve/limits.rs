//! How patient and how large the server is.

use std::time::Duration;

/// Times and numbers, each the most that there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// What a client meets before anything has looked at what it asks. `request` is for a call to Atlas
    /// too.
    pub clients: connections::Limits,
    /// For a connection to Atlas: name, TCP, proxy and TLS together.
    pub upstream_connect: Duration,
    /// For a call to Atlas. Shorter than a request, so that the page is told which of the two was
    /// slow: a call that Atlas is slow to answer may have been carried out.
    pub upstream: Duration,
    /// How long a printed address can be opened.
    pub launch_code: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            clients: connections::Limits::USUAL,
            upstream_connect: Duration::from_secs(5),
            upstream: Duration::from_secs(25),
            launch_code: Duration::from_mins(10),
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
            clients,
            upstream,
            launch_code,
            ..
        } = Limits::default();
        let connections::Limits {
            head,
            request,
            idle,
            answer,
            connections,
            ..
        } = clients;
        let seconds = [head, request, idle, answer, launch_code].map(|time| time.as_secs());
        assert_eq!((seconds, connections), ([5, 30, 60, 30, 600], 128));
        assert!(
            upstream < request,
            "the page is told which of the two was slow"
        );
    }
}
