//! OpenSSL's short names of object identifiers (`OBJ_nid2sn`), which mongod and `openssl x509` put
//! before the value of an attribute.
//!
//! The list is what OpenSSL 3.0 knows, all of it: any identifier can be the type of an attribute.
//! Later versions add names, so an identifier that is dotted here may have a name there.

use std::sync::LazyLock;

use crate::Oid;

/// Identifiers without their last arc, each followed by lines of last arcs and short names.
const LIST: &str = include_str!("short_names.txt");

/// Both parts of each dotted identifier, in order, with its short name.
static KNOWN: LazyLock<Vec<((&str, &str), &str)>> = LazyLock::new(|| {
    let mut parent = "";
    let mut known = Vec::new();
    for line in LIST.lines() {
        match line.split_once(' ') {
            Some((last, name)) => known.push(((parent, last), name)),
            None => parent = line,
        }
    }
    known.sort_unstable();
    known
});

/// The short name of `oid`, if OpenSSL has one.
pub fn short_name(oid: &Oid) -> Option<&'static str> {
    let dotted = oid.dotted()?;
    let wanted = dotted.rsplit_once('.')?;
    let at = KNOWN
        .binary_search_by(|(parts, _)| parts.cmp(&wanted))
        .ok()?;
    Some(KNOWN[at].1)
}

/// How an attribute of this type is called on a page: the short name, else the dotted form.
pub fn label(oid: &Oid) -> String {
    short_name(oid).map_or_else(|| oid.to_string(), str::to_owned)
}

/// `OBJ_obj2txt` into a buffer that holds this many characters: cut, not refused. `None` when the
/// identifier is too long to be printed at all.
pub(super) fn dotted_cut(oid: &Oid, characters: usize) -> Option<String> {
    let mut dotted = oid.dotted()?;
    dotted.truncate(characters);
    Some(dotted)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_line_of_the_list_is_found_and_none_is_there_twice() {
        let mut parent = "";
        let mut seen = std::collections::HashSet::new();
        for line in LIST.lines() {
            let Some((arc, name)) = line.split_once(' ') else {
                parent = line;
                continue;
            };
            let dotted = format!("{parent}.{arc}");
            let oid = Oid::from_content(&content(&dotted));
            assert_eq!(oid.dotted().as_ref(), Some(&dotted));
            assert_eq!(short_name(&oid), Some(name), "{dotted}");
            assert!(seen.insert(dotted));
        }
        assert_eq!(seen.len(), 1103);
    }

    #[test]
    fn a_neighbour_of_a_known_identifier_has_no_name() {
        for dotted in ["2.5.4.2", "2.5.4", "2.5.4.3.1", "2.5.4.999", "1.2.3.56"] {
            let known = short_name(&Oid::from_content(&content(dotted)));
            let expected = (dotted == "2.5.4").then_some("X509");
            assert_eq!(known, expected, "{dotted}");
        }
    }

    fn content(dotted: &str) -> Vec<u8> {
        let arcs: Vec<u64> = dotted.split('.').map(|arc| arc.parse().unwrap()).collect();
        let mut octets = Vec::new();
        let first = arcs[0] * 40 + arcs[1];
        for arc in std::iter::once(first).chain(arcs[2..].iter().copied()) {
            let septets = (64 - arc.leading_zeros()).div_ceil(7).max(1);
            for at in (0..septets).rev() {
                let septet = u8::try_from(arc >> (7 * at) & 0x7f).unwrap();
                octets.push(if at > 0 { septet | 0x80 } else { septet });
            }
        }
        octets
    }
}
