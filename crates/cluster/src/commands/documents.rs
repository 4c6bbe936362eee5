//! Reading and writing documents, of which there are none: what is read is empty, and what is written is
//! taken and forgotten.

use bson::{Array, Document, doc};

use super::{Asked, Outcome, Refusal, Session, number};
use crate::Action;

pub(super) fn databases(_: &mut Session<'_>, _: &Asked<'_>) -> Outcome {
    Ok(doc! { "databases": [], "totalSize": 0_i64, "totalSizeMb": 0_i64 })
}

pub(super) fn collections(_: &mut Session<'_>, asked: &Asked<'_>) -> Outcome {
    Ok(cursor(asked.db, "$cmd.listCollections"))
}

pub(super) fn indexes(_: &mut Session<'_>, asked: &Asked<'_>) -> Outcome {
    let collection = asked.collection().unwrap_or_default();
    Err(Refusal::NoSuchCollection {
        name: format!("{}.{collection}", asked.db),
    })
}

pub(super) fn none(_: &mut Session<'_>, asked: &Asked<'_>) -> Outcome {
    let collection = asked.collection();
    Ok(cursor(asked.db, collection.unwrap_or_default()))
}

/// With `$out` or `$merge` at its end it writes, which takes a role that may.
pub(super) fn aggregate(session: &mut Session<'_>, asked: &Asked<'_>) -> Outcome {
    let pipeline = asked.body.get_array("pipeline");
    let pipeline = pipeline.map_err(|_| Refusal::FailedToParse { name: "pipeline" })?;
    let writes = pipeline.into_iter().flatten().any(|stage| {
        let stage = stage.as_document();
        stage.is_some_and(|stage| {
            ["$out", "$merge"]
                .iter()
                .any(|name| stage.get(name).is_ok_and(|it| it.is_some()))
        })
    });
    let may = |user: crate::User| user.may(Action::Insert, asked.db, asked.collection());
    if writes && !session.user().is_some_and(may) {
        return Err(Refusal::unauthorized(asked));
    }
    Ok(cursor(
        asked.db,
        asked.collection().unwrap_or("$cmd.aggregate"),
    ))
}

pub(super) fn count(_: &mut Session<'_>, _: &Asked<'_>) -> Outcome {
    Ok(doc! { "n": 0 })
}

pub(super) fn distinct(_: &mut Session<'_>, _: &Asked<'_>) -> Outcome {
    Ok(doc! { "values": [] })
}

/// Every cursor was at its end from the first.
pub(super) fn more(_: &mut Session<'_>, asked: &Asked<'_>) -> Outcome {
    Err(Refusal::NoSuchCursor {
        id: number(asked.body, "getMore").unwrap_or_default(),
    })
}

pub(super) fn insert(_: &mut Session<'_>, asked: &Asked<'_>) -> Outcome {
    Ok(doc! { "n": given(asked, "documents")? })
}

pub(super) fn update(_: &mut Session<'_>, asked: &Asked<'_>) -> Outcome {
    given(asked, "updates")?;
    Ok(doc! { "n": 0, "nModified": 0 })
}

pub(super) fn delete(_: &mut Session<'_>, asked: &Asked<'_>) -> Outcome {
    given(asked, "deletes")?;
    Ok(doc! { "n": 0 })
}

pub(super) fn modify(_: &mut Session<'_>, _: &Asked<'_>) -> Outcome {
    Ok(doc! { "lastErrorObject": { "n": 0, "updatedExisting": false }, "value": null })
}

/// How many there are, beside the command or in it.
fn given(asked: &Asked<'_>, name: &'static str) -> Result<i32, Refusal> {
    let beside = asked.sequences.iter().find(|(other, _)| *other == name);
    let number = match beside {
        Some((_, number)) => *number,
        None => asked
            .body
            .get_array(name)
            .map_err(|_| Refusal::FailedToParse { name })?
            .into_iter()
            .count(),
    };
    Ok(i32::try_from(number).unwrap_or(i32::MAX))
}

/// One that is at its end.
fn cursor(db: &str, collection: &str) -> Document {
    let ns = format!("{db}.{collection}");
    doc! { "cursor": { "firstBatch": Array::new(), "id": 0_i64, "ns": ns } }
}
