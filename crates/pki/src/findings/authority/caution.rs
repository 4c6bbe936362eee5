//! Authorities that work and should be looked at.

use super::{all_authorities, concerning, is_own_client, refuses, twin::has_twin, users};
use crate::{
    case::{Case, ClientCase, validity::validity},
    findings::{Rule, words},
    name::Name,
    report::{Finding, Severity},
    verify::{Code, rules},
    view::ValidityState,
};
use std::collections::{BTreeMap, HashMap, HashSet};

rule! {
    /// An authority expires within 30 days.
    ///
    /// From that moment on the server refuses every client below it. Atlas sends an alert from 30
    /// days on.
    pub(in crate::findings) EXPIRES_SOON = Warning "authority.expires-soon",
    fix: "Have its successor ready and add it beside this one first; each change of the bundle restarts the cluster's nodes one by one.",
    citation: "RFC 5280 section 6.1.3; Atlas alert NDS_X509_USER_AUTHENTICATION_CUSTOMER_CA_EXPIRATION_CHECK",
    find: expires_soon,
}

fn expires_soon(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for index in all_authorities(case) {
        let validity = validity(case.certificate(index), case.profile.at);
        if validity.state != ValidityState::EndsSoon {
            continue;
        }
        let clients = users(case, index);
        let from_then_on = match clients.len() {
            0 => "From then on the server refuses every client below it.".to_owned(),
            1 => "From then on the server refuses the one client here that needs it.".to_owned(),
            2 => "From then on the server refuses both clients here that need it.".to_owned(),
            count => format!(
                "From then on the server refuses all {} clients here that need it.",
                words::number(count)
            ),
        };
        let mut finding = rule.about(
            case,
            index,
            format!(
                "{} expires on {} ({}).",
                words::quoted(case, index),
                words::date(validity.not_after),
                words::days(validity.days_left)
            ),
            from_then_on,
            rule.fix.to_owned(),
        );
        finding
            .certificates
            .extend(clients.iter().map(|leaf| case.certificate(*leaf).sha256()));
        found.push(finding);
    }
}

rule! {
    /// An intermediate authority is signed with a broken digest (SHA-1, MD5).
    ///
    /// The server refuses every client whose chain goes on above it.
    pub(in crate::findings) WEAK_SIGNATURE = Warning "authority.weak-signature",
    depends: "An error when a client in the pile is refused because of it (error 68). The signature of a root does not count.",
    fix: "Have its certificate issued again with SHA-256. With the same key and name the clients' certificates stay as they are.",
    citation: "SSL_CTX_set_security_level(3); OpenSSL error 68",
    find: weak_signature,
}

fn weak_signature(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for index in all_authorities(case) {
        let certificate = case.certificate(index);
        if certificate.is_self_signed() || rules::digest_is_strong(certificate, case.profile.level)
        {
            continue;
        }
        let clients = users(case, index);
        let mut finding = rule.about(
            case,
            index,
            format!(
                "{} is signed with {}, which is broken or not known.",
                words::quoted(case, index),
                certificate.outer_algorithm().name()
            ),
            format!(
                "No chain may go through it. {}",
                refuses(case, clients.len())
            ),
            rule.fix.to_owned(),
        );
        if !clients.is_empty() {
            finding.severity = Severity::Error;
        }
        found.push(concerning(finding, case, clients));
    }
}

rule! {
    /// Two authorities of the bundle have one name and different keys.
    ///
    /// OpenSSL takes the first one that is valid and never tries the other, unless key identifiers
    /// tell them apart: clients of the second can fail with a bad signature.
    pub(in crate::findings) SAME_NAME = Warning "authority.same-name",
    fix: "If you need both, look at the verdict of each client here, and issue new certificates with key identifiers. Else keep only one.",
    citation: "OpenSSL error 7 (measured: no second try)",
    find: same_name,
}

fn same_name(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    let mut by_name: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (index, held) in case.authorities() {
        by_name
            .entry(held.certificate.subject().canonical())
            .or_default()
            .push(index);
    }
    for sharers in by_name.values().filter(|sharers| sharers.len() > 1) {
        let keys: HashSet<&[u8]> = sharers
            .iter()
            .map(|index| case.certificate(*index).public_key_info())
            .collect();
        if keys.len() < 2 {
            continue;
        }
        let places = words::list_of(
            sharers,
            |index| words::source(&case.certificates[*index]),
            "",
        );
        let mut finding = rule.about(
            case,
            sharers[0],
            format!("{} authorities of the bundle are called {} and have different keys.", sharers.len(), words::quoted(case, sharers[0])),
            format!("The server takes the first one that is valid and never tries another, unless key identifiers tell them apart ({places}). Clients of the others can then fail with a bad signature."),
            rule.fix.to_owned(),
        );
        finding.certificates = sharers
            .iter()
            .map(|index| case.certificate(*index).sha256())
            .collect();
        found.push(finding);
    }
}

rule! {
    /// An authority is a certificate of version 1.
    ///
    /// It cannot say that it is a CA. OpenSSL takes it as a root and for nothing else; other
    /// software refuses it.
    pub(in crate::findings) VERSION_1 = Warning "authority.version-1",
    fix: "When you renew it, make it a version 3 certificate with basicConstraints=critical,CA:TRUE.",
    citation: "RFC 5280 section 4.1.2.1; check_ca in OpenSSL",
    find: version_1,
}

