//! What `check` prints for people, held to the files in `golden`. With `ATLAS_X509_UPDATE` set, they
//! are written anew first; the difference is for a person to read.

#![allow(clippy::unwrap_used)]

mod common;

use std::{env, fs, path::Path};

use common::files::{Files, pem, stdout};

/// The golden file's name, and the flags of `check`.
const PILES: [(&str, &str); 5] = [
    (
        "accepted",
        "--ca root.pem --client jane.pem --client joe-and-issuing.pem",
    ),
    ("root-missing", "--ca issuing.pem --client joe.pem"),
    (
        "refused",
        "--ca root.pem --client expired.pem --client server.pem --client joe.pem",
    ),
    ("untidy-bundle", "--ca untidy.pem --ca old-root.pem"),
    (
        "attention",
        "--ca root.pem ed448-root.pem mail-root.pem --client tab.pem soon.pem ed448.pem mail.pem",
    ),
];

#[test]
fn what_is_printed_for_people_is_what_was_agreed() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let broken = "-----BEGIN CERTIFICATE-----\nMIIB*AAA\n-----END CERTIFICATE-----\n";
    let files = Files::new()
        .joined("joe-and-issuing.pem", &["joe.pem", "issuing.pem"])
        .with(
            "untidy.pem",
            pem("root.pem") + broken + &pem("request.pem") + &pem("root.pem"),
        );

    for (name, flags) in PILES {
        let arguments: Vec<&str> = flags.split(' ').collect();
        let printed = stdout(&files.check(&arguments));
        let text = format!("$ atlas-x509 check {flags}\n{printed}");
        let file = here.join("golden").join(format!("{name}.txt"));
        if env::var_os("ATLAS_X509_UPDATE").is_some() {
            fs::write(&file, &text).unwrap();
        }
        let agreed = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(text, agreed, "{name}");
    }
}
