//! What is to be said of the user that a client is to the server.

use std::collections::{BTreeMap, HashSet};

use super::for_each_client;
use crate::{
    case::{Case, ClientCase},
    certificate::describe,
    findings::{Rule, words},
    name::{
        NoUserName,
        atlas::{self, OddSize},
    },
    report::Finding,
};

rule! {
    /// mongod can derive no user name from a client's subject.
    ///
    /// It closes the connection of a client without a name that it can use.
    pub(in crate::findings) NO_USER_NAME = Error "client.no-user-name",
    fix: "Issue the certificate again with a subject that has a common name, in UTF-8 and without unusual characters.",
    citation: "MongoDB manual, “Use x.509 Certificates to Authenticate Clients”; RFC 4518",
    find: no_user_name,
}

fn no_user_name(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_client(case, |_, leaf, _| {
        if let Err(reason) = &case.certificates[leaf].user_name
            && !matches!(reason, NoUserName::TooLong { .. })
        {
            found.push(rule.about(
                case,
                leaf,
                format!("There is no user name for {}. {reason}", words::quoted(case, leaf)),
                "The server ends the connection of this client, so no database user can be made for it.".to_owned(),
                rule.fix.to_owned(),
            ));
        }
    });
}

rule! {
    /// A client's subject has no common name.
    ///
    /// Atlas takes no database user whose name has no CN.
    pub(in crate::findings) NO_COMMON_NAME = Error "client.no-common-name",
    fix: "Issue the certificate again with a CN in its subject.",
    citation: "Atlas documentation, “Set Up Self-Managed X.509 Authentication”",
    find: no_common_name,
}

fn no_common_name(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_client(case, |_, leaf, _| {
        let subject = case.certificate(leaf).subject();
        if !subject.is_empty() && !atlas::has_common_name(subject) {
            found.push(rule.about(
                case,
                leaf,
                format!("The subject of {} has no common name (CN).", words::quoted(case, leaf)),
                "Atlas takes no database user without one, so nobody could log in with this certificate.".to_owned(),
                rule.fix.to_owned(),
            ));
        }
    });
}

rule! {
    /// The user name that mongod derives is longer than Atlas takes.
    ///
    /// Atlas takes at most 1,024 characters, and characters outside ASCII count three for each
    /// octet.
    pub(in crate::findings) USER_NAME_TOO_LONG = Error "client.user-name-too-long",
    fix: "Issue the certificate again with a shorter subject. Characters outside ASCII count three for each of their octets.",
    citation: "Atlas Administration API, databaseUsers: username",
    find: user_name_too_long,
}

fn user_name_too_long(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_client(case, |_, leaf, _| {
        let (more, length) = match &case.certificates[leaf].user_name {
            Ok(name) => ("", name.chars().count()),
            Err(NoUserName::TooLong { limit }) => ("more than ", *limit),
            Err(_) => return,
        };
        if length > atlas::USER_NAME_MAX {
            found.push(rule.about(
                case,
                leaf,
                format!(
                    "The user name of {} has {more}{} characters.",
                    words::quoted(case, leaf),
                    words::number(length)
                ),
                "Atlas takes at most 1,024, so no database user can be made for it.".to_owned(),
                rule.fix.to_owned(),
            ));
        }
    });
}

rule! {
    /// A client's user name has an attribute that Atlas does not document.
    ///
    /// Atlas may refuse to make the database user.
    pub(in crate::findings) ATTRIBUTE_NOT_IN_ATLAS = Warning "client.attribute-not-in-atlas",
    fix: "Try to make the user. If Atlas refuses, issue the certificate again without this attribute.",
    citation: "Atlas documentation, “Set Up Self-Managed X.509 Authentication”: distinguished name keys",
    find: attribute_not_in_atlas,
}

fn attribute_not_in_atlas(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_client(case, |_, leaf, _| {
        let unknown = atlas::undocumented_attributes(case.certificate(leaf).subject());
        if !unknown.is_empty() {
            found.push(rule.about(
                case,
                leaf,
                format!("Atlas does not document {} in a user name, which {} has.", words::list(&unknown, ""), words::quoted(case, leaf)),
                "The name is right for the server, but Atlas may refuse to make a database user of it.".to_owned(),
                rule.fix.to_owned(),
            ));
        }
    });
}

rule! {
    /// A field of a client's subject is longer, or shorter, than Atlas documents for it.
    ///
    /// The server takes the name as it is, but Atlas may refuse to make the database user: it
    /// documents 1 to 64 characters for CN, O, OU, L, ST and most others, and exactly 2 for C.
    pub(in crate::findings) ATTRIBUTE_TOO_LONG = Warning "client.attribute-too-long",
    fix: "Try to make the user. If Atlas refuses, issue the certificate again with a field of that size.",
    citation: "Atlas documentation, “Set Up Self-Managed X.509 Authentication”: distinguished name keys",
    find: attribute_too_long,
}

fn attribute_too_long(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_client(case, |_, leaf, _| {
        let odd = atlas::odd_sizes(case.certificate(leaf).subject());
        if odd.is_empty() {
            return;
        }
        let say = |odd: &OddSize| {
            let documented = match (odd.least, odd.most) {
                (least, most) if least == most => most.to_string(),
                (least, most) => format!("{least} to {most}"),
            };
            format!(
                "{} of {} has {} (documented: {documented})",
                odd.attribute,
                words::quoted(case, leaf),
                match odd.size {
                    0 => "no characters".to_owned(),
                    1 => "1 character".to_owned(),
                    size => format!("{size} characters"),
                }
            )
        };
        found.push(rule.about(
            case,
            leaf,
            format!("A field has another size than Atlas documents: {}.", words::list_of(&odd, say, "")),
            "The name is right for the server, but Atlas may refuse to make a database user of it.".to_owned(),
            rule.fix.to_owned(),
        ));
    });
}

