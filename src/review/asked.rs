//! What is asked about before one goes on, with the box that agrees to it.

use yew::prelude::*;

use crate::{
    change::{consent::Consent, draft::Draft},
    session::desk::Desk,
    ui::{
        alert::{Tone, alert},
        prose::prose,
    },
};

pub(crate) fn view(asked: &Consent, draft: &Draft, desk: &Desk) -> Html {
    let given = asked.is_given(draft);
    let onchange = {
        let (desk, about) = (desk.clone(), asked.about.clone());
        move |_: Event| {
            let about = about.clone();
            desk.edit(move |draft| {
                for sha256 in about {
                    if given {
                        draft.agreed.remove(&sha256);
                    } else {
                        draft.agreed.insert(sha256);
                    }
                }
            });
        }
    };
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
