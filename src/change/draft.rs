//! What a person has decided so far: all of it survives a reload of the page (`session/storage.rs`).
//!
//! Certificates, names, roles and choices only. Private keys and secrets have no place here.

use std::collections::{BTreeMap, BTreeSet};

use atlas::{
    apply::{Apply, Outcome, Phase, Replaced},
    types::{Project, Role, Scope},
};
use pki::Placement;
use serde::{Deserialize, Serialize};

use super::{
    decision::{AsItIs, Authority, TakeOver},
    stranger::Strangers,
};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Draft {
    pub(crate) project: Option<Project>,
    /// The day that verdicts hold for, in seconds since 1970; `None` is today.
    pub(crate) day: Option<i64>,
    pub(crate) bundle: BundleChoice,
    /// The certificates that were given, each with the file that it came in.
    pub(crate) files: Vec<KeptFile>,
    /// Those of the files, by name, that were given to be compared with what Atlas has. Their clients become
    /// users only when somebody says so ([`super::wanted::rights`]).
    pub(crate) compared: BTreeSet<String>,
    /// Given clients whose key was another certificate's.
    pub(crate) strangers: Strangers,
    /// Given certificates that were put elsewhere by hand, by fingerprint.
    pub(crate) placed: BTreeMap<String, Placed>,
    /// Authorities of the present bundle that are taken out of it, by fingerprint.
    pub(crate) taken_out: BTreeSet<String>,
    /// What the users may do, by user name; those without an entry have not been looked at.
    pub(crate) rights: BTreeMap<String, Rights>,
    /// Users that are to be there though no certificate of theirs was given: they take over from others whose names
    /// are wrong.
    pub(crate) asked: BTreeSet<String>,
    /// Database users to delete.
    pub(crate) deleted: BTreeSet<String>,
    /// What is to be given to several users at once, as far as it is filled in.
    pub(crate) template: Rights,
    /// The users that it is to be given to; `None`: nobody chose, so all new ones.
    pub(crate) selected: Option<BTreeSet<String>>,
    /// What was asked about and is wanted all the same ([`super::consent`]).
    pub(crate) agreed: BTreeSet<String>,
    /// The self-managed users that Atlas had when it was read last.
    pub(crate) seen: BTreeSet<String>,
    /// Users that were among them and were then deleted by somebody else.
    pub(crate) gone: BTreeSet<String>,
    /// The plan that is being carried out, or was.
    pub(crate) apply: Option<Apply>,
    /// Whether the bundle that the plan replaces was saved as a file.
    pub(crate) former_saved: bool,
}

/// What becomes of the bundle that the project has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BundleChoice {
    /// It stays, and what was given comes to it.
    #[default]
    Add,
    /// What was given takes its place.
    Replace,
}

/// A file that was given, as far as it is kept: its certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptFile {
    pub(crate) name: String,
    /// DER in base64.
    pub(crate) certificates: Vec<String>,
}

/// Where a given certificate was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Placed {
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
pub(crate) struct Rights {
    /// Whether the user is to be there. One that is there and not wanted is left as it is.
    pub(crate) wanted: bool,
    pub(crate) roles: Vec<Role>,
    /// Empty: every cluster.
    pub(crate) scopes: Vec<Scope>,
    /// `None`: as it is.
    pub(crate) description: Option<String>,
}

/// How rights are given to several users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Give {
    /// Their roles and clusters become exactly these, and the description if there is one.
    Exactly,
    /// The roles come to those that they have; clusters and description stay.
    RolesToo,
}

