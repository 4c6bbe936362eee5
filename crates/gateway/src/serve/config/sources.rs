//! Where a setting can be given, and which place is the strongest.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{Flags, SettingError};
use crate::private::{self, Danger};

/// One setting's names in the three places.
#[derive(Clone, Copy)]
pub(super) struct Key {
    pub(super) flag: &'static str,
    pub(super) env: &'static str,
    pub(super) file: &'static str,
}

/// Where a value was given.
#[derive(Clone, Debug)]
pub enum Place {
    /// On the command line or in the environment, under this name.
    Name(&'static str),
    File {
        key: &'static str,
        file: PathBuf,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::File { key, file } => write!(f, "{key} in {}", file.display()),
        }
    }
}

/// A value as it was written, and where.
pub(super) struct Given {
    pub(super) value: String,
    pub(super) place: Place,
}

/// The file's keys: the environment's names in kebab case, without the program's prefix.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct File {
    pub(super) listen: Option<String>,
    pub(super) upstream: Option<String>,
    pub(super) upstream_ca: Option<String>,
    pub(super) sandbox_at: Option<String>,
    #[serde(default, deserialize_with = "boolean_as_text")]
    pub(super) read_only: Option<String>,
    pub(super) allow_host: Option<OneOrMany>,
    pub(super) origin: Option<String>,
    pub(super) atlas_client_id: Option<String>,
    pub(super) atlas_client_secret: Option<String>,
    pub(super) atlas_public_key: Option<String>,
    pub(super) atlas_private_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// Everything that was said.
pub(super) struct Sources<'a> {
    pub(super) flags: &'a Flags,
    env: &'a dyn Fn(&str) -> Option<String>,
    path: PathBuf,
    file: File,
    /// Why others may have written the file.
    danger: Option<Danger>,
}

impl<'a> Sources<'a> {
    pub(super) fn open(
        flags: &'a Flags,
        env: &'a dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, SettingError> {
        let (path, (file, danger)) = match &flags.config {
            None => (PathBuf::new(), (File::default(), None)),
            Some(path) => (path.clone(), read(path)?),
        };
        Ok(Self {
            flags,
            env,
            path,
            file,
            danger,
        })
    }

    /// What a credential must not be used with: a file of settings that others may have written.
    pub(super) fn check_file(&self) -> Result<(), SettingError> {
        match &self.danger {
            None => Ok(()),
            Some(danger) => Err(SettingError::WrittenByOthers {
                place: Place::Name("--config"),
                danger: danger.clone(),
            }),
        }
    }

    /// A setting with one value.
    pub(super) fn text(
        &self,
        key: Key,
        flag: Option<&String>,
        file: impl Fn(&File) -> Option<&String>,
    ) -> Option<Given> {
        flag.map(|value| Given {
            value: value.clone(),
            place: Place::Name(key.flag),
        })
        .or_else(|| self.variable(key.env))
        .or_else(|| self.key_of_file(key.file, file(&self.file)))
    }

    /// A setting with any number of values: a repeated flag, a comma-separated variable, an array.
    pub(super) fn list(
        &self,
        key: Key,
        flag: &[String],
        file: impl Fn(&File) -> Option<&OneOrMany>,
    ) -> Vec<Given> {
        let given = |values: Vec<&str>, place: Place| {
            let given = values.into_iter().map(str::trim).map(|value| Given {
                value: value.to_owned(),
                place: place.clone(),
            });
            given.collect()
        };
        if !flag.is_empty() {
            return given(
                flag.iter().map(String::as_str).collect(),
                Place::Name(key.flag),
            );
        }
        if let Some(variable) = self.variable(key.env) {
            return given(variable.value.split(',').collect(), variable.place);
        }
        let place = Place::File {
            key: key.file,
            file: self.path.clone(),
        };
        match file(&self.file) {
            None => Vec::new(),
            Some(OneOrMany::One(value)) => given(vec![value.as_str()], place),
            Some(OneOrMany::Many(values)) => {
                given(values.iter().map(String::as_str).collect(), place)
            }
        }
    }

    /// One half of a credential. There is no flag for it: other users of a computer can read the
    /// arguments of every process.
    pub(super) fn credential(
        &self,
        env: &'static str,
        key: &'static str,
        file: impl Fn(&File) -> Option<&String>,
    ) -> Option<Given> {
        self.variable(env)
            .or_else(|| self.key_of_file(key, file(&self.file)))
    }

    pub(super) fn variable(&self, name: &'static str) -> Option<Given> {
        (self.env)(name)
            .filter(|value| !value.is_empty())
            .map(|value| Given {
                value,
                place: Place::Name(name),
            })
    }

    fn key_of_file(&self, key: &'static str, value: Option<&String>) -> Option<Given> {
        value.map(|value| Given {
            value: value.clone(),
            place: Place::File {
                key,
                file: self.path.clone(),
            },
        })
    }
}

/// The file's keys, and why others may have written it.
fn read(path: &Path) -> Result<(File, Option<Danger>), SettingError> {
    let unreadable = |cause| SettingError::FileUnreadable {
        file: path.to_owned(),
        cause,
    };
    let opened = private::read(path).map_err(unreadable)?;
    let text = String::from_utf8(opened.bytes).map_err(|_| {
        unreadable(io::Error::new(
            io::ErrorKind::InvalidData,
            "it is not UTF-8",
        ))
    })?;
    let file: File = toml::from_str(&text).map_err(|error| SettingError::FileMalformed {
        file: path.to_owned(),
        line: 1 + error.span().map_or(0, |span| {
            text.bytes()
                .take(span.start)
                .filter(|byte| *byte == b'\n')
                .count()
        }),
        cause: without_value(error.message()),
    })?;
    let secret = [
        ("atlas-client-secret", file.atlas_client_secret.is_some()),
        ("atlas-private-key", file.atlas_private_key.is_some()),
    ];
    match secret.into_iter().find(|(_, present)| *present) {
        Some((key, _)) if opened.is_shared => Err(SettingError::SecretReadableByOthers {
            file: path.to_owned(),
            key,
        }),
        _ => Ok((file, opened.danger)),
    }
}

/// What the TOML library says, on one line. Its full text quotes the line of the file, and a message
/// about a value of the wrong type quotes the value: either may be a secret.
fn without_value(message: &str) -> String {
    let message = message.trim().replace('\n', " ");
    match message.split_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid type") => {
            format!("this must be {expected}")
        }
        _ => message,
    }
}

/// `true` and `"true"` alike, so that all three places are judged by the same rule.
fn boolean_as_text<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Value {
        Boolean(bool),
        Text(String),
    }
    Ok(Some(match Value::deserialize(value)? {
        Value::Boolean(value) => value.to_string(),
        Value::Text(value) => value,
    }))
}
