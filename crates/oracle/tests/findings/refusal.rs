//! Findings that say why a client is refused.

use oracle::algorithm::Digest;
use oracle::der;
use oracle::draft::{Moment, Signature};
use oracle::extension::{
    BASIC_CONSTRAINTS, Extension, GeneralName, KEY_USAGE, PROXY_CERT_INFO, SERVER_AUTH, usage,
};
use oracle::name::COMMON_NAME;
use pki::report::Severity::Error;

use crate::{
    make::{Made, client, intermediate, name, root, self_signed},
    scenario::{Scenario, given, lacks, shows},
};

const EMAIL_PROTECTION: &str = "1.3.6.1.5.5.7.3.4";

pub(crate) fn scenarios() -> Vec<Scenario> {
    [own(), proxies(), strength(), issuers(), authorities()].concat()
}

/// Because of the client's own certificate.
fn own() -> Vec<Scenario> {
    let ca = &root("Acme Root").make();
    let jane = &client(ca, "Jane Doe").make();
    let old = &client(ca, "Jane Doe").expired().make();
    let new = &client(ca, "Jane Doe").not_yet_valid().make();
    let for_servers = &client(ca, "Jane Doe")
        .with(Extension::extended_key_usage(&[
            SERVER_AUTH,
            EMAIL_PROTECTION,
        ]))
        .make();
    let encipher = &client(ca, "Jane Doe")
        .with(Extension::key_usage(usage::KEY_ENCIPHERMENT))
        .make();
    let agree = &client(ca, "Jane Doe")
        .with(Extension::key_usage(usage::KEY_AGREEMENT))
        .make();
    let critical = &client(ca, "Jane Doe")
        .with(Extension::critical("1.2.3.4.5", vec![5, 0]))
        .make();
    let odd_date = &client(ca, "Jane Doe")
        .change(|draft| draft.not_after = Moment::utc("2706300000Z"))
        .make();
    let of = |made| given().ca(&[ca]).client(&[made]);
    vec![
        shows(
            "client.expired",
            Error,
            "“Jane Doe” expired on 31 December 2025, 10 months ago.",
            of(old),
        ),
        lacks("client.expired", "it is not valid yet", of(new)),
        shows(
            "client.not-yet-valid",
            Error,
            "“Jane Doe” is not valid before 1 January 2027.",
            of(new),
        ),
        lacks("client.not-yet-valid", "it has expired", of(old)),
        shows(
            "client.purpose",
            Error,
            "“Jane Doe” may be used for",
            of(for_servers),
        ),
        lacks("client.purpose", "the key usage is to blame", of(encipher)),
        shows(
            "client.key-usage",
            Error,
            "The key of “Jane Doe” may be used for",
            of(encipher),
        ),
        lacks("client.key-usage", "a key that agrees will do", of(agree)),
        lacks(
            "client.key-usage",
            "the purpose is to blame",
            of(for_servers),
        ),
        shows(
            "client.critical-extension",
            Error,
            "“Jane Doe” marks the extension 1.2.3.4.5 as critical",
            of(critical),
        ),
        lacks(
            "client.critical-extension",
            "those it has are known",
            of(jane),
        ),
        shows(
            "client.malformed",
            Error,
            "The end of “Jane Doe” is written as “2706300000Z”",
            of(odd_date),
        ),
        shows(
            "client.malformed",
            Error,
            "“jane.pem” holds no client certificate that can be read.",
            given().ca(&[ca]).client_file("jane.pem", b"nothing"),
        ),
        lacks("client.malformed", "it can be read", of(jane)),
    ]
}

