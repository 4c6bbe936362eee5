//! The alert before an authority expires: there, or made here.

use std::rc::Rc;

use atlas::types::AlertConfig;
use yew::prelude::*;

use crate::{
    setup::{desk::Desk, facts::Facts, state::Loaded, trouble},
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
    let there = props
        .facts
        .alert_configs
        .as_ref()
        .map(|configs| configs.iter().any(AlertConfig::is_ca_expiration));
    let content = match (there, &props.making) {
        (Ok(true), _) | (_, Loaded::Yes(_)) => html! {
            <p class="verdict good">{ icon(Icon::Check) }
                <span>{ "Atlas warns the owners of the project from 30 days before an authority expires." }</span></p>
        },
        (Ok(false), making) => html! {
            <>
                <p>
                    { "Atlas does not warn anybody before an authority of this bundle expires. From that day on \
                       every client it issued is refused." }
                </p>
                if let Loaded::Failed(why) = making { { trouble::failure(why, None) } }
                <p class="actions">
                    <button type="button" class="button" {onclick} disabled={making.is_loading()}>
                        { "Make the alert" }
                    </button>
                    <span class="quiet fine">{ "To the owners of the project by mail, every day from 30 days before." }</span>
                </p>
            </>
        },
        (Err(why), _) => html! {
            <p class="quiet">{ format!("Whether there is one could not be read: {} {}", why.what, why.next) }</p>
        },
    };
    html! {
        <section aria-labelledby="expiry">
            <h2 id="expiry">{ "Before an authority expires" }</h2>
            { content }
        </section>
    }
}
