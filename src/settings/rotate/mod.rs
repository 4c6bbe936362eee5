//! One authority in the place of another, move by move. Which move it is, is read anew each time
//! ([`crate::change::rotation`]); each is a change like any other, shown and applied below.

mod clients;
mod which;

use std::{collections::BTreeSet, rc::Rc};

use yew::prelude::*;

use super::{drop::DropZone, logins::use_logins};
use crate::{
    address::Link,
    browser,
    certificates::work::Work,
    change::{
        decision::Decision,
        draft::BundleChoice,
        judged::Judged,
        rotation::{self, Ground, Logins, Member, Rotation, Stage, Without},
        same::Same,
    },
    review::trouble,
    route::{Page, Route},
    session::{desk::Desk, state::State},
    ui::{
        alert::{Tone, alert},
        icon::{Icon, icon},
    },
    visit::Visit,
    words,
};

/// The authorities that go, by fingerprint, where somebody chose them.
type Chosen = Option<Rc<BTreeSet<String>>>;

#[component]
pub(super) fn Rotate(props: &Visit) -> Html {
    let (state, desk) = (&props.state, &props.desk);
    let logins = use_logins(props);
    let chosen = use_state_eq(|| Chosen::None);
    let without = use_state_eq(|| Asked::None);
    let rotation = use_rotation(props, logins.as_ref(), &chosen, &without);
    use_without(props, (*rotation).as_ref(), &without);
    let facts = match trouble::facts(state, desk) {
        Ok(facts) => facts,
        Err(instead) => return instead,
    };
    let Some(rotation) = &*rotation else {
        let means = "Who is trusted can't be read, so there is nothing to be replaced.";
        return if facts.present.is_none() {
            trouble::role_too_low(facts, means, desk)
        } else {
            html! { <p role="status">{ "Reading the certificates." }</p> }
        };
    };
    let logins = logins.unwrap_or_default();
    let onchoose = {
        let chosen = chosen.setter();
        Callback::from(move |which: BTreeSet<String>| chosen.set(Some(Rc::new(which))))
    };
    html! {
        <>
            <p class="lead">
                { "Replace an authority without locking anybody out: trust both, renew the clients, then take the old \
                   one out. You can leave in between, for weeks and to another computer: where you are is read from \
                   Atlas and from the certificates that you give here." }
            </p>
            <DropZone visit={props.clone()} hint="or drop or paste certificates anywhere on this page: those of the new \
                authority, and those of clients, old and new." />
            { which::which(rotation, &onchoose) }
            { moves(rotation, &logins, state, desk) }
        </>
    }
}

/// What was asked of the engine, and for which verdicts.
type Asked = Option<(Same<Judged>, Rc<Without>)>;

/// Where it stands; `None` until that can be told.
#[hook]
fn use_rotation(
    visit: &Visit,
    logins: Option<&Rc<Logins>>,
    chosen: &Chosen,
    without: &Asked,
) -> Rc<Option<Rotation>> {
    let state = &visit.state;
    let facts = state.facts.known().filter(|facts| facts.present.is_some());
    let (facts, judged) = (facts.cloned(), state.judged.clone());
    let present = facts.as_ref().and_then(|facts| facts.present.as_ref());
    let present = present.map(|present| present.authorities.as_slice());
    let gone = rotation::taken_out(state.draft.apply.as_ref(), present.unwrap_or_default());
    let asked = without
        .as_ref()
        .filter(|(of, _)| {
            judged
                .as_ref()
                .is_some_and(|judged| *of == Same::of(judged))
        })
        .map(|(_, without)| Rc::clone(without));
    let of = (
        judged.as_ref().map(Same::of),
        facts.as_ref().map(Same::of),
        (gone, chosen.clone()),
        logins.map(Same::of),
        asked.as_ref().map(Same::of),
    );
    let logins = logins.cloned();
    use_memo(of, move |(_, _, (gone, chosen), ..)| {
        let (facts, judged) = (facts?, judged?);
        let users: Vec<&str> = facts.self_managed().into_keys().collect();
        Some(Rotation::new(&Ground {
            judged: &judged,
            without: asked.as_deref(),
            users: &users,
            logins: &logins.unwrap_or_default(),
            chosen: chosen.as_deref(),
            gone,
            today: browser::now(),
        }))
    })
}

