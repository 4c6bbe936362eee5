//! The bundle as a forest.

use std::collections::HashMap;

use crate::{case::Case, view::AuthorityNode};

/// How many authorities of one name are looked at to find the one above another: enough for every
/// honest bundle, and too few to make a dishonest one slow.
const MAX_PARENTS: usize = 16;

/// How deep the forest may grow; what stands deeper is put beside the roots. No chain is longer than
/// 102, and a screen that draws a tree should not have to fear for its stack.
const MAX_TREE_DEPTH: usize = 102;

/// The bundle as a forest, with the clients where they hang.
pub(super) fn forest(case: &Case) -> Vec<AuthorityNode> {
    let mut by_subject: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (index, held) in case.authorities() {
        by_subject
            .entry(held.certificate.subject().canonical())
            .or_default()
            .push(index);
    }
    let parent_of =
        |index: usize| {
            let child = case.certificate(index);
            if child.is_self_signed() {
                return None;
            }
            let candidates = by_subject.get(child.issuer().canonical())?;
            candidates.iter().take(MAX_PARENTS).copied().find(|parent| {
                *parent != index && child.is_likely_issued_by(case.certificate(*parent))
            })
        };
    let mut parents: HashMap<usize, usize> = case
        .bundle
        .iter()
        .filter_map(|index| Some((*index, parent_of(*index)?)))
        .collect();
    cut_rings(&case.bundle, &mut parents);
    let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut roots = Vec::new();
    for index in &case.bundle {
        match parents.get(index) {
            Some(parent) => children.entry(*parent).or_default().push(*index),
            None => roots.push(*index),
        }
    }
    let mut clients: HashMap<usize, Vec<usize>> = HashMap::new();
    for (number, client) in case.clients.iter().enumerate() {
        let chain = client
            .sends_all
            .iter()
            .flat_map(|judged| judged.path.iter().skip(1));
        let above = chain.copied().find(|index| case.is_in_bundle(*index));
        let issuer = above.or_else(|| client.leaf.and_then(parent_of));
        if let Some(issuer) = issuer {
            clients.entry(issuer).or_default().push(number);
        }
    }
    build(&roots, &mut children, &mut clients)
}

/// A ring of authorities that certify each other has no top: each is cut above the one of its
/// authorities that comes last in the bundle.
fn cut_rings(bundle: &[usize], parents: &mut HashMap<usize, usize>) {
    let places: HashMap<usize, usize> = bundle
        .iter()
        .enumerate()
        .map(|(place, index)| (*index, place))
        .collect();
    // On which walk upwards each was met first.
    let mut met: HashMap<usize, usize> = HashMap::new();
    for (walk, start) in bundle.iter().enumerate() {
        let mut at = *start;
        while !met.contains_key(&at) {
            met.insert(at, walk);
            match parents.get(&at) {
                Some(parent) => at = *parent,
                None => break,
            }
        }
        if met.get(&at) != Some(&walk) || !parents.contains_key(&at) {
            continue;
        }
        // The walk came back to where it had been: `at` is in a ring.
        let mut last = at;
        let mut here = parents[&at];
        while here != at {
            if places.get(&here) > places.get(&last) {
                last = here;
            }
            here = parents[&here];
        }
        parents.remove(&last);
    }
}

/// Turns the relation into nodes, without recursion: a chain may be as long as the bundle.
fn build(
    roots: &[usize],
    children: &mut HashMap<usize, Vec<usize>>,
    clients: &mut HashMap<usize, Vec<usize>>,
) -> Vec<AuthorityNode> {
    let node = |certificate: usize, clients: &mut HashMap<usize, Vec<usize>>| AuthorityNode {
        certificate,
        children: Vec::new(),
        clients: clients.remove(&certificate).unwrap_or_default(),
    };
    // Each with its parent's position and its depth.
    let mut order: Vec<(usize, Option<usize>, usize)> =
        roots.iter().map(|root| (*root, None, 1)).collect();
    let mut at = 0;
    while let Some((certificate, _, depth)) = order.get(at).copied() {
        let below = children.remove(&certificate).unwrap_or_default();
        let (parent, depth) = if depth < MAX_TREE_DEPTH {
            (Some(at), depth + 1)
        } else {
            (None, 1)
        };
        order.extend(below.into_iter().map(|child| (child, parent, depth)));
        at += 1;
    }
    // From the bottom up, so that every node is whole when it goes to its parent.
    let mut nodes: Vec<Option<AuthorityNode>> = order
        .iter()
        .map(|(certificate, ..)| Some(node(*certificate, clients)))
        .collect();
    let mut forest = Vec::new();
    for position in (0..order.len()).rev() {
        let Some(mut whole) = nodes[position].take() else {
            continue;
        };
        whole.children.reverse();
        match order[position].1.and_then(|parent| nodes[parent].as_mut()) {
            Some(parent) => parent.children.push(whole),
            None => forest.push(whole),
        }
    }
    forest.reverse();
    forest
}
