//! What the chain is refused for: trust settings, purposes, versions, extensions, serial numbers.

use oracle::der;
use oracle::extension::{
    BASIC_CONSTRAINTS, CERTIFICATE_POLICIES, CLIENT_AUTH, CRL_DISTRIBUTION_POINTS,
    EXTENDED_KEY_USAGE, Extension, GeneralName, ISSUER_ALT_NAME, KEY_USAGE, SERVER_AUTH,
    SUBJECT_KEY_IDENTIFIER, usage,
};

use crate::make::{Made, client, intermediate, root};
use crate::{Errors, Row, assert_all, pems, server};

const ANY: &str = "2.5.29.37.0";
const EMAIL: &str = "1.3.6.1.5.5.7.3.4";

/// A `TRUSTED CERTIFICATE` block; `settings` are the fields of its `X509_CERT_AUX`.
fn trusted(made: &Made, settings: &[&[u8]]) -> String {
    let both = [&made.der[..], &der::sequence(settings)].concat();
    pki::input::to_pem(&both).replace("CERTIFICATE", "TRUSTED CERTIFICATE")
}

#[test]
fn trust_settings_decide_about_an_anchor() {
    let for_purpose = |oid| der::sequence(&[&der::oid(oid)]);
    let against = |oid| der::context(0, &[&der::oid(oid)]);
    let ca = &root("Acme Root").make();
    let jane = &client(ca, "Jane Doe").make();
    let serving = &root("Acme Root")
        .with(Extension::extended_key_usage(&[SERVER_AUTH]))
        .make();
    let of_serving = &client(serving, "Jane Doe").make();
    let inner = &intermediate(ca, "Acme Issuing CA").make();
    let of_inner = &client(inner, "Jane Doe").make();
    let refused: Errors = &[(28, 1), (28, 1), (26, 1)];
    assert_all(&[
        Row::new("none", trusted(ca, &[]), &[jane], &[]),
        Row::new(
            "an alias alone",
            trusted(ca, &[&der::element(12, b"our root")]),
            &[jane],
            &[],
        ),
        Row::new(
            "trusted for clients",
            trusted(ca, &[&for_purpose(CLIENT_AUTH)]),
            &[jane],
            &[],
        ),
        Row::new(
            "trusted for anything",
            trusted(ca, &[&for_purpose(ANY)]),
            &[jane],
            &[],
        ),
        Row::new(
            "trusted for servers",
            trusted(ca, &[&for_purpose(SERVER_AUTH)]),
            &[jane],
            refused,
        ),
        Row::new(
            "trusted for nothing",
            trusted(ca, &[&der::sequence(&[])]),
            &[jane],
            refused,
        ),
        Row::new(
            "rejected for clients",
            trusted(ca, &[&against(CLIENT_AUTH)]),
            &[jane],
            refused,
        ),
        Row::new(
            "rejected for servers",
            trusted(ca, &[&against(SERVER_AUTH)]),
            &[jane],
            &[],
        ),
        Row::new(
            "the same certificate without settings after it",
            trusted(ca, &[&against(CLIENT_AUTH)]) + &ca.pem(),
            &[jane],
            refused,
        ),
        Row::new(
            "the same certificate without settings before it",
            ca.pem() + &trusted(ca, &[&against(CLIENT_AUTH)]),
            &[jane],
            &[],
        ),
        Row::new(
            "a root for servers",
            serving.pem(),
            &[of_serving],
            &[(26, 1)],
        ),
        Row::new(
            "a root for servers, trusted for clients",
            trusted(serving, &[&for_purpose(CLIENT_AUTH)]),
            &[of_serving],
            &[],
        ),
        Row::new(
            "an intermediate without its root, trusted for clients",
            trusted(inner, &[&for_purpose(CLIENT_AUTH)]),
            &[of_inner],
            &[],
        ),
        Row::new(
            "an intermediate without its root, rejected",
            trusted(inner, &[&against(CLIENT_AUTH)]),
            &[of_inner],
            refused,
        ),
        Row::new(
            "a rejected intermediate below its root",
            trusted(inner, &[&against(CLIENT_AUTH)]) + &ca.pem(),
            &[of_inner],
            &[(28, 1), (26, 1)],
        ),
        Row::new(
            "a rejected root above an intermediate that is sent",
            trusted(ca, &[&against(CLIENT_AUTH)]),
            &[of_inner, inner],
            &[(28, 2), (28, 2), (26, 2)],
        ),
    ]);
}

