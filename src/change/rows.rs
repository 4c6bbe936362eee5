//! The users of the step: who they are, what becomes of each, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use atlas::{
    plan::{self, LdapEffect, Notice, Plan, Present, UserState},
    types::DatabaseUser,
};

use pki::name::derived::{NotDerived, not_derived};

use super::{
    draft::{Draft, Rights},
    lookalike::Lookalike,
    problem::Problem,
    wanted::{self, UserName},
    wrong::{Wrong, wrong_with},
};
use crate::words;

/// Up to so many users the list is shown whole, without filters.
pub(crate) const MANY: usize = 12;

/// The ids of the users of a short list that something is wrong with, in their order.
const MEND: [&str; MANY] = [
    "mend-1", "mend-2", "mend-3", "mend-4", "mend-5", "mend-6", "mend-7", "mend-8", "mend-9",
    "mend-10", "mend-11", "mend-12",
];

/// The id of what shows the users of a long list that something is wrong with.
pub(crate) const MEND_FILTER: &str = "mend";

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) certificate: Certificate,
    /// What Atlas has.
    pub(crate) was: Option<UserState>,
    pub(crate) rights: Rights,
    pub(crate) standing: Standing,
    pub(crate) wrong: Vec<Wrong>,
    /// Whether Atlas had it and somebody else deleted it meanwhile.
    pub(crate) gone: bool,
    /// Why no certificate has this name, told without one.
    pub(crate) not_derived: Option<NotDerived>,
    /// Users of Atlas's whose names were probably meant to be this one.
    pub(crate) look_alikes: Vec<LookAlike>,
    /// The user in whose card this one stands, as one of those.
    pub(crate) shown_with: Option<String>,
}

/// A user of Atlas's whose name was probably meant to be that of a client here.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LookAlike {
    /// The name as Atlas has it.
    pub(crate) name: String,
    /// How it differs: a sentence.
    pub(crate) how: String,
    pub(crate) rights: Rights,
    pub(crate) fate: OldOne,
}

/// What becomes of the user with the wrong name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OldOne {
    /// Nobody has decided, and its rights can be taken over.
    Open,
    /// It stays beside the right one for now.
    Stays,
    Deleted,
}

impl LookAlike {
    /// `is_there`: whether Atlas has the right name, too.
    pub(crate) fn new(pair: &Lookalike, old: &DatabaseUser, draft: &Draft, is_there: bool) -> Self {
        let rights = Rights {
            description: Some(old.description.clone()),
            ..wanted::of(old)
        };
        let taken_over = draft
            .rights
            .get(&pair.new)
            .is_some_and(|new| new.wanted && new.roles == rights.roles);
        let fate = if draft.deleted.contains(&pair.old) {
            OldOne::Deleted
        } else if is_there || taken_over {
            OldOne::Stays
        } else {
            OldOne::Open
        };
        Self {
            name: pair.old.clone(),
            how: pair.how.in_words(),
            rights,
            fate,
        }
    }
}

/// What is known of the certificates with this user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certificate {
    Accepted,
    Refused,
    /// None was given.
    NotHere,
}

/// What becomes of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    New,
    /// Could be made and is not wanted.
    LeftOut,
    Kept,
    Changed,
    Deleted,
}

impl Row {
    /// Whether its card holds this text, which is in lower case, in a name.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        let says = |name: &str| text.is_empty() || name.to_lowercase().contains(text);
        says(&self.name) || self.look_alikes.iter().any(|old| says(&old.name))
    }
}

/// All users of the step.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rows {
    pub(crate) list: Vec<Row>,
    /// There may be more users than the project may have: a sentence.
    pub(crate) limit: Option<String>,
    /// What LDAP means for them, where it is on.
    pub(crate) ldap: Option<LdapEffect>,
    /// Users with certificates that Atlas made.
    pub(crate) managed: Vec<String>,
    /// Users that log in without a certificate.
    pub(crate) others: Vec<String>,
}

/// What a row is made from.
struct Known<'a> {
    draft: &'a Draft,
    present: &'a Present,
    /// The self-managed users that Atlas has.
    of_atlas: &'a BTreeMap<&'a str, &'a DatabaseUser>,
    /// Those whose names were probably meant to be another one's.
    pairs: Vec<&'a Lookalike>,
    impossible: BTreeMap<&'a str, Vec<String>>,
}

