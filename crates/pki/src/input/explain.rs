//! The sentences for what was found in a file and is of no use: what is so, what it means, what to
//! do. Those for what is broken are in [`fault`](super::fault).

use super::{FileKind, Unusable, Wrapping, request};
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
    pub(super) fn new(
        message: impl Into<String>,
        meaning: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            message: message.into(),
            meaning: meaning.into(),
            fix: fix.into(),
            command: None,
        }
    }

    pub(super) fn with_command(self, command: String) -> Self {
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
        let output = |extension: &str| {
            let name = format!("{}.{extension}", stem(file));
            // A command must not write over what it reads.
            shell(&if name == file {
                format!("{}-new.{extension}", stem(file))
            } else {
                name
            })
        };
        match self {
            Self::Empty => Explanation::new(
                "The file is empty.",
                NO_CERTIFICATE,
                "Save the certificate again and add that file.",
            ),
            Self::CertificateRequest(subject) => request::explain(subject.as_deref()),
            Self::RevocationList => Explanation::new(
                "This is a certificate revocation list (CRL).",
                "It says which certificates an authority has withdrawn, and holds none. Atlas's API takes no revocation list.",
                "Leave it out. To lock somebody out, delete the database user.",
            ),
            Self::Pkcs12(_) => Explanation::new(
                "This is a PKCS#12 file (.p12, .pfx).",
                "Its certificates and key are under a password.",
                "Give its password, or turn it into PEM on your own computer and add that. If OpenSSL says “unsupported”, add -legacy to the command.",
            )
            .with_command(format!("openssl pkcs12 -in {input} -out {} -nodes", output("pem"))),
            Self::Pkcs12WithoutCertificates => Explanation::new(
                "This is a PKCS#12 file (.p12, .pfx) without certificates.",
                NO_CERTIFICATE,
                "Export it again, with the certificate and its key.",
            ),
            Self::JavaKeyStore => key_store("JKS", "", &input, &output("pem")),
            Self::JavaCryptoKeyStore => {
                key_store("JCEKS", " -storetype JCEKS", &input, &output("pem"))
            }
            Self::BouncyCastleKeyStore => key_store(
                "Bouncy Castle, BKS",
                " -storetype BKS -providerclass org.bouncycastle.jce.provider.BouncyCastleProvider -providerpath bcprov.jar",
                &input,
                &output("pem"),
            ),
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
            Self::Label(label) if is_written_small(label) => Explanation::new(
                format!("This is a PEM block labelled “{label}”, which is not all in capitals."),
                "OpenSSL and drivers look for capitals, and pass over it.",
                "Write its BEGIN and END lines in capitals, as in -----BEGIN CERTIFICATE-----.",
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
            Self::OtherFile(kind) => kind.explain(file),
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

/// Whether a label is that of a certificate or key, but for its capitals.
fn is_written_small(label: &str) -> bool {
    let capitals = label.to_ascii_uppercase();
    capitals != label && (capitals.ends_with("CERTIFICATE") || capitals.ends_with("PRIVATE KEY"))
}

/// Java's own stores. Their certificates come out in one step, keys by way of PKCS#12 alone.
fn key_store(kind: &str, flags: &str, input: &str, output: &str) -> Explanation {
    Explanation::new(
        format!("This is a Java key store ({kind})."),
        "Only Java reads this form.",
        "Take the certificates out on your own computer and add the PEM file. If you need its private key too, turn it into PKCS#12 with keytool -importkeystore -deststoretype PKCS12, and that into PEM with openssl pkcs12.",
    )
    .with_command(format!("keytool -list -rfc{flags} -keystore {input} > {output}"))
}

impl FileKind {
    fn explain(self, file: &str) -> Explanation {
        let input = shell(file);
        let archive = |what: &str, command: String| {
            Explanation::new(
                format!("This is a {what}."),
                "Archives are not unpacked here.",
                "Unpack it and add the certificate files.",
            )
            .with_command(command)
        };
        match self {
            Self::Archive { what, unpack } => archive(what, format!("{unpack} {input}")),
            Self::Gzip if extension(file) == "tgz" || extension(stem(file)) == "tar" => {
                archive("gzip archive", format!("tar -xzf {input}"))
            }
            Self::Gzip => archive(
                "gzip archive",
                format!("gzip -dc {input} > {}", shell(stem(file))),
            ),
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

impl Wrapping {
    /// How the text was wrapped, as the end of “it is …”; `None` for plain PEM lines and DER.
    pub(crate) fn words(self) -> Option<String> {
        let times = |count: u8| match count {
            1 => String::new(),
            2 => " twice over".to_owned(),
            count => format!(" {count} times over"),
        };
        let parts: Vec<String> = [
            (self.percent, "percent-encoded", "header of HTTP"),
            (self.base64, "in base64", "Kubernetes Secret"),
            (self.escaped, "escaped", "JSON or environment file"),
        ]
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, how, where_from)| format!("{how}{}, as in a {where_from}", times(count)))
        .collect();
        (!parts.is_empty()).then(|| parts.join(", and "))
    }
}

/// The last extension of a file's name.
fn extension(file: &str) -> &str {
    file.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// A file's name without its last extension.
pub(super) fn stem(file: &str) -> &str {
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::input::Sealed;

    #[test]
    fn commands_name_the_file_and_write_another() {
        for (unusable, file, command) in [
            (
                Unusable::Pkcs12(Sealed::new(Zeroizing::default())),
                "my key.p12",
                "openssl pkcs12 -in 'my key.p12' -out 'my key.pem' -nodes",
            ),
            (
                Unusable::Pkcs12(Sealed::new(Zeroizing::default())),
                "store.pem",
                "openssl pkcs12 -in store.pem -out store-new.pem -nodes",
            ),
            (
                Unusable::JavaKeyStore,
                "client.jks",
                "keytool -list -rfc -keystore client.jks > client.pem",
            ),
            (
                Unusable::JavaCryptoKeyStore,
                "-a.jceks",
                "keytool -list -rfc -storetype JCEKS -keystore ./-a.jceks > ./-a.pem",
            ),
            (
                Unusable::OtherFile(FileKind::Gzip),
                "ca.pem.gz",
                "gzip -dc ca.pem.gz > ca.pem",
            ),
            (
                Unusable::OtherFile(FileKind::Gzip),
                "certs.tgz",
                "tar -xzf certs.tgz",
            ),
        ] {
            let explanation = unusable.explain(file);
            assert_eq!(explanation.command.as_deref(), Some(command));
        }
    }
}
