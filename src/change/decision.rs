//! What a person can decide, and what the session notes in their place: each change of a draft by its name,
//! so that it can be told from another, compared and tested.

use std::collections::BTreeSet;

use atlas::{
    apply::Apply,
    plan::{Plan, Removed, Step},
    types::Project,
};

use super::{
    draft::{BundleChoice, Draft, KeptFile, Placed, Rights},
    stranger::Strangers,
};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Decision {
    /// Another draft takes the place of this one.
    TakeUp(Box<Draft>),
    ChooseProject(Box<Project>),
    /// The day to judge for, in seconds since 1970; `None` is today.
    JudgeFor(Option<i64>),

    /// What becomes of the bundle that the project has.
    Bundle(BundleChoice),
    /// An authority goes out of the bundle.
    LeaveOut(Authority),
    /// All of them go, which switches self-managed X.509 off.
    LeaveAllOut(Vec<Authority>),
    /// By fingerprint.
    PutBack(String),
    PutAllBack,
    /// What was decided about the bundle and the users is taken back, and what was given changes nothing.
    LeaveAsItIs(AsItIs),
    /// A given certificate, by fingerprint, belongs elsewhere.
    Place(String, Placed),

    /// What a user may do, by name.
    SetRights(String, Rights),
    /// The same for several.
    SetRightsOf(Vec<(String, Rights)>),
    /// What was decided about a user is taken back.
    LeaveUser(String),
    DeleteUser(String),
    KeepUser(String),
    TakeOver(TakeOver),
    /// What is to be given to several users.
    Template(Rights),
    /// To whom.
    Select(BTreeSet<String>),

    /// What was asked about (by fingerprint) is wanted all the same, or not any more.
    Agree {
        about: Vec<String>,
        agreed: bool,
    },

    /// A plan is to be carried out. `saved`: the bundle that it replaces is in a file.
    Begin {
        apply: Box<Apply>,
        saved: bool,
    },
    /// The difference that stopped a run is wanted, too.
    AgreeToDifference,
    /// A user that somebody else deleted is to be there all the same.
    CreateAgain(String),
    /// A plan that leads back takes the place of the one that was carried out.
    ApplyInstead(Box<Apply>),
    /// The bundle that the plan replaces was saved as a file.
    FormerSaved,

    /// How far the plan has been carried out.
    Progress(Box<Apply>),
    /// Files that were read.
    Keep(Vec<KeptFile>),
    /// Some of them, by name, were given to be compared with what Atlas has, and not to make users of.
    Compare(Vec<String>),
    /// A file goes, by its name.
    TakeAway(String),
    /// Clients that turned out to have another certificate's key.
    Strangers(Strangers),
}

/// An authority that a decision is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Authority {
    pub(crate) sha256: String,
    /// Whether Atlas has it.
    pub(crate) is_present: bool,
    /// Whether it was given here.
    pub(crate) is_given: bool,
}

/// A user gets the rights of another, whose name was probably meant to be this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TakeOver {
    pub(crate) to: String,
    pub(crate) rights: Rights,
    pub(crate) from: String,
    /// Whether the other one is deleted.
    pub(crate) delete: bool,
}

/// What a plan would change, for the decision that nothing is to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AsItIs {
    /// The authorities that would come to the bundle, by fingerprint.
    pub(crate) added: Vec<String>,
    /// Those that would go.
    pub(crate) removed: Vec<String>,
    /// The users that would be made.
    pub(crate) created: Vec<String>,
}

impl AsItIs {
    /// In place of this plan.
    pub(crate) fn in_place_of(plan: &Plan) -> Self {
        let mut as_it_is = Self::default();
        for step in &plan.steps {
            match step {
                Step::ReplaceBundle { added, removed, .. } => {
                    as_it_is
                        .added
                        .extend(added.iter().map(|one| one.sha256.clone()));
                    as_it_is.removed.extend(removed.iter().map(fingerprint));
                }
                Step::Disable { removed } => {
                    as_it_is.removed.extend(removed.iter().map(fingerprint));
                }
                Step::CreateUser { user } => as_it_is.created.push(user.username.clone()),
                Step::UpdateUser { .. } | Step::DeleteUser { .. } => {}
            }
        }
        as_it_is
    }
}

fn fingerprint(removed: &Removed) -> String {
    removed.authority.sha256.clone()
}

impl Decision {
    /// Whether the certificates have to be judged anew.
    pub(crate) fn needs_judging(&self) -> bool {
        matches!(
            self,
            Self::TakeUp(_)
                | Self::ChooseProject(_)
                | Self::JudgeFor(_)
                | Self::Bundle(_)
                | Self::LeaveOut(_)
                | Self::LeaveAllOut(_)
                | Self::PutBack(_)
                | Self::PutAllBack
                | Self::LeaveAsItIs(_)
                | Self::Place(..)
                | Self::TakeAway(_)
        )
    }
}

impl Draft {
    pub(crate) fn decide(&mut self, decision: Decision) {
        match decision {
            Decision::TakeUp(draft) => *self = *draft,
            Decision::ChooseProject(project) => self.choose_project(*project),
            Decision::JudgeFor(day) => self.day = day,
            Decision::Bundle(choice) => self.bundle = choice,
            Decision::LeaveOut(one) => self.leave_out(&one),
            Decision::LeaveAllOut(all) => self.leave_all_out(&all),
            Decision::PutBack(sha256) => self.put_back(&sha256),
            Decision::PutAllBack => self.put_all_back(),
            Decision::LeaveAsItIs(as_it_is) => self.leave_as_it_is(as_it_is),
            Decision::Place(sha256, placed) => {
                self.placed.insert(sha256, placed);
            }
            Decision::SetRights(name, rights) => self.set_rights(name, rights),
            Decision::SetRightsOf(all) => {
                for (name, rights) in all {
                    self.set_rights(name, rights);
                }
            }
            Decision::LeaveUser(name) => self.leave_user(&name),
            Decision::DeleteUser(name) => self.delete_user(name),
            Decision::KeepUser(name) => self.keep_user(&name),
            Decision::TakeOver(takes) => self.take_over(takes),
            Decision::Template(rights) => self.template = rights,
            Decision::Select(names) => self.selected = Some(names),
            Decision::Agree { about, agreed } => self.agree(about, agreed),
            other => self.note(other),
        }
    }

    /// What concerns the plan that is carried out, and the files that were given.
    fn note(&mut self, decision: Decision) {
        match decision {
            Decision::Begin { apply, saved } => self.begin(*apply, saved),
            Decision::AgreeToDifference => {
                if let Some(apply) = &mut self.apply {
                    apply.agree();
                }
            }
            Decision::CreateAgain(user) => {
                if let Some(apply) = &mut self.apply {
                    apply.create_again(&user);
                }
            }
            Decision::ApplyInstead(apply) => self.apply_instead(*apply),
            Decision::FormerSaved => self.former_saved = true,
            Decision::Progress(apply) => self.keep_progress(*apply),
            Decision::Keep(files) => files.into_iter().for_each(|file| self.keep(file)),
            Decision::TakeAway(name) => {
                self.files.retain(|file| file.name != name);
                self.strangers.retain(|_, file| *file != name);
                self.compared.remove(&name);
            }
            Decision::Compare(names) => self.compared.extend(names),
            Decision::Strangers(strangers) => self.strangers = strangers,
            _ => {}
        }
    }
}
