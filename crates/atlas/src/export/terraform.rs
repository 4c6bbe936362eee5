//! The plan for Terraform, with MongoDB's provider `mongodb/mongodbatlas` (its documentation for
//! 2.16, resources `mongodbatlas_x509_authentication_database_user` and `mongodbatlas_database_user`).

use unicode_normalization::is_nfc;

use super::{Export, Target, Tool, Whole, quote::hcl, slug::Slugs, whole};
use crate::{
    calls::EXTERNAL,
    plan::{Plan, Step},
    types::{Label, Role, Scope},
};

/// Blocks that import came with 1.5, a user's description with 1.34.
const PROVIDER: &str = "terraform {
  required_version = \">= 1.5\"

  required_providers {
    mongodbatlas = {
      source  = \"mongodb/mongodbatlas\"
      version = \">= 1.34\"
    }
  }
}
";

const GOVERNMENT: &str = "
provider \"mongodbatlas\" {
  is_mongodbgov_cloud = true
}
";

pub(super) fn export(plan: &Plan, target: &Target) -> Export {
    let mut export = Export::new("main.tf");
    export.push(PROVIDER);
    if target.is_government() {
        export.push(GOVERNMENT);
    }
    let mut slugs = Slugs::new('_');
    for step in &plan.steps {
        match step {
            Step::ReplaceBundle { pem, .. } => {
                export.add_file("ca.pem", pem);
                push_bundle(&mut export, target);
            }
            Step::Disable { .. } => export.note(
                "Terraform can't switch self-managed X.509 off: since 1.14 the provider does nothing when the resource is destroyed. Use the Atlas CLI or curl, then take the resource out of the configuration and the state.".to_owned(),
            ),
            Step::CreateUser { user } => {
                let name = slugs.make(&user.username);
                push_user(&mut export, step, &name, target);
            }
            Step::UpdateUser { user, .. } => {
                let name = slugs.make(&user.username);
                push_import(&mut export, &user.username, &name, target);
                push_user(&mut export, step, &name, target);
            }
            Step::DeleteUser { username, .. } => export.note(format!(
                "Terraform deletes {username} when its resource is taken out of the configuration. If Terraform did not make it, delete it in Atlas."
            )),
        }
    }
    if plan.restarts() {
        export.note_restarts();
    }
    export.note(
        "Terraform decides the order itself. A user it makes before the bundle is there can't log in until then.".to_owned(),
    );
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
    export.note("Terraform shows a new bundle as a replacement with a hidden value, and doesn't notice when somebody changes the bundle in Atlas.".to_owned());
}

/// The user is there already, so that Terraform has to take it over first.
fn push_import(export: &mut Export, username: &str, name: &str, target: &Target) {
    if username.contains('\0') {
        return;
    }
    // The provider takes an id with two slashes for its other form, `project/user/database`.
    if username.matches('/').count() == 2 {
        export.note(format!(
            "Terraform can't take over {username}, because the provider can't import a name with two slashes. Take the user out of main.tf and change it with another tool."
        ));
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

fn push_user(export: &mut Export, step: &Step, name: &str, target: &Target) {
    let Some(Whole {
        user,
        description,
        labels,
    }) = whole(step)
    else {
        return;
    };
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
    if !description.is_empty() {
        export.push(&format!("  description        = {}\n", hcl(description)));
    }
    for role in &user.roles {
        push_role(export, role);
    }
    for Label { key, value } in labels {
        export.push(&format!(
            "\n  labels {{\n    key   = {}\n    value = {}\n  }}\n",
            hcl(key),
            hcl(value)
        ));
    }
    for Scope { name, kind } in &user.scopes {
        export.push(&format!(
            "\n  scopes {{\n    name = {}\n    type = {}\n  }}\n",
            hcl(name),
            hcl(kind.as_str())
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
