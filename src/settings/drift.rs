//! What of a saved set-up or a saved report is otherwise in Atlas now.

use std::rc::Rc;

use atlas::plan::Present;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use crate::{
    browser,
    change::drift::{Changed, Drift, Expected, Of},
    session::{
        desk::Desk,
        saved::{self, NotSaved},
        state::State,
    },
    ui::{
        alert::{Tone, alert},
        breakable,
        file_drop::Given,
        icon::{Icon, icon},
        pages::use_pages,
    },
    words,
};

/// How many lines of a kind are shown at first, and how many more each time.
const PAGE: usize = 12;

/// A file that was compared: what it says, or why it could not be.
type Compared = (String, Result<Rc<Expected>, String>);

#[derive(PartialEq, Properties)]
pub(super) struct CompareProps {
    pub(super) state: Rc<State>,
    pub(super) desk: Desk,
    /// A file that was dropped elsewhere on the page, to be compared.
    #[prop_or_default]
    pub(super) dropped: Option<Given>,
}

/// Whether a file that was given is one to be compared, and not one of certificates.
pub(super) fn is_to_be_compared(given: &Given) -> bool {
    let name = given.name().to_lowercase();
    std::path::Path::new(&name)
        .extension()
        .is_some_and(|ending| ending == "json")
}

#[component]
pub(super) fn Compare(props: &CompareProps) -> Html {
    let input = use_node_ref();
    let compared = use_state_eq(|| None::<Compared>);
    let open = {
        let (desk, compared) = (props.desk.clone(), compared.setter());
        Callback::from(move |file: File| {
            let (desk, compared) = (desk.clone(), compared.clone());
            spawn_local(async move {
                let read = read(&file, &desk).await;
                compared.set(Some((file.name(), read.map(Rc::new))));
            });
        })
    };
    {
        let open = open.clone();
        use_effect_with(props.dropped.clone(), move |dropped| {
            if let Some(file) = dropped.as_ref().and_then(Given::to_file) {
                open.emit(file);
            }
        });
    }
    let onclick = {
        let input = input.clone();
        move |_: MouseEvent| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.click();
            }
        }
    };
    let onchange = {
        let input = input.clone();
        move |_: Event| {
            let Some(input) = input.cast::<HtmlInputElement>() else {
                return;
            };
            let file = input.files().and_then(|files| files.get(0));
            // So that choosing the same file again is a change again.
            input.set_value("");
            if let Some(file) = file {
                open.emit(file);
            }
        }
    };
    html! {
        <section aria-labelledby="compare">
            <h2 id="compare">{ "Compare with a saved file" }</h2>
            <p>{ "A set-up that you saved in Setup, or a report saved in Check: see what is different in Atlas now. Nothing \
                is changed." }</p>
            <p class="actions"><button type="button" class="button button-small" {onclick}>{ "Choose a saved file" }</button></p>
            <input ref={input} type="file" accept=".json,application/json" hidden=true tabindex="-1" aria-hidden="true" {onchange} />
            <div role="status">
                if let Some((name, read)) = &*compared { { outcome(name, read, &props.state) } }
            </div>
        </section>
    }
}

/// What a file says; else a sentence that says why that cannot be told.
async fn read(file: &File, desk: &Desk) -> Result<Expected, String> {
    let octets = browser::read_file(file).await.unwrap_or_default();
    if let Some(expected) = Expected::of_report(&octets) {
        return Ok(expected);
    }
    let draft = match saved::read_whole(&octets, &desk.engine).await {
        Ok(draft) => draft,
        Err(NotSaved::NotJson | NotSaved::Other) => {
            return Err(
                "It is neither a set-up that Setup saved nor a report that Check saved.".to_owned(),
            );
        }
        Err(why) => return Err(why.to_string()),
    };
    let given = saved::authorities(&draft, &desk.engine)
        .await
        .map_err(|lost| lost.sentence().to_owned())?;
    Ok(Expected::of_set_up(&draft, &given))
}

fn outcome(name: &str, read: &Result<Rc<Expected>, String>, state: &State) -> Html {
    let expected = match read {
        Ok(expected) => expected,
        Err(why) => {
            return alert(
                Tone::Bad,
                html! { <p><strong>{ format!("“{name}” was not compared.") }</strong>{ " " }{ why }</p> },
            );
        }
    };
    let facts = state.facts.known();
    let present = facts.and_then(|facts| Some((facts.id().as_str(), facts.present.as_ref()?)));
    match present {
        Some((project, present)) => differences(name, expected, project, present),
        None => {
            html! { <p>{ "What Atlas has can't be read, so there is nothing to compare with." }</p> }
        }
    }
}

fn differences(name: &str, expected: &Expected, project: &str, present: &Present) -> Html {
    let drift = Drift::new(expected, project, present);
    let kind = match &expected.of {
        Of::Report { at } => format!("a report for {at}"),
        _ => "a saved set-up".to_owned(),
    };
    let good = drift.is_nothing();
    html! {
        <div class="panel">
            <p class={classes!("verdict", if good { "good" } else { "attention" })}>
                { icon(if good { Icon::Check } else { Icon::Attention }) }
                <span><strong>{ drift.in_short() }</strong>{ format!(" “{name}” is {kind}.") }</span>
            </p>
            if let Some(other) = &drift.other_project {
                <p>{ format!("It was saved for another project, {other}: much of this may be meant so.") }</p>
            }
            <Names title="Authorities of the file that Atlas doesn't trust" names={drift.missing.clone()} />
            <Names title="Authorities that Atlas trusts and the file doesn't have" names={drift.more.clone()} />
            <Names title="Users of the file that Atlas doesn't have" names={drift.users_missing.clone()} are_users=true />
            <Names title="Users that Atlas has and the file doesn't" names={drift.users_more.clone()} are_users=true />
            if !drift.users_changed.is_empty() { <Rights changed={Rc::new(drift.users_changed.clone())} /> }
            <p class="fine quiet">{ format!("The same in both: {} and {}.",
                words::count(drift.same, "authority", "authorities"),
                words::count(drift.users_same, "user", "users")) }</p>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct NamesProps {
    title: &'static str,
    names: Vec<String>,
    #[prop_or_default]
    are_users: bool,
}

#[component]
fn Names(props: &NamesProps) -> Html {
    let pages = use_pages(PAGE);
    if props.names.is_empty() {
        return Html::default();
    }
    let shown = props.names.iter().take(pages.shown());
    html! {
        <div>
            <h3>{ props.title }</h3>
            <ul class="plain names">{ for shown.map(|name| html! {
                <li>{ if props.are_users { breakable::name(name) } else { html! { { name } } } }</li>
            }) }</ul>
            { pages.more(props.names.len()) }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct RightsProps {
    changed: Rc<Vec<Changed>>,
}

#[component]
fn Rights(props: &RightsProps) -> Html {
    let pages = use_pages(PAGE);
    let shown = props.changed.iter().take(pages.shown());
    html! {
        <div>
            <h3>{ "Users with other rights than in the file" }</h3>
            <ul class="plain names">{ for shown.map(|changed| html! {
                <li key={changed.name.clone()}>
                    { breakable::name(&changed.name) }
                    <dl class="differences">{ for changed.differences.iter().map(|difference| html! {
                        <div>
                            <dt>{ difference.what }</dt>
                            <dd>{ format!("in the file: {}; in Atlas: {}", difference.before, difference.after) }</dd>
                        </div>
                    }) }</dl>
                </li>
            }) }</ul>
            { pages.more(props.changed.len()) }
        </div>
    }
}
