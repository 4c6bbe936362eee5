//! OpenSSL's short names of object identifiers (`OBJ_nid2sn`), which mongod and `openssl x509` put
//! before the value of an attribute.
//!
//! The list is what OpenSSL 3.0 knows, all of it: any identifier can be the type of an attribute.
//! Later versions add names, so an identifier that is dotted here may have a name there.

use std::sync::LazyLock;

use crate::Oid;

/// The list in order, each line told from the one before: as many arcs are left out at its end as
/// there are hyphens, then come arcs that are added, and behind a space the short name. A line
/// without a space is a short name alone, of an identifier whose last arc is one more.
const LIST: &str = include_str!("short_names.txt");

/// The arcs of each identifier, in order, with its short name.
static KNOWN: LazyLock<Vec<(Vec<u64>, &str)>> = LazyLock::new(|| {
    let mut arcs = Vec::new();
    let known = LIST.lines().map(|line| {
        let Some((difference, name)) = line.split_once(' ') else {
            if let Some(last) = arcs.last_mut() {
                *last += 1;
            }
            return (arcs.clone(), line);
        };
        let added = difference.trim_start_matches('-');
        let left_out = difference.len() - added.len();
        arcs.truncate(arcs.len().saturating_sub(left_out));
        arcs.extend(added.split('.').filter_map(|arc| arc.parse::<u64>().ok()));
        (arcs.clone(), name)
    });
    known.collect()
});

/// The arcs of every identifier that has a short name, and that.
pub fn all() -> impl Iterator<Item = (&'static [u64], &'static str)> {
    KNOWN.iter().map(|(arcs, name)| (arcs.as_slice(), *name))
}

/// The short name of `oid`, if OpenSSL has one.
pub fn short_name(oid: &Oid) -> Option<&'static str> {
    // An arc that is too large for a number is in no identifier of the list.
    let wanted = oid.arcs()?;
    let at = KNOWN.binary_search_by(|(arcs, _)| arcs.cmp(&wanted)).ok()?;
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
    fn every_identifier_of_the_list_is_found_and_none_is_there_twice() {
        assert_eq!(all().count(), 1103);
        assert!(all().is_sorted_by(|(before, _), (after, _)| before < after));
        for (arcs, name) in all() {
            let dotted: Vec<_> = arcs.iter().map(u64::to_string).collect();
            let dotted = dotted.join(".");
            let oid = Oid::from_content(&content(&dotted));
            assert_eq!(oid.dotted().as_ref(), Some(&dotted));
            assert_eq!(short_name(&oid), Some(name), "{dotted}");
        }
    }

    #[test]
    fn identifiers_are_told_from_the_line_before() {
        for (dotted, name) in [
            ("0.3.4401.5.3.1.9.1", "CAMELLIA-128-ECB"),
            ("0.9.2342.19200300.100.1.25", "DC"),
            ("1.2.840.113549.1.9.1", "emailAddress"),
            ("1.3.6", "DOD"),
            ("2.5.4.3", "CN"),
            ("2.5.4.100", "dnsName"),
            ("2.23.43.1.4.12", "wap-wsg-idm-ecid-wtls12"),
        ] {
            let known = short_name(&Oid::from_content(&content(dotted)));
            assert_eq!(known, Some(name), "{dotted}");
        }
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
