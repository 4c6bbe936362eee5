//! How a fuzzer's octets are cut into the pieces that a target wants: each piece begins with an
//! octet that says what it is, and two that say how long it is.

/// The pieces, each with what it is. The last one may be shorter than it says.
pub fn pieces(mut octets: &[u8]) -> Vec<(u8, &[u8])> {
    let mut pieces = Vec::new();
    while let [kind, high, low, rest @ ..] = octets {
        let length = usize::from(u16::from_be_bytes([*high, *low])).min(rest.len());
        let (piece, rest) = rest.split_at(length);
        pieces.push((*kind, piece));
        octets = rest;
    }
    pieces
}
