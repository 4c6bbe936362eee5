#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod broken;
mod forms;
mod kinds;
mod loading;
mod open;
mod properties;
mod reported;
mod wrapped;

use super::*;
use crate::fixtures::FIXTURES;

/// What was found, a line each: kind, details, and the line on which it begins.
fn found(contents: &Contents) -> Vec<String> {
    let describe = |block: &Block| {
        let what = match &block.content {
            Content::Certificate { der, form } => {
                let name = ["root", "intermediate", "client", "deep"]
                    .into_iter()
                    .find(|name| der.starts_with(&FIXTURES.file(&format!("{name}.der"))));
                let form = match form {
                    Form::Pem { label } => label,
                    Form::Der => "der",
                    Form::Pkcs7 => "pkcs7",
                    Form::Pkcs12 => "pkcs12",
                    Form::Base64 => "base64",
                };
                format!("{} ({form})", name.unwrap_or("unknown"))
            }
            Content::PrivateKey(key) => format!("{} ({})", key.kind(), key.label()),
            Content::Unusable(Unusable::CertificateRequest(Some(subject))) => {
                format!("CertificateRequest {}", subject.user_name().unwrap())
            }
            Content::Unusable(Unusable::OtherFile(FileKind::Archive { what, .. })) => {
                (*what).to_owned()
            }
            Content::Unusable(Unusable::Pkcs12(_)) => "Pkcs12".to_owned(),
            Content::Unusable(unusable) => format!("{unusable:?}"),
            Content::Malformed(malformed) => format!("{:?}", malformed.problem),
        };
        let line = block
            .source
            .line
            .map_or("-".to_owned(), |line| line.to_string());
        let Wrapping {
            escaped,
            base64,
            percent,
        } = block.wrapping;
        [
            ("escaped", escaped),
            ("base64", base64),
            ("percent", percent),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .fold(format!("{what} @{line}"), |text, (how, count)| {
            format!("{text} {how}×{count}")
        })
    };
    contents.blocks.iter().map(describe).collect()
}

/// UTF-16 with its byte order mark.
fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(to_bytes)
        .collect()
}
