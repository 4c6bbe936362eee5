//! The Check place: drop certificates, read the verdict.
//!
//! It renders what the engine returns ([`crate::engine`]) and decides nothing about certificates. What
//! it knows is in one reducer ([`state`]); what takes time is asked of the engine by the desk ([`desk`]).

mod authorities;
mod desk;
mod examples;
mod mover;
mod profile;
mod report;
mod result;
mod start;
mod state;

use web_sys::HtmlElement;
use yew::prelude::*;

use crate::{
    browser,
    certificates::work::{self, Busy, Work},
    visit::Presence,
    words,
};
use desk::Desk;
use state::State;

#[component]
pub(crate) fn Check(props: &Presence) -> Html {
    let state = use_reducer(State::default);
    let desk = {
        let dispatch = state.dispatcher();
        (*use_memo((), |()| Desk::new(dispatch))).clone()
    };
    {
        // After the first paint, which does not wait for it.
        let desk = desk.clone();
        use_effect_with((), move |()| desk.warm_up());
    }
    let heading = use_node_ref();

    let headline = result::headline(state.found.as_deref(), state.unread.len());
    use_effect_with((props.here, headline.clone()), |(here, headline)| {
        if *here {
            browser::set_title(&format!("{headline} – Check – {}", words::PRODUCT));
        }
    });
    // A new verdict, and an emptied desk, take the focus to what they say.
    {
        let heading = heading.clone();
        use_effect_with(
            (state.verdicts, state.found.is_some()),
            move |(verdicts, _)| {
                if *verdicts > 0
                    && let Some(heading) = heading.cast::<HtmlElement>()
                {
                    browser::focus(&heading);
                }
            },
        );
    }

    let busy = !matches!(state.work, Work::Idle | Work::Stopped { .. });
    html! {
        <div class="place" aria-busy={busy.to_string()}>
            <h1 ref={heading} tabindex="-1">{ headline }</h1>
            if let Some(found) = &state.found {
                { result::lead(&state, found, &desk, &props.hands) }
            } else {
                <p class="lead">
                    { "What a MongoDB server will do with them: accepted or refused, why, and the \
                       user name it derives." }
                </p>
            }
            { work::ended(state.ended, "Nothing you gave is lost: press “Go on”, and your files are read again.") }
            { progress(state.work, &desk) }
            if let Some(found) = &state.found {
                { result::result(&state, found, &desk, props.here) }
            } else {
                <start::Start here={props.here} unread={state.unread.clone()} desk={desk.clone()} />
            }
        </div>
    }
}

fn progress(work: Work, desk: &Desk) -> Html {
    let has = |act: fn(&Desk)| {
        let desk = desk.clone();
        Callback::from(move |()| act(&desk))
    };
    html! {
        <Busy {work} onstop={has(Desk::stop)} ongo_on={has(Desk::go_on)}
            onstart_over={has(Desk::start_over)} />
    }
}