impl Known<'_> {
    fn row(&self, user: &UserName, certificate: Certificate) -> Row {
        let was = self.of_atlas.get(&*user.name).copied();
        let rights = wanted::rights(self.draft, user, self.present);
        let state = was.map(UserState::of);
        let standing = standing(self.draft, user, &rights, state.as_ref());
        let mut wrong = Vec::new();
        if matches!(standing, Standing::New | Standing::Changed) {
            wrong = wrong_with(&rights, wanted::roles_come_from_ldap(self.present));
            let sentences = self.impossible.get(&*user.name).into_iter().flatten();
            wrong.extend(sentences.cloned().map(Wrong::Impossible));
        }
        let mut with = self.pairs.iter().filter(|pair| pair.old == user.name);
        let is_alone = certificate == Certificate::NotHere && was.is_some();
        Row {
            name: user.name.clone(),
            certificate,
            was: state,
            rights,
            standing,
            wrong,
            gone: self.draft.gone.contains(&user.name),
            not_derived: is_alone.then(|| not_derived(&user.name)).flatten(),
            look_alikes: self.look_alikes(&user.name, was.is_some()),
            shown_with: with.next().map(|pair| pair.new.clone()),
        }
    }

    /// `is_there`: whether Atlas has the right name, too.
    fn look_alikes(&self, name: &str, is_there: bool) -> Vec<LookAlike> {
        let pairs = self.pairs.iter().filter(|pair| pair.new == name);
        pairs
            .filter_map(|pair| Some((pair, self.of_atlas.get(&*pair.old)?)))
            .map(|(pair, old)| LookAlike::new(pair, old, self.draft, is_there))
            .collect()
    }
}

impl Rows {
    /// Of a plan that leads from what Atlas has. `names`: those of the clients that were judged.
    pub(crate) fn new(
        draft: &Draft,
        names: &[UserName],
        look_alikes: &[Lookalike],
        present: &Present,
        plan: &Plan,
    ) -> Self {
        let of_atlas: BTreeMap<&str, &DatabaseUser> = present
            .users
            .iter()
            .filter(|user| user.is_self_managed())
            .map(|user| (&*user.username, user))
            .collect();
        let named: BTreeSet<&str> = names.iter().map(|user| &*user.name).collect();
        let alone = of_atlas.keys().copied();
        let alone = alone.filter(|name| !named.contains(name));
        // One about which something of its own was decided has its own card.
        let pairs = look_alikes.iter();
        let pairs = pairs.filter(|pair| !draft.rights.contains_key(&pair.old));
        let known = Known {
            draft,
            present,
            of_atlas: &of_atlas,
            pairs: pairs.collect(),
            impossible: impossible(plan),
        };
        let with_certificate = names.iter().map(|user| {
            let certificate = if user.accepted {
                Certificate::Accepted
            } else {
                Certificate::Refused
            };
            known.row(user, certificate)
        });
        let gone = draft.gone.union(&draft.asked).map(String::as_str);
        let gone = gone.filter(|name| !named.contains(name) && !of_atlas.contains_key(name));
        let without = alone.chain(gone).map(|name| {
            let user = UserName {
                name: name.to_owned(),
                clients: Vec::new(),
                accepted: false,
                files: BTreeSet::new(),
            };
            known.row(&user, Certificate::NotHere)
        });
        let list = with_certificate.chain(without).collect();
        let names_of = |wanted: fn(&DatabaseUser) -> bool| {
            let users = present.users.iter().filter(|user| wanted(user));
            users.map(|user| user.username.clone()).collect()
        };
        Self {
            list,
            limit: limit(plan),
            ldap: plan.ldap.clone(),
            managed: names_of(DatabaseUser::is_managed),
            others: names_of(|user| !user.is_managed() && !user.is_self_managed()),
        }
    }

    pub(crate) fn count(&self, show: Show) -> usize {
        self.list.iter().filter(|row| show.shows(row)).count()
    }

    /// The new users: whom the template is for as long as nobody chose.
    pub(crate) fn new_ones(&self) -> BTreeSet<String> {
        let new = self.list.iter().filter(|row| Show::New.shows(row));
        new.map(|row| row.name.clone()).collect()
    }

