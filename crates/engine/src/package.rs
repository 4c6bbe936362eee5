//! What the package `@atlas-x509/engine` calls. Its own files (`npm/api.js`) look at what a program gave,
//! and make errors of the sentences that come from here; reports go over as JSON, which JavaScript reads
//! faster than it makes objects one property at a time.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Uint8Array};
use pki::{
    Timestamp,
    analysis::Pile,
    engine::{Engine, user_name},
    findings::RULES,
    input::{self, Contents},
    message::Progress,
    report::Severity,
};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use zeroize::Zeroizing;

use crate::{
    judge::{Asker, judge},
    platform::Platform,
};

/// Judges files. `octets` are the files' bytes, `names` their names, `parts` what each is there for:
/// `bundle`, `client`, or anything else for what its content tells. `goes_on` is told now and then how much
/// is done, and of how much; it answers whether to go on. `undefined` when it did not want to; a sentence is
/// thrown when the question cannot be answered.
#[wasm_bindgen]
pub async fn check(
    names: Vec<String>,
    octets: Array,
    parts: Vec<String>,
    at: String,
    level: u8,
    with_platform: bool,
    goes_on: Function,
) -> Result<Option<String>, JsValue> {
    let at = Timestamp::parse_moment(&at).map_err(|error| sentence(&format!("`at`: {error}.")))?;
    let octets: Vec<Uint8Array> = octets.iter().filter_map(|it| it.dyn_into().ok()).collect();
    let sizes = octets.iter().map(|octets| octets.length() as usize);
    input::check_sizes(names.iter().map(|name| &name[..]).zip(sizes)).map_err(too_much)?;
    let mut pile = Pile::new();
    for ((name, octets), part) in names.iter().zip(&octets).zip(&parts) {
        let contents = read(name, octets);
        match &part[..] {
            "bundle" => pile.add_bundle(contents),
            "client" => pile.add_client(contents),
            _ => pile.add(contents),
        }
    }
    input::check_certificates(pile.certificate_count()).map_err(too_much)?;

    let mut engine = Engine::default();
    engine.judge_pile(pile, at, level);
    let platform = if with_platform {
        Platform::new()
    } else {
        Platform::absent()
    };
    let asker = Program {
        goes_on,
        progress: Cell::new(Progress { done: 0, total: 0 }),
    };
    let answer = judge(&RefCell::new(engine), platform, &asker).await;
    Ok(answer.and_then(|answer| json(&answer.after.report)))
}

/// The database user name of the client in a file; a sentence is thrown when there is none.
#[wasm_bindgen]
pub fn username(name: &str, octets: &Uint8Array) -> Result<String, JsValue> {
    input::check_sizes([(name, octets.length() as usize)]).map_err(too_much)?;
    let contents = read(name, octets);
    user_name(contents).map_err(|reasons| sentence(&reasons.join(" ")))
}

/// Every finding that there is, as JSON.
#[wasm_bindgen]
pub fn findings() -> Option<String> {
    let rules = RULES.iter().map(|rule| Documented {
        id: rule.id,
        severity: rule.severity,
        severity_note: rule.severity_note,
        what: rule.what(),
        why: rule.why(),
        fix: rule.remedy(),
        citation: rule.citation,
    });
    json(&rules.collect::<Vec<_>>())
}

/// What is said of a finding in the documentation.
#[derive(Serialize)]
struct Documented {
    id: &'static str,
    severity: Severity,
    severity_note: Option<&'static str>,
    what: String,
    why: String,
    fix: String,
    citation: &'static str,
}

/// The program that waits for a report.
struct Program {
    goes_on: Function,
    progress: Cell<Progress>,
}

impl Asker for Program {
    fn tell(&self, progress: Progress) {
        self.progress.set(progress);
    }

    // Asked last, when it has had its turn.
    fn is_waiting(&self) -> bool {
        let Progress { done, total } = self.progress.get();
        let answer = (self.goes_on).call2(&JsValue::UNDEFINED, &done.into(), &total.into());
        answer.is_ok_and(|answer| answer.is_truthy())
    }
}

fn read(name: &str, octets: &Uint8Array) -> Contents {
    // There may be a key in it.
    input::read(name, &Zeroizing::new(octets.to_vec()))
}

fn json(value: &impl Serialize) -> Option<String> {
    // Nothing that is written here can fail.
    serde_json::to_string(value).ok()
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn too_much(too_much: input::TooMuch) -> JsValue {
    sentence(&too_much.to_string())
}

fn sentence(text: &str) -> JsValue {
    js_sys::Error::new(text).into()
}
