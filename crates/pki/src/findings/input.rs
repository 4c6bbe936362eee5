//! What is to be said of the files themselves.

use std::collections::HashMap;

use super::{Rule, words};
use crate::{
    case::{Case, CertificateCase, FileCase, Part, Place, Unreadable},
    certificate::Trust,
    input::{Content, Explanation, Form, Obstacle, Unusable},
    report::{Finding, Role, Severity},
    verify::Purpose,
};

/// Calls `each` with every block of every file.
fn for_each_block(case: &Case, each: impl FnMut(&crate::input::Block)) {
    let files = case.files.iter();
    files
        .flat_map(|file| &file.file.contents.blocks)
        .for_each(each);
}

/// A finding in the words of the reader of files, with the file it is about before them.
fn explained(rule: &Rule, file: &str, explanation: Explanation) -> Finding {
    let Explanation {
        message,
        meaning,
        fix,
        command,
    } = explanation;
    let message = match message.strip_prefix("Line ") {
        Some(rest) => format!("“{file}”, line {rest}"),
        None => format!("“{file}”: {message}"),
    };
    Finding {
        command,
        ..rule.finding(message, meaning, fix)
    }
}

/// Gives a finding its place in a file.
fn at(mut finding: Finding, block: &crate::input::Block) -> Finding {
    finding.file = Some(block.source.file.clone());
    finding.line = block.source.line;
    finding
}

rule! {
    /// A block of a file is broken.
    ///
    /// What it held is lost to the server and to drivers. The good blocks beside it are judged all
    /// the same.
    ///
    /// Copy the block again from where it comes from, whole, from BEGIN to END.
    pub(super) MALFORMED = Error "input.malformed",
    citation: "RFC 7468 section 2; RFC 5280 section 4.1",
    find: malformed,
}

fn malformed(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_block(case, |block| {
        if let Content::Malformed(malformed) = &block.content {
            let mut finding = at(
                explained(rule, &block.source.file, malformed.explain()),
                block,
            );
            finding.line = malformed.line.or(finding.line);
            found.push(finding);
        }
    });
    for unreadable in &case.unreadable {
        let mut finding = rule.finding(
            format!(
                "The certificate in {} that begins at {} cannot be read: {}.",
                words::file(case, unreadable.file),
                words::place(&unreadable.source),
                unreadable.error,
            ),
            "OpenSSL cannot load it, so the server and drivers do without it.".to_owned(),
            "Export the certificate again from where it was issued.".to_owned(),
        );
        finding.file = Some(unreadable.source.file.clone());
        finding.line = unreadable.source.line;
        let form = match unreadable.source.line {
            Some(_) => "",
            None => "-inform DER ",
        };
        finding.command = Some(format!(
            "openssl asn1parse {form}-in {}",
            words::shell(&unreadable.source.file)
        ));
        found.push(finding);
    }
}

/// What [`as_given`] comes to, for the documentation.
const AS_GIVEN: &str = documentation!(
    "A warning where files are dropped together, as in the page: the bundle is written anew there."
);

/// A server gets the very file only where it was given as one of the bundle.
fn as_given(rule: &Rule, file: &FileCase) -> Severity {
    match file.file.part {
        Part::Bundle => rule.severity,
        _ => Severity::Warning,
    }
}

fn bundle_files(case: &Case) -> impl Iterator<Item = (usize, &FileCase)> {
    let files = case.files.iter().enumerate();
    files.filter(|(_, file)| file.is_bundle)
}

rule! {
    /// OpenSSL would load nothing of a bundle's file as it is.
    ///
    /// One broken block, binary content or odd line ends are enough for that; a server given this
    /// very file would not start or would trust nobody.
    pub(super) BUNDLE_NOT_LOADABLE = Error "input.bundle-not-loadable",
    depends: AS_GIVEN,
    fix: "In place of the file, use what “Save the bundle” on the page saves.",
    citation: "X509_load_cert_crl_file in OpenSSL, measured",
    find: bundle_not_loadable,
}

