//! `/accessList`: the addresses from which a project's clusters can be reached.

use std::net::IpAddr;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Call, Outcome, fields::Fields};
use crate::{
    clock::Moment,
    paging,
    refusal::Refusal,
    world::{AccessEntry, Identifiers, Project},
};

pub(super) fn list(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    Ok(Answer::ok(all(call, project)?))
}

/// Takes a list of entries; one that is there already is replaced.
pub(super) fn add(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    for entry in call.body.as_array().ok_or(Refusal::InvalidJson)? {
        let entry = read(entry, call.now)?;
        project
            .access_list
            .retain(|known| known.cidr_block != entry.cidr_block);
        project.access_list.push(entry);
    }
    Ok(Answer::with(StatusCode::CREATED, all(call, project)?))
}

pub(super) fn remove(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    let value = call.parameter("entryValue");
    let before = project.access_list.len();
    project
        .access_list
        .retain(|entry| entry.cidr_block != value && entry.ip_address.as_deref() != Some(value));
    if project.access_list.len() == before {
        Err(Refusal::AccessEntryNotFound {
            entry: value.to_owned(),
            group: project.id.clone(),
        })
    } else {
        Ok(Answer::empty())
    }
}

fn all(call: &Call<'_>, project: &Project) -> Result<Value, Refusal> {
    let all = project
        .access_list
        .iter()
        .map(|entry| {
            let mut body = json!({
                "cidrBlock": entry.cidr_block,
                "comment": entry.comment,
                "groupId": project.id,
                "links": [],
            });
            if let Some(address) = &entry.ip_address {
                body["ipAddress"] = address.clone().into();
            }
            if let Some(end) = entry.delete_after_date {
                body["deleteAfterDate"] = end.to_string().into();
            }
            body
        })
        .collect();
    paging::page(call, all)
}

fn read(entry: &Value, now: Moment) -> Result<AccessEntry, Refusal> {
    let fields = Fields::of(entry)?.only(&[
        "awsSecurityGroup",
        "cidrBlock",
        "comment",
        "deleteAfterDate",
        "groupId",
        "ipAddress",
        "links",
    ])?;
    let comment = fields.text("comment")?.unwrap_or_default().to_owned();
    let (address, width) = match (fields.text("ipAddress")?, fields.text("cidrBlock")?) {
        (Some(address), None) => (address, None),
        (None, Some(block)) => {
            let (address, width) = block.split_once('/').ok_or_else(|| invalid(block))?;
            (address, Some(width))
        }
        _ => return Err(Refusal::MissingAttribute { name: "cidrBlock" }),
    };
    let parsed: IpAddr = address.parse().map_err(|_| invalid(address))?;
    let most: u8 = if parsed.is_ipv4() { 32 } else { 128 };
    let width: u8 = match width {
        None => most,
        Some(width) => width
            .parse()
            .ok()
            .filter(|width| *width <= most)
            .ok_or_else(|| invalid(width))?,
    };
    Ok(AccessEntry {
        cidr_block: format!("{parsed}/{width}"),
        ip_address: (width == most).then(|| parsed.to_string()),
        comment,
        delete_after_date: end(&fields, now)?,
    })
}

/// Assumption: refused like the end of a temporary user.
fn end(fields: &Fields<'_>, now: Moment) -> Result<Option<Moment>, Refusal> {
    let Some(text) = fields.text("deleteAfterDate")? else {
        return Ok(None);
    };
    let end = pki::Timestamp::parse_rfc3339(text).map(Moment::from);
    match end {
        Err(_) => Err(Refusal::InvalidDate {
            value: text.to_owned(),
        }),
        Ok(end) if end <= now => Err(Refusal::ExpirationInPast),
        Ok(end) => Ok(Some(end)),
    }
}

fn invalid(value: &str) -> Refusal {
    Refusal::InvalidAddress {
        value: value.to_owned(),
    }
}
