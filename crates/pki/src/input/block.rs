//! What a PEM block or a piece of DER holds: by its label, then by its outline.

use memchr::memmem;
use zeroize::Zeroizing;

use super::{
    Content, Form, Large, MAX_CERTIFICATE_BYTES, Problem, Sealed, Unusable,
    base64::{self, Fault},
    der::{self, Outer, Shape},
    pkcs7, request,
};
use crate::PrivateKey;

/// Reads what stands between BEGIN and END, and says how often its line ends were escaped; on failure
/// says at which octet and why.
pub(super) fn read_body(label: &str, body: &[u8]) -> Result<(Vec<Content>, u8), (usize, Problem)> {
    if is_request(label) {
        let decoded = base64::decode(&body[headers_end(body)..]).ok();
        let subject = decoded.and_then(|decoded| request::subject(&decoded.bytes));
        let unusable = Unusable::CertificateRequest(subject.map(Box::new));
        return Ok((vec![Content::Unusable(unusable)], 0));
    }
    if let Some(unusable) = unusable(label) {
        return Ok((vec![Content::Unusable(unusable)], 0));
    }
    let data_at = headers_end(body);
    let (headers, data) = body.split_at(data_at);
    let decoded = base64::decode(data).map_err(|fault| {
        let (at, problem) = match fault {
            // Where the END line stands instead of data.
            Fault::Empty => (data.len(), Problem::Empty),
            Fault::Character { at } => {
                let found = character(&data[at..]);
                (at, Problem::Character { found })
            }
            Fault::BehindPadding { at } => (at, Problem::BehindPadding),
            // Nobody knows where the missing ones belong.
            Fault::Length { characters } => (data.len(), Problem::Length { characters }),
        };
        (data_at + at, problem)
    })?;
    if memmem::find(headers, b"ENCRYPTED").is_some() && label.ends_with("PRIVATE KEY") {
        let key = PrivateKey::encrypted(label, &unescaped(headers), decoded.bytes);
        return Ok((vec![Content::PrivateKey(key)], decoded.escaped));
    }
    let form = Form::Pem {
        label: label.to_owned(),
    };
    contents(&form, decoded.bytes)
        .map(|contents| (contents, decoded.escaped))
        .map_err(|problem| (0, problem))
}

fn is_request(label: &str) -> bool {
    matches!(label, "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST")
}

/// What a label says without a look at what is below it.
fn unusable(label: &str) -> Option<Unusable> {
    Some(match label {
        "CERTIFICATE"
        | "X509 CERTIFICATE"
        | "TRUSTED CERTIFICATE"
        | "PKCS7"
        | "CMS"
        | "PKCS #7 SIGNED DATA"
        | "PKCS12"
        | "PRIVATE KEY"
        | "ENCRYPTED PRIVATE KEY"
        | "RSA PRIVATE KEY"
        | "EC PRIVATE KEY"
        | "DSA PRIVATE KEY"
        | "ANY PRIVATE KEY" => return None,
        "X509 CRL" => Unusable::RevocationList,
        "OPENSSH PRIVATE KEY" => Unusable::OpenSshPrivateKey,
        label if label.starts_with("PGP ") => Unusable::Pgp,
        label if label.ends_with("PUBLIC KEY") => Unusable::PublicKey,
        label if label.ends_with("PARAMETERS") => Unusable::Parameters,
        label => Unusable::Label(label.to_owned()),
    })
}

/// Where the headers of RFC 1421 end: below the last of the leading lines that have a colon, which
/// base64 does not have, and those that continue one.
fn headers_end(body: &[u8]) -> usize {
    let Some(first) = memchr::memchr(b':', body) else {
        return 0;
    };
    let mut end = line_end(body, first);
    while end < body.len() {
        let next = line_end(body, end);
        let line = &body[end..next];
        let continues = line.starts_with(b" ") && !line.trim_ascii().is_empty();
        if !continues && !line.contains(&b':') {
            break;
        }
        end = next;
    }
    end
}

/// Where the line that `at` is in ends, behind its line end, which may be escaped.
fn line_end(body: &[u8], at: usize) -> usize {
    let rest = &body[at..];
    let ends = |octet: &u8| matches!(octet, b'\n' | b'\r' | b'\\');
    let Some(length) = rest.iter().position(ends) else {
        return body.len();
    };
    let rest = &rest[length..];
    let mut taken = 0;
    while let Some(escape) = base64::escape(&rest[taken..])
        && escape.stands_for == b' '
    {
        taken += escape.length;
    }
    let taken = match taken {
        0 if rest.starts_with(b"\r\n") => 2,
        0 => 1,
        taken => taken,
    };
    at + length + taken
}

