//! Errors, with mongod's codes, names and words (`src/mongo/base/error_codes.yml`).

use bson::{Document, RawBsonRef, doc};

use super::Asked;

/// The longest piece of a client's own text that it is shown again, in characters.
const LONGEST: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("Could not find user \"{name}\" for db \"$external\"")]
    UserNotFound { name: String },
    #[error("Unauthorized: {why}")]
    Unauthorized { why: String },
    #[error("Command {name} requires authentication")]
    NotLoggedIn { name: String },
    #[error("X.509 authentication must always use the $external database.")]
    NotExternal,
    #[error("Authentication failed.")]
    AuthenticationFailed,
    #[error("BSON contents are invalid")]
    InvalidBson,
    #[error("ns does not exist: {name}")]
    NoSuchCollection { name: String },
    #[error("OP_MSG requests require a $db argument")]
    NoDatabase,
    #[error("cursor id {id} not found")]
    NoSuchCursor { id: i64 },
    #[error("no such command: '{name}'")]
    CommandNotFound { name: String },
    #[error(
        "Unsupported OP_QUERY command: {name}. The client driver may require an upgrade. For more details see https://dochub.mongodb.org/core/legacy-opcode-removal"
    )]
    OldQuery { name: String },
    #[error("Field '{name}' is missing or of another type")]
    FailedToParse { name: &'static str },
}

impl Refusal {
    pub(super) fn unknown(name: &str) -> Self {
        Self::CommandNotFound { name: short(name) }
    }

    /// mongod shows the whole command; its beginning is enough.
    pub(super) fn unauthorized(asked: &Asked<'_>) -> Self {
        let value = match asked.body.get(asked.name) {
            Ok(Some(RawBsonRef::String(text))) => format!("\"{}\"", short(text)),
            Ok(Some(RawBsonRef::Int32(number))) => number.to_string(),
            Ok(Some(RawBsonRef::Double(number))) => number.to_string(),
            _ => "…".to_owned(),
        };
        let (name, db) = (asked.name, short(asked.db));
        Self::Unauthorized {
            why: format!(
                "not authorized on {db} to execute command {{ {name}: {value}, $db: \"{db}\" }}"
            ),
        }
    }

    fn code(&self) -> (i32, &'static str) {
        match self {
            Self::FailedToParse { .. } => (9, "FailedToParse"),
            Self::UserNotFound { .. } => (11, "UserNotFound"),
            Self::Unauthorized { .. } | Self::NotLoggedIn { .. } => (13, "Unauthorized"),
            Self::NotExternal => (17, "ProtocolError"),
            Self::AuthenticationFailed => (18, "AuthenticationFailed"),
            Self::InvalidBson => (22, "InvalidBSON"),
            Self::NoSuchCollection { .. } => (26, "NamespaceNotFound"),
            Self::NoSuchCursor { .. } => (43, "CursorNotFound"),
            Self::CommandNotFound { .. } => (59, "CommandNotFound"),
            Self::OldQuery { .. } => (352, "UnsupportedOpQueryCommand"),
            Self::NoDatabase => (40_571, "Location40571"),
        }
    }

    pub(super) fn to_document(&self) -> Document {
        let (code, name) = self.code();
        let message = match self {
            Self::Unauthorized { why } => why.clone(),
            other => other.to_string(),
        };
        doc! { "ok": 0.0, "errmsg": message, "code": code, "codeName": name }
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