    /// The id that a problem of this row has, on a short list.
    pub(crate) fn mend_id(&self, row: &Row) -> Option<&'static str> {
        if self.list.len() > MANY || row.wrong.is_empty() {
            return None;
        }
        let mut wrong = self.list.iter().filter(|row| !row.wrong.is_empty());
        MEND.get(wrong.position(|other| other.name == row.name)?)
            .copied()
    }

    /// What stands in the way of going on. Each user for itself on a short list, by kind on a long
    /// one.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        if self.list.len() <= MANY {
            return self
                .list
                .iter()
                .filter_map(|row| Some((row, self.mend_id(row)?)))
                .flat_map(|(row, field)| {
                    row.wrong
                        .iter()
                        .map(move |wrong| Problem::new(field, wrong.about(&row.name)))
                })
                .collect();
        }
        let mut kinds: Vec<(String, Vec<&str>)> = Vec::new();
        for row in &self.list {
            for wrong in &row.wrong {
                let sentence = wrong.sentence();
                match kinds.iter_mut().find(|(known, _)| *known == sentence) {
                    Some((_, names)) => names.push(&row.name),
                    None => kinds.push((sentence, vec![&row.name])),
                }
            }
        }
        kinds
            .into_iter()
            .map(|(sentence, names)| {
                let text = match names.as_slice() {
                    [name] => format!("{name}: {sentence}"),
                    names => format!(
                        "{}: {sentence} They are {}.",
                        words::count(names.len(), "user", "users"),
                        words::a_few(names)
                    ),
                };
                Problem::new(MEND_FILTER, text)
            })
            .collect()
    }
}

fn standing(draft: &Draft, user: &UserName, rights: &Rights, was: Option<&UserState>) -> Standing {
    let Some(was) = was else {
        return if rights.wanted {
            Standing::New
        } else {
            Standing::LeftOut
        };
    };
    if draft.deleted.contains(&user.name) {
        return Standing::Deleted;
    }
    let description = rights.description.as_deref().unwrap_or(&was.description);
    let becomes = UserState::new(&rights.roles, &rights.scopes, description);
    if !rights.wanted || becomes == *was {
        Standing::Kept
    } else {
        Standing::Changed
    }
}

/// What the plan says of names that cannot become users.
fn impossible(plan: &Plan) -> BTreeMap<&str, Vec<String>> {
    let mut impossible: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for problem in &plan.problems {
        if let plan::Problem::OtherAuthentication { username, .. }
        | plan::Problem::NameTooLong { username, .. }
        | plan::Problem::NoCommonName { username } = problem
        {
            let sentence = format!("{} Or leave this user out.", problem.sentence());
            impossible.entry(username).or_default().push(sentence);
        }
    }
    impossible
}

fn limit(plan: &Plan) -> Option<String> {
    let is_limit = |notice: &&Notice| matches!(notice, Notice::UserLimit { .. });
    plan.notices.iter().find(is_limit).map(Notice::sentence)
}

/// Which users a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Show {
    #[default]
    All,
    New,
    LeftOut,
    There,
    Changed,
    Deleted,
    /// Those whose names no certificate has, or hardly one.
    Doubtful,
    /// Those that something is wrong with.
    Mend,
}

impl Show {
    pub(crate) const EACH: [Self; 8] = [
        Self::All,
        Self::New,
        Self::LeftOut,
        Self::There,
        Self::Changed,
        Self::Deleted,
        Self::Doubtful,
        Self::Mend,
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::New => "New",
            Self::LeftOut => "Left out",
            Self::There => "There already",
            Self::Changed => "Changed",
            Self::Deleted => "To be deleted",
            Self::Doubtful => "Doubtful name",
            Self::Mend => "To be mended",
        }
    }

    /// Whether it shows a row, or one that stands in its card.
    pub(crate) fn shows_in_card(self, row: &Row, rows: &Rows) -> bool {
        let with = |other: &&Row| other.shown_with.as_ref() == Some(&row.name);
        self.shows(row)
            || (!row.look_alikes.is_empty()
                && rows.list.iter().filter(with).any(|other| self.shows(other)))
    }

    pub(crate) fn shows(self, row: &Row) -> bool {
        match self {
            Self::All => true,
            Self::New => row.standing == Standing::New,
            Self::LeftOut => row.standing == Standing::LeftOut,
            Self::There => row.was.is_some(),
            Self::Changed => row.standing == Standing::Changed,
            Self::Deleted => row.standing == Standing::Deleted,
            Self::Doubtful => row.not_derived.is_some(),
            Self::Mend => !row.wrong.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests;
