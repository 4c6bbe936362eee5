//! A change to a project, as plain data: what Atlas has ([`facts`]), what the certificates come to
//! ([`judged`]), what a person decided ([`decision`], [`draft`]), and what follows from the three ([`wanted`], [`rows`],
//! [`bundle`], [`outlook`], and what needs somebody ([`attention`]).
//!
//! Nothing here knows of a screen, of a browser, or of a call.

pub(crate) mod arrival;
pub(crate) mod attention;
pub(crate) mod bundle;
pub(crate) mod consent;
pub(crate) mod decision;
pub(crate) mod draft;
pub(crate) mod drift;
pub(crate) mod facts;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod judged;
pub(crate) mod lookalike;
pub(crate) mod namespace;
pub(crate) mod outlook;
pub(crate) mod people;
pub(crate) mod problem;
pub(crate) mod refused;
pub(crate) mod roles;
pub(crate) mod rotation;
pub(crate) mod rows;
pub(crate) mod same;
pub(crate) mod stranger;
pub(crate) mod timeline;
pub(crate) mod wanted;
pub(crate) mod wrong;
