//! A plan as input for other tools: Atlas CLI, Terraform, the Kubernetes operator, curl.
//!
//! An export is text for a person to read and run; nothing here runs anything. Every value is quoted
//! for the language that it stands in, distinguished names with any character in them included.
//! What a tool cannot express is left out and said in [`Export::notes`].

mod cli;
mod curl;
mod kubernetes;
pub mod quote;
mod slug;
mod terraform;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vocabulary;

use serde::{Deserialize, Serialize};

use crate::{
    plan::{Plan, Step, WantedUser},
    types::{Label, ProjectId},
};

/// The tools that there is an export for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// A shell script for MongoDB's command-line tool.
    AtlasCli,
    /// A configuration for `HashiCorp`'s Terraform and its relatives.
    Terraform,
    /// Resources for MongoDB's Atlas operator.
    Kubernetes,
    /// A shell script that makes the calls of the Administration API itself.
    Curl,
}

impl Tool {
    /// Every one.
    pub const ALL: [Self; 4] = [
        Self::AtlasCli,
        Self::Terraform,
        Self::Kubernetes,
        Self::Curl,
    ];

    /// The tool's name.
    pub fn title(self) -> &'static str {
        match self {
            Self::AtlasCli => "Atlas CLI",
            Self::Terraform => "Terraform",
            Self::Kubernetes => "Kubernetes operator",
            Self::Curl => "curl",
        }
    }

    /// Whether the steps happen in the order of the plan; the others decide on an order themselves.
    pub fn keeps_order(self) -> bool {
        matches!(self, Self::AtlasCli | Self::Curl)
    }
}

/// What an export needs to know beside the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The project.
    pub project: ProjectId,
    /// The project's name, which the Kubernetes operator knows it by.
    pub project_name: String,
    /// Where Atlas is, such as `https://cloud.mongodb.com`.
    pub origin: String,
}

/// The one Atlas that governments of the United States have of their own.
const GOVERNMENT: &str = "mongodbgov.com";

impl Target {
    /// Whether this is Atlas for Government, which every tool has to be told.
    fn is_government(&self) -> bool {
        let host = self.origin.rsplit('/').next().unwrap_or_default();
        host == GOVERNMENT || host.ends_with(&format!(".{GOVERNMENT}"))
    }
}

/// An export.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// The files, the main one first. They belong into one folder.
    pub files: Vec<File>,
    /// What a person should know, such as what the tool cannot express.
    pub notes: Vec<String>,
}

/// A file of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A plan for one tool.
pub fn export(tool: Tool, plan: &Plan, target: &Target) -> Export {
    let mut export = match tool {
        Tool::AtlasCli => cli::export(plan, target),
        Tool::Terraform => terraform::export(plan, target),
        Tool::Kubernetes => kubernetes::export(plan, target),
        Tool::Curl => curl::export(plan, target),
    };
    if let Some(former) = &plan.former {
        let file = former_bundle(former, &target.project_name);
        export.note(format!(
            "{} is the bundle as Atlas has it now. Keep it: afterwards nobody can read it any more. To go back, send it like any other bundle.",
            file.name
        ));
        export.files.push(file);
    }
    export
}

/// The bundle that is about to be replaced, byte for byte, as a file to keep.
pub fn former_bundle(pem: &str, project_name: &str) -> File {
    File {
        name: format!("former-bundle-{}.pem", slug::of_title(project_name)),
        text: pem.to_owned(),
    }
}

/// A user as it is to be, with what a tool erases when it is not told.
struct Whole<'a> {
    user: &'a WantedUser,
    description: &'a str,
    labels: &'a [Label],
}

/// `None` for a step that leaves no user behind.
fn whole(step: &Step) -> Option<Whole<'_>> {
    let (user, before, labels) = match step {
        Step::CreateUser { user } => (user, "", &[][..]),
        Step::UpdateUser { user, was, labels } => {
            (user, was.description.as_str(), labels.as_slice())
        }
        _ => return None,
    };
    Some(Whole {
        user,
        description: user.description.as_deref().unwrap_or(before),
        labels,
    })
}

impl Export {
    fn new(name: &str) -> Self {
        Self {
            files: vec![File {
                name: name.to_owned(),
                text: String::new(),
            }],
            notes: Vec::new(),
        }
    }

    fn push(&mut self, text: &str) {
        self.files[0].text.push_str(text);
    }

    fn add_file(&mut self, name: &str, text: &str) {
        self.files.push(File {
            name: name.to_owned(),
            text: text.to_owned(),
        });
    }

    fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    fn note_restarts(&mut self) {
        self.note(
            "The change of the CA bundle restarts the nodes of every running cluster, one at a time."
                .to_owned(),
        );
    }

    /// No shell, no HCL and no Kubernetes carries the character NUL.
    fn can_express(&mut self, username: &str, tool: Tool) -> bool {
        let expressible = !username.contains('\0');
        if !expressible {
            self.note(format!(
                "“{}” holds the character NUL, which {} cannot express. It is left out.",
                username.escape_debug(),
                tool.title()
            ));
        }
        expressible
    }
}
