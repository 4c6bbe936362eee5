//! The sentences for what is broken: a block that cannot be read, and a file of which OpenSSL loads
//! nothing.

use std::fmt::Write;

use super::{
    Explanation, Large, LoadError, MAX_CERTIFICATE_BYTES, Malformed, Obstacle, Problem,
    explain::stem,
};
use crate::words::{grouped, shell};

impl Malformed {
    /// What to tell of it.
    pub fn explain(&self) -> Explanation {
        let place = self.place();
        let label = self.label.as_deref().unwrap_or("PEM");
        let again = "Copy or export it again, whole and unchanged.";
        let lost = "The block cannot be read; what else is in the file is not affected.";
        match &self.problem {
            Problem::BeginLine => Explanation::new(
                format!(
                    "{place}: a BEGIN line is not written as it must be. Expected five hyphens on either side, as in -----BEGIN CERTIFICATE-----."
                ),
                lost,
                "Put five plain hyphens on either side; mail and word processors like to turn them into dashes.",
            ),
            Problem::NoEndLine => Explanation::new(
                format!(
                    "{place}: the {label} block has no END line. Expected -----END {label}-----."
                ),
                "The end of the block was cut off, or its last line was lost.",
                again,
            ),
            Problem::EndLine => Explanation::new(
                format!(
                    "{place}: the END line is not written as it must be. Expected -----END {label}-----."
                ),
                lost,
                "Put five plain hyphens on either side.",
            ),
            Problem::EndLabel { found } => Explanation::new(
                format!(
                    "{place}: the block begins as {label} and ends as {found}. Expected -----END {label}-----."
                ),
                "Two blocks have run into each other, or a line was changed.",
                again,
            ),
            Problem::Empty => Explanation::new(
                format!("{place}: the {label} block is empty. Expected lines of base64."),
                lost,
                again,
            ),
            Problem::Character { found } => Explanation::new(
                format!(
                    "{place}: {found} does not occur in base64. Expected letters, digits, “+”, “/” and “=”."
                ),
                "The block was changed since it was made.",
                again,
            ),
            Problem::BehindPadding => Explanation::new(
                format!(
                    "{place}: there is something behind the “=” that ends the base64. Expected -----END {label}-----."
                ),
                "Two blocks have run into each other, or a line was doubled.",
                again,
            ),
            Problem::Length { characters } => Explanation::new(
                format!(
                    "{place}: the {label} block has {} characters of base64. Expected a multiple of four.",
                    grouped(*characters as u64)
                ),
                "Characters have been lost.",
                again,
            ),
            Problem::Truncated {
                expected: Some(expected),
                found,
            } => Explanation::new(
                format!(
                    "{place}: the data end too early. Expected {expected} bytes, found {found}."
                ),
                "A part has been lost, often a line from the middle or the end.",
                again,
            ),
            Problem::Truncated { expected: None, .. } => Explanation::new(
                format!("{place}: the data end too early, or their first bytes are damaged."),
                "A part has been lost or changed.",
                again,
            ),
            Problem::NotDer { first } => Explanation::new(
                format!(
                    "{place}: the {label} block does not hold what it says. Expected DER, which begins with the byte 0x30; found 0x{first:02X}."
                ),
                "The block was changed since it was made, or was never a certificate.",
                again,
            ),
            Problem::Pkcs7(error) => Explanation::new(
                format!("{place}: the PKCS#7 bundle cannot be read: {error}."),
                "Its certificates cannot be taken out.",
                "Export the certificates again as PEM (in Windows: Base-64 encoded X.509).",
            ),
            Problem::PrivateKey => Explanation::new(
                format!(
                    "{place}: the private key cannot be read. Expected PKCS#1, PKCS#8 or SEC1."
                ),
                "It cannot be matched with a certificate.",
                again,
            ),
            Problem::TooLarge { what, size } => {
                let (what, meaning, fix) = match what {
                    Large::Certificate => (
                        "certificate",
                        "It was not looked into. A server takes at most 102,400 bytes from a client, and a usual certificate has 1,000 to 2,000.",
                        "Find out what it is. If it is a certificate, have it issued again without what makes it so large.",
                    ),
                    Large::PrivateKey => (
                        "private key",
                        "It was not looked into. A usual private key has 100 to 5,000 bytes.",
                        "Find out what it is, and add the key itself.",
                    ),
                };
                Explanation::new(
                    format!(
                        "{place}: this {what} has {} bytes; at most {} are read.",
                        grouped(*size as u64),
                        grouped(MAX_CERTIFICATE_BYTES as u64)
                    ),
                    meaning,
                    fix,
                )
            }
        }
    }

