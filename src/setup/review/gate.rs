//! What a person has to have read before a plan can be applied, and the button: of this step, and of
//! the plans that the next one makes.

use std::rc::Rc;

use atlas::plan::Plan;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::super::{access::a_few, facts::Facts};
use crate::{
    ui::{
        alert::{Tone, alert},
        breakable,
        disclosure::Disclosure,
    },
    words,
};

#[derive(PartialEq, Properties)]
pub(in crate::setup) struct GateProps {
    /// Tells its fields from those of another one on the page.
    pub(in crate::setup) id: AttrValue,
    pub(in crate::setup) plan: Rc<Plan>,
    /// What the clusters are read from; `None` when they are not known.
    pub(in crate::setup) facts: Option<Rc<Facts>>,
    /// Every self-managed user, if none of them is known to get in afterwards.
    pub(in crate::setup) locked_out: Rc<Vec<String>>,
    /// The project's name.
    pub(in crate::setup) project: AttrValue,
    /// Why it cannot be applied at this moment, if it cannot.
    #[prop_or_default]
    pub(in crate::setup) not_now: Option<AttrValue>,
    /// What stands beside the box, after the clusters that restart.
    pub(in crate::setup) tick: AttrValue,
    pub(in crate::setup) button: AttrValue,
    pub(in crate::setup) onagree: Callback<()>,
    /// What there is to say about a restart beside which clusters it is.
    #[prop_or_default]
    pub(in crate::setup) children: Html,
}

/// A plan, and whom it locks out.
type Shown = (Rc<Plan>, Rc<Vec<String>>);

#[component]
pub(in crate::setup) fn Gate(props: &GateProps) -> Html {
    // Of what was on the screen: something else has to be read again.
    let read = use_state_eq(|| None::<Shown>);
    let typed = use_state_eq(|| None::<(Shown, String)>);
    let plan = &props.plan;
    let shown: Shown = (Rc::clone(plan), Rc::clone(&props.locked_out));
    let restarting = props.facts.as_deref().and_then(restarting);
    let none = restarting.as_ref().is_some_and(Vec::is_empty);
    let restarts = plan.restarts() && !none;
    let is_read = read.as_ref() == Some(&shown);
    let locks_out = !props.locked_out.is_empty();
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
        None if restarts && !is_read => "Tick the box first.",
        None if locks_out && !is_typed => "Type the project's name first.",
        None => "",
    };
    let why_id = format!("{}-why", props.id);
    html! {
        <>
            if restarts {
                { alert(Tone::Attention, html! { <>
                    <p><strong>{ restart_in_words(restarting.as_deref()) }</strong>
                        { " Clients reconnect by themselves if their driver retries." }</p>
                    { props.children.clone() }
                    <label class="tick">
                        <input type="checkbox" checked={is_read} onchange={tick} />
                        <span>{ &*props.tick }</span>
                    </label>
                </> }) }
            }
            if locks_out {
                { locked_out(props, name, oninput.into()) }
            }
            <p class="actions apply">
                <button type="button" class="button button-primary" disabled={!why.is_empty()} {onclick}
                    aria-describedby={why_id.clone()}>
                    { &*props.button }
                </button>
                <span id={why_id} class="quiet fine" role="status">{ why }</span>
            </p>
        </>
    }
}

/// The clusters whose nodes restart; `None` when they could not be read.
fn restarting(facts: &Facts) -> Option<Vec<String>> {
    let clusters = facts.clusters.as_ref().ok()?.iter();
    let named = clusters.map(|cluster| {
        if cluster.paused {
            format!("{} (paused now)", cluster.name)
        } else {
            cluster.name.clone()
        }
    });
    Some(named.collect())
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

fn locked_out(props: &GateProps, typed: &str, oninput: Callback<InputEvent>) -> Html {
    let names: Vec<&str> = props.locked_out.iter().map(|name| &**name).collect();
    let all = Rc::clone(&props.locked_out);
    let id = format!("{}-locked-out", props.id);
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
                      and take it out later. A bundle can be put back in the step Apply; a deleted user has \
                      to be made again, with the roles shown above." }</p>
                <div class="field">
                    <label for={id.clone()}>{ format!("To go on, type the project's name: {}", props.project) }</label>
                    <input {id} type="text" size="30" autocomplete="off" spellcheck="false"
                        value={typed.to_owned()} {oninput} />
                </div>
            </>
        },
    )
}
