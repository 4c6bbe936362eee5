//! The engine that takes the place of the one that a page loads first, as a module.

// What JavaScript calls is in the library.
use engine as _;

fn main() {}
