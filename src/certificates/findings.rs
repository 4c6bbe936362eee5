//! What a person should know beside the clients' verdicts, the gravest first.

use std::rc::Rc;

use pki::report::{Finding, Severity};
use yew::prelude::*;

use super::found::Found;
use crate::{
    ui::{
        alert::{Tone, alert},
        copy_button::CopyButton,
        disclosure::Disclosure,
        pages::use_pages,
        prose::prose,
    },
    words,
};

/// How many findings of a group are shown at first, and how many more each time.
const GROUP: usize = 8;

#[derive(PartialEq, Properties)]
pub(crate) struct FindingsProps {
    pub(crate) found: Rc<Found>,
    /// Whether files that could not be used have cards of their own ([`super::unusable`]).
    #[prop_or_default]
    pub(crate) files_have_cards: bool,
}

#[component]
pub(crate) fn Findings(props: &FindingsProps) -> Html {
    let groups = [
        (Severity::Error, "To fix"),
        (Severity::Warning, "To look at"),
        (Severity::Note, "Good to know"),
    ];
    html! { { for groups.into_iter().map(|(severity, title)| html! {
        <Group found={props.found.clone()} {severity} {title} files_have_cards={props.files_have_cards} />
    }) } }
}

#[derive(PartialEq, Properties)]
struct GroupProps {
    found: Rc<Found>,
    severity: Severity,
    title: &'static str,
    files_have_cards: bool,
}

#[component]
fn Group(props: &GroupProps) -> Html {
    let pages = use_pages(GROUP);
    let findings: Vec<&Finding> = props
        .found
        .elsewhere(props.severity, props.files_have_cards)
        .collect();
    if findings.is_empty() {
        return Html::default();
    }
    let total = findings.len();
    html! {
        <section>
            <h2 class="minor">{ props.title }</h2>
            { for findings.iter().take(pages.shown()).map(|finding| one(finding)) }
            { pages.more(total) }
        </section>
    }
}

fn one(finding: &Finding) -> Html {
    let tone = match finding.severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Attention,
        Severity::Note => Tone::Plain,
    };
    let at = match (&finding.file, finding.line) {
        (Some(file), Some(line)) => format!("{file}, line {line}"),
        (Some(file), None) => file.clone(),
        (None, _) => String::new(),
    };
    let (citation, command, id) = (
        finding.citation.clone(),
        finding.command.clone(),
        finding.id.clone(),
    );
    let content = Callback::from(move |()| {
        html! {
            <>
                if !at.is_empty() { <p>{ "Found in " }{ &at }{ "." }</p> }
                <p>{ "Rests on: " }{ prose(&citation) }{ "." }</p>
                if let Some(command) = &command {
                    <div class="code-box">
                        <pre tabindex="0" role="region" aria-label="Command"><code>{ command }</code></pre>
                        <CopyButton text={command.clone()} what="command" />
                    </div>
                }
                <p class="quiet"><code>{ id.to_string() }</code></p>
            </>
        }
    });
    alert(
        tone,
        html! {
            <>
                <p>
                    <strong>{ prose(&finding.message) }</strong>{ " " }
                    { prose(&finding.meaning) }{ " " }{ prose(&finding.fix) }
                </p>
                <Disclosure {content} summary={html! {
                    <>{ "Why" }<span class="unseen">{ format!(" {}", words::plain(&finding.message)) }</span></>
                }} />
            </>
        },
    )
}
