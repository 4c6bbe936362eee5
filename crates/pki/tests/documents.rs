//! The documents that are made from the rules are those that the rules make. With
//! `ATLAS_X509_UPDATE` set, they are written anew first.

#![allow(clippy::unwrap_used)]

use std::{env, fs};

#[test]
fn the_list_of_findings_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/findings.md");
    let document = pki::findings::document();
    if env::var_os("ATLAS_X509_UPDATE").is_some() {
        fs::write(path, &document).unwrap();
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == document,
        "docs/findings.md is not what the rules say; `cargo xtask docs` writes it"
    );
}
