//! What a person has decided so far: all of it survives a reload of the page ([`super::storage`]).
//!
//! Certificates, names, roles and choices only. Private keys and secrets have no place here.

use std::collections::{BTreeMap, BTreeSet};

use atlas::{
    apply::{Apply, Outcome, Phase, Replaced},
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
    /// What is to be given to several users at once, as far as it is filled in.
    pub(super) template: Rights,
    /// The users that it is to be given to; `None`: nobody chose, so all new ones.
    pub(super) selected: Option<BTreeSet<String>>,
    /// What was asked about and is wanted all the same ([`super::consent`]).
    pub(super) agreed: BTreeSet<String>,
    /// The self-managed users that Atlas had when it was read last.
    pub(super) seen: BTreeSet<String>,
    /// Users that were among them and were then deleted by somebody else.
    pub(super) gone: BTreeSet<String>,
    /// The plan that is being carried out, or was.
    pub(super) apply: Option<Apply>,
    /// Whether the bundle that the plan replaces was saved as a file.
    pub(super) former_saved: bool,
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
    /// A client, left out altogether.
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

/// How rights are given to several users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Give {
    /// Their roles and clusters become exactly these, and the description if there is one.
    Exactly,
    /// The roles come to those that they have; clusters and description stay.
    RolesToo,
}

impl Rights {
    /// These rights after `template` was given.
    pub(super) fn given(&self, template: &Self, how: Give) -> Self {
        let mut rights = self.clone();
        match how {
            Give::Exactly => {
                rights.roles.clone_from(&template.roles);
                rights.scopes.clone_from(&template.scopes);
                if template
                    .description
                    .as_deref()
                    .is_some_and(|text| !text.is_empty())
                {
                    rights.description.clone_from(&template.description);
                }
            }
            Give::RolesToo => {
                let more = template
                    .roles
                    .iter()
                    .filter(|role| !self.roles.contains(role));
                rights.roles.extend(more.cloned());
            }
        }
        rights
    }
}

impl Draft {
    /// Whether there is anything that would be lost.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether there is a way back to the bundle that Atlas had before the plan was carried out.
    pub(super) fn has_former_bundle(&self) -> bool {
        self.apply
            .as_ref()
            .is_some_and(|apply| apply.replaced().is_some())
    }

    /// Whether closing the tab loses the only copy of the bundle that Atlas had before.
    pub(super) fn holds_only_former_bundle(&self) -> bool {
        let replaced = self.apply.as_ref().and_then(Apply::replaced);
        matches!(replaced, Some(Replaced::Bundle(_))) && !self.former_saved
    }

