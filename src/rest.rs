//! The places that talk to Atlas: all that the shell does not render itself.
//!
//! They are a program of their own ([`crate::run_rest`]) because a verdict on certificates needs
//! none of it. The shell tells nothing but the address; what is here reads it as the shell does.

use yew::prelude::*;

use crate::{address::use_path, places, setup};

#[component]
pub(crate) fn Rest() -> Html {
    let path = use_path();
    let place = places::at(&path).map(|index| &places::PLACES[index]);
    let at_setup = place.is_some_and(|place| place.path == setup::PATH);
    html! {
        <div key={setup::PATH} hidden={!at_setup}>
            <setup::Setup here={at_setup} />
        </div>
    }
}
