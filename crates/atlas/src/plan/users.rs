//! The steps for database users.

use super::{Notice, Plan, Present, Problem, Step, USER_LIMIT, UserState, Wanted, WantedUser};
use crate::{calls::USERNAME_CHARACTERS, types::DatabaseUser};

/// Atlas's limit (Administration API, `CloudDatabaseUser.description`).
const DESCRIPTION_CHARACTERS: usize = 100;

pub(super) fn plan(plan: &mut Plan, present: &Present, wanted: &Wanted) {
    let users = each_once(plan, wanted);
    let mut updates = Vec::new();
    let mut deleted_by_others = Vec::new();
    for user in users {
        let name = &user.username;
        let is_gone = wanted.known.contains(name) && present.external_user(name).is_none();
        if is_gone && !wanted.again.contains(name) {
            deleted_by_others.push(name.clone());
            continue;
        }
        check(plan, user);
        match present.external_user(&user.username) {
            None => plan.steps.push(Step::CreateUser { user: user.clone() }),
            Some(other) if !other.is_self_managed() => {
                plan.problems.push(other_authentication(other));
            }
            Some(same) if user.is(same) => plan.kept.push(user.username.clone()),
            Some(different) => updates.push(Step::UpdateUser {
                user: user.clone(),
                was: UserState::of(different),
                labels: different.labels.clone(),
            }),
        }
    }
    plan.steps.append(&mut updates);
    if !deleted_by_others.is_empty() {
        plan.notices.push(Notice::DeletedByOthers {
            users: deleted_by_others,
        });
    }
    deletions(plan, present, wanted);
    foresee_limit(plan, present, wanted);
}

fn each_once<'a>(plan: &mut Plan, wanted: &'a Wanted) -> Vec<&'a WantedUser> {
    let mut once: Vec<&WantedUser> = Vec::new();
    for user in &wanted.users {
        let state = |user: &WantedUser| {
            UserState::new(
                &user.roles,
                &user.scopes,
                user.description.as_deref().unwrap_or_default(),
            )
        };
        match once.iter().find(|other| other.username == user.username) {
            None => once.push(user),
            Some(other) if state(other) == state(user) => {}
            Some(_) => plan.problems.push(Problem::WantedTwice {
                username: user.username.clone(),
            }),
        }
    }
    once
}

fn check(plan: &mut Plan, user: &WantedUser) {
    let username = || user.username.clone();
    let characters = user.username.chars().count();
    if characters > USERNAME_CHARACTERS {
        plan.problems.push(Problem::NameTooLong {
            username: username(),
            characters,
        });
    }
    if !has_common_name(&user.username) {
        plan.problems.push(Problem::NoCommonName {
            username: username(),
        });
    }
    if user.roles.is_empty() {
        plan.problems.push(Problem::NoRole {
            username: username(),
        });
    }
    let characters = user
        .description
        .as_deref()
        .unwrap_or_default()
        .chars()
        .count();
    if characters > DESCRIPTION_CHARACTERS {
        plan.problems.push(Problem::DescriptionTooLong {
            username: username(),
            characters,
        });
    }
}

/// Whether an attribute of the name is CN: at its beginning, or after a separator that is not
/// escaped (RFC 4514, section 2).
fn has_common_name(name: &str) -> bool {
    let mut at_start = true;
    let mut escaped = false;
    for (index, character) in name.char_indices() {
        if at_start && name[index..].starts_with("CN=") {
            return true;
        }
        at_start = !escaped && matches!(character, ',' | '+');
        escaped = !escaped && character == '\\';
    }
    false
}

fn other_authentication(user: &DatabaseUser) -> Problem {
    let x509 = user
        .x509_type
        .as_ref()
        .filter(|kind| kind.as_str() != "NONE");
    let ldap = user
        .ldap_auth_type
        .as_deref()
        .filter(|kind| *kind != "NONE");
    Problem::OtherAuthentication {
        username: user.username.clone(),
        authentication: match (x509, ldap) {
            (Some(kind), _) => format!("X.509 {kind}"),
            (None, Some(kind)) => format!("LDAP {kind}"),
            (None, None) => "another".to_owned(),
        },
    }
}

fn deletions(plan: &mut Plan, present: &Present, wanted: &Wanted) {
    let mut names: Vec<&String> = wanted.deleted.iter().collect();
    names.sort();
    names.dedup();
    for username in names {
        if wanted.users.iter().any(|user| user.username == *username) {
            plan.problems.push(Problem::WantedAndDeleted {
                username: username.clone(),
            });
            continue;
        }
        match present.external_user(username) {
            None => {}
            Some(user) if user.is_self_managed() => plan.steps.push(Step::DeleteUser {
                username: username.clone(),
                was: UserState::of(user),
            }),
            Some(other) => plan.problems.push(other_authentication(other)),
        }
    }
}

/// Deletions come last, so the fullest moment is before them. Where nobody tells the limit, a project
/// that has more users than usual has had it raised, to what nobody knows.
fn foresee_limit(plan: &mut Plan, present: &Present, wanted: &Wanted) {
    let limit = wanted.user_limit.unwrap_or(USER_LIMIT);
    let is_read = wanted.user_limit.is_some();
    let there = present.users.len();
    let created = plan.steps.iter().filter_map(|step| match step {
        Step::CreateUser { user } => Some(&user.username),
        _ => None,
    });
    let refused: Vec<String> = created
        .clone()
        .skip(limit.saturating_sub(there))
        .cloned()
        .collect();
    if refused.is_empty() || !is_read && there > limit {
        return;
    }
    let notice = Notice::UserLimit {
        limit,
        is_read,
        users: there + created.count(),
        refused,
        deletes: plan
            .steps
            .iter()
            .any(|step| matches!(step, Step::DeleteUser { .. })),
    };
    plan.notices.push(notice);
}