/// Headers with their line ends as they were before they were escaped.
fn unescaped(headers: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(headers.len());
    let mut at = 0;
    while at < headers.len() {
        match base64::escape(&headers[at..]) {
            Some(escape) if escape.stands_for == b' ' => {
                text.push(b'\n');
                at += escape.length;
            }
            _ => {
                text.push(headers[at]);
                at += 1;
            }
        }
    }
    text
}

/// How to name a character in a sentence.
fn character(text: &[u8]) -> String {
    let near = &text[..text.len().min(4)];
    let first = near
        .utf8_chunks()
        .next()
        .and_then(|chunk| chunk.valid().chars().next());
    match first {
        Some(c) if c.is_ascii_graphic() => format!("“{c}”"),
        Some(c) => format!("U+{:04X}", u32::from(c)),
        None => format!("the byte 0x{:02X}", text.first().copied().unwrap_or(0)),
    }
}

/// What DER holds: by its outline, else by its label.
pub(super) fn contents(
    form: &Form,
    mut bytes: Zeroizing<Vec<u8>>,
) -> Result<Vec<Content>, Problem> {
    let label = match form {
        Form::Pem { label } => Some(label.as_str()),
        Form::Der | Form::Pkcs7 | Form::Pkcs12 | Form::Base64 => None,
    };
    let first = bytes.first().copied().unwrap_or(0);
    let length = match der::outer(&bytes) {
        Outer::Complete(length) => length,
        Outer::Truncated { expected } => {
            let found = bytes.len();
            return Err(Problem::Truncated { expected, found });
        }
        Outer::Other => return Err(Problem::NotDer { first }),
    };
    let shape = der::shape(&bytes).or(match label {
        Some(label) if label.ends_with("CERTIFICATE") => Some(Shape::Certificate),
        Some(label) if label.ends_with("PRIVATE KEY") => Some(Shape::PrivateKey),
        Some("PKCS12") => Some(Shape::Pkcs12),
        Some(_) => Some(Shape::SignedData),
        None => None,
    });
    let is_large = length > MAX_CERTIFICATE_BYTES;
    let unusable = match shape {
        Some(shape @ (Shape::Certificate | Shape::PrivateKey | Shape::EncryptedPrivateKey))
            if is_large =>
        {
            let what = match shape {
                Shape::Certificate => Large::Certificate,
                _ => Large::PrivateKey,
            };
            return Err(Problem::TooLarge { what, size: length });
        }
        Some(Shape::Certificate) => {
            let der = std::mem::take(&mut *bytes);
            let form = form.clone();
            return Ok(vec![Content::Certificate { der, form }]);
        }
        Some(Shape::SignedData) => {
            let certificates = pkcs7::certificates(&bytes).map_err(Problem::Pkcs7)?;
            if let Some(large) = certificates
                .iter()
                .find(|der| der.len() > MAX_CERTIFICATE_BYTES)
            {
                return Err(Problem::TooLarge {
                    what: Large::Certificate,
                    size: large.len(),
                });
            }
            if !certificates.is_empty() {
                return Ok(certificates
                    .into_iter()
                    .map(|der| Content::Certificate {
                        der: der.to_vec(),
                        form: Form::Pkcs7,
                    })
                    .collect());
            }
            Unusable::Pkcs7WithoutCertificates
        }
        Some(Shape::PrivateKey | Shape::EncryptedPrivateKey) => {
            bytes.truncate(length);
            return match PrivateKey::from_der(bytes) {
                Some(key) => Ok(vec![Content::PrivateKey(key)]),
                None => Err(Problem::PrivateKey),
            };
        }
        Some(Shape::CertificateRequest) => {
            Unusable::CertificateRequest(request::subject(&bytes).map(Box::new))
        }
        Some(Shape::RevocationList) => Unusable::RevocationList,
        Some(Shape::OtherContentInfo) => Unusable::Pkcs7WithoutCertificates,
        Some(Shape::Pkcs12) => {
            bytes.truncate(length);
            Unusable::Pkcs12(Sealed::new(bytes))
        }
        Some(Shape::PublicKey) => Unusable::PublicKey,
        Some(Shape::Numbers) => Unusable::Parameters,
        None => Unusable::OtherAsn1,
    };
    Ok(vec![Content::Unusable(unusable)])
}
