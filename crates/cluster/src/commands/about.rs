//! What a client asks a server about itself.

use bson::{Array, Document, doc};

use super::{Asked, Outcome, Session};

/// Nothing to say.
pub(super) fn done(_: &mut Session<'_>, _: &Asked<'_>) -> Outcome {
    Ok(Document::new())
}

pub(super) fn build(session: &mut Session<'_>, _: &Asked<'_>) -> Outcome {
    let version = &session.state.version;
    let mut array: Array = version
        .split('.')
        .map(|part| part.parse::<i32>().unwrap_or_default().into())
        .collect();
    array.resize(4, 0.into());
    Ok(doc! {
        "version": version,
        "gitVersion": "sandbox",
        "modules": [],
        "sysInfo": "a sandbox of Atlas X.509, which keeps no documents",
        "versionArray": array,
        "bits": 64,
        "debug": false,
        "maxBsonObjectSize": i32::try_from(session.limits.document_size).unwrap_or(i32::MAX),
        "storageEngines": [],
    })
}

/// Where the client comes from.
pub(super) fn who(session: &mut Session<'_>, _: &Asked<'_>) -> Outcome {
    Ok(doc! { "you": session.peer.to_string() })
}

pub(super) fn parameters(session: &mut Session<'_>, asked: &Asked<'_>) -> Outcome {
    let mut body = Document::new();
    if asked
        .body
        .get("featureCompatibilityVersion")
        .is_ok_and(|it| it.is_some())
    {
        let mut parts = session.state.version.splitn(3, '.');
        let major = parts.next().unwrap_or_default();
        let minor = parts.next().unwrap_or_default();
        let version = format!("{major}.{minor}");
        body.insert("featureCompatibilityVersion", doc! { "version": version });
    }
    Ok(body)
}

/// There is none.
pub(super) fn log(_: &mut Session<'_>, _: &Asked<'_>) -> Outcome {
    Ok(doc! { "totalLinesWritten": 0, "log": [] })
}

pub(super) fn options(_: &mut Session<'_>, _: &Asked<'_>) -> Outcome {
    Ok(doc! { "argv": [], "parsed": {} })
}

pub(super) fn host(session: &mut Session<'_>, _: &Asked<'_>) -> Outcome {
    let hostname = session.address.to_string();
    Ok(doc! { "system": { "hostname": hostname }, "os": {}, "extra": {} })
}
