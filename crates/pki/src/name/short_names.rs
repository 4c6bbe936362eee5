//! OpenSSL's short names of object identifiers (`OBJ_nid2sn`), which mongod and `openssl x509` put
//! before the value of an attribute.
//!
//! The list is what OpenSSL 3.0 knows, all of it: any identifier can be the type of an attribute.
//! Later versions add names, so an identifier that is dotted here may have a name there.

use crate::Oid;

/// The identifiers without their last arc, each followed by lines of last arcs and short names.
/// Those that occur in certificates come first, for the list is searched from the top.
const KNOWN: &str = include_str!("short_names.txt");

/// The short name of `oid`, if OpenSSL has one.
pub fn short_name(oid: &Oid) -> Option<&'static str> {
    let dotted = oid.dotted()?;
    let (parent, last) = dotted.rsplit_once('.')?;
    KNOWN
        .lines()
        .skip_while(|line| *line != parent)
        .skip(1)
        .map_while(|line| line.split_once(' '))
        .find_map(|(arc, name)| (arc == last).then_some(name))
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
        for line in KNOWN.lines() {
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
                let more = if at > 0 { 0x80 } else { 0 };
                octets.push((arc >> (7 * at)) as u8 & 0x7f | more);
            }
        }
        octets
    }
}
