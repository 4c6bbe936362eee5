//! What is being worked on, the way to stop it or go on, and the files that were not read.

use yew::prelude::*;

use crate::{
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
    /// Stopped by the person before it was done.
    Stopped,
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

/// How far the work has come. `stopped` are the ways on from a work that was stopped.
pub(crate) fn busy(work: Work, onstop: Callback<()>, stopped: Html) -> Html {
    match work {
        Work::Idle => Html::default(),
        Work::Reading { done, total } => {
            let label = format!("Reading {}", words::count(total, "file", "files"));
            html! { <Progress {label} {done} {total} {onstop} /> }
        }
        Work::Judging { done, total } => {
            html! { <Progress label="Building paths and checking signatures" {done} {total} {onstop} /> }
        }
        Work::Stopped => alert(
            Tone::Plain,
            html! {
                <div role="status">
                    <p><strong>{ "Stopped. " }</strong>{ "What was read is kept; nothing is judged until you go on." }</p>
                    <p class="actions">{ stopped }</p>
                </div>
            },
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
