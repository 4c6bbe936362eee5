//! Reading what may be absent, `null`, or one page of many.

use serde::{Deserialize, Deserializer};

/// `null` is the default value; for `#[serde(default, deserialize_with = …)]`.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// One page of a list.
#[derive(Debug, Deserialize)]
pub(crate) struct Page<T> {
    pub(crate) results: Vec<T>,
    #[serde(default, deserialize_with = "or_default")]
    links: Vec<Link>,
}

impl<T> Page<T> {
    /// Whether Atlas says that there is more. Its address is never followed: pages are counted.
    pub(crate) fn has_next(&self) -> bool {
        self.links.iter().any(|link| link.rel == "next")
    }
}

#[derive(Debug, Deserialize)]
struct Link {
    #[serde(default, deserialize_with = "or_default")]
    rel: String,
}
