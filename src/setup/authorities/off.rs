//! The way to switching self-managed X.509 off, and back ([`review::off`](crate::review::off)).

use yew::prelude::*;

use crate::{
    change::bundle::Comparison, review::off, session::desk::Desk, ui::disclosure::Disclosure,
};

pub(super) fn switch(comparison: &Comparison, desk: &Desk) -> Html {
    if comparison.present.is_empty() {
        return Html::default();
    }
    if comparison.is_off {
        return off::put_back(desk);
    }
    let onclick = off::take_out(comparison, desk);
    let content = Callback::from(move |()| {
        let onclick = onclick.clone();
        html! {
            <>
                <p class="fine">
                    { "Without a bundle no client gets in with a certificate of your own CA. Nothing is sent \
                       yet: the step Review shows what would happen and asks for the project's name." }
                </p>
                <p class="actions">
                    <button type="button" class="button button-small" {onclick}>{ "Take every authority out" }</button>
                </p>
            </>
        }
    });
    html! { <Disclosure class="fine" summary={html! { { "Switch self-managed X.509 off" } }} {content} /> }
}
