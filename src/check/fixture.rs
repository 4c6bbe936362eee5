//! Stands in for the engine: views made by hand, chosen by the names of the files.

use pki::{
    Source, Timestamp,
    report::{
        CertificateEntry, Client, Finding, Judgement, Report, Role, SCHEMA, Severity, Sha256,
        VerifyError,
    },
    view::{
        AuthorityNode, ClientDetails, Details, ExtensionDetails, FileDetails, KeyDetails, Validity,
        ValidityState, View,
    },
};

use super::engine::Profile;

pub(super) fn work(files: &[(String, usize)]) -> u32 {
    if files.iter().any(|(name, _)| name.contains("slow")) {
        4_000_000
    } else {
        3
    }
}

#[cfg(test)]
pub(super) fn empty() -> View {
    view(
        &[],
        Profile {
            at: Timestamp::from_unix(0),
            level: 2,
        },
    )
}

struct Maker {
    at: Timestamp,
    view: View,
}

pub(super) fn view(files: &[(String, usize)], profile: Profile) -> View {
    let mut maker = Maker {
        at: profile.at,
        view: View {
            report: Report {
                schema: SCHEMA,
                at: profile.at,
                level: profile.level,
                clients: vec![],
                certificates: vec![],
                findings: vec![],
            },
            certificates: vec![],
            clients: vec![],
            authorities: vec![],
            keys: vec![],
            files: files
                .iter()
                .map(|(name, bytes)| FileDetails {
                    name: name.clone(),
                    bytes: *bytes,
                    certificates: vec![],
                })
                .collect(),
        },
    };
    let has = |what: &str| files.iter().any(|(name, _)| name.contains(what));
    if has("noise") {
        maker.finding(
            "input.not-a-certificate",
            Severity::Warning,
            vec![],
            "`noise.bin` holds no certificate.",
            "Nothing was taken from it.",
            "Drop files in PEM, DER or PKCS#7 form.",
            None,
        );
    }
    if has("many") {
        maker.many(300, profile.level);
    } else if has("mock") {
        maker.mock(profile.level);
    }
    if has("ca-only") {
        let root = maker.cert("Acme Root", None, "ca.pem", Role::Authority, 4120, 18);
        maker.view.authorities = vec![AuthorityNode {
            certificate: root,
            children: vec![],
            clients: vec![],
        }];
    }
    maker.view
}

impl Maker {
    fn sha(&self, index: usize) -> Sha256 {
        self.view.report.certificates[index].sha256
    }

