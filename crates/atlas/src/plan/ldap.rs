//! What LDAP authorisation means for X.509 users.
//!
//! With it on, users with certificates that Atlas made cannot connect any more, and those of the
//! customer's own CA get their roles from the directory: the name in the certificate has to be, or
//! to map to, an entry that the LDAP server authorises (MongoDB Atlas, "Set up user authentication
//! and authorization with LDAP").

use serde::{Deserialize, Serialize};

use super::{Present, Wanted};
use crate::types::{DnMapping, Ldap};

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
    let ldap = &present.ldap;
    if !ldap.authorization_enabled {
        return None;
    }
    let blocked = present.users.iter().filter(|user| user.is_managed());
    Some(LdapEffect {
        hostname: ldap.hostname.clone(),
        blocked: blocked.map(|user| user.username.clone()).collect(),
        names: wanted
            .users
            .iter()
            .map(|user| LdapName {
                username: user.username.clone(),
                entry: directory_entry(ldap, &user.username),
            })
            .collect(),
        rules: ldap.user_to_dn_mapping.clone(),
    })
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
