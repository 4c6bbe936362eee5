//! Who changed what about self-managed X.509 and database users, the newest first.

use std::rc::Rc;

use atlas::{history, types::Event};
use yew::prelude::*;

use crate::{
    review::{seen, trouble},
    session::{desk::Desk, state::Loaded},
    ui::{breakable, paged::Paged},
};

#[derive(PartialEq, Properties)]
pub(super) struct EventsProps {
    pub(super) events: Loaded<Vec<Event>>,
    pub(super) desk: Desk,
}

#[component]
pub(super) fn Events(props: &EventsProps) -> Html {
    let again = {
        let desk = props.desk.clone();
        Callback::from(move |_: MouseEvent| desk.ask_events())
    };
    let events = match &props.events {
        Loaded::Failed(why) => return trouble::failure(why, Some(again)),
        events => match events.known() {
            Some(events) => Rc::clone(events),
            None => {
                return html! { <p class="quiet" role="status">{ "Reading who changed what." }</p> };
            }
        },
    };
    if events.is_empty() {
        return html! { <p class="quiet">{ "Atlas tells of no change of database users or authorities." }</p> };
    }
    let total = events.len();
    let item =
        Callback::from(move |index: usize| events.get(index).map_or_else(Html::default, event));
    html! {
        <>
            <p class="fine quiet">
                { "What Atlas wrote down about database users and authorities, the newest first. " }
                <button type="button" class="link" onclick={again}>{ "Read again" }</button>
            </p>
            <Paged class="plain events" {total} {item} />
        </>
    }
}

fn event(event: &Event) -> Html {
    let who = match event.who() {
        "" => "somebody whom Atlas doesn't name",
        who => who,
    };
    html! {
        <li key={event.id.clone()}>
            <p>
                <strong>{ event.what() }</strong>
                if !event.db_user_username.is_empty() {
                    { ": " }{ breakable::name(&event.db_user_username) }
                }
            </p>
            <p class="fine quiet">
                { seen::moment(history::moment(event)) }{ format!(", by {who}") }
                if !event.remote_address.is_empty() { { format!(", from {}", event.remote_address) } }
            </p>
        </li>
    }
}
