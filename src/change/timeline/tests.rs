#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::change::{
    draft::Draft,
    fixture::turnover::*,
    judged::tests::{authorities, judge},
};

fn today() -> Timestamp {
    Timestamp::parse_rfc3339("2026-07-01T00:00:00Z").unwrap()
}

fn timeline(given: &[&str], present: &[&str]) -> Timeline {
    let present = authorities(&present.concat());
    Timeline::new(&judge(given, &present, &Draft::default()), today())
}

#[test]
fn each_authority_has_its_end_and_those_who_rest_on_it() {
    let sent = format!("{ORDERS}{OLD_ISSUING}");
    let timeline = timeline(&[&sent, BILLING, BILLING, NEW], &[OLD, SAME_2]);
    let said: Vec<String> = timeline
        .authorities
        .iter()
        .map(|one| {
            let end = words::date(one.span.end.unwrap());
            format!(
                "{} {} {end}: {}",
                one.title,
                one.is_present,
                one.rests.join(" ")
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            "Old Root true 20 December 2026: CN=billing,O=Acme CN=orders,O=Acme",
            "Acme CA true 1 January 2056: ",
            "New Root false 1 January 2056: ",
        ]
    );
    let clients: Vec<(&str, bool, &[String])> = timeline
        .clients
        .iter()
        .map(|one| (&*one.name, one.gets_in, &*one.through))
        .collect();
    let old = ["Old Root".to_owned()];
    assert_eq!(
        clients,
        [
            ("CN=orders,O=Acme", true, &old[..]),
            ("CN=billing,O=Acme", true, &old[..]),
        ],
        "each certificate once"
    );
}

#[test]
fn a_client_of_an_authority_that_comes_gets_in_then() {
    let timeline = timeline(&[NEW, BILLING_RENEWED, STOCK], &[OLD]);
    let clients: Vec<(&str, bool, bool)> = timeline
        .clients
        .iter()
        .map(|one| (&*one.name, one.gets_in, one.gets_in_then))
        .collect();
    assert_eq!(
        clients,
        [
            ("CN=stock,O=Acme", false, false),
            ("CN=billing,O=Acme", false, true),
        ]
    );
}

#[test]
fn the_next_day_names_everything_that_stops_working_on_it() {
    let cases: [(&[&str], &[&str], Option<&str>); 6] = [
        (&[], &[], None),
        (
            &[],
            &[OLD, NEW],
            Some(
                "On 20 December 2026, in 5 months: “Old Root” ends, and the clusters then refuse every client below \
                 it. No client given here is below it; Atlas doesn't know which others are.",
            ),
        ),
        (
            &[BILLING],
            &[OLD],
            Some(
                "On 1 November 2026, in 4 months: The certificate of 1 client given here ends: CN=billing,O=Acme.",
            ),
        ),
        // Renewed, and so the authority is what ends first.
        (
            &[BILLING_RENEWED],
            &[OLD, SAME_1, NEW],
            Some(
                "On 20 December 2026, in 5 months: “Old Root” and “Acme CA” end, and the clusters then refuse every \
                 client below them. No client given here is below them; Atlas doesn't know which others are.",
            ),
        ),
        // An authority that is only to come breaks nothing yet.
        (&[OLD], &[], None),
        // Refused today: nothing of it stops working.
        (
            &[BILLING],
            &[NEW],
            Some(
                "On 1 January 2056, in 29 years: “New Root” ends, and the clusters then refuse every client below \
                 it. No client given here is below it; Atlas doesn't know which others are.",
            ),
        ),
    ];
    for (given, present, expected) in cases {
        let said = timeline(given, present).next_in_words();
        assert_eq!(said.as_deref(), expected);
    }
}

#[test]
fn a_client_ends_with_the_first_certificate_of_its_path() {
    let by = |given: &str, present: &[&str]| {
        let timeline = timeline(&[given], present);
        let (at, by) = timeline.clients[0].works_until.clone().unwrap();
        (words::date(at), by)
    };
    let sent = format!("{BILLING_RENEWED}{CROSSED}");
    let december = "20 December 2026".to_owned();
    assert_eq!(
        by(&sent, &[OLD]),
        (december.clone(), EndsBy::Sent("New Root".to_owned()))
    );
    assert_eq!(by(&sent, &[OLD, NEW]).0, "1 January 2055");
    assert_eq!(
        by(BILLING, &[OLD]),
        ("1 November 2026".to_owned(), EndsBy::Itself)
    );
    assert_eq!(
        by(BILLING_RENEWED, &[OLD, CROSSED]),
        (december, EndsBy::Authority("New Root".to_owned()))
    );
}

#[test]
fn what_lasts_for_decades_does_not_hide_the_weeks_that_matter() {
    let timeline = timeline(&[BILLING], &[OLD, NEW]);
    let picture = timeline.picture();
    let bars: Vec<(&str, u32, u32, bool, Tone)> = picture
        .bars
        .iter()
        .map(|bar| (&*bar.title, bar.from, bar.to, bar.goes_on, bar.tone))
        .collect();
    // 120 days before today and 730 after: a day is some 12 hundredths of a percent.
    assert_eq!(
        bars,
        [
            ("Old Root", 0, 3_435, false, Tone::Far),
            ("New Root", 341, WIDTH, true, Tone::Far),
            ("CN=billing,O=Acme", 0, 2_858, false, Tone::Far),
        ]
    );
    assert_eq!((picture.today, picture.next), (1_411, Some(2_858)));
    assert_eq!(picture.years, [(3_576, 2027), (7_870, 2028)]);
    let ends = Timestamp::parse_rfc3339("2026-12-01T00:00:00Z").unwrap();
    let later = Timeline {
        today: ends,
        ..timeline
    };
    let tones: Vec<Tone> = later.picture().bars.iter().map(|bar| bar.tone).collect();
    assert_eq!(tones, [Tone::Soon, Tone::Far, Tone::Ended]);
}

#[test]
fn an_end_beyond_two_years_is_in_the_picture_all_the_same() {
    let picture = timeline(&[], &[NEW]).picture();
    assert!(!picture.bars[0].goes_on);
    assert!((9_900..WIDTH).contains(&picture.bars[0].to), "{picture:?}");
    assert_eq!(place(today(), today(), today()), 0, "no width");
}
