//! Bundles as editors, mail and environment files leave them: whether OpenSSL loads them.

use pki::view::{GetsIn, Why};

use crate::make::{client, intermediate, root};
use crate::{judge, pems, server};

/// What was done to a file of two certificates, and whether OpenSSL still loads it.
type Spoiled = (&'static str, fn(&str) -> Vec<u8>, bool);

const SPOILED: &[Spoiled] = &[
    ("nothing", |pem| pem.into(), true),
    (
        "a stray quote behind END",
        |pem| {
            pem.replacen("CERTIFICATE-----\n-", "CERTIFICATE-----\"\n-", 1)
                .into()
        },
        false,
    ),
    (
        "END and BEGIN on one line",
        |pem| pem.replace("-----\n-----BEGIN", "----------BEGIN").into(),
        false,
    ),
    (
        "UTF-16, little-endian",
        |pem| wide(pem, u16::to_le_bytes),
        false,
    ),
    (
        "UTF-16, big-endian",
        |pem| wide(pem, u16::to_be_bytes),
        false,
    ),
    (
        "a mark of UTF-8",
        |pem| format!("\u{feff}{pem}").into(),
        true,
    ),
    (
        "two of them",
        |pem| {
            format!(
                "\u{feff}{}",
                pem.replace("\n-----BEGIN", "\n\u{feff}-----BEGIN")
            )
            .into()
        },
        true,
    ),
    (
        "escaped line ends",
        |pem| pem.replace('\n', "\\n").into(),
        false,
    ),
    ("CR LF", |pem| pem.replace('\n', "\r\n").into(), true),
    ("CR alone", |pem| pem.replace('\n', "\r").into(), false),
    (
        "an empty line behind BEGIN",
        |pem| {
            pem.replace("BEGIN CERTIFICATE-----\n", "BEGIN CERTIFICATE-----\n\n")
                .into()
        },
        true,
    ),
    (
        "an empty line before END",
        |pem| pem.replace("-----END", "\n-----END").into(),
        false,
    ),
    (
        "indented bodies",
        |pem| indent(pem, |line| !line.starts_with('-')),
        true,
    ),
    ("everything indented", |pem| indent(pem, |_| true), false),
    (
        "END indented",
        |pem| indent(pem, |line| line.starts_with("-----END")),
        false,
    ),
    (
        "dashes of a word processor",
        |pem| pem.replace("-----", "\u{2014}-").into(),
        false,
    ),
    (
        "four dashes at the end",
        |pem| {
            pem.replace("CERTIFICATE-----\n-", "CERTIFICATE----\n-")
                .into()
        },
        false,
    ),
    (
        "lower case",
        |pem| pem.replace("BEGIN CERTIFICATE", "begin certificate").into(),
        false,
    ),
    ("no line end at the end", |pem| pem.trim_end().into(), true),
    (
        "spaces at line ends",
        |pem| pem.replace('\n', "  \n").into(),
        true,
    ),
    (
        "text between the blocks",
        |pem| {
            pem.replace("-----BEGIN", "subject=CN = X\nissuer=CN = Y\n-----BEGIN")
                .into()
        },
        true,
    ),
    (
        "text in Latin-1 between them",
        |pem| {
            let mut bytes = b"Zertifikat f\xfcr alle\n".to_vec();
            bytes.extend_from_slice(pem.as_bytes());
            bytes
        },
        true,
    ),
    (
        "a comment in a body",
        |pem| pem.replacen("\n-----END", "\n# ours\n-----END", 1).into(),
        false,
    ),
    (
        "HTML",
        |pem| format!("<pre>{}</pre>", pem.replace('\n', "<br>")).into(),
        false,
    ),
];

fn wide(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(order).collect()
}

fn indent(pem: &str, which: fn(&str) -> bool) -> Vec<u8> {
    let lines = pem.lines().map(|line| {
        let indent = if which(line) { "  " } else { "" };
        format!("{indent}{line}\n")
    });
    lines.collect::<String>().into_bytes()
}

#[test]
fn a_spoiled_bundle_is_loaded_by_the_engine_where_openssl_loads_it() {
    let ca = &root("Acme Root").make();
    let inner = &intermediate(ca, "Acme Issuing CA").make();
    let jane = client(inner, "Jane Doe").make();
    let whole = pems(&[ca, inner]);
    let mut faults = Vec::new();
    for (what, spoil, loads) in SPOILED {
        let file = spoil(&whole);
        let theirs = server::loads(&file);
        let view = judge(&file, std::slice::from_ref(&jane.der));
        let mut findings = view.report.findings.iter();
        let ours = !findings.any(|finding| finding.id == "input.bundle-not-loadable");
        if (theirs, ours) != (*loads, *loads) {
            faults.push(format!("{what}: OpenSSL {theirs}, the engine {ours}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_certificate_that_openssl_passes_over_keeps_no_client_of_the_others_out() {
    let ca = root("Acme Root").make();
    let other = root("Other Root").make();
    let file = format!("{} {}", ca.pem(), other.pem());
    assert!(server::loads(file.as_bytes()));
    for (authority, gets_in) in [(&ca, GetsIn::Yes), (&other, GetsIn::No(Why::Certificate))] {
        let jane = client(authority, "Jane Doe").make();
        let view = judge(file.as_bytes(), &[jane.der]);
        assert_eq!(view.clients[0].gets_in, gets_in);
        let mut findings = view.report.findings.iter();
        assert!(findings.any(|finding| finding.id == "input.passed-over"));
    }
}
