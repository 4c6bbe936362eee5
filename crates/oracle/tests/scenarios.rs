//! Chains that people meet, each with every error that OpenSSL raises: both OpenSSL and the
//! engine have to say exactly this. The certificates are made here, so they never expire.

#![allow(clippy::unwrap_used, clippy::panic)]

mod cast;

use cast::Cast;
use oracle::Case;
use oracle::compare::{ask_engine, ask_openssl};
use pki::verify::Level;

/// The levels a row holds for.
const BOTH: &[Level] = &[Level::One, Level::Two];
const ONE: &[Level] = &[Level::One];
const TWO: &[Level] = &[Level::Two];

type Errors = &'static [(u16, u32)];

/// What it is about; the bundle; what the client sends, its leaf first; levels; errors in order.
type Scenario = (
    &'static str,
    &'static str,
    &'static str,
    &'static [Level],
    Errors,
);

const SCENARIOS: &[Scenario] = &[
    ("leaf under the uploaded root", "root", "leaf", BOTH, &[]),
    (
        "root uploaded, leaf and intermediate sent",
        "root",
        "leaf-i inter",
        BOTH,
        &[],
    ),
    (
        "root and intermediate uploaded, leaf sent",
        "root inter",
        "leaf-i",
        BOTH,
        &[],
    ),
    (
        "the same in the other order",
        "inter root",
        "leaf-i",
        BOTH,
        &[],
    ),
    (
        "the chain sent out of order",
        "root",
        "leaf-i2 inter inter2",
        BOTH,
        &[],
    ),
    (
        "only the intermediate uploaded, leaf sent",
        "inter",
        "leaf-i",
        BOTH,
        &[(2, 1)],
    ),
    (
        "only the intermediate uploaded, leaf and it sent",
        "inter",
        "leaf-i inter",
        BOTH,
        &[(2, 1)],
    ),
    (
        "only the intermediate uploaded, all sent",
        "inter",
        "leaf-i inter root",
        BOTH,
        &[(2, 1)],
    ),
    (
        "two intermediates uploaded without their root",
        "inter2 inter",
        "leaf-i2",
        BOTH,
        &[(2, 2)],
    ),
    (
        "an absent intermediate",
        "root",
        "leaf-i",
        BOTH,
        &[(20, 0), (21, 0)],
    ),
    (
        "an unrelated authority",
        "stranger",
        "leaf",
        BOTH,
        &[(20, 0), (21, 0)],
    ),
    (
        "an unrelated authority, the root sent",
        "stranger",
        "leaf root",
        BOTH,
        &[(19, 1)],
    ),
    (
        "an unanchored chain of two",
        "stranger",
        "leaf-i inter",
        BOTH,
        &[(20, 1)],
    ),
    (
        "a leaf uploaded without its root",
        "leaf",
        "leaf",
        BOTH,
        &[(20, 0), (21, 0)],
    ),
    ("a self-signed leaf, uploaded", "self", "self", BOTH, &[]),
    (
        "a self-signed leaf, not uploaded",
        "root",
        "self",
        BOTH,
        &[(18, 0)],
    ),
    // Purposes.
    ("no extended key usage", "root", "leaf-no-eku", BOTH, &[]),
    ("no extensions", "root", "leaf-bare", BOTH, &[]),
    (
        "EKU serverAuth only",
        "root",
        "leaf-server",
        BOTH,
        &[(26, 0)],
    ),
    (
        "EKU emailProtection only",
        "root",
        "leaf-email",
        BOTH,
        &[(26, 0)],
    ),
    (
        "EKU anyExtendedKeyUsage only",
        "root",
        "leaf-any",
        BOTH,
        &[(26, 0)],
    ),
    (
        "KU keyEncipherment only",
        "root",
        "leaf-encipher",
        BOTH,
        &[(26, 0)],
    ),
    (
        "KU nonRepudiation only",
        "root",
        "leaf-repudiate",
        BOTH,
        &[(26, 0)],
    ),
    ("KU keyAgreement only", "root", "leaf-agree", BOTH, &[]),
    (
        "the client's certificate is a CA's",
        "root",
        "leaf-ca",
        BOTH,
        &[],
    ),
    (
        "intermediate with EKU clientAuth",
        "root",
        "leaf-client inter-client",
        BOTH,
        &[],
    ),
    (
        "intermediate with EKU serverAuth",
        "root",
        "leaf-serving inter-server",
        BOTH,
        &[(26, 1)],
    ),
    (
        "root with EKU serverAuth",
        "root-server",
        "leaf-rs",
        BOTH,
        &[(26, 1)],
    ),
    // What makes a CA.
    (
        "v3 root without BC and KU",
        "root-bare",
        "leaf-rb",
        BOTH,
        &[(79, 1), (26, 1)],
    ),
    ("root with BC only", "root-bc", "leaf-rbc", BOTH, &[]),
    ("v1 root", "root-v1", "leaf-v1", BOTH, &[]),
    (
        "root with KU keyCertSign only",
        "root-ku",
        "leaf-rku",
        BOTH,
        &[],
    ),
    (
        "intermediate with KU keyCertSign only",
        "root",
        "leaf-ku inter-ku",
        BOTH,
        &[(79, 1)],
    ),
    (
        "v3 intermediate without BC and KU",
        "root",
        "leaf-ib inter-bare",
        BOTH,
        &[(79, 1), (26, 1)],
    ),
    (
        "intermediate CA:FALSE",
        "root",
        "leaf-icf inter-caf",
        BOTH,
        &[(79, 1), (26, 1)],
    ),
    (
        "intermediate CA:TRUE without keyCertSign",
        "root",
        "leaf-nks inter-nks",
        BOTH,
        &[(79, 1), (26, 1), (32, 1)],
    ),
    (
        "path length of the root exceeded",
        "root-pl0",
        "leaf-pl inter-pl",
        BOTH,
        &[(25, 2)],
    ),
    // Strength.
    ("leaf RSA 1024", "root", "leaf-1024", TWO, &[(66, 0)]),
    ("leaf RSA 1024 at level 1", "root", "leaf-1024", ONE, &[]),
    ("root RSA 1024", "root-1024", "leaf-r1024", TWO, &[(67, 1)]),
    (
        "root RSA 1024 at level 1",
        "root-1024",
        "leaf-r1024",
        ONE,
        &[],
    ),
    (
        "leaf signed with SHA-1",
        "root",
        "leaf-sha1",
        BOTH,
        &[(68, 0)],
    ),
    ("leaf signed with MD5", "root", "leaf-md5", BOTH, &[(68, 0)]),
    (
        "root signed with SHA-1",
        "root-sha1",
        "leaf-rsha1",
        BOTH,
        &[],
    ),
    // Dates.
    ("leaf expired", "root", "leaf-expired", BOTH, &[(10, 0)]),
    ("leaf not yet valid", "root", "leaf-future", BOTH, &[(9, 0)]),
    (
        "a lone expired leaf",
        "stranger",
        "leaf-expired",
        BOTH,
        &[(20, 0), (21, 0), (10, 0)],
    ),
    (
        "root expired",
        "root-expired",
        "leaf-rexp",
        BOTH,
        &[(10, 1)],
    ),
    (
        "expired intermediate without its root",
        "stranger",
        "leaf-ix inter-x",
        BOTH,
        &[(20, 1)],
    ),
    // The rest.
    (
        "unknown critical extension",
        "root",
        "leaf-critical",
        BOTH,
        &[(34, 0)],
    ),
    (
        "a signature that is wrong",
        "root",
        "leaf-forged",
        BOTH,
        &[(7, 0)],
    ),
    (
        "an AKI that names another key",
        "root-id",
        "leaf-other-id",
        BOTH,
        &[(20, 0), (21, 0)],
    ),
    ("an AKI that names the key", "root-id", "leaf-id", BOTH, &[]),
    (
        "name constraint dirName violated",
        "root",
        "leaf-nc inter-nc",
        BOTH,
        &[(47, 0)],
    ),
    (
        "name constraint DNS, CN with a space",
        "root",
        "leaf-nd inter-nd",
        BOTH,
        &[],
    ),
    (
        "name constraint DNS, CN like a host",
        "root",
        "leaf-ndh inter-nd",
        BOTH,
        &[(47, 0)],
    ),
    (
        "name constraint DNS excluded, CN like it",
        "root",
        "leaf-nx inter-nx",
        BOTH,
        &[(48, 0)],
    ),
];

