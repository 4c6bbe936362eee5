//! The engine against OpenSSL on a fixed number of seeds; `cargo xtask differential` takes more.

#![allow(clippy::unwrap_used)]

use oracle::compare::{Tally, compare};
use oracle::damage::damage;
use oracle::{Case, Chance};

#[test]
fn a_seed_always_gives_the_same_chain() {
    for seed in 0..50 {
        assert_eq!(
            Case::from_seed(seed).unwrap(),
            Case::from_seed(seed).unwrap()
        );
    }
}

#[test]
fn the_engine_agrees_with_openssl_on_generated_and_damaged_chains() {
    let mut tally = Tally::default();
    for seed in 0..400 {
        let mut case = Case::from_seed(seed).unwrap();
        if !seed.is_multiple_of(4) {
            damage(&mut Chance::new(!seed), &mut case);
        }
        compare(&case, seed, &mut tally);
    }
    println!("{tally}");
    assert!(tally.is_good_enough(), "{tally}");
}
