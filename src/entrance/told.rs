//! What is told in every place that works with Atlas, above whatever the person does there.

use std::rc::Rc;

use atlas::types::Project;
use yew::prelude::*;

use crate::{
    api::config::Holder,
    browser,
    certificates::work,
    review::trouble,
    session::{
        desk::Desk,
        reading, saved,
        state::{Loaded, State},
    },
    ui::alert::{Tone, alert},
};

/// That the gateway wants its new address, that the tab keeps nothing, that the engine has ended.
pub(crate) fn told(state: &Rc<State>, desk: &Desk) -> Html {
    html! {
        <>
            if state.launch_token_refused {
                <trouble::NewAddress />
            }
            if state.not_kept {
                { not_kept(state) }
            }
            { ended(state, desk) }
        </>
    }
}

/// Which project is changed, above everything else, and the way to another.
pub(crate) fn of_project(project: &Project, way: Html) -> Html {
    html! {
        <p class="of-project">
            <span class="quiet">{ "Project " }</span><strong>{ &project.name }</strong>
            { way }
        </p>
    }
}

/// Whether the page is still on its way to Atlas, as after a reload.
pub(crate) fn is_connecting(state: &State) -> bool {
    !state.launch_token_refused
        && match &state.config {
            Loaded::No | Loaded::Loading(_) => true,
            Loaded::Failed(_) => false,
            Loaded::Yes(config) => {
                config.credential == Holder::Gateway
                    && matches!(state.connection, Loaded::No | Loaded::Loading(None))
            }
        }
}

/// That the tab does not keep the set-up, and what can be done.
fn not_kept(state: &Rc<State>) -> Html {
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

/// Saves the set-up as a file.
pub(crate) fn save_as_file(state: &Rc<State>) -> Callback<MouseEvent> {
    let draft = Rc::clone(&state.draft);
    Callback::from(move |_| {
        if let Some(contents) = saved::write(&draft) {
            browser::save(&saved::file_name(&draft), "application/json", &contents);
        }
    })
}

/// That the engine has ended: what is planned rests on what it said.
fn ended(state: &State, desk: &Desk) -> Html {
    let told = work::ended(state.ended, reading::LOST);
    let go_on = {
        let desk = desk.clone();
        move |_| desk.go_on()
    };
    html! {
        <>
            { told }
            if state.ended.is_some() {
                <p class="actions">
                    <button type="button" class="button button-small" onclick={go_on}>{ "Read the certificates again" }</button>
                </p>
            }
        </>
    }
}
