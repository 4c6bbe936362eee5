//! A cluster that a client can log in to.
