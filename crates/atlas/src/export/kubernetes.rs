//! The plan for MongoDB's Atlas operator for Kubernetes (its custom resource definitions, 2.15.1).
//!
//! There is no `AtlasProject` here. One that names nothing but the certificate would hand the whole
//! project to the operator: what its specification does not name counts as none there, so that every
//! team is taken off the project and auditing is switched off (its repository, issue 2250). Users
//! name the project by its id instead (`externalProjectRef`, since 2.5), and the certificate is a
//! patch for an `AtlasProject` that somebody manages already.

use super::{Export, Target, Tool, Whole, quote::yaml, slug::Slugs, whole};
use crate::{
    calls::EXTERNAL,
    plan::{Plan, Step},
    types::{Label, Role, Scope, ScopeType},
};

/// The names that the resources have among themselves.
const BUNDLE_SECRET: &str = "atlas-x509-ca";
const API_KEY_SECRET: &str = "atlas-api-key";

/// The patches of an `AtlasProject`; a null takes a field out (RFC 7396).
const WITH_BUNDLE: &str = r#"{"spec":{"x509CertRef":{"name":"atlas-x509-ca"}}}"#;
const WITHOUT_BUNDLE: &str = r#"{"spec":{"x509CertRef":null}}"#;

const PROJECT_SCRIPT: &str = "atlas-project.sh";

pub(super) fn export(plan: &Plan, target: &Target) -> Export {
    let mut export = Export::new("atlas.yaml");
    let mut slugs = Slugs::new('-');
    let mut deleted = Vec::new();
    let mut has_users = false;
    for step in &plan.steps {
        match step {
            Step::ReplaceBundle { pem, .. } => {
                push_secret(&mut export, pem);
                push_patch(&mut export, WITH_BUNDLE);
            }
            Step::Disable { .. } => push_patch(&mut export, WITHOUT_BUNDLE),
            Step::CreateUser { .. } | Step::UpdateUser { .. } => {
                has_users |= push_user(&mut export, step, &mut slugs, target);
            }
            Step::DeleteUser { username, .. } => deleted.push(username.as_str()),
        }
    }
    note_project(&mut export, plan);
    if has_users {
        export.note(format!(
            "The users need operator 2.5 or later and a Secret {API_KEY_SECRET} with the entries orgId, publicApiKey and privateApiKey and the label atlas.mongodb.com/type: credentials. Put the name of yours there if you have one. If an AtlasDatabaseUser exists for one of them, change that one instead."
        ));
        export.note("The operator decides the order itself. A user it makes before the bundle is there can't log in until then.".to_owned());
    }
    if !deleted.is_empty() {
        export.note(format!(
            "Deleting an AtlasDatabaseUser leaves the user in Atlas, unless it is annotated first: mongodb.com/atlas-resource-policy: delete. Delete these in that way, or in Atlas if the operator doesn't manage them: {}.",
            deleted.join("; ")
        ));
    }
    if target.is_government() {
        export.note(
            "Atlas for Government: the operator has to be started with --atlas-domain=https://cloud.mongodbgov.com/.".to_owned(),
        );
    }
    export
}

fn note_project(export: &mut Export, plan: &Plan) {
    let Some(step) = plan.steps.iter().find(|step| step.restarts()) else {
        return;
    };
    export.note_restarts();
    export.note(format!(
        "{PROJECT_SCRIPT} is only for a project that the operator manages already. Don't make an AtlasProject for this: it would take every team off the project and switch auditing off. Without one, send the bundle with another tool."
    ));
    export.note(match step {
        Step::Disable { .. } => "The operator switches self-managed X.509 off only where it switched it on itself.".to_owned(),
        _ => format!(
            "If your AtlasProject has an x509CertRef, put the bundle into the Secret that it names in place of {BUNDLE_SECRET}."
        ),
    });
}

