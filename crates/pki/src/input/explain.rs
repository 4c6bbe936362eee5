//! The sentences for what was found in a file: what is so, what it means, what to do.

use std::fmt::Write;

use super::{FileKind, LoadError, Malformed, Obstacle, Problem, Unusable};
use crate::words::shell;

/// What to tell a person, in the parts of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What is so.
    pub message: String,
    /// What that means.
    pub meaning: String,
    /// What to do.
    pub fix: String,
    /// The command that does it, ready to paste into a shell.
    pub command: Option<String>,
}

impl Explanation {
    fn new(message: impl Into<String>, meaning: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            meaning: meaning.into(),
            fix: fix.into(),
            command: None,
        }
    }

    fn with_command(self, command: String) -> Self {
        Self {
            command: Some(command),
            ..self
        }
    }
}

const NO_CERTIFICATE: &str = "There is no certificate in it.";

impl Unusable {
    /// What to tell of it; `file` is the name of the file it is in.
    pub fn explain(&self, file: &str) -> Explanation {
        let input = shell(file);
        let output = |extension: &str| shell(&format!("{}.{extension}", stem(file)));
        match self {
            Self::Empty => Explanation::new(
                "The file is empty.",
                NO_CERTIFICATE,
                "Save the certificate again and add that file.",
            ),
            Self::CertificateRequest => Explanation::new(
                "This is a certificate request (CSR).",
                "A request asks an authority for a certificate; nobody can log in with it.",
                "Send it to your certificate authority and add the certificate that comes back.",
            ),
            Self::RevocationList => Explanation::new(
                "This is a certificate revocation list (CRL).",
                "It says which certificates an authority has withdrawn, and holds none.",
                "Leave it out. Atlas does not look at revocation lists; to lock someone out, remove the database user.",
            ),
            Self::Pkcs12 => Explanation::new(
                "This is a PKCS#12 file (.p12, .pfx).",
                "Its certificates and key are under a password, which is not asked for here.",
                "Turn it into PEM on your own computer and add that. If OpenSSL says “unsupported”, add -legacy to the command.",
            )
            .with_command(format!("openssl pkcs12 -in {input} -out {} -nodes", output("pem"))),
            Self::JavaKeyStore | Self::JavaCryptoKeyStore => {
                let kind = if *self == Self::JavaKeyStore { "JKS" } else { "JCEKS" };
                let p12 = output("p12");
                Explanation::new(
                    format!("This is a Java key store ({kind})."),
                    "Only Java reads this form.",
                    "Turn it into PKCS#12 and that into PEM on your own computer, and add the PEM file.",
                )
                .with_command(format!(
                    "keytool -importkeystore -srckeystore {input} -srcstoretype {kind} -destkeystore {p12} -deststoretype PKCS12 && openssl pkcs12 -in {p12} -out {} -nodes",
                    output("pem"),
                ))
            }
            Self::OpenSshPrivateKey => Explanation::new(
                "This is an OpenSSH private key.",
                "SSH keys log in to computers. A database user needs an X.509 certificate, and MongoDB's drivers do not read this form of key.",
                "Add the certificate and its key in PEM. To use this very key, copy the file and turn the copy into PEM; the command replaces the file it is given.",
            )
            .with_command(format!("ssh-keygen -p -m PEM -f {input}")),
            Self::OpenSshPublicKey => Explanation::new(
                "This is an SSH public key.",
                "SSH keys log in to computers. A database user needs an X.509 certificate.",
                "Add the certificate that your certificate authority issued.",
            ),
            Self::PuttyKey => Explanation::new(
                "This is a PuTTY key.",
                "SSH keys log in to computers. A database user needs an X.509 certificate.",
                "Add the certificate that your certificate authority issued.",
            ),
            Self::Pgp => Explanation::new(
                "This is an OpenPGP key, signature or message.",
                "OpenPGP has certificates of its own, which MongoDB does not know.",
                "Add the X.509 certificate. If it is inside an encrypted message, decrypt that first.",
            ),
            Self::PublicKey => Explanation::new(
                "This is a public key without a certificate.",
                "It does not say whose key it is, and no authority vouches for it.",
                "Add the certificate for this key.",
            ),
            Self::Parameters => Explanation::new(
                "These are parameters for a key (DH, DSA or EC).",
                "They are public numbers from which keys are made, and no certificate.",
                "They do no harm and may be left out.",
            ),
            Self::Pkcs7WithoutCertificates => Explanation::new(
                "This is a PKCS#7 or CMS file without certificates.",
                "It is a signature or an encrypted message.",
                "Export the certificates again as PEM (in Windows: Base-64 encoded X.509).",
            ),
            Self::Label(label) => Explanation::new(
                format!("This is a PEM block of another kind: “{label}”."),
                NO_CERTIFICATE,
                "Add files whose blocks begin with -----BEGIN CERTIFICATE-----.",
            ),
            Self::OtherAsn1 => Explanation::new(
                "This is binary data (ASN.1) of a kind that is not known here.",
                NO_CERTIFICATE,
                "Find out what it is, and add the certificate.",
            )
            .with_command(format!("openssl asn1parse -inform DER -in {input}")),
            Self::OtherFile(kind) => kind.explain(&input),
            Self::Text => Explanation::new(
                "This is text without a certificate.",
                "A certificate begins with the line -----BEGIN CERTIFICATE-----.",
                "Add the file that has this line, and the whole of it.",
            ),
            Self::Noise => Explanation::new(
                "This is a binary file of a kind that is not known here.",
                NO_CERTIFICATE,
                "Add the certificate as PEM (text) or DER.",
            ),
        }
    }
}

