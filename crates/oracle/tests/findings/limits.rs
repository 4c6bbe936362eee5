//! Findings about what a chain claims: names, addresses and numbers, and whether OpenSSL can tell.

use oracle::der;
use oracle::extension::{
    AUTONOMOUS_SYSTEMS, BASIC_CONSTRAINTS, Extension, GeneralName, KEY_USAGE, NAME_CONSTRAINTS,
    NETSCAPE_CERT_TYPE,
};
use pki::report::Severity::Error;

use crate::{
    make::{client, root},
    scenario::{Scenario, given, lacks, shows},
};

/// So many limits that OpenSSL, which compares no more than 2^20 times, takes 1,023 names, the
/// subject's attribute among them, and not one more.
const LIMITS: usize = 1025;

pub(crate) fn scenarios() -> Vec<Scenario> {
    [names(), numbers(), kinds()].concat()
}

fn hosts(count: usize) -> Vec<GeneralName> {
    let host = |number| GeneralName::dns(&format!("h{number}.example.com"));
    (0..count).map(host).collect()
}

fn names() -> Vec<Scenario> {
    let id = "client.name-constraints";
    let of = |limits: Extension, names: &[GeneralName]| {
        let ca = &root("Acme Root").with(limits).make();
        let jane = client(ca, "Jane Doe").with(Extension::subject_alt_name(names));
        given().ca(&[ca]).client(&[&jane.make()])
    };
    let host = &hosts(1);
    let many = Extension::name_constraints(&[], &vec![GeneralName::dns("other.org"); LIMITS]);
    let with_minimum = der::sequence(&[&host[0].to_der(), &der::context_primitive(0, &[1])]);
    let with_minimum = der::sequence(&[&der::context(0, &[&with_minimum])]);
    let odd_address =
        Extension::name_constraints(&[GeneralName::Ip(vec![10, 0, 0, 0, 255, 0, 0, 0])], &[]);
    let excluded = Extension::name_constraints(&[], host);
    // registeredID
    let number = &[GeneralName::Encoded(der::context_primitive(8, &[42, 3]))];
    let limited_number = Extension::name_constraints(number, &[]);
    vec![
        shows(
            id,
            Error,
            "“Acme Root” may issue not DNS h0.example.com.",
            of(excluded, host),
        ),
        shows(
            id,
            Error,
            "OpenSSL knows no limit of such a kind.",
            of(limited_number, number),
        ),
        shows(
            id,
            Error,
            "“Jane Doe” against what its CAs may issue for: they are too many (more than 1,048,576",
            of(many.clone(), &hosts(1023)),
        ),
        lacks(id, "they are just few enough", of(many, &hosts(1022))),
        shows(
            id,
            Error,
            "OpenSSL knows no limit of such a kind.",
            of(Extension::critical(NAME_CONSTRAINTS, with_minimum), host),
        ),
        shows(
            id,
            Error,
            "a name or a limit is not written as its kind asks.",
            of(odd_address, &[GeneralName::Ip(vec![10, 0, 0])]),
        ),
    ]
}

fn numbers() -> Vec<Scenario> {
    let systems = |numbers: &[u8]| {
        let numbers: Vec<u8> = numbers
            .iter()
            .flat_map(|number| der::integer(&[*number]))
            .collect();
        let list = der::sequence(&[&numbers]);
        Extension::new(
            AUTONOMOUS_SYSTEMS,
            der::sequence(&[&der::context(0, &[&list])]),
        )
    };
    let ca = &root("Acme Root").with(systems(&[1, 5])).make();
    let of = |numbers: &[u8]| {
        let jane = client(ca, "Jane Doe").with(systems(numbers)).make();
        given().ca(&[ca]).client(&[&jane])
    };
    vec![
        shows(
            "client.name-constraints",
            Error,
            "“Jane Doe” or a CA above it claims IP addresses or AS numbers",
            of(&[3]),
        ),
        lacks("client.name-constraints", "its CA has them", of(&[5])),
        shows(
            "client.malformed",
            Error,
            "AS numbers that “Jane Doe” claims are not written as RFC 3779 asks.",
            of(&[5, 1]),
        ),
        lacks("client.malformed", "they are in order", of(&[1, 5])),
    ]
}

fn kinds() -> Vec<Scenario> {
    // SSL CA, and object signing CA
    let marked = |kind: u8| {
        let ca = &root("Acme Root")
            .without(BASIC_CONSTRAINTS)
            .without(KEY_USAGE)
            .with(Extension::new(
                NETSCAPE_CERT_TYPE,
                der::bit_string(0, &[kind]),
            ))
            .make();
        given().ca(&[ca]).client(&[&client(ca, "Jane Doe").make()])
    };
    vec![
        shows(
            "authority.purpose-excludes-clients",
            Error,
            "“Acme Root” limits what it issues to other purposes (its Netscape certificate type)",
            marked(0x01),
        ),
        shows(
            "authority.purpose-excludes-clients",
            Error,
            "issued again with basicConstraints=critical,CA:TRUE; or use another CA.",
            marked(0x01),
        ),
        lacks(
            "authority.purpose-excludes-clients",
            "it is marked for TLS",
            marked(0x04),
        ),
    ]
}
