//! Whom the clusters trust: each authority with its end and with those who depend on it, as a picture and as a table;
//! taking one in or out, saving them, and who is told before one ends.

mod picture;
mod table;

use std::rc::Rc;

use yew::prelude::*;

use super::{drift::Compare, drop::DropZone, logins::use_logins};
use crate::{
    address::Link,
    browser,
    change::{facts::Facts, same::Same, timeline::Timeline},
    review::{expiry_alert::AlertOfExpiry, former, trouble},
    route::{Page, Route},
    ui::{
        file_drop::Given,
        icon::{Icon, icon},
    },
    visit::Visit,
    words,
};

/// So long before an end there should be a successor, in days.
const SOON: i64 = 30;

#[component]
pub(super) fn Authorities(props: &Visit) -> Html {
    let (state, desk) = (&props.state, &props.desk);
    let logins = use_logins(props);
    // A saved set-up or report that was dropped, to be compared.
    let dropped = use_state_eq(|| None::<Given>);
    let timeline = {
        let judged = state.judged.clone();
        use_memo(judged.as_ref().map(Same::of), move |_| {
            judged.map(|judged| Rc::new(Timeline::new(&judged, browser::now())))
        })
    };
    let facts = match trouble::facts(state, desk) {
        Ok(facts) => facts,
        Err(instead) => return instead,
    };
    let onsaved = {
        let dropped = dropped.setter();
        Callback::from(move |given: Given| dropped.set(Some(given)))
    };
    let timeline = (*timeline).clone().filter(|_| facts.present.is_some());
    html! {
        <>
            { trouble::role_too_low(facts, "Who is trusted can't be shown, nor changed.", desk) }
            { for timeline.iter().map(|timeline| next(timeline, facts)) }
            <DropZone visit={props.clone()} onsaved={Some(onsaved)}
                hint="or drop or paste certificates of your CA anywhere on this page, to trust it. Client certificates \
                      show who depends on which authority." />
            if let Some(timeline) = timeline {
                if !timeline.authorities.is_empty() {
                    { picture::picture(&timeline) }
                    <table::Table timeline={Rc::clone(&timeline)} {logins} state={Rc::clone(state)}
                        desk={desk.clone()} />
                }
                { bundle(facts) }
                { table::clients(&timeline) }
            } else if facts.present.is_some() {
                <p role="status">{ "Reading the certificates." }</p>
            }
            <Compare state={Rc::clone(state)} desk={desk.clone()} dropped={(*dropped).clone()} />
            <AlertOfExpiry facts={Rc::clone(facts)} making={state.alert.clone()} cannot={state.cannot_write()} desk={desk.clone()} />
        </>
    }
}

/// The next thing that stops working, first of all.
fn next(timeline: &Timeline, facts: &Facts) -> Html {
    let is_off = facts
        .present
        .as_ref()
        .is_some_and(|present| present.pem.is_none());
    if is_off {
        return html! {
            <p class="empty">{ "Self-managed X.509 is off: the clusters trust no authority of yours. Add the certificate \
                of your CA to switch it on." }</p>
        };
    }
    let ended: Vec<&str> = timeline
        .authorities
        .iter()
        .filter(|one| one.is_present && one.span.end.is_some_and(|end| end <= timeline.today))
        .map(|one| &*one.title)
        .collect();
    let days = timeline
        .next
        .as_ref()
        .map(|next| timeline.today.days_until(next.at));
    let is_soon = days.is_some_and(|days| days < SOON);
    html! {
        <div class="stack-tight">
            if !ended.is_empty() {
                <p class="verdict bad">{ icon(Icon::Cross) }
                    <span>{ format!("{}: the clusters refuse every client below.", match ended.as_slice() {
                        [one] => format!("“{one}” has ended"),
                        several => format!("{} authorities have ended", words::grouped(several.len() as u64)),
                    }) }</span></p>
            }
            if let Some(said) = timeline.next_in_words() {
                <p class={classes!("verdict", is_soon.then_some("attention"))}>
                    { icon(if is_soon { Icon::Attention } else { Icon::Information }) }
                    <span>
                        <strong>{ "The next thing that ends. " }</strong>{ said }{ " " }
                        <Link to={Route::Settings(Page::Rotate)}>{ "Replace an authority" }</Link>
                    </span>
                </p>
            }
        </div>
    }
}

/// The bundle byte for byte, as Atlas has it.
fn bundle(facts: &Facts) -> Html {
    let Some(onclick) = former::saving(facts) else {
        return Html::default();
    };
    html! {
        <p class="actions">
            <button type="button" class="link" {onclick}>{ "Save the bundle as Atlas has it" }</button>
        </p>
    }
}
