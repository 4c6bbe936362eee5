//! The alert before an authority expires: there, or created here.

use std::rc::Rc;

use atlas::types::ExpiryWarning;
use yew::prelude::*;

use crate::{
    change::facts::Facts,
    review::trouble,
    session::{desk::Desk, state::Loaded},
    ui::icon::{Icon, icon},
};

#[derive(PartialEq, Properties)]
pub(super) struct ExpiryAlertProps {
    pub(super) facts: Rc<Facts>,
    /// Making it.
    pub(super) making: Loaded<()>,
    pub(super) desk: Desk,
}

#[component]
pub(super) fn ExpiryAlert(props: &ExpiryAlertProps) -> Html {
    let onclick = {
        let desk = props.desk.clone();
        move |_| desk.make_alert()
    };
    let warning = props
        .facts
        .alert_configs
        .as_ref()
        .map(|configs| ExpiryWarning::of(configs));
    let content = match (warning, &props.making) {
        (_, Loaded::Yes(_)) => html! {
            <p class="verdict good">{ icon(Icon::Check) }
                <span>{ "The alert is created. Atlas mails the project's owners from 30 days before an authority expires." }</span></p>
        },
        (Ok(warning), _) if warning.is_on() => html! {
            <p class="verdict good">{ icon(Icon::Check) }<span>{ warning.sentence() }</span></p>
        },
        (Ok(warning), making) => html! {
            <>
                <p>
                    { warning.sentence() }
                    { " From the day an authority expires, every client that it issued is refused." }
                </p>
                if let Loaded::Failed(why) = making { { trouble::failure(why, None) } }
                <p class="actions">
                    <button type="button" class="button" {onclick} disabled={making.is_loading()}>
                        { "Create the alert" }
                    </button>
                    <span class="quiet fine">{ "It goes to the project's owners by mail, every day from 30 days before." }</span>
                </p>
            </>
        },
        (Err(why), _) => html! {
            <p class="quiet">{ format!("We couldn't read whether there is an alert: {} {}", why.what, why.next) }</p>
        },
    };
    html! {
        <section aria-labelledby="expiry">
            <h2 id="expiry">{ "Before an authority expires" }</h2>
            { content }
        </section>
    }
}
