//! Findings about the authorities of the bundle.

use oracle::algorithm::Digest;
use oracle::der;
use oracle::draft::Signature;
use oracle::extension::{
    BASIC_CONSTRAINTS, CLIENT_AUTH, EXTENDED_KEY_USAGE, Extension, GeneralName, KEY_USAGE,
    SERVER_AUTH, usage,
};
use pki::report::Severity::{Error, Note, Warning};

use crate::{
    make::{client, intermediate, root, self_signed},
    scenario::{Scenario, given, lacks, shows},
};

/// The key identifier of ISRG Root X1, under which Let's Encrypt issues.
const ISRG_ROOT_X1: [u8; 20] = [
    0x79, 0xb4, 0x59, 0xe6, 0x7b, 0xb6, 0xe5, 0xe4, 0x01, 0x73, 0x80, 0x08, 0x88, 0xc8, 0x1a, 0x58,
    0xf6, 0xe9, 0x9b, 0x6e,
];

pub(crate) fn scenarios() -> Vec<Scenario> {
    [times(), marks(), limits(), strength(), company()].concat()
}

fn times() -> Vec<Scenario> {
    let good = &root("Acme Root").make();
    let jane = &client(good, "Jane Doe").make();
    let old = &root("Old Root").expired().make();
    let of_old = &client(old, "Joe Roe").make();
    let new = &root("New Root").not_yet_valid().make();
    let of_new = &client(new, "Joe Roe").make();
    let old_inner = &intermediate(good, "Old Issuing CA").expired().make();
    let of_inner = &client(old_inner, "Joe Roe").make();
    let soon = &root("Acme Root")
        .valid("260101000000Z", "261223235959Z")
        .make();
    let late = &root("Acme Root")
        .valid("260101000000Z", "261225000000Z")
        .make();
    let of_soon = &client(soon, "Jane Doe").make();
    vec![
        shows(
            "authority.expired",
            Error,
            "“Old Root” expired on 31 December 2025, 10 months ago.",
            given().ca(&[old]).client(&[of_old]),
        ),
        shows(
            "authority.expired",
            Error,
            "“Old Issuing CA” expired",
            given().ca(&[good]).client(&[of_inner, old_inner]),
        ),
        shows(
            "authority.expired",
            Warning,
            "“Old Root” expired",
            given().ca(&[good, old]).client(&[jane]),
        ),
        lacks(
            "authority.expired",
            "it is valid",
            given().ca(&[good]).client(&[jane]),
        ),
        shows(
            "authority.not-yet-valid",
            Error,
            "“New Root” is not valid before 1 January 2027.",
            given().ca(&[new]).client(&[of_new]),
        ),
        shows(
            "authority.not-yet-valid",
            Warning,
            "“New Root”",
            given().ca(&[good, new]).client(&[jane]),
        ),
        lacks(
            "authority.not-yet-valid",
            "it has expired",
            given().ca(&[old]),
        ),
        shows(
            "authority.expires-soon",
            Warning,
            "“Acme Root” expires on 23 December 2026 (in 29 days).",
            given().ca(&[soon]).client(&[of_soon]),
        ),
        lacks(
            "authority.expires-soon",
            "there are 31 days left",
            given().ca(&[late]),
        ),
        lacks(
            "authority.expires-soon",
            "it has expired already",
            given().ca(&[old]),
        ),
    ]
}

