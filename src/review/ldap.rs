//! What LDAP authorisation of a project means for its users with certificates, in words.

use std::rc::Rc;

use atlas::plan::{LdapEffect, LdapEntry};
use yew::prelude::*;

use crate::{
    ui::{
        alert::{Tone, alert},
        breakable,
        disclosure::Disclosure,
        paged::Paged,
    },
    words,
};

/// What is so, who cannot connect, and what the directory has to hold.
pub(crate) fn explained(effect: &LdapEffect) -> Html {
    html! {
        <section class="ldap" aria-label="LDAP">
            { alert(Tone::Attention, html! { <>
                <p>
                    <strong>{ format!("LDAP authorisation is on, with {}.", effect.hostname) }</strong>
                    { " Users with self-managed certificates can log in, and the directory decides what they \
                       may do: the roles that Atlas has are not used. The name in the certificate must lead \
                       to an entry that the directory knows. " }
                    { atlas::words::LDAP_DEPRECATED }
                </p>
                if !effect.blocked.is_empty() {
                    <p>{ blocked(&effect.blocked) }</p>
                }
            </> }) }
            if !effect.names.is_empty() {
                { entries(effect) }
            }
        </section>
    }
}

fn blocked(names: &[String]) -> String {
    format!(
        "{} cannot connect while it is on, because Atlas made the certificates: {}.",
        words::count(names.len(), "user", "users"),
        names.join("; ")
    )
}

fn entries(effect: &LdapEffect) -> Html {
    let effect = Rc::new(effect.clone());
    let summary = html! { { "What the directory has to hold for each user" } };
    let content = Callback::from(move |()| {
        html! {
            <>
                <Paged class="plain ldap-names" total={effect.names.len()} item={item(&effect)} />
                if !effect.rules.is_empty() {
                    { rules(&effect) }
                }
            </>
        }
    });
    html! { <Disclosure {summary} {content} /> }
}

/// What the directory has to hold for one of them.
fn item(effect: &Rc<LdapEffect>) -> Callback<usize, Html> {
    let effect = Rc::clone(effect);
    Callback::from(move |index: usize| {
        let Some(name) = effect.names.get(index) else {
            return Html::default();
        };
        html! {
            <li>
                { breakable::name(&name.username) }
                <p class="fine">{ match &name.entry {
                    LdapEntry::Dn(dn) => html! { <>{ "needs the entry " }{ breakable::name(dn) }</> },
                    LdapEntry::ByRules => html! {
                        { "needs the entry that the rules of the project make of this name" }
                    },
                } }</p>
            </li>
        }
    })
}

/// The rules as they stand in Atlas: the first whose pattern fits counts.
fn rules(effect: &LdapEffect) -> Html {
    html! {
        <>
            <p class="fine">{ "The rules, of which the first that fits counts:" }</p>
            <ul class="plain fine">
                { for effect.rules.iter().map(|rule| html! {
                    <li>
                        <code>{ &rule.pattern }</code>{ " becomes " }
                        <code>{ rule.substitution.as_ref().or(rule.ldap_query.as_ref()).cloned().unwrap_or_default() }</code>
                    </li>
                }) }
            </ul>
        </>
    }
}
