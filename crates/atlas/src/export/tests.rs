//! The exports are read by others than ourselves: bash runs the scripts with stand-ins for the
//! tools, `hcl` and `saphyr` parse the rest.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{collections::BTreeMap, process::Command};

use hcl::eval::{Context, Evaluate as _};
use proptest::prelude::*;
use saphyr::{LoadableYamlNode as _, Yaml};
use serde_json::Value;

use super::*;
use crate::{
    calls::recognise,
    fake::{authority, project},
    plan::{Removed, Step, UserState, WantedUser},
    types::{Role, Scope, ScopeType},
};

const HOSTILE: &[&str] = &[
    "CN=Jane Doe,O=MongoDB,C=US",
    "CN=a/b+OU=c%20d#e?f",
    r#"CN="quoted"\,x;y=z"#,
    "CN=it's,O=$HOME $(id) `id` ${x} %{y} $${z} %%{w} !!",
    "CN=line\nbreak\ttab\rreturn",
    "CN=Jürgen Größe,O=日本語 🦀",
    "CN=\u{1}\u{7f}\u{85}\u{2028}\u{feff}",
    "CN=' ; rm -rf / #",
    r"CN=back\\slash\",
    "CN=--help,O=-x",
    "CN=*?[a-z]{1,2}~ & | < >",
    "CN=: - yaml? {a: b}",
];

fn target() -> Target {
    Target {
        project: project(),
        project_name: "Acme \"Production\": #1".to_owned(),
        origin: "https://cloud.mongodb.com".to_owned(),
    }
}

fn wanted_user(username: &str) -> WantedUser {
    WantedUser {
        username: username.to_owned(),
        roles: vec![
            Role::on("readWriteAnyDatabase", "admin"),
            Role {
                collection_name: Some("or,ders \"x\"".to_owned()),
                ..Role::on("read", "sales,1")
            },
        ],
        scopes: vec![
            Scope {
                name: "Cluster0".to_owned(),
                kind: ScopeType::Cluster,
            },
            Scope {
                name: "lake".to_owned(),
                kind: ScopeType::DataLake,
            },
        ],
        description: Some("It's ${here}".to_owned()),
    }
}

fn plan(username: &str) -> Plan {
    Plan {
        steps: vec![
            Step::ReplaceBundle {
                pem: authority("A").pem + "\n",
                added: vec![authority("A")],
                kept: vec![],
                removed: vec![Removed {
                    authority: authority("B"),
                    breaks: vec![],
                }],
            },
            Step::CreateUser {
                user: wanted_user(username),
            },
            Step::UpdateUser {
                user: wanted_user(username),
                was: UserState::default(),
                labels: vec![],
            },
            Step::DeleteUser {
                username: username.to_owned(),
                was: UserState::default(),
            },
        ],
        ..Plan::default()
    }
}

/// What the commands called `tool` of a script are given, by bash.
fn commands(tool: &str, script: &str) -> Vec<Vec<String>> {
    let stand_in = format!(
        "{tool}() {{ printf '%s\\0' \"$@\"; printf '\\0\\0'; }}\nTOKEN=t ATLAS_CLIENT_ID=i ATLAS_CLIENT_SECRET=s\n"
    );
    let output = Command::new("bash")
        .arg("-c")
        .arg(stand_in + script)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}\n{script}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_terminator("\0\0\0")
        .map(|words| words.split('\0').map(str::to_owned).collect())
        .collect()
}

fn after<'a>(words: &'a [String], flag: &str) -> Vec<&'a str> {
    words
        .windows(2)
        .filter(|pair| pair[0] == flag)
        .map(|pair| pair[1].as_str())
        .collect()
}

