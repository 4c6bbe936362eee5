//! A question that stands in place of everything else on the page until it is answered.
//!
//! It is the browser's own modal `<dialog>`: what is behind it can be neither clicked nor tabbed to,
//! Escape answers no, and the focus goes back to where it was.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct DialogProps {
    /// The id of its heading.
    pub(crate) id: &'static str,
    pub(crate) title: AttrValue,
    /// The button that does what is asked about.
    pub(crate) yes: AttrValue,
    /// The button that leaves everything as it is. It comes first, so the browser gives it the focus.
    pub(crate) no: AttrValue,
    pub(crate) onanswer: Callback<bool>,
    /// What happens with a yes.
    pub(crate) children: Html,
}

#[component]
pub(crate) fn Dialog(props: &DialogProps) -> Html {
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with((), move |()| {
            let opened = dialog.cast::<HtmlDialogElement>();
            if let Some(opened) = &opened {
                let _ = opened.show_modal();
            }
            move || {
                if let Some(opened) = opened {
                    opened.close();
                }
            }
        });
    }
    let answer = |yes: bool| {
        let (dialog, onanswer) = (dialog.clone(), props.onanswer.clone());
        move || {
            // Before the answer: closing gives the focus back, and the answer may move it on.
            if let Some(opened) = dialog.cast::<HtmlDialogElement>() {
                opened.close();
            }
            onanswer.emit(yes);
        }
    };
    let (yes, no, escape) = (answer(true), answer(false), answer(false));
    let oncancel = move |event: Event| {
        event.prevent_default();
        escape();
    };
    let text = format!("{}-text", props.id);
    html! {
        <dialog ref={dialog.clone()} class="dialog" aria-labelledby={props.id}
            aria-describedby={text.clone()} {oncancel}>
            <h2 id={props.id}>{ &props.title }</h2>
            <div id={text}>{ props.children.clone() }</div>
            <p class="actions">
                <button type="button" class="button button-primary"
                    onclick={move |_: MouseEvent| no()}>{ &props.no }</button>
                <button type="button" class="button" onclick={move |_: MouseEvent| yes()}>{ &props.yes }</button>
            </p>
        </dialog>
    }
}
