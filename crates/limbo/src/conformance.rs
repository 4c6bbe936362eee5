//! Holds the engine of `pki` against recorded verdicts.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use pki::Certificate;
use pki::verify::{self, Level, Profile, Purpose, TrustStore};

use crate::{Case, Config, Recorded, Verdicts};

/// What the engine says of a case, in the terms of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    ParseError,
    Verdict {
        /// `None`: the engine leaves it open.
        ok: Option<bool>,
        errors: Vec<(u16, u32)>,
    },
    Panic,
}

/// The score of a suite.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// Cases that have a recorded verdict.
    pub of: usize,
    pub verdicts: usize,
    pub full_lists: usize,
    pub panics: usize,
    /// A line for every case on which the engine and the record differ.
    pub disagreements: Vec<String>,
}

impl Score {
    /// Whether the engine is as near to OpenSSL as the project asks: of the 208 chains of the
    /// core suite at least 206 verdicts and 205 full lists, and no panic; other suites in
    /// proportion.
    pub fn is_good_enough(&self) -> bool {
        self.verdicts * 208 >= self.of * 206
            && self.full_lists * 208 >= self.of * 205
            && self.panics == 0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "agree: verdict {}/{of}, full list {}/{of}, panics {}",
            self.verdicts,
            self.full_lists,
            self.panics,
            of = self.of,
        )
    }
}

/// Runs every case that has a verdict under the setting called `name`.
pub fn run(cases: &[Case], verdicts: &Verdicts, name: &str, config: Config) -> Score {
    let mut score = Score::default();
    for case in cases {
        let Some(recorded) = verdicts.of(&case.id, name) else {
            continue;
        };
        let at = case.at.unwrap_or(verdicts.null_time_means);
        let profile = Profile {
            level: if config.level == 1 {
                Level::One
            } else {
                Level::Two
            },
            purpose: if config.by_kind && case.is_server {
                Purpose::TlsServer
            } else {
                Purpose::TlsClient
            },
            at,
        };
        let answer = catch_unwind(AssertUnwindSafe(|| ask(case, profile))).unwrap_or(Answer::Panic);
        score.of += 1;
        score.panics += usize::from(answer == Answer::Panic);
        let (verdict, full_list) = agree(&answer, recorded);
        score.verdicts += usize::from(verdict);
        score.full_lists += usize::from(full_list);
        if !full_list {
            score
                .disagreements
                .push(format!("{}: here {answer}, recorded {recorded}", case.id));
        }
    }
    score
}

/// Whether verdict and full list agree.
fn agree(answer: &Answer, recorded: &Recorded) -> (bool, bool) {
    match (answer, recorded) {
        (Answer::ParseError, Recorded::ParseError) => (true, true),
        (
            Answer::Verdict { ok, errors },
            Recorded::Verdict {
                ok: recorded_ok,
                errors: recorded_errors,
            },
        ) => {
            let verdict = *ok == Some(*recorded_ok);
            (verdict, verdict && errors == recorded_errors)
        }
        _ => (false, false),
    }
}

fn ask(case: &Case, profile: Profile) -> Answer {
    let parse = |der: &Vec<u8>| Certificate::from_der(der).ok().map(Arc::new);
    let Some(leaf) = parse(&case.leaf) else {
        return Answer::ParseError;
    };
    let sent: Vec<_> = case.sent.iter().filter_map(parse).collect();
    let store = Arc::new(TrustStore::new(case.trusted.iter().filter_map(parse)));
    let verdict = verify::verify(&leaf, &sent, &store, profile);
    Answer::Verdict {
        ok: verdict.accepted(),
        errors: verdict
            .errors
            .iter()
            .map(|error| {
                let depth = u32::try_from(error.depth).unwrap_or(u32::MAX);
                (error.code.number(), depth)
            })
            .collect(),
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ParseError => f.write_str("not parsed"),
            Self::Panic => f.write_str("panic"),
            Self::Verdict { ok, errors } => {
                f.write_str(match ok {
                    Some(true) => "accepted",
                    Some(false) => "refused",
                    None => "undetermined",
                })?;
                list(f, errors)
            }
        }
    }
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ParseError => f.write_str("not parsed"),
            Self::Verdict { ok, errors } => {
                f.write_str(if *ok { "accepted" } else { "refused" })?;
                list(f, errors)
            }
        }
    }
}

/// Errors as ` [code@depth]`, as OpenSSL's users are used to read them.
fn list(f: &mut fmt::Formatter<'_>, errors: &[(u16, u32)]) -> fmt::Result {
    for (code, depth) in errors {
        write!(f, " [{code}@{depth}]")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_open_is_a_miss() {
        let recorded = Recorded::Verdict {
            ok: true,
            errors: Vec::new(),
        };
        for (ok, agreed) in [(Some(true), true), (Some(false), false), (None, false)] {
            let answer = Answer::Verdict {
                ok,
                errors: Vec::new(),
            };
            assert_eq!(agree(&answer, &recorded), (agreed, agreed), "{ok:?}");
        }
        assert_eq!(agree(&Answer::ParseError, &recorded), (false, false));
    }

    #[test]
    fn the_score_is_said_on_one_line() {
        let score = Score {
            of: 208,
            verdicts: 206,
            full_lists: 205,
            ..Score::default()
        };
        assert!(score.is_good_enough());
        assert_eq!(
            score.to_string(),
            "agree: verdict 206/208, full list 205/208, panics 0"
        );
    }
}
