//! Findings about files.

use oracle::draft::Frame;
use pki::report::Severity::{Error, Note, Warning};

use crate::{
    make::{client, intermediate, root},
    scenario::{Scenario, given, lacks, pems, shows},
};

const BROKEN: &str = "-----BEGIN CERTIFICATE-----\nMIIB*AAA\n-----END CERTIFICATE-----\n";
const REQUEST: &str =
    "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n";
const PARAMETERS: &str =
    "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";

/// What `openssl x509 -trustout -addtrust clientAuth` writes behind a certificate.
const TRUST: [u8; 14] = [
    0x30, 0x0c, 0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02,
];

fn base64(text: &str) -> String {
    openssl::base64::encode_block(text.as_bytes())
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    let root = &root("Acme Root").make();
    let inner = &intermediate(root, "Acme Issuing CA").make();
    let jane = &client(root, "Jane Doe").make();
    let joe = &client(inner, "Joe Roe").make();
    let plain = || given().ca(&[root]).client(&[jane]);
    let text = pems(&[root]);
    let trusted = pki::input::to_pem(&[&root.der[..], &TRUST].concat())
        .replace(" CERTIFICATE", " TRUSTED CERTIFICATE");
    // A frame with nothing in it that a certificate has.
    let hollow = pki::input::to_pem(&[0x30, 3, 2, 1, 5]);
    let with_key = |made: &crate::make::Made| made.pem() + &made.key_pem();

    vec![
        shows(
            "input.malformed",
            Error,
            "“ca.pem”, line 11, column 5",
            given().ca_file("ca.pem", (text.clone() + BROKEN).as_bytes()),
        ),
        shows(
            "input.malformed",
            Error,
            "The certificate in “ca.pem” that begins at line 1 cannot be read",
            given().ca_file("ca.pem", hollow.as_bytes()),
        ),
        lacks(
            "input.malformed",
            "comments, CRLF and a byte order mark harm nothing",
            given().ca_file(
                "ca.pem",
                format!("\u{feff}Our root\n{text}")
                    .replace('\n', "\r\n")
                    .as_bytes(),
            ),
        ),
        shows(
            "input.bundle-not-loadable",
            Error,
            "DER (binary)",
            given().ca_file("ca.der", &root.der),
        ),
        shows(
            "input.bundle-not-loadable",
            Error,
            "carriage return",
            given().ca_file("ca.pem", text.replace('\n', "\r").as_bytes()),
        ),
        shows(
            "input.bundle-not-loadable",
            Error,
            "“ca.pem”, line 10: OpenSSL gives up",
            given().ca_file("ca.pem", (text.clone() + BROKEN).as_bytes()),
        ),
        shows(
            "input.bundle-not-loadable",
            Error,
            "because the certificate at line 10 cannot be read",
            given().ca_file("ca.pem", (text.clone() + &hollow).as_bytes()),
        ),
        shows(
            "input.passed-over",
            Error,
            "OpenSSL passes over the certificate in “ca.pem” (line 10)",
            given().ca_file("ca.pem", format!("{text} {}", pems(&[inner])).as_bytes()),
        ),
        shows(
            "input.passed-over",
            Warning,
            "OpenSSL passes over the certificate in “ca.pem” (line 10)",
            given().file("ca.pem", format!("{text} {}", pems(&[inner])).as_bytes()),
        ),
        lacks(
            "input.passed-over",
            "each begins on a line of its own",
            given().ca_file("ca.pem", format!("{text}{}", pems(&[inner])).as_bytes()),
        ),
        lacks(
            "input.bundle-not-loadable",
            "the other certificate of the file is loaded",
            given().ca_file("ca.pem", format!("{text} {}", pems(&[inner])).as_bytes()),
        ),
        shows(
            "input.bundle-not-loadable",
            Error,
            "the first one is in base64 twice over, as in a Kubernetes Secret.",
            given().ca_file("ca.txt", base64(&base64(&text)).as_bytes()),
        ),
        shows(
            "input.bundle-not-loadable",
            Warning,
            "DER (binary)",
            given().file("ca.der", &root.der),
        ),
        lacks(
            "input.bundle-not-loadable",
            "a client's file need not be loadable as a CA file",
            given().ca(&[root]).client_file("jane.der", &jane.der),
        ),
        lacks(
            "input.bundle-not-loadable",
            "keys and CRLF harm nothing",
            given().ca_file("ca.pem", with_key(root).replace('\n', "\r\n").as_bytes()),
        ),
        shows(
            "input.private-key-in-bundle",
            Error,
            "“ca.pem” holds a private key (line",
            given().ca_file("ca.pem", with_key(root).as_bytes()),
        ),
        lacks(
            "input.private-key-in-bundle",
            "the key is a client's",
            given()
                .ca(&[root])
                .client_file("jane.pem", with_key(jane).as_bytes()),
        ),
        shows(
            "input.private-key",
            Note,
            "“jane.pem” holds a private key (line",
            given()
                .ca(&[root])
                .client_file("jane.pem", with_key(jane).as_bytes()),
        ),
        shows(
            "input.ca-private-key",
            Warning,
            "“ca.key” (line 1) holds the private key of “Acme Root”",
            given()
                .ca(&[root])
                .file("ca.key", root.key_pem().as_bytes()),
        ),
        lacks(
            "input.ca-private-key",
            "the key is a client's",
            plain().file("jane.key", jane.key_pem().as_bytes()),
        ),
        lacks(
            "input.ca-private-key",
            "the client is marked as a CA and is none",
            given().client_file("own.pem", (pems(&[root]) + &root.key_pem()).as_bytes()),
        ),
        lacks(
            "input.private-key",
            "it is the key of a CA",
            given()
                .ca(&[root])
                .file("ca.key", root.key_pem().as_bytes()),
        ),
        lacks(
            "input.private-key",
            "the key is in the bundle",
            given().ca_file("ca.pem", with_key(root).as_bytes()),
        ),
        shows(
            "input.not-a-certificate",
            Warning,
            "“ca.pem”: This is a certificate request (CSR).",
            given().ca_file("ca.pem", (text.clone() + REQUEST).as_bytes()),
        ),
        shows(
            "input.not-a-certificate",
            Warning,
            "“certs.zip”: This is a ZIP archive",
            given().ca(&[root]).file(
                "certs.zip",
                &[&b"PK\x03\x04\x0a\0"[..], jane.pem().as_bytes()].concat(),
            ),
        ),
        shows(
            "input.not-a-certificate",
            Warning,
            "text without a certificate",
            given().ca(&[root]).ca_file("notes.txt", b"call Bob"),
        ),
        lacks(
            "input.not-a-certificate",
            "parameters stand beside keys of OpenSSL's",
            given().ca(&[root]).client_file(
                "jane.pem",
                (PARAMETERS.to_owned() + &with_key(jane)).as_bytes(),
            ),
        ),
        shows(
            "input.trailing-data",
            Warning,
            "4 bytes behind “Acme Root”",
            given().ca_file(
                "ca.pem",
                pki::input::to_pem(&[&root.der[..], b"more"].concat()).as_bytes(),
            ),
        ),
        shows(
            "input.trailing-data",
            Warning,
            "“Acme Root” is in a TRUSTED CERTIFICATE block",
            given().ca_file("ca.pem", trusted.as_bytes()),
        ),
        lacks("input.trailing-data", "nothing is behind", plain()),
        shows(
            "input.not-der",
            Warning,
            "“Acme Root” is encoded more loosely",
            given().ca(&[&crate::make::root("Acme Root")
                .change(|draft| draft.frame = Frame::Indefinite)
                .make()]),
        ),
        shows(
            "input.not-der",
            Warning,
            "The certificate in “jane.env” (line 1) was unwrapped: it is escaped, as in a JSON or environment file.",
            given()
                .ca(&[root])
                .client_file("jane.env", jane.pem().replace('\n', "\\n").as_bytes()),
        ),
        shows(
            "input.not-der",
            Warning,
            "2 certificates in “jane.env” were unwrapped: the first, at line 1, is escaped twice over",
            given().ca(&[root]).client_file(
                "jane.env",
                pems(&[jane, inner]).replace('\n', "\\\\n").as_bytes(),
            ),
        ),
        lacks(
            "input.not-der",
            "it is said of the bundle's file as a whole",
            given().ca_file("ca.env", text.replace('\n', "\\n").as_bytes()),
        ),
        lacks(
            "input.not-der",
            "a binary file of DER is DER",
            given().ca_file("ca.der", &root.der),
        ),
        shows(
            "input.duplicate",
            Note,
            "“Acme Root” was given 3 times: ca.pem (line 1), ca.pem (line 10) and ca-2.pem (line 1).",
            given().ca(&[root, root]).ca(&[root]),
        ),
        shows(
            "input.duplicate",
            Note,
            "ca-5.pem (line 1) and 2 more.",
            (0..7).fold(given(), |given, _| given.ca(&[root])),
        ),
        shows(
            "input.duplicate",
            Note,
            "“Jane Doe” was given twice: client.pem (line 1) and client-2.pem (line 1).",
            plain().client(&[jane]),
        ),
        lacks(
            "input.duplicate",
            "clients send what the bundle has, and the same along",
            given()
                .ca(&[root, inner])
                .client(&[jane, inner, root])
                .client(&[joe, inner, root]),
        ),
        lacks(
            "input.duplicate",
            "each is there once",
            given().ca(&[root, inner]).client(&[jane]),
        ),
    ]
}
