//! The set-up as a file: for what does not fit into the tab's storage, and to go on another day or
//! on another computer.
//!
//! It holds the draft, so neither keys nor secrets. A file that is read is held to the limits that
//! dropped files are held to.

use atlas::plan::Authority;
use serde::{Deserialize, Serialize};

use super::reading;
use crate::{
    change::{draft::Draft, facts},
    engine::{Engine, Lost},
};

/// The version of the file's form.
const VERSION: u32 = 1;

/// Larger than any set-up that stays within the limits for certificates, in bytes.
const MAX_BYTES: usize = 128 << 20;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved<D> {
    /// Tells the file from any other JSON.
    atlas_x509_setup: u32,
    draft: D,
}

/// Why a file is no set-up to go on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotSaved {
    #[error("It is larger than any set-up that this page saves.")]
    TooLarge,
    #[error(
        "It is not a set-up that this page saved: it is not JSON. Certificates are given in the steps \
         Authorities and Client certificates."
    )]
    NotJson,
    #[error("It is JSON, but not a set-up that this page saved.")]
    Other,
    #[error(
        "It was saved by another version of this page (form {version}; this one reads {VERSION}). Use \
         the version that saved it."
    )]
    Newer { version: u32 },
    #[error(
        "It was changed since it was saved, or is not all there. Use the file as it was saved."
    )]
    Broken,
    #[error("Certificate {number} in it cannot be read. Use the file as it was saved.")]
    Certificate { number: usize },
    #[error(
        "What was being applied in it belongs to another project than the chosen one. Use the file as \
         it was saved."
    )]
    OtherProject,
    /// The engine ended before it had read the certificates.
    #[error("{}", .0.sentence())]
    Lost(Lost),
}

/// The contents of a file. Only a draft that JSON cannot express has none.
pub(crate) fn write(draft: &Draft) -> Option<Vec<u8>> {
    // By way of plain JSON: a draft is written in one way, the tab's own, and need not be in two.
    let plain = serde_json::to_string(&Saved {
        atlas_x509_setup: VERSION,
        draft,
    });
    let plain: serde_json::Value = serde_json::from_str(&plain.ok()?).ok()?;
    serde_json::to_vec_pretty(&plain).ok()
}

/// Reads a file, its certificates too.
pub(crate) async fn read_whole(octets: &[u8], engine: &Engine) -> Result<Draft, NotSaved> {
    let draft = read(octets)?;
    let kept = reading::to_engine(&draft.files);
    let texts = draft.files.iter().map(|file| file.certificates.len());
    let decoded = kept.iter().map(|file| file.certificates.len());
    if !texts.eq(decoded) {
        return Err(NotSaved::Broken);
    }
    match engine.first_unreadable(kept).await {
        Ok(None) => Ok(draft),
        Ok(Some(position)) => Err(NotSaved::Certificate {
            number: position + 1,
        }),
        Err(lost) => Err(NotSaved::Lost(lost)),
    }
}

/// Reads a file, but for its certificates.
fn read(octets: &[u8]) -> Result<Draft, NotSaved> {
    if octets.len() > MAX_BYTES {
        return Err(NotSaved::TooLarge);
    }
    // As text, for the tab's own draft is read from text, and a reader for octets would be a second one.
    let text = str::from_utf8(octets).map_err(|_| NotSaved::NotJson)?;
    let json: serde_json::Value = serde_json::from_str(text).map_err(|_| NotSaved::NotJson)?;
    let version = json
        .get("atlas_x509_setup")
        .and_then(serde_json::Value::as_u64)
        .and_then(|version| u32::try_from(version).ok())
        .ok_or(NotSaved::Other)?;
    if version != VERSION {
        return Err(NotSaved::Newer { version });
    }
    let Saved { draft, .. } =
        serde_json::from_str::<Saved<Draft>>(text).map_err(|_| NotSaved::Broken)?;
    let chosen = draft.project.as_ref().map(|project| &project.id);
    if let Some(apply) = &draft.apply
        && chosen != Some(apply.project())
    {
        return Err(NotSaved::OtherProject);
    }
    Ok(draft)
}

