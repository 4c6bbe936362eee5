//! Why the server refuses a client because of limits that the authorities above it set.

use super::{At, Refusal, Refused, Said, at_depth, for_each_client, for_each_refusal};
use crate::{
    case::{Case, Judged},
    findings::{Rule, words},
    report::Finding,
    verify::Code,
};

rule! {
    /// There are more CAs in a client's chain than one of them allows, or more than OpenSSL does.
    ///
    /// The server refuses the chain.
    pub(in crate::findings) PATH_LENGTH = Error "client.path-length",
    fix: "Issue the client's certificate from a CA nearer to the root, or have the limiting CA issued again with a longer path length.",
    citation: "RFC 5280 section 4.2.1.9; OpenSSL errors 25 and 22",
    refusal: Refusal { codes: &[Code::PathLengthExceeded, Code::ChainTooLong], at: At::Anywhere, say: path_length },
}

fn path_length(
    case: &Case,
    Refused {
        leaf,
        judged,
        depth,
    }: Refused<'_>,
) -> Said {
    let path_length = judged
        .path
        .get(depth)
        .and_then(|index| case.certificate(*index).extensions().basic_constraints)
        .and_then(|constraints| constraints.path_length);
    let message = match path_length {
        Some(most)
            if judged
                .errors
                .iter()
                .any(|error| error.code == Code::PathLengthExceeded) =>
        {
            let allowed = match most {
                0 => "no further CA below it".to_owned(),
                1 => "one further CA below it".to_owned(),
                _ => format!("{most} further CAs below it"),
            };
            let between = match depth {
                0..=2 => "there is one".to_owned(),
                _ => format!("there are {}", depth - 1),
            };
            format!(
                "{} allows {allowed}, but {between} above {}.",
                at_depth(case, judged, depth),
                words::quoted(case, leaf)
            )
        }
        _ => format!(
            "The chain of {} has more than 100 CAs.",
            words::quoted(case, leaf)
        ),
    };
    Said::that(message)
}

/// Authorities with limits that are told.
const MAX_LIMITS: usize = 5;

rule! {
    /// A name in a client's chain lies outside what a CA above it may issue for, or OpenSSL cannot
    /// tell.
    ///
    /// The server refuses it: the CA has no right to vouch for that name.
    ///
    /// Issue the client from a CA that may, or with a name that lies within.
    pub(in crate::findings) NAME_CONSTRAINTS = Error "client.name-constraints",
    citation: "RFC 5280 section 4.2.1.10, RFC 3779; OpenSSL errors 47 to 53, 46 and 1",
    find: name_constraints,
}

fn name_constraints(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    let codes = [Code::ResourceNotNested];
    for_each_refusal(case, &codes, At::Anywhere, |refused| {
        let said = Said::that(format!(
            "{} or a CA above it claims IP addresses or AS numbers that the CA above that does not have.",
            words::quoted(case, refused.leaf)
        ));
        let fix = "Issue the certificate again without that extension (RFC 3779), or with a part of what its CAs have.";
        found.push(refused.finding(rule, case, said.fix(fix.to_owned())));
    });
    for_each_client(case, |_, leaf, judged| {
        let Some((error, incomparable)) = judged.errors.iter().find_map(|error| {
            let incomparable = match error.code {
                Code::PermittedViolation | Code::ExcludedViolation => "",
                Code::SubtreeMinMax | Code::ConstraintTypeUnsupported => {
                    "OpenSSL knows no limit of such a kind"
                }
                Code::NameSyntaxUnsupported => "a name or a limit is not written as its kind asks",
                // Else it is a key that cannot be decoded, which other rules tell.
                Code::Unspecified if has_key(case, judged, error.depth) => {
                    "they are too many (more than 1,048,576 comparisons) or too long"
                }
                _ => return None,
            };
            Some((error, incomparable))
        }) else {
            return;
        };
        let name = at_depth(case, judged, error.depth);
        let (message, fix) = if incomparable.is_empty() {
            (
                format!(
                    "A name of {name} lies outside what its CAs may issue for: {}.",
                    limits(case, judged.path.get(error.depth + 1..).unwrap_or_default())
                ),
                "Issue the certificate from a CA without this limit, or with names that lie within it.",
            )
        } else {
            (
                format!(
                    "OpenSSL cannot hold the names of {name} against what its CAs may issue for: {incomparable}."
                ),
                "Issue the certificate from a CA without such limits, or with fewer and plainer names.",
            )
        };
        let refused = Refused {
            leaf,
            judged,
            depth: error.depth,
        };
        let said = Said::that(message).meaning("The server refuses this client. The subject, all alternative names, and a common name that looks like a host name are held against these limits.");
        found.push(refused.finding(rule, case, said.fix(fix.to_owned())));
    });
}

fn has_key(case: &Case, judged: &Judged, depth: usize) -> bool {
    let index = judged.path.get(depth);
    index.is_some_and(|index| case.certificate(*index).public_key().is_some())
}

/// What the authorities may issue for, and may not.
fn limits(case: &Case, authorities: &[usize]) -> String {
    let limits: Vec<String> = authorities
        .iter()
        .filter_map(|index| {
            let limits = words::limits(case.certificate(*index))?;
            Some(format!(
                "{} may issue {limits}",
                words::quoted(case, *index)
            ))
        })
        .take(MAX_LIMITS)
        .collect();
    limits.join("; ")
}
