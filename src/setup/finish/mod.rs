//! Step 8: how to log in with what was set up.

mod alert;
mod choices;
mod login;
mod pem;
mod pem_file;
mod ready;
mod snippets;
mod working;

use std::rc::Rc;

use yew::prelude::*;

use super::{facts::Facts, keeping::StartOver, steps::StepProps, trouble};
use crate::ui::alert::{Tone, alert as note};

#[component]
pub(super) fn Finish(props: &StepProps) -> Html {
    let state = &props.state;
    let facts = match trouble::facts(state, &props.desk) {
        Ok(facts) => facts,
        Err(instead) => return instead,
    };
    html! {
        <>
            <ready::Ready state={Rc::clone(state)} desk={props.desk.clone()} here={props.here} />
            { of_the_directory(facts) }
            <login::HowToLogIn facts={Rc::clone(facts)} judged={state.judged.clone()}
                desk={props.desk.clone()} here={props.here} />
            <alert::ExpiryAlert facts={Rc::clone(facts)} making={state.alert.clone()} desk={props.desk.clone()} />
            <section aria-labelledby="another">
                <h2 id="another">{ "Set up another project" }</h2>
                { trouble::changing_atlas(state, "set up another") }
                <StartOver id="another-asked" label="Set up another" class="button" state={Rc::clone(state)}
                    desk={props.desk.clone()} />
            </section>
        </>
    }
}

/// That the directory decides what users may do, whatever Atlas has.
fn of_the_directory(facts: &Facts) -> Html {
    let is_on = facts
        .security
        .as_ref()
        .is_ok_and(|security| security.ldap.authorization_enabled);
    if !is_on {
        return Html::default();
    }
    note(
        Tone::Attention,
        html! { <p>
            <strong>{ "LDAP authorisation is on." }</strong>
            { " The certificate says who connects; the directory decides what they may do. The user's name \
               has to be, or lead to, an entry that the LDAP server knows. " }
            { atlas::words::LDAP_DEPRECATED }
        </p> },
    )
}
