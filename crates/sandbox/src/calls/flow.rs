//! How a call is carried out: who calls, what befalls the call, whether it may, what it does, what
//! is written down.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    body::to_bytes,
    extract::Request,
    http::{Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{Answer, Call, Outcome, Run, replace_bundle, table::Operation};
use crate::{
    app::Shared,
    auth::Caller,
    clock::Moment,
    faults::{Dropped, Fault},
    media::{self, Version},
    rate::Left,
    refusal::Refusal,
    world::World,
};

/// The largest body that is read. Atlas's own limit is not published.
const MAX_BODY: usize = 1024 * 1024;

/// Where a call came from; the server puts it on each request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// On an answer: the connection is to be closed and nothing sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CutOff;

pub(crate) fn cut_off() -> Response {
    // Seen only where nobody can close the connection.
    let mut response = StatusCode::BAD_GATEWAY.into_response();
    response.extensions_mut().insert(CutOff);
    response
}

/// Carries out a call of the table; `None` is a path or method that is in none.
pub(crate) async fn answer(
    shared: Arc<Shared>,
    operation: Result<&'static Operation, Refusal>,
    parameters: Vec<(String, String)>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let caller = match shared.gate.caller(&parts, shared.clock().now()) {
        Ok(caller) => caller,
        Err(why) => return shared.gate.challenge(why, shared.clock().now()),
    };
    let operation = match operation {
        Ok(operation) => operation,
        Err(refusal) => return refusal.into_response(),
    };
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return Refusal::TooLarge.into_response();
    };
    let fault = shared.faults.befall(&parts.method, parts.uri.path());
    if let Some(wait) = fault.as_ref().and_then(Fault::stall) {
        tokio::time::sleep(wait).await;
    }
    if fault
        == Some(Fault::Drop {
            drop: Dropped::Before,
        })
    {
        return cut_off();
    }
    let response = carry_out(
        &shared,
        operation,
        &parameters,
        &parts,
        &body,
        caller,
        fault.as_ref(),
    );
    if fault
        == Some(Fault::Drop {
            drop: Dropped::After,
        })
    {
        return cut_off();
    }
    response
}

fn carry_out(
    shared: &Shared,
    operation: &'static Operation,
    parameters: &[(String, String)],
    parts: &Parts,
    body: &[u8],
    caller: Caller,
    fault: Option<&Fault>,
) -> Response {
    let now = shared.clock().now();
    let is_write = operation.method != Method::GET;
    let parsed = read_body(operation, parts, body);
    let mut left = None;
    shared
        .change(|world| {
            if !is_write {
                foreign_change(shared, world, parameters, fault, now);
            }
            let before = is_write.then(|| world.projects.clone());
            let response = if let Some(refusal) = told(fault, parts) {
                refusal.into_response()
            } else {
                let outcome =
                    media::version(&parts.headers, operation.versions, now).and_then(|version| {
                        let body = parsed.as_ref().map_err(Clone::clone);
                        let call = Call {
                            origin: origin(parts),
                            raw_path: parts.uri.path(),
                            parameters,
                            query: form_urlencoded::parse(
                                parts.uri.query().unwrap_or("").as_bytes(),
                            )
                            .into_owned()
                            .collect(),
                            body: body.clone().unwrap_or(&Value::Null),
                            now,
                            address: address(parts),
                            caller,
                            public_key: &shared.gate.credentials.public_key,
                            settings: &shared.settings,
                            addresses: shared.addresses.get(),
                        };
                        check_address(shared, parts)?;
                        let project = access(&call, world, &operation.run)?;
                        if let Some(bucket) = operation.bucket {
                            let (rest, allowed) =
                                shared.buckets.take(call.parameter("groupId"), bucket, now);
                            left = Some(rest);
                            allowed?;
                        }
                        body?;
                        run(&call, world, &operation.run, project).map(|answer| (version, answer))
                    });
                match outcome {
                    Ok((version, answer)) => spoken(version, answer),
                    Err(refusal) => {
                        // What is refused leaves nothing behind but its line in the journal.
                        if let Some(before) = before {
                            world.projects = before;
                        }
                        refusal.into_response()
                    }
                }
            };
            if is_write {
                foreign_change(shared, world, parameters, fault, now);
                let body = parsed.unwrap_or_default();
                world.journal.add(
                    now,
                    parts.method.as_str(),
                    parts.uri.path(),
                    body,
                    response.status().as_u16(),
                );
            }
            (
                response,
                is_write || matches!(fault, Some(Fault::Foreign { .. })),
            )
        })
        .map_or_else(
            |()| Refusal::NotSaved.into_response(),
            |response| with_rate(response, left),
        )
}