#[test]
fn settings_that_cannot_be_read_keep_the_whole_file_from_being_loaded() {
    let ca = &root("Acme Root").make();
    let behind = |octets: &[u8], label| {
        let both = [&ca.der[..], octets].concat();
        pki::input::to_pem(&both).replace("CERTIFICATE", label)
    };
    for (octets, label, loads) in [
        (&[0, 0][..], "TRUSTED CERTIFICATE", false),
        (&[0x30, 2, 5, 0], "TRUSTED CERTIFICATE", false),
        (&[0x30, 0], "TRUSTED CERTIFICATE", true),
        (&[0x30, 0, 5, 0], "TRUSTED CERTIFICATE", true),
        (&[0, 0], "CERTIFICATE", true),
        (&[0xff; 3], "CERTIFICATE", true),
    ] {
        let file = behind(octets, label).into_bytes();
        assert_eq!(
            server::loads(&file),
            loads,
            "OpenSSL: {label} {octets:02x?}"
        );
        let contents = pki::input::read("ca.pem", &file);
        let is_loaded = contents.bundle_obstacles.is_empty();
        assert_eq!(is_loaded, loads, "{label} {octets:02x?}");
    }
}

#[test]
fn a_client_is_accepted_for_its_purposes() {
    let ca = &root("Acme Root").make();
    let bundle = ca.pem();
    let for_purposes = |purposes: &[&str]| {
        client(ca, "Jane Doe")
            .with(Extension::extended_key_usage(purposes))
            .make()
    };
    let none = client(ca, "Jane Doe").without(EXTENDED_KEY_USAGE).make();
    let encipher = client(ca, "Jane Doe")
        .with(Extension::key_usage(usage::KEY_ENCIPHERMENT))
        .make();
    let agree = client(ca, "Jane Doe")
        .with(Extension::key_usage(usage::KEY_AGREEMENT))
        .make();
    let row = |what, made: &Made, errors| Row::new(what, bundle.clone(), &[made], errors);
    assert_all(&[
        row("for anything", &for_purposes(&[ANY]), &[(26, 0)]),
        row("for both", &for_purposes(&[SERVER_AUTH, CLIENT_AUTH]), &[]),
        row("for mail", &for_purposes(&[EMAIL]), &[(26, 0)]),
        row(
            "for servers only",
            &for_purposes(&[SERVER_AUTH]),
            &[(26, 0)],
        ),
        row("for whatever", &none, &[]),
        row("a key that agrees only", &agree, &[]),
        row("a key that enciphers only", &encipher, &[(26, 0)]),
    ]);
}

#[test]
fn versions_other_than_three_are_accepted_but_for_an_intermediate_of_version_1() {
    let version = |draft: &mut oracle::draft::Draft| {
        draft.version = None;
        draft.extensions.clear();
    };
    let ca = &root("Acme Root").make();
    let old_root = &root("Old Root").change(version).make();
    let old_inner = &intermediate(ca, "Old Issuing CA").change(version).make();
    let plain = client(ca, "Jane Doe").change(version).make();
    let with_extensions = client(ca, "Jane Doe")
        .change(|draft| draft.version = None)
        .make();
    let four = client(ca, "Jane Doe")
        .change(|draft| draft.version = Some(vec![3]))
        .make();
    let of_root = client(old_root, "Jane Doe").make();
    let of_inner = client(old_inner, "Jane Doe").make();
    let row = |what, made: &Made| Row::new(what, ca.pem(), &[made], &[]);
    assert_all(&[
        row("version 1", &plain),
        row("version 1 with extensions", &with_extensions),
        row("version 4", &four),
        Row::new(
            "below a root of version 1",
            old_root.pem(),
            &[&of_root],
            &[],
        ),
        Row::new(
            "below an intermediate of version 1",
            pems(&[ca, old_inner]),
            &[&of_inner],
            &[(79, 1), (26, 1)],
        ),
    ]);
    for (made, told) in [(&plain, true), (&four, true), (&of_root, false)] {
        let view = crate::judge(
            pems(&[ca, old_root]).as_bytes(),
            std::slice::from_ref(&made.der),
        );
        let mut findings = view.report.findings.iter();
        assert_eq!(
            findings.any(|finding| finding.id == "client.version-1"),
            told
        );
    }
}