/// Has the engine asked who gets in without the authorities that go, whenever that is another question.
#[hook]
fn use_without(visit: &Visit, rotation: Option<&Rotation>, without: &UseStateHandle<Asked>) {
    let is_idle = visit.here && matches!(visit.state.work, Work::Idle);
    let judged = visit.state.judged.clone();
    let judged = judged.filter(|judged| is_idle && judged.after.clients() > 0);
    let going = rotation.map(Rotation::going);
    let question = rotation.cloned();
    let (desk, setter) = (visit.desk.clone(), without.setter());
    use_effect_with(
        (judged.as_ref().map(Same::of), going),
        move |(of, going)| {
            if let (Some(of), Some(gone), Some(rotation)) = (of.clone(), going.clone(), question) {
                wasm_bindgen_futures::spawn_local(async move {
                    let view = desk.foresee(|question| rotation.question(question)).await;
                    if let Some(view) = view {
                        setter.set(Some((of, Rc::new(Without { gone, view }))));
                    }
                });
            }
        },
    );
}

/// The three moves, with what is to be done in the present one.
fn moves(rotation: &Rotation, logins: &Logins, state: &State, desk: &Desk) -> Html {
    let stage = rotation.stage;
    let body = match stage {
        Stage::NothingTrusted => html! {
            <p class="empty">
                { "The clusters trust no authority of yours, so there is none to be replaced. " }
                <Link to={Route::Settings(Page::Authorities)}>{ "Add one" }</Link>
            </p>
        },
        Stage::NothingGoes => html! {
            <p class="empty">{ "None of the authorities is to go. Choose above which one." }</p>
        },
        Stage::Done => done(rotation, logins),
        _ => Html::default(),
    };
    let is_on_the_way = matches!(
        stage,
        Stage::NoSuccessor | Stage::TrustBoth | Stage::Renew | Stage::TakeOut
    );
    html! {
        <>
            { body }
            if is_on_the_way {
                <ol class="moves">
                    { one_move(1, "Trust both", at(stage, Stage::TrustBoth), trust_both(rotation, state, desk)) }
                    { one_move(2, "Renew the clients", at(stage, Stage::Renew), clients::renew(rotation, logins, state, desk)) }
                    { one_move(3, "Take the old one out", at(stage, Stage::TakeOut), take_out(rotation, logins, state, desk)) }
                </ol>
            }
        </>
    }
}

/// Whether a move is behind, at hand or still to come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Done,
    Now,
    Later,
}

fn at(stage: Stage, of_move: Stage) -> At {
    match stage.max(Stage::TrustBoth).cmp(&of_move) {
        std::cmp::Ordering::Greater => At::Done,
        std::cmp::Ordering::Equal => At::Now,
        std::cmp::Ordering::Less => At::Later,
    }
}

fn one_move(number: usize, name: &'static str, at: At, body: Html) -> Html {
    let (class, word) = match at {
        At::Done => ("move move-done", "done"),
        At::Now => ("move move-now", "now"),
        At::Later => ("move", "later"),
    };
    html! {
        <li {class} aria-current={(at == At::Now).then_some("step")}>
            <h2>
                <span class="step-number" aria-hidden="true">
                    { if at == At::Done { "✔".to_owned() } else { number.to_string() } }
                </span>
                { name }<span class="unseen">{ format!(", {word}") }</span>
            </h2>
            { body }
        </li>
    }
}

fn titles<'a>(members: impl Iterator<Item = &'a &'a Member>) -> String {
    let mut titles: Vec<String> = members
        .map(|member| format!("“{}”", member.title))
        .collect();
    titles.dedup();
    words::list(&titles)
}

fn trust_both(rotation: &Rotation, state: &State, desk: &Desk) -> Html {
    let (old, staying) = (rotation.old(), rotation.staying());
    let coming: Vec<&&Member> = staying.iter().filter(|member| !member.is_present).collect();
    if rotation.stage == Stage::NoSuccessor {
        // Of one alone nobody has to say that it is the one.
        let replaced = if old.is_empty() { &staying } else { &old };
        return html! {
            <p>{ format!("Give the certificate of the authority that takes the place of {}, with its intermediates if it \
                has any. It comes beside the old one: nobody is locked out.", titles(replaced.iter())) }</p>
        };
    }
    if coming.is_empty() {
        return html! {
            <p class="quiet">{ format!("Atlas trusts {} and {}.", titles(old.iter()), titles(staying.iter())) }</p>
        };
    }
    html! {
        <>
            <p>{ format!("{} comes beside {}. Clients of both get in, and nobody is locked out.",
                titles(coming.into_iter()), titles(old.iter())) }</p>
            { too_early(rotation, state, desk) }
        </>
    }
}

