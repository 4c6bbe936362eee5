//! A line that opens to show more. What is inside is made only when it is first opened, so that
//! hundreds of closed ones cost nothing.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct DisclosureProps {
    pub(crate) summary: Html,
    /// Renders what is inside.
    pub(crate) content: Callback<(), Html>,
    #[prop_or_default]
    pub(crate) class: Classes,
    #[prop_or_default]
    pub(crate) open: bool,
}

#[component]
pub(crate) fn Disclosure(props: &DisclosureProps) -> Html {
    let opened = use_state_eq(|| props.open);
    let ontoggle = {
        let opened = opened.setter();
        move |event: Event| {
            let open = event
                .target_dyn_into::<web_sys::Element>()
                .is_some_and(|element| element.has_attribute("open"));
            if open {
                opened.set(true);
            }
        }
    };
    html! {
        <details class={classes!("disclosure", props.class.clone())} open={props.open} {ontoggle}>
            <summary>{ props.summary.clone() }</summary>
            if *opened {
                <div class="disclosure-content">{ props.content.emit(()) }</div>
            }
        </details>
    }
}
