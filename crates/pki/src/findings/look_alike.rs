//! What is to be said of clients whose names look alike and are not the same.

use std::collections::HashMap;

use super::{Rule, words};
use crate::{Name, case::Case, report::Finding};

/// Octets of a name up to which it is compared. No name that Atlas takes is longer.
const MAX_COMPARED: usize = 4_096;

/// Spellings of one name that are looked at; the first ones tell what is wrong.
const MAX_SPELLINGS: usize = 50;

/// A name without what people overlook: capitals, spaces and order. What separates the parts is no
/// octet of a text.
fn folded(name: &Name) -> Vec<u8> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for attribute in name.attributes() {
        let text = attribute.to_utf8().map(String::into_bytes);
        let mut value = text.unwrap_or_else(|| attribute.value.clone());
        value.retain(|octet| !octet.is_ascii_whitespace());
        value.make_ascii_lowercase();
        let part = [attribute.oid.content(), b"\0", &value].concat();
        let at = parts.partition_point(|smaller| *smaller < part);
        parts.insert(at, part);
    }
    parts.join(&0xff)
}

rule! {
    /// The user names of two clients differ in nothing but capitals, spaces or the order of their
    /// parts.
    ///
    /// To the server they are two users. Most often one is a renewal that was spelled otherwise,
    /// and then it is locked out.
    pub(super) LOOK_ALIKE = Warning "client.look-alike",
    fix: "If they are one client, issue the newer certificate again with the old spelling, or make a database user of the new name, too.",
    citation: "MongoDB manual, “Use x.509 Certificates to Authenticate Clients”",
    find: look_alike,
}

fn look_alike(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    let user_name = |leaf: usize| case.certificates[leaf].user_name.as_ref().ok();
    let leaves = case.clients.iter().filter_map(|client| client.leaf);
    let names: Vec<(usize, Vec<u8>)> = leaves
        .filter(|leaf| user_name(*leaf).is_some())
        .map(|leaf| (leaf, case.certificate(leaf).subject()))
        .filter(|(_, subject)| subject.canonical().len() <= MAX_COMPARED)
        .map(|(leaf, subject)| (leaf, folded(subject)))
        .collect();
    let mut alike: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (leaf, folded) in &names {
        let known = alike.entry(folded).or_default();
        let is_new = |known: &usize| user_name(*known) != user_name(*leaf);
        if known.len() < MAX_SPELLINGS && known.iter().all(is_new) {
            known.push(*leaf);
        }
    }
    for (leaf, folded) in &names {
        let Some(spellings) = alike.remove(&folded[..]).filter(|known| known.len() > 1) else {
            continue;
        };
        let told = words::list_of(
            &spellings,
            |leaf| {
                let name = user_name(*leaf).map_or("", |name| name);
                let file = &case.certificates[*leaf].source().file;
                format!("{} in “{file}”", words::user_name(name))
            },
            "",
        );
        let mut finding = rule.about(
            case,
            *leaf,
            format!("User names differ in nothing but capitals, spaces or order: {told}."),
            "To the server these are different users. If one is a renewal of the other, it has none of its rights.".to_owned(),
            rule.fix.to_owned(),
        );
        finding.certificates = spellings
            .iter()
            .map(|leaf| case.certificate(*leaf).sha256())
            .collect();
        found.push(finding);
    }
}
