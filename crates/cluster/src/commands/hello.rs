//! `hello`, and what it was called before.

use bson::{DateTime, Document, doc, oid::ObjectId};

use super::{Asked, Outcome, Session, is_set, login};
use crate::{Kind, limits::BATCH};

pub(super) fn hello(session: &mut Session<'_>, asked: &Asked<'_>) -> Outcome {
    answer(session, asked, "isWritablePrimary")
}

pub(super) fn is_master(session: &mut Session<'_>, asked: &Asked<'_>) -> Outcome {
    answer(session, asked, "ismaster")
}

/// Without `topologyVersion`: so a client asks again and again, and is not answered once for long.
fn answer(session: &mut Session<'_>, asked: &Asked<'_>, primary: &str) -> Outcome {
    let mut body = Document::new();
    if is_set(asked.body, "helloOk") {
        body.insert("helloOk", true);
    }
    let address = session.address.to_string();
    body.insert(primary, true);
    match &session.state.kind {
        Kind::ReplicaSet(name) => body.extend(doc! {
            "hosts": [&address],
            "setName": name,
            "setVersion": 1,
            "secondary": false,
            "primary": &address,
            "me": &address,
            // The only election that there ever was.
            "electionId": ObjectId::from_bytes([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 1]),
        }),
        Kind::Sharded => body.extend(doc! { "msg": "isdbgrid" }),
    }
    let size = |octets: usize| i32::try_from(octets).unwrap_or(i32::MAX);
    body.extend(doc! {
        "maxBsonObjectSize": size(session.limits.document_size),
        "maxMessageSizeBytes": size(session.limits.message_size),
        "maxWriteBatchSize": BATCH,
        "localTime": DateTime::from_millis(session.state.at.unix().saturating_mul(1_000)),
        "logicalSessionTimeoutMinutes": 30,
        "connectionId": session.number,
        "minWireVersion": 0,
        "maxWireVersion": wire_version(&session.state.version),
        "readOnly": false,
    });
    if let Ok(name) = asked.body.get_str("saslSupportedMechs") {
        body.insert("saslSupportedMechs", login::mechanisms(session, name));
    }
    if let Ok(begun) = asked.body.get_document("speculativeAuthenticate")
        && let Some(done) = login::speculative(session, begun)
    {
        body.insert("speculativeAuthenticate", done);
    }
    Ok(body)
}

/// `src/mongo/db/wire_version.h`
fn wire_version(version: &str) -> i32 {
    match version.split('.').next().unwrap_or_default() {
        "4" => 9,
        "5" => 13,
        "6" => 17,
        "7" => 21,
        _ => 25,
    }
}
