//! How far long work has come, and a way to stop it.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct ProgressProps {
    /// What is being done: `Reading 12 files`.
    pub(crate) label: AttrValue,
    pub(crate) done: usize,
    pub(crate) total: usize,
    pub(crate) onstop: Callback<()>,
    /// Its button.
    #[prop_or_default]
    pub(crate) button: NodeRef,
}

#[component]
pub(crate) fn Progress(props: &ProgressProps) -> Html {
    let onstop = props.onstop.reform(|_: MouseEvent| ());
    let total = props.total.max(1);
    html! {
        <div class="working">
            <label>
                <span>{ &*props.label }</span>
                <progress value={props.done.min(total).to_string()} max={total.to_string()} />
            </label>
            <button ref={props.button.clone()} type="button" class="button button-small" onclick={onstop}>{ "Stop" }</button>
        </div>
    }
}
