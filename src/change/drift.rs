//! What of a file that was saved once is otherwise in Atlas now: a set-up that Setup saved, or a report of Check's.
//!
//! A set-up says what a project was to have: authorities, users and their rights. A report says which authorities were
//! judged against, and which clients got in; of rights it knows nothing.

use std::collections::{BTreeMap, BTreeSet};

use atlas::{
    apply::Apply,
    plan::{Authority, Present, UserState, WantedBundle, WantedUser},
};
use serde::Deserialize;

use super::{
    draft::{BundleChoice, Draft, Placed},
    outlook::{Difference, differences},
};
use crate::words;

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Expected {
    pub(crate) of: Of,
    /// `None`: it says nothing of the bundle.
    bundle: Option<Bundle>,
    users: BTreeMap<String, Option<WantedUser>>,
    deleted: BTreeSet<String>,
}

/// What kind of file it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Of {
    /// A set-up, for the project with this id and name.
    SetUp(Option<(String, String)>),
    /// A report, for the moment that stands in it.
    Report { at: String },
    #[default]
    Nothing,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Bundle {
    /// By fingerprint, with what each is called.
    authorities: BTreeMap<String, String>,
    /// Whether there are to be no others.
    is_whole: bool,
    /// Those that are not to be there, by fingerprint.
    absent: BTreeSet<String>,
}

impl Expected {
    /// What a set-up says. `given`: the authorities among the certificates that it holds, which the engine has to
    /// tell. A plan that was carried out says more than they do.
    pub(crate) fn of_set_up(draft: &Draft, given: &[Authority]) -> Self {
        let project = draft.project.as_ref();
        let wanted = draft.apply.as_ref().map(Apply::wanted);
        let bundle = match wanted.map(|wanted| &wanted.bundle) {
            Some(WantedBundle::AsItIs) => None,
            Some(WantedBundle::Off) => Some(Bundle::whole(&[])),
            Some(
                WantedBundle::Exactly(authorities) | WantedBundle::AsItWas { authorities, .. },
            ) => Some(Bundle::whole(authorities)),
            None => Bundle::decided(draft, given),
        };
        let names = draft.seen.iter();
        let mut users: BTreeMap<String, Option<WantedUser>> =
            names.map(|name| (name.clone(), None)).collect();
        for (name, rights) in draft.rights.iter().filter(|(_, rights)| rights.wanted) {
            let user = WantedUser {
                username: name.clone(),
                roles: rights.roles.clone(),
                scopes: rights.scopes.clone(),
                description: rights.description.clone(),
            };
            users.insert(name.clone(), Some(user));
        }
        for user in wanted.iter().flat_map(|wanted| &wanted.users) {
            users.insert(user.username.clone(), Some(user.clone()));
        }
        let deleted: BTreeSet<String> = draft
            .deleted
            .iter()
            .chain(wanted.iter().flat_map(|wanted| &wanted.deleted))
            .cloned()
            .collect();
        users.retain(|name, _| !deleted.contains(name));
        Self {
            of: Of::SetUp(project.map(|project| (project.id.to_string(), project.name.clone()))),
            bundle,
            users,
            deleted,
        }
    }

    /// What a report says; `None` for what is none.
    pub(crate) fn of_report(octets: &[u8]) -> Option<Self> {
        let report: Report = serde_json::from_slice(octets).ok()?;
        let authorities = report.certificates.into_iter();
        let authorities: BTreeMap<String, String> = authorities
            .filter(|entry| entry.role == AUTHORITY)
            .map(|entry| (entry.sha256, entry.subject))
            .collect();
        let accepted = report.clients.into_iter();
        let accepted = accepted.filter(|client| client.accepted == Some(true));
        Some(Self {
            of: Of::Report { at: report.at },
            bundle: Some(Bundle {
                authorities,
                is_whole: true,
                absent: BTreeSet::new(),
            }),
            users: accepted
                .filter_map(|client| Some((client.username?, None)))
                .collect(),
            deleted: BTreeSet::new(),
        })
    }
}

impl Bundle {
    fn whole(authorities: &[Authority]) -> Self {
        Self {
            authorities: named(authorities.iter()),
            is_whole: true,
            absent: BTreeSet::new(),
        }
    }

