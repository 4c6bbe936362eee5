//! Holds the engine of `pki` against OpenSSL, case by case, and keeps the score.

mod tally;

pub use tally::{Count, Tally};

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use pki::verify::{self, Level, Profile, TrustStore};
use pki::{Certificate, Timestamp};

use crate::judge::{self, Place, Question};
use crate::{Case, Purpose};

const LEVELS: [Level; 2] = [Level::One, Level::Two];

/// What came of one verification, in terms that both sides have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// `None`: the engine leaves it open.
    pub accepted: Option<bool>,
    pub errors: Vec<(u16, u32)>,
    pub final_error: u16,
    /// The chain as built, the leaf first.
    pub path: Vec<Vec<u8>>,
}

impl Answer {
    /// In words: `refused: 20@0 21@0 (final 21)`.
    pub fn describe(&self) -> String {
        let mut text = String::from(match self.accepted {
            Some(true) => "accepted",
            Some(false) => "refused:",
            None => "undetermined",
        });
        for (code, depth) in &self.errors {
            let _ = write!(text, " {code}@{depth}");
        }
        let _ = write!(text, " (final {})", self.final_error);
        text
    }
}

/// Compares both sides on every certificate of a case and, when all that either can parse can be
/// parsed by both, on the chain at both security levels. Certificates that neither parses are
/// left out of the chain. `seed` names the case in the tally.
pub fn compare(case: &Case, seed: u64, tally: &mut Tally) {
    let mut comparable = true;
    let mut usable = |der: &Vec<u8>| {
        let ours = catch_unwind(|| Certificate::from_der(der).is_ok());
        let theirs = judge::parses(der);
        let agree = ours.as_ref().is_ok_and(|ours| *ours == theirs);
        tally.parse.add(agree);
        match ours {
            Ok(_) if agree => {}
            Ok(true) => tally.note(seed, "parse: taken here, refused by OpenSSL".to_owned()),
            Ok(false) => tally.note(seed, "parse: refused here, taken by OpenSSL".to_owned()),
            Err(_) => tally.panicked(seed, "parse"),
        }
        comparable &= agree;
        theirs
    };
    let leaf_usable = usable(&case.leaf);
    let mut keep = |list: &[Vec<u8>]| -> Vec<Vec<u8>> {
        list.iter().filter(|der| usable(der)).cloned().collect()
    };
    let parsable = Case {
        leaf: case.leaf.clone(),
        sent: keep(&case.sent),
        store: keep(&case.store),
        at: case.at,
    };
    if !(leaf_usable && comparable) {
        return;
    }
    for level in LEVELS {
        let Some(theirs) = ask_openssl(&parsable, level) else {
            continue;
        };
        let ours = catch_unwind(AssertUnwindSafe(|| ask_engine(&parsable, level)));
        let Ok(Some(ours)) = ours else {
            tally.verdict.add(false);
            tally.list.add(false);
            tally.panicked(seed, "verify");
            continue;
        };
        score(seed, &ours, &theirs, tally);
    }
}

fn score(seed: u64, ours: &Answer, theirs: &Answer, tally: &mut Tally) {
    let word = |answer: &Answer| match answer.accepted {
        Some(true) => "accepted",
        Some(false) => "refused",
        None => "undetermined",
    };
    let same_verdict = ours.accepted == theirs.accepted;
    let same_list =
        same_verdict && ours.errors == theirs.errors && ours.final_error == theirs.final_error;
    tally.verdict.add(same_verdict);
    tally.list.add(same_list);
    // Bytes behind a certificate are not of it, and the engine does not keep them.
    let same_path = ours.path.len() == theirs.path.len()
        && ours
            .path
            .iter()
            .zip(&theirs.path)
            .all(|(ours, theirs)| theirs.starts_with(ours));
    tally.path.add(same_path);
    if ours.accepted.is_none() {
        tally.undetermined += 1;
    }
    if !same_list {
        let what = if same_verdict { "list" } else { "verdict" };
        let mut kind = format!("{what}: {} -> {}", word(ours), word(theirs));
        kind.push_str(&difference(ours, theirs));
        tally.note(seed, kind);
    } else if !same_path {
        tally.note(seed, "path: same list, another path".to_owned());
    }
}

/// Which error numbers only one side has, without their depths, so that like falls to like.
fn difference(ours: &Answer, theirs: &Answer) -> String {
    let mut only_theirs: Vec<u16> = theirs.errors.iter().map(|(code, _)| *code).collect();
    let mut only_ours = Vec::new();
    for (code, _) in &ours.errors {
        match only_theirs.iter().position(|other| other == code) {
            Some(place) => {
                only_theirs.remove(place);
            }
            None => only_ours.push(*code),
        }
    }
    only_theirs.dedup();
    only_ours.dedup();
    if only_ours.is_empty() && only_theirs.is_empty() {
        if ours.final_error == theirs.final_error {
            ", same numbers at other depths or in another order".to_owned()
        } else {
            format!(", final {} -> {}", ours.final_error, theirs.final_error)
        }
    } else {
        format!(", only here {only_ours:?}, only OpenSSL {only_theirs:?}")
    }
}

/// What OpenSSL says of a case; nothing when it cannot parse a certificate of it.
pub fn ask_openssl(case: &Case, level: Level) -> Option<Answer> {
    let verdict = judge::verify(&Question {
        leaf: &case.leaf,
        sent: &case.sent,
        store: &case.store,
        at: case.at,
        purpose: Purpose::Client,
        level: level.number(),
    })
    .ok()?;
    let path = verdict.chain.iter().map(|place| match place {
        Place::Leaf => &case.leaf,
        Place::Sent(n) => &case.sent[*n],
        Place::Store(n) => &case.store[*n],
    });
    Some(Answer {
        accepted: Some(verdict.accepted()),
        path: path.cloned().collect(),
        errors: verdict.errors,
        final_error: verdict.final_error,
    })
}

/// What the engine says of a case; nothing when it cannot parse a certificate of it.
pub fn ask_engine(case: &Case, level: Level) -> Option<Answer> {
    let parse = |der: &Vec<u8>| Certificate::from_der(der).map(Arc::new);
    let parse_all = |list: &[Vec<u8>]| list.iter().map(parse).collect::<Result<Vec<_>, _>>();
    let leaf = parse(&case.leaf).ok()?;
    let sent = parse_all(&case.sent).ok()?;
    let store = Arc::new(TrustStore::new(parse_all(&case.store).ok()?));
    let profile = Profile {
        level,
        purpose: verify::Purpose::TlsClient,
        at: Timestamp::from_unix(case.at),
    };
    let verdict = verify::verify(&leaf, &sent, &store, profile);
    Some(Answer {
        accepted: verdict.accepted(),
        errors: verdict
            .errors
            .iter()
            .map(|error| {
                (
                    error.code.number(),
                    u32::try_from(error.depth).unwrap_or(u32::MAX),
                )
            })
            .collect(),
        final_error: verdict.final_error.map_or(0, |error| error.code.number()),
        path: verdict.path.iter().map(|one| one.der().to_vec()).collect(),
    })
}
