//! Steps, notices and problems as sentences for people.

use super::{Notice, Problem, Step};

impl Step {
    /// What the step does, as a title.
    pub fn title(&self) -> String {
        match self {
            Self::ReplaceBundle {
                added,
                kept,
                removed,
                ..
            } => replaced(added.len(), kept.len(), removed.len()),
            Self::Disable { .. } => "Switch self-managed X.509 off".to_owned(),
            Self::CreateUser { user } => format!("Create user {}", user.username),
            Self::UpdateUser { user, .. } => format!("Change user {}", user.username),
            Self::DeleteUser { username, .. } => format!("Delete user {username}"),
        }
    }
}

/// What becomes of the bundle. Where there was none, nothing is replaced.
fn replaced(added: usize, kept: usize, removed: usize) -> String {
    match (added, kept, removed) {
        (1, 0, 0) => "Upload the CA bundle: 1 authority".to_owned(),
        (n, 0, 0) => format!("Upload the CA bundle: {n} authorities"),
        _ => {
            let parts: Vec<String> = [(added, "added"), (kept, "kept"), (removed, "removed")]
                .into_iter()
                .filter(|(number, _)| *number > 0)
                .map(|(number, word)| format!("{number} {word}"))
                .collect();
            format!("Replace the CA bundle: {}", parts.join(", "))
        }
    }
}

impl Notice {
    /// What is so, and what it means.
    pub fn sentence(&self) -> String {
        match self {
            Self::DeletedByOthers { users } => format!(
                "Deleted by somebody else since you decided on this, and left out: {}. You can have {} created again.",
                users.join("; "),
                if users.len() == 1 { "it" } else { "them" },
            ),
            Self::Restarts => "Every node of every running cluster in the project restarts, one at a time. Clients reconnect by themselves if their driver retries.".to_owned(),
            Self::UserLimit { limit, is_read, users, refused, deletes } => format!(
                "The project would have {users} database users, and {}. Atlas refuses {}. {}",
                if *is_read { format!("may have {limit}") } else { format!("Atlas allows {limit} unless MongoDB has raised the limit") },
                beyond(refused),
                if *deletes {
                    "Deletions come last: apply them on their own first, or ask MongoDB's support for more."
                } else {
                    "Delete users that nobody needs, or ask MongoDB's support for more."
                },
            ),
            Self::RemovalBreaks { authority, dependents } => format!(
                "Certificates issued below {authority} stop working: {}.",
                dependents.join("; ")
            ),
            Self::X509StaysOff => "Self-managed X.509 is off in this project, so these users cannot log in until there is a CA bundle.".to_owned(),
        }
    }
}

/// Those for whom there is no place: the first few by name.
fn beyond(refused: &[String]) -> String {
    /// More would be no sentence.
    const NAMED: usize = 3;
    let names = refused.iter().take(NAMED).map(String::as_str);
    let names = names.collect::<Vec<_>>().join("; ");
    match refused.len() {
        0 => "the rest".to_owned(),
        1 => format!("the last one: {names}"),
        n if n <= NAMED => format!("the last {n}: {names}"),
        n => format!("the last {n}: {names}; {} more", n - NAMED),
    }
}

impl Problem {
    /// What is so, and what to do.
    pub fn sentence(&self) -> String {
        match self {
            Self::EmptyBundle => "The bundle holds no authority. Add one, or choose to switch self-managed X.509 off.".to_owned(),
            Self::WantedTwice { username } => format!(
                "{username} is wanted twice, with different rights. Choose one of them."
            ),
            Self::WantedAndDeleted { username } => format!(
                "{username} is both wanted and marked for deletion. Choose one of them."
            ),
            Self::OtherAuthentication { username, authentication } => format!(
                "Atlas has a user {username} already, with another kind of login ({authentication}). The kind of login can't be changed: delete that user in Atlas first, or issue a certificate with another subject."
            ),
            Self::NameTooLong { username, characters } => format!(
                "{username} has {characters} characters; Atlas takes 1,024. Issue a certificate with a shorter subject."
            ),
            Self::NoCommonName { username } => format!(
                "{username} has no common name (CN), and Atlas takes no name without one. Issue a certificate with a CN."
            ),
            Self::DescriptionTooLong { username, characters } => format!(
                "The description of {username} has {characters} characters; Atlas takes 100. Shorten it."
            ),
            Self::NoRole { username } => format!(
                "{username} has no role. Give it at least one."
            ),
        }
    }
}
