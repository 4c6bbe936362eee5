//! Asking for the password of a file that has something under one: a PKCS#12 file, or a private key.

use std::hash::{DefaultHasher, Hash, Hasher};

use pki::message::Secret;
use web_sys::{HtmlInputElement, SubmitEvent};
use yew::prelude::*;

/// Somebody gives a password.
#[derive(Clone, PartialEq)]
pub(crate) struct Attempt {
    pub(crate) file: String,
    pub(crate) password: Secret,
    /// Hears what is wrong with it, in a sentence.
    pub(crate) onrefused: Callback<AttrValue>,
}

#[derive(PartialEq, Properties)]
pub(crate) struct UnlockProps {
    /// Begins the ids, for two places are in one document.
    pub(crate) place: &'static str,
    pub(crate) file: AttrValue,
    pub(crate) onattempt: Callback<Attempt>,
}

/// The field for one file's password. It is emptied with every try.
#[component]
pub(crate) fn Unlock(props: &UnlockProps) -> Html {
    let field = use_node_ref();
    let wrong = use_state_eq(|| None::<AttrValue>);
    let opening = use_state_eq(|| false);
    let onsubmit = {
        let (field, file, onattempt) = (field.clone(), props.file.clone(), props.onattempt.clone());
        let (wrong, opening) = (wrong.setter(), opening.setter());
        move |event: SubmitEvent| {
            event.prevent_default();
            let Some(field) = field.cast::<HtmlInputElement>() else {
                return;
            };
            let password = Secret(field.value());
            field.set_value("");
            opening.set(true);
            wrong.set(None);
            let (wrong, opening) = (wrong.clone(), opening.clone());
            onattempt.emit(Attempt {
                file: file.to_string(),
                password,
                onrefused: Callback::from(move |why: AttrValue| {
                    opening.set(false);
                    wrong.set(Some(why));
                    let _ = field.focus();
                }),
            });
        }
    };
    // Names of files have spaces, and an id must not.
    let mut hasher = DefaultHasher::new();
    props.file.hash(&mut hasher);
    let id = format!("{}-password-{:x}", props.place, hasher.finish());
    let wrong_id = format!("{id}-wrong");
    html! {
        <form class="field unlock" {onsubmit} autocomplete="off">
            <label for={id.clone()}>{ "Password" }<span class="unseen">{ format!(" of {}", props.file) }</span></label>
            if let Some(why) = &*wrong {
                <p id={wrong_id.clone()} class="wrong" role="alert">{ why }</p>
            }
            <p class="actions">
                <input {id} ref={field} type="password" autocomplete="off" spellcheck="false"
                    aria-invalid={wrong.is_some().then_some("true")}
                    aria-describedby={wrong.is_some().then_some(wrong_id)} />
                <button type="submit" class="button button-small" disabled={*opening}>
                    { if *opening { "Opening…" } else { "Open" } }
                    <span class="unseen">{ format!(" {}", props.file) }</span>
                </button>
            </p>
            <p class="quiet fine">{ "The password stays in this page. It is tried on your other files, too, and then forgotten." }</p>
        </form>
    }
}