    /// What was decided and not carried out. `None`: nothing was.
    fn decided(draft: &Draft, given: &[Authority]) -> Option<Self> {
        let is_trusted = |authority: &&Authority| {
            matches!(
                draft.placed.get(&authority.sha256),
                None | Some(Placed::Bundle)
            )
        };
        let bundle = Self {
            authorities: named(given.iter().filter(is_trusted)),
            is_whole: draft.bundle == BundleChoice::Replace,
            absent: draft.taken_out.clone(),
        };
        (!bundle.authorities.is_empty() || !bundle.absent.is_empty()).then_some(bundle)
    }
}

fn named<'a>(authorities: impl Iterator<Item = &'a Authority>) -> BTreeMap<String, String> {
    authorities
        .map(|authority| (authority.sha256.clone(), authority.title.clone()))
        .collect()
}

/// What a certificate of the bundle is called in a report (`docs/check.schema.json`).
const AUTHORITY: &str = "authority";

/// A report, as far as it is compared (`docs/check.schema.json`).
#[derive(Deserialize)]
struct Report {
    #[expect(dead_code, reason = "tells a report from other JSON")]
    schema: u32,
    at: String,
    clients: Vec<ReportedClient>,
    certificates: Vec<ReportedCertificate>,
}

#[derive(Deserialize)]
struct ReportedClient {
    accepted: Option<bool>,
    username: Option<String>,
}

#[derive(Deserialize)]
struct ReportedCertificate {
    sha256: String,
    role: String,
    subject: String,
}

/// What is otherwise in Atlas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Drift {
    /// The project that the file is about, where it is another one.
    pub(crate) other_project: Option<String>,
    /// Authorities of the file that Atlas does not trust.
    pub(crate) missing: Vec<String>,
    /// Authorities that Atlas trusts and the file does not have.
    pub(crate) more: Vec<String>,
    /// How many are in both.
    pub(crate) same: usize,
    /// Users of the file that Atlas does not have.
    pub(crate) users_missing: Vec<String>,
    /// Self-managed users that Atlas has and the file does not.
    pub(crate) users_more: Vec<String>,
    /// Users with other rights than in the file.
    pub(crate) users_changed: Vec<Changed>,
    pub(crate) users_same: usize,
}

/// A user whose rights are otherwise: before is in the file, after in Atlas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) name: String,
    pub(crate) differences: Vec<Difference>,
}

impl Drift {
    /// What Atlas has in the project with this id, beside what a file says.
    pub(crate) fn new(expected: &Expected, project: &str, present: &Present) -> Self {
        let mut drift = Self {
            other_project: match &expected.of {
                Of::SetUp(Some((id, name))) if id != project => Some(name.clone()),
                _ => None,
            },
            ..Self::default()
        };
        if let Some(bundle) = &expected.bundle {
            drift.compare_bundle(bundle, present);
        }
        drift.compare_users(expected, present);
        drift
    }

    fn compare_bundle(&mut self, bundle: &Bundle, present: &Present) {
        let has = named(present.authorities.iter());
        for (sha256, title) in &bundle.authorities {
            if has.contains_key(sha256) {
                self.same += 1;
            } else {
                self.missing.push(title.clone());
            }
        }
        for (sha256, title) in &has {
            let is_wanted = bundle.authorities.contains_key(sha256);
            if bundle.absent.contains(sha256) || bundle.is_whole && !is_wanted {
                self.more.push(title.clone());
            }
        }
    }

    fn compare_users(&mut self, expected: &Expected, present: &Present) {
        let has: BTreeMap<&str, UserState> = present
            .users
            .iter()
            .filter(|user| user.is_self_managed())
            .map(|user| (&*user.username, UserState::of(user)))
            .collect();
        for (name, wanted) in &expected.users {
            let Some(state) = has.get(&**name) else {
                self.users_missing.push(name.clone());
                continue;
            };
            let found = wanted.as_ref().map(|user| differs(user, state));
            match found.filter(|differences| !differences.is_empty()) {
                Some(differences) => self.users_changed.push(Changed {
                    name: name.clone(),
                    differences,
                }),
                None => self.users_same += 1,
            }
        }
        let more = has
            .keys()
            .filter(|name| !expected.users.contains_key(**name));
        self.users_more = more.map(|name| (*name).to_owned()).collect();
    }

