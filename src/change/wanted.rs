//! From what a person decided to what Atlas should have, and the plan that leads there.

use std::collections::{BTreeSet, HashMap};

use atlas::{
    plan::{Authority, Present, Wanted, WantedBundle, WantedUser},
    types::{DatabaseUser, Role},
};

use super::{
    draft::{BundleChoice, Draft, Rights},
    judged::{self, Judged},
};

/// What Atlas should have. `names`: those of the clients that were judged. `user_limit`: the users that the
/// project may have, if that is known.
pub(crate) fn wanted(
    draft: &Draft,
    judged: Option<&Judged>,
    names: &[UserName],
    present: &Present,
    user_limit: Option<usize>,
) -> Wanted {
    let bundle = match judged {
        Some(judged)
            if judged.bundle.is_empty() && is_switched_off(draft, &present.authorities) =>
        {
            WantedBundle::Off
        }
        Some(judged) if !judged.bundle.is_empty() || !present.authorities.is_empty() => {
            WantedBundle::Exactly(judged.bundle.clone())
        }
        _ => WantedBundle::AsItIs,
    };
    Wanted {
        bundle,
        users: names
            .iter()
            .filter(|user| !draft.deleted.contains(&user.name))
            .filter_map(|user| {
                let rights = rights(draft, user, present);
                rights
                    .wanted
                    .then(|| with(rights, user.name.clone(), present))
            })
            .chain(changed(draft, names, present))
            .collect(),
        deleted: draft.deleted.iter().cloned().collect(),
        dependents: judged.map(Judged::dependents).unwrap_or_default(),
        user_limit,
        known: draft.seen.union(&draft.gone).cloned().collect(),
        again: draft.gone.clone(),
    }
}

/// Whether every authority that Atlas has (`present`) was taken out by hand. A bundle that is empty
/// for another reason is a mistake.
pub(crate) fn is_switched_off(draft: &Draft, present: &[Authority]) -> bool {
    let taken_out = |authority: &Authority| draft.taken_out.contains(&authority.sha256);
    draft.bundle == BundleChoice::Add && !present.is_empty() && present.iter().all(taken_out)
}

/// Users without a client certificate here: those that are there and whose rights were changed all
/// the same, those that somebody else deleted and that are to be made again, and those that take over from another
/// whose name is wrong.
fn changed(draft: &Draft, names: &[UserName], present: &Present) -> Vec<WantedUser> {
    let given: BTreeSet<&str> = names.iter().map(|user| &*user.name).collect();
    draft
        .rights
        .iter()
        .filter(|(name, rights)| {
            rights.wanted && !given.contains(&***name) && !draft.deleted.contains(*name)
        })
        .filter(|(name, _)| {
            let is_asked_for = draft.gone.contains(*name) || draft.asked.contains(*name);
            is_asked_for || existing(present, name).is_some()
        })
        .map(|(name, rights)| with(rights.clone(), name.clone(), present))
        .collect()
}

/// The database that the role in [`set_aside`] names. There is none of this name.
pub(crate) const FROM_LDAP: &str = "roles-come-from-ldap";

/// The role of a user whose roles come from LDAP.
///
/// With LDAP authorisation on, the server asks the directory what a user may do, and what Atlas has
/// is not used; all the same Atlas takes no user without a role. So it gets the least there is: to
/// read a database that does not exist, under a name that tells whoever sees it in Atlas why. Were
/// LDAP switched off one day, it would still open nothing.
pub(crate) fn set_aside() -> Role {
    Role::on("read", FROM_LDAP)
}

/// Whether roles come from LDAP, so that the ones chosen here do not matter.
pub(crate) fn roles_come_from_ldap(present: &Present) -> bool {
    present.ldap.authorization_enabled
}

/// The user of this name with these rights.
fn with(rights: Rights, username: String, present: &Present) -> WantedUser {
    let mut roles = rights.roles;
    if roles.is_empty() && roles_come_from_ldap(present) {
        roles.push(set_aside());
    }
    WantedUser {
        username,
        roles,
        scopes: rights.scopes,
        description: rights.description,
    }
}

/// A user name that mongod derives from at least one of the clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserName {
    pub(crate) name: String,
    /// The clients it belongs to, as indexes into the view's.
    pub(crate) clients: Vec<usize>,
    /// Whether at least one of them gets in.
    pub(crate) accepted: bool,
    /// The files that they came in.
    pub(crate) files: BTreeSet<String>,
}

