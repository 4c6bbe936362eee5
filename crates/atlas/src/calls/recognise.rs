//! From a concrete method and target back to the row of the table, for whoever decides what may
//! pass.
//!
//! Nothing of the target as it was written goes on: segments are decoded once, checked, and encoded
//! again by [`Recognised::target`].

use super::{Call, TABLE, decode_segment, is_place};

/// Atlas's limit for a user name (Administration API, `CloudDatabaseUser.username`).
pub(crate) const USERNAME_CHARACTERS: usize = 1_024;

/// Longer than any cluster name that Atlas gives (64).
const CLUSTER_NAME_CHARACTERS: usize = 64;

/// Longer than any value that a query of the table has.
const QUERY_VALUE_CHARACTERS: usize = 32;

/// A request that the table knows, with what varies in it, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The row.
    pub call: &'static Call,
    /// What stands in the places of the template, in order.
    pub values: Vec<String>,
    /// The query's names and values; both hold letters, digits and `_` alone.
    pub query: Vec<(String, String)>,
}

impl Recognised {
    /// The path and query below [`BASE`](super::BASE), encoded in the one way of this crate.
    pub fn target(&self) -> String {
        let values: Vec<&str> = self.values.iter().map(String::as_str).collect();
        let mut target = self.call.path(&values);
        for (index, (name, value)) in self.query.iter().enumerate() {
            target.push(if index == 0 { '?' } else { '&' });
            target.push_str(name);
            target.push('=');
            target.push_str(value);
        }
        target
    }
}

/// Looks up a method and a target (path and query, still encoded) below [`BASE`](super::BASE).
/// `None` is for everything that is not in the table or whose parts are not what they should be.
pub fn recognise(method: &str, target: &str) -> Option<Recognised> {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let segments = decoded_segments(path)?;
    TABLE
        .iter()
        .filter(|call| call.method.as_str() == method)
        .find_map(|call| {
            Some(Recognised {
                call,
                values: values(call, &segments)?,
                query: allowed_query(call, query)?,
            })
        })
}

/// The status of the system may be asked for with and without the slash.
fn decoded_segments(path: &str) -> Option<Vec<String>> {
    if matches!(path, "" | "/") {
        return Some(Vec::new());
    }
    path.strip_prefix('/')?
        .split('/')
        .map(decode_segment)
        .collect()
}

fn values(call: &Call, segments: &[String]) -> Option<Vec<String>> {
    let pairs = || call.segments().zip(segments);
    let fits = call.segments().count() == segments.len()
        && pairs().all(|(expected, segment)| {
            if is_place(expected) {
                is_allowed(expected, segment)
            } else {
                expected == segment
            }
        });
    fits.then(|| {
        let varying = pairs().filter(|(expected, _)| is_place(expected));
        varying.map(|(_, segment)| segment.clone()).collect()
    })
}

fn is_allowed(place: &str, value: &str) -> bool {
    match place {
        "{groupId}" | "{orgId}" | "{alertConfigId}" => is_object_id(value),
        "{clusterName}" => {
            (1..=CLUSTER_NAME_CHARACTERS).contains(&value.len())
                && value
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        }
        // A distinguished name holds any character behind the type of its first attribute.
        "{username}" => {
            begins_with_attribute(value) && value.chars().count() <= USERNAME_CHARACTERS
        }
        _ => false,
    }
}

/// Whether this begins as a distinguished name does: with a keyword or a dotted identifier and `=`
/// (RFC 4514, section 3). So it is no step in a path to any reader, and holds no key that somebody
/// took for a name.
fn begins_with_attribute(name: &str) -> bool {
    name.split_once('=').is_some_and(|(kind, _)| {
        let kind = kind.trim_matches(' ');
        !kind.is_empty()
            && kind
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
            && kind.starts_with(|first: char| first.is_ascii_alphanumeric())
    })
}

/// Whether this is how Atlas names projects and organisations: 24 hexadecimal digits.
pub(crate) fn is_object_id(value: &str) -> bool {
    value.len() == 24 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn allowed_query(call: &Call, query: Option<&str>) -> Option<Vec<(String, String)>> {
    let Some(query) = query.filter(|query| !query.is_empty()) else {
        return Some(Vec::new());
    };
    query
        .split('&')
        .map(|pair| {
            let (name, value) = pair.split_once('=')?;
            let plain = (1..=QUERY_VALUE_CHARACTERS).contains(&value.len())
                && value
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            (call.query.contains(&name) && plain).then(|| (name.to_owned(), value.to_owned()))
        })
        .collect()
}
