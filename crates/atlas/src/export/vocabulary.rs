//! Every field, flag and command that an export names is in a list here, with where it is from. What
//! is not in a list does not exist until somebody has looked it up.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use hcl::Expression;
use saphyr::{LoadableYamlNode as _, Yaml};
use serde_json::Value;

use super::{
    tests::{commands, everything, plan, switched_off, target},
    *,
};

/// What a program takes: the words that name the command, and its flags.
struct Command {
    program: &'static str,
    words: &'static [&'static str],
    flags: &'static [&'static str],
    source: &'static str,
}

const ATLAS_CLI: &str = "Atlas CLI 1.58.1, https://www.mongodb.com/docs/atlas/cli/current/command/";
const CURL: &str = "curl 7.76, https://curl.se/docs/manpage.html (--fail-with-body is the newest)";
const KUBECTL: &str = "kubectl 1.20 to 1.34, https://kubernetes.io/docs/reference/kubectl/";

#[rustfmt::skip]
const COMMANDS: &[Command] = &[
    Command { program: "atlas", words: &["security", "customerCerts", "create"], flags: &["--casFile", "--projectId"], source: ATLAS_CLI },
    Command { program: "atlas", words: &["security", "customerCerts", "describe"], flags: &["--projectId"], source: ATLAS_CLI },
    // The commands below `api` are made from the API's description; this one is there since 1.45.
    Command { program: "atlas", words: &["api", "x509Authentication", "disableSecurityCustomerX509"], flags: &["--groupId", "--version"], source: ATLAS_CLI },
    Command { program: "atlas", words: &["dbusers", "create"], flags: &["--desc", "--projectId", "--role", "--scope", "--username", "--x509Type"], source: ATLAS_CLI },
    Command { program: "atlas", words: &["dbusers", "update"], flags: &["--authDB", "--desc", "--projectId", "--role", "--scope", "--x509Type"], source: ATLAS_CLI },
    Command { program: "atlas", words: &["dbusers", "delete"], flags: &["--authDB", "--force", "--projectId"], source: ATLAS_CLI },
    Command { program: "curl", words: &[], flags: &["--config", "--data", "--fail", "--fail-with-body", "--header", "--request", "--show-error", "--silent"], source: CURL },
    Command { program: "kubectl", words: &["apply"], flags: &["--filename"], source: KUBECTL },
    Command { program: "kubectl", words: &["patch", "atlasproject"], flags: &["--patch", "--type"], source: KUBECTL },
];

/// What the notes mention beside, each with its source.
const MENTIONED: &[(&str, &str)] = &[
    ("atlas config init --gov", ATLAS_CLI),
    ("atlas security customerCerts disable", ATLAS_CLI),
    (
        "--atlas-domain=https://cloud.mongodbgov.com/",
        "Atlas Kubernetes operator 2.15.1, cmd/manager, flag atlas-domain",
    ),
    (
        "mongodb.com/atlas-resource-policy: delete",
        "Atlas Kubernetes operator 2.15.1, internal/controller/customresource",
    ),
    (
        "orgId, publicApiKey and privateApiKey",
        "Atlas Kubernetes operator 2.15.1, documentation, Configure Access to Atlas",
    ),
];

/// Fields of documents, as paths.
struct Fields {
    source: &'static str,
    paths: &'static [&'static str],
}

const NONE: Fields = Fields {
    source: "a tool without documents",
    paths: &[],
};

const API: Fields = Fields {
    source: "Atlas Administration API, versions 2023-01-01, description of 2026-08-21",
    paths: &[
        "customerX509.cas",
        "databaseName",
        "description",
        "groupId",
        "roles[].collectionName",
        "roles[].databaseName",
        "roles[].roleName",
        "scopes[].name",
        "scopes[].type",
        "username",
        "x509Type",
    ],
};

const TERRAFORM: Fields = Fields {
    source: "Terraform 1.5 and mongodb/mongodbatlas 2.16.0 (description since 1.34), https://registry.terraform.io/providers/mongodb/mongodbatlas/2.16.0/docs",
    paths: &[
        "import.id",
        "import.to",
        "provider mongodbatlas.is_mongodbgov_cloud",
        "resource mongodbatlas_database_user.auth_database_name",
        "resource mongodbatlas_database_user.description",
        "resource mongodbatlas_database_user.labels.key",
        "resource mongodbatlas_database_user.labels.value",
        "resource mongodbatlas_database_user.project_id",
        "resource mongodbatlas_database_user.roles.collection_name",
        "resource mongodbatlas_database_user.roles.database_name",
        "resource mongodbatlas_database_user.roles.role_name",
        "resource mongodbatlas_database_user.scopes.name",
        "resource mongodbatlas_database_user.scopes.type",
        "resource mongodbatlas_database_user.username",
        "resource mongodbatlas_database_user.x509_type",
        "resource mongodbatlas_x509_authentication_database_user.customer_x509_cas",
        "resource mongodbatlas_x509_authentication_database_user.project_id",
        "terraform.required_providers.mongodbatlas.source",
        "terraform.required_providers.mongodbatlas.version",
        "terraform.required_version",
    ],
};

