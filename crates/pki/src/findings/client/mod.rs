//! What is to be said of clients: why each one is refused, and what surprises the accepted ones.

mod chain;
mod handshake;
mod limit;
mod refusal;
mod surprise;
mod user;

pub(super) use chain::*;
pub(super) use handshake::*;
pub(super) use limit::*;
pub(super) use refusal::*;
pub(super) use surprise::*;
pub(super) use user::*;

use super::{Rule, words};
use crate::{
    Certificate,
    case::{Case, ClientCase, Judged},
    report::Finding,
    verify::Code,
};

/// Calls `each` for every client whose certificate could be read, and whose verdict is there.
fn for_each_client(case: &Case, mut each: impl FnMut(&ClientCase, usize, &Judged)) {
    for client in &case.clients {
        if let (Some(leaf), Some(judged)) = (client.leaf, &client.sends_all) {
            each(client, leaf, judged);
        }
    }
}

/// A rule that says of each client why it is refused: for which errors, and what.
#[derive(Debug)]
pub(super) struct Refusal {
    codes: &'static [Code],
    at: At,
    say: fn(&Case, Refused<'_>) -> Said,
}

/// At which depth of a chain an error counts.
#[derive(Clone, Copy, Debug)]
enum At {
    Leaf,
    /// At a leaf of which this is true.
    LeafThat(fn(&Certificate) -> bool),
    Above,
    Anywhere,
}

/// A client that is refused.
#[derive(Clone, Copy, Debug)]
struct Refused<'a> {
    leaf: usize,
    judged: &'a Judged,
    /// Where the error was raised.
    depth: usize,
}

/// What a rule says of a client.
#[derive(Debug)]
struct Said {
    message: String,
    meaning: &'static str,
    fix: Fix,
}

#[derive(Debug)]
enum Fix {
    OfTheRule,
    /// The rule's, and whether the user name stays.
    KeepingTheName,
    This(String),
}

impl Said {
    /// That the server refuses the client, and the rule's own remedy.
    fn that(message: String) -> Self {
        Self {
            message,
            meaning: REFUSED,
            fix: Fix::OfTheRule,
        }
    }

    fn meaning(self, meaning: &'static str) -> Self {
        Self { meaning, ..self }
    }

    fn keeping_the_name(self) -> Self {
        let fix = Fix::KeepingTheName;
        Self { fix, ..self }
    }

    fn fix(self, fix: String) -> Self {
        let fix = Fix::This(fix);
        Self { fix, ..self }
    }
}

impl Refusal {
    pub(super) fn find(&self, rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
        for_each_refusal(case, self.codes, self.at, |refused| {
            found.push(refused.finding(rule, case, (self.say)(case, refused)));
        });
    }
}

impl Refused<'_> {
    /// The certificate at which the error was raised.
    fn culprit(self) -> usize {
        let raised_at = self.judged.path.get(self.depth);
        raised_at.copied().unwrap_or(self.leaf)
    }

    fn finding(self, rule: &Rule, case: &Case, said: Said) -> Finding {
        let Said {
            message,
            meaning,
            fix,
        } = said;
        let fix = match fix {
            Fix::OfTheRule => rule.fix.to_owned(),
            Fix::KeepingTheName => rule.fix.to_owned() + &words::user_name_stays(case, self.leaf),
            Fix::This(fix) => fix,
        };
        let culprit = self.culprit();
        let mut finding = rule.about(case, culprit, message, meaning.to_owned(), fix);
        if culprit != self.leaf {
            let client = case.certificate(self.leaf).sha256();
            finding.certificates.push(client);
        }
        finding.command = words::verify_command(case, self.leaf);
        finding
    }
}

impl At {
    fn admits(self, leaf: &Certificate, depth: usize) -> bool {
        match self {
            Self::Leaf => depth == 0,
            Self::LeafThat(is_so) => depth == 0 && is_so(leaf),
            Self::Above => depth > 0,
            Self::Anywhere => true,
        }
    }
}

/// Calls `each` for every client in whose verdict one of `codes` was raised at a depth that `at`
/// admits, for the first one.
fn for_each_refusal(case: &Case, codes: &[Code], at: At, mut each: impl FnMut(Refused<'_>)) {
    for_each_client(case, |_, leaf, judged| {
        let hit = judged.errors.iter().find(|error| {
            codes.contains(&error.code) && at.admits(case.certificate(leaf), error.depth)
        });
        if let Some(error) = hit {
            let depth = error.depth;
            each(Refused {
                leaf,
                judged,
                depth,
            });
        }
    });
}

/// The title of the certificate at `depth` of a chain, in quotes.
fn at_depth(case: &Case, judged: &Judged, depth: usize) -> String {
    judged
        .path
        .get(depth)
        .map_or_else(String::new, |index| words::quoted(case, *index))
}

const REFUSED: &str = "The server refuses this client.";
