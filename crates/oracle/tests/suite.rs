//! The oracle itself, held against what OpenSSL 3.0.19 said of x509-limbo's chains.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use limbo::{Config, Recorded};
use oracle::judge::{self, Purpose, Question};

/// Other versions of OpenSSL 3 agree on this suite (3.5.7 was compared), so the test holds on any.
#[test]
fn openssl_says_of_the_core_suite_what_was_recorded() {
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("../limbo/suites");
    let cases = limbo::read_suite(&suites.join("limbo-core.json.gz")).unwrap();
    let verdicts = limbo::read_verdicts(&suites.join("limbo-core-openssl-3.0.19.json.gz")).unwrap();
    println!("{}", judge::version());
    let mut differences = Vec::new();
    for name in ["client_l1", "client_l2", "kind_l1"] {
        let config = Config::named(name).unwrap();
        for case in &cases {
            let answer = judge::verify(&Question {
                leaf: &case.leaf,
                sent: &case.sent,
                store: &case.trusted,
                at: case.at.unwrap_or(verdicts.null_time_means).unix(),
                purpose: if config.by_kind && case.is_server {
                    Purpose::Server
                } else {
                    Purpose::Client
                },
                level: config.level,
            });
            let answer = match answer {
                Ok(verdict) => Recorded::Verdict {
                    ok: verdict.accepted(),
                    errors: verdict.errors,
                },
                Err(_) => Recorded::ParseError,
            };
            let recorded = verdicts.of(&case.id, name).unwrap();
            if answer != *recorded {
                differences.push(format!("{name} {}: {answer:?}, not {recorded:?}", case.id));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
