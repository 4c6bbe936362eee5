//! The plan as calls of the Administration API, with a service account's credential from the
//! environment.

use serde_json::{Value, json};

use super::{Export, Target, Tool, cli::comment, quote::shell};
use crate::{
    calls::{self, BASE, Call, EXTERNAL},
    oauth::TOKEN_PATH,
    plan::{Plan, Step, WantedUser},
};

/// Linux hands a program no longer argument than 128 KiB.
const LONGEST_ARGUMENT: usize = 100_000;

pub(super) fn export(plan: &Plan, target: &Target) -> Export {
    let mut export = Export::new("atlas-curl.sh");
    export.push("#!/bin/sh\nset -eu\n");
    export.push(&format!(
        "
# The service account: export ATLAS_CLIENT_ID and ATLAS_CLIENT_SECRET first. What is secret goes to
# curl through its standard input: other users of the computer can read its arguments.
TOKEN=$(
  printf 'user = \"%s:%s\"\\n' \"$ATLAS_CLIENT_ID\" \"$ATLAS_CLIENT_SECRET\" |
    curl --config - --silent --show-error --fail --data grant_type=client_credentials {} |
    sed -n 's/.*\"access_token\" *: *\"\\([^\"]*\\)\".*/\\1/p'
)
# A pipe succeeds when its end does.
[ -n \"$TOKEN\" ] || {{ echo 'Atlas gave no token.' >&2; exit 1; }}

call() {{
  printf 'header = \"Authorization: Bearer %s\"\\n' \"$TOKEN\" |
    curl --config - --silent --show-error --fail-with-body \"$@\"
}}
",
        shell(&format!("{}{TOKEN_PATH}", target.origin)),
    ));
    for step in &plan.steps {
        push_step(&mut export, step, target);
    }
    if plan.restarts() {
        export.note_restarts();
    }
    export
}

fn push_step(export: &mut Export, step: &Step, target: &Target) {
    if step
        .username()
        .is_some_and(|name| !export.can_express(name, Tool::Curl))
    {
        return;
    }
    let project = target.project.as_str();
    let (call, path, body) = match step {
        Step::ReplaceBundle { pem, .. } => (
            &calls::UPDATE_USER_SECURITY,
            calls::UPDATE_USER_SECURITY.path(&[project]),
            Some(json!({"customerX509": {"cas": pem}})),
        ),
        Step::Disable { .. } => (
            &calls::DISABLE_X509,
            calls::DISABLE_X509.path(&[project]),
            None,
        ),
        Step::CreateUser { user } => {
            let mut body = rights(user, project);
            body["x509Type"] = json!("CUSTOMER");
            (
                &calls::CREATE_DATABASE_USER,
                calls::CREATE_DATABASE_USER.path(&[project]),
                Some(body),
            )
        }
        Step::UpdateUser { user, .. } => (
            &calls::UPDATE_DATABASE_USER,
            calls::UPDATE_DATABASE_USER.path(&[project, &user.username]),
            Some(rights(user, project)),
        ),
        Step::DeleteUser { username, .. } => (
            &calls::DELETE_DATABASE_USER,
            calls::DELETE_DATABASE_USER.path(&[project, username]),
            None,
        ),
    };
    let data = body.map(|body| data(export, call, &body));
    export.push(&format!(
        "\n# {}\n{}\n",
        comment(&step.title()),
        command(call, &path, data, target)
    ));
}

fn rights(user: &WantedUser, project: &str) -> Value {
    let mut body = json!({
        "groupId": project,
        "databaseName": EXTERNAL,
        "username": user.username,
        "roles": user.roles,
        "scopes": user.scopes,
    });
    if let Some(description) = &user.description {
        body["description"] = json!(description);
    }
    body
}

/// The body as an argument, or in a file of its own when it is too long for one.
fn data(export: &mut Export, call: &Call, body: &Value) -> String {
    let text = body.to_string();
    if text.len() <= LONGEST_ARGUMENT {
        return text;
    }
    let name = call
        .template
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned()
        + ".json";
    export.add_file(&name, &text);
    format!("@{name}")
}

fn command(call: &Call, path: &str, data: Option<String>, target: &Target) -> String {
    let media_type = call.media_type();
    let mut words = vec![
        format!("call --request {}", call.method.as_str()),
        format!("--header {}", shell(&format!("Accept: {media_type}"))),
    ];
    if let Some(data) = data {
        words.push(format!(
            "--header {}",
            shell(&format!("Content-Type: {media_type}"))
        ));
        words.push(format!("--data {}", shell(&data)));
    }
    words.push(shell(&format!("{}{BASE}{path}", target.origin)));
    words.join(" \\\n  ")
}
