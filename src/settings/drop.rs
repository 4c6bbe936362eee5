//! Giving certificates in the settings: to see how they stand beside what Atlas has.
//!
//! A client is only looked at here. Whoever wants to know whether a certificate still gets in, or who rests on
//! an authority, does not ask for a user; that takes a decision of its own ("give it a user"). An authority is
//! another matter: nobody gives one but to have it trusted, so it is planned for the bundle as in Setup, and
//! left out again where that is shown.

use yew::prelude::*;

use super::drift;

use crate::{
    certificates::{keys, unusable, work},
    session::{desk::Desk, reading::Purpose},
    ui::file_drop::{FileDrop, Given},
    visit::Visit,
};

#[derive(PartialEq, Properties)]
pub(super) struct DropZoneProps {
    pub(super) visit: Visit,
    /// What stands beside the button. One zone a page: it takes what is dropped anywhere on it.
    pub(super) hint: AttrValue,
    /// Where a saved set-up or report is to be compared, in place of being read as certificates.
    #[prop_or_default]
    pub(super) onsaved: Option<Callback<Given>>,
}

#[component]
pub(super) fn DropZone(props: &DropZoneProps) -> Html {
    let Visit {
        state, desk, here, ..
    } = &props.visit;
    let ongiven = {
        let (desk, onsaved) = (desk.clone(), props.onsaved.clone());
        Callback::from(move |given: Vec<Given>| {
            let Some(onsaved) = &onsaved else {
                desk.take(given, Purpose::Compare);
                return;
            };
            let (saved, others): (Vec<Given>, Vec<Given>) =
                given.into_iter().partition(drift::is_to_be_compared);
            if let Some(saved) = saved.into_iter().next() {
                onsaved.emit(saved);
            }
            if !others.is_empty() {
                desk.take(others, Purpose::Compare);
            }
        })
    };
    let has = |act: fn(&Desk)| {
        let desk = desk.clone();
        Callback::from(move |()| act(&desk))
    };
    let take_away = {
        let desk = desk.clone();
        Callback::from(move |file: String| desk.take_away(&file))
    };
    let open = {
        let desk = desk.clone();
        Callback::from(move |attempt| desk.open(attempt))
    };
    html! {
        <>
            <FileDrop button="Choose files" active={*here} {ongiven} small=true hint={props.hint.clone()} />
            <work::Busy work={state.work} onstop={has(Desk::stop)} ongo_on={has(Desk::go_on)} />
            { match &state.judged {
                Some(judged) => html! { <>
                    { unusable::cards("settings", &judged.after, &state.unread, &take_away, &open) }
                    { keys::files(&judged.after, &take_away) }
                </> },
                None => work::unread(&state.unread),
            } }
        </>
    }
}
