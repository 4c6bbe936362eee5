//! Normalization Form KC (UAX #15) of the characters that string preparation hands on: those that
//! Unicode 3.2 assigned, without the ones it deletes or maps before.
//!
//! It is not for other text: a character that came later passes as if nothing were known of it.
//! That is what keeps the tables small, and the page with them. They are `nfkc.bin`, written by the
//! test `the_tables_are_current`, which says how.

use std::{slice, sync::LazyLock};

/// A code point, which may be computed with. All that come from a string or a table are characters.
type CodePoint = u32;

/// How many characters may become one when they are composed: two marks on a letter with one.
const MAX_COMPOSED: usize = 4;

/// `value` in Normalization Form KC; `None` when that certainly has more than `most` characters. One
/// character may become eighteen (U+FDFA), so that this ends before the memory does.
pub(super) fn nfkc(value: &str, most: usize) -> Option<String> {
    if value.chars().all(is_as_it_is) {
        return (value.chars().count() <= most).then(|| value.to_owned());
    }
    #[cfg(all(feature = "engine", not(feature = "rare")))]
    return crate::rare::miss();
    #[cfg(not(all(feature = "engine", not(feature = "rare"))))]
    by_tables(value, most)
}

/// ASCII, and the letters of western and central Europe but for those that are two in one: whatever
/// stands beside them, they are their own normal form.
fn is_as_it_is(c: char) -> bool {
    matches!(c, '\0'..='\u{7f}' | '\u{c0}'..='\u{131}' | '\u{134}'..='\u{13e}' | '\u{141}'..='\u{148}' | '\u{14a}'..='\u{17e}')
}

#[cfg_attr(
    all(feature = "engine", not(feature = "rare")),
    expect(dead_code, reason = "see above")
)]
fn by_tables(value: &str, most: usize) -> Option<String> {
    let tables = &*TABLES;
    let mut decomposed = Vec::new();
    for c in value.chars().map(u32::from) {
        if decomposed.len() / MAX_COMPOSED > most {
            return None;
        }
        match tables.replacements.value(c) {
            Some(replacement) => {
                for c in replacement {
                    tables.decompose(*c, &mut decomposed);
                }
            }
            None => tables.decompose(c, &mut decomposed),
        }
    }
    for marks in decomposed.chunk_by_mut(|(a, _), (b, _)| *a != 0 && *b != 0) {
        order(marks);
    }
    let composed = tables.compose(&decomposed);
    Some(composed.into_iter().filter_map(char::from_u32).collect())
}

/// Puts the marks after a letter in the order of their classes; those of one class keep theirs.
///
/// A pass for each class, of which there are some fifty, however long the run: less code than the
/// standard library's sort, which would be half of this module on the page.
fn order(marks: &mut [(u32, CodePoint)]) {
    if marks.is_sorted_by_key(|(class, _)| *class) {
        return;
    }
    let unordered = marks.to_vec();
    let mut places = marks.iter_mut();
    let mut done = 0;
    let classes = || unordered.iter().map(|(class, _)| *class);
    while let Some(next) = classes().filter(|class| *class > done).min() {
        let of_class = unordered.iter().filter(|(class, _)| *class == next);
        // The marks come first: a place that is taken from the iterator must be filled.
        for (mark, place) in of_class.zip(&mut places) {
            *place = *mark;
        }
        done = next;
    }
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut data = include_bytes!("nfkc.bin").iter();
    let replacements = Table::read(&mut data);
    let decompositions = Table::read(&mut data);
    let classes = Table::read(&mut data);
    let mut compositions = Vec::with_capacity(decompositions.entries.len());
    for (c, parts) in &decompositions.entries {
        let parts = (parts[0], parts[1]);
        let at = compositions.partition_point(|(smaller, _)| *smaller < parts);
        compositions.insert(at, (parts, *c));
    }
    Tables {
        replacements,
        decompositions,
        classes,
        compositions,
    }
});

struct Tables {
    /// What becomes, in the end, of a character that never stays, be it for compatibility's sake or
    /// because it is excluded from composition.
    replacements: Table,
    /// The two characters that a composed one consists of. The first may be composed itself.
    decompositions: Table,
    /// Canonical combining classes other than zero.
    classes: Table,
    /// `decompositions`, the other way round.
    compositions: Vec<((CodePoint, CodePoint), CodePoint)>,
}

impl Tables {
    /// Appends the canonical decomposition of `c`, each character with its combining class.
    fn decompose(&self, mut c: CodePoint, decomposed: &mut Vec<(u32, CodePoint)>) {
        let at = decomposed.len();
        while let Some((first, second)) = self.parts(c) {
            decomposed.push((self.class(second), second));
            c = first;
        }
        decomposed.push((self.class(c), c));
        decomposed[at..].reverse();
    }

    fn class(&self, c: CodePoint) -> u32 {
        self.classes.value(c).map_or(0, |class| class[0])
    }

