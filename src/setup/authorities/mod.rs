//! Step 3: the bundle as it will be, beside the one that the project has.

mod comparison;
mod day;
mod expiry;
mod off;

use std::rc::Rc;

use atlas::plan::Authority;
use pki::report::Role;
use yew::prelude::*;

use super::practice::{self, PRACTICE, PracticeProps};
use crate::{
    api::config::Mode,
    browser,
    certificates::{findings::Findings, keys, locked::Attempt, unusable, work},
    change::{
        bundle::{Comparison, Fate},
        decision::Decision,
        draft::{BundleChoice, Draft, Placed},
        facts::Facts,
        judged::Judged,
    },
    review::{
        asked,
        deciding::deciding,
        off as of_switching_off,
        problems::{self, BUNDLE},
        trouble,
    },
    session::{desk::Desk, reading::Purpose, state::State},
    ui::{
        file_drop::{FileDrop, Given},
        icon::{Icon, icon},
    },
    visit::Visit,
    words,
};

#[component]
pub(super) fn Authorities(props: &Visit) -> Html {
    let (state, desk) = (&props.state, &props.desk);
    let present = state.authorities();
    html! {
        <>
            <p class="lead">
                { "The bundle is the list of certificate authorities (CAs) whose client certificates the \
                   clusters of this project accept. It needs each root, and may hold the intermediates \
                   below it." }
            </p>
            { unread_bundle(state, desk) }
            if !present.is_empty() {
                { choice(state.draft.bundle, present.len(), desk) }
            }
            <FileDrop button="Choose files" active={props.here} ongiven={give(desk)}
                small={!state.draft.files.is_empty() || !present.is_empty()}
                hint="or drop or paste certificates of your CA anywhere on this page. Client certificates \
                      may come along." />
            { practice_ca(state, desk) }
            { progress(state, desk) }
            { not_read(state, desk) }
            { client_certificates(state) }
            if let Some(judged) = &state.judged {
                { judged_bundle(state, judged, present, desk) }
            }
        </>
    }
}

pub(super) fn is_done(state: &State) -> bool {
    state.judged.is_some() && problems::bundle(state).is_empty()
}

/// Whether the credential may not see what the project trusts.
fn is_unreadable(facts: Option<&Facts>) -> bool {
    facts.is_some_and(|facts| facts.role_too_low().is_some())
}

pub(super) fn give(desk: &Desk) -> Callback<Vec<Given>> {
    let desk = desk.clone();
    Callback::from(move |given| desk.take(given, Purpose::SetUp))
}

/// On the sandbox alone, where nothing real trusts it, and for whoever has given nothing yet.
fn practice_ca(state: &State, desk: &Desk) -> Html {
    let is_sandbox = (state.config.known()).is_some_and(|config| config.mode == Mode::Sandbox);
    let files = &state.draft.files;
    let is_given = files.iter().any(|file| file.name == practice::FILE);
    if !is_sandbox || !(is_given || files.is_empty()) {
        return Html::default();
    }
    let desk = desk.clone();
    PRACTICE.render(&PracticeProps { desk, is_given })
}

/// How far reading and judging have come.
pub(super) fn progress(state: &State, desk: &Desk) -> Html {
    let has = |act: fn(&Desk)| {
        let desk = desk.clone();
        Callback::from(move |()| act(&desk))
    };
    html! { <work::Busy work={state.work} onstop={has(Desk::stop)} ongo_on={has(Desk::go_on)} /> }
}

/// That the project or its bundle could not be read, and what that means here.
fn unread_bundle(state: &State, desk: &Desk) -> Html {
    match trouble::facts(state, desk) {
        Ok(facts) => trouble::role_too_low(
            facts,
            "What is shown below is what you give here alone, and it cannot be applied.",
            desk,
        ),
        Err(instead) => instead,
    }
}

