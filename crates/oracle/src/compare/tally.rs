//! The score of a comparison, and the kinds of disagreement in it.

use std::collections::BTreeMap;
use std::fmt;

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub agreed: u64,
    pub of: u64,
}

impl Count {
    pub fn add(&mut self, agree: bool) {
        self.of += 1;
        self.agreed += u64::from(agree);
    }

    /// Whether at least `per_mille` of a thousand agree.
    pub fn reaches(self, per_mille: u64) -> bool {
        self.agreed * 1000 >= self.of * per_mille
    }

    fn merge(&mut self, other: Self) {
        self.agreed += other.agreed;
        self.of += other.of;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.agreed, self.of)
    }
}

/// A kind of disagreement: how often, and the first seed that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    count: u64,
    first: u64,
}

/// The score.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Certificates of which both sides say alike whether they parse.
    pub parse: Count,
    /// Chains, once a security level, on which both sides give the same verdict.
    pub verdict: Count,
    /// Chains, once a security level, for which both sides raise the same errors in order.
    pub list: Count,
    /// Chains, once a security level, for which both sides build the same path.
    pub path: Count,
    /// Verdicts that the engine leaves open. They count as misses.
    pub undetermined: u64,
    pub panics: u64,
    kinds: BTreeMap<String, Kind>,
}

impl Tally {
    /// Notes a disagreement.
    pub fn note(&mut self, seed: u64, kind: String) {
        let kind = self.kinds.entry(kind).or_insert(Kind {
            count: 0,
            first: seed,
        });
        kind.count += 1;
        kind.first = kind.first.min(seed);
    }

    pub(super) fn panicked(&mut self, seed: u64, what: &str) {
        self.panics += 1;
        self.note(seed, format!("panic: {what}"));
    }

    /// Adds another score to this one.
    pub fn merge(&mut self, other: Self) {
        self.parse.merge(other.parse);
        self.verdict.merge(other.verdict);
        self.list.merge(other.list);
        self.path.merge(other.path);
        self.undetermined += other.undetermined;
        self.panics += other.panics;
        for (name, kind) in other.kinds {
            let mine = self.kinds.entry(name).or_insert(Kind {
                count: 0,
                first: kind.first,
            });
            mine.count += kind.count;
            mine.first = mine.first.min(kind.first);
        }
    }

    /// Whether the engine is as near to OpenSSL as the project asks: 99.5 % of what parses,
    /// 99.8 % of the verdicts, 95 % of the full lists, and no panic.
    pub fn is_good_enough(&self) -> bool {
        self.parse.reaches(995)
            && self.verdict.reaches(998)
            && self.list.reaches(950)
            && self.panics == 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut kinds: Vec<_> = self.kinds.iter().collect();
        kinds.sort_by_key(|(_, kind)| std::cmp::Reverse(kind.count));
        for (name, kind) in kinds {
            writeln!(f, "{:>6} {name} (seed {})", kind.count, kind.first)?;
        }
        writeln!(f, "path agreement {}", self.path)?;
        writeln!(f, "undetermined {}", self.undetermined)?;
        writeln!(f, "panics {}", self.panics)?;
        writeln!(f, "parse agreement {}", self.parse)?;
        writeln!(f, "verdict agreement {}", self.verdict)?;
        write!(f, "full list agreement {}", self.list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_reached_exactly() {
        let mut count = Count::default();
        for n in 0..1000 {
            count.add(n >= 5);
        }
        assert!(count.reaches(995));
        assert!(!count.reaches(996));
        assert_eq!(count.to_string(), "995/1000");
    }

    #[test]
    fn the_first_seed_of_a_kind_survives_merging() {
        let (mut one, mut other) = (Tally::default(), Tally::default());
        one.note(7, "list".to_owned());
        other.note(3, "list".to_owned());
        one.merge(other);
        assert!(one.to_string().contains("2 list (seed 3)"));
    }
}