    fn parts(&self, c: CodePoint) -> Option<(CodePoint, CodePoint)> {
        if hangul::SYLLABLES.contains(&c) {
            return Some(hangul::parts(c));
        }
        let parts = self.decompositions.value(c)?;
        Some((parts[0], parts[1]))
    }

    /// UAX #15 with Corrigendum 5: a character composes with the last starter unless one between
    /// them, of no lower class than its own, blocks it.
    fn compose(&self, decomposed: &[(u32, CodePoint)]) -> Vec<CodePoint> {
        let mut composed = Vec::with_capacity(decomposed.len());
        let mut starter = None;
        let mut last_class = 0;
        for (class, c) in decomposed {
            if let Some(at) = starter
                && (at + 1 == composed.len() || last_class < *class)
                && let Some(both) = self.composition(composed[at], *c)
            {
                composed[at] = both;
                continue;
            }
            if *class == 0 {
                starter = Some(composed.len());
            }
            composed.push(*c);
            last_class = *class;
        }
        composed
    }

    fn composition(&self, first: CodePoint, second: CodePoint) -> Option<CodePoint> {
        hangul::composition(first, second).or_else(|| {
            let at = self
                .compositions
                .binary_search_by_key(&(first, second), |(parts, _)| *parts)
                .ok()?;
            Some(self.compositions[at].1)
        })
    }
}

/// Code points in order, each with its value.
struct Table {
    entries: Vec<(CodePoint, Vec<u32>)>,
}

impl Table {
    /// Reads what `tests::write` wrote: the number of ranges of code points, the distance of each
    /// from the one before and how many follow its first code point, the lengths of all values, and
    /// then by columns their first numbers, their second ones and so on, each as the difference
    /// from the one before.
    fn read(data: &mut slice::Iter<'_, u8>) -> Self {
        let mut code_points = Vec::new();
        let mut next = 0;
        for _ in 0..number(data) {
            let first = next + number(data);
            next = first + number(data) + 1;
            code_points.extend(first..next);
        }
        let lengths: Vec<_> = code_points.iter().map(|_| number(data)).collect();
        let mut entries: Vec<_> = code_points.into_iter().map(|c| (c, Vec::new())).collect();
        for column in 0..lengths.iter().copied().max().unwrap_or(0) {
            let mut value: u32 = 0;
            for ((_, values), length) in entries.iter_mut().zip(&lengths) {
                if column < *length {
                    let difference = number(data);
                    // The lowest bit says that it is negative.
                    value = value.wrapping_add(difference >> 1 ^ (difference & 1).wrapping_neg());
                    values.push(value);
                }
            }
        }
        Self { entries }
    }

    fn value(&self, c: CodePoint) -> Option<&[u32]> {
        let at = self.entries.binary_search_by_key(&c, |(c, _)| *c).ok()?;
        Some(&self.entries[at].1)
    }
}

/// A number in base 128, the highest digit first, all but the last with the high bit set.
fn number(data: &mut slice::Iter<'_, u8>) -> u32 {
    let mut number = 0;
    for octet in data {
        number = number << 7 | u32::from(octet & 0x7f);
        if octet & 0x80 == 0 {
            break;
        }
    }
    number
}

/// Syllables and the letters (jamo) they consist of, by arithmetic (The Unicode Standard, 3.12).
mod hangul {
    use std::ops::Range;

    use super::CodePoint;

    pub(super) const SYLLABLES: Range<CodePoint> = 0xac00..0xac00 + LEADS * VOWELS * TRAILS;
    const LEAD: CodePoint = 0x1100;
    const LEADS: u32 = 19;
    const VOWEL: CodePoint = 0x1161;
    const VOWELS: u32 = 21;
    /// One before the first of them: none counts as one.
    const TRAIL: CodePoint = 0x11a7;
    const TRAILS: u32 = 28;

    /// The syllable without its trailing consonant and that, or both letters of an open syllable.
    pub(super) fn parts(syllable: CodePoint) -> (CodePoint, CodePoint) {
        let index = syllable - SYLLABLES.start;
        match index % TRAILS {
            0 => (
                LEAD + index / TRAILS / VOWELS,
                VOWEL + index / TRAILS % VOWELS,
            ),
            trail => (syllable - trail, TRAIL + trail),
        }
    }

    pub(super) fn composition(first: CodePoint, second: CodePoint) -> Option<CodePoint> {
        if let Some(lead) = within(first, LEAD, LEADS)
            && let Some(vowel) = within(second, VOWEL, VOWELS)
        {
            return Some(SYLLABLES.start + (lead * VOWELS + vowel) * TRAILS);
        }
        let trail = within(second, TRAIL, TRAILS).filter(|trail| *trail > 0)?;
        let open = SYLLABLES.contains(&first) && (first - SYLLABLES.start).is_multiple_of(TRAILS);
        open.then_some(first + trail)
    }

    fn within(c: CodePoint, first: CodePoint, count: u32) -> Option<u32> {
        c.checked_sub(first).filter(|index| *index < count)
    }
}

#[cfg(test)]
mod tests;
