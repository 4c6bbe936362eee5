//! Findings about the database user that a client is to the server.

use oracle::der;
use oracle::extension::Extension;
use oracle::name::COMMON_NAME;
use pki::report::Severity::{Error, Note, Warning};

use crate::{
    make::{client, name, named, root},
    scenario::{Scenario, given, lacks, shows},
};

const COUNTRY: &str = "2.5.4.6";
const ORGANISATION: &str = "2.5.4.10";
const UNIT: &str = "2.5.4.11";
const TITLE: &str = "2.5.4.12";

pub(crate) fn scenarios() -> Vec<Scenario> {
    let ca = &root("Acme Root").make();
    let called = |subject| client(ca, "").subject(subject).make();
    let jane = &client(ca, "Jane Doe").make();
    let joe = &client(ca, "Joe Roe").make();
    let renewed = &client(ca, "Jane Doe")
        .valid("261101000000Z", "270901000000Z")
        .make();
    let of = |made| given().ca(&[ca]).client(&[made]);
    let roles = der::set(&[&der::sequence(&[
        &der::element(12, b"readWrite"),
        &der::element(12, b"shop"),
    ])]);
    let with_roles = |value| {
        client(ca, "Jane Doe")
            .with(Extension::new("1.3.6.1.4.1.34601.2.1.1", value))
            .make()
    };
    let member = &client(ca, "Jane Doe")
        .with(Extension::new(
            "1.3.6.1.4.1.34601.2.1.2",
            der::element(12, b"cluster0"),
        ))
        .make();
    // Each é is six characters in the user name.
    let long = "é".repeat(200);
    let longest = "a".repeat(1021);
    vec![
        shows(
            "client.no-user-name",
            Error,
            "There is no user name for “Jane\u{e000}”. The value of CN",
            of(&called(named("Jane\u{e000}"))),
        ),
        shows(
            "client.no-user-name",
            Error,
            "There is no user name for",
            of(&called(name(&[]))),
        ),
        lacks("client.no-user-name", "it has one", of(jane)),
        lacks(
            "client.no-user-name",
            "it has one, which nobody can use",
            of(&called(named(&"\u{fdfa}".repeat(2_000)))),
        ),
        shows(
            "client.user-name-too-long",
            Error,
            "has more than 8,192 characters",
            of(&called(named(&"\u{fdfa}".repeat(2_000)))),
        ),
        shows(
            "client.look-alike",
            Warning,
            "CN=Jane Doe in “client.pem” and CN=jane doe in “client-2.pem”.",
            of(jane).client(&[&called(named("jane doe"))]),
        ),
        shows(
            "client.look-alike",
            Warning,
            "differ in nothing but capitals, spaces or order",
            of(&called(name(&[
                (ORGANISATION, "Acme"),
                (COMMON_NAME, "Jane"),
            ])))
            .client(&[&called(name(&[
                (COMMON_NAME, "Jane"),
                (ORGANISATION, "Acme"),
            ]))]),
        ),
        lacks(
            "client.look-alike",
            "it is a renewal with the same name",
            of(jane).client(&[renewed]),
        ),
        lacks(
            "client.look-alike",
            "the values are another attribute's",
            of(&called(name(&[(ORGANISATION, "b"), (COMMON_NAME, "a")])))
                .client(&[&called(name(&[(ORGANISATION, "a"), (COMMON_NAME, "b")]))]),
        ),
        shows(
            "client.no-common-name",
            Error,
            "The subject of “O=Acme” has no common name (CN).",
            of(&called(name(&[(ORGANISATION, "Acme")]))),
        ),
        lacks("client.no-common-name", "it has one", of(jane)),
        lacks(
            "client.no-common-name",
            "without any attribute there is no name at all",
            of(&called(name(&[]))),
        ),
        shows(
            "client.user-name-too-long",
            Error,
            "has 1,203 characters.",
            of(&called(named(&long))),
        ),
        lacks(
            "client.user-name-too-long",
            "1,024 characters are allowed",
            of(&called(named(&longest))),
        ),
        shows(
            "client.attribute-not-in-atlas",
            Warning,
            "Atlas does not document title in a user name, which “Jane Doe” has.",
            of(&called(name(&[(TITLE, "Dr"), (COMMON_NAME, "Jane Doe")]))),
        ),
        lacks(
            "client.attribute-not-in-atlas",
            "Atlas documents OU",
            of(&called(name(&[(UNIT, "Sales"), (COMMON_NAME, "Jane Doe")]))),
        ),
        shows(
            "client.could-match-cluster-member",
            Note,
            "The client in “client.pem” has O, OU or DC in its subject.",
            of(&called(name(&[(UNIT, "Sales"), (COMMON_NAME, "Jane Doe")]))),
        ),
        shows(
            "client.could-match-cluster-member",
            Note,
            "2 clients here, the first in “client.pem”, have O, OU or DC in their subjects.",
            of(&called(name(&[(UNIT, "Sales"), (COMMON_NAME, "Jane Doe")])))
                .client(&[&called(name(&[(UNIT, "Sales"), (COMMON_NAME, "Joe Roe")]))]),
        ),
        shows(
            "client.attribute-too-long",
            Warning,
            "Atlas documents: CN of “aaaaaaaa",
            of(&called(named(&longest))),
        ),
        shows(
            "client.attribute-too-long",
            Warning,
            "C of “Jane Doe” has 3 characters (documented: 2).",
            of(&called(name(&[
                (COUNTRY, "NLD"),
                (COMMON_NAME, "Jane Doe"),
            ]))),
        ),
        lacks(
            "client.attribute-too-long",
            "64 characters are documented, whatever they are",
            of(&called(named(&"é".repeat(64)))),
        ),
        lacks(
            "client.could-match-cluster-member",
            "it has a common name alone",
            of(jane),
        ),
        shows(
            "client.roles-extension",
            Warning,
            "“Jane Doe” holds roles of its own: readWrite on shop.",
            of(&with_roles(roles)),
        ),
        shows(
            "client.roles-extension",
            Warning,
            "none that can be read",
            of(&with_roles(vec![5, 0])),
        ),
        lacks(
            "client.roles-extension",
            "its extension is another",
            of(member),
        ),
        shows(
            "client.membership-extension",
            Warning,
            "“Jane Doe” names a cluster that its holder is a member of.",
            of(member),
        ),
        lacks(
            "client.membership-extension",
            "it has no such extension",
            of(jane),
        ),
        shows(
            "client.same-user-name",
            Note,
            "2 certificates lead to one user name, CN=Jane Doe.",
            given().ca(&[ca]).client(&[jane]).client(&[renewed]),
        ),
        lacks(
            "client.same-user-name",
            "each has its own",
            given().ca(&[ca]).client(&[jane]).client(&[joe]),
        ),
        lacks(
            "client.same-user-name",
            "it is one certificate, given twice",
            given().ca(&[ca]).client(&[jane]).client(&[jane]),
        ),
        shows(
            "name.differs-from-openssl",
            Warning,
            "The user name of “Jane\u{fffd}Doe” is not the one that openssl prints (CN=Jane\\09Doe).",
            of(&called(named("Jane\tDoe"))),
        ),
        lacks("name.differs-from-openssl", "both are alike", of(jane)),
    ]
}