fn marks() -> Vec<Scenario> {
    let good = &root("Acme Root").make();
    let jane = &client(good, "Jane Doe").make();
    let bare = &root("Bare Root")
        .without(BASIC_CONSTRAINTS)
        .without(KEY_USAGE)
        .make();
    let no_sign = &root("Acme Root")
        .with(Extension::key_usage(usage::CRL_SIGN))
        .make();
    let version_1 = &root("Acme Root")
        .change(|draft| {
            draft.version = None;
            draft.extensions.clear();
        })
        .make();
    let own = &self_signed("Jane Doe").make();
    let bare_own = &self_signed("Jane Doe")
        .without(BASIC_CONSTRAINTS)
        .without(KEY_USAGE)
        .without(EXTENDED_KEY_USAGE)
        .make();
    vec![
        shows(
            "authority.not-a-ca",
            Error,
            "“Jane Doe” is in the bundle but is not marked as a CA: its basic constraints say CA:FALSE.",
            given().ca(&[jane]).client(&[jane]),
        ),
        shows(
            "authority.not-a-ca",
            Error,
            "“Bare Root” is in the bundle but is not marked as a CA: it has no basic constraints.",
            given()
                .ca(&[bare])
                .client(&[&client(bare, "Jane Doe").make()]),
        ),
        lacks(
            "authority.not-a-ca",
            "a self-signed client is its own anchor",
            given().ca(&[own]).client(&[own]),
        ),
        lacks(
            "authority.not-a-ca",
            "and so is one without extensions",
            given().ca(&[bare_own]).client(&[bare_own]),
        ),
        lacks(
            "authority.not-a-ca",
            "a root of version 1 is one",
            given()
                .ca(&[version_1])
                .client(&[&client(version_1, "Jane Doe").make()]),
        ),
        shows(
            "authority.end-entity-as-anchor",
            Warning,
            "“Jane Doe” is self-signed and no CA, and is in the bundle.",
            given().ca(&[own]).client(&[own]),
        ),
        shows(
            "authority.end-entity-as-anchor",
            Warning,
            "“Jane Doe”",
            given().ca(&[bare_own]).client(&[bare_own]),
        ),
        lacks(
            "authority.end-entity-as-anchor",
            "it is a CA",
            given().ca(&[good]).client(&[jane]),
        ),
        shows(
            "authority.no-key-cert-sign",
            Error,
            "“Acme Root” is a CA, but its key usage does not allow it to sign certificates.",
            given()
                .ca(&[no_sign])
                .client(&[&client(no_sign, "Jane Doe").make()]),
        ),
        lacks(
            "authority.no-key-cert-sign",
            "without a key usage everything is allowed",
            given().ca(&[&root("Acme Root").without(KEY_USAGE).make()]),
        ),
        shows(
            "authority.version-1",
            Warning,
            "“Acme Root” is a certificate of version 1",
            given().ca(&[version_1]),
        ),
        lacks(
            "authority.version-1",
            "it is of version 3",
            given().ca(&[good]),
        ),
    ]
}

fn limits() -> Vec<Scenario> {
    let good = &root("Acme Root").make();
    let purposes = |purposes: &[&str]| {
        root("Acme Root")
            .with(Extension::extended_key_usage(purposes))
            .make()
    };
    let for_servers = &purposes(&[SERVER_AUTH]);
    let for_both = &purposes(&[SERVER_AUTH, CLIENT_AUTH]);
    let critical = &root("Acme Root")
        .with(Extension::critical("1.2.3.4.5", vec![5, 0]))
        .make();
    let harmless = &root("Acme Root")
        .with(Extension::new("1.2.3.4.5", vec![5, 0]))
        .make();
    let trusted_for = |oid: &str| {
        let settings = der::sequence(&[&der::sequence(&[&der::oid(oid)])]);
        let both = [&good.der[..], &settings].concat();
        let pem = pki::input::to_pem(&both).replace("CERTIFICATE", "TRUSTED CERTIFICATE");
        let jane = client(good, "Jane Doe").make();
        given().ca_file("ca.pem", pem.as_bytes()).client(&[&jane])
    };
    let inner = &intermediate(good, "Acme Issuing CA").make();
    let trusted_inner = {
        let settings = der::sequence(&[&der::sequence(&[&der::oid(CLIENT_AUTH)])]);
        let both = [&inner.der[..], &settings].concat();
        let pem = pki::input::to_pem(&both).replace("CERTIFICATE", "TRUSTED CERTIFICATE");
        given().ca_file("ca.pem", pem.as_bytes())
    };
    let named = &root("Acme Root")
        .with(Extension::name_constraints(
            &[GeneralName::dns("example.com")],
            &[GeneralName::dns("secret.example.com")],
        ))
        .make();
    vec![
        shows(
            "authority.purpose-excludes-clients",
            Error,
            "“Acme Root” limits what it issues to",
            given()
                .ca(&[for_servers])
                .client(&[&client(for_servers, "Jane Doe").make()]),
        ),
        lacks(
            "authority.purpose-excludes-clients",
            "clients are among its purposes",
            given()
                .ca(&[for_both])
                .client(&[&client(for_both, "Jane Doe").make()]),
        ),
        shows(
            "authority.critical-extension",
            Error,
            "“Acme Root” marks the extension 1.2.3.4.5 as critical",
            given()
                .ca(&[critical])
                .client(&[&client(critical, "Jane Doe").make()]),
        ),
        lacks(
            "authority.critical-extension",
            "it is not critical",
            given().ca(&[harmless]),
        ),
        shows(
            "authority.trust-settings",
            Error,
            "The trust settings behind “Acme Root” leave TLS clients out.",
            trusted_for(SERVER_AUTH),
        ),
        shows(
            "authority.trust-settings",
            Warning,
            "Only the trust settings behind “Acme Issuing CA” make the server trust it",
            trusted_inner.client(&[&client(inner, "Jane Doe").make()]),
        ),
        lacks(
            "authority.trust-settings",
            "a root is an anchor without them",
            trusted_for(CLIENT_AUTH),
        ),
        shows(
            "authority.name-constrained",
            Note,
            "“Acme Root” may issue for certain names: only",
            given().ca(&[named]),
        ),
        lacks(
            "authority.name-constrained",
            "it has no limits",
            given().ca(&[good]),
        ),
    ]
}