impl UserName {
    /// Whether its certificates were given only to be compared with what Atlas has. Looking at somebody's
    /// certificate in the settings (would it log in, who rests on this authority) must not plan a user.
    fn is_compared(&self, draft: &Draft) -> bool {
        !self.files.is_empty() && self.files.is_subset(&draft.compared)
    }
}

/// Every user name, once, in the order of the clients.
pub(crate) fn user_names(judged: &Judged) -> Vec<UserName> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut names: Vec<UserName> = Vec::new();
    for (index, client) in judged.after.report.clients.iter().enumerate() {
        let Some(name) = &client.username else {
            continue;
        };
        let place = *places.entry(name).or_insert(names.len());
        if place == names.len() {
            names.push(UserName {
                name: name.clone(),
                clients: Vec::new(),
                accepted: false,
                files: BTreeSet::new(),
            });
        }
        let known = &mut names[place];
        known.clients.push(index);
        known.files.insert(client.file.clone());
        known.accepted |= judged::gets_in(&judged.after.view.clients[index]);
    }
    names
}

/// What a user may do: as was decided, else as Atlas has it, else what is proposed for a new one.
pub(crate) fn rights(draft: &Draft, user: &UserName, present: &Present) -> Rights {
    if let Some(rights) = draft.rights.get(&user.name) {
        return rights.clone();
    }
    match existing(present, &user.name) {
        Some(user) => of(user),
        None => Rights {
            wanted: user.accepted && !draft.gone.contains(&user.name) && !user.is_compared(draft),
            ..Rights::default()
        },
    }
}

/// What an existing user may do.
pub(crate) fn of(user: &DatabaseUser) -> Rights {
    Rights {
        wanted: true,
        roles: user.roles.clone(),
        scopes: user.scopes.clone(),
        description: None,
    }
}

