//! What becomes of the set-up as a whole: saving it as a file, going on from one, starting over, and
//! asking before the page is left.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::{BeforeUnloadEvent, File, HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::saved::{self, NotSaved};
use crate::{
    address::go,
    api::launch,
    browser,
    change::draft::Draft,
    review::trouble,
    route::{Route, Step},
    session::{desk::Desk, state::State},
    ui::{
        alert::{Tone, alert},
        dialog::Dialog,
        disclosure::Disclosure,
        event::{of_window, use_event},
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
    {
        let state = Rc::clone(&props.state);
        use_event(
            of_window,
            "beforeunload",
            move |event: BeforeUnloadEvent| {
                if would_lose(&state) {
                    event.prevent_default();
                    // For browsers that ask only then; none shows the text.
                    event.set_return_value("The set-up is not finished.");
                }
            },
        );
    }
    {
        let desk = props.desk.clone();
        use_event(of_window, launch::EVENT, move |_: Event| {
            desk.note_new_address();
        });
    }
    let (state, desk) = (Rc::clone(&props.state), props.desk.clone());
    let content = Callback::from(move |()| {
        html! { <Choices state={state.clone()} desk={desk.clone()} /> }
    });
    html! {
        <Disclosure class="fine keeping" summary={html! { { "Save this set-up, or start over" } }} {content} />
    }
}

/// Whether leaving the page would lose something: a run in the middle of its calls, a draft that the
/// tab cannot keep, the only copy of the former bundle, or private keys, which are kept nowhere.
fn would_lose(state: &State) -> bool {
    let holds_keys = state
        .judged
        .as_ref()
        .is_some_and(|judged| !judged.after.keys.is_empty());
    state.is_changing_atlas()
        || (state.not_kept && !state.draft.is_empty())
        || state.draft.holds_only_former_bundle()
        || holds_keys
}

/// That the tab does not keep the set-up, and what can be done.
pub(super) fn not_kept(state: &Rc<State>) -> Html {
    let save = save_as_file(state);
    alert(
        Tone::Attention,
        html! {
            <>
                <p>
                    <strong>{ "This tab cannot keep the set-up over a reload: its storage is full or switched off." }</strong>
                    { " Leave the page open until you have finished, or save the set-up as a file and go on from it later." }
                </p>
                <p class="actions">
                    <button type="button" class="button button-small" onclick={save}>{ "Save the set-up as a file" }</button>
                </p>
            </>
        },
    )
}

fn save_as_file(state: &Rc<State>) -> Callback<MouseEvent> {
    let draft = Rc::clone(&state.draft);
    Callback::from(move |_| {
        if let Some(contents) = saved::write(&draft) {
            browser::save(&saved::file_name(&draft), "application/json", &contents);
        }
    })
}

#[component]
fn Choices(props: &KeepingProps) -> Html {
    let opening = use_opening();
    let button = use_node_ref();
    let changing = props.state.is_changing_atlas();
    let empty = props.state.draft.is_empty();
    html! {
        <div class="panel">
            { trouble::changing_atlas(&props.state, "start over or go on from a saved set-up") }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use atlas::apply::Apply;
    use serde_json::{from_value, json};

    use super::*;
    use crate::change::judged::tests::judge;

    #[test]
    fn leaving_asks_only_when_something_would_be_lost() {
        let mut state = State::default();
        assert!(!would_lose(&state));
        state.not_kept = true;
        assert!(!would_lose(&state), "nothing was set up");
        Rc::make_mut(&mut state.draft).day = Some(1);
        assert!(would_lose(&state));
        state.not_kept = false;
        assert!(!would_lose(&state), "it is kept");
        state.applying = true;
        assert!(
            !would_lose(&state),
            "the clusters are asked, or nothing has begun"
        );
        Rc::make_mut(&mut state.draft).apply = Some(running());
        assert!(would_lose(&state), "a run is in the middle of its calls");
        state.applying = false;
        assert!(!would_lose(&state), "it stands still, and is kept");
        let root = include_str!("../check/examples/acme-root.pem");
        state.judged = Some(Rc::new(judge(&[root], &[], &state.draft)));
        assert!(!would_lose(&state), "certificates are kept");
        let with_key = include_str!("../check/examples/payments-with-key.pem");
        state.judged = Some(Rc::new(judge(&[with_key], &[], &state.draft)));
        assert!(would_lose(&state), "private keys are kept nowhere");
    }

    fn running() -> Apply {
        from_value(json!({
            "project": "32b6e34b3d91647abb20e7b8",
            "wanted": {
                "bundle": "as-it-is", "users": [], "deleted": ["CN=a"], "dependents": {}, "user_limit": null,
            },
            "steps": [],
            "phase": {"is": "running"},
            "replaced": null,
            "clusters": [],
        }))
        .unwrap()
    }
}
