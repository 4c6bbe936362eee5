//! The fields of a body, as Atlas looks at them: unknown ones are refused, and so are values of
//! the wrong kind.

use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// A JSON object of which fields are asked.
pub(super) struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    pub(super) fn of(value: &'a Value) -> Result<Self, Refusal> {
        value.as_object().map(Self).ok_or(Refusal::InvalidJson)
    }

    /// Refuses fields of other names.
    pub(super) fn only(self, names: &[&str]) -> Result<Self, Refusal> {
        match self.0.keys().find(|key| !names.contains(&&key[..])) {
            Some(name) => Err(Refusal::InvalidAttribute {
                name: name.clone(),
                why: "is not known".to_owned(),
            }),
            None => Ok(self),
        }
    }

    /// The value of a field; null counts as not given.
    pub(super) fn value(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, Refusal> {
        self.as_kind(name, Value::as_str)
    }

    pub(super) fn list(&self, name: &str) -> Result<Option<&'a [Value]>, Refusal> {
        self.as_kind(name, |value| value.as_array().map(Vec::as_slice))
    }

    pub(super) fn required(&self, name: &'static str) -> Result<&'a str, Refusal> {
        self.text(name)?
            .filter(|text| !text.is_empty())
            .ok_or(Refusal::MissingAttribute { name })
    }

    /// One of the values that an enumeration has.
    pub(super) fn one_of(&self, name: &str, values: &[&str]) -> Result<Option<&'a str>, Refusal> {
        match self.text(name)? {
            Some(value) if !values.contains(&value) => Err(Refusal::InvalidEnum {
                name: name.to_owned(),
                value: value.to_owned(),
            }),
            value => Ok(value),
        }
    }

    fn as_kind<T>(
        &self,
        name: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        self.value(name)
            .map(|value| {
                read(value).ok_or_else(|| Refusal::InvalidJsonAttribute {
                    name: name.to_owned(),
                })
            })
            .transpose()
    }
}
