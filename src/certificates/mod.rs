//! Certificates and the verdicts on them, shown alike wherever somebody gives some.
//!
//! Plain data of `pki` becomes cards, findings and details here. What a place can do with a
//! certificate differs, and comes from the place ([`client::Extras`]). Nothing here knows of Atlas.

pub(crate) mod certificate;
pub(crate) mod client;
pub(crate) mod clients;
pub(crate) mod findings;
pub(crate) mod found;
pub(crate) mod keys;
pub(crate) mod locked;
pub(crate) mod openssl;
pub(crate) mod outcome;
pub(crate) mod unusable;
pub(crate) mod work;
