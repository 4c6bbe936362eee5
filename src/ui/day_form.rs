//! Asks for the day that something is to hold for.

use pki::Timestamp;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::browser;

#[derive(PartialEq, Properties)]
pub(crate) struct DayFormProps {
    /// The id of the field.
    pub(crate) id: &'static str,
    /// What the field begins with.
    pub(crate) at: Timestamp,
    /// Whether today has to be gone back to.
    pub(crate) is_other: bool,
    /// Gets noon of the day; `None` is today.
    pub(crate) onday: Callback<Option<Timestamp>>,
    /// What is asked beside the day.
    #[prop_or_default]
    pub(crate) children: Html,
}

#[component]
pub(crate) fn DayForm(props: &DayFormProps) -> Html {
    let date = use_node_ref();
    let wrong = use_state_eq(|| false);
    {
        let date = date.clone();
        use_effect_with((), move |()| {
            if let Some(date) = date.cast::<HtmlInputElement>() {
                browser::focus(&date);
            }
        });
    }
    let onsubmit = {
        let (date, wrong, onday) = (date.clone(), wrong.setter(), props.onday.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let Some(date) = date.cast::<HtmlInputElement>() else {
                return;
            };
            // Noon, so that the day is the same one wherever the person is.
            let noon = format!("{}T12:00:00Z", date.value());
            if let Ok(day) = Timestamp::parse_rfc3339(&noon) {
                onday.emit(Some(day));
            } else {
                wrong.set(true);
                browser::focus(&date);
            }
        }
    };
    let today = props.onday.reform(|_: MouseEvent| None);
    let value = props.at.to_string()[..10].to_owned();
    let wrong_id = format!("{}-wrong", props.id);
    html! {
        <form class="panel form-row" {onsubmit} novalidate=true>
            <div class="field">
                <label for={props.id}>{ "Judge for noon (UTC) of" }</label>
                <input id={props.id} ref={date} type="date" {value} required=true
                    min="1950-01-01" max="9999-12-31"
                    aria-invalid={wrong.then_some("true")}
                    aria-describedby={wrong.then(|| wrong_id.clone())} />
                if *wrong {
                    <p id={wrong_id} class="wrong" role="alert">{ "Give a day with year, month and day." }</p>
                }
            </div>
            { props.children.clone() }
            <div class="actions">
                <button type="submit" class="button button-primary">{ "Judge" }</button>
                if props.is_other {
                    <button type="button" class="button" onclick={today}>{ "Back to today" }</button>
                }
            </div>
        </form>
    }
}
