//! What went wrong with Atlas or the gateway, in words, and what can be done about it here.

use atlas::error::Explanation;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::desk::Desk;
use crate::ui::alert::{Tone, alert};

/// A failure: what is so, what to do, Atlas's own words beside it, and a way to try again.
pub(super) fn failure(why: &Explanation, again: Option<Callback<MouseEvent>>) -> Html {
    html! {
        <div role="alert">
            { alert(Tone::Bad, html! { <>
                <p><strong>{ &why.what }</strong></p>
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
pub(super) fn words_of_atlas(why: &Explanation) -> Html {
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

#[derive(PartialEq, Properties)]
pub(super) struct NewAddressProps {
    pub(super) desk: Desk,
}

/// Asks for the address that a restarted gateway has printed.
#[component]
pub(super) fn NewAddress(props: &NewAddressProps) -> Html {
    let field = use_node_ref();
    let wrong = use_state_eq(|| false);
    let onsubmit = {
        let (field, wrong, desk) = (field.clone(), wrong.setter(), props.desk.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(field) = field.cast::<HtmlInputElement>() {
                wrong.set(!desk.take_address(&field.value()));
            }
        }
    };
    html! {
        <div role="alert">
            { alert(Tone::Attention, html! { <>
                <p>
                    <strong>{ "The gateway was started anew and does not know this tab." }</strong>
                    { " Nothing is lost. Open the address that it printed in this tab, or paste it here." }
                </p>
                <form class="form-row" {onsubmit}>
                    <div class="field">
                        <label for="new-address">{ "The line after “Open”" }</label>
                        <input id="new-address" ref={field} type="text" size="44" autocomplete="off"
                            spellcheck="false" placeholder="http://127.0.0.1:8787/#token=…"
                            aria-invalid={wrong.to_string()}
                            aria-describedby={wrong.then_some("new-address-wrong")} />
                        if *wrong {
                            <p id="new-address-wrong" class="wrong">
                                { "There is no token in it. It ends with #token= and 43 characters." }
                            </p>
                        }
                    </div>
                    <button type="submit" class="button">{ "Go on" }</button>
                </form>
            </> }) }
        </div>
    }
}
