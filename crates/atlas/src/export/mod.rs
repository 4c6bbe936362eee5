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

use serde::{Deserialize, Serialize};

use crate::{plan::Plan, types::ProjectId};

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
    match tool {
        Tool::AtlasCli => cli::export(plan, target),
        Tool::Terraform => terraform::export(plan, target),
        Tool::Kubernetes => kubernetes::export(plan, target),
        Tool::Curl => curl::export(plan, target),
    }
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
