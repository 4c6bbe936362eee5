//! The rules as other programs rely on them: their names, their severities, and that each has its
//! scenarios.

use std::collections::BTreeMap;

use pki::{findings::RULES, report::Severity};

use crate::{all, scenario::Expected};

const ERRORS: &str = "
    input.malformed input.bundle-not-loadable input.passed-over input.private-key-in-bundle
    authority.expired authority.not-yet-valid authority.not-a-ca authority.no-key-cert-sign
    authority.purpose-excludes-clients authority.root-missing authority.weak-key
    authority.critical-extension authority.public-web-ca authority.trust-settings
    client.expired client.not-yet-valid client.purpose client.key-usage client.issuer-missing
    client.issuer-incomplete client.self-signed client.weak-key client.weak-signature
    client.bad-signature client.critical-extension client.path-length client.name-constraints
    client.issuer-not-a-ca client.malformed client.key-cannot-shake-hands
    client.no-user-name client.no-common-name client.user-name-too-long
    pair.key-mismatch";

const WARNINGS: &str = "
    input.not-a-certificate input.trailing-data input.not-der input.ca-private-key
    authority.expires-soon authority.weak-signature authority.same-name authority.version-1
    authority.self-signature-bad authority.end-entity-as-anchor
    client.expires-soon client.accepted-at-level-1-only client.must-send-chain
    client.go-java-send-nothing client.is-a-ca client.roles-extension client.membership-extension
    client.attribute-not-in-atlas client.unusual-algorithm
    client.attribute-too-long client.tls12-only client.version-1
    name.differs-from-openssl client.look-alike
    pair.order";

const NOTES: &str = "
    input.duplicate input.private-key
    authority.unused authority.name-constrained
    client.same-user-name client.no-extended-key-usage client.could-match-cluster-member
    pair.key-not-compared";

#[test]
fn names_and_severities_of_the_rules_stay() {
    let mut promised: BTreeMap<&str, Severity> = BTreeMap::new();
    for (list, severity) in [
        (ERRORS, Severity::Error),
        (WARNINGS, Severity::Warning),
        (NOTES, Severity::Note),
    ] {
        promised.extend(list.split_whitespace().map(|id| (id, severity)));
    }
    let kept: BTreeMap<&str, Severity> =
        RULES.iter().map(|rule| (rule.id, rule.severity)).collect();
    assert_eq!(kept, promised);
    assert_eq!(kept.len(), RULES.len(), "a name is taken twice");
}

#[test]
fn each_rule_is_shown_and_is_absent_in_some_scenario() {
    let scenarios = all();
    for rule in RULES {
        let of_rule = scenarios.iter().filter(|scenario| scenario.id == rule.id);
        let (shown, absent): (Vec<_>, Vec<_>) =
            of_rule.partition(|scenario| matches!(scenario.expected, Expected::Shown(..)));
        assert!(!shown.is_empty(), "nothing shows {}", rule.id);
        assert!(!absent.is_empty(), "nothing lacks {}", rule.id);
    }
    for scenario in &scenarios {
        assert!(
            RULES.iter().any(|rule| rule.id == scenario.id),
            "{} is no rule",
            scenario.id
        );
    }
}

/// A severity other than the rule's own is told in its metadata.
#[test]
fn a_severity_that_depends_on_the_pile_is_documented() {
    for scenario in all() {
        let rule = RULES.iter().find(|rule| rule.id == scenario.id).unwrap();
        if let Expected::Shown(severity, _) = scenario.expected
            && severity != rule.severity
        {
            assert!(rule.severity_note.is_some(), "{}", rule.id);
        }
    }
}
