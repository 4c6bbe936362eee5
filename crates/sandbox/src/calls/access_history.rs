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
    let mut attempts: Vec<Attempt<'_>> = attempts(project, name, start, end)
        .filter(|attempt| result.is_none_or(|result| result == attempt.refused.is_none()))
        .filter(|attempt| address.is_none_or(|address| address == attempt.address))
        .collect();
    attempts.sort_by(|one, other| other.at.cmp(&one.at).then(one.username.cmp(other.username)));
    attempts.truncate(most);
    let logs: Vec<Value> = attempts
        .into_iter()
        .map(|attempt| entry(project, host, &attempt))
        .collect();
    Ok(Answer::ok(json!({ "accessLogs": logs })))
}

/// Somebody who came, or is said to have come.
struct Attempt<'a> {
    at: Moment,
    username: &'a str,
    address: &'a str,
    refused: Option<&'a str>,
}

/// The newest of those who really came first.
fn attempts<'a>(
    project: &'a Project,
    cluster: &'a str,
    start: Moment,
    end: Moment,
) -> impl Iterator<Item = Attempt<'a>> {
    let logins = project
        .logins
        .iter()
        .rev()
        .filter(move |login| login.cluster == cluster && start <= login.at && login.at <= end)
        .map(|login| Attempt {
            at: login.at,
            username: &login.username,
            address: &login.address,
            refused: login.refused.as_deref(),
        });
    let of_habit = move |habit: &'a Habit| {
        habit.attempts(start, end).map(|at| Attempt {
            at,
            username: &habit.username,
            address: &habit.address,
            refused: habit.refused.as_deref(),
        })
    };
    let habits = project.habits.iter();
    logins.chain(
        habits
            .filter(move |habit| habit.cluster == cluster)
            .flat_map(of_habit),
    )
}

fn entry(project: &Project, host: &str, attempt: &Attempt<'_>) -> Value {
    let mut entry = json!({
        "authResult": attempt.refused.is_none(),
        "authSource": "$external",
        "groupId": project.id,
        "hostname": host,
        "ipAddress": attempt.address,
        "logLine": log_line(attempt),
        "timestamp": attempt.at.to_string(),
        "username": attempt.username,
    });
    if let Some(reason) = attempt.refused {
        entry["failureReason"] = reason.into();
    }
    entry
}

/// As mongod writes it down (log ids 5286306 and 5286307 of MongoDB 8.0).
fn log_line(attempt: &Attempt<'_>) -> String {
    let (id, message) = match attempt.refused {
        None => (5_286_306, "Successfully authenticated"),
        Some(_) => (5_286_307, "Failed to authenticate"),
    };
    let mut attributes = json!({
        "client": attempt.address,
        "db": "$external",
        "mechanism": "MONGODB-X509",
        "user": attempt.username,
    });
    if let Some(reason) = attempt.refused {
        attributes["error"] = reason.into();
    }
    json!({
        "attr": attributes,
        "c": "ACCESS",
        "id": id,
        "msg": message,
        "s": "I",
        "t": {"$date": attempt.at.to_string()},
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
