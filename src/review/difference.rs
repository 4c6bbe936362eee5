//! A difference between what Atlas has and what is wanted, change by change.

use std::rc::Rc;

use atlas::plan::{Notice, Plan, Step};
use yew::prelude::*;

use super::changes;
use crate::ui::{
    alert::{Tone, alert},
    pages::use_pages,
};

/// How many changes are shown at first, and how many more each time.
const PAGE: usize = 20;

#[derive(PartialEq, Properties)]
pub(crate) struct DifferenceProps {
    pub(crate) plan: Rc<Plan>,
}

/// Every change of a plan, with what to know and what makes it impossible.
#[component]
pub(crate) fn Difference(props: &DifferenceProps) -> Html {
    let pages = use_pages(PAGE);
    let plan = &props.plan;
    let total = plan.steps.len();
    html! {
        <>
            { for plan.problems.iter().map(|problem| alert(Tone::Bad, html! { <p>{ problem.sentence() }</p> })) }
            <ul class="changes">
                { for plan.steps.iter().take(pages.shown()).map(changes::lines) }
            </ul>
            { pages.more(total) }
            // Those who are locked out stand with their authority.
            { for plan.notices.iter().filter(|notice| !matches!(notice, Notice::Restarts | Notice::RemovalBreaks { .. }))
                .map(|notice| alert(Tone::Attention, html! { <p>{ notice.sentence() }</p> })) }
        </>
    }
}

/// What a change does, before the name of the user if it is about one.
pub(crate) fn verb(step: &Step) -> String {
    match step {
        Step::CreateUser { .. } => "Create user".to_owned(),
        Step::UpdateUser { .. } => "Change user".to_owned(),
        Step::DeleteUser { .. } => "Delete user".to_owned(),
        other => other.title(),
    }
}

/// What a change consists of.
pub(crate) fn details(step: &Step) -> Html {
    html! { <ul class="changes">{ changes::lines(step) }</ul> }
}
