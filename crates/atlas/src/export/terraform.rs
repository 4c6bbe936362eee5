//! The plan for Terraform, with MongoDB's provider `mongodb/mongodbatlas` (its documentation,
//! resources `mongodbatlas_x509_authentication_database_user` and `mongodbatlas_database_user`).

use unicode_normalization::is_nfc;

use super::{Export, Target, Tool, quote::hcl, slug::Slugs};
use crate::{
    calls::EXTERNAL,
    plan::{Plan, Step, WantedUser},
    types::Role,
};

const PROVIDER: &str = "terraform {
  required_providers {
    mongodbatlas = {
      source = \"mongodb/mongodbatlas\"
    }
  }
}
";

pub(super) fn export(plan: &Plan, target: &Target) -> Export {
    let mut export = Export::new("main.tf");
    export.push(PROVIDER);
    let mut slugs = Slugs::new('_');
    for step in &plan.steps {
        match step {
            Step::ReplaceBundle { pem, .. } => {
                export.add_file("ca.pem", pem);
                push_bundle(&mut export, target);
            }
            Step::Disable { .. } => export.note(
                "Terraform switches self-managed X.509 off when the resource mongodbatlas_x509_authentication_database_user is taken out of the configuration.".to_owned(),
            ),
            Step::CreateUser { user } => {
                let name = slugs.make(&user.username);
                push_user(&mut export, user, &name, target);
            }
            Step::UpdateUser { user, .. } => {
                let name = slugs.make(&user.username);
                push_import(&mut export, &user.username, &name, target);
                push_user(&mut export, user, &name, target);
            }
            Step::DeleteUser { username, .. } => export.note(format!(
                "Terraform deletes {username} when its resource is taken out of the configuration. If Terraform did not make it, delete it in Atlas."
            )),
        }
    }
    if plan.restarts() {
        export.note(
            "The change of the CA bundle restarts the nodes of every cluster, one at a time."
                .to_owned(),
        );
    }
    export
}

fn push_bundle(export: &mut Export, target: &Target) {
    export.push(&format!(
        "
resource \"mongodbatlas_x509_authentication_database_user\" \"customer\" {{
  project_id        = {}
  customer_x509_cas = file(\"${{path.module}}/ca.pem\")
}}
",
        hcl(target.project.as_str())
    ));
}

/// The user is there already, so that Terraform has to take it over first.
fn push_import(export: &mut Export, username: &str, name: &str, target: &Target) {
    if username.contains('\0') {
        return;
    }
    export.push(&format!(
        "
import {{
  to = mongodbatlas_database_user.{name}
  id = {}
}}
",
        hcl(&format!("{}-{username}-{EXTERNAL}", target.project))
    ));
}

fn push_user(export: &mut Export, user: &WantedUser, name: &str, target: &Target) {
    if !export.can_express(&user.username, Tool::Terraform) {
        return;
    }
    if !is_nfc(&user.username) {
        export.note(format!(
            "Terraform writes every text in Unicode's composed form, which {} is not in. It would make a user of another name.",
            user.username
        ));
    }
    export.push(&format!(
        "
resource \"mongodbatlas_database_user\" \"{name}\" {{
  project_id         = {}
  username           = {}
  auth_database_name = {}
  x509_type          = \"CUSTOMER\"
",
        hcl(target.project.as_str()),
        hcl(&user.username),
        hcl(EXTERNAL),
    ));
    if let Some(description) = user.description.as_deref().filter(|text| !text.is_empty()) {
        export.push(&format!("  description        = {}\n", hcl(description)));
    }
    for role in &user.roles {
        push_role(export, role);
    }
    for scope in &user.scopes {
        export.push(&format!(
            "
  scopes {{
    name = {}
    type = {}
  }}
",
            hcl(&scope.name),
            hcl(scope.kind.as_str())
        ));
    }
    export.push("}\n");
}

/// Aligned as `terraform fmt` does it.
fn push_role(export: &mut Export, role: &Role) {
    let (name, database) = (hcl(&role.role_name), hcl(&role.database_name));
    export.push("\n  roles {\n");
    match role.collection() {
        None => export.push(&format!(
            "    role_name     = {name}\n    database_name = {database}\n"
        )),
        Some(collection) => export.push(&format!(
            "    role_name       = {name}\n    database_name   = {database}\n    collection_name = {}\n",
            hcl(collection)
        )),
    }
    export.push("  }\n");
}
