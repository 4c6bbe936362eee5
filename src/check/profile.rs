//! For when, and for what server, the verdicts are to hold.

use std::rc::Rc;

use pki::Timestamp;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{desk::Desk, engine::LEVEL, found::Found};

#[derive(PartialEq, Properties)]
pub(super) struct ProfileProps {
    pub(super) found: Rc<Found>,
    pub(super) day: Option<Timestamp>,
    pub(super) desk: Desk,
    pub(super) onclose: Callback<()>,
}

#[component]
pub(super) fn Profile(props: &ProfileProps) -> Html {
    let date = use_node_ref();
    let level = use_node_ref();
    let wrong = use_state_eq(|| false);
    let report = &props.found.view.report;
    // The level is asked for only where the answer depends on it.
    let matters = report.level != LEVEL
        || props
            .found
            .view
            .clients
            .iter()
            .any(|client| client.other_level.is_some());

    {
        let date = date.clone();
        use_effect_with((), move |()| {
            if let Some(date) = date.cast::<HtmlInputElement>() {
                let _ = date.focus();
            }
        });
    }
    let judge = {
        let (date, level, wrong) = (date.clone(), level.clone(), wrong.setter());
        let (desk, onclose, current) = (props.desk.clone(), props.onclose.clone(), report.level);
        move |event: SubmitEvent| {
            event.prevent_default();
            let text = date
                .cast::<HtmlInputElement>()
                .map(|field| field.value())
                .unwrap_or_default();
            // Noon, so that the day is the same one wherever the person is.
            if let Ok(day) = Timestamp::parse_rfc3339(&format!("{text}T12:00:00Z")) {
                let level = level
                    .cast::<HtmlSelectElement>()
                    .and_then(|select| select.value().parse().ok())
                    .unwrap_or(current);
                desk.judge_for(Some(day), level);
                onclose.emit(());
            } else {
                wrong.set(true);
                if let Some(date) = date.cast::<HtmlInputElement>() {
                    let _ = date.focus();
                }
            }
        }
    };
    let today = {
        let (desk, onclose) = (props.desk.clone(), props.onclose.clone());
        move |_| {
            desk.judge_for(None, LEVEL);
            onclose.emit(());
        }
    };
    let value = report.at.to_string()[..10].to_owned();
    html! {
        <form class="panel form-row" onsubmit={judge} novalidate=true>
            <div class="field">
                <label for="day">{ "Judge for noon (UTC) of" }</label>
                <input id="day" ref={date} type="date" {value} required=true
                    min="1950-01-01" max="9999-12-31"
                    aria-invalid={wrong.then_some("true")}
                    aria-describedby={wrong.then_some("day-wrong")} />
                if *wrong {
                    <p id="day-wrong" class="wrong" role="alert">{ "Give a day with year, month and day." }</p>
                }
            </div>
            if matters {
                <div class="field">
                    <label for="level">{ "Security level of the server" }</label>
                    <select id="level" ref={level}>
                        { for [2_u8, 1].into_iter().map(|choice| html! {
                            <option value={choice.to_string()} selected={choice == report.level}>
                                { match choice {
                                    2 => "2: RSA from 2,048 bits (assumed)",
                                    _ => "1: RSA from 1,024 bits",
                                } }
                            </option>
                        }) }
                    </select>
                </div>
            }
            <div class="actions">
                <button type="submit" class="button button-primary">{ "Judge" }</button>
                if props.day.is_some() || report.level != LEVEL {
                    <button type="button" class="button" onclick={today}>{ "Back to today" }</button>
                }
            </div>
        </form>
    }
}