/// Whether what is given comes to the present bundle or takes its place.
fn choice(chosen: BundleChoice, authorities: usize, desk: &Desk) -> Html {
    let question = match authorities {
        1 => "The project trusts 1 authority now. What becomes of it?".to_owned(),
        n => format!(
            "The project trusts {} authorities now. What becomes of them?",
            words::grouped(n as u64)
        ),
    };
    let options = [
        (
            BundleChoice::Add,
            "Add to it",
            "What you give here comes to what is there. Nobody is locked out.",
        ),
        (
            BundleChoice::Replace,
            "Replace it",
            "Only what you give here stays. Whoever depends on another authority is locked out.",
        ),
    ];
    html! {
        <fieldset class="choices bundle-choice">
            <legend>{ question }</legend>
            { for options.into_iter().map(|(choice, name, meaning)| {
                let onchange = deciding::<Event>(desk, Decision::Bundle(choice));
                html! {
                    <label class="choice">
                        <input type="radio" name="bundle-choice" checked={choice == chosen} {onchange} />
                        <span class="choice-name">{ name }
                            <span class="choice-meaning">{ meaning }</span>
                        </span>
                    </label>
                }
            }) }
        </fieldset>
    }
}

/// The files that were not read, and what to do with each.
pub(super) fn not_read(state: &State, desk: &Desk) -> Html {
    match &state.judged {
        Some(judged) => unusable::cards(
            "setup",
            &judged.after,
            &state.unread,
            &take_away(desk),
            &open(desk),
        ),
        None => work::unread(&state.unread),
    }
}

/// Takes a file that was given away again.
pub(super) fn take_away(desk: &Desk) -> Callback<String> {
    let desk = desk.clone();
    Callback::from(move |file: String| desk.take_away(&file))
}

/// Opens a file with its password.
pub(super) fn open(desk: &Desk) -> Callback<Attempt> {
    let desk = desk.clone();
    Callback::from(move |attempt| desk.open(attempt))
}

/// Client certificates that came along wait for their step.
fn client_certificates(state: &State) -> Html {
    let count = state
        .judged
        .as_ref()
        .map_or(0, |judged| judged.after.clients());
    if count == 0 {
        return Html::default();
    }
    let verb = if count == 1 { "waits" } else { "wait" };
    html! {
        <p class="remark">
            { icon(Icon::Information) }
            <span>{ format!("{} {verb} for the next step.",
                words::count(count, "client certificate", "client certificates")) }</span>
        </p>
    }
}

fn judged_bundle(state: &State, judged: &Rc<Judged>, present: &[Authority], desk: &Desk) -> Html {
    let comparison = Comparison::new(judged, present, &state.draft);
    let obstacles = match state.work {
        work::Work::Idle => comparison.obstacles(judged, &state.draft, browser::now()),
        _ => Vec::new(),
    };
    let facts = state.facts.known();
    html! {
        <>
            <section id={BUNDLE} tabindex="-1" aria-labelledby="bundle-heading">
                <h2 id="bundle-heading">{ "The bundle" }</h2>
                { verdict(&comparison, facts.map(|facts| &**facts)) }
                if let Some(asked) = &state.outlook.asked_of_bundle {
                    { asked::view(asked, &state.draft, desk) }
                }
                if !obstacles.is_empty() && !state.draft.is_empty() && !comparison.new.is_empty() {
                    <ul class="obstacles">
                        { for obstacles.iter().map(|text| html! {
                            <li class="wrong">{ icon(Icon::Cross) }<span>{ text }</span></li>
                        }) }
                    </ul>
                }
                { comparison::comparison(&comparison, judged, &state.outlook.names, facts, desk) }
                { save(&comparison, facts.map(|facts| &**facts)) }
                { off::switch(&comparison, desk) }
                <day::Day day={state.draft.day} at={judged.after.report.at} desk={desk.clone()} />
            </section>
            { expiry::expiry(&comparison, facts.map(|facts| &**facts), judged.after.report.at) }
            <div class="bundle-notes">
                <Findings found={Rc::clone(&judged.after)} files_have_cards=true />
                { keys::keys("setup", &judged.after, &open(desk)) }
                { keys::files(&judged.after, &take_away(desk)) }
                { sent_along(judged, &state.draft) }
            </div>
        </>
    }
}

