//! The users of a change: a card each, what each may do, and the same for several.

pub(crate) mod bulk;
pub(crate) mod card;
pub(crate) mod editor;
pub(crate) mod pair;
