//! Clients that were given and left out.

use std::rc::Rc;

use yew::prelude::*;

use crate::{
    change::{decision::Decision, draft::Placed, judged::Judged},
    review::deciding::deciding,
    session::desk::Desk,
};

#[derive(PartialEq, Properties)]
pub(super) struct AsideProps {
    pub(super) judged: Rc<Judged>,
    pub(super) desk: Desk,
}

#[component]
pub(super) fn Aside(props: &AsideProps) -> Html {
    let left_out = &props.judged.aside;
    if left_out.is_empty() {
        return Html::default();
    }
    let items = left_out.iter().map(|client| {
        // One that looks like an authority would be found to be one, so that it is placed again.
        let place = Decision::Place(client.sha256.to_string(), Placed::Client);
        let onclick = deciding::<MouseEvent>(&props.desk, place);
        html! {
            <li key={client.sha256.to_string()} class="actions">
                <span>{ &client.title }</span>
                <span class="quiet fine">{ &client.file }</span>
                <button type="button" class="link" {onclick}>
                    { "Take back" }<span class="unseen">{ format!(" {}", client.title) }</span>
                </button>
            </li>
        }
    });
    html! {
        <section aria-labelledby="left-out-clients">
            <h2 class="minor" id="left-out-clients">{ "Given and left out" }</h2>
            <ul class="plain">{ for items }</ul>
        </section>
    }
}