    /// Whether Atlas has what the file says.
    pub(crate) fn is_nothing(&self) -> bool {
        let names = [
            &self.missing,
            &self.more,
            &self.users_missing,
            &self.users_more,
        ];
        names.into_iter().all(Vec::is_empty) && self.users_changed.is_empty()
    }

    /// How many things are otherwise, in a sentence.
    pub(crate) fn in_short(&self) -> String {
        if self.is_nothing() {
            return "Atlas has what the file says.".to_owned();
        }
        let authorities = self.missing.len() + self.more.len();
        let users = self.users_missing.len() + self.users_more.len() + self.users_changed.len();
        let parts: Vec<String> = [
            (authorities, "authority", "authorities"),
            (users, "user", "users"),
        ]
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, several)| words::count(number, one, several))
        .collect();
        let are = if authorities + users == 1 {
            "is"
        } else {
            "are"
        };
        format!("{} {are} not as in the file.", words::list(&parts))
    }
}

/// What Atlas has otherwise than a file: from the file's to Atlas's.
fn differs(user: &WantedUser, state: &UserState) -> Vec<Difference> {
    let mut found = differences(user, state);
    for difference in &mut found {
        std::mem::swap(&mut difference.before, &mut difference.after);
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use atlas::{
        plan::{Plan, Wanted},
        types::{DatabaseUser, ProjectId, Role},
    };
    use serde_json::{from_value, json};

    use super::*;
    use crate::change::{draft::Rights, fixture::authority};

    const HERE: &str = "32b6e34b3d91647abb20e7b8";

    fn user(name: &str, database: &str) -> DatabaseUser {
        let roles = json!([{"roleName": "read", "databaseName": database}]);
        let user = json!({"username": name, "databaseName": "$external", "x509Type": "CUSTOMER", "roles": roles});
        from_value(user).unwrap()
    }

    fn present() -> Present {
        let password = json!({"username": "migration", "databaseName": "admin"});
        Present {
            pem: Some("PEM".to_owned()),
            authorities: vec![authority("A"), authority("B")],
            users: vec![
                user("CN=a", "a"),
                user("CN=b", "b"),
                from_value(password).unwrap(),
            ],
            ..Present::default()
        }
    }

    fn rights(database: &str) -> Rights {
        Rights {
            wanted: true,
            roles: vec![Role::on("read", database)],
            ..Rights::default()
        }
    }

    fn drift(draft: &Draft, given: &[Authority]) -> Drift {
        Drift::new(&Expected::of_set_up(draft, given), HERE, &present())
    }

    fn draft() -> Draft {
        Draft {
            project: from_value(json!({"id": HERE, "name": "Here"})).unwrap(),
            seen: ["CN=a", "CN=b"].map(str::to_owned).into(),
            ..Draft::default()
        }
    }

    #[test]
    fn a_set_up_that_was_not_applied_says_what_was_decided() {
        let mut draft = draft();
        let found = drift(&draft, &[]);
        assert!(found.is_nothing(), "{found:?}");
        assert_eq!(
            (found.same, found.users_same),
            (0, 2),
            "it says nothing of the bundle"
        );
        assert_eq!(found.in_short(), "Atlas has what the file says.");

        let given = [authority("A"), authority("C"), authority("D")];
        draft.placed.insert("sha-D".to_owned(), Placed::Client);
        let found = drift(&draft, &given);
        assert_eq!((&found.missing[..], found.same), (&["C".to_owned()][..], 1));
        assert!(found.more.is_empty(), "what is added leaves the rest alone");
        draft.taken_out.insert("sha-B".to_owned());
        assert_eq!(drift(&draft, &given).more, ["B"]);
        draft.taken_out.clear();
        draft.bundle = BundleChoice::Replace;
        assert_eq!(drift(&draft, &given).more, ["B"]);

        draft.set_rights("CN=a".to_owned(), rights("other"));
        draft.set_rights("CN=new".to_owned(), rights("new"));
        draft.delete_user("CN=b".to_owned());
        let found = drift(&draft, &given);
        assert_eq!(found.users_missing, ["CN=new"]);
        assert_eq!(found.users_more, ["CN=b"], "it was to be deleted");
        let changed = &found.users_changed[0];
        assert_eq!(changed.name, "CN=a");
        let Difference {
            what,
            before,
            after,
        } = &changed.differences[0];
        assert_eq!(
            (*what, &**before, &**after),
            ("Roles", "read on other", "read on a")
        );
        assert_eq!(
            found.in_short(),
            "2 authorities and 3 users are not as in the file."
        );
    }

    #[test]
    fn a_set_up_that_was_applied_says_what_atlas_was_to_have() {
        let mut draft = draft();
        let wanted = |bundle| Wanted {
            bundle,
            users: vec![WantedUser {
                username: "CN=a".to_owned(),
                roles: vec![Role::on("read", "a")],
                ..WantedUser::default()
            }],
            ..Wanted::default()
        };
        let both = || vec![authority("A"), authority("B")];
        let cases = [
            (WantedBundle::AsItIs, [0, 0, 0]),
            (WantedBundle::Off, [0, 2, 0]),
            (WantedBundle::Exactly(both()), [0, 0, 2]),
            (
                WantedBundle::Exactly(vec![authority("B"), authority("C")]),
                [1, 1, 1],
            ),
            (
                WantedBundle::AsItWas {
                    pem: String::new(),
                    authorities: both(),
                },
                [0, 0, 2],
            ),
        ];
        for (bundle, expected) in cases {
            let project = ProjectId::parse(HERE).unwrap();
            draft.apply = Apply::new(project, wanted(bundle.clone()), Plan::default()).ok();
            // What was given in the meantime is not what was applied.
            let found = drift(&draft, &[authority("Z")]);
            assert_eq!(
                [found.missing.len(), found.more.len(), found.same],
                expected,
                "{bundle:?}"
            );
            assert_eq!(found.users_same, 2, "one by its rights, one that was seen");
        }
    }

    #[test]
    fn a_set_up_of_another_project_is_told_as_that() {
        let mut draft = draft();
        assert_eq!(drift(&draft, &[]).other_project, None);
        draft.project = from_value(json!({"id": "a".repeat(24), "name": "There"})).unwrap();
        assert_eq!(drift(&draft, &[]).other_project.as_deref(), Some("There"));
    }

    #[test]
    fn a_report_says_who_was_trusted_and_who_got_in() {
        let report = json!({
            "schema": 1, "at": "2026-07-01T00:00:00Z", "level": 2, "findings": [],
            "clients": [
                {"file": "a.pem", "accepted": true, "username": "CN=a"},
                {"file": "c.pem", "accepted": true, "username": "CN=c"},
                {"file": "d.pem", "accepted": false, "username": "CN=d"},
                {"file": "e.pem", "accepted": null, "username": null},
            ],
            "certificates": [
                {"sha256": "sha-A", "role": "authority", "subject": "CN=A"},
                {"sha256": "sha-C", "role": "authority", "subject": "CN=C"},
                {"sha256": "sha-a", "role": "client", "subject": "CN=a"},
            ],
        });
        let expected = Expected::of_report(report.to_string().as_bytes()).unwrap();
        let found = Drift::new(&expected, HERE, &present());
        assert_eq!(
            (&found.missing[..], &found.more[..]),
            (&["CN=C".to_owned()][..], &["B".to_owned()][..])
        );
        assert_eq!(found.users_missing, ["CN=c"]);
        assert_eq!(found.users_more, ["CN=b"]);
        assert!(found.users_changed.is_empty(), "it knows nothing of rights");
        for other in [
            "",
            "{}",
            "[]",
            "{\"schema\": 1}",
            "{\"atlas_x509_setup\": 1, \"draft\": {}}",
        ] {
            assert_eq!(Expected::of_report(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn what_pki_writes_as_a_report_is_read() {
        let root = include_str!("../check/examples/acme-root.pem");
        let view = crate::engine::fixture::view(&[("root.pem", root)]);
        let json = serde_json::to_vec(&view.report).unwrap();
        let found = Drift::new(&Expected::of_report(&json).unwrap(), HERE, &present());
        assert_eq!((found.missing.len(), found.more.len()), (1, 2));
    }
}
