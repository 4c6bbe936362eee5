//! Piles made to hang a page: each is analysed in pieces of bounded work, with an end, and with the
//! same result however small the steps are.
//!
//! In a release build `cargo test --release -p pki --test hostile -- --nocapture` shows how long the
//! longest piece of each pile took.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation
)]

mod make;
mod piles;

use std::{
    thread,
    time::{Duration, Instant},
};

use pki::{
    Timestamp,
    analysis::{Analysis, Pile},
    input::{self, Block, Content, MAX_CERTIFICATES, MAX_FILE_BYTES, Unusable, check_certificates},
    verify::{Budget, Level, Profile, Purpose, WORK_OF_A_PILE},
};

/// Work that a single piece may do. The units are generous for large certificates, and two names of
/// the largest size are compared in one piece: measured in a release build, the longest takes 40 ms.
const MAX_PIECE: u64 = 2_200_000;

/// What everything but verifications may come to.
const MAX_OTHER_WORK: u64 = 1 << 28;

/// As much stack as a page's WebAssembly has.
const STACK: usize = 1 << 20;

/// A bound for the sanity of a debug build on a busy machine, not a measurement.
const PATIENCE: Duration = Duration::from_mins(1);

fn profile() -> Profile {
    Profile {
        level: Level::Two,
        purpose: Purpose::TlsClient,
        at: Timestamp::from_unix(1_795_478_400),
    }
}

/// Analyses a pile a piece at a time and holds it to its bounds.
fn analyse(name: &'static str, make: fn() -> Pile) {
    let work = move || {
        let pile = make();
        let begun = Instant::now();
        let mut analysis = Analysis::new(pile.clone(), profile());
        let (mut pieces, mut total, mut largest) = (0u64, 0u64, 0u64);
        let mut slowest = Duration::ZERO;
        let mut last = 0;
        while !analysis.is_finished() {
            let mut budget = Budget::new(1);
            let from = Instant::now();
            let progress = analysis.step(&mut budget);
            slowest = slowest.max(from.elapsed());
            assert!(progress.done >= last, "{name}: progress goes backwards");
            assert!(progress.done <= progress.total, "{name}: more than all");
            last = progress.done;
            pieces += 1;
            total += budget.used();
            largest = largest.max(budget.used());
            assert!(
                budget.used() > 0,
                "{name}: a piece of work that costs nothing"
            );
        }
        let took = begun.elapsed();
        println!(
            "{name}: {pieces} pieces, {total} units, largest {largest}, slowest {slowest:?}, all {took:?}"
        );
        assert!(largest <= MAX_PIECE, "{name}: a piece of {largest} units");
        assert!(total <= WORK_OF_A_PILE + MAX_OTHER_WORK, "{name}: {total}");
        assert!(took < PATIENCE, "{name}: {took:?}");
        assert_eq!(analysis.view().unwrap().report.schema, 1);
        (analysis, pile)
    };
    let (analysis, pile) = thread::Builder::new()
        .stack_size(STACK)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap();
    let mut at_once = Analysis::new(pile.clone(), profile());
    ask(name, &mut at_once, pile.certificate_count());
    assert!(
        analysis.view() == Some(&at_once.finish()),
        "{name}: the result depends on the size of the steps, or on whether anybody asked"
    );
}

/// Asks which signatures somebody else could verify, and holds the list to its bounds.
fn ask(name: &str, analysis: &mut Analysis, certificates: usize) {
    let mut wanted = 0;
    let begun = Instant::now();
    loop {
        let mut budget = Budget::new(1);
        let Some(signatures) = analysis.wanted(&mut budget) else {
            break;
        };
        wanted += signatures.len();
        assert!(
            budget.used() > 0 && budget.used() <= MAX_PIECE,
            "{name}: {}",
            budget.used()
        );
    }
    let took = begun.elapsed();
    println!("{name}: {wanted} signatures of {certificates} certificates, {took:?}");
    assert!(wanted <= 4 * certificates + 101, "{name}: {wanted}");
    assert!(took < PATIENCE, "{name}: {took:?}");
}

macro_rules! piles {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            analyse(stringify!($name), piles::$name);
        })*
    };
}

piles! {
    thousands_of_authorities_of_one_name
    clients_that_want_too_much
    a_ring_of_authorities
    a_web_of_cross_certificates
    a_hundred_thousand_name_constraints
    many_mail_names_and_many_mail_constraints
    deep_nesting
    thousands_of_clients
    a_file_of_clients_that_send_each_other
    a_chain_of_thousands
    huge_names
    names_that_grow
    as_much_as_there_may_be
    wrapped_noise
    a_million_empty_sets
    many_extensions
    many_address_families
    thousands_of_private_keys
    large_rsa_keys
}

/// What a page does with a file before it shows anything, at the largest size there may be.
#[test]
fn a_file_of_the_largest_size_is_read_in_a_moment() {
    let noise = |i: usize| (i.wrapping_mul(0x9e37_79b9) >> 13).to_le_bytes()[0];
    let bytes: Vec<u8> = (0..MAX_FILE_BYTES).map(noise).collect();
    let begun = Instant::now();
    let contents = input::read("disk.img", &bytes);
    println!("16 MiB of noise: {:?}", begun.elapsed());
    assert!(matches!(
        &contents.blocks[..],
        [Block {
            content: Content::Unusable(Unusable::Noise),
            ..
        }]
    ));

    let leaf = input::to_pem(&make::client(1, "Leaf", "Root"));
    let text = leaf.repeat(MAX_FILE_BYTES / leaf.len());
    let begun = Instant::now();
    let contents = input::read("many.pem", text.as_bytes());
    println!("16 MiB of certificates: {:?}", begun.elapsed());
    // One more than may be looked at, which is enough to refuse them.
    assert_eq!(contents.blocks.len(), MAX_CERTIFICATES + 1);
    assert!(check_certificates(contents.blocks.len()).is_err());
    assert!(begun.elapsed() < PATIENCE);
}

#[test]
fn clients_beyond_the_work_of_a_pile_are_undetermined_and_not_refused() {
    let pile = piles::clients_that_want_too_much();
    let view = Analysis::new(pile, profile()).finish();
    let clients = &view.report.clients;
    assert_eq!(clients[0].judgement.accepted, Some(false));
    let last = &clients[clients.len() - 1].judgement;
    assert_eq!(last.accepted, None);
    assert!(last.undetermined.is_some() && last.errors.is_empty());
}
