//! A button that puts a text on the clipboard and says so.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::browser;

#[derive(PartialEq, Properties)]
pub(crate) struct CopyButtonProps {
    pub(crate) text: AttrValue,
    /// What is copied, for those who do not see it beside the button: `user name`.
    pub(crate) what: AttrValue,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Copied,
    Refused,
}

/// How long the button says "Copied", in milliseconds.
const SAY_FOR: i32 = 2_000;

#[component]
pub(crate) fn CopyButton(props: &CopyButtonProps) -> Html {
    let said = use_state_eq(|| Said::Nothing);
    let onclick = {
        let (text, said) = (props.text.clone(), said.setter());
        move |_| {
            let (text, said) = (text.clone(), said.clone());
            spawn_local(async move {
                let copied = browser::copy(&text).await;
                said.set(if copied { Said::Copied } else { Said::Refused });
                browser::sleep(SAY_FOR).await;
                said.set(Said::Nothing);
            });
        }
    };
    let (label, message) = match *said {
        Said::Nothing => ("Copy", ""),
        Said::Copied => ("Copied", "Copied"),
        Said::Refused => (
            "Select it",
            "The browser does not allow copying here. Select the text and copy it by hand.",
        ),
    };
    html! {
        <>
            <button type="button" class="button button-small copy" {onclick}>
                { label }<span class="unseen">{ " " }{ &*props.what }</span>
            </button>
            <span class="unseen" role="status">{ message }</span>
        </>
    }
}