fn strength() -> Vec<Scenario> {
    let short = &root("Acme Root").key("RSA 1024", 0).make();
    let of_short = &client(short, "Jane Doe").make();
    let rsa = &root("Acme Root").key("RSA 2048", 0).make();
    let jane = &client(rsa, "Jane Doe").make();
    let sha1 = &intermediate(rsa, "Old Issuing CA")
        .digest(Digest::Sha1)
        .make();
    let of_sha1 = &client(sha1, "Joe Roe").make();
    let sha1_root = &root("Acme Root")
        .key("RSA 2048", 0)
        .digest(Digest::Sha1)
        .make();
    let forged = &root("Acme Root")
        .change(|draft| draft.signature = Signature::Wrong)
        .make();
    vec![
        shows(
            "authority.weak-key",
            Error,
            "The key of “Acme Root” (RSA 1024) is too short for security level 2.",
            given().ca(&[short]).client(&[of_short]),
        ),
        lacks(
            "authority.weak-key",
            "level 1 takes it",
            given().ca(&[short]).client(&[of_short]).at_level_one(),
        ),
        shows(
            "authority.weak-signature",
            Error,
            "“Old Issuing CA” is signed with sha1WithRSAEncryption",
            given().ca(&[rsa]).client(&[of_sha1, sha1]),
        ),
        shows(
            "authority.weak-signature",
            Warning,
            "“Old Issuing CA”",
            given().ca(&[rsa, sha1]).client(&[jane]),
        ),
        lacks(
            "authority.weak-signature",
            "the signature of a root does not count",
            given()
                .ca(&[sha1_root])
                .client(&[&client(sha1_root, "Jane Doe").make()]),
        ),
        shows(
            "authority.self-signature-bad",
            Warning,
            "The signature of “Acme Root” is not its own",
            given().ca(&[forged]),
        ),
        lacks(
            "authority.self-signature-bad",
            "it is right",
            given().ca(&[rsa]),
        ),
    ]
}

fn company() -> Vec<Scenario> {
    let good = &root("Acme Root").make();
    let jane = &client(good, "Jane Doe").make();
    let inner = &intermediate(good, "Acme Issuing CA").make();
    let of_inner = &client(inner, "Jane Doe").make();
    let namesake = &root("Acme Root").key("EC prime256v1", 3).make();
    let renewed = &root("Acme Root")
        .valid("260601000000Z", "270701000000Z")
        .make();
    let other = &root("Other Root").key("EC prime256v1", 3).make();
    let identified = |identifier: [u8; 20]| {
        root("R1")
            .with(Extension::subject_key_identifier(&identifier))
            .make()
    };
    vec![
        shows(
            "authority.root-missing",
            Error,
            "The bundle holds the intermediate “Acme Issuing CA” but not its root CN=Acme Root.",
            given().ca(&[inner]).client(&[of_inner]),
        ),
        lacks(
            "authority.root-missing",
            "the root is in another file",
            given().ca(&[inner]).ca(&[good]).client(&[of_inner]),
        ),
        shows(
            "authority.same-name",
            Warning,
            "2 authorities of the bundle are called “Acme Root” and have different keys.",
            given().ca(&[good, namesake]),
        ),
        lacks(
            "authority.same-name",
            "both have one key, as after a renewal",
            given().ca(&[good, renewed]),
        ),
        shows(
            "authority.unused",
            Note,
            "No client here needs “Other Root”.",
            given().ca(&[good, other]).client(&[jane]),
        ),
        lacks(
            "authority.unused",
            "without clients nothing can be said",
            given().ca(&[good, other]),
        ),
        lacks(
            "authority.unused",
            "what a client of an absent intermediate needs is not known",
            given().ca(&[good]).client(&[of_inner]),
        ),
        lacks(
            "authority.unused",
            "a client needs it",
            given().ca(&[good]).client(&[jane]),
        ),
        shows(
            "authority.public-web-ca",
            Error,
            "“R1” is a public web CA (Internet Security Research Group).",
            given().ca(&[&identified(ISRG_ROOT_X1)]),
        ),
        lacks(
            "authority.public-web-ca",
            "it is somebody's own",
            given().ca(&[&identified([7; 20])]),
        ),
    ]
}