/// That an old authority was decided to go, before its time; and the way back.
fn too_early(rotation: &Rotation, state: &State, desk: &Desk) -> Html {
    let old = rotation.old();
    let goes = |member: &&&Member| state.draft.taken_out.contains(&member.sha256);
    let early: Vec<&&Member> = old.iter().filter(goes).collect();
    let replaces = state.draft.bundle == BundleChoice::Replace;
    if early.is_empty() && !replaces {
        return Html::default();
    }
    let onclick = {
        let (desk, early) = (
            desk.clone(),
            early
                .iter()
                .map(|member| member.sha256.clone())
                .collect::<Vec<_>>(),
        );
        move |_: MouseEvent| {
            desk.decide(Decision::Bundle(BundleChoice::Add));
            for sha256 in &early {
                desk.decide(Decision::PutBack(sha256.clone()));
            }
        }
    };
    alert(
        Tone::Attention,
        html! { <>
            <p><strong>{ "What you decided takes the old authority out at once." }</strong>
                { " That locks out everybody who has not been renewed." }</p>
            <p class="actions"><button type="button" class="button button-small" {onclick}>{ "Keep it for now" }</button></p>
        </> },
    )
}

fn take_out(rotation: &Rotation, logins: &Logins, state: &State, desk: &Desk) -> Html {
    let old = rotation.old();
    if !matches!(rotation.stage, Stage::Renew | Stage::TakeOut) {
        return html! { <p class="quiet">{ "When every client has a certificate of the new authority." }</p> };
    }
    let is_decided = old
        .iter()
        .filter(|member| member.is_present)
        .all(|member| state.draft.taken_out.contains(&member.sha256));
    html! {
        <>
            { known(rotation, logins) }
            if is_decided {
                { decided(rotation, desk) }
            } else if rotation.may_take_out() {
                { decide(rotation, desk) }
            } else {
                <p>{ "Renew them first. A client that is not in use any more doesn't count once you take its file \
                      away." }</p>
            }
        </>
    }
}

/// What is known of who still needs the old authority, and how far that goes.
fn known(rotation: &Rotation, logins: &Logins) -> Html {
    html! {
        <>
            <p><strong>{ rotation.in_short() }</strong></p>
            <ul class="notes">{ for rotation::how_far(rotation, logins).into_iter().map(|text| html! { <li>{ text }</li> }) }</ul>
        </>
    }
}

fn decide(rotation: &Rotation, desk: &Desk) -> Html {
    let all: Vec<Decision> = rotation
        .old()
        .iter()
        .map(|member| Decision::LeaveOut(member.concerned()))
        .collect();
    let onclick = {
        let desk = desk.clone();
        move |_: MouseEvent| {
            for decision in &all {
                desk.decide(decision.clone());
            }
        }
    };
    let label = if rotation.stage == Stage::TakeOut {
        format!("Take {} out", titles(rotation.old().iter()))
    } else {
        format!("Take {} out all the same", titles(rotation.old().iter()))
    };
    html! {
        <p class="actions">
            <button type="button" class="button" {onclick}>{ label }</button>
            <span class="fine quiet">{ "Nothing is sent yet: what it changes is shown below first." }</span>
        </p>
    }
}

fn decided(rotation: &Rotation, desk: &Desk) -> Html {
    let all: Vec<String> = rotation.going().into_iter().collect();
    let onclick = {
        let desk = desk.clone();
        move |_: MouseEvent| {
            for sha256 in &all {
                desk.decide(Decision::PutBack(sha256.clone()));
            }
        }
    };
    html! {
        <p class="actions">
            <span>{ "It goes with what is shown below." }</span>
            <button type="button" class="link" {onclick}>{ "Keep it after all" }</button>
        </p>
    }
}

fn done(rotation: &Rotation, logins: &Logins) -> Html {
    html! {
        <section aria-labelledby="rotated" class="standing">
            <h2 id="rotated" class="standing-head good">{ icon(Icon::Check) }<span>{ "The old authority is out" }</span></h2>
            { known(rotation, logins) }
            <p class="fine quiet">{ "Give the next authority's certificate here when it is time for it." }</p>
        </section>
    }
}
