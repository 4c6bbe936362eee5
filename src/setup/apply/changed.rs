//! What is asked when Atlas was changed by somebody else in the middle.

use std::rc::Rc;

use atlas::plan::Plan;
use yew::prelude::*;

use crate::{
    address::Link,
    setup::{
        desk::Desk,
        difference::Difference,
        review::{gate::Gate, outlook},
        state::State,
    },
};

#[derive(PartialEq, Properties)]
pub(super) struct ChangedProps {
    pub(super) plan: Rc<Plan>,
    pub(super) state: Rc<State>,
    pub(super) desk: Desk,
}

/// The difference as it is now, to agree to or to go back from.
#[component]
pub(super) fn Changed(props: &ChangedProps) -> Html {
    let onagree = {
        let desk = props.desk.clone();
        Callback::from(move |()| desk.agree_and_go_on())
    };
    let facts = props.state.facts.known();
    let locked_out = facts
        .and_then(|facts| facts.present.as_ref())
        .map(|present| outlook::locked_out(&props.plan, present, props.state.judged.as_deref()));
    let project = props.state.draft.project.as_ref();
    html! {
        <>
            <h3>{ "What would change now" }</h3>
            <Difference plan={Rc::clone(&props.plan)} />
            <Gate id="agree" plan={Rc::clone(&props.plan)} facts={facts.cloned()}
                locked_out={Rc::new(locked_out.unwrap_or_default())}
                project={project.map(|project| project.name.clone()).unwrap_or_default()}
                tick="I have read this and it may happen now" button="Agree and go on" {onagree} />
            <p>
                { "Or " }<Link to="/setup/review">{ "go back and check" }</Link>
                { " what you want, with what Atlas has now." }
            </p>
        </>
    }
}
