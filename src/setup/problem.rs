//! What stands in the way of going on.

/// Something that stands in the way, and the element of the page where it can be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) text: String,
    /// The id of that element.
    pub(super) field: &'static str,
    /// Whether it goes away by itself, so that one only has to wait.
    pub(super) passes: bool,
}

impl Problem {
    /// Somebody has to do something.
    pub(super) fn new(field: &'static str, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            field,
            passes: false,
        }
    }

    /// It passes.
    pub(super) fn passing(field: &'static str, text: impl Into<String>) -> Self {
        Self {
            passes: true,
            ..Self::new(field, text)
        }
    }
}
