//! The bundle that Atlas has, offered as a file before it is replaced: afterwards only the tab has it.

use yew::prelude::*;

use crate::{browser, change::facts::Facts, words};

/// Saves the bundle as a file. `false`: the browser did not take it.
pub(crate) fn save(pem: &str, project: &str) -> bool {
    let name = words::pem_file_name(&format!("{project} former bundle"));
    browser::save_pem(&name, pem).is_some()
}

/// Saves the bundle byte for byte as Atlas has it; `None` when it has none, or none that may be read.
pub(crate) fn saving(facts: &Facts) -> Option<impl Fn(MouseEvent) + 'static> {
    let pem = facts.present.as_ref()?.pem.clone()?;
    let name = words::pem_file_name(&format!("{}-bundle", facts.project.name));
    Some(move |_: MouseEvent| {
        browser::save_pem(&name, &pem);
    })
}

#[derive(PartialEq, Properties)]
pub(crate) struct FormerProps {
    /// The bundle as Atlas has it; `None`: there is none.
    pub(crate) pem: Option<AttrValue>,
    pub(crate) project: AttrValue,
    /// Where it can be put back, in a sentence.
    pub(crate) within: &'static str,
    pub(crate) saved: bool,
    pub(crate) onsaved: Callback<()>,
}

/// The way back, and what it rests on.
#[component]
pub(crate) fn Former(props: &FormerProps) -> Html {
    let Some(pem) = &props.pem else {
        return html! {
            <p>{ format!("The way back: afterwards you can switch self-managed X.509 off again {}, with one more \
                restart.", props.within) }</p>
        };
    };
    let onclick = {
        let (pem, project, onsaved) = (pem.clone(), props.project.clone(), props.onsaved.clone());
        move |_: MouseEvent| {
            if save(&pem, &project) {
                onsaved.emit(());
            }
        }
    };
    html! {
        <div>
            <p>
                { format!("The way back: afterwards you can put the bundle of today back {}, with one more restart. \
                   Atlas doesn't keep it, and this tab does only as long as it is open.", props.within) }
            </p>
            <p class="actions former">
                <button type="button" class="button button-small" {onclick}>{ "Save the bundle of today" }</button>
                <span role="status">if props.saved { { "Saved." } }</span>
            </p>
        </div>
    }
}