    fn cert(
        &mut self,
        cn: &str,
        issuer: Option<&str>,
        file: &str,
        role: Role,
        days: i64,
        elapsed: u8,
    ) -> usize {
        let n = self.view.certificates.len();
        let mut sha = [0_u8; 32];
        for (i, b) in sha.iter_mut().enumerate() {
            *b = u8::try_from((n * 31 + i * 57 + 11) % 251).unwrap_or(0);
        }
        let sha = Sha256(sha);
        let issuer = issuer.unwrap_or(cn);
        let end = self.at.plus(days * Timestamp::DAY);
        let start = self.at.plus(-400 * Timestamp::DAY);
        let state = match days {
            i64::MIN..=-1 => ValidityState::Expired,
            0..30 => ValidityState::EndsSoon,
            _ => ValidityState::Valid,
        };
        self.view.report.certificates.push(CertificateEntry {
            sha256: sha,
            file: file.into(),
            line: Some(1),
            role,
            subject: format!("CN={cn},OU=Payments,O=Acme\\, Inc.,C=US"),
            issuer: format!("CN={issuer},O=Acme\\, Inc.,C=US"),
            serial: "4f1a22c09b7e6d5400112233445566778899aabb".into(),
            not_before: Some(start),
            not_after: Some(end),
            key: "EC P-256".into(),
            signature: "ecdsa-with-SHA256".into(),
        });
        let rows = |cn: &str| {
            vec![
                ("C".to_owned(), "US".to_owned()),
                ("O".into(), "Acme, Inc.".into()),
                ("OU".into(), "Payments".into()),
                ("CN".into(), cn.to_owned()),
            ]
        };
        self.view.certificates.push(Details {
            title: cn.into(),
            sources: vec![Source {
                file: file.into(),
                line: Some(1),
                offset: 0,
            }],
            version: "3".into(),
            serial: "4f1a22c09b7e6d5400112233445566778899aabb".into(),
            subject: rows(cn),
            issuer: rows(issuer),
            validity: Validity {
                not_before: Some(start),
                not_after: Some(end),
                days_left: Some(days),
                elapsed_percent: Some(elapsed),
                state,
            },
            key: "EC P-256".into(),
            signature: "ecdsa-with-SHA256".into(),
            sha256: sha.to_string(),
            sha1: sha.to_string()[..40].to_owned(),
            extensions: vec![
                ExtensionDetails {
                    name: "Key usage".into(),
                    oid: "2.5.29.15".into(),
                    critical: true,
                    lines: vec!["digitalSignature".into(), "keyAgreement".into()],
                },
                ExtensionDetails {
                    name: "Extended key usage".into(),
                    oid: "2.5.29.37".into(),
                    critical: false,
                    lines: vec!["clientAuth (TLS client)".into()],
                },
                ExtensionDetails {
                    name: "Authority key identifier".into(),
                    oid: "2.5.29.35".into(),
                    critical: false,
                    lines: vec![
                        "9f:12:aa:bb:cc:dd:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd".into(),
                    ],
                },
            ],
            pem: format!(
                "-----BEGIN CERTIFICATE-----\n{}-----END CERTIFICATE-----\n",
                "MIIBszCCAVmgAwIBAgIUTxoiwJt+bVQAESIzRFVmd4iZqrswCgYIKoZIzj0EAwIw\n".repeat(9)
            ),
            invalid: vec![],
        });
        n
    }

    fn finding(
        &mut self,
        id: &'static str,
        severity: Severity,
        about: Vec<usize>,
        message: &str,
        meaning: &str,
        fix: &str,
        command: Option<&str>,
    ) {
        let certificates = about.iter().map(|&i| self.sha(i)).collect();
        self.view.report.findings.push(Finding {
            id,
            severity,
            certificates,
            file: None,
            line: None,
            message: message.into(),
            meaning: meaning.into(),
            fix: fix.into(),
            citation: "RFC 5280, section 4.2.1.12",
            command: command.map(Into::into),
        });
        self.view.report.findings.sort_by_key(|f| f.severity);
    }

