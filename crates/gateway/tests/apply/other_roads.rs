//! Other roads than the usual one: the export for curl in place of a run, switching off and the way
//! back, a user that somebody else deleted.

use std::{fs, process::Command};

use atlas::{
    apply::Phase,
    export::{Tool, export},
    plan::{Plan, Wanted, WantedBundle},
};
use atlas_x509::serve::Limits;
use serde_json::Value;

use crate::{
    TIMEOUT,
    stage::{CHANGED, Stage, read},
};

/// Runs the script that the export for curl is. `false` where there is no curl.
fn run_export(stage: &Stage, plan: &Plan) -> bool {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("curl is not installed: the export was not run");
        return false;
    }
    let folder = tempfile::tempdir().unwrap();
    let (target, credentials) = stage.target();
    let export = export(Tool::Curl, plan, &target);
    for file in &export.files {
        fs::write(folder.path().join(&file.name), &file.text).unwrap();
    }
    let output = Command::new("sh")
        .arg(&export.files[0].name)
        .current_dir(folder.path())
        .env("ATLAS_CLIENT_ID", &credentials.client_id)
        .env("ATLAS_CLIENT_SECRET", &credentials.client_secret)
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    true
}

fn off() -> Wanted {
    Wanted {
        bundle: WantedBundle::Off,
        ..Wanted::default()
    }
}

fn bundle(stage: &Stage) -> Value {
    stage.ask("GET", "userSecurity", &Value::Null)["customerX509"]["cas"].clone()
}

#[test]
fn the_export_for_curl_does_what_a_run_does() {
    let stage = Stage::new(TIMEOUT, Limits::default());
    if run_export(&stage, &stage.plan(stage.wanted())) {
        stage.assert_complete("by curl");
        assert!(stage.plan(stage.wanted()).is_nothing());
    }
}

#[test]
fn switching_off_is_undone_byte_for_byte_by_a_run_and_by_an_export() {
    let stage = Stage::new(TIMEOUT, Limits::default());
    let mut apply = stage.begin_with(&off());
    stage.run(&mut apply);
    assert_eq!(apply.phase(), &Phase::Finished);
    assert_eq!(bundle(&stage), Value::Null);
    let back = apply.undo(read(stage.bundle())).unwrap();
    let mut undo = stage.begin_with(&back);
    stage.run(&mut undo);
    assert_eq!(undo.phase(), &Phase::Finished);
    assert_eq!(bundle(&stage), stage.bundle());

    let plan = stage.plan(&off());
    assert_eq!(plan.former.as_deref(), Some(stage.bundle()));
    if run_export(&stage, &plan) {
        assert_eq!(bundle(&stage), Value::Null);
        run_export(&stage, &stage.plan(&back));
        assert_eq!(bundle(&stage), stage.bundle());
    }
}

#[test]
fn a_user_that_somebody_deletes_during_a_run_stays_deleted_and_the_rest_is_done() {
    let stage = Stage::new(TIMEOUT, Limits::default());
    let mut apply = stage.begin();
    let name = CHANGED.replace('=', "%3D").replace(',', "%2C");
    stage.ask(
        "DELETE",
        &format!("databaseUsers/%24external/{name}"),
        &Value::Null,
    );
    stage.run(&mut apply);
    let Phase::Changed { plan } = apply.phase() else {
        panic!("{:?}", apply.phase())
    };
    assert_eq!(plan.deleted_by_others(), [CHANGED]);
    stage.complete(&mut apply, "deleted by somebody else");
    let left_out: Vec<&str> = apply.left_out().collect();
    assert_eq!(left_out, [CHANGED]);
    let written = stage.effects();
    assert!(
        !written
            .iter()
            .any(|write| write.starts_with("\"POST") && write.contains(CHANGED))
    );
}
