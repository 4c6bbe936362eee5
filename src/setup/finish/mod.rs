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

use super::{keeping::StartOver, steps::StepProps, trouble};
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
            { before_logging_in(facts) }
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

/// What keeps people out whatever their certificate says.
fn before_logging_in(facts: &super::facts::Facts) -> Html {
    let nobody = facts.access_list.as_ref().is_ok_and(Vec::is_empty);
    let ldap = facts
        .security
        .as_ref()
        .is_ok_and(|security| security.ldap.authorization_enabled);
    let off = facts
        .present
        .as_ref()
        .is_some_and(|present| present.pem.is_none());
    html! {
        <>
            if off {
                { note(Tone::Bad, html! { <p>
                    <strong>{ "Self-managed X.509 is off in this project." }</strong>
                    { " There is no CA bundle, so nobody can log in with a certificate of their own CA. \
                       Give one in the step Authorities." }
                </p> }) }
            }
            if nobody {
                { note(Tone::Attention, html! { <p>
                    <strong>{ "The network access list is empty, so nobody can connect." }</strong>
                    { " Whatever the certificate, the clusters take no connection. Add the addresses of \
                       your clients in Atlas under Network Access." }
                </p> }) }
            }
            if ldap {
                { note(Tone::Attention, html! { <p>
                    <strong>{ "LDAP authorisation is on." }</strong>
                    { " The certificate says who logs in; what they may do comes from the directory. The \
                       user's name has to be, or to map to, an entry that the LDAP server authorises." }
                </p> }) }
            }
        </>
    }
}