const KUBERNETES: Fields = Fields {
    source: "Kubernetes v1 and the custom resource definitions of mongodb/mongodb-atlas-kubernetes 2.15.1",
    paths: &[
        "AtlasDatabaseUser.apiVersion",
        "AtlasDatabaseUser.kind",
        "AtlasDatabaseUser.metadata.name",
        "AtlasDatabaseUser.spec.connectionSecret.name",
        "AtlasDatabaseUser.spec.databaseName",
        "AtlasDatabaseUser.spec.description",
        "AtlasDatabaseUser.spec.externalProjectRef.id",
        "AtlasDatabaseUser.spec.labels[].key",
        "AtlasDatabaseUser.spec.labels[].value",
        "AtlasDatabaseUser.spec.roles[].collectionName",
        "AtlasDatabaseUser.spec.roles[].databaseName",
        "AtlasDatabaseUser.spec.roles[].roleName",
        "AtlasDatabaseUser.spec.scopes[].name",
        "AtlasDatabaseUser.spec.scopes[].type",
        "AtlasDatabaseUser.spec.username",
        "AtlasDatabaseUser.spec.x509Type",
        "AtlasProject.spec.x509CertRef",
        "AtlasProject.spec.x509CertRef.name",
        "Secret.apiVersion",
        "Secret.kind",
        "Secret.metadata.labels.atlas.mongodb.com/type",
        "Secret.metadata.name",
        "Secret.stringData.ca.crt",
        "Secret.type",
    ],
};

/// Every export of everything that a plan can hold.
fn exports(tool: Tool) -> Vec<Export> {
    let government = Target {
        origin: "https://cloud.mongodbgov.com".to_owned(),
        ..target()
    };
    let plans = [
        plan("CN=Jane Doe,O=MongoDB"),
        everything("CN=Jane Doe,O=MongoDB"),
        switched_off(),
    ];
    let all = plans.iter().flat_map(|plan| {
        [
            export(tool, plan, &target()),
            export(tool, plan, &government),
        ]
    });
    all.collect()
}

/// What the scripts of a tool run, if it has any.
fn program(tool: Tool) -> Option<&'static str> {
    match tool {
        Tool::AtlasCli => Some("atlas"),
        Tool::Terraform => None,
        Tool::Kubernetes => Some("kubectl"),
        Tool::Curl => Some("curl"),
    }
}

/// The fields of the documents of a tool, and those that are listed.
fn documents(tool: Tool) -> (BTreeSet<String>, Fields) {
    let mut found = BTreeSet::new();
    let known = match tool {
        // It has flags alone.
        Tool::AtlasCli => NONE,
        Tool::Terraform => {
            for export in exports(tool) {
                let body = hcl::parse(&export.files[0].text).unwrap();
                collect_hcl("", &body, &mut found);
            }
            TERRAFORM
        }
        Tool::Kubernetes => {
            for export in exports(tool) {
                for document in Yaml::load_from_str(&export.files[0].text).unwrap() {
                    let kind = document["kind"].as_str().unwrap().to_owned();
                    collect_yaml(&kind, &document, &mut found);
                }
            }
            for patch in json(tool, "kubectl", "--patch") {
                collect_json("AtlasProject", &patch, &mut found);
            }
            KUBERNETES
        }
        Tool::Curl => {
            // That of the access token is a form.
            for body in json(tool, "curl", "--data") {
                collect_json("", &body, &mut found);
            }
            API
        }
    };
    (found, known)
}

/// What follows a flag of a program, where it is JSON.
fn json(tool: Tool, program: &str, flag: &str) -> Vec<Value> {
    let given = given(tool, program);
    let pairs = given.iter().flat_map(|words| words.windows(2));
    let of_flag = pairs.filter(|pair| pair[0] == flag);
    of_flag
        .filter_map(|pair| serde_json::from_str(&pair[1]).ok())
        .collect()
}