#[test]
fn openssl_and_the_engine_raise_exactly_the_listed_errors() {
    let players = Cast::new();
    let mut wrong = Vec::new();
    for (what, bundle, sent, levels, errors) in SCENARIOS {
        let case = players.case(bundle, sent);
        for level in *levels {
            for (who, answer) in [
                ("OpenSSL", ask_openssl(&case, *level)),
                ("the engine", ask_engine(&case, *level)),
            ] {
                let answer = answer.unwrap();
                let last = errors.last().map_or(0, |(code, _)| *code);
                let right = answer.errors == *errors
                    && answer.final_error == last
                    && answer.accepted == Some(errors.is_empty());
                if !right {
                    let level = level.number();
                    wrong.push(format!(
                        "{what}, level {level}: {who}: {}",
                        answer.describe()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_hundred_intermediates_are_accepted_and_one_more_is_not() {
    for (count, errors) in [(100, vec![]), (101, vec![(22, 101), (20, 101)])] {
        let (root, mut sent) = cast::tower(count);
        let case = Case {
            leaf: sent.remove(0),
            sent,
            store: vec![root],
            at: oracle::case::AT,
        };
        for (who, answer) in [
            ("OpenSSL", ask_openssl(&case, Level::Two)),
            ("the engine", ask_engine(&case, Level::Two)),
        ] {
            assert_eq!(
                answer.unwrap().errors,
                errors,
                "{who}, {count} intermediates"
            );
        }
    }
}
