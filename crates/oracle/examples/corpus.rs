//! Writes what the fuzzers begin with into `fuzz/corpus`, from chains made from seeds: `cargo run
//! -p oracle --example corpus -- fuzz/corpus`.

#![allow(clippy::unwrap_used)]

use std::{fs, path::PathBuf};

use oracle::Case;

/// Chains whose certificates are of many kinds and small.
const SEEDS: [u64; 6] = [4, 28, 52, 104, 212, 314];

fn main() {
    let folder: PathBuf = std::env::args_os().nth(1).unwrap().into();
    let write = |target: &str, seed: u64, octets: &[u8]| {
        let folder = folder.join(target);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("seed-{seed}")), octets).unwrap();
    };
    for seed in SEEDS {
        let case = Case::from_seed(seed).unwrap();
        let pem = |ders: &[Vec<u8>]| -> Vec<u8> {
            let texts: Vec<String> = ders.iter().map(|der| pki::input::to_pem(der)).collect();
            texts.concat().into_bytes()
        };
        let client = pem(&[std::slice::from_ref(&case.leaf), &case.sent].concat());
        write("input", seed, &client);
        write("certificate", seed, &case.leaf);
        write(
            "names",
            seed,
            &oracle::name::Name::common(&format!("Jane {seed}")).to_der(),
        );
        let mut chain = piece(0, &case.leaf);
        chain.extend(case.sent.iter().flat_map(|der| piece(1, der)));
        chain.extend(case.store.iter().flat_map(|der| piece(2, der)));
        write("verification", seed, &chain);
        let pile = [piece(2, &pem(&case.store)), piece(0, &client)].concat();
        write("analysis", seed, &pile);
    }
}

/// A piece as `fuzz/pieces.rs` reads it.
fn piece(kind: u8, octets: &[u8]) -> Vec<u8> {
    let length = u16::try_from(octets.len()).unwrap();
    [&[kind][..], &length.to_be_bytes(), octets].concat()
}
