//! Reads suites of certificate chains in x509-limbo's own JSON format, and files that say what
//! OpenSSL answered for each chain.
//!
//! It is for tests and chores only. [`conformance`] holds the engine against such answers. The
//! formats: the suite is described by `limbo-schema.json` of x509-limbo, of which the names, CRLs
//! and depths are ignored here; the verdict file holds, per case and setting, `ok` and `all`, the
//! ordered `[code, depth]` pairs.

pub mod conformance;

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flate2::read::GzDecoder;
use pki::Timestamp;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _};

/// A chain to judge, every certificate as DER.
#[derive(Clone, Debug)]
pub struct Case {
    pub id: String,
    pub leaf: Vec<u8>,
    /// What the peer sends along.
    pub sent: Vec<Vec<u8>>,
    /// What the other side trusts.
    pub trusted: Vec<Vec<u8>>,
    /// When to judge; `None` where the suite says "now".
    pub at: Option<Timestamp>,
    /// Whether the chain is a server's, as the suite means it.
    pub is_server: bool,
}

/// What OpenSSL said of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It could not parse the chain.
    ParseError,
    /// It gave a verdict, with these errors as (code, depth) on the way.
    Verdict { ok: bool, errors: Vec<(u16, u32)> },
}

/// What OpenSSL said of every case under several settings.
#[derive(Clone, Debug)]
pub struct Verdicts {
    /// When cases without a moment of their own were judged.
    pub null_time_means: Timestamp,
    verdicts: BTreeMap<String, BTreeMap<String, Recorded>>,
}

impl Verdicts {
    /// What is recorded for a case under a setting.
    pub fn of(&self, case: &str, config: &str) -> Option<&Recorded> {
        self.verdicts.get(case)?.get(config)
    }
}

/// A setting that the engine can be held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Whether a server's chain is judged for servers; otherwise every chain is for clients.
    pub by_kind: bool,
    /// The security level, 1 or 2.
    pub level: u8,
}

impl Config {
    /// Reads the name of a setting: `client_l1`, `client_l2`, `kind_l1` or `kind_l2`. The others
    /// that verdict files have also compare names, CRLs and strict rules, which no engine of
    /// ours looks at.
    pub fn named(name: &str) -> Option<Self> {
        let (rule, level) = name.split_once("_l")?;
        let by_kind = match rule {
            "client" => false,
            "kind" => true,
            _ => return None,
        };
        let level = match level {
            "1" => 1,
            "2" => 2,
            _ => return None,
        };
        Some(Self { by_kind, level })
    }
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read {}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{} is not what it should be: {source}", path.display())]
    Format {
        path: PathBuf,
        source: serde_json::Error,
    },
}

/// Reads a suite, plain or compressed with gzip.
pub fn read_suite(path: &Path) -> Result<Vec<Case>, Error> {
    let suite: SuiteFile = read(path)?;
    Ok(suite.testcases.into_iter().map(Case::from).collect())
}

/// Reads a verdict file, plain or compressed with gzip.
pub fn read_verdicts(path: &Path) -> Result<Verdicts, Error> {
    let file: VerdictFile = read(path)?;
    Ok(Verdicts {
        null_time_means: file.null_time_means,
        verdicts: file.verdicts,
    })
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let unreadable = |source| Error::File {
        path: path.to_owned(),
        source,
    };
    let bytes = std::fs::read(path).map_err(unreadable)?;
    // By content, not by name: the first two octets of every gzip file (RFC 1952, section 2.3.1).
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        GzDecoder::new(&bytes[..])
            .read_to_end(&mut plain)
            .map_err(unreadable)?;
        plain
    } else {
        bytes
    };
    serde_json::from_slice(&bytes).map_err(|source| Error::Format {
        path: path.to_owned(),
        source,
    })
}

#[derive(Deserialize)]
struct SuiteFile {
    testcases: Vec<CaseFile>,
}

