//! A session with Atlas: what is known ([`state`]), and what takes time, on the way to Atlas and to the
//! engine ([`desk`], [`reading`], [`run`], [`history`]); what of it outlives a reload ([`storage`]), and the set-up as a file
//! ([`saved`]).
//!
//! Nothing here is shown: no place of the page is known, and no element is made.

pub(crate) mod asking;
pub(crate) mod desk;
pub(crate) mod history;
mod leaving;
pub(crate) mod outside;
pub(crate) mod reading;
pub(crate) mod run;
pub(crate) mod saved;
pub(crate) mod state;
pub(crate) mod storage;
