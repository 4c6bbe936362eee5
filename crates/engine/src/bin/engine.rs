//! The engine that a page loads first, or that the npm package has, as a module.

// What JavaScript calls is in the library.
use engine as _;

fn main() {}
