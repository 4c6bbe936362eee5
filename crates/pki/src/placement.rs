//! Where a person puts a certificate by hand.

use borsh::{BorshDeserialize, BorshSerialize};

/// What a certificate is there for, whatever its file says.
#[derive(BorshDeserialize, BorshSerialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// Into the bundle that the server trusts.
    Bundle,
    /// Among the clients.
    Client,
    /// Out of the bundle; whoever sends it along still does.
    NotTrusted,
    /// A client, out of the pile. What else its file holds is there for the same as before. An
    /// authority is [`Self::NotTrusted`] instead.
    Aside,
}