/// What the change is, in a sentence.
fn verdict(comparison: &Comparison, facts: Option<&Facts>) -> Html {
    let count = |fate| comparison.count(fate);
    let (added, kept, removed) = (count(Fate::Added), count(Fate::Kept), count(Fate::Removed));
    if comparison.is_off {
        return of_switching_off::verdict(facts);
    }
    if comparison.new.is_empty() && comparison.present.is_empty() {
        return html! {
            <p class="empty">
                { if is_unreadable(facts) { "No authority yet." } else {
                    "No authority yet: self-managed X.509 is off in this project."
                } }
                { " Add the certificate of your CA above, its root and its intermediates if it has any." }
            </p>
        };
    }
    if comparison.new.is_empty() {
        return html! {
            <p class="verdict bad">{ icon(Icon::Cross) }<strong>{ "The new bundle is empty." }</strong>
                { " Atlas takes no bundle without an authority. Add one above." }</p>
        };
    }
    if !comparison.is_changed() {
        let number = match kept {
            1 => "this authority".to_owned(),
            2 => "these two authorities".to_owned(),
            n => format!("these {} authorities", words::grouped(n as u64)),
        };
        return html! {
            <p class="verdict good">{ icon(Icon::Check) }<strong>{ "Nothing to change:" }</strong>
                { format!(" Atlas already trusts exactly {number}.") }</p>
        };
    }
    let parts: Vec<String> = [(added, "added"), (kept, "kept"), (removed, "removed")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", words::grouped(count as u64)))
        .collect();
    html! {
        <p class="verdict">
            <strong>{ format!("{}.", words::list(&parts)) }</strong>
            if let Some(restarts) = facts.and_then(Facts::restarts) {
                { " " }{ restarts }{ " That happens when you apply it, not before." }
            }
        </p>
    }
}

/// The two bundles as files.
fn save(comparison: &Comparison, facts: Option<&Facts>) -> Html {
    let present = facts.and_then(|facts| {
        let pem = facts.present.as_ref()?.pem.clone()?;
        Some((
            words::pem_file_name(&format!("{}-bundle", facts.project.name)),
            pem,
        ))
    });
    let new: Option<String> = (comparison.is_changed() && !comparison.new.is_empty()).then(|| {
        comparison
            .new
            .iter()
            .map(|row| &*row.authority.pem)
            .collect()
    });
    let button = |label: &'static str, name: String, pem: String| {
        let onclick = move |_| {
            browser::save_pem(&name, &pem);
        };
        html! { <button type="button" class="link" {onclick}>{ label }</button> }
    };
    html! {
        <p class="actions">
            if let Some((name, pem)) = present {
                { button("Save the present bundle", name, pem) }
            }
            if let Some(pem) = new {
                { button("Save the new bundle", "bundle.pem".to_owned(), pem) }
            }
        </p>
    }
}

/// Certificates that clients send along, which are no part of the bundle.
fn sent_along(judged: &Judged, draft: &Draft) -> Html {
    let sent = judged.after.certificates_of(Role::Sent);
    // An authority that was left out by hand is named among those.
    let is_left_out = |index: &usize| {
        let sha256 = judged.after.sha256(*index).to_string();
        draft.placed.get(&sha256) == Some(&Placed::NotTrusted)
    };
    let sent = sent.iter().filter(|index| !is_left_out(index)).count();
    if sent == 0 {
        return Html::default();
    }
    html! {
        <p class="fine quiet">
            { format!("{} in files of clients: clients send them along, and they are no part of the bundle.",
                words::count(sent, "more certificate", "more certificates")) }
        </p>
    }
}
