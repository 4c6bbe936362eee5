//! The list of clients: a card each, and for hundreds a line each with filters above.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{
    client::{ClientCard, Extras},
    found::{Filter, Found, MANY, Outcome},
};
use crate::{ui::show_more::ShowMore, words};

/// How many clients the list shows at first, and how many more each time.
pub(crate) const PAGE: usize = 25;

#[derive(PartialEq, Properties)]
pub(crate) struct ClientsProps {
    pub(crate) found: Rc<Found>,
    pub(crate) filter: Filter,
    pub(crate) shown: usize,
    pub(crate) onfilter: Callback<Filter>,
    pub(crate) onmore: Callback<()>,
    pub(crate) extras: Extras,
}

#[component]
pub(crate) fn Clients(props: &ClientsProps) -> Html {
    let found = &props.found;
    let many = found.clients() > MANY;
    let matching = use_memo((found.clone(), props.filter.clone()), |(found, filter)| {
        found.filtered(filter)
    });
    let cards = matching.iter().take(props.shown).map(|&index| {
        html! {
            <li key={index}>
                <ClientCard found={found.clone()} {index} compact={many} extras={props.extras.clone()} />
            </li>
        }
    });
    let id = format!("{}-clients", props.extras.place);
    html! {
        <section class="clients" aria-labelledby={id.clone()}>
            <h2 {id}>{ "Client certificates" }</h2>
            if found.clients() == 0 {
                <p class="empty">
                    { "No client certificate yet. Add the ones your clients log in with, and each \
                       gets its verdict and its user name here." }
                </p>
            } else if many {
                { filters(props, matching.len()) }
            }
            <ul class={classes!("cards", many.then_some("cards-compact"))}>{ for cards }</ul>
            <ShowMore shown={props.shown.min(matching.len())} total={matching.len()} step={PAGE}
                onmore={props.onmore.clone()} />
        </section>
    }
}

fn filters(props: &ClientsProps, matching: usize) -> Html {
    let choices = std::iter::once(None).chain(Outcome::ALL.into_iter().map(Some));
    let buttons = choices.filter_map(|outcome| {
        let count = outcome.map_or(props.found.clients(), |outcome| props.found.count(outcome));
        if count == 0 {
            return None;
        }
        let word = outcome.map_or("All", Outcome::word);
        let onclick = {
            let (onfilter, text) = (props.onfilter.clone(), props.filter.text.clone());
            move |_| onfilter.emit(Filter { outcome, text: text.clone() })
        };
        let pressed = props.filter.outcome == outcome;
        Some(html! {
            <button type="button" class="button button-small" aria-pressed={pressed.to_string()} {onclick}>
                { format!("{word} {}", words::grouped(count as u64)) }
            </button>
        })
    });
    let oninput = {
        let (onfilter, outcome) = (props.onfilter.clone(), props.filter.outcome);
        move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                onfilter.emit(Filter {
                    outcome,
                    text: field.value(),
                });
            }
        }
    };
    html! {
        <div class="filters" role="group" aria-label="Show only">
            <div class="segments">{ for buttons }</div>
            <label>
                <span class="unseen">{ "Name, file or reason contains" }</span>
                <input type="search" placeholder="Name, file or reason" value={props.filter.text.clone()} {oninput} />
            </label>
            <p class="quiet fine" role="status">
                if matching == 0 {
                    { "No client matches. Take a word out, or choose All." }
                } else if matching < props.found.clients() {
                    { format!("{} of {}", words::grouped(matching as u64), words::count(props.found.clients(), "client", "clients")) }
                }
            </p>
        </div>
    }
}
