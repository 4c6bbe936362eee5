//! Views of a change, for whichever place makes one: the plan line by line, what has to be read before it
//! is applied, how far it has come, and the way back.

pub(crate) mod asked;
pub(crate) mod changed;
pub(crate) mod changes;
pub(crate) mod checklist;
pub(crate) mod clusters;
pub(crate) mod deciding;
pub(crate) mod difference;
pub(crate) mod expiry_alert;
pub(crate) mod exports;
pub(crate) mod former;
pub(crate) mod gate;
pub(crate) mod ldap;
pub(crate) mod off;
pub(crate) mod panel;
pub(crate) mod problems;
pub(crate) mod progress;
pub(crate) mod run;
pub(crate) mod seen;
pub(crate) mod standing;
pub(crate) mod trouble;
pub(crate) mod undo;
pub(crate) mod users;
pub(crate) mod ways;