rule! {
    /// A client's subject has O, OU or DC, by which mongod also knows the members of a cluster.
    ///
    /// A client whose O, OU and DC equal those of the server's own certificate is taken for a
    /// member. On Atlas the server's certificates are Atlas's own, so this cannot happen by chance.
    pub(in crate::findings) COULD_MATCH_CLUSTER_MEMBER = Note "client.could-match-cluster-member",
    fix: "If you also run servers of your own, give clients another O, OU or DC than the members have.",
    citation: "MongoDB manual, “Member x.509 Certificates”",
    find: could_match_cluster_member,
}

fn could_match_cluster_member(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    let mut leaves = HashSet::new();
    let clients: Vec<&ClientCase> = case
        .clients
        .iter()
        .filter(|client| {
            client.leaf.is_some_and(|leaf| {
                words::has_organisation(case.certificate(leaf).subject()) && leaves.insert(leaf)
            })
        })
        .collect();
    // One remark for the whole pile: it is about servers, and about none of the clients.
    let Some(first) = clients.first() else {
        return;
    };
    let message = match clients.len() {
        1 => format!(
            "The client in {} has O, OU or DC in its subject.",
            words::file(case, first.file)
        ),
        count => format!(
            "{} clients here, the first in {}, have O, OU or DC in their subjects.",
            words::number(count),
            words::file(case, first.file)
        ),
    };
    found.push(rule.finding(
        message,
        "mongod takes a client whose O, OU and DC equal those of the server's own certificate for a member of the cluster. Atlas's servers have certificates of Atlas, so no client of yours can equal them.".to_owned(),
        rule.fix.to_owned(),
    ));
}

rule! {
    /// A client's certificate holds MongoDB roles (1.3.6.1.4.1.34601.2.1.1).
    ///
    /// On a server that honours them they take the place of the database user's roles, and the
    /// client needs no database user: deleting the user does not lock it out. What Atlas does is
    /// not known.
    pub(in crate::findings) ROLES_EXTENSION = Warning "client.roles-extension",
    fix: "Issue the certificate without this extension and give the roles to the database user. Until it ends, only taking its CA out of the bundle is sure to lock this client out.",
    citation: "MongoDB manual, “x.509 Certificates: roles in the certificate”",
    find: roles_extension,
}

fn roles_extension(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_client(case, |_, leaf, _| {
        let extensions = &case.certificate(leaf).extensions().list;
        let Some(extension) = extensions
            .iter()
            .find(|extension| extension.oid.content() == describe::MONGODB_ROLES)
        else {
            return;
        };
        let roles = describe::mongodb_roles(&extension.value).unwrap_or_default();
        let roles = words::list_of(
            &roles,
            |(role, database)| format!("{role} on {database}"),
            "none that can be read",
        );
        found.push(rule.about(
            case,
            leaf,
            format!("{} holds roles of its own: {}.", words::quoted(case, leaf), roles),
            "On a server that honours them this client has these roles, needs no database user, and is not locked out when you delete one. Whether Atlas honours them is not known.".to_owned(),
            rule.fix.to_owned(),
        ));
    });
}

rule! {
    /// A client's certificate names a cluster that its holder is a member of
    /// (1.3.6.1.4.1.34601.2.1.2).
    ///
    /// A server that is configured for it takes the client for a member of the cluster, with all
    /// rights.
    pub(in crate::findings) MEMBERSHIP_EXTENSION = Warning "client.membership-extension",
    fix: "Issue the certificate without the extension 1.3.6.1.4.1.34601.2.1.2.",
    citation: "MongoDB manual, net.tls.clusterAuthX509.extensionValue",
    find: membership_extension,
}

fn membership_extension(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_client(case, |_, leaf, _| {
        let oid = describe::MONGODB_MEMBERSHIP;
        if case.certificate(leaf).extensions().has(oid) {
            found.push(rule.about(
                case,
                leaf,
                format!("{} names a cluster that its holder is a member of.", words::quoted(case, leaf)),
                "A server that is configured for it takes this client for one of its own members, with every right.".to_owned(),
                rule.fix.to_owned(),
            ));
        }
    });
}

rule! {
    /// Several clients' certificates lead to one user name.
    ///
    /// To the server they are one user: they share roles, and removing the user locks out all of
    /// them. After a renewal that is what one wants.
    pub(in crate::findings) SAME_USER_NAME = Note "client.same-user-name",
    fix: "If they are different clients, give each a subject of its own.",
    citation: "MongoDB manual, “Use x.509 Certificates to Authenticate Clients”",
    find: same_user_name,
}

fn same_user_name(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut seen = HashSet::new();
    let leaves = case.clients.iter().filter_map(|client| client.leaf);
    for leaf in leaves.filter(|leaf| seen.insert(*leaf)) {
        if let Ok(name) = &case.certificates[leaf].user_name {
            by_name.entry(name).or_default().push(leaf);
        }
    }
    for (name, sharers) in by_name.iter().filter(|(_, sharers)| sharers.len() > 1) {
        let mut finding = rule.about(
            case,
            sharers[0],
            format!("{} certificates lead to one user name, {}.", words::number(sharers.len()), words::user_name(name)),
            "To the server they are one user, with the same roles. After a renewal that is what you want.".to_owned(),
            rule.fix.to_owned(),
        );
        finding.certificates = sharers
            .iter()
            .map(|leaf| case.certificate(*leaf).sha256())
            .collect();
        found.push(finding);
    }
}
