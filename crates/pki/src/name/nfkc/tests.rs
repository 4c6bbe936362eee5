//! The crate `unicode-normalization` is the judge, and the source of the tables.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use unicode_normalization::{
    UnicodeNormalization,
    char::{canonical_combining_class, compose},
};

use super::{
    super::{prepare::map, unassigned::is_unassigned},
    *,
};

/// Set to anything, it makes the test of the tables write them anew.
const UPDATE: &str = "UPDATE_NFKC";

#[test]
fn the_tables_are_current() {
    let mut tables = [Vec::new(), Vec::new(), Vec::new()];
    for c in characters() {
        let code_point = u32::from(c);
        let replacement: Vec<_> = c.nfkc().map(u32::from).collect();
        if replacement != [code_point] {
            tables[0].push((code_point, replacement));
        } else if !hangul::SYLLABLES.contains(&code_point)
            && let Some(parts) = parts(c)
        {
            tables[1].push((code_point, parts));
        }
        let class = canonical_combining_class(c);
        if class != 0 {
            tables[2].push((code_point, vec![u32::from(class)]));
        }
    }
    let mut expected = Vec::new();
    for table in &tables {
        write(table, &mut expected);
    }
    if std::env::var_os(UPDATE).is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/name/nfkc.bin");
        std::fs::write(file, &expected).unwrap();
    } else {
        assert!(
            include_bytes!("../nfkc.bin")[..] == expected,
            "set {UPDATE}=1 to write the tables anew"
        );
    }
}

/// The characters that preparation hands on to be normalised.
fn characters() -> impl Iterator<Item = char> {
    ('\0'..=char::MAX).filter(|c| !is_unassigned(*c) && map(*c) == Some(*c))
}

/// What `c` is composed of, if it is.
fn parts(c: char) -> Option<Vec<u32>> {
    let mut decomposed: Vec<_> = c.nfd().collect();
    let last = decomposed.pop().filter(|_| !decomposed.is_empty())?;
    let mut first = decomposed.iter().copied().nfc();
    let (Some(first), None) = (first.next(), first.next()) else {
        unreachable!("{c:?} is composed of more than two");
    };
    assert_eq!(compose(first, last), Some(c));
    Some(vec![first.into(), last.into()])
}

/// What `Table::read` reads.
fn write(table: &[(u32, Vec<u32>)], data: &mut Vec<u8>) {
    let ranges: Vec<_> = table.chunk_by(|(a, _), (b, _)| a + 1 == *b).collect();
    write_number(ranges.len().try_into().unwrap(), data);
    let mut next = 0;
    for range in ranges {
        let (first, last) = (range[0].0, range[range.len() - 1].0);
        write_number(first - next, data);
        write_number(last - first, data);
        next = last + 1;
    }
    let values = || table.iter().map(|(_, value)| value);
    for value in values() {
        write_number(value.len().try_into().unwrap(), data);
    }
    for column in 0..values().map(Vec::len).max().unwrap_or(0) {
        let mut before = 0;
        for number in values().filter_map(|value| value.get(column)).copied() {
            let sign = u32::from(number < before);
            write_number(number.abs_diff(before) * 2 - sign, data);
            before = number;
        }
    }
}

fn write_number(number: u32, data: &mut Vec<u8>) {
    for digit in (1..5).rev() {
        if number >> (7 * digit) != 0 {
            data.push(u8::try_from(number >> (7 * digit) & 0x7f).unwrap() | 0x80);
        }
    }
    data.push(u8::try_from(number & 0x7f).unwrap());
}

#[test]
fn agrees_on_every_code_point() {
    for c in '\0'..=char::MAX {
        assert_eq!(agreed(&c.to_string()), Ok(()));
    }
}

#[test]
fn agrees_on_every_character_between_a_letter_and_a_mark() {
    for c in characters() {
        for value in [format!("e{c}\u{301}"), format!("\u{1100}{c}\u{11a8}")] {
            assert_eq!(agreed(&value), Ok(()));
        }
    }
}

#[test]
fn agrees_on_random_strings() {
    let all: Vec<_> = characters().collect();
    let marks: Vec<_> = all
        .iter()
        .copied()
        .filter(|c| canonical_combining_class(*c) != 0)
        .collect();
    let changed: Vec<_> = all
        .iter()
        .copied()
        .filter(|c| !('\u{ac00}'..='\u{d7a3}').contains(c) && c.nfkd().ne([*c]))
        .collect();
    // Letters that compose, and what composes with them, marks or not.
    let mut composing: Vec<_> = changed.iter().flat_map(|c| c.nfd()).collect();
    composing.sort_unstable();
    composing.dedup();
    let hangul: Vec<_> = ('\u{1100}'..='\u{1112}')
        .chain('\u{1161}'..='\u{1175}')
        .chain('\u{11a7}'..='\u{11c2}')
        .chain(('\u{ac00}'..='\u{d7a3}').step_by(7))
        .collect();
    let mut random = Random(0x5eed);
    for _ in 0..200_000 {
        let kinds = random.below(64);
        let length = match random.below(50) {
            0 => 300,
            _ => 12,
        };
        let value: String = (0..=random.below(length))
            .map(|_| {
                let from = match random.below(12) {
                    0 => &all,
                    1 | 2 if kinds & 1 == 0 => &changed,
                    1..=4 if kinds & 2 == 0 => &hangul,
                    1..=7 if kinds & 0b1100 != 0 => &marks,
                    _ => &composing,
                };
                from[random.below(from.len())]
            })
            .collect();
        assert_eq!(agreed(&value), Ok(()));
    }
}

#[test]
fn puts_a_long_run_of_marks_into_order() {
    for order in [["\u{301}", "\u{323}"], ["\u{323}", "\u{301}"]] {
        let marks = order.concat().repeat(200_000);
        assert_eq!(agreed(&format!("a{marks}")), Ok(()));
        assert_eq!(agreed(&marks), Ok(()));
    }
}

/// The value with both results, if they differ.
fn agreed(value: &str) -> Result<(), (String, String, String)> {
    if value.chars().any(is_unassigned) {
        return Ok(());
    }
    let mapped: String = value.chars().filter_map(map).collect();
    let ours = nfkc(&mapped, usize::MAX).unwrap();
    let judged: String = mapped.nfkc().collect();
    if ours == judged {
        Ok(())
    } else {
        Err((mapped, ours, judged))
    }
}

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ mixed >> 31) % u64::try_from(end).unwrap()).unwrap()
    }
}

#[test]
fn what_is_taken_as_it_is_is_what_the_tables_would_make_of_it() {
    let letters: String = ('\0'..='\u{ffff}').filter(|c| is_as_it_is(*c)).collect();
    assert_eq!(letters.nfkc().collect::<String>(), letters);
    assert_eq!(by_tables(&letters, 10_000).as_deref(), Some(&*letters));
    for (c, expected) in [
        ('ü', true),
        ('ł', true),
        ('ĳ', false),
        ('ſ', false),
        ('ª', false),
    ] {
        assert_eq!(is_as_it_is(c), expected, "{c}");
    }
    for (most, fits) in [(1, false), (2, true)] {
        assert_eq!(nfkc("üü", most).is_some(), fits);
    }
}
