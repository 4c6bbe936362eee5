//! What the user keeps out: it is not there, is another kind of user, may not go to the cluster, or may do
//! nothing on the database.

use atlas::{
    plan::{LdapEntry, directory_entry},
    types::{DatabaseUser, ScopeType},
};

use super::{Asked, Cause, Sure};
use crate::change::{
    lookalike::{self, Lookalike},
    roles,
};

/// Atlas's role with which the users can be read.
const READS_USERS: &str = "Project Read Only";

pub(super) fn user(asked: &Asked<'_>, causes: &mut Vec<Cause>) {
    let Some(name) = asked.certificate.username.as_deref() else {
        return;
    };
    let Ok(users) = &asked.facts.users else {
        causes.push(Cause::new(
            Sure::Possible,
            format!("We can't tell whether there is a user called `{name}`."),
            "This credential may not read the database users.",
            format!("Give it the role {READS_USERS}, then press Try again."),
        ));
        return;
    };
    let from_ldap = roles_come_from_ldap(asked, name, causes);
    let named = users
        .iter()
        .filter(|user| user.is_external() && user.username == name);
    let named: Vec<&DatabaseUser> = named.collect();
    let Some(user) = named.iter().find(|user| user.is_self_managed()) else {
        // The directory knows users that Atlas does not.
        let sure = if from_ldap {
            Sure::Possible
        } else {
            Sure::Certain
        };
        match named.first() {
            Some(user) => causes.push(other_kind(user, from_ldap)),
            None => absent(asked, name, users, sure, causes),
        }
        return;
    };
    scopes(asked, user, causes);
    if !from_ldap {
        rights(asked, user, causes);
    }
}

/// There is a user of this name, for another way to log in.
fn other_kind(user: &DatabaseUser, from_ldap: bool) -> Cause {
    let name = &user.username;
    if user.is_managed() {
        let means = if from_ldap {
            "While LDAP authorization is on, nobody can log in as it."
        } else {
            "It's meant for certificates that Atlas issues itself, and not for those of your authority."
        };
        return Cause::new(
            if from_ldap {
                Sure::Certain
            } else {
                Sure::Likely
            },
            format!("The user `{name}` is Atlas-managed (MANAGED)."),
            means,
            "Delete it in Atlas and create it again for self-managed certificates, or use the certificate that Atlas made for it.",
        );
    }
    Cause::new(
        Sure::Certain,
        format!("The user `{name}` logs in in another way than with a certificate."),
        "Its name fits, but Atlas has it for LDAP or another login, so no certificate opens it.",
        "Delete it in Atlas and create it again for self-managed certificates.",
    )
}

fn absent(
    asked: &Asked<'_>,
    name: &str,
    users: &[DatabaseUser],
    sure: Sure,
    causes: &mut Vec<Cause>,
) {
    let there = users.iter().filter(|user| user.is_external());
    let similar: Vec<Lookalike> = lookalike::find(there.map(|user| &*user.username), &[name]);
    let Some(nearest) = similar.iter().min_by(|one, other| one.how.cmp(&other.how)) else {
        causes.push(Cause::new(
            sure,
            format!("No database user is called `{name}`."),
            format!("The certificate is one thing, the user another: {} has none with the name that the cluster derives from it.", asked.facts.project.name),
            "Create the user with exactly this name, in Setup. Then wait until the cluster has taken it up.",
        ));
        return;
    };
    causes.push(Cause::new(
        sure,
        format!("No database user is called `{name}`, but one is called `{}`.", nearest.old),
        format!("{} A server compares names letter by letter, so nobody can log in as that user with this certificate.", nearest.how.in_words()),
        format!("Create the user `{name}`, give it the rights of the other one, and delete that one. The page Users does it in one go."),
    ));
}

/// Whether it may go to this cluster.
fn scopes(asked: &Asked<'_>, user: &DatabaseUser, causes: &mut Vec<Cause>) {
    let is_here = |scope: &atlas::types::Scope| {
        scope.kind == ScopeType::Cluster && scope.name == asked.cluster
    };
    if user.scopes.is_empty() || user.scopes.iter().any(is_here) {
        return;
    }
    causes.push(Cause::new(
        Sure::Certain,
        format!(
            "The user `{}` may only connect to {}.",
            user.username,
            roles::scopes_in_words(&user.scopes)
        ),
        format!("On {} it doesn't exist.", asked.cluster),
        format!(
            "Let it connect to {} too, on the page Users.",
            asked.cluster
        ),
    ));
}

/// Whether it may do anything on the database.
fn rights(asked: &Asked<'_>, user: &DatabaseUser, causes: &mut Vec<Cause>) {
    let database = asked.database.trim();
    if database.is_empty() {
        return;
    }
    let custom = asked.facts.custom_roles.as_deref().ok();
    let has = roles::all_in_words(&user.roles);
    let name = &user.username;
    let give = format!("Give it a role on {database}, on the page Users.");
    match roles::allows_something(&user.roles, custom, database) {
        Some(true) => {}
        Some(false) => causes.push(Cause::new(
            Sure::Certain,
            format!("The user `{name}` has no role on {database}."),
            format!("It logs in, and everything that it asks of {database} is refused as not authorized. It has: {has}."),
            give,
        )),
        None => causes.push(Cause::new(
            Sure::Possible,
            format!("We can't tell whether the user `{name}` has a role on {database}."),
            format!("It has: {has}. One of these is the project's own, and its definition couldn't be read."),
            give,
        )),
    }
}

/// Whether the directory decides; then what it has to hold.
fn roles_come_from_ldap(asked: &Asked<'_>, name: &str, causes: &mut Vec<Cause>) -> bool {
    let Ok(security) = &asked.facts.security else {
        return false;
    };
    let ldap = &security.ldap;
    if !ldap.authorization_enabled {
        return false;
    }
    let entry = match directory_entry(ldap, name) {
        LdapEntry::Dn(dn) => format!("the entry `{dn}`"),
        LdapEntry::ByRules => "the entry that the project's rules make of this name".to_owned(),
    };
    causes.push(Cause::new(
        Sure::Likely,
        format!("LDAP authorization is on, with {}.", ldap.hostname),
        format!("The directory decides what the user may do, and the roles in Atlas aren't used. It needs {entry}, in groups that have roles."),
        "Check the entry and its groups in the directory, and that the cluster reaches it.",
    ));
    true
}