fn check_cli(username: &str) {
    let export = export(Tool::AtlasCli, &plan(username), &target());
    let commands = commands("atlas", &export.files[0].text);
    assert_eq!(commands.len(), 4, "{}", export.files[0].text);
    assert_eq!(
        commands[0][..5],
        ["security", "customerCerts", "create", "--casFile", "ca.pem"]
    );
    assert_eq!(after(&commands[1], "--username"), [username]);
    assert_eq!(
        after(&commands[1], "--role"),
        [
            "readWriteAnyDatabase@admin",
            "\"read@sales,1.or,ders \"\"x\"\"\""
        ]
    );
    assert_eq!(
        after(&commands[1], "--scope"),
        ["Cluster0", "lake:DATA_LAKE"]
    );
    assert_eq!(after(&commands[1], "--desc"), ["It's ${here}"]);
    assert_eq!(
        commands[2][..5],
        ["dbusers", "update", username, "--authDB", "$external"]
    );
    assert_eq!(commands[3][..3], ["dbusers", "delete", username]);
    for command in &commands {
        assert_eq!(after(command, "--projectId"), [project().as_str()]);
    }
    assert_eq!(export.files[1].name, "ca.pem");
}

fn check_curl(username: &str) {
    let export = export(Tool::Curl, &plan(username), &target());
    let script = export.files[0].text.replace("TOKEN=$(", "IGNORED=$(");
    let commands = commands("curl", &script);
    let base = "https://cloud.mongodb.com/api/atlas/v2";
    let sent: Vec<(&str, _, Value)> = commands
        .iter()
        .map(|words| {
            let method = after(words, "--request")[0];
            let path = words.last().unwrap().strip_prefix(base).unwrap();
            let body = after(words, "--data")
                .first()
                .map_or(Value::Null, |data| serde_json::from_str(data).unwrap());
            let known = recognise(method, path).unwrap();
            assert_eq!(after(words, "--header")[0], "Authorization: Bearer t");
            assert_eq!(
                after(words, "--header")[1],
                format!("Accept: {}", known.call.media_type())
            );
            (method, known.values, body)
        })
        .collect();
    assert_eq!(sent[0].2["customerX509"]["cas"], authority("A").pem + "\n");
    assert_eq!(
        (sent[1].0, &sent[1].2["username"]),
        ("POST", &Value::from(username))
    );
    assert_eq!(sent[1].2["x509Type"], "CUSTOMER");
    assert_eq!((sent[2].0, sent[2].1[1].as_str()), ("PATCH", username));
    assert_eq!((sent[3].0, sent[3].1[1].as_str()), ("DELETE", username));
}

