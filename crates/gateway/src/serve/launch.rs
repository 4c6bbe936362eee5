//! How a tab comes by the token that its calls bear.
//!
//! The address that is printed holds a code, in the fragment, which browsers never send. The page
//! gives the code to `/api/launch` and gets the token, once and for ten minutes: browsers write
//! addresses down (history, sessions, favicons), and what they have written is worthless then.
//! A second use is said in the terminal, for the first one may have been somebody else's.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    refusal::{Code, Refusal},
    secret::Secret,
};

/// How many of the newest codes are known; older ones count as those of another start.
const CODES: usize = 16;

const USED: Refusal = Refusal::new(
    Code::LaunchCodeUsed,
    "This address was opened before, and it works once. Press Enter in the server's terminal for another one.",
);

const UNKNOWN: Refusal = Refusal::new(
    Code::LaunchCodeUnknown,
    "This address is too old, or of an earlier start of the server. Press Enter in the server's terminal for another one.",
);

const NO_CODE: Refusal = Refusal::new(
    Code::BodyUnreadable,
    "The body must be JSON with the code: {\"code\":\"…\"}.",
);

/// The token of this start of the server, and the codes that it is given for.
#[derive(Debug)]
pub(crate) struct Launch {
    token: Secret,
    /// The newest last.
    codes: Mutex<VecDeque<Issued>>,
    /// How long a code is good for.
    good_for: Duration,
}

#[derive(Debug)]
struct Issued {
    code: Secret,
    at: Instant,
    used: bool,
}

impl Launch {
    pub(crate) fn new(good_for: Duration) -> Result<Self, getrandom::Error> {
        Ok(Self {
            token: Secret::generate()?,
            codes: Mutex::default(),
            good_for,
        })
    }

    /// A new code, as text.
    pub(crate) fn code(&self) -> Result<String, getrandom::Error> {
        let code = Secret::generate()?;
        let text = code.reveal().to_owned();
        let mut codes = self.codes();
        if codes.len() == CODES {
            codes.pop_front();
        }
        codes.push_back(Issued {
            code,
            at: Instant::now(),
            used: false,
        });
        Ok(text)
    }

    /// Whether this is the token.
    pub(crate) fn is_token(&self, candidate: &[u8]) -> bool {
        self.token.is(candidate)
    }

    /// The token for a code that is neither used nor, at this moment, too old.
    fn exchange(&self, code: &str, now: Instant) -> Result<&str, Refusal> {
        let mut codes = self.codes();
        let issued = codes
            .iter_mut()
            .find(|issued| issued.code.is(code.as_bytes()))
            .ok_or(UNKNOWN)?;
        if issued.used {
            return Err(USED);
        }
        if now.saturating_duration_since(issued.at) > self.good_for {
            return Err(UNKNOWN);
        }
        issued.used = true;
        Ok(self.token.reveal())
    }

    /// What `POST /api/launch` answers to this body.
    pub(super) fn answer(&self, body: &[u8]) -> Result<Response, Refusal> {
        let asked: Asked = serde_json::from_slice(body).map_err(|_| NO_CODE)?;
        match self.exchange(&asked.code, Instant::now()) {
            Ok(token) => {
                let json_type = HeaderValue::from_static("application/json");
                let body = json!({ "token": token }).to_string();
                Ok(([(header::CONTENT_TYPE, json_type)], body).into_response())
            }
            Err(refusal) => {
                if refusal.code == Code::LaunchCodeUsed {
                    tracing::warn!(
                        "an address that was printed here was opened a second time, which is refused: press Enter for another one; if you did not open it before, somebody else did: press Ctrl-C and start again"
                    );
                }
                Err(refusal)
            }
        }
    }

    fn codes(&self) -> MutexGuard<'_, VecDeque<Issued>> {
        self.codes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Deserialize)]
struct Asked {
    code: String,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::serve::Limits;

    fn said(launch: &Launch, code: &str) -> Option<Code> {
        said_after(Duration::ZERO, launch, code)
    }

    fn said_after(time: Duration, launch: &Launch, code: &str) -> Option<Code> {
        let refused = launch.exchange(code, Instant::now() + time).err();
        refused.map(|refusal| refusal.code)
    }

    #[test]
    fn a_code_gives_the_token_once_and_each_has_its_own_turn() {
        let launch = Launch::new(Duration::from_mins(10)).unwrap();
        let (first, second) = (launch.code().unwrap(), launch.code().unwrap());
        assert!(launch.is_token(launch.exchange(&second, Instant::now()).unwrap().as_bytes()));
        assert_eq!(said(&launch, &second), Some(Code::LaunchCodeUsed));
        assert_eq!(said(&launch, &first), None);
        assert_eq!(said(&launch, &first), Some(Code::LaunchCodeUsed));
        for unknown in ["", &first[..42], launch.token.reveal()] {
            assert_eq!(said(&launch, unknown), Some(Code::LaunchCodeUnknown));
        }
        assert!(!launch.is_token(first.as_bytes()));
    }

    #[test]
    fn a_code_is_good_for_a_time_and_as_long_as_few_came_after_it() {
        let launch = Launch::new(Limits::default().launch_code).unwrap();
        let code = launch.code().unwrap();
        let (in_time, late) = (Duration::from_secs(598), Duration::from_secs(602));
        assert_eq!(
            said_after(late, &launch, &code),
            Some(Code::LaunchCodeUnknown)
        );
        assert_eq!(said_after(in_time, &launch, &code), None);

        let codes: Vec<String> = (0..=CODES).map(|_| launch.code().unwrap()).collect();
        assert_eq!(said(&launch, &codes[0]), Some(Code::LaunchCodeUnknown));
        assert_eq!(said(&launch, &codes[1]), None);
    }
}
