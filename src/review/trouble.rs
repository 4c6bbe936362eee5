//! What went wrong with Atlas or the gateway, or has to be waited for, in words, and what can be done
//! about it here.

use std::rc::Rc;

use atlas::error::Explanation;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::ways::Ways;
use crate::{
    address::Link,
    api::launch,
    change::facts::Facts,
    session::{
        desk::Desk,
        state::{Loaded, State},
    },
    ui::alert::{Tone, alert},
};

/// What Atlas has in the project; or, in place of the step, that it is being read or why it could
/// not be.
pub(crate) fn facts<'a>(state: &'a State, desk: &Desk) -> Result<&'a Rc<Facts>, Html> {
    match &state.facts {
        Loaded::Yes(facts) | Loaded::Loading(Some(facts)) => Ok(facts),
        Loaded::No | Loaded::Loading(None) => {
            Err(html! { <p role="status">{ "Reading the project." }</p> })
        }
        Loaded::Failed(why) => Err(failure(why, Some(read_again(desk)))),
    }
}

/// As long as a run is in the middle of its calls, that this has to wait for it.
pub(crate) fn changing_atlas(state: &State, this: &str, ways: &Ways) -> Html {
    if !state.is_changing_atlas() {
        return Html::default();
    }
    alert(
        Tone::Attention,
        html! { <p>
            { format!("Changes are being applied to this project. Wait until they are done, or stop \
                them, before you {this}. ") }
            <Link to={ways.run.route}>{ "See how far they are" }</Link>
        </p> },
    )
}

/// That the role of the credential is too low, if it is, and what that means here.
pub(crate) fn role_too_low(facts: &Facts, means: &str, desk: &Desk) -> Html {
    let Some(why) = facts.role_too_low() else {
        return Html::default();
    };
    // It says what the failure says, and of what.
    let head = html! {
        <p><strong>{ "What Atlas has can't be read with this credential." }</strong>{ " " }{ means }</p>
    };
    told(head, why, Some(read_again(desk)))
}

fn read_again(desk: &Desk) -> Callback<MouseEvent> {
    let desk = desk.clone();
    Callback::from(move |_| desk.refresh())
}

/// A failure: what is so, what to do, Atlas's own words beside it, and a way to try again.
pub(crate) fn failure(why: &Explanation, again: Option<Callback<MouseEvent>>) -> Html {
    told(html! { <p><strong>{ &why.what }</strong></p> }, why, again)
}

fn told(head: Html, why: &Explanation, again: Option<Callback<MouseEvent>>) -> Html {
    html! {
        <div role="alert">
            { alert(Tone::Bad, html! { <>
                { head }
                <p>{ &why.next }</p>
                { words_of_atlas(why) }
                if let Some(onclick) = again {
                    <p class="actions"><button type="button" class="button button-small" {onclick}>{ "Try again" }</button></p>
                }
            </> }) }
        </div>
    }
}

/// The code and the words that came with a failure.
pub(crate) fn words_of_atlas(why: &Explanation) -> Html {
    if why.detail.is_none() && why.code.is_none() {
        return Html::default();
    }
    html! {
        <p class="fine">
            { if why.code.is_some() { "The answer said: " } else { "In detail: " } }
            if let Some(detail) = &why.detail { { detail } }
            if let Some(code) = &why.code { <>{ " " }<code>{ code }</code></> }
        </p>
    }
}

/// Asks for another address of the gateway.
#[component]
pub(crate) fn NewAddress() -> Html {
    let field = use_node_ref();
    let wrong = use_state_eq(|| false);
    let onsubmit = {
        let (field, wrong) = (field.clone(), wrong.setter());
        move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(field) = field.cast::<HtmlInputElement>() {
                wrong.set(!launch::open(&field.value()));
            }
        }
    };
    html! {
        <div role="alert">
            { alert(Tone::Attention, html! { <>
                <p>
                    if launch::token().is_some() {
                        <strong>{ "The gateway doesn't know this tab." }</strong>
                        { " It was probably started again. What you decided is kept; add private keys again." }
                    } else {
                        <strong>{ "This tab wasn't opened with the gateway's address." }</strong>
                        { " Each address that the gateway prints opens one tab, and works once." }
                    }
                    { " Press Enter in the gateway's terminal, then open the address that it prints in this tab, or \
                       paste it here." }
                </p>
                <form class="form-row" {onsubmit}>
                    <div class="field">
                        <label for="new-address">{ "The line after “Open”" }</label>
                        <input id="new-address" ref={field} type="text" size="44" autocomplete="off"
                            spellcheck="false" placeholder="http://x509-….localhost:8787/#code=…"
                            aria-invalid={wrong.to_string()}
                            aria-describedby={wrong.then_some("new-address-wrong")} />
                        if *wrong {
                            <p id="new-address-wrong" class="wrong">
                                { "There is no code in it. It ends with #code= and 43 characters." }
                            </p>
                        }
                    </div>
                    <button type="submit" class="button">{ "Go on" }</button>
                </form>
            </> }) }
        </div>
    }
}
