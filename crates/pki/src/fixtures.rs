//! Certificates and keys for tests, made by the `openssl` program when the tests run.
//!
//! The program is a requirement of the tests: without it they fail and say so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    fs,
    process::{Command, Output},
    sync::LazyLock,
};

use tempfile::TempDir;

/// A root, an intermediate it issued, a client certificate of each, and keys of every kind.
pub(crate) struct Fixtures {
    dir: TempDir,
}

pub(crate) static FIXTURES: LazyLock<Fixtures> = LazyLock::new(Fixtures::make);

const CONFIG: &str = "
[req]
distinguished_name = dn
[dn]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = keyCertSign, cRLSign
subjectKeyIdentifier = hash
[client]
extendedKeyUsage = clientAuth
[ca]
default_ca = revoking
[revoking]
database = index.txt
default_md = sha256
default_crl_days = 30
";

impl Fixtures {
    fn make() -> Self {
        let dir = tempfile::tempdir().expect("a folder for temporary files");
        let made = Self { dir };
        made.write("openssl.cnf", CONFIG.as_bytes());
        made.write("index.txt", b"");
        for (name, algorithm, option) in [
            ("rsa", "RSA", "rsa_keygen_bits:2048"),
            ("rsa-other", "RSA", "rsa_keygen_bits:2048"),
            ("rsa-pss", "RSA-PSS", "rsa_keygen_bits:2048"),
            ("p256", "EC", "ec_paramgen_curve:P-256"),
            ("p256-other", "EC", "ec_paramgen_curve:P-256"),
            ("p384", "EC", "ec_paramgen_curve:P-384"),
            ("p521", "EC", "ec_paramgen_curve:P-521"),
            ("secp256k1", "EC", "ec_paramgen_curve:secp256k1"),
            ("ed25519", "ED25519", ""),
            ("ed25519-other", "ED25519", ""),
            ("ed448", "ED448", ""),
        ] {
            let option = match option {
                "" => String::new(),
                option => format!("-pkeyopt {option}"),
            };
            made.openssl(&format!(
                "genpkey -algorithm {algorithm} -out {name}.key {option}"
            ));
            made.openssl(&format!(
                "pkey -in {name}.key -pubout -outform DER -out {name}.spki"
            ));
        }
        let issue = |name: &str, key: &str, issuer: &str, extensions: &str| {
            let signer = match issuer {
                "" => String::new(),
                issuer => format!("-CA {issuer}.pem -CAkey {issuer}.key"),
            };
            made.openssl(&format!(
                "req -x509 -new -config openssl.cnf -extensions {extensions} -subj /CN={name} -days 30 -key {key}.key {signer} -out {name}.pem"
            ));
            made.openssl(&format!("x509 -in {name}.pem -outform DER -out {name}.der"));
            if name != key {
                made.write(&format!("{name}.key"), &made.file(&format!("{key}.key")));
            }
        };
        issue("root", "p256", "", "authority");
        issue("intermediate", "p384", "root", "authority");
        issue("client", "rsa", "root", "client");
        issue("deep", "rsa", "intermediate", "client");
        made
    }

    /// Runs `openssl` in the folder; arguments hold no spaces.
    pub(crate) fn run(&self, command: &str) -> Output {
        Command::new("openssl")
            .args(command.split_whitespace())
            .current_dir(self.dir.path())
            .output()
            .expect("the tests need the openssl program on the path")
    }

    /// Runs `openssl`, which must succeed, and returns what it prints.
    pub(crate) fn openssl(&self, command: &str) -> Vec<u8> {
        let output = self.run(command);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {command}: {complaint}");
        output.stdout
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.dir.path().join(name), bytes).unwrap();
    }

    pub(crate) fn file(&self, name: &str) -> Vec<u8> {
        fs::read(self.dir.path().join(name)).unwrap()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.file(name)).unwrap()
    }
}
