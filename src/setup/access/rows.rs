//! The users of the step: who they are, what becomes of each, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use atlas::plan::{self, LdapEffect, Notice, Plan, Present, UserState};

use super::super::{
    draft::{Draft, Rights},
    judged::Judged,
    lookalike,
    namespace::{self, BadName},
    steps::Problem,
    wanted::{self, UserName},
};
use crate::words;

/// Up to so many users the list is shown whole, without filters.
pub(super) const MANY: usize = 12;

/// Atlas's limit (Administration API, `CloudDatabaseUser.description`).
pub(super) const DESCRIPTION_CHARACTERS: usize = 100;

/// The ids of the users of a short list that something is wrong with, in their order.
const MEND: [&str; MANY] = [
    "mend-1", "mend-2", "mend-3", "mend-4", "mend-5", "mend-6", "mend-7", "mend-8", "mend-9",
    "mend-10", "mend-11", "mend-12",
];

/// The id of what shows the users of a long list that something is wrong with.
pub(super) const MEND_FILTER: &str = "mend";

/// How many users are named in a sentence.
const NAMED: usize = 3;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) certificate: Certificate,
    /// What Atlas has.
    pub(super) was: Option<UserState>,
    pub(super) rights: Rights,
    pub(super) standing: Standing,
    pub(super) wrong: Vec<Wrong>,
    /// A user of Atlas's whose name was probably meant to be this one.
    pub(super) look_alike: Option<LookAlike>,
}

/// What is known of the certificates with this user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Certificate {
    Accepted,
    Refused,
    /// None was given.
    NotHere,
}

/// What becomes of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    New,
    /// Could be made and is not wanted.
    LeftOut,
    Kept,
    Changed,
    Deleted,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct LookAlike {
    pub(super) name: String,
    /// How it differs: a sentence.
    pub(super) how: String,
    pub(super) rights: Rights,
}

/// Something that stands in the way of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    NoRole,
    /// Where the role of this index holds.
    Name {
        role: usize,
        why: BadName,
    },
    /// The role of this index is there already.
    Twice {
        role: usize,
    },
    Description {
        characters: usize,
    },
    /// Atlas cannot have this user, for a reason that is no choice of this step: a sentence.
    Impossible(String),
}

/// All users of the step.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Rows {
    pub(super) list: Vec<Row>,
    /// There may be more users than the project may have: a sentence.
    pub(super) limit: Option<String>,
    /// What LDAP means for them, where it is on.
    pub(super) ldap: Option<LdapEffect>,
    /// Users with certificates that Atlas made.
    pub(super) managed: Vec<String>,
    /// Users that log in without a certificate.
    pub(super) others: Vec<String>,
}

impl Rows {
    pub(super) fn new(draft: &Draft, judged: Option<&Judged>, present: &Present) -> Self {
        let plan = wanted::plan(draft, judged, present);
        let given = judged.map(wanted::user_names).unwrap_or_default();
        let of_atlas: BTreeMap<&str, &atlas::types::DatabaseUser> = present
            .users
            .iter()
            .filter(|user| user.is_self_managed())
            .map(|user| (&*user.username, user))
            .collect();
        let named: BTreeSet<&str> = given.iter().map(|user| &*user.name).collect();
        let alone = of_atlas
            .keys()
            .copied()
            .filter(|name| !named.contains(name));
        let derived: Vec<&str> = named.iter().copied().collect();
        let lookalikes = lookalike::find(alone.clone(), &derived);
        let impossible = impossible(&plan);
        let row = |user: &UserName, certificate| {
            let was = of_atlas.get(&*user.name).copied();
            let rights = wanted::rights(draft, user, present);
            let state = was.map(UserState::of);
            let standing = standing(draft, user, &rights, state.as_ref());
            let mut wrong = Vec::new();
            if matches!(standing, Standing::New | Standing::Changed) {
                wrong = wrong_with(&rights, wanted::roles_come_from_ldap(present));
                let sentences = impossible.get(&*user.name).into_iter().flatten();
                wrong.extend(sentences.cloned().map(Wrong::Impossible));
            }
            let look_alike = lookalikes
                .iter()
                .filter(|found| found.new == user.name && was.is_none())
                .filter(|found| !draft.deleted.contains(&found.old))
                .min_by(|one, other| one.how.cmp(&other.how))
                .and_then(|found| Some((found, of_atlas.get(&*found.old)?)))
                .map(|(found, other)| LookAlike {
                    name: other.username.clone(),
                    how: found.how.in_words(),
                    rights: Rights {
                        description: Some(other.description.clone()),
                        ..wanted::of(other)
                    },
                });
            Row {
                name: user.name.clone(),
                certificate,
                was: state,
                rights,
                standing,
                wrong,
                look_alike,
            }
        };
        let with_certificate = given.iter().map(|user| {
            let certificate = if user.accepted {
                Certificate::Accepted
            } else {
                Certificate::Refused
            };
            row(user, certificate)
        });
        let without = alone.clone().map(|name| {
            let user = UserName {
                name: name.to_owned(),
                clients: Vec::new(),
                accepted: false,
            };
            row(&user, Certificate::NotHere)
        });
        let list = with_certificate.chain(without).collect();
        let names_of = |wanted: fn(&atlas::types::DatabaseUser) -> bool| {
            let users = present.users.iter().filter(|user| wanted(user));
            users.map(|user| user.username.clone()).collect()
        };
        Self {
            list,
            limit: limit(&plan),
            ldap: plan.ldap.clone(),
            managed: names_of(atlas::types::DatabaseUser::is_managed),
            others: names_of(|user| !user.is_managed() && !user.is_self_managed()),
        }
    }

