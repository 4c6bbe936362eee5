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
    types::{Label, Role, Scope, ScopeType},
};

const HOSTILE: &[&str] = &[
    "CN=Jane Doe,O=MongoDB,C=US",
    "CN=a/b+OU=c%20d#e?f",
    "CN=https://x",
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

pub(super) fn target() -> Target {
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

pub(super) fn plan(username: &str) -> Plan {
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

/// [`plan`] with everything that a plan can hold: an existing user has a description that stays and
/// labels, and there is a former bundle.
pub(super) fn everything(username: &str) -> Plan {
    let mut plan = plan(username);
    plan.former = Some("# as it was\r\n".to_owned() + &authority("B").pem);
    plan.steps[2] = Step::UpdateUser {
        user: WantedUser {
            description: None,
            ..wanted_user(username)
        },
        was: UserState {
            description: "Kept: \"as\" it ${is}".to_owned(),
            ..UserState::default()
        },
        labels: vec![Label {
            key: "te\"am".to_owned(),
            value: "${sales}".to_owned(),
        }],
    };
    plan
}

pub(super) fn switched_off() -> Plan {
    Plan {
        steps: vec![Step::Disable { removed: vec![] }],
        former: Some(authority("B").pem),
        ..Plan::default()
    }
}

/// What the commands called `tool` of a script are given, by bash; what curl reads from its standard
/// input follows a `<`.
pub(super) fn commands(tool: &str, script: &str) -> Vec<Vec<String>> {
    let stand_in = format!(
        r#"exec 3>&1 >/dev/null
{tool}() {{
  printf '%s\0' "$@" >&3
  case "$*" in *"--config -"*) printf '<%s\0' "$(cat)" >&3 ;; esac
  printf '\0\0' >&3
  echo '{{"expires_in" : 3600, "access_token" : "t0ken", "token_type" : "Bearer"}}'
}}
ATLAS_CLIENT_ID=the-id ATLAS_CLIENT_SECRET=s3cret ATLAS_PROJECT=its-name
"#
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
    assert_eq!(commands.len(), 5, "{}", export.files[0].text);
    assert_eq!(commands[4][..3], ["security", "customerCerts", "describe"]);
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
    let commands = commands("curl", &export.files[0].text);
    let (token, calls) = commands.split_first().unwrap();
    assert_eq!(token.last().unwrap(), "<user = \"the-id:s3cret\"");
    let base = "https://cloud.mongodb.com/api/atlas/v2";
    let sent: Vec<(&str, _, Value)> = calls
        .iter()
        .map(|words| {
            let (stdin, words) = words.split_last().unwrap();
            assert_eq!(stdin, "<header = \"Authorization: Bearer t0ken\"");
            let method = after(words, "--request")[0];
            let path = words.last().unwrap().strip_prefix(base).unwrap();
            let body = after(words, "--data")
                .first()
                .map_or(Value::Null, |data| serde_json::from_str(data).unwrap());
            let known = recognise(method, path).unwrap();
            assert_eq!(
                after(words, "--header")[0],
                format!("Accept: {}", known.call.media_type())
            );
            (method, known.values, body)
        })
        .collect();
    // Other users of the computer can read arguments.
    for argument in commands.iter().flatten() {
        let is_secret = argument.contains("s3cret") || argument.contains("t0ken");
        assert!(!is_secret || argument.starts_with('<'), "{argument}");
    }
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
    let mut imports = body.blocks().filter(|block| block.identifier() == "import");
    if username.matches('/').count() == 2 {
        assert!(imports.next().is_none());
        assert!(export.notes.iter().any(|note| note.contains("two slashes")));
        return;
    }
    assert_eq!(
        hcl_text(imports.next().unwrap(), "id"),
        format!("{}-{username}-$external", project())
    );
}

fn check_kubernetes(username: &str) {
    let export = export(Tool::Kubernetes, &plan(username), &target());
    let text = &export.files[0].text;
    let documents = Yaml::load_from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(documents.len(), 3);
    assert_eq!(
        documents[0]["stringData"]["ca.crt"].as_str(),
        Some((authority("A").pem + "\n").as_str())
    );
    assert_eq!(
        documents[0]["metadata"]["labels"]["atlas.mongodb.com/type"].as_str(),
        Some("credentials")
    );
    let patch = commands("kubectl", &export.files[1].text).pop().unwrap();
    assert_eq!(patch[..3], ["patch", "atlasproject", "its-name"]);
    let patch: Value = serde_json::from_str(after(&patch, "--patch")[0]).unwrap();
    assert_eq!(
        patch["spec"]["x509CertRef"]["name"].as_str(),
        documents[0]["metadata"]["name"].as_str()
    );
    for user in &documents[1..] {
        assert_eq!(user["spec"]["username"].as_str(), Some(username), "{text}");
        let project_ref = &user["spec"]["externalProjectRef"]["id"];
        assert_eq!(project_ref.as_str(), Some(project().as_str()));
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
    let export = |tool| export(tool, &switched_off(), &target());
    let cli = commands("atlas", &export(Tool::AtlasCli).files[0].text);
    let id = project();
    assert_eq!(
        cli[0],
        [
            "api",
            "x509Authentication",
            "disableSecurityCustomerX509",
            "--version",
            "2023-01-01",
            "--groupId",
            id.as_str()
        ]
    );
    let curl = commands("curl", &export(Tool::Curl).files[0].text);
    assert_eq!(after(&curl[1], "--request"), ["DELETE"]);
    let kubernetes = export(Tool::Kubernetes);
    assert!(kubernetes.files[0].text.is_empty());
    let patch = commands("kubectl", &kubernetes.files[1].text);
    assert_eq!(
        after(&patch[0], "--patch"),
        [r#"{"spec":{"x509CertRef":null}}"#]
    );
    let terraform = export(Tool::Terraform);
    assert!(!terraform.files[0].text.contains("mongodbatlas_x509"));
    assert!(terraform.notes[0].starts_with("Terraform can't switch self-managed X.509 off"));
}

/// A second plan of the same kind leads back, and the text is there to the byte.
#[test]
fn the_former_bundle_is_a_file_of_every_export_that_takes_it_away() {
    for tool in Tool::ALL {
        for plan in [everything("CN=a"), switched_off()] {
            let export = export(tool, &plan, &target());
            let file = export.files.last().unwrap();
            assert_eq!(file.name, "former-bundle-acme-production-1.pem");
            assert_eq!(Some(&file.text), plan.former.as_ref());
            assert!(export.notes.iter().any(|note| note.contains(&file.name)));
        }
        assert!(
            export(tool, &plan("CN=a"), &target())
                .notes
                .iter()
                .all(|note| !note.contains("former"))
        );
    }
}

#[test]
fn what_an_existing_user_has_is_not_erased_by_what_an_export_leaves_out() {
    let (description, key, value) = ("Kept: \"as\" it ${is}", "te\"am", "${sales}");
    let plan = everything("CN=a");
    let terraform = hcl::parse(&export(Tool::Terraform, &plan, &target()).files[0].text).unwrap();
    let user = terraform
        .blocks()
        .filter(|block| block.labels().len() == 2)
        .collect::<Vec<_>>()
        .pop()
        .unwrap();
    assert_eq!(hcl_text(user, "description"), description);
    let mut parts = user.body().blocks();
    let labels = parts.find(|block| block.identifier() == "labels").unwrap();
    assert_eq!(
        (hcl_text(labels, "key"), hcl_text(labels, "value")),
        (key.to_owned(), value.to_owned())
    );

    let kubernetes = export(Tool::Kubernetes, &plan, &target());
    let documents = Yaml::load_from_str(&kubernetes.files[0].text).unwrap();
    let spec = &documents[2]["spec"];
    assert_eq!(spec["description"].as_str(), Some(description));
    assert_eq!(spec["labels"][0]["key"].as_str(), Some(key));
    assert_eq!(spec["labels"][0]["value"].as_str(), Some(value));

    // These two leave alone what they do not name.
    for tool in [Tool::AtlasCli, Tool::Curl] {
        assert!(
            !export(tool, &plan, &target()).files[0]
                .text
                .contains("sales}")
        );
    }
}

#[test]
fn no_export_makes_an_atlas_project_or_promises_what_the_operator_does_not_do() {
    let kubernetes = export(Tool::Kubernetes, &everything("CN=a"), &target());
    assert!(!kubernetes.files[0].text.contains("kind: AtlasProject"));
    let notes = kubernetes.notes.join("\n");
    for said in [
        "take every team off the project",
        "leaves the user in Atlas, unless it is annotated",
        "atlas-api-key",
        "decides the order itself",
    ] {
        assert!(notes.contains(said), "{said}");
    }
    let mut plan = plan("CN=a");
    let Step::CreateUser { user } = &mut plan.steps[1] else {
        panic!()
    };
    user.scopes[0].kind = ScopeType::Stream;
    let export = export(Tool::Kubernetes, &plan, &target());
    assert_eq!(
        export.files[0]
            .text
            .matches("kind: AtlasDatabaseUser")
            .count(),
        1
    );
    let said = |note: &String| note.contains("refuses scopes on stream processing workspaces");
    assert!(export.notes.iter().any(said));
}

#[test]
fn a_tool_that_decides_the_order_itself_says_so() {
    for tool in Tool::ALL {
        let notes = export(tool, &plan("CN=a"), &target()).notes;
        let said = notes
            .iter()
            .any(|note| note.contains("decides the order itself"));
        assert_eq!(said, !tool.keeps_order(), "{tool:?}");
    }
}

#[test]
fn every_tool_is_told_that_it_is_atlas_for_government() {
    let texts = |tool, origin: &str| {
        let target = Target {
            origin: origin.to_owned(),
            ..target()
        };
        let export = export(tool, &everything("CN=a"), &target);
        export.files[0].text.clone() + &export.notes.join("\n")
    };
    for (tool, said) in [
        (Tool::AtlasCli, "atlas config init --gov"),
        (Tool::Terraform, "is_mongodbgov_cloud = true"),
        (
            Tool::Kubernetes,
            "--atlas-domain=https://cloud.mongodbgov.com/",
        ),
        (Tool::Curl, "https://cloud.mongodbgov.com/api/oauth/token"),
    ] {
        assert!(
            texts(tool, "https://cloud.mongodbgov.com").contains(said),
            "{said}"
        );
        for other in ["https://cloud.mongodb.com", "https://evilmongodbgov.com"] {
            assert!(!texts(tool, other).contains(said), "{said} {other}");
        }
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
