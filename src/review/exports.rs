//! The plan as commands and files for other tools, to copy or to save.

use std::rc::Rc;

use atlas::{
    export::{Target, Tool, export},
    plan::Plan,
};
use yew::prelude::*;

use crate::{browser, ui::copy_button::CopyButton};

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ExportsProps {
    pub(crate) plan: Rc<Plan>,
    pub(crate) target: Target,
    /// Whether this is the sandbox, which these tools do not reach.
    pub(crate) sandbox: bool,
}

#[component]
pub(crate) fn Exports(props: &ExportsProps) -> Html {
    let tool = use_state_eq(|| Tool::AtlasCli);
    let export = use_memo(
        (Rc::clone(&props.plan), props.target.clone(), *tool),
        |(plan, target, tool)| export(*tool, plan, target),
    );
    let buttons = Tool::ALL.into_iter().map(|which| {
        let tool = tool.clone();
        let pressed = *tool == which;
        let onclick = move |_: MouseEvent| tool.set(which);
        html! {
            <button type="button" class="button button-small" aria-pressed={pressed.to_string()} {onclick}>
                { which.title() }
            </button>
        }
    });
    html! {
        <div class="exports">
            <p class="fine quiet">
                { if tool.keeps_order() { "The same changes in the same order." } else { "The same changes; the tool decides their order." } }
                { " You read and run them yourself: this page sends nothing." }
                if props.sandbox {
                    { " They name Atlas itself, where the projects of this sandbox do not exist." }
                }
            </p>
            <div class="segments" role="group" aria-label="For which tool">{ for buttons }</div>
            if !export.notes.is_empty() {
                <ul class="notes fine">{ for export.notes.iter().map(|note| html! { <li>{ note }</li> }) }</ul>
            }
            { for export.files.iter().filter(|file| !file.text.is_empty()).map(|file| one(&file.name, &file.text)) }
        </div>
    }
}

fn one(name: &str, text: &str) -> Html {
    let save = {
        let (name, text) = (name.to_owned(), text.to_owned());
        move |_: MouseEvent| {
            browser::save(&name, "text/plain", text.as_bytes());
        }
    };
    html! {
        <div class="export" key={name.to_owned()}>
            <p class="head-row">
                <code>{ name }</code>
                <span class="actions">
                    <CopyButton text={text.to_owned()} what={name.to_owned()} />
                    <button type="button" class="button button-small" onclick={save}>
                        { "Save" }<span class="unseen">{ format!(" {name}") }</span>
                    </button>
                </span>
            </p>
            <pre tabindex="0" role="region" aria-label={name.to_owned()}><code>{ text }</code></pre>
        </div>
    }
}
