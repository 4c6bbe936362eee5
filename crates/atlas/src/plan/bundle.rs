//! The step for the CA bundle.

use super::{Authority, Notice, Plan, Present, Problem, Removed, Step, Wanted, WantedBundle};

pub(super) fn plan(plan: &mut Plan, present: &Present, wanted: &Wanted) {
    let step = match &wanted.bundle {
        WantedBundle::AsItIs => None,
        WantedBundle::Exactly(authorities) if authorities.is_empty() => {
            plan.problems.push(Problem::EmptyBundle);
            None
        }
        WantedBundle::Exactly(authorities) => replace(present, authorities, None, wanted),
        WantedBundle::AsItWas { pem, authorities } => {
            replace(present, authorities, Some(pem), wanted)
        }
        WantedBundle::Off => disable(present, wanted),
    };
    let is_off = match &wanted.bundle {
        WantedBundle::AsItIs => present.pem.is_none(),
        WantedBundle::Exactly(_) | WantedBundle::AsItWas { .. } => false,
        WantedBundle::Off => true,
    };
    if is_off && !wanted.users.is_empty() {
        plan.notices.push(Notice::X509StaysOff);
    }
    if let Some(step) = step {
        plan.notices.push(Notice::Restarts);
        let broken = step
            .removed()
            .iter()
            .filter(|removed| !removed.breaks.is_empty());
        plan.notices
            .extend(broken.map(|removed| Notice::RemovalBreaks {
                authority: removed.authority.title.clone(),
                dependents: removed.breaks.clone(),
            }));
        plan.steps.push(step);
        plan.former.clone_from(&present.pem);
    }
}

/// With these authorities, in the text given or else one after the other.
fn replace(
    present: &Present,
    authorities: &[Authority],
    text: Option<&String>,
    wanted: &Wanted,
) -> Option<Step> {
    let authorities = each_once(authorities);
    let present_ones = each_once(&present.authorities);
    let (kept, added): (Vec<Authority>, Vec<Authority>) = authorities
        .iter()
        .cloned()
        .partition(|authority| holds(&present_ones, authority));
    let removed = removed(&present_ones, &authorities, wanted);
    // A text without a readable authority is a bundle, and none is not.
    if added.is_empty() && removed.is_empty() && present.pem.is_some() {
        return None;
    }
    Some(Step::ReplaceBundle {
        pem: text.cloned().unwrap_or_else(|| joined(&authorities)),
        added,
        kept,
        removed,
    })
}

/// A bundle without a readable authority is on all the same.
fn disable(present: &Present, wanted: &Wanted) -> Option<Step> {
    present.pem.as_ref().map(|_| Step::Disable {
        removed: removed(&each_once(&present.authorities), &[], wanted),
    })
}

fn removed(present: &[Authority], stay: &[Authority], wanted: &Wanted) -> Vec<Removed> {
    let gone = present.iter().filter(|authority| !holds(stay, authority));
    gone.map(|authority| Removed {
        breaks: wanted
            .dependents
            .get(&authority.sha256)
            .cloned()
            .unwrap_or_default(),
        authority: authority.clone(),
    })
    .collect()
}

fn each_once(authorities: &[Authority]) -> Vec<Authority> {
    let mut once: Vec<Authority> = Vec::new();
    for authority in authorities {
        if !holds(&once, authority) {
            once.push(authority.clone());
        }
    }
    once
}

fn holds(authorities: &[Authority], authority: &Authority) -> bool {
    authorities
        .iter()
        .any(|other| other.sha256 == authority.sha256)
}

fn joined(authorities: &[Authority]) -> String {
    let mut pem = String::new();
    for authority in authorities {
        pem.push_str(authority.pem.trim());
        pem.push('\n');
    }
    pem
}
