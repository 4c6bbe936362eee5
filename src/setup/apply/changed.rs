//! What is asked when Atlas was changed by somebody else in the middle.

use std::rc::Rc;

use atlas::plan::Plan;
use yew::prelude::*;

use crate::{
    address::Link,
    setup::{
        desk::Desk,
        difference::{Difference, Gate},
    },
};

#[derive(PartialEq, Properties)]
pub(super) struct ChangedProps {
    pub(super) plan: Rc<Plan>,
    pub(super) desk: Desk,
}

/// The difference as it is now, to agree to or to go back from.
#[component]
pub(super) fn Changed(props: &ChangedProps) -> Html {
    let onagree = {
        let desk = props.desk.clone();
        Callback::from(move |()| desk.agree_and_go_on())
    };
    html! {
        <>
            <h3>{ "What would change now" }</h3>
            <Difference plan={Rc::clone(&props.plan)} />
            <Gate id="agree" plan={Rc::clone(&props.plan)} button="Agree and go on" {onagree} />
            <p>
                { "Or " }<Link to="/setup/review">{ "go back and check" }</Link>
                { " what you want, with what Atlas has now." }
            </p>
        </>
    }
}
