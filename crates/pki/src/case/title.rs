//! What certificates are called in sentences and in reports.

use crate::{
    Certificate, Name,
    name::{NoUserName, friendly},
    words::{cut, grouped},
};

/// Characters of a title. No name that people use is longer.
const MAX_TITLE: usize = 200;

/// Characters that are shown of one that has more, and stands in several sentences.
const SHOWN_OF_LONG_TITLE: usize = 40;

/// Characters of a name in a report: far more than Atlas takes, and a name may have a million.
const MAX_PRINTED: usize = 1 << 16;

/// What a certificate is called.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) title: String,
    /// Its subject as openssl prints it, and the user name that mongod derives.
    pub(crate) printed: String,
    pub(crate) user_name: Result<String, NoUserName>,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            title: String::new(),
            printed: String::new(),
            user_name: Err(NoUserName::NoAttributes),
        }
    }
}

impl Names {
    pub(crate) fn of(certificate: &Certificate) -> Self {
        let printed = printed(certificate.subject());
        Self {
            title: title_of(certificate, &printed),
            printed,
            user_name: certificate.subject().user_name(),
        }
    }
}

/// What to call a certificate in a sentence: its common name, else its whole subject.
pub fn title(certificate: &Certificate) -> String {
    title_of(certificate, &printed(certificate.subject()))
}

/// The same; `printed` is its subject as openssl prints it.
pub(crate) fn title_of(certificate: &Certificate, printed: &str) -> String {
    let subject = certificate.subject();
    let title = friendly::common_name(subject)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| {
            if subject.is_empty() {
                "(no subject)".to_owned()
            } else {
                printed.to_owned()
            }
        });
    let characters = title.chars().take(MAX_PRINTED + 1).count();
    if characters <= MAX_TITLE {
        return title;
    }
    let count = match characters {
        ..=MAX_PRINTED => grouped(characters as u64),
        _ => format!("more than {}", grouped(MAX_PRINTED as u64)),
    };
    format!("{} ({count} characters)", cut(title, SHOWN_OF_LONG_TITLE))
}

/// A name as openssl prints it, for a report: of one that nobody can read, the beginning.
pub(crate) fn printed(name: &Name) -> String {
    cut(name.rfc2253(), MAX_PRINTED)
}
