//! What a person has to have read before a plan can be applied, and the button: of this step, and of
//! the plans that the next one makes.

use std::rc::Rc;

use atlas::plan::{Plan, Step};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    change::facts::Facts,
    ui::{
        alert::{Tone, alert},
        breakable,
        disclosure::Disclosure,
    },
    words,
};

#[derive(PartialEq, Properties)]
pub(crate) struct GateProps {
    /// Tells its fields from those of another one on the page.
    pub(crate) id: AttrValue,
    pub(crate) plan: Rc<Plan>,
    /// What the clusters are read from; `None` when they are not known.
    pub(crate) facts: Option<Rc<Facts>>,
    /// Every self-managed user, if none of them is known to get in afterwards.
    pub(crate) locked_out: Rc<Vec<String>>,
    /// The name of the project that is changed.
    pub(crate) project: AttrValue,
    /// Why it cannot be applied at this moment, if it cannot.
    #[prop_or_default]
    pub(crate) not_now: Option<AttrValue>,
    /// What is done: `Apply 7 changes to`, before the project's name.
    pub(crate) button: AttrValue,
    pub(crate) onagree: Callback<()>,
    /// What to do for somebody who does not want everybody locked out.
    pub(crate) otherwise: AttrValue,
    /// What stands beside the button.
    #[prop_or_default]
    pub(crate) beside: Html,
    /// What there is to say about a restart beside which clusters it is.
    #[prop_or_default]
    pub(crate) children: Html,
}

/// A plan, and whom it locks out.
type Shown = (Rc<Plan>, Rc<Vec<String>>);

#[component]
pub(crate) fn Gate(props: &GateProps) -> Html {
    // Of what was on the screen: something else has to be read again.
    let read = use_state_eq(|| None::<Shown>);
    let typed = use_state_eq(|| None::<(Shown, String)>);
    let plan = &props.plan;
    let shown: Shown = (Rc::clone(plan), Rc::clone(&props.locked_out));
    let clusters = props.facts.as_deref().and_then(Facts::restarting);
    let restarts = plan.restarts() && clusters != Some(0);
    let is_off = plan
        .steps
        .iter()
        .any(|step| matches!(step, Step::Disable { .. }));
    let is_read = read.as_ref() == Some(&shown);
    let asks_name = is_off || !props.locked_out.is_empty();
    let name = match &*typed {
        Some((of, name)) if *of == shown => name,
        _ => "",
    };
    let is_typed = name.trim() == props.project.trim();
    let tick = {
        let (read, shown) = (read.setter(), shown.clone());
        move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                read.set(input.checked().then(|| shown.clone()));
            }
        }
    };
    let oninput = {
        let (typed, shown) = (typed.setter(), shown.clone());
        move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                typed.set(Some((shown.clone(), input.value())));
            }
        }
    };
    let onclick = props.onagree.reform(|_: MouseEvent| ());
    let why = match &props.not_now {
        Some(why) => why,
        None if !plan.is_possible() => "Mend what is listed above first.",
        None if restarts && !is_read && asks_name && !is_typed => {
            "Tick the box and type the project's name first."
        }
        None if restarts && !is_read => "Tick the box first.",
        None if asks_name && !is_typed => "Type the project's name first.",
        None => "",
    };
    let why_id = format!("{}-why", props.id);
    html! {
        <>
            if plan.restarts() {
                { alert(Tone::Attention, html! { <>
                    <p><strong>{ &*props.project }{ ": " }</strong>{ restart_in_words(props.facts.as_deref()) }
                        if restarts { { " Clients reconnect by themselves if their driver retries." } }</p>
                    { props.children.clone() }
                    if restarts {
                        <label class="tick">
                            <input type="checkbox" checked={is_read} onchange={tick} />
                            <span>{ format!("I understand that the nodes restart one at a time in {}, and it may \
                                happen now.", props.project) }</span>
                        </label>
                    }
                </> }) }
            }
            if asks_name {
                { locked_out(props, is_off, name, oninput.into()) }
            }
            <p class="actions apply">
                <button type="button" class="button button-primary" disabled={!why.is_empty()} {onclick}
                    aria-describedby={why_id.clone()}>
                    { format!("{} {}", props.button, props.project) }
                </button>
                { props.beside.clone() }
                <span id={why_id} class="quiet fine" role="status">{ why }</span>
            </p>
        </>
    }
}

/// Which nodes restart.
fn restart_in_words(facts: Option<&Facts>) -> String {
    facts
        .and_then(Facts::restarts)
        .unwrap_or_else(|| "The nodes of every running cluster restart, one at a time.".to_owned())
}

fn locked_out(props: &GateProps, is_off: bool, typed: &str, oninput: Callback<InputEvent>) -> Html {
    let names: Vec<&str> = props.locked_out.iter().map(|name| &**name).collect();
    let all = Rc::clone(&props.locked_out);
    let id = format!("{}-locked-out", props.id);
    let content = Callback::from(move |()| {
        html! { <ul class="plain names">{ for all.iter().map(|name| html! { <li>{ breakable::name(name) }</li> }) }</ul> }
    });
    let what = if is_off {
        "This switches self-managed X.509 off: nobody gets in with a certificate of your own CA any more."
    } else {
        "After this, nobody who logs in with a certificate of yours today is known to get in."
    };
    alert(
        Tone::Bad,
        html! {
            <>
                <p><strong>{ what }</strong></p>
                if !names.is_empty() {
                    <Disclosure class="fine" {content} summary={html! {
                        { format!("Who that is: {}", words::count(names.len(), "user", "users")) }
                    }} />
                }
                <p>{ &*props.otherwise }</p>
                <div class="field">
                    <label for={id.clone()}>{ format!("To go on, type the project's name: {}", props.project) }</label>
                    <input {id} type="text" size="30" autocomplete="off" spellcheck="false"
                        value={typed.to_owned()} {oninput} />
                </div>
            </>
        },
    )
}