fn bundle_not_loadable(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    let mut unreadable: HashMap<usize, &Unreadable> = HashMap::new();
    for block in &case.unreadable {
        unreadable.entry(block.file).or_insert(block);
    }
    for (number, file) in bundle_files(case) {
        let contents = &file.file.contents;
        let unreadable = unreadable.get(&number).copied();
        let mut finding = match (contents.bundle_obstacles.first(), unreadable) {
            (Some(obstacle), _) => explained(rule, &contents.name, obstacle.explain(&contents.name)),
            (None, Some(block)) => rule.finding(
                format!("OpenSSL loads nothing of {} as it is, because the certificate at {} cannot be read.", words::file(case, number), words::place(&block.source)),
                "A server that was given this very file would trust nobody. The verdicts here hold for the certificates that could be read.".to_owned(),
                rule.fix.to_owned(),
            ),
            (None, None) => continue,
        };
        finding.severity = as_given(rule, file);
        finding.file = Some(contents.name.clone());
        finding.command.get_or_insert_with(|| {
            // It loads the file with the function that the server loads it with.
            let file = words::shell(&contents.name);
            format!("openssl verify -CAfile {file} {file}")
        });
        found.push(finding);
    }
}

rule! {
    /// OpenSSL passes over a certificate in a bundle's file without a word.
    ///
    /// Text before BEGIN on its line is enough for that; a server given this very file trusts the
    /// others in it and not this one.
    pub(super) PASSED_OVER = Error "input.passed-over",
    depends: AS_GIVEN,
    fix: "In place of the file, use what “Save the bundle” on the page saves.",
    citation: "PEM_read_bio in OpenSSL, measured",
    find: passed_over,
}

fn passed_over(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for (number, file) in bundle_files(case) {
        let contents = &file.file.contents;
        let counted = if file.file.part == Part::Bundle {
            "A server that is given this very file does not trust it, and so it is not counted here."
        } else {
            "A server that was given this very file would not trust it. The verdicts here count it."
        };
        for block in &contents.passed_over {
            let block = &contents.blocks[*block];
            let finding = rule.finding(
                format!(
                    "OpenSSL passes over the certificate in {} ({}) without a word.",
                    words::file(case, number),
                    words::place(&block.source)
                ),
                counted.to_owned(),
                rule.fix.to_owned(),
            );
            found.push(Finding {
                severity: as_given(rule, file),
                ..at(finding, block)
            });
        }
    }
}

rule! {
    /// A file or block is something else than a certificate: a request, a revocation list, a key
    /// store, a public key, plain text.
    ///
    /// The server has no use for it.
    ///
    /// Each kind is named with the command that turns it into PEM, where there is one.
    pub(super) NOT_A_CERTIFICATE = Warning "input.not-a-certificate",
    citation: "RFC 7468; RFC 7292; RFC 2986",
    find: not_a_certificate,
}

fn not_a_certificate(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_block(case, |block| {
        if let Content::Unusable(unusable) = &block.content
            // They stand beside the keys that OpenSSL makes, and disturb nothing.
            && *unusable != Unusable::Parameters
        {
            let explanation = unusable.explain(&block.source.file);
            found.push(at(explained(rule, &block.source.file, explanation), block));
        }
    });
}

rule! {
    /// There is data behind a certificate in its block.
    ///
    /// OpenSSL ignores it (in a TRUSTED CERTIFICATE it says what the certificate is trusted for);
    /// other software refuses the block.
    pub(super) TRAILING_DATA = Warning "input.trailing-data",
    fix: "Use the certificate as it is written anew here.",
    citation: "d2i_X509(3); X.690 section 8.1",
    find: trailing_data,
}

fn trailing_data(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for (index, held) in case.certificates.iter().enumerate() {
        // Settings that leave clients out have a finding of their own.
        let is_told = |place: &Place| {
            case.is_in_bundle(index) && place.settings.on(Purpose::TlsClient) == Trust::Rejected
        };
        let places = held.places.iter();
        for place in places.filter(|place| place.trailing > 0 && !is_told(place)) {
            let (message, meaning) = if is_trusted_certificate(case, place) {
                (
                    format!(
                        "{} is in a TRUSTED CERTIFICATE block: what OpenSSL is to trust it for stands behind it.",
                        words::quoted(case, index)
                    ),
                    "Only OpenSSL reads such a block. What it says about trust counts for a server that is given this very file, and does not reach Atlas.",
                )
            } else {
                let bytes = match place.trailing {
                    1 => "is 1 byte".to_owned(),
                    count => format!("are {} bytes", words::number(count)),
                };
                (
                    format!(
                        "There {bytes} behind {} in its block.",
                        words::quoted(case, index)
                    ),
                    "OpenSSL passes over what is behind a certificate; other software may refuse the block.",
                )
            };
            let mut finding = rule.about(
                case,
                index,
                message,
                meaning.to_owned(),
                rule.fix.to_owned(),
            );
            finding.file = Some(place.source.file.clone());
            finding.line = place.source.line;
            found.push(finding);
        }
    }
}

