//! What is being worked on, the way to stop it or go on, and the files that were not read.

use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::{
    browser,
    engine::Lost,
    ui::{
        alert::{Tone, alert},
        paged::Paged,
        progress::Progress,
    },
    words,
};

/// What is going on with the files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Work {
    #[default]
    Idle,
    Reading {
        done: usize,
        total: usize,
    },
    Judging {
        done: usize,
        total: usize,
    },
    /// Stopped by the person before it was done, with so many files that are still to be read.
    Stopped {
        waiting: usize,
    },
}

/// A file that was not read, and why: a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    pub(crate) name: String,
    pub(crate) why: String,
}

/// That a browser does not read the file `name`, and what to do.
pub(crate) fn unreadable(name: &str) -> String {
    format!(
        "“{name}” could not be read. If it is a folder, drop it on the page. If not, check that you may \
         read it, and choose it again."
    )
}

/// That a browser has not the memory to read the file `name`, and what to do.
pub(crate) fn too_much_memory(name: &str) -> String {
    format!(
        "“{name}” could not be read: the browser ran out of memory. Take the certificates out of it \
         and add those."
    )
}

#[derive(PartialEq, Properties)]
pub(crate) struct BusyProps {
    pub(crate) work: Work,
    pub(crate) onstop: Callback<()>,
    pub(crate) ongo_on: Callback<()>,
    /// Another way on from a work that was stopped.
    #[prop_or_default]
    pub(crate) onstart_over: Option<Callback<()>>,
}

/// How far the work has come, with a way to stop it, or to go on. The button that takes the place of
/// the one that was pressed takes its focus.
#[component]
pub(crate) fn Busy(props: &BusyProps) -> Html {
    let (stop, go_on) = (use_node_ref(), use_node_ref());
    let pressed = use_mut_ref(|| false);
    let (stopped, idle) = (
        matches!(props.work, Work::Stopped { .. }),
        props.work == Work::Idle,
    );
    {
        let (stop, go_on, pressed) = (stop.clone(), go_on.clone(), pressed.clone());
        use_effect_with((stopped, idle), move |(stopped, _)| {
            let button = if *stopped { go_on } else { stop };
            if *pressed.borrow() {
                spawn_local(async move {
                    // Once the button is there: it is another component's.
                    browser::yield_now().await;
                    if let Some(button) = button.cast::<HtmlElement>() {
                        pressed.replace(false);
                        browser::focus(&button);
                    }
                });
            }
        });
    }
    let press = |then: &Callback<()>| {
        let (then, pressed) = (then.clone(), pressed.clone());
        Callback::from(move |()| {
            pressed.replace(true);
            then.emit(());
        })
    };
    match props.work {
        Work::Idle => Html::default(),
        Work::Reading { done, total } => {
            let label = format!("Reading {}", words::count(total, "file", "files"));
            html! { <Progress {label} {done} {total} onstop={press(&props.onstop)} button={stop} /> }
        }
        Work::Judging { done, total } => html! {
            <Progress label="Building paths and checking signatures" {done} {total}
                onstop={press(&props.onstop)} button={stop} />
        },
        Work::Stopped { waiting } => {
            let onclick = press(&props.ongo_on).reform(|_: MouseEvent| ());
            let start_over = props.onstart_over.as_ref();
            let start_over = start_over.map(|then| then.reform(|_: MouseEvent| ()));
            alert(
                Tone::Plain,
                html! {
                    <>
                        <p role="status"><strong>{ "Stopped. " }</strong>{ stopped_in_words(waiting) }</p>
                        <p class="actions">
                            <button ref={go_on} type="button" class="button button-small" {onclick}>
                                { "Go on" }
                            </button>
                            if let Some(start_over) = start_over {
                                <button type="button" class="button button-small" onclick={start_over}>
                                    { "Start over" }
                                </button>
                            }
                        </p>
                    </>
                },
            )
        }
    }
}

/// What becomes of the files after a stop.
fn stopped_in_words(waiting: usize) -> String {
    const KEPT: &str = "What was read is kept.";
    match waiting {
        0 => format!("{KEPT} The rest waits until you go on."),
        1 => format!("{KEPT} 1 file waits until you go on."),
        n => format!(
            "{KEPT} {} wait until you go on.",
            words::count(n, "file", "files")
        ),
    }
}

/// That the engine has ended, and what is gone with it.
pub(crate) fn ended(lost: Option<Lost>, gone: &str) -> Html {
    let Some(lost) = lost else {
        return Html::default();
    };
    html! {
        <div role="alert">
            { alert(Tone::Bad, html! { <p>{ lost.sentence() }{ " " }{ gone }</p> }) }
        </div>
    }
}

/// The files that were not read, and why.
pub(crate) fn unread(unread: &[Unread]) -> Html {
    if unread.is_empty() {
        return Html::default();
    }
    let total = unread.len();
    let item = {
        let unread = unread.to_vec();
        Callback::from(move |index: usize| match unread.get(index) {
            Some(Unread { why, .. }) => html! { <li key={index}>{ why }</li> },
            None => Html::default(),
        })
    };
    html! {
        <div role="alert">
            { alert(Tone::Bad, html! { <>
                <p><strong>{ words::count(total, "file was not read", "files were not read") }</strong></p>
                <Paged {total} {item} />
            </> }) }
        </div>
    }
}