/// Because of a proxy certificate (RFC 3820, section 3.8), which a client issued for itself. The
/// last error of each is another one: 40, 37, 38 and 39.
fn proxies() -> Vec<Scenario> {
    let below = |issuer: &Made, common: &[&str], length: &[u8]| {
        let common: Vec<_> = common.iter().map(|value| (COMMON_NAME, *value)).collect();
        let policy = der::sequence(&[&der::oid("1.3.6.1.5.5.7.21.1")]);
        let info = der::sequence(&[length, &policy]);
        client(issuer, "")
            .subject(name(&common))
            .with(Extension::critical(PROXY_CERT_INFO, info))
            .make()
    };
    let ca = &root("Acme Root")
        .with(Extension::key_usage(
            usage::KEY_CERT_SIGN | usage::DIGITAL_SIGNATURE,
        ))
        .make();
    let jane = &client(ca, "Jane Doe").make();
    let agreeing = &client(ca, "Jane Doe")
        .with(Extension::key_usage(usage::KEY_AGREEMENT))
        .make();
    let of_ca = &below(ca, &["Acme Root", "1"], &[]);
    let first = &below(jane, &["Jane Doe", "1"], &der::integer(&[0]));
    let second = &below(first, &["Jane Doe", "1", "2"], &[]);
    let of_agreeing = &below(agreeing, &["Jane Doe", "1"], &[]);
    let chains: [&[&Made]; 4] = [
        &[first, jane],
        &[of_ca],
        &[second, first, jane],
        &[of_agreeing, agreeing],
    ];
    chains
        .map(|sent| {
            let given = given().ca(&[ca]).client(sent);
            shows(
                "client.malformed",
                Error,
                "is a proxy certificate (RFC 3820), and the server takes none.",
                given,
            )
        })
        .into()
}

/// Because of what the client's certificate is made of.
fn strength() -> Vec<Scenario> {
    let ca = &root("Acme Root").key("RSA 2048", 0).make();
    let short = &client(ca, "Jane Doe").key("RSA 1024", 0).make();
    let sha1 = &client(ca, "Jane Doe").digest(Digest::Sha1).make();
    let forged = &client(ca, "Jane Doe")
        .change(|draft| draft.signature = Signature::Wrong)
        .make();
    let of = |made| given().ca(&[ca]).client(&[made]);
    vec![
        shows(
            "client.weak-key",
            Error,
            "The key of “Jane Doe” (RSA 1024) is too short for security level 2.",
            of(short),
        ),
        lacks(
            "client.weak-key",
            "level 1 takes it",
            of(short).at_level_one(),
        ),
        shows(
            "client.weak-signature",
            Error,
            "“Jane Doe” is signed with sha1WithRSAEncryption",
            of(sha1),
        ),
        lacks("client.weak-signature", "the key is to blame", of(short)),
        shows(
            "client.bad-signature",
            Error,
            "“Jane Doe” was not signed by “Acme Root”, the CA it names.",
            of(forged),
        ),
        lacks("client.bad-signature", "it is weak, not wrong", of(sha1)),
    ]
}

/// Because of who is missing above.
fn issuers() -> Vec<Scenario> {
    let ca = &root("Acme Root").make();
    let other = &root("Other Root").key("EC prime256v1", 3).make();
    let inner = &intermediate(ca, "Acme Issuing CA").make();
    let jane = &client(ca, "Jane Doe").make();
    let of_inner = &client(inner, "Joe Roe").make();
    let own = &self_signed("Jane Doe").make();
    let rekeyed = &root("Acme Root")
        .key("EC prime256v1", 3)
        .with(Extension::subject_key_identifier(&[2; 20]))
        .make();
    let identified = &client(ca, "Jane Doe")
        .with(Extension::authority_key_identifier(&[1; 20]))
        .make();
    let nameless = &root("").subject(name(&[])).make();
    vec![
        shows(
            "client.issuer-missing",
            Error,
            "The CA that issued “Joe Roe”, CN=Acme Issuing CA, is not in the bundle, and the client does not send it.",
            given().ca(&[ca]).client(&[of_inner]),
        ),
        shows(
            "client.issuer-missing",
            Error,
            "The CA that issued “Acme Issuing CA”, CN=Acme Root,",
            given().ca(&[other]).client(&[of_inner, inner]),
        ),
        shows(
            "client.issuer-missing",
            Error,
            "“Jane Doe” ends at “Acme Root”, which is sent along but is not in the bundle.",
            given().ca(&[other]).client(&[jane, ca]),
        ),
        shows(
            "client.issuer-missing",
            Error,
            "its key identifier is another",
            given().ca(&[rekeyed]).client(&[identified]),
        ),
        shows(
            "client.issuer-missing",
            Error,
            "“Jane Doe” does not name the CA that issued it",
            given()
                .ca(&[ca])
                .client(&[&client(nameless, "Jane Doe").make()]),
        ),
        lacks(
            "client.issuer-missing",
            "the intermediate is sent",
            given().ca(&[ca]).client(&[of_inner, inner]),
        ),
        lacks(
            "client.issuer-missing",
            "the root is what is missing",
            given().ca(&[inner]).client(&[of_inner]),
        ),
        shows(
            "client.issuer-incomplete",
            Error,
            "The bundle holds the intermediate “Acme Issuing CA” but not its root CN=Acme Root.",
            given().ca(&[inner]).client(&[of_inner, inner, ca]),
        ),
        lacks(
            "client.issuer-incomplete",
            "the root is there",
            given().ca(&[inner, ca]).client(&[of_inner]),
        ),
        shows(
            "client.self-signed",
            Error,
            "“Jane Doe” is self-signed, and it is not in the bundle.",
            given().ca(&[ca]).client(&[own]),
        ),
        lacks(
            "client.self-signed",
            "it is in the bundle",
            given().ca(&[own]).client(&[own]),
        ),
    ]
}

