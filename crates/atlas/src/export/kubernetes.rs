//! The plan for MongoDB's Atlas operator for Kubernetes (its documentation, custom resources
//! `AtlasProject` and `AtlasDatabaseUser`).

use super::{Export, Target, Tool, quote::yaml, slug::Slugs};
use crate::{
    calls::EXTERNAL,
    plan::{Plan, Step, WantedUser},
    types::ScopeType,
};

/// The names that the resources have among themselves.
const PROJECT: &str = "atlas-project";
const SECRET: &str = "atlas-x509-ca";

pub(super) fn export(plan: &Plan, target: &Target) -> Export {
    let mut export = Export::new("atlas.yaml");
    let mut slugs = Slugs::new('-');
    for step in &plan.steps {
        match step {
            Step::ReplaceBundle { pem, .. } => push_bundle(&mut export, pem, target),
            Step::Disable { .. } => export.note(
                "The operator switches self-managed X.509 off when x509CertRef is taken out of the AtlasProject.".to_owned(),
            ),
            Step::CreateUser { user } | Step::UpdateUser { user, .. } => {
                let name = slugs.make(&user.username);
                push_user(&mut export, user, &name);
            }
            Step::DeleteUser { username, .. } => export.note(format!(
                "The operator deletes {username} when its AtlasDatabaseUser is deleted. If the operator did not make it, delete it in Atlas."
            )),
        }
    }
    if !plan.restarts() && !export.files[0].text.is_empty() {
        export.note(format!(
            "The users refer to an AtlasProject called {PROJECT}. Put the name of yours there."
        ));
    }
    if plan.restarts() {
        export.note(
            "The change of the CA bundle restarts the nodes of every cluster, one at a time."
                .to_owned(),
        );
        export.note("If there is an AtlasProject for this project already, add x509CertRef to it instead of a second one.".to_owned());
    }
    export
}

fn push_bundle(export: &mut Export, pem: &str, target: &Target) {
    export.push(&format!(
        "---
apiVersion: v1
kind: Secret
metadata:
  name: {SECRET}
  labels:
    atlas.mongodb.com/type: credentials
type: Opaque
stringData:
  ca.crt: {}
---
apiVersion: atlas.mongodb.com/v1
kind: AtlasProject
metadata:
  name: {PROJECT}
spec:
  name: {}
  x509CertRef:
    name: {SECRET}
",
        block(pem),
        yaml(&target.project_name)
    ));
}

/// PEM is easier to compare line by line; anything beside it is quoted.
fn block(pem: &str) -> String {
    let is_plain = |line: &str| line.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let starts_plainly = pem.starts_with("-----");
    if !starts_plainly || !pem.ends_with('\n') || !pem.lines().all(is_plain) || pem.contains('\r') {
        return yaml(pem);
    }
    let mut block = String::from("|");
    for line in pem.lines() {
        block.push_str("\n    ");
        block.push_str(line);
    }
    block
}

fn push_user(export: &mut Export, user: &WantedUser, name: &str) {
    if !export.can_express(&user.username, Tool::Kubernetes) {
        return;
    }
    export.push(&format!(
        "---
apiVersion: atlas.mongodb.com/v1
kind: AtlasDatabaseUser
metadata:
  name: {name}
spec:
  projectRef:
    name: {PROJECT}
  username: {}
  databaseName: {}
  x509Type: CUSTOMER
",
        yaml(&user.username),
        yaml(EXTERNAL)
    ));
    if let Some(description) = user.description.as_deref().filter(|text| !text.is_empty()) {
        export.push(&format!("  description: {}\n", yaml(description)));
    }
    export.push("  roles:\n");
    for role in &user.roles {
        export.push(&format!(
            "    - roleName: {}\n      databaseName: {}\n",
            yaml(&role.role_name),
            yaml(&role.database_name)
        ));
        if let Some(collection) = role.collection() {
            export.push(&format!("      collectionName: {}\n", yaml(collection)));
        }
    }
    if !user.scopes.is_empty() {
        export.push("  scopes:\n");
    }
    for scope in &user.scopes {
        if scope.kind == ScopeType::Stream {
            export.note(format!(
                "Older versions of the operator do not know the scope type STREAM, which {} uses.",
                user.username
            ));
        }
        export.push(&format!(
            "    - name: {}\n      type: {}\n",
            yaml(&scope.name),
            yaml(scope.kind.as_str())
        ));
    }
}
