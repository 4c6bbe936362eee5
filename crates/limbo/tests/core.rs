//! The engine against what OpenSSL 3.0.19 said of x509-limbo's core suite.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use limbo::{Config, conformance};

#[test]
fn the_engine_agrees_with_the_recorded_verdicts_of_the_core_suite() {
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("suites");
    let cases = limbo::read_suite(&suites.join("limbo-core.json.gz")).unwrap();
    let verdicts = limbo::read_verdicts(&suites.join("limbo-core-openssl-3.0.19.json.gz")).unwrap();
    for name in ["client_l1", "client_l2", "kind_l1"] {
        let config = Config::named(name).unwrap();
        let score = conformance::run(&cases, &verdicts, name, config);
        let lines = score.disagreements.join("\n");
        assert_eq!(score.of, 208, "{name}");
        assert!(score.is_good_enough(), "{name}: {score}\n{lines}");
    }
}