    /// Notes which self-managed users Atlas has now. Those that were there before and that nobody
    /// deleted here were deleted by somebody else: they are left out until somebody asks for them.
    /// `had` is what such a user could do, if that is known.
    pub(super) fn see_users<'a>(
        &mut self,
        now: impl IntoIterator<Item = &'a str>,
        had: impl Fn(&str) -> Option<Rights>,
    ) {
        let now: BTreeSet<String> = now.into_iter().map(str::to_owned).collect();
        self.gone.retain(|name| !now.contains(name));
        let missing = self.seen.difference(&now);
        let missing = missing.filter(|name| !self.deleted.contains(*name));
        for name in missing {
            self.gone.insert(name.clone());
            let decided = self.rights.remove(name);
            if let Some(rights) = decided.or_else(|| had(name)) {
                let left_out = Rights {
                    wanted: false,
                    ..rights
                };
                self.rights.insert(name.clone(), left_out);
            }
        }
        self.seen = now;
    }

    /// Keeps a file that was given.
    pub(super) fn keep(&mut self, file: KeptFile) {
        self.files.push(file);
    }

    /// Decides what a user may do.
    pub(super) fn set_rights(&mut self, name: String, rights: Rights) {
        self.rights.insert(name, rights);
    }

    /// Takes back what was decided about a user: it stays, or becomes, what it was by itself.
    pub(super) fn leave_user(&mut self, name: &str) {
        self.rights.remove(name);
        self.deleted.remove(name);
    }

    /// Deletes a user. What was decided about its rights waits in case that is taken back.
    pub(super) fn delete_user(&mut self, name: String) {
        self.deleted.insert(name);
    }

    /// Takes a deletion back.
    pub(super) fn keep_user(&mut self, name: &str) {
        self.deleted.remove(name);
    }

    /// Gives a user the rights of another, which is then deleted, or stays until its certificates
    /// are all renewed.
    pub(super) fn take_over(&mut self, name: String, rights: Rights, from: String, delete: bool) {
        self.deleted.remove(&name);
        self.rights.remove(&from);
        self.rights.insert(name, rights);
        if delete {
            self.deleted.insert(from);
        } else {
            self.deleted.remove(&from);
        }
    }

    /// Begins to carry a plan out. `saved`: the bundle that it replaces is in a file.
    pub(super) fn begin(&mut self, apply: Apply, saved: bool) {
        self.apply = Some(apply);
        self.former_saved = saved;
    }

    /// Takes over how far the plan has been carried out. What belongs to a project that is not
    /// chosen any more is left alone.
    pub(super) fn keep_progress(&mut self, apply: Apply) {
        if self
            .project
            .as_ref()
            .is_some_and(|project| project.id == *apply.project())
        {
            self.apply = Some(apply);
        }
    }

    /// Everything but how far the plan has been carried out.
    pub(super) fn decisions(&self) -> Self {
        Self {
            apply: None,
            ..self.clone()
        }
    }

    /// What choosing another project would forget of what was decided, and of what became of it.
    pub(super) fn goes_with_project(&self) -> Vec<String> {
        let begun = self.apply.as_ref().is_some_and(|apply| {
            let mut outcomes = apply.steps().iter().map(|progress| &progress.outcome);
            !matches!(apply.phase(), Phase::Finished | Phase::Waiting { .. })
                && outcomes.any(|outcome| *outcome != Outcome::NotTried)
        });
        let left_out = self
            .placed
            .values()
            .any(|placed| *placed == Placed::NotTrusted);
        [
            (
                left_out || !self.taken_out.is_empty(),
                "which authorities are taken out",
            ),
            (!self.rights.is_empty(), "what the users may do"),
            (!self.deleted.is_empty(), "which users are deleted"),
            (begun, "the changes that were begun"),
            (
                self.has_former_bundle(),
                "the former bundle, and with it the way back",
            ),
        ]
        .into_iter()
        .filter(|(is_there, _)| *is_there)
        .map(|(_, what)| what.to_owned())
        .collect()
    }

    /// Another project: what was decided about the old one's bundle and users does not go for it.
    /// The files stay, and which of their certificates are clients.
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
            files,
            mut placed,
            day,
            ..
        } = std::mem::take(self);
        placed.retain(|_, placed| *placed != Placed::NotTrusted);
        *self = Self {
            project: Some(project),
            files,
            placed,
            day,
            ..Self::default()
        };
    }

    /// Takes an authority out of the bundle. One that Atlas has and that was given here too would
    /// come back with what was given, so both are noted.
    pub(super) fn leave_out(&mut self, sha256: &str, is_present: bool, is_given: bool) {
        if is_present {
            self.taken_out.insert(sha256.to_owned());
        }
        if is_given {
            self.placed.insert(sha256.to_owned(), Placed::NotTrusted);
        }
    }

    /// Takes every authority out, which switches self-managed X.509 off. `bundle`: their
    /// fingerprints, with whether Atlas has each and whether it was given here.
    pub(super) fn leave_all_out(&mut self, bundle: Vec<(String, bool, bool)>) {
        self.bundle = BundleChoice::Add;
        for (sha256, is_present, is_given) in bundle {
            self.leave_out(&sha256, is_present, is_given);
        }
    }

    /// Puts every authority back that was left out.
    pub(super) fn put_all_back(&mut self) {
        self.taken_out.clear();
        self.placed
            .retain(|_, placed| *placed != Placed::NotTrusted);
    }

    /// Puts an authority back that was left out.
    pub(super) fn put_back(&mut self, sha256: &str) {
        self.taken_out.remove(sha256);
        if self.placed.get(sha256) == Some(&Placed::NotTrusted) {
            self.placed.remove(sha256);
        }
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
    fn an_authority_that_is_left_out_can_be_put_back_wherever_it_came_from() {
        for (is_present, is_given) in [(true, false), (false, true), (true, true)] {
            let mut draft = Draft::default();
            draft.leave_out("f", is_present, is_given);
            assert_eq!(draft.taken_out.contains("f"), is_present);
            assert_eq!(draft.placed.contains_key("f"), is_given);
            draft.put_back("f");
            assert!(draft.is_empty());
        }
    }

    #[test]
    fn putting_back_leaves_a_certificate_where_a_person_wants_it() {
        let mut draft = Draft::default();
        draft.placed.insert("f".to_owned(), Placed::Client);
        draft.put_back("f");
        assert_eq!(draft.placed.get("f"), Some(&Placed::Client));
    }

    #[test]
    fn another_project_keeps_the_files_and_forgets_what_was_decided_about_the_old_one() {
        let mut draft = Draft::default();
        draft.choose_project(project('a'));
        draft.files.push(KeptFile {
            name: "ca.pem".to_owned(),
            certificates: vec!["AA==".to_owned()],
        });
        draft.leave_out("f", true, true);
        draft.placed.insert("client".to_owned(), Placed::Client);
        draft.deleted.insert("CN=old".to_owned());
        let before = draft.clone();

        draft.choose_project(project('a'));
        assert_eq!(draft, before, "the same project again changes nothing");

        assert_eq!(draft.goes_with_project().len(), 2);
        draft.choose_project(project('b'));
        assert!(draft.goes_with_project().is_empty());
        assert_eq!(draft.files, before.files);
        assert!(draft.taken_out.is_empty() && draft.deleted.is_empty());
        let placed: Vec<&str> = draft.placed.keys().map(|sha256| &**sha256).collect();
        assert_eq!(
            placed,
            ["client"],
            "what was taken out there is not taken out here"
        );
    }

    #[test]
    fn everything_that_was_taken_out_can_be_put_back_at_once() {
        let mut draft = Draft::default();
        draft.leave_all_out(vec![
            ("a".to_owned(), true, false),
            ("b".to_owned(), false, true),
        ]);
        assert!(draft.taken_out.contains("a") && draft.placed.contains_key("b"));
        draft.put_all_back();
        assert!(draft.is_empty());
    }

    #[test]
    fn the_former_bundle_is_only_here_until_it_is_saved() {
        let apply = |replaced: serde_json::Value| {
            let bundle = serde_json::json!({
                "do": "replace-bundle", "pem": "", "added": [], "kept": [], "removed": [],
            });
            let json = serde_json::json!({
                "project": "a".repeat(24),
                "wanted": {
                    "bundle": "as-it-is", "users": [], "deleted": [], "dependents": {},
                    "user_limit": null,
                },
                "steps": [{"step": bundle, "outcome": {"is": "done", "found": false}}],
                "phase": {"is": "finished"},
                "replaced": replaced,
                "clusters": [],
            });
            serde_json::from_value::<Apply>(json).expect("a run")
        };
        for (replaced, saved, expected) in [
            (serde_json::json!({"bundle": "PEM"}), false, true),
            (serde_json::json!({"bundle": "PEM"}), true, false),
            (serde_json::json!("off"), false, false),
        ] {
            let mut draft = Draft::default();
            draft.begin(apply(replaced.clone()), saved);
            assert_eq!(
                draft.holds_only_former_bundle(),
                expected,
                "{replaced} {saved}"
            );
        }
    }

    #[test]
    fn a_run_goes_with_its_project_once_it_has_begun_and_the_former_bundle_as_long_as_it_is_kept() {
        let apply = |outcome: &str, phase: &str, step: serde_json::Value| {
            let json = serde_json::json!({
                "project": "a".repeat(24),
                "wanted": {
                    "bundle": "as-it-is", "users": [], "deleted": ["CN=a"], "dependents": {},
                    "user_limit": null,
                },
                "steps": [{"step": step, "outcome": {"is": outcome, "found": false}}],
                "phase": {"is": phase, "trouble": null},
                "replaced": "off",
                "clusters": [],
            });
            serde_json::from_value(json).expect("a run")
        };
        let user = serde_json::json!({
            "do": "create-user",
            "user": {"username": "CN=a", "roles": [], "scopes": [], "description": null},
        });
        let bundle = serde_json::json!({
            "do": "replace-bundle", "pem": "", "added": [], "kept": [], "removed": [],
        });
        for (step, outcome, phase, lost) in [
            (&user, "not-tried", "ready", 0),
            (&user, "not-tried", "stopped", 0),
            (&user, "trying", "running", 1),
            (&user, "done", "stopped", 1),
            (&user, "done", "finished", 0),
            (&bundle, "not-tried", "ready", 0),
            (&bundle, "done", "stopped", 2),
            (&bundle, "done", "waiting", 1),
            (&bundle, "done", "finished", 1),
        ] {
            let draft = Draft {
                apply: Some(apply(outcome, phase, step.clone())),
                ..Draft::default()
            };
            let forgotten = draft.goes_with_project();
            assert_eq!(forgotten.len(), lost, "{outcome} {phase}: {forgotten:?}");
        }
    }

    #[test]
    fn rights_are_given_exactly_or_come_to_what_is_there() {
        let scope = |name: &str| Scope {
            name: name.to_owned(),
            kind: atlas::types::ScopeType::Cluster,
        };
        let has = Rights {
            wanted: true,
            roles: vec![Role::on("read", "a")],
            scopes: vec![scope("one")],
            description: Some("old".to_owned()),
        };
        let template = Rights {
            roles: vec![Role::on("read", "a"), Role::on("read", "b")],
            description: Some(String::new()),
            ..Rights::default()
        };
        let exactly = has.given(&template, Give::Exactly);
        assert_eq!(exactly.roles, template.roles);
        assert!(exactly.wanted && exactly.scopes.is_empty());
        assert_eq!(
            exactly.description, has.description,
            "an empty one says nothing"
        );

        let more = has.given(&template, Give::RolesToo);
        assert_eq!(more.roles, template.roles, "each once");
        assert_eq!(
            (&more.scopes, &more.description),
            (&has.scopes, &has.description)
        );
    }

    #[test]
    fn a_deletion_is_taken_back_with_what_was_decided_before() {
        let mut draft = Draft::default();
        let rights = Rights {
            wanted: true,
            ..Rights::default()
        };
        draft.set_rights("CN=a".to_owned(), rights.clone());
        draft.delete_user("CN=a".to_owned());
        draft.keep_user("CN=a");
        assert!(draft.deleted.is_empty());
        assert_eq!(draft.rights.get("CN=a"), Some(&rights));

        draft.take_over("CN=b".to_owned(), rights.clone(), "CN=a".to_owned(), false);
        assert!(draft.deleted.is_empty(), "both stay");
        draft.take_over("CN=b".to_owned(), rights.clone(), "CN=a".to_owned(), true);
        assert!(draft.deleted.contains("CN=a") && draft.rights.get("CN=b") == Some(&rights));
        draft.leave_user("CN=a");
        draft.leave_user("CN=b");
        assert!(draft.deleted.is_empty() && draft.rights.is_empty());
    }
}
