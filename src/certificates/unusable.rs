//! The files of which nothing could be used: what each is, and the command that gets the certificates
//! out of it, where there is one.

use pki::report::Finding;
use yew::prelude::*;

use super::{
    found::{Found, UnusableFile},
    keys,
};
use crate::{
    ui::{
        copy_button::CopyButton,
        icon::{Icon, icon},
        prose::prose,
    },
    words,
};

/// The id of the section, for links to it.
pub(crate) const SECTION: &str = "not-read";

/// A card for each. `ontake` gets the name of the file to take away.
pub(crate) fn cards(found: &Found, ontake: &Callback<String>) -> Html {
    if found.unusable().is_empty() {
        return Html::default();
    }
    html! {
        <section aria-labelledby={SECTION}>
            <h2 id={SECTION}>{ words::count(found.unusable().len(), "file not read", "files not read") }</h2>
            <ul class="cards">
                { for found.unusable().iter().map(|file| card(found, file, ontake)) }
            </ul>
        </section>
    }
}

fn card(found: &Found, file: &UnusableFile, ontake: &Callback<String>) -> Html {
    let name = &found.view.files[file.file].name;
    let id = format!("file-{}", file.file);
    html! {
        <li key={&**name}>
            <article class="card card-undetermined" aria-labelledby={id.clone()}>
                <h3 {id}>
                    <span class="stamp">{ icon(Icon::Attention) }{ "Not read" }</span>{ " " }
                    <span class="card-title">{ name }</span>
                </h3>
                { for found.about_file(file).map(|finding| said(finding, name)) }
                <p class="actions">{ keys::take_away(name, ontake) }</p>
            </article>
        </li>
    }
}

fn said(finding: &Finding, name: &str) -> Html {
    // The title says the name already.
    let message = finding.message.strip_prefix(&format!("“{name}”: "));
    html! {
        <>
            <p class="why">{ prose(message.unwrap_or(&finding.message)) }{ " " }{ prose(&finding.meaning) }</p>
            <p class="fix">{ prose(&finding.fix) }</p>
            if let Some(command) = &finding.command {
                <div class="code-box">
                    <pre tabindex="0" role="region" aria-label="Command"><code>{ command }</code></pre>
                    <CopyButton text={command.clone()} what="command" />
                </div>
            }
        </>
    }
}
