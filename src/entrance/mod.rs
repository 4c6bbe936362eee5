//! The way in, for every place that works with Atlas: the session that they share ([`session`]), the
//! connection and the project, and what is told in all of them.

pub(crate) mod connect;
pub(crate) mod lost;
pub(crate) mod project;
pub(crate) mod session;
pub(crate) mod told;
