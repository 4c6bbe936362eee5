//! For when, and for what server, the verdicts are to hold.

use std::rc::Rc;

use pki::Timestamp;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::desk::Desk;
use crate::{certificates::found::Found, engine::LEVEL, ui::day_form::DayForm};

#[derive(PartialEq, Properties)]
pub(super) struct ProfileProps {
    pub(super) found: Rc<Found>,
    pub(super) day: Option<Timestamp>,
    pub(super) desk: Desk,
    pub(super) onclose: Callback<()>,
}

#[component]
pub(super) fn Profile(props: &ProfileProps) -> Html {
    let level = use_node_ref();
    let report = &props.found.view.report;
    let onday = {
        let (level, desk, onclose) = (level.clone(), props.desk.clone(), props.onclose.clone());
        let current = report.level;
        Callback::from(move |day: Option<Timestamp>| {
            let chosen = level
                .cast::<HtmlSelectElement>()
                .and_then(|select| select.value().parse().ok())
                .unwrap_or(current);
            desk.judge_for(day, if day.is_some() { chosen } else { LEVEL });
            onclose.emit(());
        })
    };
    html! {
        <DayForm id="day" at={report.at} is_other={props.day.is_some() || report.level != LEVEL} {onday}>
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
        </DayForm>
    }
}