/// What the scripts of a tool give to a program.
fn given(tool: Tool, program: &str) -> Vec<Vec<String>> {
    let exports = exports(tool);
    let files = exports.iter().flat_map(|export| &export.files);
    let scripts = files.filter(|file| file.text.starts_with("#!/bin/sh\n"));
    scripts
        .flat_map(|file| commands(program, &file.text))
        .collect()
}

#[test]
fn no_script_names_a_command_or_a_flag_that_is_not_listed() {
    for tool in Tool::ALL {
        let Some(program) = program(tool) else {
            continue;
        };
        let given = given(tool, program);
        assert!(!given.is_empty(), "{program}");
        let mut seen = BTreeSet::new();
        for words in &given {
            let is_it = |command: &&Command| {
                command.program == program
                    && words
                        .iter()
                        .zip(command.words)
                        .all(|(word, known)| word == known)
            };
            let command = COMMANDS.iter().find(is_it);
            let command = command.unwrap_or_else(|| panic!("{program} {words:?}"));
            for flag in words.iter().filter(|word| word.starts_with("--")) {
                assert!(
                    command.flags.contains(&flag.as_str()),
                    "{program} {words:?}: {flag} is not in {}",
                    command.source
                );
                seen.insert((command.words.join(" "), flag.clone()));
            }
        }
        for command in COMMANDS.iter().filter(|command| command.program == program) {
            for flag in command.flags {
                let is_seen = seen.contains(&(command.words.join(" "), (*flag).to_owned()));
                assert!(
                    is_seen,
                    "{program} {:?} {flag} is never used",
                    command.words
                );
            }
        }
    }
}

#[test]
fn no_document_names_a_field_that_is_not_listed() {
    for tool in Tool::ALL {
        let (found, known) = documents(tool);
        let known_paths: BTreeSet<String> =
            known.paths.iter().map(|path| (*path).to_owned()).collect();
        assert_eq!(found, known_paths, "{}", known.source);
    }
}

#[test]
fn no_note_names_a_flag_or_a_command_that_is_not_listed() {
    let mut said = String::new();
    for tool in Tool::ALL {
        for export in exports(tool) {
            said.push_str(&export.notes.join("\n"));
            said.push('\n');
        }
    }
    for (mentioned, source) in MENTIONED {
        assert!(
            said.contains(mentioned),
            "{mentioned} ({source}) is never said"
        );
    }
    let unknown = MENTIONED
        .iter()
        .fold(said, |said, (mentioned, _)| said.replace(mentioned, ""));
    for beginning in [
        "--",
        "atlas security",
        "atlas config",
        "atlas api",
        "atlas dbusers",
        "kubectl ",
    ] {
        let rest = unknown.split_once(beginning).map(|(_, rest)| rest);
        assert_eq!(rest, None, "{beginning}");
    }
}

fn collect_json(path: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let separator = if path.is_empty() { "" } else { "." };
                collect_json(&format!("{path}{separator}{name}"), value, found);
            }
        }
        Value::Array(entries) => {
            for entry in entries {
                collect_json(&format!("{path}[]"), entry, found);
            }
        }
        _ => {
            found.insert(path.to_owned());
        }
    }
}

fn collect_yaml(path: &str, value: &Yaml<'_>, found: &mut BTreeSet<String>) {
    match value {
        Yaml::Mapping(fields) => {
            for (name, value) in fields {
                collect_yaml(&format!("{path}.{}", name.as_str().unwrap()), value, found);
            }
        }
        Yaml::Sequence(entries) => {
            for entry in entries {
                collect_yaml(&format!("{path}[]"), entry, found);
            }
        }
        _ => {
            found.insert(path.to_owned());
        }
    }
}

fn collect_hcl(path: &str, body: &hcl::Body, found: &mut BTreeSet<String>) {
    for attribute in body.attributes() {
        collect_expression(
            &format!("{path}{}", attribute.key()),
            attribute.expr(),
            found,
        );
    }
    for block in body.blocks() {
        let label = block.labels().first();
        let label = label.map_or(String::new(), |label| format!(" {}", label.as_str()));
        let path = format!("{path}{}{label}.", block.identifier());
        collect_hcl(&path, block.body(), found);
    }
}

fn collect_expression(path: &str, expression: &Expression, found: &mut BTreeSet<String>) {
    let Expression::Object(fields) = expression else {
        found.insert(path.to_owned());
        return;
    };
    for (name, value) in fields {
        let name = name.to_string();
        let name = name.trim_matches('"');
        collect_expression(&format!("{path}.{name}"), value, found);
    }
}
