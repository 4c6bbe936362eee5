//! What is being worked on, and the way to stop it or go on.

use yew::prelude::*;

use super::{desk::Desk, state::Work};
use crate::{
    ui::{
        alert::{Tone, alert},
        progress::Progress,
    },
    words,
};

pub(super) fn busy(work: Work, desk: &Desk) -> Html {
    let onstop = {
        let desk = desk.clone();
        Callback::from(move |()| desk.stop())
    };
    match work {
        Work::Idle => Html::default(),
        Work::Reading { done, total } => {
            let label = format!("Reading {}", words::count(total, "file", "files"));
            html! { <Progress {label} {done} {total} {onstop} /> }
        }
        Work::Judging { done, total } => {
            html! { <Progress label="Building paths and checking signatures" {done} {total} {onstop} /> }
        }
        Work::Stopped => stopped(desk),
    }
}

fn stopped(desk: &Desk) -> Html {
    let go_on = {
        let desk = desk.clone();
        move |_| desk.go_on()
    };
    let start_over = {
        let desk = desk.clone();
        move |_| desk.start_over()
    };
    alert(
        Tone::Plain,
        html! {
            <div role="status">
                <p><strong>{ "Stopped. " }</strong>{ "What was read is kept; nothing is judged until you go on." }</p>
                <p class="actions">
                    <button type="button" class="button button-small" onclick={go_on}>{ "Go on" }</button>
                    <button type="button" class="button button-small" onclick={start_over}>{ "Start over" }</button>
                </p>
            </div>
        },
    )
}
