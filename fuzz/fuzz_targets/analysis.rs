//! A pile of files, analysed with tiny budgets: it comes to an end, and to the same one at once.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::{
    Timestamp,
    analysis::{Analysis, Pile},
    input,
    verify::{Budget, Level, Profile, Purpose},
};
use pki_fuzz::pieces;

fuzz_target!(|octets: &[u8]| {
    let mut pile = Pile::new();
    let mut units = 1;
    for (number, (kind, file)) in pieces(octets).into_iter().enumerate() {
        let contents = input::read(&format!("file {number}"), file);
        match kind % 4 {
            0 | 1 => pile.add(contents),
            2 => pile.add_bundle(contents),
            _ => pile.add_client(contents),
        }
        units = 1 + u64::from(kind) * 40;
    }
    let profile = Profile {
        level: Level::Two,
        purpose: Purpose::TlsClient,
        // 2026-11-24T00:00:00Z
        at: Timestamp::from_unix(1_795_478_400),
    };
    let mut analysis = Analysis::new(pile.clone(), profile);
    let mut last = 0;
    while !analysis.is_finished() {
        let progress = analysis.step(&mut Budget::new(units));
        assert!(last <= progress.done && progress.done <= progress.total);
        last = progress.done;
    }
    assert!(analysis.view() == Some(&Analysis::new(pile.clone(), profile).finish()));
    // A file taken away is as if it had never come.
    let files = pile.files().count();
    pile.take_away(files / 2);
    assert_eq!(pile.files().count(), files.saturating_sub(1));
    assert_eq!(
        Analysis::new(pile.clone(), profile).finish().files.len(),
        pile.files().count()
    );
});