    fn client(
        &mut self,
        leaf: usize,
        accepted: Option<bool>,
        must_send: Vec<usize>,
        log: Option<(&'static str, u16)>,
        key: Option<usize>,
        other: Option<(u8, Option<bool>)>,
    ) -> usize {
        let errors: Vec<VerifyError> = log
            .iter()
            .map(|(name, code)| VerifyError {
                code: *code,
                depth: 0,
                name,
            })
            .collect();
        let judgement = Judgement { accepted, undetermined: accepted.is_none().then(|| "Its signature is made with Ed448, which cannot be verified here. OpenSSL may accept it.".into()), final_error: errors.last().cloned(), errors, chain: vec![self.sha(leaf)] };
        let entry = &self.view.report.certificates[leaf];
        let subject = entry.subject.clone();
        let file = entry.file.clone();
        let title = self.view.certificates[leaf].title.clone();
        self.view.report.clients.push(Client {
            file,
            leaf: Some(entry.sha256),
            subject_openssl: Some(subject.clone()),
            leaf_only: judgement.clone(),
            judgement,
            parse_error: None,
            username: Some(subject),
            username_error: None,
        });
        self.view.clients.push(ClientDetails {
            title,
            leaf: Some(leaf),
            must_send,
            other_level: other,
            mongod_log: log
                .map(|(name, _)| format!("SSL peer certificate validation failed: {name}")),
            key,
        });
        self.view.clients.len() - 1
    }

    fn mock(&mut self, level: u8) {
        let root = self.cert("Acme Root", None, "ca.pem", Role::Authority, 4120, 18);
        let issuing = self.cert(
            "Acme Issuing CA 2",
            Some("Acme Root"),
            "ca.pem",
            Role::Authority,
            24,
            96,
        );
        let a = self.cert(
            "billing-service",
            Some("Acme Issuing CA 2"),
            "billing.pem",
            Role::Client,
            95,
            76,
        );
        let b = self.cert(
            "reporting",
            Some("Acme Issuing CA 2"),
            "reporting.crt",
            Role::Client,
            300,
            20,
        );
        let c = self.cert(
            "archive",
            Some("Acme Issuing CA 2"),
            "archive-with-a-very-long-file-name-from-some-export.pem",
            Role::Client,
            300,
            20,
        );
        let d = self.cert(
            "legacy",
            Some("Acme Issuing CA 2"),
            "legacy.pem",
            Role::Client,
            -250,
            100,
        );
        self.view.keys.push(KeyDetails {
            source: Source {
                file: "billing.pem".into(),
                line: Some(31),
                offset: 900,
            },
            kind: "EC P-256".into(),
            encrypted: false,
            certificates: vec![a],
        });
        let a = self.client(a, Some(true), vec![issuing], None, Some(0), None);
        let b2 = self.client(
            b,
            Some(false),
            vec![issuing],
            Some(("unsuitable certificate purpose", 26)),
            None,
            None,
        );
        let c = self.client(c, None, vec![], None, None, Some((3 - level, Some(true))));
        let d2 = self.client(
            d,
            Some(false),
            vec![],
            Some(("certificate has expired", 10)),
            None,
            None,
        );
        self.finding("client.purpose", Severity::Error, vec![b], "It may be used for TLS servers only (extended key usage `serverAuth`).", "The server will not take it from a client.", "Issue it again from the same CA with `extendedKeyUsage=clientAuth`. The user name stays `CN=reporting,O=Acme\\, Inc.,C=US`.", Some("openssl x509 -in reporting.crt -noout -ext extendedKeyUsage"));
        self.finding("client.expired", Severity::Error, vec![d], "It expired on 12 March 2026, eight months ago.", "The server refuses it.", "Issue a new certificate from the same CA with the same subject; the user name stays as it is.", None);
        self.finding(
            "authority.expires-soon",
            Severity::Warning,
            vec![issuing],
            "`Acme Issuing CA 2` expires on 17 December.",
            "From then on, both clients are refused.",
            "Have a new issuing CA ready and add it beside this one first.",
            None,
        );
        self.finding(
            "name.differs-from-openssl",
            Severity::Warning,
            vec![2],
            "This is not the name that `openssl x509 -nameopt RFC2253` prints (`CN=a\\09b`).",
            "The server turns the tab into a space.",
            "Use the name above.",
            None,
        );
        self.finding(
            "input.private-key",
            Severity::Note,
            vec![2],
            "`billing.pem` holds a private key (line 31).",
            "It was left out and stays in this tab.",
            "Take it out of the file before you share it.",
            None,
        );
        self.view.authorities = vec![AuthorityNode {
            certificate: root,
            children: vec![AuthorityNode {
                certificate: issuing,
                children: vec![],
                clients: vec![a, b2, c, d2],
            }],
            clients: vec![],
        }];
    }

    fn many(&mut self, n: usize, _level: u8) {
        let root = self.cert("Acme Root", None, "ca.pem", Role::Authority, 4120, 18);
        let mut clients = vec![];
        for i in 0..n {
            let refused = i % 17 == 3;
            let leaf = self.cert(
                &format!("service-{i:03}"),
                Some("Acme Root"),
                &format!("service-{i:03}.pem"),
                Role::Client,
                if refused { -30 } else { 300 },
                20,
            );
            clients.push(self.client(
                leaf,
                Some(!refused),
                vec![],
                refused.then_some(("certificate has expired", 10)),
                None,
                None,
            ));
            if refused {
                self.finding(
                    "client.expired",
                    Severity::Error,
                    vec![leaf],
                    "It expired on 25 October 2026, 30 days ago.",
                    "The server refuses it.",
                    "Issue a new certificate from the same CA with the same subject.",
                    None,
                );
            }
        }
        self.view.authorities = vec![AuthorityNode {
            certificate: root,
            children: vec![],
            clients,
        }];
    }
}
