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

/// Calls `each` for every client in whose verdict one of `codes` was raised at a depth that `at`
/// admits, with the depth of the first one.
fn for_each_refusal(
    case: &Case,
    codes: &[Code],
    at: impl Fn(usize) -> bool,
    mut each: impl FnMut(usize, &Judged, usize),
) {
    for_each_client(case, |_, leaf, judged| {
        let hit = judged
            .errors
            .iter()
            .find(|error| codes.contains(&error.code) && at(error.depth));
        if let Some(error) = hit {
            each(leaf, judged, error.depth);
        }
    });
}

fn is_leaf(depth: usize) -> bool {
    depth == 0
}

fn anywhere(_: usize) -> bool {
    true
}

/// A finding about a client that is refused because of the certificate at `depth` of its chain.
fn because_of(
    rule: &Rule,
    case: &Case,
    (leaf, judged, depth): (usize, &Judged, usize),
    message: String,
    meaning: String,
    fix: String,
) -> Finding {
    let culprit = judged.path.get(depth).copied().unwrap_or(leaf);
    let mut finding = rule.about(case, culprit, message, meaning, fix);
    let client = case.certificate(leaf).sha256();
    if culprit != leaf {
        finding.certificates.push(client);
    }
    finding.command = words::verify_command(case, leaf);
    finding
}

/// The title of the certificate at `depth` of a chain, in quotes.
fn at_depth(case: &Case, judged: &Judged, depth: usize) -> String {
    judged
        .path
        .get(depth)
        .map_or_else(String::new, |index| words::quoted(case, *index))
}

const REFUSED: &str = "The server refuses this client.";
