//! What is asked when Atlas was changed by somebody else in the middle.

use std::rc::Rc;

use atlas::plan::Plan;
use yew::prelude::*;

use super::{deciding::deciding, difference::Difference, gate::Gate, trouble, ways::Ways};
use crate::{
    address::Link,
    certificates::work::Work,
    change::{decision::Decision, outlook},
    session::{desk::Desk, state::State},
    ui::breakable,
};

#[derive(PartialEq, Properties)]
pub(crate) struct ChangedProps {
    pub(crate) plan: Rc<Plan>,
    pub(crate) state: Rc<State>,
    pub(crate) desk: Desk,
    pub(crate) ways: &'static Ways,
}

/// The difference as it is now, to agree to or to go back from.
#[component]
pub(crate) fn Changed(props: &ChangedProps) -> Html {
    let onagree = {
        let desk = props.desk.clone();
        Callback::from(move |()| desk.agree_and_go_on())
    };
    let state = &props.state;
    // Verdicts that are about to change, or are of another day, vouch for nobody.
    let judged = state.judged.as_deref();
    let judged = judged.filter(|_| state.work == Work::Idle && state.draft.day.is_none());
    let plan = Rc::new(judged.map_or_else(
        || (*props.plan).clone(),
        |judged| judged.with_what_rests(&props.plan),
    ));
    let gate = match trouble::facts(state, &props.desk) {
        Err(instead) => instead,
        Ok(facts) => match &facts.present {
            None => {
                let means = "So it cannot be told what this would break.";
                trouble::role_too_low(facts, means, &props.desk)
            }
            Some(present) => {
                let locked_out = Rc::new(outlook::locked_out(&plan, present, judged));
                let not_now = state.facts.is_loading().then_some("Wait until it is read.");
                html! {
                    <Gate id="agree" plan={Rc::clone(&plan)} facts={Rc::clone(facts)} {locked_out}
                        project={facts.project.name.clone()} not_now={not_now.map(AttrValue::from)}
                        button="Agree and go on in" {onagree}
                        otherwise="If you don't want that, go back and check what you want." />
                }
            }
        },
    };
    html! {
        <>
            <h3>{ "What would change now" }</h3>
            <Difference plan={Rc::clone(&plan)} />
            { deleted_by_others(&plan, &props.desk) }
            { gate }
            <p>
                { "Or " }<Link to={props.ways.review.route}>{ "go back and check" }</Link>
                { " what you want, with what Atlas has now." }
            </p>
        </>
    }
}

/// The users that somebody else deleted, each with the way to have it all the same.
fn deleted_by_others(plan: &Plan, desk: &Desk) -> Html {
    let buttons = plan.deleted_by_others().iter().map(|name| {
        let onclick = deciding::<MouseEvent>(desk, Decision::CreateAgain(name.clone()));
        html! {
            <li class="actions">
                <span>{ breakable::name(name) }</span>
                <button type="button" class="link" {onclick}>
                    { "Create it again" }<span class="unseen">{ format!(", {name}") }</span>
                </button>
            </li>
        }
    });
    html! { <ul class="plain">{ for buttons }</ul> }
}
