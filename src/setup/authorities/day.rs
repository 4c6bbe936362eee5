//! The day that the verdicts hold for, so that one can look ahead.

use pki::Timestamp;
use yew::prelude::*;

use crate::{
    change::decision::Decision,
    session::desk::Desk,
    ui::{
        alert::{Tone, alert},
        day_form::DayForm,
    },
    words,
};

#[derive(PartialEq, Properties)]
pub(super) struct DayProps {
    /// In seconds; `None` is today.
    pub(super) day: Option<i64>,
    /// For when was judged last.
    pub(super) at: Timestamp,
    pub(super) desk: Desk,
}

#[component]
pub(super) fn Day(props: &DayProps) -> Html {
    let choosing = use_state_eq(|| false);
    let toggle = {
        let choosing = choosing.clone();
        move |_| choosing.set(!*choosing)
    };
    let onday = {
        let (choosing, desk) = (choosing.setter(), props.desk.clone());
        Callback::from(move |day: Option<Timestamp>| {
            choosing.set(false);
            desk.decide(Decision::JudgeFor(day.map(Timestamp::unix)));
        })
    };
    let today = onday.reform(|_: MouseEvent| None);
    let day = words::date(props.at);
    html! {
        <div class="stack-tight">
            if props.day.is_some() {
                { alert(Tone::Attention, html! { <>
                    <p><strong>{ format!("Everything is judged for {day}, not for today.") }</strong>
                        { " What ends before then shows as ended, here and among the clients." }</p>
                    <p class="actions">
                        <button type="button" class="button button-small" onclick={today}>{ "Back to today" }</button>
                    </p>
                </> }) }
            }
            <p class="fine quiet">
                { if props.day.is_none() { format!("Judged for today, {day}. ") } else { String::new() } }
                <button type="button" class="link" onclick={toggle} aria-controls="setup-day-form"
                    aria-expanded={choosing.to_string()}>{ "Look ahead to another day" }</button>
            </p>
            <div id="setup-day-form">
                if *choosing {
                    <DayForm id="setup-day" at={props.at} is_other={props.day.is_some()} {onday} />
                }
            </div>
        </div>
    }
}
