//! The alert before an authority expires: whether there is one, how long before and whom it tells; making one, and
//! changing how long before it begins.

use std::rc::Rc;

use atlas::types::{ExpiryAlert, ExpiryWarning};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::trouble;
use crate::{
    change::facts::Facts,
    session::{
        desk::Desk,
        state::{Done, Loaded},
    },
    ui::icon::{Icon, icon},
    words,
};

/// Longer than that before an end nobody wants to hear of it every day.
const MOST_DAYS: u32 = 3650;

#[derive(PartialEq, Properties)]
pub(crate) struct ExpiryAlertProps {
    pub(crate) facts: Rc<Facts>,
    /// Making or changing it.
    pub(crate) making: Loaded<Done>,
    /// Why nothing can be changed from here, if it cannot.
    pub(crate) cannot: Option<&'static str>,
    pub(crate) desk: Desk,
}

#[component]
pub(crate) fn AlertOfExpiry(props: &ExpiryAlertProps) -> Html {
    let content = match &props.facts.alert_configs {
        Ok(configs) => {
            let warning = ExpiryWarning::of(configs);
            let said = if warning.is_on() {
                html! { <p class="verdict good">{ icon(Icon::Check) }<span>{ warning.sentence() }</span></p> }
            } else {
                html! { <p>
                    { props.facts.warning(configs) }
                    { " From the day an authority expires, every client that it issued is refused." }
                </p> }
            };
            html! { <>{ said }{ what_can_be_done(props, &warning, &ExpiryAlert::all(configs)) }</> }
        }
        Err(why) => html! {
            <p class="quiet">{ format!("We couldn't read whether there is an alert: {} {}", why.what, why.next) }</p>
        },
    };
    html! {
        <section aria-labelledby="expiry-alert">
            <h2 id="expiry-alert">{ "Before an authority expires" }</h2>
            { content }
        </section>
    }
}

/// Making one, or changing those that are there.
fn what_can_be_done(
    props: &ExpiryAlertProps,
    warning: &ExpiryWarning,
    alerts: &[ExpiryAlert],
) -> Html {
    if let Some(why) = props.cannot {
        return html! { <p class="fine quiet">{ why }</p> };
    }
    let is_making = props.making.is_loading();
    html! {
        <>
            if let Loaded::Failed(why) = &props.making { { trouble::failure(why, None) } }
            { for alerts.iter().map(|alert| html! {
                <Days key={alert.id.clone()} alert={alert.clone()} {is_making} is_one_of_several={alerts.len() > 1} desk={props.desk.clone()} />
            }) }
            if *warning == ExpiryWarning::Missing { { make(props, is_making) } }
            if !alerts.is_empty() {
                <p class="fine quiet">{ "Whom it tells is changed in Atlas, under Project Alerts." }</p>
            }
            <p class="fine" role="status">
                { match props.making.known().map(|done| **done) {
                    Some(Done::Created) => "The alert is created.",
                    Some(Done::Changed) => "The alert is changed.",
                    None => "",
                } }
            </p>
        </>
    }
}

fn make(props: &ExpiryAlertProps, is_making: bool) -> Html {
    let onclick = {
        let desk = props.desk.clone();
        move |_: MouseEvent| desk.make_alert()
    };
    html! {
        <p class="actions">
            <button type="button" class="button" {onclick} disabled={is_making}>{ "Create the alert" }</button>
            <span class="quiet fine">{ "It goes to the project's owners by mail, every day from 30 days before." }</span>
        </p>
    }
}

#[derive(PartialEq, Properties)]
struct DaysProps {
    alert: ExpiryAlert,
    /// So that one is told from another.
    is_one_of_several: bool,
    is_making: bool,
    desk: Desk,
}

/// How many days before the end an alert begins.
#[component]
fn Days(props: &DaysProps) -> Html {
    let alert = &props.alert;
    let field = use_node_ref();
    let wrong = use_state_eq(|| false);
    let onsubmit = {
        let (field, wrong) = (field.clone(), wrong.setter());
        let (desk, id) = (props.desk.clone(), alert.id.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let Some(field) = field.cast::<HtmlInputElement>() else {
                return;
            };
            let days = field.value().trim().parse::<u32>().ok();
            let days = days.filter(|days| (1..=MOST_DAYS).contains(days));
            wrong.set(days.is_none());
            if let Some(days) = days {
                desk.change_alert(id.clone(), days);
            }
        }
    };
    let (label, wrong_id) = (
        format!("days-{}", alert.id),
        format!("days-{}-wrong", alert.id),
    );
    let button = if alert.is_on {
        "Change"
    } else {
        "Switch it on"
    };
    html! {
        <form class="form-row" {onsubmit}>
            <div class="field">
                <label for={label.clone()}>
                    { "Days before an authority expires" }
                    if props.is_one_of_several { { format!(", when it tells {}", whom(alert)) } }
                </label>
                <input ref={field} id={label} type="text" inputmode="numeric" size="6" autocomplete="off"
                    value={alert.days.map(|days| days.to_string())} aria-invalid={wrong.to_string()}
                    aria-describedby={wrong.then(|| wrong_id.clone())} />
                if *wrong {
                    <p id={wrong_id} class="wrong">{ format!("Type a whole number from 1 to {MOST_DAYS}.") }</p>
                }
            </div>
            <button type="submit" class="button" disabled={props.is_making}>{ button }</button>
        </form>
    }
}

fn whom(alert: &ExpiryAlert) -> String {
    if alert.recipients.is_empty() {
        return "nobody".to_owned();
    }
    words::list(&alert.recipients)
}
