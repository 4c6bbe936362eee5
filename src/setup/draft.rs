//! What a person has decided so far: all of it survives a reload of the page ([`super::storage`]).
//!
//! Certificates, names, roles and choices only. Private keys and secrets have no place here.

use std::collections::{BTreeMap, BTreeSet};

use atlas::{
    apply::Apply,
    types::{Project, Role, Scope},
};
use pki::analysis::Placement;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Draft {
    pub(super) project: Option<Project>,
    /// The day that verdicts hold for, in seconds since 1970; `None` is today.
    pub(super) day: Option<i64>,
    pub(super) bundle: BundleChoice,
    /// The certificates that were given, each with the file that it came in.
    pub(super) files: Vec<KeptFile>,
    /// Given certificates that were put elsewhere by hand, by fingerprint.
    pub(super) placed: BTreeMap<String, Placed>,
    /// Authorities of the present bundle that are taken out of it, by fingerprint.
    pub(super) taken_out: BTreeSet<String>,
    /// What the users may do, by user name; those without an entry have not been looked at.
    pub(super) rights: BTreeMap<String, Rights>,
    /// Database users to delete.
    pub(super) deleted: BTreeSet<String>,
    /// The plan that is being carried out, or was.
    pub(super) apply: Option<Apply>,
}

/// What becomes of the bundle that the project has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum BundleChoice {
    /// It stays, and what was given comes to it.
    #[default]
    Add,
    /// What was given takes its place.
    Replace,
}

/// A file that was given, as far as it is kept: its certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptFile {
    pub(super) name: String,
    /// DER in base64.
    pub(super) certificates: Vec<String>,
}

/// Where a given certificate was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Placed {
    Bundle,
    Client,
    /// Left out of the bundle.
    NotTrusted,
    /// Left out altogether.
    Aside,
}

impl From<Placed> for Placement {
    fn from(placed: Placed) -> Self {
        match placed {
            Placed::Bundle => Self::Bundle,
            Placed::Client => Self::Client,
            Placed::NotTrusted => Self::NotTrusted,
            Placed::Aside => Self::Aside,
        }
    }
}

/// What a user may do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Rights {
    /// Whether the user is to be there. One that is there and not wanted is left as it is.
    pub(super) wanted: bool,
    pub(super) roles: Vec<Role>,
    /// Empty: every cluster.
    pub(super) scopes: Vec<Scope>,
    /// `None`: as it is.
    pub(super) description: Option<String>,
}

impl Draft {
    /// Whether there is anything that would be lost.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Keeps a file that was given.
    pub(super) fn keep(&mut self, file: KeptFile) {
        self.files.push(file);
    }

    /// Another project: what was decided about the old one's bundle and users does not go for it.
    /// The files stay.
    pub(super) fn choose_project(&mut self, project: Project) {
        if self
            .project
            .as_ref()
            .is_some_and(|old| old.id == project.id)
        {
            self.project = Some(project);
            return;
        }
        let Self {
            files, placed, day, ..
        } = std::mem::take(self);
        *self = Self {
            project: Some(project),
            files,
            placed,
            day,
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn project(id: char) -> Project {
        let json = serde_json::json!({ "id": id.to_string().repeat(24), "name": "P" });
        serde_json::from_value(json).expect("a project")
    }

    #[test]
    fn another_project_keeps_the_files_and_forgets_what_was_decided_about_the_old_one() {
        let mut draft = Draft::default();
        draft.choose_project(project('a'));
        draft.files.push(KeptFile {
            name: "ca.pem".to_owned(),
            certificates: vec!["AA==".to_owned()],
        });
        draft.taken_out.insert("f".to_owned());
        draft.deleted.insert("CN=old".to_owned());
        let before = draft.clone();

        draft.choose_project(project('a'));
        assert_eq!(draft, before, "the same project again changes nothing");

        draft.choose_project(project('b'));
        assert_eq!(draft.files, before.files);
        assert!(draft.taken_out.is_empty() && draft.deleted.is_empty());
    }
}
