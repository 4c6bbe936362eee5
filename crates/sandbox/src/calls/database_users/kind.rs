//! The kinds of database users, and what each is called.

use super::dn::{DistinguishedName, NotADn};
use crate::{
    refusal::Refusal,
    world::user::{Authentication, CUSTOMER, MANAGED, NONE},
};

const EXTERNAL: &str = "$external";
const ADMIN: &str = "admin";
/// In characters.
const USERNAME_MAX: usize = 1024;

/// Checks the name and the database that go with how a user is authenticated.
pub(super) fn check(
    username: &str,
    database: &str,
    authentication: &Authentication,
    has_password: bool,
) -> Result<(), Refusal> {
    let Authentication {
        x509_type,
        ldap_auth_type,
        aws_iam_type,
        oidc_auth_type,
    } = authentication;
    if x509_type != NONE {
        if ldap_auth_type != NONE {
            return Err(Refusal::X509Ldap);
        }
        if has_password {
            return Err(Refusal::X509Scram);
        }
    }
    let others = [x509_type, ldap_auth_type, aws_iam_type, oidc_auth_type];
    if others.iter().filter(|kind| **kind != NONE).count() > 1 {
        return Err(Refusal::InvalidAuthSettings {
            why: "A user can be authenticated in one way only".to_owned(),
        });
    }
    // Assumption: too long a name is an invalid one.
    if username.chars().count() > USERNAME_MAX {
        return Err(invalid(username, "is longer than 1024 characters"));
    }
    let has_dn = x509_type != NONE || ldap_auth_type != NONE;
    if has_dn || aws_iam_type != NONE || oidc_auth_type == "USER" {
        if database != EXTERNAL {
            return Err(Refusal::NotOnExternal);
        }
    } else if database != ADMIN {
        return Err(Refusal::NotOnAdmin {
            what: if oidc_auth_type == NONE {
                "SCRAM users"
            } else {
                "OIDC groups"
            },
        });
    } else if oidc_auth_type == NONE && !has_password {
        return Err(Refusal::MissingAttribute { name: "password" });
    }
    // MongoDB's own clients name a managed user without CN= too.
    let is_plain = x509_type == MANAGED && !username.contains('=');
    if has_dn && !is_plain {
        check_dn(username, x509_type)?;
    }
    Ok(())
}

fn check_dn(username: &str, x509_type: &str) -> Result<(), Refusal> {
    let name = username.to_owned();
    let dn = DistinguishedName::parse(username).map_err(|wrong| match wrong {
        NotADn::Metacharacters => Refusal::DnMetacharacters { name: name.clone() },
        NotADn::Syntax => Refusal::InvalidLdapName { name: name.clone() },
    })?;
    match x509_type {
        // Assumption: a name without a common name is an invalid one.
        CUSTOMER if !dn.has_common_name() => Err(invalid(username, "has no CN")),
        MANAGED if !dn.is_common_name_alone() => Err(Refusal::ManagedNameInvalid { name }),
        _ => Ok(()),
    }
}

fn invalid(username: &str, why: &str) -> Refusal {
    Refusal::InvalidUsername {
        name: username.to_owned(),
        why: why.to_owned(),
    }
}
