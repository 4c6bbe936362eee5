//! What is to be said of names.

use super::{Rule, words};
use crate::{
    case::{Case, CertificateCase},
    report::Finding,
};

rule! {
    /// The user name that mongod derives is not what `openssl x509 -nameopt RFC2253` prints.
    ///
    /// MongoDB's manual tells people to run that command; a database user with the printed name
    /// could not log in.
    pub(super) DIFFERS_FROM_OPENSSL = Warning "name.differs-from-openssl",
    fix: "Use the name shown here for the database user, to the letter.",
    citation: "MongoDB manual, “Use x.509 Certificates to Authenticate Clients”; RFC 4518",
    find: differs_from_openssl,
}

fn differs_from_openssl(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for leaf in case.clients.iter().filter_map(|client| client.leaf) {
        let CertificateCase {
            printed, user_name, ..
        } = &case.certificates[leaf];
        let Ok(name) = user_name else {
            continue;
        };
        if name != printed {
            let printed = words::user_name(printed);
            let name = words::user_name(name);
            let mut finding = rule.about(
                case,
                leaf,
                format!("The user name of {} is not the one that openssl prints ({printed}).", words::quoted(case, leaf)),
                format!("The server prepares and escapes names in its own way, and knows this client as {name}."),
                rule.fix.to_owned(),
            );
            finding.command = Some(format!(
                "openssl x509 -noout -subject -nameopt RFC2253 -in {}",
                words::shell(&case.certificates[leaf].source().file)
            ));
            found.push(finding);
        }
    }
}