impl Rights {
    /// These rights after `template` was given.
    pub(crate) fn given(&self, template: &Self, how: Give) -> Self {
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
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether there is a way back to the bundle that Atlas had before the plan was carried out.
    pub(crate) fn has_former_bundle(&self) -> bool {
        self.apply
            .as_ref()
            .is_some_and(|apply| apply.replaced().is_some())
    }

    /// Whether closing the tab loses the only copy of the bundle that Atlas had before.
    pub(crate) fn holds_only_former_bundle(&self) -> bool {
        let replaced = self.apply.as_ref().and_then(Apply::replaced);
        matches!(replaced, Some(Replaced::Bundle(_))) && !self.former_saved
    }

    /// Notes which self-managed users Atlas has now. Those that were there before and that nobody
    /// deleted here were deleted by somebody else: they are left out until somebody asks for them.
    /// `had` is what such a user could do, if that is known.
    pub(crate) fn see_users<'a>(
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
    pub(crate) fn keep(&mut self, file: KeptFile) {
        match self.files.iter_mut().find(|kept| kept.name == file.name) {
            Some(kept) => *kept = file,
            None if file.certificates.is_empty() => {}
            None => self.files.push(file),
        }
    }

    /// Decides what a user may do.
    pub(crate) fn set_rights(&mut self, name: String, rights: Rights) {
        self.rights.insert(name, rights);
    }

    /// Takes back what was decided about a user: it stays, or becomes, what it was by itself.
    pub(crate) fn leave_user(&mut self, name: &str) {
        self.rights.remove(name);
        self.deleted.remove(name);
        self.asked.remove(name);
    }

    /// Deletes a user. What was decided about its rights waits in case that is taken back.
    pub(crate) fn delete_user(&mut self, name: String) {
        self.deleted.insert(name);
    }

    /// Takes a deletion back.
    pub(crate) fn keep_user(&mut self, name: &str) {
        self.deleted.remove(name);
    }

    /// Gives a user the rights of another, which is then deleted, or stays until its certificates
    /// are all renewed.
    pub(crate) fn take_over(&mut self, takes: TakeOver) {
        let TakeOver {
            to,
            rights,
            from,
            delete,
        } = takes;
        self.deleted.remove(&to);
        self.rights.remove(&from);
        self.asked.insert(to.clone());
        self.rights.insert(to, rights);
        if delete {
            self.deleted.insert(from);
        } else {
            self.deleted.remove(&from);
        }
    }

    /// Begins to carry a plan out. `saved`: the bundle that it replaces is in a file.
    pub(crate) fn begin(&mut self, apply: Apply, saved: bool) {
        self.apply = Some(apply);
        self.former_saved = saved;
    }

    /// Carries out something that leads back, in place of what was carried out.
    pub(crate) fn apply_instead(&mut self, apply: Apply) {
        self.keep_progress(apply);
        // What was taken out comes back; left so, the next change would take it out again.
        self.put_all_back();
        // What this replaces is another bundle than the one that may be in a file.
        self.former_saved = false;
    }

    /// Notes what is wanted all the same, or not any more.
    pub(crate) fn agree(&mut self, about: Vec<String>, agreed: bool) {
        for sha256 in about {
            if agreed {
                self.agreed.insert(sha256);
            } else {
                self.agreed.remove(&sha256);
            }
        }
    }

    /// Takes over how far the plan has been carried out. What belongs to a project that is not
    /// chosen any more is left alone.
    pub(crate) fn keep_progress(&mut self, apply: Apply) {
        if self
            .project
            .as_ref()
            .is_some_and(|project| project.id == *apply.project())
        {
            self.apply = Some(apply);
        }
    }

    /// Everything but how far the plan has been carried out.
    pub(crate) fn decisions(&self) -> Self {
        Self {
            apply: None,
            ..self.clone()
        }
    }

    /// What choosing another project would forget of what was decided, and of what became of it.
    pub(crate) fn goes_with_project(&self) -> Vec<String> {
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
                "which authorities are left out",
            ),
            (!self.rights.is_empty(), "what the users may do"),
            (!self.deleted.is_empty(), "which users are deleted"),
            (begun, "the changes that were begun"),
            (
                self.has_former_bundle(),
                "the way back to what was there before the last change",
            ),
        ]
        .into_iter()
        .filter(|(is_there, _)| *is_there)
        .map(|(_, what)| what.to_owned())
        .collect()
    }

    /// Another project: what was decided about the old one's bundle and users does not go for it.
    /// The files stay, and which of their certificates are clients.
    pub(crate) fn choose_project(&mut self, project: Project) {
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
            compared,
            strangers,
            mut placed,
            day,
            ..
        } = std::mem::take(self);
        placed.retain(|_, placed| *placed != Placed::NotTrusted);
        *self = Self {
            project: Some(project),
            files,
            compared,
            strangers,
            placed,
            day,
            ..Self::default()
        };
    }

    /// Takes an authority out of the bundle. One that Atlas has and that was given here too would
    /// come back with what was given, so both are noted.
    pub(crate) fn leave_out(&mut self, authority: &Authority) {
        if authority.is_present {
            self.taken_out.insert(authority.sha256.clone());
        }
        if authority.is_given {
            self.placed
                .insert(authority.sha256.clone(), Placed::NotTrusted);
        }
    }

    /// Takes every authority out, which switches self-managed X.509 off.
    pub(crate) fn leave_all_out(&mut self, bundle: &[Authority]) {
        self.bundle = BundleChoice::Add;
        for authority in bundle {
            self.leave_out(authority);
        }
    }

    /// Puts every authority back that was left out.
    pub(crate) fn put_all_back(&mut self) {
        self.taken_out.clear();
        self.placed
            .retain(|_, placed| *placed != Placed::NotTrusted);
    }

    /// Takes back what was decided about the bundle and the users. What was given changes nothing any more:
    /// its authorities are left out of the bundle, and no user is made of a client.
    pub(crate) fn leave_as_it_is(&mut self, as_it_is: AsItIs) {
        let AsItIs {
            added,
            removed,
            created,
        } = as_it_is;
        self.bundle = BundleChoice::Add;
        self.taken_out.clear();
        // What somebody could do whom somebody else deleted is known here alone.
        self.rights.retain(|name, _| self.gone.contains(name));
        self.rights
            .values_mut()
            .for_each(|rights| rights.wanted = false);
        self.deleted.clear();
        self.asked.clear();
        for sha256 in removed {
            self.put_back(&sha256);
        }
        for sha256 in added {
            self.placed.insert(sha256, Placed::NotTrusted);
        }
        for name in created {
            self.rights.entry(name).or_default();
        }
    }

    /// Puts an authority back that was left out.
    pub(crate) fn put_back(&mut self, sha256: &str) {
        self.taken_out.remove(sha256);
        if self.placed.get(sha256) == Some(&Placed::NotTrusted) {
            self.placed.remove(sha256);
        }
    }
}

#[cfg(test)]
mod tests;
