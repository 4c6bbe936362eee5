//! Switching self-managed X.509 off: who loses access, what happens to whoever is connected, and what to keep.
//! It is planned here and applied as any other change.

use std::rc::Rc;

use yew::prelude::*;

use super::ways::WAYS;
use crate::{
    address::Link,
    change::{bundle::Comparison, facts::Facts},
    review::{former, off, trouble},
    ui::{
        breakable,
        icon::{Icon, icon},
        pages::use_pages,
    },
    visit::Visit,
    words,
};

/// How many users are named at first, and how many more each time.
const PAGE: usize = 25;

#[component]
pub(super) fn Off(props: &Visit) -> Html {
    let Visit { state, desk, .. } = props;
    let facts = match trouble::facts(state, desk) {
        Ok(facts) => facts,
        Err(instead) => return instead,
    };
    let Some(present) = &facts.present else {
        let means = "Switching self-managed X.509 off needs Project Owner of this project or Organization Owner.";
        return html! {
            <>
                { trouble::role_too_low(facts, means, desk) }
                <Losers facts={Rc::clone(facts)} />
            </>
        };
    };
    if present.pem.is_none() {
        return html! { <IsOff facts={Rc::clone(facts)} /> };
    }
    let Some(judged) = &state.judged else {
        return html! { <p role="status">{ "Judging the certificates." }</p> };
    };
    let comparison = Comparison::new(judged, state.authorities(), &state.draft);
    html! {
        <>
            if comparison.is_off {
                { off::verdict(Some(facts)) }
                <p>{ "Nothing is sent yet. What will change stands below, with the button." }</p>
                { off::put_back(desk) }
            } else {
                <p class="lead">
                    { "It takes every authority out of the bundle, and nobody gets in with a certificate of your \
                       own CA any more. Users with a password, or with certificates that Atlas made, aren't \
                       concerned." }
                </p>
            }
            <Losers facts={Rc::clone(facts)} />
            { connected(facts, comparison.is_off) }
            { keep(facts) }
            if !comparison.is_off {
                <p class="actions">
                    <button type="button" class="button" onclick={off::take_out(&comparison, desk)}>
                        { "Take every authority out" }
                    </button>
                    <span class="quiet fine">{ "Nothing is sent yet: you see first what will change." }</span>
                </p>
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct FactsProps {
    facts: Rc<Facts>,
}

/// Everybody who loses access, by name.
#[component]
fn Losers(props: &FactsProps) -> Html {
    let pages = use_pages(PAGE);
    let facts = &props.facts;
    if let Err(why) = &facts.users {
        return html! { <p class="quiet">{ format!("We couldn't read the users: {}", why.what) }</p> };
    }
    let users = facts.self_managed();
    html! {
        <section aria-labelledby="who-loses">
            <h2 id="who-loses">{ "Who loses access" }</h2>
            if users.is_empty() {
                <p>{ "Nobody: the project has no user for certificates of your own CA." }</p>
            } else {
                <p>
                    { format!("{} for certificates of your own CA. The users stay in Atlas, and get in again when you \
                        put the bundle back.", words::count(users.len(), "user", "users")) }
                </p>
                <ul class="plain names">{ for users.keys().take(pages.shown()).map(|name| html! {
                    <li key={(*name).to_owned()}>{ breakable::name(name) }</li>
                }) }</ul>
                { pages.more(users.len()) }
            }
        </section>
    }
}

/// What happens to whoever is connected. Which nodes restart is told above once it is decided.
fn connected(facts: &Facts, is_decided: bool) -> Html {
    html! {
        <section aria-labelledby="connected">
            <h2 id="connected">{ "Who is connected at that moment" }</h2>
            <p>
                { "Connections last until their node restarts. After that nobody logs in anew with such a \
                   certificate, on any node that has taken up the change." }
                if let Some(restarts) = facts.restarts().filter(|_| !is_decided) { { " " }{ restarts } }
            </p>
        </section>
    }
}

/// The bundle as a file, byte for byte as Atlas has it.
fn keep(facts: &Facts) -> Html {
    let Some(onclick) = former::saving(facts) else {
        return Html::default();
    };
    html! {
        <section aria-labelledby="keep">
            <h2 id="keep">{ "The way back" }</h2>
            <p>
                { "Atlas doesn't keep the bundle. This tab does until you apply something else, choose another \
                   project or close it, and can put it back byte for byte. Keep it as a file, too." }
            </p>
            <p class="actions">
                <button type="button" class="button button-small" {onclick}>{ "Save the bundle" }</button>
            </p>
        </section>
    }
}

/// That it is off already.
#[component]
fn IsOff(props: &FactsProps) -> Html {
    let users = props.facts.self_managed().len();
    html! {
        <>
            <p class="verdict">
                { icon(Icon::Information) }
                <span>
                    <strong>{ "Self-managed X.509 is off in this project." }</strong>
                    { " Nobody can log in with a certificate of your own CA." }
                    if users > 0 {
                        { format!(" {} waiting for it.", words::count(users, "user is", "users are")) }
                    }
                </span>
            </p>
            <p>
                { "To switch it on, " }
                <Link to={WAYS.authorities.route}>{ "add the certificate of your CA" }</Link>{ "." }
            </p>
        </>
    }
}
