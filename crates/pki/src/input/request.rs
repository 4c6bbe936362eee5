//! What to tell of a certificate request (PKCS#10, RFC 2986): who a certificate with its subject
//! would be to the server, and whether Atlas would take that name. It is early enough then to ask for
//! another one.

use super::{Explanation, der};
use crate::{
    Name,
    name::{NoUserName, atlas},
    words,
};

/// ```asn1
/// CertificationRequest ::= SEQUENCE {
///     certificationRequestInfo SEQUENCE { version INTEGER, subject Name, … }, … }
/// ```
pub(super) fn subject(request: &[u8]) -> Option<Name> {
    let info = der::children(request)?;
    let fields = der::children(info.first()?.encoding)?;
    Name::from_der(fields.get(1)?.encoding).ok()
}

/// The sentences; `None` for the subject of a request that cannot be read.
pub(super) fn explain(subject: Option<&Name>) -> Explanation {
    const WHAT: &str = "This is a certificate request (CSR)";
    const SEND: &str =
        "Send it to your certificate authority and add the certificate that comes back.";
    let Some(subject) = subject else {
        return Explanation::new(
            format!("{WHAT}."),
            "A request asks an authority for a certificate; nobody can log in with it.",
            SEND,
        );
    };
    let user = match subject.user_name() {
        Ok(user) => user,
        Err(NoUserName::TooLong { limit }) => return too_long(WHAT, "more than ", limit),
        Err(reason) => {
            return Explanation::new(
                format!("{WHAT}. A certificate with its subject would have no user name. {reason}"),
                "The server would end the connection of such a client.",
                "Make a new request with a subject in UTF-8, with a common name (CN) and without unusual characters.",
            );
        }
    };
    let length = user.chars().count();
    if length > atlas::USER_NAME_MAX {
        return too_long(WHAT, "", length);
    }
    let message = format!("{WHAT}. A certificate with its subject would log in as {user}.");
    if !atlas::has_common_name(subject) {
        return Explanation::new(
            message,
            "Atlas takes no user name without a common name (CN).",
            "Make a new request with a CN in its subject.",
        );
    }
    if let Some(odd) = atlas::odd_sizes(subject).first() {
        let documented = match (odd.least, odd.most) {
            (least, most) if least == most => most.to_string(),
            (least, most) => format!("{least} to {most}"),
        };
        return Explanation::new(
            message,
            format!(
                "Atlas documents {documented} characters for {}, which has {} here, and may refuse the name.",
                odd.attribute, odd.size
            ),
            "Make a new request with a field of that size, or create the database user first to see whether Atlas takes it.",
        );
    }
    let unknown = atlas::undocumented_attributes(subject);
    if !unknown.is_empty() {
        return Explanation::new(
            message,
            format!(
                "Atlas does not document {} in a user name, and may refuse it.",
                words::list(&unknown)
            ),
            "Make a new request without that, or create the database user first to see whether Atlas takes it.",
        );
    }
    Explanation::new(
        message,
        "Atlas takes this user name. Nobody can log in with the request itself.",
        format!("{SEND} If the authority changes the subject, the user name changes with it."),
    )
}

fn too_long(what: &str, more: &str, length: usize) -> Explanation {
    Explanation::new(
        format!(
            "{what}. A certificate with its subject would have a user name of {more}{} characters.",
            words::grouped(length as u64)
        ),
        "Atlas takes at most 1,024, so no database user could be made for it.",
        "Make a new request with a shorter subject.",
    )
}