    /// “Line 3, column 17 (byte 112)”.
    fn place(&self) -> String {
        let mut place = String::new();
        if let Some(line) = self.line {
            let _ = write!(place, "Line {line}");
            if let Some(column) = self.column {
                let _ = write!(place, ", column {column}");
            }
            let _ = write!(place, " (byte {})", self.offset);
        } else {
            let _ = write!(place, "Byte {}", self.offset);
        }
        place
    }
}

impl Obstacle {
    /// What to tell of it; `file` is the name of the file it is in.
    pub fn explain(&self, file: &str) -> Explanation {
        let input = shell(file);
        let output = shell(&format!("{}.pem", stem(file)));
        let meaning = "OpenSSL, and so a MongoDB server, loads nothing of this file as a CA file: not one of its certificates is trusted.";
        let anew = "Atlas gets the bundle written anew from here, without this fault. For a server of your own, use what “Save the bundle” on the page saves.";
        let message = match self {
            Self::NoCertificate => {
                return Explanation::new(
                    "There is no certificate in the file.",
                    meaning,
                    "Add the certificate of the authority.",
                );
            }
            Self::Binary => {
                return Explanation::new(
                    "The file is DER (binary), and a CA file must be PEM (text).",
                    meaning,
                    anew,
                )
                .with_command(format!("openssl x509 -inform DER -in {input} -out {output}"));
            }
            Self::Pkcs7 => {
                return Explanation::new(
                    "The certificates are in a PKCS#7 bundle (.p7b), and a CA file must hold them one by one.",
                    meaning,
                    anew,
                )
                .with_command(format!("openssl pkcs7 -in {input} -print_certs -out {output}"));
            }
            Self::Pkcs12 => {
                return Explanation::new(
                    "The certificates are in a PKCS#12 file (.p12, .pfx), and a CA file must be PEM (text).",
                    meaning,
                    anew,
                )
                .with_command(format!("openssl pkcs12 -in {input} -nokeys -out {output}"));
            }
            Self::LockedPkcs12 => {
                return Explanation::new(
                    "It is a PKCS#12 file (.p12, .pfx), and a CA file must be PEM (text).",
                    meaning,
                    "Give its password, so that its certificates can be read here, or turn it into PEM on your own computer.",
                )
                .with_command(format!("openssl pkcs12 -in {input} -nokeys -out {output}"));
            }
            Self::Utf16 => "The text is UTF-16, and a CA file must be ASCII or UTF-8.".to_owned(),
            Self::CarriageReturns => {
                "The lines end in a carriage return alone, so that to OpenSSL the file is one long line.".to_owned()
            }
            Self::Wrapped(wrapping) => {
                let how = wrapping.words().unwrap_or_default();
                format!("The certificates are not plain PEM lines; the first one is {how}.")
            }
            Self::NoBeginLine { line } => {
                let place = line.map_or(String::new(), |line| format!("Line {line}: "));
                format!("{place}the data of the certificate have no -----BEGIN CERTIFICATE----- before them.")
            }
            Self::NotOnOwnLine { line } => {
                let place = line.map_or(String::new(), |line| format!("Line {line}: "));
                format!("{place}-----BEGIN CERTIFICATE----- does not stand alone on a line, from its first column.")
            }
            Self::Block { label, line, reason, .. } => {
                format!("Line {line}: OpenSSL gives up at this {label} block: {}.", reason.because())
            }
        };
        Explanation::new(message, meaning, anew)
    }
}

impl LoadError {
    fn because(self) -> &'static str {
        match self {
            Self::NoEndLine => "its END line is missing",
            Self::EndLine => {
                "its END line has another label, or there is something else on that line"
            }
            Self::EmptyLine => {
                "there is an empty line in it, and what follows is not laid out as below headers"
            }
            Self::LongLine => "an empty line is followed by lines of more than 64 characters",
            Self::Empty => "it is empty",
            Self::Base64 => "its base64 is damaged",
            Self::Headers => "there is text or an empty line between the BEGIN line and the data",
            Self::Encrypted => "it is encrypted",
            Self::Content => "its content is not what the label says, or is cut off",
            Self::PrivateKey => "the private key is of a form that OpenSSL does not read here",
        }
    }
}
