//! What a scenario is: files, and the finding that they lead to or do not lead to.

use oracle::{Case, case::AT};
use pki::{
    Certificate, Report, Timestamp,
    analysis::{Analysis, Pile, Placement},
    report::{Finding, Severity, Sha256},
    verify::{Level, Profile, Purpose},
};

use crate::make::Made;

/// Files with what they are there for, and the server they are judged for.
#[derive(Clone)]
pub(crate) struct Given {
    pub(crate) bundle: Vec<(String, Vec<u8>)>,
    pub(crate) clients: Vec<(String, Vec<u8>)>,
    /// Files whose content tells what they are there for.
    dropped: Vec<(String, Vec<u8>)>,
    aside: Vec<Sha256>,
    level: Level,
}

/// Nothing yet, judged for security level 2.
pub(crate) fn given() -> Given {
    Given {
        bundle: Vec::new(),
        clients: Vec::new(),
        dropped: Vec::new(),
        aside: Vec::new(),
        level: Level::Two,
    }
}

impl Given {
    /// A PEM file of the bundle: `ca.pem`, `ca-2.pem` and so on.
    pub(crate) fn ca(self, certificates: &[&Made]) -> Self {
        let name = numbered("ca", self.bundle.len());
        self.ca_file(&name, pems(certificates).as_bytes())
    }

    /// A client's PEM file: `client.pem`, `client-2.pem` and so on.
    pub(crate) fn client(self, certificates: &[&Made]) -> Self {
        let name = numbered("client", self.clients.len());
        self.client_file(&name, pems(certificates).as_bytes())
    }

    pub(crate) fn ca_file(mut self, name: &str, bytes: &[u8]) -> Self {
        self.bundle.push((name.to_owned(), bytes.to_vec()));
        self
    }

    pub(crate) fn client_file(mut self, name: &str, bytes: &[u8]) -> Self {
        self.clients.push((name.to_owned(), bytes.to_vec()));
        self
    }

    /// A file that is dropped with others, as on the page.
    pub(crate) fn file(mut self, name: &str, bytes: &[u8]) -> Self {
        self.dropped.push((name.to_owned(), bytes.to_vec()));
        self
    }

    /// A person puts this client aside.
    pub(crate) fn without(mut self, client: &Made) -> Self {
        let certificate = Certificate::from_der(&client.der).unwrap();
        self.aside.push(certificate.sha256());
        self
    }

    pub(crate) fn at_level_one(mut self) -> Self {
        self.level = Level::One;
        self
    }

    pub(crate) fn report(&self) -> Report {
        let mut pile = Pile::new();
        for (name, bytes) in &self.bundle {
            pile.add_bundle(pki::input::read(name, bytes));
        }
        for (name, bytes) in &self.clients {
            pile.add_client(pki::input::read(name, bytes));
        }
        for (name, bytes) in &self.dropped {
            pile.add(pki::input::read(name, bytes));
        }
        for client in &self.aside {
            pile.place(*client, Placement::Aside);
        }
        let profile = Profile {
            level: self.level,
            purpose: Purpose::TlsClient,
            at: Timestamp::from_unix(AT),
        };
        Analysis::new(pile, profile).finish().report
    }
}

/// What is found of a chain with whatever may be wrong with one.
pub(crate) fn of_seed(seed: u64) -> Report {
    let case = Case::from_seed(seed).unwrap();
    let pem = |certificates: &[Vec<u8>]| -> Vec<u8> {
        let pems = certificates.iter().map(|der| pki::input::to_pem(der));
        pems.collect::<String>().into_bytes()
    };
    let sent = [&[case.leaf][..], &case.sent].concat();
    given()
        .ca_file("ca.pem", &pem(&case.store))
        .client_file("client.pem", &pem(&sent))
        .report()
}

fn numbered(name: &str, before: usize) -> String {
    match before {
        0 => format!("{name}.pem"),
        _ => format!("{name}-{}.pem", before + 1),
    }
}

pub(crate) fn pems(certificates: &[&Made]) -> String {
    certificates.iter().map(|made| made.pem()).collect()
}

/// A pile, and what it must lead to.
#[derive(Clone)]
pub(crate) struct Scenario {
    pub(crate) id: &'static str,
    pub(crate) given: Given,
    pub(crate) expected: Expected,
}

#[derive(Clone, Copy)]
pub(crate) enum Expected {
    /// The finding, of this severity, with these words in its message or in what is to be done.
    Shown(Severity, &'static str),
    /// No such finding, although this is so.
    Absent(&'static str),
}

pub(crate) fn shows(
    id: &'static str,
    severity: Severity,
    words: &'static str,
    given: Given,
) -> Scenario {
    Scenario {
        id,
        given,
        expected: Expected::Shown(severity, words),
    }
}

pub(crate) fn lacks(id: &'static str, although: &'static str, given: Given) -> Scenario {
    Scenario {
        id,
        given,
        expected: Expected::Absent(although),
    }
}

impl Scenario {
    /// What is not as expected.
    pub(crate) fn failure(&self) -> Option<String> {
        let report = self.given.report();
        let found: Vec<&Finding> = report
            .findings
            .iter()
            .filter(|finding| finding.id == self.id)
            .collect();
        let is_right = match self.expected {
            Expected::Shown(severity, words) => found.iter().any(|finding| {
                let told = [&finding.message, &finding.fix];
                finding.severity == severity && told.iter().any(|text| text.contains(words))
            }),
            Expected::Absent(_) => found.is_empty(),
        };
        let wanted = match self.expected {
            Expected::Shown(severity, words) => format!("{severity:?} with “{words}”"),
            Expected::Absent(although) => format!("nothing: {although}"),
        };
        let all: Vec<String> = report
            .findings
            .iter()
            .map(|finding| {
                format!(
                    "  {:?} {}: {}",
                    finding.severity, finding.id, finding.message
                )
            })
            .collect();
        (!is_right).then(|| format!("{} wants {wanted}, got\n{}", self.id, all.join("\n")))
    }
}
