//! What becomes of the set-up as a whole: saving it as a file, going on from one, starting over.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::{File, HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::WAYS;
use crate::{
    address::go,
    browser,
    change::draft::Draft,
    entrance::told::save_as_file,
    review::trouble,
    route::{Route, Step},
    session::{
        desk::Desk,
        saved::{self, NotSaved},
        state::State,
    },
    ui::{
        alert::{Tone, alert},
        dialog::Dialog,
        disclosure::Disclosure,
    },
};

/// What else goes with the plan.
const WAY_BACK: &str = "The former bundle goes with it. If you may want it back, save it in the step \
    Apply first.";

#[derive(PartialEq, Properties)]
pub(super) struct KeepingProps {
    pub(super) state: Rc<State>,
    pub(super) desk: Desk,
}

/// Below every step: what can be done with the whole of the set-up.
#[component]
pub(super) fn Keeping(props: &KeepingProps) -> Html {
    let (state, desk) = (Rc::clone(&props.state), props.desk.clone());
    let content = Callback::from(move |()| {
        html! { <Choices state={state.clone()} desk={desk.clone()} /> }
    });
    html! {
        <Disclosure class="fine keeping" summary={html! { { "Save this set-up, or start over" } }} {content} />
    }
}

#[component]
fn Choices(props: &KeepingProps) -> Html {
    let opening = use_opening();
    let button = use_node_ref();
    let changing = props.state.is_changing_atlas();
    let empty = props.state.draft.is_empty();
    html! {
        <div class="panel">
            { trouble::changing_atlas(&props.state, "start over or go on from a saved set-up", &WAYS) }
            <p class="fine quiet">
                { "The file holds certificates, names, roles and choices; neither private keys nor \
                   secrets. Going on from a file takes the place of what is set up here." }
            </p>
            <p class="actions">
                if !empty {
                    <button type="button" class="link" onclick={save_as_file(&props.state)}>
                        { "Save the set-up as a file" }
                    </button>
                }
                <button ref={button.clone()} type="button" class="link" onclick={opening.choose()} disabled={changing}>
                    { "Go on from a saved set-up" }
                </button>
            </p>
            if !changing { { opening.question(&button, &props.desk) } }
            <input ref={opening.input.clone()} type="file" accept=".json,application/json" hidden=true
                tabindex="-1" aria-hidden="true" onchange={opening.onchange(&props.desk)} />
            if !empty {
                <StartOver id="start-over" label="Start over" class="link" state={Rc::clone(&props.state)}
                    desk={props.desk.clone()} />
            }
            <div role="alert">
                if let Some((name, why)) = &*opening.wrong {
                    { alert(Tone::Bad, html! { <p>
                        <strong>{ format!("“{name}” was not taken.") }</strong>{ " " }{ why.to_string() }
                    </p> }) }
                }
            </div>
        </div>
    }
}

/// Opening a set-up that was saved as a file.
#[derive(Clone)]
struct Opening {
    input: NodeRef,
    /// The file that was not taken, and why.
    wrong: UseStateHandle<Option<(String, NotSaved)>>,
    /// What was read and would take the place of something that cannot be had again.
    offered: UseStateHandle<Option<(String, Rc<Draft>)>>,
}

#[hook]
fn use_opening() -> Opening {
    Opening {
        input: use_node_ref(),
        wrong: use_state_eq(|| None),
        offered: use_state_eq(|| None),
    }
}

impl Opening {
    fn choose(&self) -> Callback<MouseEvent> {
        let input = self.input.clone();
        Callback::from(move |_| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    }

    fn onchange(&self, desk: &Desk) -> Callback<Event> {
        let (this, desk) = (self.clone(), desk.clone());
        Callback::from(move |_| {
            let Some(input) = this.input.cast::<HtmlInputElement>() else {
                return;
            };
            let file = input.files().and_then(|files| files.get(0));
            // So that choosing the same file again is a change again.
            input.set_value("");
            let (this, desk) = (this.clone(), desk.clone());
            spawn_local(async move {
                if let Some(file) = file {
                    this.open(file, &desk).await;
                }
            });
        })
    }

    async fn open(&self, file: File, desk: &Desk) {
        let octets = browser::read_file(&file).await.unwrap_or_default();
        self.offered.set(None);
        match saved::read_whole(&octets, &desk.engine).await {
            Ok(draft) => {
                self.wrong.set(None);
                let now = desk.state();
                if now.draft.has_former_bundle() || now.is_changing_atlas() {
                    self.offered.set(Some((file.name(), Rc::new(draft))));
                } else {
                    go_on_from(desk, draft);
                }
            }
            Err(why) => self.wrong.set(Some((file.name(), why))),
        }
    }

    /// Whether what was read is to take the place of what is here. `button` takes the focus afterwards.
    fn question(&self, button: &NodeRef, desk: &Desk) -> Html {
        let Some((name, draft)) = &*self.offered else {
            return Html::default();
        };
        let title = format!("Go on from “{name}”?");
        let (offered, button) = (self.offered.setter(), button.clone());
        let (draft, desk) = (Rc::clone(draft), desk.clone());
        let onanswer = move |yes| {
            offered.set(None);
            if let Some(button) = button.cast::<HtmlElement>() {
                browser::focus(&button);
            }
            if yes {
                go_on_from(&desk, (*draft).clone());
            }
        };
        html! {
            <Dialog id="from-file" {title} yes="Forget it and go on from the file" no="Keep what is here" {onanswer}>
                <p>{ "It takes the place of what is set up here. " }{ WAY_BACK }</p>
            </Dialog>
        }
    }
}

fn go_on_from(desk: &Desk, draft: Draft) {
    desk.go_on_from(draft);
    go(Route::Setup(Step::Project));
}

#[derive(PartialEq, Properties)]
pub(super) struct StartOverProps {
    /// Tells it from another one on the page.
    pub(super) id: &'static str,
    pub(super) label: &'static str,
    /// What its button looks like.
    pub(super) class: &'static str,
    pub(super) state: Rc<State>,
    pub(super) desk: Desk,
}

/// Begins anew, after a question: this page forgets, Atlas does not.
#[component]
pub(super) fn StartOver(props: &StartOverProps) -> Html {
    let asked = use_state_eq(|| false);
    let changing = props.state.is_changing_atlas();
    let ask = {
        let asked = asked.setter();
        move |_: MouseEvent| asked.set(true)
    };
    let onanswer = {
        let (asked, desk) = (asked.setter(), props.desk.clone());
        move |yes| {
            asked.set(false);
            if yes {
                desk.start_over();
                go(Route::Setup(Step::Connect));
            }
        }
    };
    html! {
        <>
            <p class="actions">
                <button type="button" class={props.class} onclick={ask} disabled={changing}>{ props.label }</button>
            </p>
            if *asked && !changing {
                <Dialog id={props.id} title="Start over?" yes="Forget it and start over" no="Keep what is here" {onanswer}>
                    <p>
                        { "This tab then forgets the files, the keys, your choices and what became of the plan. \
                           What was changed in Atlas stays changed." }
                        if props.state.draft.has_former_bundle() { { " " }{ WAY_BACK } }
                    </p>
                </Dialog>
            }
        </>
    }
}