#[derive(Deserialize)]
struct CaseFile {
    id: String,
    validation_kind: String,
    trusted_certs: Vec<Pem>,
    #[serde(default)]
    untrusted_intermediates: Vec<Pem>,
    peer_certificate: Pem,
    #[serde(default, deserialize_with = "optional_moment")]
    validation_time: Option<Timestamp>,
}

impl From<CaseFile> for Case {
    fn from(file: CaseFile) -> Self {
        let all = |list: Vec<Pem>| list.into_iter().map(|Pem(der)| der).collect();
        Self {
            id: file.id,
            leaf: file.peer_certificate.0,
            sent: all(file.untrusted_intermediates),
            trusted: all(file.trusted_certs),
            at: file.validation_time,
            is_server: file.validation_kind == "SERVER",
        }
    }
}

/// The DER inside one PEM block.
struct Pem(Vec<u8>);

impl<'de> Deserialize<'de> for Pem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let base64: String = text
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .flat_map(str::split_whitespace)
            .collect();
        let der = BASE64_STANDARD.decode(base64).map_err(D::Error::custom)?;
        Ok(Self(der))
    }
}

#[derive(Deserialize)]
struct VerdictFile {
    #[serde(deserialize_with = "moment")]
    null_time_means: Timestamp,
    verdicts: BTreeMap<String, BTreeMap<String, Recorded>>,
}

impl<'de> Deserialize<'de> for Recorded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Fields {
            ok: Option<bool>,
            #[serde(default)]
            all: Vec<(u16, u32)>,
            #[serde(default)]
            parse_error: serde_json::Value,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Word(String),
            Fields(Fields),
        }
        match Form::deserialize(deserializer)? {
            Form::Word(word) if word == "parse_error" => Ok(Self::ParseError),
            Form::Word(word) => Err(D::Error::custom(format!("no verdict is called {word}"))),
            Form::Fields(fields) => match (fields.ok, fields.parse_error) {
                (_, error) if !error.is_null() && error != false => Ok(Self::ParseError),
                (Some(ok), _) => Ok(Self::Verdict {
                    ok,
                    errors: fields.all,
                }),
                (None, _) => Err(D::Error::missing_field("ok")),
            },
        }
    }
}

fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    Timestamp::parse_rfc3339(&text).map_err(D::Error::custom)
}

fn optional_moment<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    Option::<String>::deserialize(deserializer)?
        .map(|text| Timestamp::parse_rfc3339(&text).map_err(D::Error::custom))
        .transpose()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_core_suite_has_a_verdict_for_every_case() {
        let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("suites");
        let cases = read_suite(&suites.join("limbo-core.json.gz")).unwrap();
        let verdicts = read_verdicts(&suites.join("limbo-core-openssl-3.0.19.json.gz")).unwrap();
        assert_eq!(cases.len(), 208);
        for case in &cases {
            assert!(case.leaf.starts_with(&[0x30]), "{}", case.id);
            for config in ["client_l1", "client_l2", "kind_l1"] {
                assert!(verdicts.of(&case.id, config).is_some(), "{}", case.id);
            }
        }
    }

    #[test]
    fn only_settings_without_names_and_strict_rules_can_be_compared() {
        for (name, config) in [
            ("client_l1", Some((false, 1))),
            ("client_l2", Some((false, 2))),
            ("kind_l1", Some((true, 1))),
            ("kind_names_l2", None),
            ("limbo_harness", None),
            ("client_l9", None),
        ] {
            let found = Config::named(name).map(|config| (config.by_kind, config.level));
            assert_eq!(found, config, "{name}");
        }
    }

    #[test]
    fn a_parse_error_is_a_verdict_in_any_of_its_spellings() {
        for text in [
            r#""parse_error""#,
            r#"{"parse_error":true}"#,
            r#"{"ok":false,"parse_error":"leaf"}"#,
        ] {
            let recorded: Recorded = serde_json::from_str(text).unwrap();
            assert_eq!(recorded, Recorded::ParseError, "{text}");
        }
    }
}