#[test]
fn critical_extensions_that_openssl_does_not_handle_are_refused() {
    let ca = &root("Acme Root").make();
    let with = |extension| client(ca, "Jane Doe").with(extension).make();
    let row = |what, extension, errors| Row::new(what, ca.pem(), &[&with(extension)], errors);
    let refused: Errors = &[(34, 0)];
    let point = der::context(0, &[&GeneralName::dns("crl.example.com").to_der()]);
    let points = der::sequence(&[&der::sequence(&[&der::context(0, &[&point])])]);
    let identified = &root("Acme Root")
        .with(Extension::critical(
            SUBJECT_KEY_IDENTIFIER,
            der::octet_string(&[1; 20]),
        ))
        .make();
    let of_identified = &client(identified, "Jane Doe")
        .with(Extension::authority_key_identifier(&[1; 20]))
        .make();
    let access = der::sequence(&[&der::sequence(&[
        &der::oid("1.3.6.1.5.5.7.48.1"),
        &GeneralName::dns("ocsp.example.com").to_der(),
    ])]);
    let names = der::sequence(&[&GeneralName::dns("ca.example.com").to_der()]);
    let policies = || der::sequence(&[&der::sequence(&[&der::oid("1.3.6.1.4.1.99999.1")])]);
    let key_id = der::octet_string(&[2; 20]);
    assert_all(&[
        row(
            "where the CA is reached",
            Extension::critical("1.3.6.1.5.5.7.1.1", access),
            refused,
        ),
        row(
            "where its list is",
            Extension::critical(CRL_DISTRIBUTION_POINTS, points),
            &[],
        ),
        row(
            "other names of the issuer",
            Extension::critical(ISSUER_ALT_NAME, names),
            refused,
        ),
        row(
            "Microsoft's application policies",
            Extension::critical("1.3.6.1.4.1.311.21.10", policies()),
            refused,
        ),
        row(
            "policies",
            Extension::critical(CERTIFICATE_POLICIES, policies()),
            &[],
        ),
        row(
            "statements of a qualified certificate",
            Extension::critical("1.3.6.1.5.5.7.1.3", policies()),
            refused,
        ),
        row(
            "one of somebody's own",
            Extension::critical("1.3.6.1.4.1.99999.2", der::null()),
            refused,
        ),
        row(
            "the same, not critical",
            Extension::new("1.3.6.1.4.1.99999.2", der::null()),
            &[],
        ),
        row(
            "a key identifier",
            Extension::critical(SUBJECT_KEY_IDENTIFIER, key_id),
            refused,
        ),
        Row::new(
            "a key identifier of the root",
            identified.pem(),
            &[of_identified],
            &[(34, 1)],
        ),
        Row::new(
            "a root of that name with another identifier",
            pems(&[&root("Acme Root")
                .with(Extension::subject_key_identifier(&[3; 20]))
                .make()]),
            &[of_identified],
            &[(20, 0), (21, 0)],
        ),
    ]);
}

#[test]
fn serial_numbers_of_every_length_and_sign_are_accepted_and_padded_ones_are_not_read() {
    let ca = &root("Acme Root").make();
    let with = |serial: &[u8]| {
        let serial = serial.to_vec();
        client(ca, "Jane Doe")
            .change(|draft| draft.serial = serial)
            .make()
    };
    let row = |what, serial: &[u8]| Row::new(what, ca.pem(), &[&with(serial)], &[]);
    assert_all(&[
        row("21 octets", &[0x66; 21]),
        row("40 octets", &[0x11; 40]),
        row("negative", &[0x9c; 16]),
        row("zero", &[0]),
    ]);
    for (what, serial) in [
        ("empty", &[][..]),
        ("padded", &[0, 0x11]),
        ("padded, negative", &[0xff, 0x9c]),
    ] {
        let made = with(serial);
        assert!(!oracle::judge::parses(&made.der), "OpenSSL reads {what}");
        let view = crate::judge(ca.pem().as_bytes(), &[made.der]);
        assert!(view.report.clients[0].parse_error.is_some(), "{what}");
    }
    let padded_root = root("Acme Root")
        .change(|draft| draft.serial = vec![0, 0x11])
        .make();
    for bundle in [pems(&[&padded_root, ca]), pems(&[ca, &padded_root])] {
        assert!(!server::loads(bundle.as_bytes()));
        let view = crate::judge(bundle.as_bytes(), &[client(ca, "Jane Doe").make().der]);
        let ids: Vec<&str> = view
            .report
            .findings
            .iter()
            .map(|found| &*found.id)
            .collect();
        assert!(ids.contains(&"input.bundle-not-loadable"), "{ids:?}");
    }
}

#[test]
fn an_authority_without_marks_is_refused_as_openssl_refuses_it() {
    let bare = &root("Bare Root")
        .without(BASIC_CONSTRAINTS)
        .without(KEY_USAGE)
        .make();
    let jane = &client(bare, "Jane Doe").make();
    assert_all(&[Row::new("bare", bare.pem(), &[jane], &[(79, 1), (26, 1)])]);
}
