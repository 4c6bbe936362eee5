//! Every error that the server can end in has a finding that explains it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use pki::{
    findings::RULES,
    report::{Client, Report, Severity, Sha256},
    verify::Code,
};

use crate::{all, scenario::of_seed};

/// The findings of which one explains an error, by OpenSSL's number.
fn explaining(code: u16) -> &'static [&'static str] {
    match code {
        1 => &[
            "client.name-constraints",
            "client.malformed",
            "client.weak-key",
        ],
        2 => &["client.issuer-incomplete"],
        67 => &["authority.weak-key"],
        7 => &["client.bad-signature"],
        9 => &["client.not-yet-valid", "authority.not-yet-valid"],
        10 => &["client.expired", "authority.expired"],
        13 | 14 | 37..=41 | 72 => &["client.malformed"],
        18 => &["client.self-signed"],
        19..=21 => &["client.issuer-missing"],
        22 | 25 => &["client.path-length"],
        26 => &[
            "client.purpose",
            "client.key-usage",
            "client.issuer-not-a-ca",
            "authority.purpose-excludes-clients",
            "authority.trust-settings",
        ],
        28 => &["authority.trust-settings"],
        32 => &["client.issuer-not-a-ca", "authority.no-key-cert-sign"],
        34 => &["client.critical-extension", "authority.critical-extension"],
        46..=49 | 51 | 53 => &["client.name-constraints"],
        66 => &["client.weak-key"],
        68 => &["client.weak-signature", "authority.weak-signature"],
        79 => &[
            "client.issuer-not-a-ca",
            "authority.not-a-ca",
            "authority.no-key-cert-sign",
        ],
        94 => &["client.unusual-algorithm"],
        _ => &[],
    }
}

/// The numbers that a citation names: `OpenSSL errors 13, 37 to 41 and 72`.
fn cited(citation: &str) -> BTreeSet<u16> {
    let mut cited = BTreeSet::new();
    let Some((_, numbers)) = citation.split_once("OpenSSL error") else {
        return cited;
    };
    let mut to = false;
    for word in numbers.split([' ', ',', ';', 's']) {
        if let Ok(number) = word.parse() {
            let from = cited.last().copied().filter(|_| to).unwrap_or(number);
            cited.extend(from..=number);
        }
        to = word == "to";
    }
    cited
}

/// OpenSSL has an error for an issuer whose key cannot be decoded, and never gets to it: such a
/// certificate is taken for nobody's issuer, so that 20 or 2 comes in its place.
const NEVER_RAISED: u16 = 6;

/// The numbers of all errors that there may be.
fn numbers() -> impl Iterator<Item = u16> {
    let numbers = Code::ALL.iter().map(|code| code.number());
    numbers.filter(|number| *number != NEVER_RAISED)
}

#[test]
fn every_error_has_a_finding_that_cites_it() {
    for number in numbers() {
        let ids = explaining(number);
        assert!(!ids.is_empty(), "nothing explains {number}");
        for id in ids {
            let rule = RULES.iter().find(|rule| rule.id == *id).unwrap();
            let told = [rule.citation, rule.severity_note.unwrap_or_default()];
            assert!(
                told.iter().any(|text| cited(text).contains(&number)),
                "{id} does not cite {number}"
            );
        }
    }
}

/// Errors about a certificate that a proxy certificate right below it raises.
const OF_A_PROXY_BELOW: RangeInclusive<u16> = 37..=39;

/// Whether one of the right findings is about the client, and about a certificate that is to blame:
/// of several of the same kind the first is told.
fn is_explained(report: &Report, client: &Client, code: u16) -> bool {
    let explaining = explaining(code);
    let judgement = &client.judgement;
    let culprits: Vec<Sha256> = judgement
        .errors
        .iter()
        .chain(&judgement.final_error)
        .filter(|error| error.code == code)
        .map(|error| error.depth - usize::from(OF_A_PROXY_BELOW.contains(&code)))
        // Address blocks can be wrong beyond the top.
        .filter_map(|depth| judgement.chain.get(depth).copied().or(client.leaf))
        .collect();
    report.findings.iter().any(|finding| {
        let concerns = |certificate| finding.certificates.contains(&certificate);
        finding.severity == Severity::Error
            && explaining.contains(&&*finding.id)
            && client.leaf.is_some_and(concerns)
            && culprits.iter().any(|culprit| concerns(*culprit))
    })
}

#[test]
fn every_final_error_is_explained_by_a_finding_about_the_right_certificate() {
    let mut ends: BTreeMap<u16, usize> = BTreeMap::new();
    let mut unexplained = Vec::new();
    let mut judge = |what: &str, report: &Report| {
        for client in &report.clients {
            let Some(last) = &client.judgement.final_error else {
                continue;
            };
            *ends.entry(last.code).or_default() += 1;
            if !is_explained(report, client, last.code) {
                let found = report.findings.iter();
                let found = found.map(|finding| format!("  {}: {}", finding.id, finding.message));
                let found: Vec<String> = found.collect();
                let errors = client.judgement.errors.iter();
                let errors: Vec<_> = errors.map(|error| (error.code, error.depth)).collect();
                unexplained.push(format!(
                    "{what}: {errors:?} end in {last:?}\n{}",
                    found.join("\n")
                ));
            }
        }
    };
    for scenario in all() {
        judge(scenario.id, &scenario.given.report());
    }
    for seed in 0..SEEDS {
        judge(&format!("seed {seed}"), &of_seed(seed));
    }
    assert!(unexplained.is_empty(), "\n{}", unexplained.join("\n"));
    let never: Vec<u16> = numbers()
        .filter(|number| !ends.contains_key(number))
        .collect();
    assert_eq!(never, NEVER_LAST, "{ends:?}");
}

/// Chains made from seeds that are looked at.
const SEEDS: u64 = 500;

/// Errors that another one follows: the top of a chain that is too long has no issuer there (20), and
/// the purpose of a rejected authority is wrong (26).
const NEVER_LAST: [u16; 2] = [22, 28];
