//! `/dbAccessHistory`: who logged in to a cluster in the last seven days, and who was refused.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::{Answer, Call, Outcome};
use crate::{
    clock::Moment,
    refusal::Refusal,
    world::{
        Identifiers, Project,
        history::{Habit, KEPT},
    },
};

/// The most entries that Atlas answers with, and how many it does unless told.
const MOST: usize = 20_000;

pub(super) fn of_cluster(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    let name = call.parameter("clusterName");
    let is = |cluster: &Value| cluster["name"] == name;
    if project.flex_clusters.iter().any(is) {
        return Err(Refusal::FeatureUnsupported);
    }
    let Some(cluster) = project.clusters.iter().find(|cluster| cluster.name == name) else {
        return Err(Refusal::ClusterNotFound {
            name: name.to_owned(),
            group: project.id.clone(),
        });
    };
    let oldest = Moment::from_millis(call.now.millis() - millis(KEPT));
    let start = number(call, "start")?
        .map_or(oldest, Moment::from_millis)
        .max(oldest);
    let end = number(call, "end")?
        .map_or(call.now, Moment::from_millis)
        .min(call.now);
    let most = match number(call, "nLogs")? {
        None => MOST,
        Some(number) => usize::try_from(number)
            .ok()
            .filter(|number| (1..=MOST).contains(number))
            .ok_or(Refusal::InvalidQuery { name: "nLogs" })?,
    };
    let result = match call.query("authResult") {
        None => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => return Err(Refusal::InvalidQuery { name: "authResult" }),
    };
    let address = call.query("ipAddress");
    if address.is_some_and(|address| address.parse::<IpAddr>().is_err()) {
        return Err(Refusal::InvalidQuery { name: "ipAddress" });
    }
    let host = cluster.hosts().into_iter().next().unwrap_or_default();
    let host = host.trim_end_matches(":27017");
    let mut attempts: Vec<(Moment, &Habit)> = project
        .habits
        .iter()
        .filter(|habit| habit.cluster == name)
        .filter(|habit| result.is_none_or(|result| result == habit.refused.is_none()))
        .filter(|habit| address.is_none_or(|address| address == habit.address))
        .flat_map(|habit| habit.attempts(start, end).map(move |at| (at, habit)))
        .collect();
    attempts.sort_by(|one, other| {
        other
            .0
            .cmp(&one.0)
            .then(one.1.username.cmp(&other.1.username))
    });
    attempts.truncate(most);
    let logs: Vec<Value> = attempts
        .into_iter()
        .map(|(at, habit)| entry(project, host, at, habit))
        .collect();
    Ok(Answer::ok(json!({ "accessLogs": logs })))
}

fn entry(project: &Project, host: &str, at: Moment, habit: &Habit) -> Value {
    let mut entry = json!({
        "authResult": habit.refused.is_none(),
        "authSource": "$external",
        "groupId": project.id,
        "hostname": host,
        "ipAddress": habit.address,
        "logLine": log_line(at, habit),
        "timestamp": at.to_string(),
        "username": habit.username,
    });
    if let Some(reason) = &habit.refused {
        entry["failureReason"] = reason.clone().into();
    }
    entry
}

/// As mongod writes it down (log ids 5286306 and 5286307 of MongoDB 8.0).
fn log_line(at: Moment, habit: &Habit) -> String {
    let (id, message) = match habit.refused {
        None => (5_286_306, "Successfully authenticated"),
        Some(_) => (5_286_307, "Failed to authenticate"),
    };
    let mut attributes = json!({
        "client": habit.address,
        "db": "$external",
        "mechanism": "MONGODB-X509",
        "user": habit.username,
    });
    if let Some(reason) = &habit.refused {
        attributes["error"] = reason.clone().into();
    }
    json!({
        "attr": attributes,
        "c": "ACCESS",
        "id": id,
        "msg": message,
        "s": "I",
        "t": {"$date": at.to_string()},
    })
    .to_string()
}

fn number(call: &Call<'_>, name: &'static str) -> Result<Option<i64>, Refusal> {
    call.query(name)
        .map(|text| text.parse().map_err(|_| Refusal::InvalidQuery { name }))
        .transpose()
}

fn millis(time: std::time::Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
