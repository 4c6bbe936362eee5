//! The alert before an authority expires: whether there is one, how long before and whom it tells; making one, and
//! changing how long before it begins and whom it tells.

use std::rc::Rc;

use atlas::types::{ExpiryAlert, ExpiryAlertChange, ExpiryWarning};
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
                <AlertForm key={alert.id.clone()} alert={alert.clone()} {is_making} is_one_of_several={alerts.len() > 1} desk={props.desk.clone()} />
            }) }
            if *warning == ExpiryWarning::Missing { { make(props, is_making) } }
            if !alerts.is_empty() {
                <p class="fine quiet">{ "Roles, teams and services are added in Atlas, under Project Alerts." }</p>
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
struct AlertFormProps {
    alert: ExpiryAlert,
    /// So that one is told from another.
    is_one_of_several: bool,
    is_making: bool,
    desk: Desk,
}

/// How many days before the end an alert begins, and whom it tells.
#[component]
fn AlertForm(props: &AlertFormProps) -> Html {
    let alert = &props.alert;
    let (days, address) = (use_node_ref(), use_node_ref());
    let without = use_state_eq(Vec::<String>::new);
    let wrong = use_state_eq(|| None::<Wrong>);
    {
        // What was typed has become one of those who are told.
        let address = address.clone();
        use_effect_with(alert.recipients.clone(), move |_| {
            if let Some(field) = address.cast::<HtmlInputElement>() {
                field.set_value("");
            }
        });
    }
    let onsubmit = {
        let (days, address) = (days.clone(), address.clone());
        let (desk, alert) = (props.desk.clone(), alert.clone());
        let (without, wrong) = (without.clone(), wrong.setter());
        move |event: SubmitEvent| {
            event.prevent_default();
            let typed =
                |field: &NodeRef| field.cast::<HtmlInputElement>().map(|field| field.value());
            let (Some(days), Some(address)) = (typed(&days), typed(&address)) else {
                return;
            };
            match wanted(&alert, &days, &without, &address) {
                Ok(change) => {
                    wrong.set(None);
                    desk.change_alert(alert.id.clone(), change);
                }
                Err(why) => wrong.set(Some(why)),
            }
        }
    };
    let id = |what: &str| format!("{what}-{}", alert.id);
    let said = id("wrong");
    let describes = |what: Wrong| (*wrong == Some(what)).then(|| said.clone());
    html! {
        <form class="alert-form" {onsubmit} novalidate=true>
            <div class="field">
                <label for={id("days")}>
                    { "Days before an authority expires" }
                    if props.is_one_of_several { { format!(", when it tells {}", whom(alert)) } }
                </label>
                <input ref={days} id={id("days")} type="text" inputmode="numeric" size="6" autocomplete="off"
                    value={alert.days.map(|days| days.to_string())}
                    aria-invalid={(*wrong == Some(Wrong::Days)).to_string()} aria-describedby={describes(Wrong::Days)} />
            </div>
            { told(alert, &without) }
            <div class="field">
                <label for={id("also")}>{ "Also tell, by mail (optional)" }</label>
                <input ref={address} id={id("also")} type="email" autocomplete="off" spellcheck="false"
                    aria-invalid={(*wrong == Some(Wrong::Address)).to_string()}
                    aria-describedby={describes(Wrong::Address)} />
            </div>
            <p class="wrong" id={said.clone()} role="status">
                { wrong.map(Wrong::sentence).unwrap_or_default() }
            </p>
            <p class="actions">
                <button type="submit" class="button" disabled={props.is_making}>
                    { if alert.is_on { "Change the alert" } else { "Switch it on" } }
                </button>
            </p>
        </form>
    }
}

/// Those who are told now, to be left out.
fn told(alert: &ExpiryAlert, without: &UseStateHandle<Vec<String>>) -> Html {
    if alert.recipients.is_empty() {
        return Html::default();
    }
    let each = alert.recipients.iter().map(|recipient| {
        let onchange = {
            let (without, recipient) = (without.clone(), recipient.clone());
            move |_: Event| {
                let mut left: Vec<String> = (*without).clone();
                let before = left.len();
                left.retain(|other| *other != recipient);
                if left.len() == before {
                    left.push(recipient.clone());
                }
                without.set(left);
            }
        };
        html! {
            <label class="tick">
                <input type="checkbox" checked={!without.contains(recipient)} {onchange} />
                <span>{ recipient }</span>
            </label>
        }
    });
    html! { <fieldset class="which"><legend>{ "Whom it tells" }</legend>{ for each }</fieldset> }
}

/// What is wrong with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Days,
    Address,
    Nobody,
}

impl Wrong {
    fn sentence(self) -> String {
        match self {
            Self::Days => format!("Type a whole number of days from 1 to {MOST_DAYS}."),
            Self::Address => "Type one mail address, such as ops@acme.example.".to_owned(),
            Self::Nobody => {
                "Keep somebody, or add an address: an alert to nobody warns nobody.".to_owned()
            }
        }
    }
}

/// The change that was typed.
fn wanted(
    alert: &ExpiryAlert,
    days: &str,
    without: &[String],
    address: &str,
) -> Result<ExpiryAlertChange, Wrong> {
    let days = days.trim().parse::<u32>().ok();
    let days = days
        .filter(|days| (1..=MOST_DAYS).contains(days))
        .ok_or(Wrong::Days)?;
    let also = Some(address.trim()).filter(|address| !address.is_empty());
    if also.is_some_and(|address| !is_address(address)) {
        return Err(Wrong::Address);
    }
    let is_left_out = |recipient: &String| without.contains(recipient);
    if also.is_none() && alert.recipients.iter().all(is_left_out) {
        return Err(Wrong::Nobody);
    }
    Ok(ExpiryAlertChange {
        days,
        without: without.to_vec(),
        also: also.map(str::to_owned),
    })
}

/// Whether it looks like one mail address. Whether it is one, Atlas says.
fn is_address(text: &str) -> bool {
    let around = text.split_once('@');
    around.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
        && !text.contains(|it: char| it.is_whitespace() || matches!(it, ',' | ';' | '<' | '>'))
        && text.matches('@').count() == 1
}

fn whom(alert: &ExpiryAlert) -> String {
    if alert.recipients.is_empty() {
        return "nobody".to_owned();
    }
    words::list(&alert.recipients)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_sent_only_when_somebody_is_told_at_a_time_that_makes_sense() {
        let owners = "the owners of the project".to_owned();
        let alert = ExpiryAlert {
            id: "a1".to_owned(),
            is_on: true,
            days: Some(30),
            recipients: vec![owners.clone()],
        };
        let all = [owners];
        for (days, without, address, expected) in [
            ("60", &[][..], "", Ok(None)),
            (
                " 60 ",
                &all[..],
                " ops@acme.example ",
                Ok(Some("ops@acme.example")),
            ),
            ("60", &all[..], "", Err(Wrong::Nobody)),
            ("0", &[][..], "", Err(Wrong::Days)),
            ("soon", &[][..], "", Err(Wrong::Days)),
            ("60", &[][..], "ops", Err(Wrong::Address)),
            ("60", &[][..], "a@b, c@d", Err(Wrong::Address)),
        ] {
            let change = wanted(&alert, days, without, address);
            let also = change.as_ref().map(|change| change.also.as_deref());
            assert_eq!(also.map_err(|wrong| *wrong), expected, "{days} {address}");
        }
    }
}
