//! What stands in the way of going on.

/// Something that stands in the way, and the element of the page where it can be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) text: String,
    /// The id of that element.
    pub(crate) field: &'static str,
    /// Whether it goes away by itself, so that one only has to wait.
    pub(crate) passes: bool,
}

impl Problem {
    /// Somebody has to do something.
    pub(crate) fn new(field: &'static str, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            field,
            passes: false,
        }
    }

    /// It passes.
    pub(crate) fn passing(field: &'static str, text: impl Into<String>) -> Self {
        Self {
            passes: true,
            ..Self::new(field, text)
        }
    }
}
