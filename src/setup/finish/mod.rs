//! Step 8: how to log in with what was set up.

mod arrived;
mod choices;
mod login;
mod pem;
mod pem_file;
mod ready;
mod snippets;
mod working;

use std::rc::Rc;

use yew::prelude::*;

use super::{WAYS, keeping::StartOver};
use crate::{
    address::Link,
    change::facts::Facts,
    review::{checklist, expiry_alert::AlertOfExpiry, trouble},
    route::{Page, Route, Step},
    session::state::State,
    ui::alert::{Tone, alert as note},
    visit::Visit,
};

/// What the step is about, as things stand.
pub(super) fn heading(state: &State) -> &'static str {
    if checklist::is_switched_off(state) {
        "Self-managed X.509 is off"
    } else {
        "Log in with your certificates"
    }
}

#[component]
pub(super) fn Finish(props: &Visit) -> Html {
    let state = &props.state;
    let facts = match trouble::facts(state, &props.desk) {
        Ok(facts) => facts,
        Err(instead) => return instead,
    };
    if checklist::is_switched_off(state) {
        return html! { <>{ switched_off(state) }{ another(props) }</> };
    }
    html! {
        <>
            <ready::Ready state={Rc::clone(state)} desk={props.desk.clone()} here={props.here} />
            { of_the_directory(facts) }
            <login::HowToLogIn facts={Rc::clone(facts)} visit={props.clone()} />
            <AlertOfExpiry facts={Rc::clone(facts)} making={state.alert.clone()} desk={props.desk.clone()}
                cannot={state.cannot_write()} />
            { later_on() }
            { another(props) }
        </>
    }
}

/// Where what is set up here is looked after.
fn later_on() -> Html {
    html! {
        <section aria-labelledby="later-on">
            <h2 id="later-on">{ "Later on" }</h2>
            <p>
                { "An authority that is about to expire, a service that is refused, somebody who leaves: " }
                <Link to={Route::Settings(Page::Overview)}>{ "Settings" }</Link>
                { " says what needs you, and has the way to mend it." }
            </p>
        </section>
    }
}

/// What is so after the plan that switched it off, and the way back.
fn switched_off(state: &State) -> Html {
    html! {
        <>
            <p class="lead">
                { "Nobody can log in with a certificate of your own CA now. Users with a password, or with \
                   certificates that Atlas made, aren't concerned. Your X.509 users are still in Atlas." }
            </p>
            <p>
                { "To let them in again, " }
                if state.draft.has_former_bundle() {
                    <Link to={Route::Setup(Step::Apply)}>{ "put the former bundle back in the step Apply" }</Link>{ ", or " }
                }
                <Link to={Route::Setup(Step::Authorities)}>{ "add an authority in the step Authorities" }</Link>{ "." }
            </p>
        </>
    }
}

/// Beginning anew with another project.
fn another(props: &Visit) -> Html {
    let state = &props.state;
    html! {
        <section aria-labelledby="another">
            <h2 id="another">{ "Set up another project" }</h2>
            { trouble::changing_atlas(state, "set up another", &WAYS) }
            <StartOver id="another-asked" label="Set up another" class="button" state={Rc::clone(state)}
                desk={props.desk.clone()} />
        </section>
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