fn push_secret(export: &mut Export, pem: &str) {
    export.push(&format!(
        "---
apiVersion: v1
kind: Secret
metadata:
  name: {BUNDLE_SECRET}
  labels:
    atlas.mongodb.com/type: credentials
type: Opaque
stringData:
  ca.crt: {}
",
        block(pem),
    ));
}

/// What goes into an `AtlasProject` that is there, with nothing else of it touched.
fn push_patch(export: &mut Export, patch: &str) {
    let apply = if patch == WITH_BUNDLE {
        "kubectl apply --filename atlas.yaml\n"
    } else {
        ""
    };
    let script = format!(
        "#!/bin/sh
set -eu

# The AtlasProject that the operator manages already: export ATLAS_PROJECT=its-name first.
: \"${{ATLAS_PROJECT:?is not set}}\"
{apply}kubectl patch atlasproject \"$ATLAS_PROJECT\" --type merge --patch '{patch}'
"
    );
    export.add_file(PROJECT_SCRIPT, &script);
}

/// PEM is easier to compare line by line; anything beside it is quoted. A block keeps one line break
/// at its end.
fn block(pem: &str) -> String {
    let is_plain = |line: &str| line.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let ends_plainly = pem.ends_with('\n') && !pem.ends_with("\n\n");
    let is_pem = pem.starts_with("-----") && ends_plainly && !pem.contains('\r');
    if !is_pem || !pem.lines().all(is_plain) {
        return yaml(pem);
    }
    let mut block = String::from("|");
    for line in pem.lines() {
        block.push_str("\n    ");
        block.push_str(line);
    }
    block
}

/// Whether the user could be expressed.
fn push_user(export: &mut Export, step: &Step, slugs: &mut Slugs, target: &Target) -> bool {
    let Some(Whole {
        user,
        description,
        labels,
    }) = whole(step)
    else {
        return false;
    };
    if !export.can_express(&user.username, Tool::Kubernetes) {
        return false;
    }
    if user
        .scopes
        .iter()
        .any(|scope| scope.kind == ScopeType::Stream)
    {
        export.note(format!(
            "The operator refuses scopes on stream processing workspaces, which {} has. The user is left out.",
            user.username
        ));
        return false;
    }
    export.push(&format!(
        "---
apiVersion: atlas.mongodb.com/v1
kind: AtlasDatabaseUser
metadata:
  name: {}
spec:
  externalProjectRef:
    id: {}
  connectionSecret:
    name: {API_KEY_SECRET}
  username: {}
  databaseName: {}
  x509Type: CUSTOMER
",
        slugs.make(&user.username),
        yaml(target.project.as_str()),
        yaml(&user.username),
        yaml(EXTERNAL)
    ));
    if !description.is_empty() {
        export.push(&format!("  description: {}\n", yaml(description)));
    }
    push_labels(export, labels);
    push_roles(export, &user.roles);
    push_scopes(export, &user.scopes);
    true
}

fn push_labels(export: &mut Export, labels: &[Label]) {
    if !labels.is_empty() {
        export.push("  labels:\n");
    }
    for Label { key, value } in labels {
        export.push(&format!(
            "    - key: {}\n      value: {}\n",
            yaml(key),
            yaml(value)
        ));
    }
}

fn push_roles(export: &mut Export, roles: &[Role]) {
    export.push("  roles:\n");
    for role in roles {
        export.push(&format!(
            "    - roleName: {}\n      databaseName: {}\n",
            yaml(&role.role_name),
            yaml(&role.database_name)
        ));
        if let Some(collection) = role.collection() {
            export.push(&format!("      collectionName: {}\n", yaml(collection)));
        }
    }
}

fn push_scopes(export: &mut Export, scopes: &[Scope]) {
    if !scopes.is_empty() {
        export.push("  scopes:\n");
    }
    for scope in scopes {
        export.push(&format!(
            "    - name: {}\n      type: {}\n",
            yaml(&scope.name),
            yaml(scope.kind.as_str())
        ));
    }
}