/// Because of what the authorities above may not do.
fn authorities() -> Vec<Scenario> {
    let ca = &root("Acme Root").make();
    let jane = &client(ca, "Jane Doe").make();
    let limited = &root("Acme Root")
        .with(Extension::authority(Some(&[0])))
        .make();
    let below = &intermediate(limited, "Acme Issuing CA").make();
    let deep = &client(below, "Jane Doe").make();
    let shallow = &client(limited, "Jane Doe").make();
    let mut tower = vec![intermediate(ca, "CA 0").make()];
    for number in 1..=100 {
        let top = &tower[number - 1];
        tower.push(intermediate(top, &format!("CA {number}")).make());
    }
    let high = client(&tower[100], "Jane Doe").make();
    let tower: Vec<&Made> = std::iter::once(&high).chain(&tower).collect();
    let no_ca = &intermediate(ca, "Acme Issuing CA")
        .with(Extension::end_entity())
        .make();
    let of_no_ca = &client(no_ca, "Jane Doe").make();
    let no_sign = &intermediate(ca, "Acme Issuing CA")
        .with(Extension::key_usage(usage::CRL_SIGN))
        .make();
    let of_no_sign = &client(no_sign, "Jane Doe").make();
    let unmarked = &intermediate(ca, "Acme Issuing CA")
        .without(BASIC_CONSTRAINTS)
        .without(KEY_USAGE)
        .make();
    let of_unmarked = &client(unmarked, "Jane Doe").make();
    let named = &root("Acme Root")
        .with(Extension::name_constraints(
            &[GeneralName::dns("example.com")],
            &[],
        ))
        .make();
    let outside = &client(named, "host.other.org").make();
    let inside = &client(named, "host.example.com").make();
    let unlike_a_host = &client(named, "Jane Doe").make();
    vec![
        shows(
            "client.path-length",
            Error,
            "“Acme Root” allows no further CA below it, but there is one above “Jane Doe”.",
            given().ca(&[limited]).client(&[deep, below]),
        ),
        shows(
            "client.path-length",
            Error,
            "The chain of “Jane Doe” has more than 100 CAs.",
            given().ca(&[ca]).client(&tower),
        ),
        lacks(
            "client.path-length",
            "a client is no CA",
            given().ca(&[limited]).client(&[shallow]),
        ),
        shows(
            "client.issuer-not-a-ca",
            Error,
            "“Acme Issuing CA” issued “Jane Doe” but may not issue certificates: its basic constraints say CA:FALSE.",
            given().ca(&[ca]).client(&[of_no_ca, no_ca]),
        ),
        shows(
            "client.issuer-not-a-ca",
            Error,
            "its key usage does not allow keyCertSign.",
            given().ca(&[ca]).client(&[of_no_sign, no_sign]),
        ),
        shows(
            "client.issuer-not-a-ca",
            Error,
            "it has no basic constraints.",
            given().ca(&[ca]).client(&[of_unmarked, unmarked]),
        ),
        lacks(
            "client.issuer-not-a-ca",
            "it is marked as one",
            given().ca(&[ca]).client(&[jane]),
        ),
        shows(
            "client.name-constraints",
            Error,
            "A name of “host.other.org” lies outside what its CAs may issue for: “Acme Root” may issue only",
            given().ca(&[named]).client(&[outside]),
        ),
        lacks(
            "client.name-constraints",
            "the name lies within",
            given().ca(&[named]).client(&[inside]),
        ),
        lacks(
            "client.name-constraints",
            "the common name is no host's",
            given().ca(&[named]).client(&[unlike_a_host]),
        ),
    ]
}
