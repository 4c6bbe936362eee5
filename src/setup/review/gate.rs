//! What a person has to have read before the plan can be applied, and the button.

use std::rc::Rc;

use atlas::plan::Plan;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::super::access::a_few;
use crate::{
    ui::{
        alert::{Tone, alert},
        breakable,
        disclosure::Disclosure,
    },
    words,
};

#[derive(PartialEq, Properties)]
pub(super) struct GateProps {
    pub(super) plan: Rc<Plan>,
    /// The clusters whose nodes restart, in words; `None` when they could not be read.
    pub(super) restarting: Option<Rc<Vec<String>>>,
    /// Every self-managed user, if none of them is known to get in afterwards.
    pub(super) locked_out: Rc<Vec<String>>,
    /// The project's name.
    pub(super) project: AttrValue,
    /// Why it cannot be applied at this moment, if it cannot.
    pub(super) not_now: Option<AttrValue>,
    pub(super) onapply: Callback<()>,
}

#[component]
pub(super) fn Gate(props: &GateProps) -> Html {
    // For the plan that was on the screen: another one has to be read again.
    let read = use_state_eq(|| None::<Rc<Plan>>);
    let typed = use_state_eq(String::new);
    let plan = &props.plan;
    let none = props
        .restarting
        .as_ref()
        .is_some_and(|names| names.is_empty());
    let restarts = plan.restarts() && !none;
    let is_read = read.as_ref() == Some(plan);
    let locks_out = !props.locked_out.is_empty();
    let is_typed = typed.trim() == &*props.project;
    let open = (is_read || !restarts) && (is_typed || !locks_out) && props.not_now.is_none();
    let tick = {
        let (read, plan) = (read.setter(), Rc::clone(plan));
        move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                read.set(input.checked().then(|| Rc::clone(&plan)));
            }
        }
    };
    let oninput = {
        let typed = typed.setter();
        move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                typed.set(input.value());
            }
        }
    };
    let onclick = props.onapply.reform(|_: MouseEvent| ());
    let why = match &props.not_now {
        Some(why) => why.clone(),
        None if restarts && !is_read => "Tick the box first.".into(),
        None if locks_out && !is_typed => "Type the project's name first.".into(),
        None => AttrValue::default(),
    };
    html! {
        <>
            if restarts {
                { alert(Tone::Attention, html! { <>
                    <p><strong>{ restart_in_words(props.restarting.as_deref().map(Vec::as_slice)) }</strong>
                        { " Clients reconnect by themselves if their driver retries." }</p>
                    { way_back() }
                    <label class="tick">
                        <input type="checkbox" checked={is_read} onchange={tick} />
                        <span>{ "I understand that the nodes restart one at a time, and it may happen now." }</span>
                    </label>
                </> }) }
            }
            if locks_out {
                { locked_out(props, &typed, oninput.into()) }
            }
            <p class="actions apply">
                <button type="button" class="button button-primary" disabled={!open} {onclick}
                    aria-describedby="apply-why">
                    { format!("Apply {}", words::count(plan.steps.len(), "change", "changes")) }
                </button>
                <span id="apply-why" class="quiet fine" role="status">{ &*why }</span>
            </p>
        </>
    }
}

/// `This restarts the nodes of 3 clusters, one at a time: a, b and c.`
fn restart_in_words(clusters: Option<&[String]>) -> String {
    let Some(clusters) = clusters else {
        return "This restarts the nodes of every cluster in the project, one at a time."
            .to_owned();
    };
    format!(
        "This restarts the nodes of {}, one at a time: {}.",
        words::count(clusters.len(), "cluster", "clusters"),
        words::list(clusters)
    )
}

fn way_back() -> Html {
    html! {
        <p>
            { "The way back: the bundle of now is kept before it is replaced. In the next step, “Undo the \
               change of the bundle” puts it back with one more restart, and “Save the former bundle” \
               keeps it as a file." }
        </p>
    }
}

fn locked_out(props: &GateProps, typed: &str, oninput: Callback<InputEvent>) -> Html {
    let names: Vec<&str> = props.locked_out.iter().map(|name| &**name).collect();
    let all = Rc::clone(&props.locked_out);
    let content = Callback::from(move |()| {
        html! { <ul class="plain">{ for all.iter().map(|name| html! { <li>{ breakable::name(name) }</li> }) }</ul> }
    });
    alert(
        Tone::Bad,
        html! {
            <>
                <p><strong>{ "After this, nobody who logs in with a certificate of yours today is known to get in." }</strong>
                    { format!(" That is {}: {}.", words::count(names.len(), "user", "users"), a_few(&names)) }</p>
                if names.len() > 3 {
                    <Disclosure class="fine" summary={html! { { "All of them" } }} {content} />
                }
                <p>{ "If that is not what you want, go back and keep an authority beside the new one, or keep a user, \
                      and take it out later. A bundle can be put back in the next step; a deleted user has \
                      to be made again, with the roles shown above." }</p>
                <div class="field">
                    <label for="locked-out">{ format!("To go on, type the project's name: {}", props.project) }</label>
                    <input id="locked-out" type="text" size="30" autocomplete="off" spellcheck="false"
                        value={typed.to_owned()} {oninput} />
                </div>
            </>
        },
    )
}
