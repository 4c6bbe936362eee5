//! Asks before something is forgotten. It is read out where it comes up; where the focus goes with the
//! answer, the one who asks knows.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct QuestionProps {
    /// What would be forgotten.
    pub(crate) text: AttrValue,
    /// The button that forgets it.
    pub(crate) yes: AttrValue,
    /// The button that keeps it.
    pub(crate) no: AttrValue,
    pub(crate) onanswer: Callback<bool>,
}

#[component]
pub(crate) fn Question(props: &QuestionProps) -> Html {
    let answer = |yes| props.onanswer.reform(move |_: MouseEvent| yes);
    html! {
        <div class="panel" role="alert">
            <p>{ &props.text }</p>
            <p class="actions">
                <button type="button" class="button button-small" onclick={answer(true)}>{ &props.yes }</button>
                <button type="button" class="button button-small" onclick={answer(false)}>{ &props.no }</button>
            </p>
        </div>
    }
}
