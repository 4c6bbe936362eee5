//! What LDAP authorisation means for X.509 users.
//!
//! With it on, users with certificates that Atlas made cannot connect any more, and those of the
//! customer's own CA get their roles from the directory: the name in the certificate has to be, or
//! to map to, an entry that the LDAP server authorises (MongoDB Atlas, "Set up user authentication
//! and authorization with LDAP").

use serde::{Deserialize, Serialize};

use super::{Present, Wanted};
use crate::types::{DatabaseUser, DnMapping, Ldap};

/// What LDAP authorisation means for the wanted users and for others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LdapEffect {
    /// The LDAP server.
    pub hostname: String,
    /// Users with certificates that Atlas made: they cannot connect.
    pub blocked: Vec<String>,
    /// What the directory has to hold for the wanted users.
    pub names: Vec<LdapName>,
    /// The rules that turn a user name into a DN.
    pub rules: Vec<DnMapping>,
}

/// What the directory has to hold for one user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LdapName {
    /// The user name.
    pub username: String,
    /// The entry.
    pub entry: LdapEntry,
}

/// An entry of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LdapEntry {
    /// The one of this DN.
    Dn(String),
    /// The one that the rules give; they are not evaluated here.
    ByRules,
}

pub(super) fn effect(present: &Present, wanted: &Wanted) -> Option<LdapEffect> {
    let names = wanted.users.iter().map(|user| &*user.username);
    LdapEffect::new(&present.ldap, &present.users, names)
}

impl LdapEffect {
    /// What it means for the users that Atlas has; `None` where it is off.
    pub fn of_users(ldap: &Ldap, users: &[DatabaseUser]) -> Option<Self> {
        let self_managed = users.iter().filter(|user| user.is_self_managed());
        Self::new(ldap, users, self_managed.map(|user| &*user.username))
    }

    fn new<'a>(
        ldap: &Ldap,
        users: &[DatabaseUser],
        names: impl Iterator<Item = &'a str>,
    ) -> Option<Self> {
        if !ldap.authorization_enabled {
            return None;
        }
        let blocked = users.iter().filter(|user| user.is_managed());
        let name = |username: &str| LdapName {
            username: username.to_owned(),
            entry: directory_entry(ldap, username),
        };
        Some(Self {
            hostname: ldap.hostname.clone(),
            blocked: blocked.map(|user| user.username.clone()).collect(),
            names: names.map(name).collect(),
            rules: ldap.user_to_dn_mapping.clone(),
        })
    }
}

/// The entry that the directory has to hold for a user. The first rule that fits counts. The two usual
/// ones, which take the whole name, can be worked out without a machine for regular expressions.
pub fn directory_entry(ldap: &Ldap, username: &str) -> LdapEntry {
    match ldap.user_to_dn_mapping.as_slice() {
        [] => LdapEntry::Dn(username.to_owned()),
        [
            DnMapping {
                pattern,
                substitution: Some(dn),
                ..
            },
            ..,
        ] if matches!(pattern.as_str(), "(.+)" | "(.*)" | "^(.+)$" | "^(.*)$") => {
            LdapEntry::Dn(dn.replace("{0}", username))
        }
        _ => LdapEntry::ByRules,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use serde_json::{Value, from_value, json};

    use super::*;

    #[test]
    fn the_directory_has_to_hold_every_self_managed_user() {
        let user = |name: &str, kind: &str| json!({"username": name, "databaseName": "$external", "x509Type": kind});
        let users = json!([
            user("CN=a", "CUSTOMER"),
            user("CN=m", "MANAGED"),
            user("p", "NONE")
        ]);
        let users: Vec<DatabaseUser> = from_value(users).unwrap();
        let ldap = |settings: Value| from_value::<Ldap>(settings).unwrap();
        let off = ldap(json!({"authenticationEnabled": true}));
        assert_eq!(LdapEffect::of_users(&off, &users), None);
        let on = ldap(
            json!({"authorizationEnabled": true, "hostname": "h", "userToDNMapping": [
                {"match": "(.+)", "substitution": "{0},DC=acme"},
            ]}),
        );
        let effect = LdapEffect::of_users(&on, &users).unwrap();
        assert_eq!(effect.blocked, ["CN=m"]);
        let name = LdapName {
            username: "CN=a".to_owned(),
            entry: LdapEntry::Dn("CN=a,DC=acme".to_owned()),
        };
        assert_eq!(effect.names, [name]);
    }
}