/// The JSON of a body; null for calls that have none.
fn read_body(operation: &Operation, parts: &Parts, body: &[u8]) -> Result<Value, Refusal> {
    if !matches!(operation.method, Method::POST | Method::PATCH | Method::PUT) {
        return Ok(Value::Null);
    }
    media::check_body_type(&parts.headers)?;
    serde_json::from_slice(body).map_err(|_| Refusal::MalformedJson)
}

fn run(call: &Call<'_>, world: &mut World, run: &Run, project: Option<usize>) -> Outcome {
    match run {
        Run::World(run) => run(call, world),
        Run::Project(_, run) => {
            let World {
                projects,
                identifiers,
                ..
            } = world;
            // The place was found in this very world.
            match project.and_then(|at| projects.get_mut(at)) {
                Some(project) => {
                    project.forget_expired(call.now);
                    run(call, project, identifiers)
                }
                None => Err(Refusal::GroupNotFound {
                    id: call.parameter("groupId").to_owned(),
                }),
            }
        }
    }
}

/// Where the call's project is, if the caller may do what the call does.
///
/// Assumption: a project that exists and is somebody else's is told from one that does not exist.
fn access(call: &Call<'_>, world: &World, run: &Run) -> Result<Option<usize>, Refusal> {
    let Run::Project(right, _) = run else {
        return Ok(None);
    };
    let id = call.parameter("groupId").to_owned();
    if !is_identifier(&id) {
        return Err(Refusal::InvalidGroupId { id });
    }
    let Some(at) = world.projects.iter().position(|project| project.id == id) else {
        return Err(Refusal::GroupNotFound { id });
    };
    let roles = &world.projects[at].roles;
    if roles.is_empty() {
        return Err(Refusal::CannotAccessGroup { id });
    }
    if roles.iter().any(|role| right.comes_with(role)) {
        Ok(Some(at))
    } else {
        Err(Refusal::Unauthorized)
    }
}

pub(super) fn is_identifier(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn check_address(shared: &Shared, parts: &Parts) -> Result<(), Refusal> {
    let allowed = &shared.settings.api_access;
    let address = address(parts);
    if allowed.addresses.is_empty() {
        if allowed.required {
            return Err(Refusal::AccessListRequired);
        }
    } else if !allowed.addresses.contains(&address) {
        return Err(Refusal::NotOnAccessList {
            address: address.to_string(),
        });
    }
    Ok(())
}

/// The caller's address; this computer's when the call came through no connection.
pub(crate) fn address(parts: &Parts) -> IpAddr {
    parts
        .extensions
        .get::<Peer>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip())
}

/// The refusal that a fault asks for.
pub(crate) fn told(fault: Option<&Fault>, parts: &Parts) -> Option<Refusal> {
    let Some(Fault::Status {
        status,
        error_code,
        detail,
        retry_after,
    }) = fault
    else {
        return None;
    };
    let status = StatusCode::from_u16(*status).ok()?;
    Some(Refusal::Told {
        status,
        code: error_code.clone(),
        detail: detail.clone(),
        address: address(parts).to_string(),
        retry_after: retry_after.or_else(|| (status == StatusCode::TOO_MANY_REQUESTS).then_some(1)),
    })
}

fn foreign_change(
    shared: &Shared,
    world: &mut World,
    parameters: &[(String, String)],
    fault: Option<&Fault>,
    now: Moment,
) {
    let Some(Fault::Foreign { foreign }) = fault else {
        return;
    };
    let group = parameters.iter().find(|(name, _)| name == "groupId");
    let World {
        projects,
        identifiers,
        ..
    } = world;
    if let Some(project) =
        group.and_then(|(_, id)| projects.iter_mut().find(|project| project.id == *id))
    {
        replace_bundle(
            project,
            identifiers,
            foreign.cas.clone(),
            now,
            shared.settings.node_restart,
        );
    }
}

fn origin(parts: &Parts) -> String {
    let host = parts
        .headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    format!("http://{host}")
}

fn spoken(version: Version, answer: Answer) -> Response {
    match answer.body {
        Some(body) => media::json(answer.status, &media::of_version(version), &body),
        None => answer.status.into_response(),
    }
}

fn with_rate(mut response: Response, left: Option<Left>) -> Response {
    if let Some(left) = left {
        left.write(response.headers_mut());
    }
    response
}
