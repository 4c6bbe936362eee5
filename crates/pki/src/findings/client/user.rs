//! What is to be said of the user that a client is to the server.

use std::collections::{BTreeMap, HashSet};

use super::for_each_client;
use crate::{
    case::ClientCase,
    certificate::describe,
    findings::{Rule, words},
    name::{
        NoUserName,
        atlas::{self, OddSize},
    },
    report::Severity,
};

pub(in crate::findings) static NO_USER_NAME: Rule = Rule {
    id: "client.no-user-name",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!("mongod can derive no user name from a client's subject."),
    why: documentation!("It closes the connection of a client without a name that it can use."),
    fix: documentation!("Issue the certificate with a subject of plain text in UTF-8."),
    citation: "MongoDB manual, “Use x.509 Certificates to Authenticate Clients”; RFC 4518",
    find: |rule, case, found| {
        for_each_client(case, |_, leaf, _| {
            if let Err(reason) = &case.certificates[leaf].user_name
                && !matches!(reason, NoUserName::TooLong { .. })
            {
                found.push(rule.about(
                    case,
                    leaf,
                    format!("There is no user name for {}. {reason}", words::quoted(case, leaf)),
                    "The server ends the connection of this client, so no database user can be made for it.".to_owned(),
                    "Issue the certificate again with a subject that has a common name, in UTF-8 and without unusual characters.".to_owned(),
                ));
            }
        });
    },
};

pub(in crate::findings) static NO_COMMON_NAME: Rule = Rule {
    id: "client.no-common-name",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!("A client's subject has no common name."),
    why: documentation!("Atlas takes no database user whose name has no CN."),
    fix: documentation!("Issue the certificate with a CN in its subject."),
    citation: "Atlas documentation, “Set Up Self-Managed X.509 Authentication”",
    find: |rule, case, found| {
        for_each_client(case, |_, leaf, _| {
            let subject = case.certificate(leaf).subject();
            if !subject.is_empty() && !atlas::has_common_name(subject) {
                found.push(rule.about(
                    case,
                    leaf,
                    format!("The subject of {} has no common name (CN).", words::quoted(case, leaf)),
                    "Atlas takes no database user without one, so nobody could log in with this certificate.".to_owned(),
                    "Issue the certificate again with a CN in its subject.".to_owned(),
                ));
            }
        });
    },
};

pub(in crate::findings) static USER_NAME_TOO_LONG: Rule = Rule {
    id: "client.user-name-too-long",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!("The user name that mongod derives is longer than Atlas takes."),
    why: documentation!(
        "Atlas takes at most 1,024 characters, and characters outside ASCII count three for each octet."
    ),
    fix: documentation!("Issue the certificate with a shorter subject."),
    citation: "Atlas Administration API, databaseUsers: username",
    find: |rule, case, found| {
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
                    format!("The user name of {} has {more}{} characters.", words::quoted(case, leaf), words::number(length)),
                    "Atlas takes at most 1,024, so no database user can be made for it.".to_owned(),
                    "Issue the certificate again with a shorter subject. Characters outside ASCII count three for each of their octets.".to_owned(),
                ));
            }
        });
    },
};

pub(in crate::findings) static ATTRIBUTE_NOT_IN_ATLAS: Rule = Rule {
    id: "client.attribute-not-in-atlas",
    severity: Severity::Warning,
    severity_note: None,
    what: documentation!("A client's user name has an attribute that Atlas does not document."),
    why: documentation!("Atlas may refuse to make the database user."),
    fix: documentation!("Try it; if Atlas refuses, issue the certificate without that attribute."),
    citation: "Atlas documentation, “Set Up Self-Managed X.509 Authentication”: distinguished name keys",
    find: |rule, case, found| {
        for_each_client(case, |_, leaf, _| {
            let unknown = atlas::undocumented_attributes(case.certificate(leaf).subject());
            if !unknown.is_empty() {
                found.push(rule.about(
                    case,
                    leaf,
                    format!("Atlas does not document {} in a user name, which {} has.", words::list(&unknown, ""), words::quoted(case, leaf)),
                    "The name is right for the server, but Atlas may refuse to make a database user of it.".to_owned(),
                    "Try to make the user. If Atlas refuses, issue the certificate again without this attribute.".to_owned(),
                ));
            }
        });
    },
};

