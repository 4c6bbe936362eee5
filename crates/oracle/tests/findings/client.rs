//! Findings about clients that work, or work in some places.

use openssl::{dsa::Dsa, pkey::PKey};
use oracle::extension::{EXTENDED_KEY_USAGE, Extension};
use oracle::name::{Attribute, COMMON_NAME, Name};
use pki::report::Severity::{Error, Note, Warning};

use crate::{
    make::{Made, client, intermediate, root, self_signed},
    scenario::{Scenario, given, lacks, shows},
};

/// A root whose name is a PrintableString, and an issuer who writes it as a `UTF8String`.
fn respelled_root() -> (Made, Made) {
    let spelled = |tag| {
        Name(vec![vec![Attribute {
            kind: COMMON_NAME,
            tag,
            value: b"Acme Root".to_vec(),
        }]])
    };
    (
        root("").subject(spelled(19)).make(),
        root("").subject(spelled(12)).make(),
    )
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    let ca = &root("Acme Root").make();
    let inner = &intermediate(ca, "Acme Issuing CA").make();
    let issuing = &intermediate(inner, "Acme Issuing CA 2")
        .key("EC prime256v1", 3)
        .make();
    let jane = &client(ca, "Jane Doe").make();
    let of_inner = &client(inner, "Jane Doe").make();
    let of_issuing = &client(issuing, "Jane Doe").make();
    let short = &client(ca, "Jane Doe").key("RSA 1024", 0).make();
    let soon = |to| client(ca, "Jane Doe").valid("260101000000Z", to).make();
    let as_ca = &client(ca, "Jane Doe")
        .with(Extension::authority(None))
        .make();
    let no_purpose = &client(ca, "Jane Doe").without(EXTENDED_KEY_USAGE).make();
    let keyed = |label| client(ca, "Jane Doe").key(label, 0).make();
    let version = |version| {
        client(ca, "Jane Doe")
            .change(|draft| draft.version = version)
            .make()
    };
    let rare = &root("Rare Root").key("EC secp224r1", 0).make();
    let dsa = PKey::from_dsa(Dsa::generate(2048).unwrap()).unwrap();
    let with_dsa = client(ca, "Jane Doe")
        .change(|draft| draft.key_info = dsa.public_key_to_der().unwrap())
        .make();
    let (printable, utf8) = &respelled_root();
    let own = &self_signed("Jane Doe").make();
    let of = |made| given().ca(&[ca]).client(&[made]);
    vec![
        shows(
            "client.expires-soon",
            Warning,
            "“Jane Doe” expires on 24 November 2026 (in less than a day).",
            of(&soon("261124120000Z")),
        ),
        shows(
            "client.expires-soon",
            Warning,
            "(in 1 day).",
            of(&soon("261125120000Z")),
        ),
        lacks(
            "client.expires-soon",
            "there are 31 days left",
            of(&soon("261225000000Z")),
        ),
        shows(
            "client.accepted-at-level-1-only",
            Warning,
            "Only a server of security level 1 accepts “Jane Doe”; one of level 2 refuses it.",
            of(short),
        ),
        shows(
            "client.accepted-at-level-1-only",
            Warning,
            "“Jane Doe”",
            of(short).at_level_one(),
        ),
        lacks(
            "client.accepted-at-level-1-only",
            "both accept it",
            of(jane),
        ),
        shows(
            "client.must-send-chain",
            Warning,
            "“Jane Doe” must send “Acme Issuing CA” along.",
            given().ca(&[ca]).client(&[of_inner, inner]),
        ),
        shows(
            "client.must-send-chain",
            Warning,
            "“Jane Doe” must send “Acme Issuing CA 2” and “Acme Issuing CA” along.",
            given().ca(&[ca]).client(&[of_issuing, inner, issuing]),
        ),
        lacks(
            "client.must-send-chain",
            "the bundle holds the intermediate",
            given().ca(&[ca, inner]).client(&[of_inner, inner]),
        ),
        shows(
            "client.go-java-send-nothing",
            Warning,
            "No issuer of the certificates in “client.pem” is in the bundle.",
            given().ca(&[ca]).client(&[of_inner]),
        ),
        shows(
            "client.go-java-send-nothing",
            Warning,
            "No issuer of the certificates in “client.pem” is in the bundle.",
            given().ca(&[ca]).client(&[own]),
        ),
        shows(
            "client.go-java-send-nothing",
            Warning,
            "No issuer of “Jane Doe” in “two.pem” is in the bundle.",
            given()
                .ca(&[ca])
                .file("two.pem", (of_inner.pem() + &own.pem()).as_bytes()),
        ),
        shows(
            "client.go-java-send-nothing",
            Warning,
            "is encoded otherwise",
            given()
                .ca(&[printable])
                .client(&[&client(utf8, "Jane Doe").make()]),
        ),
        lacks(
            "client.go-java-send-nothing",
            "the root issued what is sent along",
            given().ca(&[ca]).client(&[of_inner, inner]),
        ),
        lacks(
            "client.go-java-send-nothing",
            "the bundle holds the issuer",
            of(jane),
        ),
        shows(
            "client.is-a-ca",
            Warning,
            "“Jane Doe” is marked as a CA.",
            of(as_ca),
        ),
        lacks("client.is-a-ca", "it says CA:FALSE", of(jane)),
        shows(
            "client.unusual-algorithm",
            Error,
            "The key of “Jane Doe” spells its elliptic curve out instead of naming it.",
            of(&keyed("EC explicit")),
        ),
        lacks(
            "client.unusual-algorithm",
            "signatures by such an authority are verified here",
            given()
                .ca(&[rare])
                .client(&[&client(rare, "Jane Doe").make()]),
        ),
        lacks(
            "client.unusual-algorithm",
            "another rule says that it cannot be used",
            of(&keyed("EC secp256k1")),
        ),
        shows(
            "client.key-cannot-shake-hands",
            Error,
            "The server takes no key like that of “Jane Doe” (EC secp256k1) in a handshake.",
            of(&keyed("EC secp256k1")),
        ),
        shows(
            "client.key-cannot-shake-hands",
            Error,
            "With the same subject the user name stays CN=Jane Doe.",
            of(&keyed("X25519")),
        ),
        lacks(
            "client.key-cannot-shake-hands",
            "the curve of an authority does not matter",
            given()
                .ca(&[rare])
                .client(&[&client(rare, "Jane Doe").make()]),
        ),
        shows(
            "client.tls12-only",
            Warning,
            "The key of “Jane Doe” (DSA 2048) works at TLS 1.2 only.",
            of(&with_dsa),
        ),
        lacks("client.tls12-only", "it works nowhere", of(&keyed("X448"))),
        lacks("client.tls12-only", "it works at both", of(&keyed("Ed448"))),
        shows(
            "client.version-1",
            Warning,
            "“Jane Doe” is a certificate of version 1.",
            of(&version(None)),
        ),
        shows(
            "client.version-1",
            Warning,
            "“Jane Doe” is a certificate of version 4.",
            of(&version(Some(vec![3]))),
        ),
        lacks("client.version-1", "it is of version 3", of(jane)),
        shows(
            "client.unusual-algorithm",
            Warning,
            "Ed448",
            of(&keyed("Ed448")),
        ),
        lacks(
            "client.unusual-algorithm",
            "Ed25519 is common enough",
            of(&keyed("Ed25519")),
        ),
        lacks(
            "client.unusual-algorithm",
            "so is P-521",
            of(&keyed("EC secp521r1")),
        ),
        shows(
            "client.no-extended-key-usage",
            Note,
            "“Jane Doe” has no extended key usage.",
            of(no_purpose),
        ),
        lacks("client.no-extended-key-usage", "it has one", of(jane)),
    ]
}
