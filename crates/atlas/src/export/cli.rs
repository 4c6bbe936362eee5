//! The plan as commands of the Atlas CLI (its reference for 1.58, `atlas dbusers`, `atlas security
//! customerCerts` and `atlas api x509Authentication`).

use super::{
    Export, Target, Tool,
    quote::{csv, shell},
};
use crate::{
    calls::DISABLE_X509,
    plan::{Plan, Step, UserState, WantedUser},
    types::{Role, Scope, ScopeType},
};

pub(super) fn export(plan: &Plan, target: &Target) -> Export {
    let mut export = Export::new("atlas.sh");
    export.push("#!/bin/sh\nset -eu\n");
    for step in &plan.steps {
        push_step(&mut export, step, target);
    }
    if plan.restarts() {
        export.push(&format!(
            "\n# What Atlas has now\natlas security customerCerts describe --projectId {}\n",
            target.project
        ));
        export.note_restarts();
    }
    if target.is_government() {
        export.note(
            "Atlas for Government: make a profile for it first, with atlas config init --gov."
                .to_owned(),
        );
    }
    export
}

fn push_step(export: &mut Export, step: &Step, target: &Target) {
    if step
        .username()
        .is_some_and(|name| !export.can_express(name, Tool::AtlasCli))
    {
        return;
    }
    let mut words: Vec<String> = ["atlas"].map(str::to_owned).to_vec();
    let mut say = |more: &[&str]| words.extend(more.iter().map(|word| shell(word)));
    match step {
        Step::ReplaceBundle { pem, .. } => {
            export.add_file("ca.pem", pem);
            say(&["security", "customerCerts", "create", "--casFile", "ca.pem"]);
        }
        Step::Disable { .. } => {
            push_disable(export, step, target);
            return;
        }
        Step::CreateUser { user } => {
            say(&[
                "dbusers",
                "create",
                "--username",
                &user.username,
                "--x509Type",
                "CUSTOMER",
            ]);
            push_rights(export, user, &mut say);
        }
        Step::UpdateUser { user, was, .. } => {
            say(&[
                "dbusers",
                "update",
                &user.username,
                "--authDB",
                "$external",
                "--x509Type",
                "CUSTOMER",
            ]);
            push_rights(export, user, &mut say);
            note_what_stays(export, user, was);
        }
        Step::DeleteUser { username, .. } => {
            say(&[
                "dbusers",
                "delete",
                username,
                "--authDB",
                "$external",
                "--force",
            ]);
        }
    }
    say(&["--projectId", target.project.as_str()]);
    export.push(&format!(
        "\n# {}\n{}\n",
        comment(&step.title()),
        words.join(" ")
    ));
}

/// `customerCerts disable` always asks, and a script has nobody to answer.
fn push_disable(export: &mut Export, step: &Step, target: &Target) {
    export.push(&format!(
        "\n# {}\natlas api x509Authentication disableSecurityCustomerX509 --version {} --groupId {}\n",
        comment(&step.title()),
        DISABLE_X509.version,
        target.project
    ));
    export.note("Switching off needs Atlas CLI 1.45 or later, and doesn't ask. With an older one, atlas security customerCerts disable does the same and asks.".to_owned());
}

fn push_rights(export: &mut Export, user: &WantedUser, say: &mut impl FnMut(&[&str])) {
    for role in &user.roles {
        match role_flag(role) {
            Some(flag) => say(&["--role", &csv(&flag)]),
            None => export.note(format!(
                "The Atlas CLI cannot express the role {} of {}: it takes an @ for the end of the role's name. It is left out.",
                role.role_name, user.username
            )),
        }
    }
    for scope in &user.scopes {
        say(&["--scope", &csv(&scope_flag(scope))]);
    }
    match user.description.as_deref() {
        Some(description) if !description.is_empty() && !description.contains('\0') => {
            say(&["--desc", description]);
        }
        _ => {}
    }
}

/// `role@database.collection`; the first dot ends the database, whose name cannot hold one.
fn role_flag(role: &Role) -> Option<String> {
    let parts = [&role.role_name, &role.database_name];
    let collection = role.collection().unwrap_or_default();
    let has = |character: char| {
        parts.iter().any(|part| part.contains(character)) || collection.contains(character)
    };
    if has('@') || has('\0') {
        return None;
    }
    let mut flag = format!("{}@{}", role.role_name, role.database_name);
    if let Some(collection) = role.collection() {
        flag.push('.');
        flag.push_str(collection);
    }
    Some(flag)
}

fn scope_flag(scope: &Scope) -> String {
    match scope.kind {
        ScopeType::Cluster => scope.name.clone(),
        _ => format!("{}:{}", scope.name, scope.kind),
    }
}

/// The command leaves alone what it does not name, and has no way to name nothing.
fn note_what_stays(export: &mut Export, user: &WantedUser, was: &UserState) {
    if user.scopes.is_empty() && !was.scopes.is_empty() {
        export.note(format!(
            "The Atlas CLI cannot lift the limit to certain clusters from {}. Do that in Atlas.",
            user.username
        ));
    }
    if user.description.as_deref() == Some("") && !was.description.is_empty() {
        export.note(format!(
            "The Atlas CLI cannot empty the description of {}. Do that in Atlas.",
            user.username
        ));
    }
}

/// A comment ends with its line.
pub(super) fn comment(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect()
}