    pub(super) fn count(&self, show: Show) -> usize {
        self.list.iter().filter(|row| show.shows(row)).count()
    }

    /// The new users: whom the template is for as long as nobody chose.
    pub(super) fn new_ones(&self) -> BTreeSet<String> {
        let new = self.list.iter().filter(|row| Show::New.shows(row));
        new.map(|row| row.name.clone()).collect()
    }

    /// The id that a problem of this row has, on a short list.
    pub(super) fn mend_id(&self, row: &Row) -> Option<&'static str> {
        if self.list.len() > MANY || row.wrong.is_empty() {
            return None;
        }
        let mut wrong = self.list.iter().filter(|row| !row.wrong.is_empty());
        MEND.get(wrong.position(|other| other.name == row.name)?)
            .copied()
    }

    /// What stands in the way of going on. Each user for itself on a short list, by kind on a long
    /// one.
    pub(super) fn problems(&self) -> Vec<Problem> {
        if self.list.len() <= MANY {
            return self
                .list
                .iter()
                .filter_map(|row| Some((row, self.mend_id(row)?)))
                .flat_map(|(row, field)| {
                    row.wrong.iter().map(move |wrong| Problem {
                        text: wrong.about(&row.name),
                        field,
                    })
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
            .map(|(sentence, names)| Problem {
                text: match names.as_slice() {
                    [name] => format!("{name}: {sentence}"),
                    names => format!(
                        "{}: {sentence} They are {}.",
                        words::count(names.len(), "user", "users"),
                        a_few(names)
                    ),
                },
                field: MEND_FILTER,
            })
            .collect()
    }
}

/// The first few of them, and how many more there are.
pub(in crate::setup) fn a_few(names: &[&str]) -> String {
    let mut shown: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|&name| name.to_owned())
        .collect();
    let rest = names.len().saturating_sub(NAMED);
    if rest > 0 {
        shown.push(format!("{} more", words::grouped(rest as u64)));
    }
    // Names hold commas.
    shown.join("; ")
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

/// What is wrong with rights, wherever they are given.
pub(super) fn wrong_with(rights: &Rights, from_ldap: bool) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    if rights.roles.is_empty() && !from_ldap {
        wrong.push(Wrong::NoRole);
    }
    for (index, role) in rights.roles.iter().enumerate() {
        if let Some(why) = namespace::check(role) {
            wrong.push(Wrong::Name { role: index, why });
        }
        let same = |other: &atlas::types::Role| {
            other.role_name == role.role_name
                && other.database_name == role.database_name
                && other.collection() == role.collection()
        };
        if rights.roles[..index].iter().any(same) {
            wrong.push(Wrong::Twice { role: index });
        }
    }
    let description = rights.description.as_deref().unwrap_or_default();
    let characters = description.chars().count();
    if characters > DESCRIPTION_CHARACTERS {
        wrong.push(Wrong::Description { characters });
    }
    wrong
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

impl Wrong {
    /// What is so, and what to do.
    pub(super) fn sentence(&self) -> String {
        match self {
            Self::NoRole => "No role yet. Give at least one.".to_owned(),
            Self::Name { why, .. } => why.sentence(),
            Self::Twice { .. } => "This role is there twice. Remove one.".to_owned(),
            Self::Description { characters } => format!(
                "The description has {characters} characters; Atlas takes {DESCRIPTION_CHARACTERS}. Shorten it."
            ),
            Self::Impossible(sentence) => sentence.clone(),
        }
    }

    /// The same, where it is not clear whose it is.
    fn about(&self, name: &str) -> String {
        match self {
            // It names the user already.
            Self::Impossible(sentence) => sentence.clone(),
            _ => format!("{name}: {}", self.sentence()),
        }
    }
}

/// Which users a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Show {
    #[default]
    All,
    New,
    LeftOut,
    There,
    Changed,
    Deleted,
    /// Those that something is wrong with.
    Mend,
}

impl Show {
    pub(super) const EACH: [Self; 7] = [
        Self::All,
        Self::New,
        Self::LeftOut,
        Self::There,
        Self::Changed,
        Self::Deleted,
        Self::Mend,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::New => "New",
            Self::LeftOut => "Left out",
            Self::There => "There already",
            Self::Changed => "Changed",
            Self::Deleted => "To be deleted",
            Self::Mend => "To be mended",
        }
    }

    pub(super) fn shows(self, row: &Row) -> bool {
        match self {
            Self::All => true,
            Self::New => row.standing == Standing::New,
            Self::LeftOut => row.standing == Standing::LeftOut,
            Self::There => row.was.is_some(),
            Self::Changed => row.standing == Standing::Changed,
            Self::Deleted => row.standing == Standing::Deleted,
            Self::Mend => !row.wrong.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use atlas::types::{Role, UserSecurity};
    use serde_json::{from_value, json};

    use super::*;
    use crate::setup::fixture::judged;

    const BILLING: &str = "CN=billing,O=Acme";

    /// What Atlas has: users by name, each with `read` on `a`.
    fn present(names: &[&str], security: serde_json::Value) -> Present {
        let security: UserSecurity = from_value(security).unwrap();
        let users = names.iter().map(|name| {
            from_value(json!({
                "username": name, "databaseName": "$external", "x509Type": "CUSTOMER",
                "roles": [{"roleName": "read", "databaseName": "a"}], "description": "as it was",
            }))
            .unwrap()
        });
        Present::new(security, users.collect(), |_| Vec::new())
    }

    fn rows(draft: &Draft, judged: Option<&Judged>, names: &[&str]) -> Rows {
        Rows::new(draft, judged, &present(names, json!({})))
    }

    fn standings(rows: &Rows) -> Vec<(&str, Standing)> {
        let list = rows.list.iter();
        list.map(|row| (&*row.name, row.standing)).collect()
    }

    fn reads(database: &str) -> Rights {
        Rights {
            wanted: true,
            roles: vec![Role::on("read", database)],
            ..Rights::default()
        }
    }

    #[test]
    fn accepted_clients_are_new_users_and_refused_ones_are_left_out_until_asked_for() {
        let verdicts = judged(&[(BILLING, true), ("CN=late,O=Acme", false)], &[]);
        let mut draft = Draft::default();
        let before = rows(&draft, Some(&verdicts), &["CN=old"]);
        assert_eq!(
            standings(&before),
            [
                (BILLING, Standing::New),
                ("CN=late,O=Acme", Standing::LeftOut),
                ("CN=old", Standing::Kept),
            ]
        );
        assert_eq!(before.list[0].wrong, [Wrong::NoRole]);
        assert!(
            before.list[1].wrong.is_empty(),
            "nothing is asked of whom nobody wants"
        );
        draft.set_rights("CN=late,O=Acme".to_owned(), reads("b"));
        draft.set_rights(BILLING.to_owned(), reads("b"));
        let after = rows(&draft, Some(&verdicts), &["CN=old"]);
        assert_eq!(after.list[1].standing, Standing::New);
        assert_eq!(after.problems(), []);
        assert_eq!(after.new_ones().len(), 2);
    }

    #[test]
    fn an_existing_user_is_kept_changed_or_deleted() {
        let mut draft = Draft::default();
        let standing = |draft: &Draft| rows(draft, None, &["CN=a"]).list[0].standing;
        assert_eq!(standing(&draft), Standing::Kept);
        draft.set_rights("CN=a".to_owned(), reads("a"));
        assert_eq!(standing(&draft), Standing::Kept, "decided to be as it is");
        draft.set_rights("CN=a".to_owned(), reads("b"));
        assert_eq!(standing(&draft), Standing::Changed);
        draft.delete_user("CN=a".to_owned());
        assert_eq!(standing(&draft), Standing::Deleted);
    }

    #[test]
    fn a_user_typed_by_hand_is_shown_beside_the_right_name_and_can_be_taken_over() {
        let verdicts = judged(&[(BILLING, true)], &[]);
        let mut draft = Draft::default();
        let typed = "O=Acme, CN=billing";
        let found = rows(&draft, Some(&verdicts), &[typed]).list[0]
            .look_alike
            .clone()
            .unwrap();
        assert_eq!(found.name, typed);
        draft.take_over(BILLING.to_owned(), found.rights, found.name);
        let rows = rows(&draft, Some(&verdicts), &[typed]);
        assert_eq!(
            standings(&rows),
            [(BILLING, Standing::New), (typed, Standing::Deleted)]
        );
        assert_eq!(
            rows.list[0].rights.description.as_deref(),
            Some("as it was")
        );
        assert_eq!(
            (&rows.list[0].look_alike, rows.problems().len()),
            (&None, 0)
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let name = |role, why| Wrong::Name { role, why };
        let cases = [
            (vec![], vec![Wrong::NoRole]),
            (vec![Role::on("read", "a")], vec![]),
            (
                vec![Role::on("read", "a"), Role::on("read", "")],
                vec![name(1, BadName::NoDatabase)],
            ),
            (
                vec![
                    Role::on("read", "a"),
                    Role {
                        collection_name: Some(String::new()),
                        ..Role::on("read", "a")
                    },
                ],
                vec![Wrong::Twice { role: 1 }],
            ),
        ];
        for (roles, expected) in cases {
            let rights = Rights {
                roles,
                ..Rights::default()
            };
            assert_eq!(wrong_with(&rights, false), expected, "{rights:?}");
        }
        let wordy = Rights {
            description: Some("ü".repeat(101)),
            ..Rights::default()
        };
        assert_eq!(
            wrong_with(&wordy, true),
            [Wrong::Description { characters: 101 }]
        );
    }

    #[test]
    fn a_long_list_of_problems_is_told_by_kind() {
        let names: Vec<String> = (0..20).map(|n| format!("CN={n:02}")).collect();
        let clients: Vec<(&str, bool)> = names.iter().map(|name| (&**name, true)).collect();
        let mut draft = Draft::default();
        let verdicts = judged(&clients, &[]);
        assert_eq!(
            rows(&draft, Some(&verdicts), &[]).problems(),
            [Problem {
                text: "20 users: No role yet. Give at least one. They are CN=00; CN=01; CN=02; 17 more.".to_owned(),
                field: MEND_FILTER,
            }]
        );
        let short = judged(&clients[..2], &[]);
        let few = rows(&draft, Some(&short), &[]);
        assert_eq!(
            few.problems()[1].text,
            "CN=01: No role yet. Give at least one."
        );
        assert_eq!(few.problems()[1].field, few.mend_id(&few.list[1]).unwrap());
        draft.set_rights("CN=00".to_owned(), reads("a"));
        assert_eq!(
            rows(&draft, Some(&short), &[]).problems()[0].field,
            "mend-1"
        );
    }

    #[test]
    fn with_ldap_nobody_needs_a_role_here() {
        let verdicts = judged(&[(BILLING, true)], &[]);
        let present = present(&[], json!({"ldap": {"authorizationEnabled": true}}));
        let rows = Rows::new(&Draft::default(), Some(&verdicts), &present);
        assert_eq!(rows.problems(), []);
        let plan = wanted::plan(&Draft::default(), Some(&verdicts), &present);
        assert!(plan.is_possible());
        let plan::Step::CreateUser { user } = plan.steps.last().unwrap() else {
            panic!("{plan:?}");
        };
        assert_eq!(user.roles, [wanted::set_aside()]);
    }
}