/// Whether a certificate stands in a block with OpenSSL's own label for trusted certificates.
fn is_trusted_certificate(case: &Case, place: &Place) -> bool {
    let blocks = &case.files[place.file].file.contents.blocks;
    blocks
        .iter()
        .filter(|block| block.source.offset == place.source.offset)
        .any(|block| {
            matches!(&block.content, Content::Certificate { form: Form::Pem { label }, .. }
                if label == "TRUSTED CERTIFICATE")
        })
}

rule! {
    /// A certificate is not encoded in DER, or not given as PEM lines.
    ///
    /// OpenSSL reads it; drivers in Go, Rust and Java may refuse it.
    ///
    /// Have it issued again by software that writes DER; of what is only wrapped, the page shows
    /// the PEM.
    pub(super) NOT_DER = Warning "input.not-der",
    citation: "X.690 section 10; RFC 5280 section 4.1",
    find: not_der,
}

fn not_der(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for (index, held) in case.certificates.iter().enumerate() {
        if held.certificate.is_loose() {
            found.push(rule.about(
                case,
                index,
                format!("{} is encoded more loosely than DER allows.", words::quoted(case, index)),
                "OpenSSL reads it, so the server takes it; drivers in Go, Rust or Java may refuse it.".to_owned(),
                "Have it issued again by software that writes DER.".to_owned(),
            ));
        }
    }
    for (number, file) in case.files.iter().enumerate() {
        // Of a bundle's file the rule above says so.
        let is_told = matches!(
            file.file.contents.bundle_obstacles.first(),
            Some(Obstacle::Wrapped(_))
        );
        if file.is_bundle && is_told {
            continue;
        }
        let mut wrapped = file.file.contents.blocks.iter().filter_map(|block| {
            let how = match &block.content {
                Content::Certificate { form, .. } if *form != Form::Der => block.wrapping.words(),
                _ => None,
            };
            Some((block, how?))
        });
        let Some((block, how)) = wrapped.next() else {
            continue;
        };
        let (file, place) = (words::file(case, number), words::place(&block.source));
        let message = match wrapped.count() {
            0 => format!("The certificate in {file} ({place}) was unwrapped: it is {how}."),
            more => format!(
                "{} certificates in {file} were unwrapped: the first, at {place}, is {how}.",
                more + 1
            ),
        };
        found.push(at(
            rule.finding(
                message,
                "OpenSSL and drivers want plain PEM lines, so they cannot read this file as it is."
                    .to_owned(),
                "In place of it, use the PEM that the page shows for this certificate.".to_owned(),
            ),
            block,
        ));
    }
}

rule! {
    /// One certificate stands twice in a file, in two files of the bundle, or in two as a client's
    /// own.
    ///
    /// It counts once. What several clients send along is no duplicate.
    pub(super) DUPLICATE = Note "input.duplicate",
    fix: "Leave it in one place, so that nobody takes an old copy for the certificate in use.",
    citation: "X509_STORE_add_cert(3)",
    find: duplicate,
}

fn duplicate(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for (index, held) in case.certificates.iter().enumerate() {
        let repeated = repeated(case, held);
        if repeated.len() < 2 {
            continue;
        }
        let mut places: Vec<String> = repeated
            .iter()
            .take(MAX_PLACES)
            .map(|place| format!("{}{}", place.source.file, words::behind(&place.source)))
            .collect();
        if repeated.len() > MAX_PLACES {
            places.push(format!(
                "{} more",
                words::number(repeated.len() - MAX_PLACES)
            ));
        }
        found.push(rule.about(
            case,
            index,
            format!(
                "{} was given {}: {}.",
                words::quoted(case, index),
                words::times(repeated.len()),
                words::list(&places, "")
            ),
            "It counts once.".to_owned(),
            rule.fix.to_owned(),
        ));
    }
}

/// Places of one certificate that are told.
const MAX_PLACES: usize = 5;

/// Where a certificate stands although it stands elsewhere already: twice in one file, in several
/// files of the bundle, in several as a client's own. A client that sends its chain is right to.
fn repeated<'a>(case: &Case, held: &'a CertificateCase) -> Vec<&'a Place> {
    let mut in_file: HashMap<usize, usize> = HashMap::new();
    for place in &held.places {
        *in_file.entry(place.file).or_default() += 1;
    }
    let is_bundle = |place: &Place| {
        let file = &case.files[place.file];
        file.is_bundle || file.is_whole
    };
    let bundles = held.places.iter().filter(|place| is_bundle(place)).count();
    held.places
        .iter()
        .filter(|place| {
            held.role == Role::Client || in_file[&place.file] > 1 || is_bundle(place) && bundles > 1
        })
        .collect()
}