fn version_1(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for (index, held) in case.authorities() {
        if held.certificate.is_version_1() {
            found.push(rule.about(
                case,
                index,
                format!("{} is a certificate of version 1, which cannot say that it is a CA.", words::quoted(case, index)),
                "The server takes it as a root and for nothing else; other software may refuse it.".to_owned(),
                rule.fix.to_owned(),
            ));
        }
    }
}

rule! {
    /// A root's own signature is wrong.
    ///
    /// OpenSSL does not look at it, so clients are accepted; but the file was changed after it was
    /// made, by accident or not, or is an intermediate that bears the name of its root.
    pub(in crate::findings) SELF_SIGNATURE_BAD = Warning "authority.self-signature-bad",
    fix: "Get it again from where it comes from and compare the fingerprints. If it is an intermediate, add its root, too.",
    citation: "RFC 5280 section 6.1; X509_V_FLAG_CHECK_SS_SIGNATURE is not set",
    find: self_signature_bad,
}

fn self_signature_bad(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for (index, held) in case.authorities() {
        // One that another authority of its name signed is an intermediate, and is as it was made.
        if held.has_bad_self_signature && held.signed_by.is_none() {
            found.push(rule.about(
                case,
                index,
                format!("The signature of {} is not its own, though it names itself as its issuer.", words::quoted(case, index)),
                "The server does not look at it. But either somebody or something changed this certificate after it was made, or it is an intermediate that bears the name of the root above it.".to_owned(),
                rule.fix.to_owned(),
            ));
        }
    }
}

rule! {
    /// A self-signed certificate that is no CA is in the bundle.
    ///
    /// It works, for that one client: the certificate vouches for itself. Each further client then
    /// needs an entry of its own, and each change restarts the nodes.
    pub(in crate::findings) END_ENTITY_AS_ANCHOR = Warning "authority.end-entity-as-anchor",
    fix: "Make a CA, add it to the bundle, and issue the clients from it.",
    citation: "OpenSSL, measured: a self-signed leaf in the store is accepted",
    find: end_entity_as_anchor,
}

fn end_entity_as_anchor(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for (index, _) in case.authorities() {
        if is_own_client(case, index) {
            found.push(rule.about(
                case,
                index,
                format!("{} is self-signed and no CA, and is in the bundle.", words::quoted(case, index)),
                "That lets in exactly the client that holds it. Every further client would need an entry of its own, and every change of the bundle restarts the cluster's nodes.".to_owned(),
                rule.fix.to_owned(),
            ));
        }
    }
}

rule! {
    /// No client in the pile needs an authority of the bundle.
    ///
    /// Either clients that are not here need it, or it lets in more than it should.
    pub(in crate::findings) UNUSED = Note "authority.unused",
    fix: "Find out whether it is still needed before you leave it out.",
    citation: "NIST SP 800-57 part 1 section 5.3 (least trust)",
    find: unused,
}

fn unused(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    // What is above a client whose chain cannot be built is not known.
    let is_traced = |client: &ClientCase| {
        client.sends_all.as_ref().is_some_and(|judged| {
            judged
                .errors
                .iter()
                .all(|error| error.code != Code::IssuerMissing)
        })
    };
    if case.clients.is_empty() || !case.clients.iter().all(is_traced) {
        return;
    }
    let mistaken = mistaken_names(case);
    let mut bearers: HashMap<&[u8], usize> = HashMap::new();
    for (_, held) in case.authorities() {
        let name = held.certificate.subject().canonical();
        *bearers.entry(name).or_default() += 1;
    }
    for (index, held) in case.authorities() {
        let name = held.certificate.subject().canonical();
        // The cross-signed form of a root is not the root, and whoever reads this would think so.
        if users(case, index).is_empty()
            && !is_own_client(case, index)
            && !mistaken.contains(name)
            && !has_twin(case, index)
        {
            let which = match bearers.get(name) {
                Some(1) => words::quoted(case, index),
                _ => format!("{} ({})", words::quoted(case, index), words::source(held)),
            };
            found.push(rule.about(
                case,
                index,
                format!("No client here needs {which}."),
                "Clients that are not here may need it; if none does, it lets in more than it should.".to_owned(),
                rule.fix.to_owned(),
            ));
        }
    }
}

/// The names of authorities in chains that come to nothing because another authority of the name
/// was taken: nobody can say that the others are not needed.
fn mistaken_names(case: &Case) -> HashSet<&[u8]> {
    const MISTAKES: [Code; 2] = [Code::SignatureFailure, Code::IssuerOfTrustedMissing];
    let chains = case.clients.iter().filter_map(|client| {
        let judged = client.sends_all.as_ref()?;
        let is_mistaken = judged
            .errors
            .iter()
            .any(|error| MISTAKES.contains(&error.code));
        is_mistaken.then(|| judged.path.iter().skip(1))
    });
    let names = chains
        .flatten()
        .map(|index| case.certificate(*index).subject());
    names.map(Name::canonical).collect()
}

rule! {
    /// An authority may issue for certain names only.
    ///
    /// A client whose subject or alternative names lie outside is refused.
    pub(in crate::findings) NAME_CONSTRAINED = Note "authority.name-constrained",
    fix: "Check clients of this CA here before you roll them out.",
    citation: "RFC 5280 section 4.2.1.10; OpenSSL errors 47 and 48",
    find: name_constrained,
}

fn name_constrained(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for (index, held) in case.authorities() {
        let Some(limits) = words::limits(&held.certificate) else {
            continue;
        };
        found.push(rule.about(
            case,
            index,
            format!("{} may issue for certain names: {limits}.", words::quoted(case, index)),
            "The server refuses clients with names outside these limits; even the limits of a root count.".to_owned(),
            rule.fix.to_owned(),
        ));
    }
}
