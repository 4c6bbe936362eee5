//! The bundle as it will be, beside the one that Atlas has, and what makes it impossible.

use std::collections::{BTreeMap, BTreeSet};

use atlas::plan::Authority;
use pki::{
    Timestamp,
    report::{Role, Severity},
    view::Details,
    words,
};

use super::{
    decision,
    draft::{BundleChoice, Draft, Placed},
    judged::{Judged, PRESENT},
    wanted,
};

/// What becomes of an authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Added,
    Kept,
    Removed,
}

/// An authority of one of the two bundles, or one that was given and left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row<'a> {
    pub(crate) authority: &'a Authority,
    pub(crate) fate: Fate,
    /// `None` until it has been judged.
    pub(crate) details: Option<&'a Details>,
    /// Whether it was given here.
    pub(crate) is_given: bool,
    /// Whether Atlas has it.
    pub(crate) is_present: bool,
    /// Whether it was taken out by hand, and can be put back.
    pub(crate) is_taken_out: bool,
}

impl Row<'_> {
    /// What a decision about it names.
    pub(crate) fn concerned(&self) -> decision::Authority {
        decision::Authority {
            sha256: self.authority.sha256.clone(),
            is_present: self.is_present,
            is_given: self.is_given,
        }
    }
}

/// The two bundles, and what was given and left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Comparison<'a> {
    /// As Atlas has it: kept or removed.
    pub(crate) present: Vec<Row<'a>>,
    /// As it will be: added or kept.
    pub(crate) new: Vec<Row<'a>>,
    /// Given authorities that were left out by hand, as fingerprint and details.
    pub(crate) left_out: Vec<(String, &'a Details)>,
    /// Whether everything was taken out, which switches self-managed X.509 off.
    pub(crate) is_off: bool,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(judged: &'a Judged, present: &'a [Authority], draft: &Draft) -> Self {
        let known = Known::new(judged);
        let stays: BTreeSet<&str> = fingerprints(&judged.bundle).collect();
        let there: BTreeSet<&str> = fingerprints(present).collect();
        let row = |authority: &'a Authority, fate| {
            let details = known.details.get(&authority.sha256).copied();
            let is_given = details.is_some_and(is_given);
            let left_out = draft.placed.get(&authority.sha256) == Some(&Placed::NotTrusted);
            let taken_out = draft.taken_out.contains(&authority.sha256);
            Row {
                authority,
                fate,
                details,
                is_given,
                is_present: there.contains(&*authority.sha256),
                is_taken_out: (draft.bundle == BundleChoice::Add && taken_out)
                    || (is_given && left_out),
            }
        };
        let mut seen = BTreeSet::new();
        let present_rows = present
            .iter()
            .filter(|authority| seen.insert(&*authority.sha256))
            .map(|authority| {
                let kept = stays.contains(&*authority.sha256);
                row(authority, if kept { Fate::Kept } else { Fate::Removed })
            })
            .collect();
        let new = judged
            .bundle
            .iter()
            .map(|authority| {
                let kept = there.contains(&*authority.sha256);
                row(authority, if kept { Fate::Kept } else { Fate::Added })
            })
            .collect();
        let left_out = judged
            .after
            .report
            .certificates
            .iter()
            .zip(&judged.after.certificates)
            .filter(|(entry, _)| entry.role == Role::Sent)
            .map(|(entry, details)| (entry.sha256.to_string(), details))
            .filter(|(sha256, _)| draft.placed.get(sha256) == Some(&Placed::NotTrusted))
            .filter(|(sha256, _)| !there.contains(&**sha256))
            .collect();
        Self {
            is_off: judged.bundle.is_empty() && wanted::is_switched_off(draft, present),
            present: present_rows,
            new,
            left_out,
        }
    }

    /// Every authority that is concerned, once: added, kept, removed.
    pub(crate) fn rows(&self) -> Vec<&Row<'a>> {
        let of = |fate| {
            let rows = match fate {
                Fate::Removed => &self.present,
                Fate::Added | Fate::Kept => &self.new,
            };
            rows.iter().filter(move |row| row.fate == fate)
        };
        of(Fate::Added)
            .chain(of(Fate::Kept))
            .chain(of(Fate::Removed))
            .collect()
    }

    pub(crate) fn count(&self, fate: Fate) -> usize {
        self.rows().iter().filter(|row| row.fate == fate).count()
    }

    /// Whether Atlas trusts others afterwards than now.
    pub(crate) fn is_changed(&self) -> bool {
        self.count(Fate::Added) + self.count(Fate::Removed) > 0
    }

    /// The authority of the new bundle that ends first.
    pub(crate) fn first_to_end(&self) -> Option<(&'a str, Timestamp)> {
        self.new
            .iter()
            .filter_map(|row| Some((&*row.authority.title, row.details?.validity.not_after?)))
            .min_by_key(|(_, end)| *end)
    }

    /// Why this bundle cannot be saved, or would be of no use, in sentences that say what to do.
    /// `now` is the present moment, whatever day the certificates are judged for.
    pub(crate) fn obstacles(&self, judged: &Judged, draft: &Draft, now: Timestamp) -> Vec<String> {
        if self.is_off {
            return Vec::new();
        }
        if self.new.is_empty() {
            let why = match (self.present.is_empty(), draft.bundle) {
                (true, _) => {
                    "Add the certificate of your CA. The project has no bundle yet, and without one \
                     no client can log in."
                }
                (false, BundleChoice::Replace) => {
                    "The new bundle is empty. Add an authority, or add to the present bundle instead \
                     of replacing it."
                }
                (false, BundleChoice::Add) => {
                    "The new bundle is empty. Put an authority back, or take every one out to switch \
                     self-managed X.509 off."
                }
            };
            return vec![why.to_owned()];
        }
        if !self.is_changed() {
            return Vec::new();
        }
        let ended = self.new.iter().filter_map(|row| {
            let end = row.details?.validity.not_after?;
            (end <= now).then(|| {
                format!(
                    "“{}” expired on {}, and Atlas takes no bundle with an expired authority. \
                     Take it out, or add its successor in its place.",
                    row.authority.title,
                    words::date(end)
                )
            })
        });
        let added: BTreeSet<&str> = self
            .new
            .iter()
            .filter(|row| row.fate == Fate::Added)
            .map(|row| &*row.authority.sha256)
            .collect();
        let useless = judged
            .after
            .report
            .findings
            .iter()
            .filter(|finding| {
                finding.severity == Severity::Error && USELESS.contains(&&*finding.id)
            })
            .filter(|finding| {
                let about = finding.certificates.first().map(ToString::to_string);
                about.is_some_and(|sha256| added.contains(&*sha256))
            })
            .map(|finding| format!("{} {}", finding.message, finding.fix));
        ended.chain(useless).collect()
    }
}

/// What is found of an authority through which no client is accepted, whenever that may be.
const USELESS: [&str; 6] = [
    "authority.root-missing",
    "authority.not-a-ca",
    "authority.no-key-cert-sign",
    "authority.purpose-excludes-clients",
    "authority.weak-key",
    "authority.critical-extension",
];

/// The certificates of both views, by fingerprint.
struct Known<'a> {
    details: BTreeMap<String, &'a Details>,
}

impl<'a> Known<'a> {
    fn new(judged: &'a Judged) -> Self {
        let before = judged.before.iter();
        let views = before.chain(std::iter::once(&judged.after.view));
        let details = views
            .flat_map(|view| view.report.certificates.iter().zip(&view.certificates))
            .map(|(entry, details)| (entry.sha256.to_string(), details))
            .collect();
        Self { details }
    }
}

fn fingerprints(authorities: &[Authority]) -> impl Iterator<Item = &str> {
    authorities.iter().map(|authority| &*authority.sha256)
}

/// Whether a certificate was found elsewhere than in the bundle that Atlas has.
pub(crate) fn is_given(details: &Details) -> bool {
    details.sources.iter().any(|source| source.file != PRESENT)
}

#[cfg(test)]
mod tests;