fn hcl_text(block: &hcl::Block, name: &str) -> String {
    let attribute = block
        .body()
        .attributes()
        .find(|attribute| attribute.key() == name)
        .unwrap();
    attribute
        .expr()
        .evaluate(&Context::new())
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

fn check_terraform(username: &str) {
    let export = export(Tool::Terraform, &plan(username), &target());
    let text = &export.files[0].text;
    let body = hcl::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let users: Vec<&hcl::Block> = body
        .blocks()
        .filter(|block| {
            block
                .labels()
                .first()
                .is_some_and(|label| label.as_str() == "mongodbatlas_database_user")
        })
        .collect();
    assert_eq!(users.len(), 2);
    for user in &users {
        assert_eq!(hcl_text(user, "username"), username);
        assert_eq!(hcl_text(user, "auth_database_name"), "$external");
        assert_eq!(hcl_text(user, "description"), "It's ${here}");
        let roles: Vec<&hcl::Block> = user
            .body()
            .blocks()
            .filter(|block| block.identifier() == "roles")
            .collect();
        assert_eq!(hcl_text(roles[1], "collection_name"), "or,ders \"x\"");
    }
    assert_ne!(users[0].labels()[1], users[1].labels()[1]);
    let import = body
        .blocks()
        .find(|block| block.identifier() == "import")
        .unwrap();
    assert_eq!(
        hcl_text(import, "id"),
        format!("{}-{username}-$external", project())
    );
}

fn check_kubernetes(username: &str) {
    let export = export(Tool::Kubernetes, &plan(username), &target());
    let text = &export.files[0].text;
    let documents = Yaml::load_from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(documents.len(), 4);
    assert_eq!(
        documents[0]["stringData"]["ca.crt"].as_str(),
        Some((authority("A").pem + "\n").as_str())
    );
    assert_eq!(
        documents[0]["metadata"]["labels"]["atlas.mongodb.com/type"].as_str(),
        Some("credentials")
    );
    assert_eq!(
        documents[1]["spec"]["name"].as_str(),
        Some(target().project_name.as_str())
    );
    assert_eq!(
        documents[1]["spec"]["x509CertRef"]["name"].as_str(),
        documents[0]["metadata"]["name"].as_str()
    );
    for user in &documents[2..] {
        assert_eq!(user["spec"]["username"].as_str(), Some(username), "{text}");
        assert_eq!(user["spec"]["databaseName"].as_str(), Some("$external"));
        assert_eq!(user["spec"]["x509Type"].as_str(), Some("CUSTOMER"));
        assert_eq!(
            user["spec"]["roles"][1]["collectionName"].as_str(),
            Some("or,ders \"x\"")
        );
        assert_eq!(
            user["spec"]["scopes"][1]["type"].as_str(),
            Some("DATA_LAKE")
        );
    }
}

#[test]
fn hostile_names_come_through_bash_to_the_atlas_cli() {
    for name in HOSTILE {
        check_cli(name);
    }
}

#[test]
fn hostile_names_come_through_bash_to_curl() {
    for name in HOSTILE {
        check_curl(name);
    }
}

#[test]
fn hostile_names_come_through_terraform() {
    for name in HOSTILE {
        check_terraform(name);
    }
}

#[test]
fn hostile_names_come_through_yaml() {
    for name in HOSTILE {
        check_kubernetes(name);
    }
}

#[test]
fn what_a_tool_cannot_express_is_left_out_and_said() {
    for tool in Tool::ALL {
        let export = export(tool, &plan("CN=a\0b"), &target());
        assert!(!export.files[0].text.contains("a\0b") && !export.files[0].text.contains("CREATE"));
        let said = export.notes.iter().any(|note| note.contains("NUL"));
        assert!(said, "{tool:?}: {:?}", export.notes);
    }
    let mut plan = plan("CN=e\u{301}");
    plan.steps[2] = Step::UpdateUser {
        user: WantedUser {
            username: "CN=b".to_owned(),
            roles: vec![Role::on("read", "a@b")],
            description: Some(String::new()),
            ..WantedUser::default()
        },
        was: UserState {
            scopes: vec![Scope {
                name: "c".to_owned(),
                kind: ScopeType::Stream,
            }],
            description: "x".to_owned(),
            ..UserState::default()
        },
        labels: vec![],
    };
    let notes = |tool| export(tool, &plan, &target()).notes.join("\n");
    for said in ["takes an @", "lift the limit", "empty the description"] {
        assert!(notes(Tool::AtlasCli).contains(said), "{said}");
    }
    assert!(notes(Tool::Terraform).contains("composed form"));
    assert!(notes(Tool::Terraform).contains("Terraform deletes CN=e\u{301}"));
}

#[test]
fn a_body_too_long_for_an_argument_goes_into_a_file() {
    let mut plan = plan("CN=a");
    plan.steps.truncate(1);
    let Step::ReplaceBundle { pem, .. } = &mut plan.steps[0] else {
        panic!()
    };
    *pem = pem.repeat(3_000);
    let export = export(Tool::Curl, &plan, &target());
    assert!(
        export.files[0].text.contains("--data @userSecurity.json"),
        "{}",
        export.files[0].text
    );
    let body: BTreeMap<String, Value> = serde_json::from_str(&export.files[1].text).unwrap();
    assert!(body["customerX509"]["cas"].as_str().unwrap().len() > 100_000);
}

#[test]
fn switching_off_is_expressed_or_said() {
    let plan = Plan {
        steps: vec![Step::Disable { removed: vec![] }],
        ..Plan::default()
    };
    let text = |tool| export(tool, &plan, &target()).files[0].text.clone();
    assert!(
        text(Tool::AtlasCli).contains("atlas security customerCerts disable --force --projectId")
    );
    assert!(text(Tool::Curl).contains("--request DELETE"));
    for tool in [Tool::Terraform, Tool::Kubernetes] {
        assert!(
            export(tool, &plan, &target()).notes[0].contains("switches self-managed X.509 off")
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_name_comes_through_bash(name in "CN=[^\0]{0,40}") {
        check_cli(&name);
        check_curl(&name);
    }
}

proptest! {
    #[test]
    fn any_name_comes_through_hcl_and_yaml(name in "CN=([$%{}\\\\\"'\\n]|[^\0]){0,40}") {
        check_terraform(&name);
        check_kubernetes(&name);
    }
}