pub(in crate::findings) static ATTRIBUTE_TOO_LONG: Rule = Rule {
    id: "client.attribute-too-long",
    severity: Severity::Warning,
    severity_note: None,
    what: documentation!(
        "A field of a client's subject is longer, or shorter, than Atlas documents for it."
    ),
    why: documentation!(
        "The server takes the name as it is, but Atlas may refuse to make the database user: it documents 1 to 64 characters for CN, O, OU, L, ST and most others, and exactly 2 for C."
    ),
    fix: documentation!(
        "Try it; if Atlas refuses, issue the certificate with a field of the documented size."
    ),
    citation: "Atlas documentation, “Set Up Self-Managed X.509 Authentication”: distinguished name keys",
    find: |rule, case, found| {
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
                "Try to make the user. If Atlas refuses, issue the certificate again with a field of that size.".to_owned(),
            ));
        });
    },
};

pub(in crate::findings) static COULD_MATCH_CLUSTER_MEMBER: Rule = Rule {
    id: "client.could-match-cluster-member",
    severity: Severity::Note,
    severity_note: None,
    what: documentation!(
        "A client's subject has O, OU or DC, by which mongod also knows the members of a cluster."
    ),
    why: documentation!(
        "A client whose O, OU and DC equal those of the server's own certificate is taken for a member. On Atlas the server's certificates are Atlas's own, so this cannot happen by chance."
    ),
    fix: documentation!(
        "On servers of your own, make O, OU or DC of clients differ from those of the members."
    ),
    citation: "MongoDB manual, “Member x.509 Certificates”",
    find: |rule, case, found| {
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
            "If you also run servers of your own, give clients another O, OU or DC than the members have.".to_owned(),
        ));
    },
};

pub(in crate::findings) static ROLES_EXTENSION: Rule = Rule {
    id: "client.roles-extension",
    severity: Severity::Warning,
    severity_note: None,
    what: documentation!("A client's certificate holds MongoDB roles (1.3.6.1.4.1.34601.2.1.1)."),
    why: documentation!(
        "On a server that honours them they take the place of the database user's roles, and the client needs no database user: deleting the user does not lock it out. What Atlas does is not known."
    ),
    fix: documentation!(
        "Issue the certificate without the extension and give the roles to the database user."
    ),
    citation: "MongoDB manual, “x.509 Certificates: roles in the certificate”",
    find: |rule, case, found| {
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
                "Issue the certificate without this extension and give the roles to the database user. Until it ends, only taking its CA out of the bundle is sure to lock this client out.".to_owned(),
            ));
        });
    },
};

pub(in crate::findings) static MEMBERSHIP_EXTENSION: Rule = Rule {
    id: "client.membership-extension",
    severity: Severity::Warning,
    severity_note: None,
    what: documentation!(
        "A client's certificate names a cluster that its holder is a member of (1.3.6.1.4.1.34601.2.1.2)."
    ),
    why: documentation!(
        "A server that is configured for it takes the client for a member of the cluster, with all rights."
    ),
    fix: documentation!("Issue the certificate without the extension."),
    citation: "MongoDB manual, net.tls.clusterAuthX509.extensionValue",
    find: |rule, case, found| {
        for_each_client(case, |_, leaf, _| {
            let oid = describe::MONGODB_MEMBERSHIP;
            if case.certificate(leaf).extensions().has(oid) {
                found.push(rule.about(
                    case,
                    leaf,
                    format!("{} names a cluster that its holder is a member of.", words::quoted(case, leaf)),
                    "A server that is configured for it takes this client for one of its own members, with every right.".to_owned(),
                    "Issue the certificate without the extension 1.3.6.1.4.1.34601.2.1.2.".to_owned(),
                ));
            }
        });
    },
};

pub(in crate::findings) static SAME_USER_NAME: Rule = Rule {
    id: "client.same-user-name",
    severity: Severity::Note,
    severity_note: None,
    what: documentation!("Several clients' certificates lead to one user name."),
    why: documentation!(
        "To the server they are one user: they share roles, and removing the user locks out all of them. After a renewal that is what one wants."
    ),
    fix: documentation!(
        "After a renewal leave it as it is; else give each client a subject of its own."
    ),
    citation: "MongoDB manual, “Use x.509 Certificates to Authenticate Clients”",
    find: |rule, case, found| {
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
                "If they are different clients, give each a subject of its own.".to_owned(),
            );
            finding.certificates = sharers
                .iter()
                .map(|leaf| case.certificate(*leaf).sha256())
                .collect();
            found.push(finding);
        }
    },
};