/// The self-managed X.509 user of this name.
pub(crate) fn existing<'a>(present: &'a Present, name: &str) -> Option<&'a DatabaseUser> {
    present
        .users
        .iter()
        .find(|user| user.is_self_managed() && user.username == name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use serde_json::{from_value, json};

    use super::*;
    use crate::change::{
        decision::TakeOver,
        fixture::{authority, authority_of, judged},
    };

    fn wanted(draft: &Draft, judged: Option<&Judged>, present: &Present) -> Wanted {
        let names = judged.map(user_names).unwrap_or_default();
        super::wanted(draft, judged, &names, present, None)
    }

    #[test]
    fn a_user_name_of_several_clients_is_one_that_is_accepted_if_one_of_them_is() {
        let verdicts = judged(
            &[
                ("CN=a", false),
                ("CN=b", true),
                ("CN=a", true),
                ("CN=c", false),
                ("CN=c", false),
            ],
            &[],
        );
        let names: Vec<(String, Vec<usize>, bool)> = user_names(&verdicts)
            .into_iter()
            .map(|user| (user.name, user.clients, user.accepted))
            .collect();
        assert_eq!(
            names,
            [
                ("CN=a".to_owned(), vec![0, 2], true),
                ("CN=b".to_owned(), vec![1], true),
                ("CN=c".to_owned(), vec![3, 4], false),
            ]
        );
        let users = wanted(&Draft::default(), Some(&verdicts), &Present::default()).users;
        let names: Vec<&str> = users.iter().map(|user| &*user.username).collect();
        assert_eq!(
            names,
            ["CN=a", "CN=b"],
            "each once, and none that is refused"
        );
    }

    #[test]
    fn a_certificate_that_is_only_compared_makes_no_user_unless_somebody_says_so() {
        let verdicts = judged(&[("CN=a", true), ("CN=b", true)], &[]);
        let mut draft = Draft::default();
        draft.compared.insert("CN=a.pem".to_owned());
        let names = |draft: &Draft| -> Vec<String> {
            let users = wanted(draft, Some(&verdicts), &Present::default()).users;
            users.into_iter().map(|user| user.username).collect()
        };
        assert_eq!(names(&draft), ["CN=b"]);
        let read = Rights {
            wanted: true,
            ..Rights::default()
        };
        draft.set_rights("CN=a".to_owned(), read);
        assert_eq!(names(&draft), ["CN=a", "CN=b"]);
    }

    #[test]
    fn only_a_bundle_of_which_everything_was_taken_out_is_switched_off() {
        let nothing = judged(&[], &[]);
        let mut present = Present {
            pem: Some("PEM".to_owned()),
            ..Present::default()
        };
        let mut draft = Draft::default();
        let bundle =
            |draft: &Draft, present: &Present| wanted(draft, Some(&nothing), present).bundle;
        assert_eq!(
            bundle(&draft, &present),
            WantedBundle::AsItIs,
            "none can be read"
        );
        present.authorities = vec![authority("A"), authority("B")];
        draft.leave_out(&authority_of("sha-A", true, false));
        assert_eq!(bundle(&draft, &present), WantedBundle::Exactly(Vec::new()));
        draft.leave_out(&authority_of("sha-B", true, false));
        assert_eq!(bundle(&draft, &present), WantedBundle::Off);
        draft.bundle = BundleChoice::Replace;
        assert_eq!(bundle(&draft, &present), WantedBundle::Exactly(Vec::new()));
        draft.bundle = BundleChoice::Add;
        let another = judged(&[], &["C"]);
        assert_eq!(
            wanted(&draft, Some(&another), &present).bundle,
            WantedBundle::Exactly(vec![authority("C")])
        );
    }

    #[test]
    fn a_user_that_somebody_else_deleted_is_not_made_again_unasked() {
        let verdicts = judged(&[("CN=a", true)], &[]);
        let mut draft = Draft::default();
        let names = |draft: &Draft| {
            let wanted = wanted(draft, Some(&verdicts), &Present::default());
            wanted
                .users
                .into_iter()
                .map(|user| user.username)
                .collect::<Vec<_>>()
        };
        let could = Rights {
            wanted: true,
            roles: vec![Role::on("read", "a")],
            ..Rights::default()
        };
        let had = |_: &str| Some(could.clone());
        draft.see_users(["CN=a", "CN=b"], had);
        draft.see_users([], had);
        assert_eq!(draft.gone.len(), 2);
        assert!(names(&draft).is_empty());
        for name in ["CN=a", "CN=b"] {
            let rights = draft.rights[name].clone();
            assert_eq!(rights.roles, could.roles, "what it could do is not lost");
            draft.set_rights(
                name.to_owned(),
                Rights {
                    wanted: true,
                    ..rights
                },
            );
        }
        draft.see_users([], had);
        assert_eq!(
            names(&draft),
            ["CN=a", "CN=b"],
            "asked for, with and without a certificate"
        );
        draft.see_users(["CN=a", "CN=b"], had);
        assert!(draft.gone.is_empty(), "they are there again");
        draft.delete_user("CN=a".to_owned());
        draft.see_users(["CN=b"], had);
        assert!(draft.gone.is_empty(), "it was deleted here");
    }

    #[test]
    fn a_user_that_takes_over_from_another_needs_no_certificate_here() {
        let old = json!({"username": "cn=a", "databaseName": "$external", "x509Type": "CUSTOMER"});
        let present = Present {
            users: vec![from_value(old).unwrap()],
            ..Present::default()
        };
        let mut draft = Draft::default();
        let rights = Rights {
            wanted: true,
            roles: vec![Role::on("read", "a")],
            ..Rights::default()
        };
        let names = |draft: &Draft| {
            let users = wanted(draft, None, &present).users.into_iter();
            users.map(|user| user.username).collect::<Vec<_>>()
        };
        draft.set_rights("CN=a".to_owned(), rights.clone());
        assert!(
            names(&draft).is_empty(),
            "of a certificate that was taken away"
        );
        draft.take_over(TakeOver {
            to: "CN=a".to_owned(),
            rights,
            from: "cn=a".to_owned(),
            delete: true,
        });
        assert_eq!(names(&draft), ["CN=a"]);
        assert_eq!(wanted(&draft, None, &present).deleted, ["cn=a"]);
        draft.leave_user("CN=a");
        assert!(names(&draft).is_empty());
    }

    #[test]
    fn with_ldap_a_user_without_a_role_gets_the_one_set_aside_with_or_without_a_certificate() {
        let old =
            json!({"username": "CN=old", "databaseName": "$external", "x509Type": "CUSTOMER"});
        let mut present = Present {
            users: vec![from_value(old).unwrap()],
            ..Present::default()
        };
        present.ldap.authorization_enabled = true;
        let mut draft = Draft::default();
        let described = Rights {
            wanted: true,
            description: Some("Of old".to_owned()),
            ..Rights::default()
        };
        draft.set_rights("CN=old".to_owned(), described);
        let verdicts = judged(&[("CN=new", true)], &[]);
        let users = wanted(&draft, Some(&verdicts), &present).users;
        let roles: Vec<(&str, &[Role])> = users
            .iter()
            .map(|user| (&*user.username, &*user.roles))
            .collect();
        let aside = [set_aside()];
        assert_eq!(roles, [("CN=new", &aside[..]), ("CN=old", &aside[..])]);
    }
}
