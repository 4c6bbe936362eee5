//! Where in the dropped files a thing was found.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::Serialize;

/// A place in a file: what a message names so that a person can go and look.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Source {
    /// The file's name, as it was dropped or given on the command line.
    pub file: String,
    /// The line (from 1) on which the block begins; `None` in a binary file.
    pub line: Option<usize>,
    /// The offset in bytes (from 0) at which the block begins.
    pub offset: usize,
}