/// The authorities among the certificates that a set-up holds.
pub(crate) async fn authorities(draft: &Draft, engine: &Engine) -> Result<Vec<Authority>, Lost> {
    let certificates = draft.files.iter().flat_map(|file| &file.certificates);
    let pem: String = certificates.map(|base64| to_pem(base64)).collect();
    if pem.is_empty() {
        return Ok(Vec::new());
    }
    let found = engine.authorities(pem).await?.into_iter();
    Ok(found
        .filter(|found| found.is_authority)
        .map(facts::authority)
        .collect())
}

/// A certificate in base64 as a block of PEM.
fn to_pem(base64: &str) -> String {
    /// A line of PEM (RFC 7468, section 2).
    const LINE: usize = 64;
    let lines = base64.as_bytes().chunks(LINE).map(String::from_utf8_lossy);
    let lines = lines.collect::<Vec<_>>().join("\n");
    format!("-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n")
}

/// What to call the file.
pub(crate) fn file_name(draft: &Draft) -> String {
    let project = draft.project.as_ref().map_or("", |project| &project.name);
    let name: String = project
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .fold(String::new(), |name, word| name + "-" + word);
    format!("x509-setup{name}.json")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use atlas::{
        apply::Apply,
        plan::{Plan, Wanted},
        types::ProjectId,
    };

    use super::*;
    use crate::change::draft::KeptFile;

    fn draft() -> Draft {
        let id = "a".repeat(24);
        Draft {
            project: serde_json::from_value(
                serde_json::json!({ "id": id, "name": "Acme – Staging/2" }),
            )
            .unwrap(),
            files: vec![KeptFile {
                name: "root.pem".to_owned(),
                certificates: vec!["MIIB".to_owned()],
            }],
            apply: Apply::new(
                ProjectId::parse(&id).unwrap(),
                Wanted::default(),
                Plan::default(),
            )
            .ok(),
            ..Draft::default()
        }
    }

    #[test]
    fn what_is_saved_is_read_again() {
        assert_eq!(read(&write(&draft()).unwrap()), Ok(draft()));
        assert_eq!(file_name(&draft()), "x509-setup-acme-staging-2.json");
        assert_eq!(file_name(&Draft::default()), "x509-setup.json");
    }

    #[test]
    fn a_wrong_file_is_refused_with_its_reason() {
        let saved = String::from_utf8(write(&draft()).unwrap()).unwrap();
        let pem = include_bytes!("../check/examples/acme-root.pem").to_vec();
        let mut other_project = draft();
        other_project.project = None;
        for (octets, expected) in [
            (Vec::new(), NotSaved::NotJson),
            (pem, NotSaved::NotJson),
            (vec![b' '; MAX_BYTES + 1], NotSaved::TooLarge),
            (b"{}".to_vec(), NotSaved::Other),
            (b"[1]".to_vec(), NotSaved::Other),
            (
                saved
                    .replace("\"atlas_x509_setup\": 1", "\"atlas_x509_setup\": 2")
                    .into(),
                NotSaved::Newer { version: 2 },
            ),
            (
                br#"{"atlas_x509_setup": 1, "draft": {"files": 1}}"#.to_vec(),
                NotSaved::Broken,
            ),
            (write(&other_project).unwrap(), NotSaved::OtherProject),
        ] {
            let note = String::from_utf8_lossy(&octets[..octets.len().min(60)]).into_owned();
            assert_eq!(read(&octets), Err(expected), "{note}");
            assert!(!expected.to_string().is_empty());
        }
    }

    #[test]
    fn certificates_that_are_kept_are_written_as_pem_again() {
        let root = include_str!("../check/examples/acme-root.pem");
        let base64: String = root
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .collect();
        assert_eq!(to_pem(&base64), root);
    }
}
