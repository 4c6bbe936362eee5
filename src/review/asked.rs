//! What is asked about before one goes on, with the box that agrees to it.

use yew::prelude::*;

use super::deciding::deciding;
use crate::{
    change::{consent::Consent, decision::Decision, draft::Draft},
    session::desk::Desk,
    ui::{
        alert::{Tone, alert},
        prose::prose,
    },
};

pub(crate) fn view(asked: &Consent, draft: &Draft, desk: &Desk) -> Html {
    let given = asked.is_given(draft);
    let onchange = deciding::<Event>(
        desk,
        Decision::Agree {
            about: asked.about.clone(),
            agreed: !given,
        },
    );
    alert(
        Tone::Attention,
        html! { <>
            <p>{ prose(&asked.text) }</p>
            <label class="tick">
                <input type="checkbox" id={asked.field} checked={given} {onchange} />
                <span>{ asked.tick }</span>
            </label>
        </> },
    )
}
