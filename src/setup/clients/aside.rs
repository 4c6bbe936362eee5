//! Clients that were given and left out.

use std::rc::Rc;

use yew::prelude::*;

use crate::{
    change::{draft::Placed, judged::Judged},
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
        let (desk, sha256) = (props.desk.clone(), client.sha256.to_string());
        // One that looks like an authority would be found to be one, so that it is placed again.
        let onclick = move |_| desk.place(sha256.clone(), Placed::Client);
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