impl FileKind {
    fn explain(self, input: &str) -> Explanation {
        match self {
            Self::Zip => Explanation::new(
                "This is a ZIP archive or an office document.",
                "Archives are not unpacked here.",
                "Unpack it and add the certificate files.",
            )
            .with_command(format!("unzip {input}")),
            Self::Gzip => Explanation::new(
                "This is a gzip archive.",
                "Archives are not unpacked here.",
                "Unpack it and add the certificate files.",
            )
            .with_command(format!("tar -xzf {input}")),
            Self::Pdf => Explanation::new(
                "This is a PDF document.",
                NO_CERTIFICATE,
                "Add the certificate file itself.",
            ),
            Self::Html => Explanation::new(
                "This is a web page.",
                "Often it is what a download gives when one must log in first.",
                "Open the download's address in a browser, log in, and save the file itself.",
            ),
            Self::SerializedStore => Explanation::new(
                "This is a Windows certificate store (.sst).",
                "Only Windows reads this form.",
                "Open it in Windows and export each certificate as “Base-64 encoded X.509”.",
            ),
            Self::Sqlite => Explanation::new(
                "This is an SQLite database, perhaps one of Firefox's (cert9.db).",
                "Certificates are not read out of databases here.",
                "Export the certificate from the program that keeps it, as PEM.",
            ),
        }
    }
}

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
                    "{place}: the {label} block has {characters} characters of base64. Expected a multiple of four."
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
        let anew = "What this program sends to Atlas is written anew and does not have this fault. For other servers, save the bundle from here and use that.";
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
            Self::Utf16 => "The text is UTF-16, and a CA file must be ASCII or UTF-8.".to_owned(),
            Self::CarriageReturns => {
                "The lines end in a carriage return alone, so that to OpenSSL the file is one long line.".to_owned()
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

/// A file's name without its last extension.
fn stem(file: &str) -> &str {
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_name_the_file_and_write_another() {
        for (unusable, file, command) in [
            (
                Unusable::Pkcs12,
                "my key.p12",
                "openssl pkcs12 -in 'my key.p12' -out 'my key.pem' -nodes",
            ),
            (
                Unusable::JavaKeyStore,
                "client.jks",
                "keytool -importkeystore -srckeystore client.jks -srcstoretype JKS -destkeystore client.p12 -deststoretype PKCS12 && openssl pkcs12 -in client.p12 -out client.pem -nodes",
            ),
        ] {
            let explanation = unusable.explain(file);
            assert_eq!(explanation.command.as_deref(), Some(command));
        }
    }
}
