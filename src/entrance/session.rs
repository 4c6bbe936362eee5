//! The session with Atlas, made once for the places that work with it: kept as it changes, and asked about
//! before the page is left.

use std::rc::Rc;

use web_sys::BeforeUnloadEvent;
use yew::prelude::*;

use super::lost;
use crate::{
    address::use_path,
    api::launch,
    change::same::Same,
    route::{Leads, Route},
    session::{desk::Desk, outside::Outside, state::State},
    ui::event::{of_window, use_event},
    visit::{Presence, Visit},
};

/// A place that works with Atlas.
pub(crate) struct OfAtlas {
    /// Where it begins.
    pub(crate) route: Route,
    pub(crate) render: fn(&Visit) -> Html,
}

impl PartialEq for OfAtlas {
    fn eq(&self, other: &Self) -> bool {
        self.route == other.route
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct SessionProps {
    pub(crate) presence: Presence,
    pub(crate) places: &'static [OfAtlas],
}

/// The session, and of the places that it is for the one where the person is. They are never on the page
/// together, for they have the same fields; what matters of each is in the session.
#[component]
pub(crate) fn Session(props: &SessionProps) -> Html {
    let desk = use_session();
    let path = use_path();
    // What is in the background is not looked at, so it is not shown anything new.
    let last = use_mut_ref(|| None::<(usize, Rc<State>)>);
    let Presence { here, hands } = &props.presence;
    if let Some(Leads::To(route)) = Route::parse(&path)
        && let Some(place) = (props.places.iter()).position(|place| place.route.is_beside(route))
    {
        *last.borrow_mut() = Some((place, desk.state()));
    }
    let Some((index, state)) = last.borrow().clone() else {
        return Html::default();
    };
    let visit = Visit {
        here: *here,
        hands: hands.clone(),
        desk,
        state,
    };
    html! { <div key={index}>{ (props.places[index].render)(&visit) }</div> }
}

/// The session. Whoever uses this is rendered again when it changes.
#[hook]
fn use_session() -> Desk {
    let update = use_force_update();
    let desk = {
        let outside = move || Outside::browser(move || update.force_update());
        (*use_memo((), |()| Desk::new(outside()))).clone()
    };
    let state = desk.state();
    {
        let desk = desk.clone();
        let kept = (Rc::clone(&state.draft), state.applying, state.seen.clone());
        use_effect_with(kept, move |_| {
            if desk.has_begun() {
                desk.keep();
            }
        });
    }
    {
        let (desk, lost, judged) = (desk.clone(), state.lost.clone(), state.judged.clone());
        use_effect_with(state.judged.as_ref().map(Same::of), move |_| {
            if let Some(judged) = &judged {
                desk.keep_lost(&lost::by_a_reload(&lost, &judged.after));
            }
        });
    }
    use_event(
        of_window,
        "beforeunload",
        move |event: BeforeUnloadEvent| {
            if state.would_lose() {
                event.prevent_default();
                // For browsers that ask only then; none shows the text.
                event.set_return_value("The set-up is not finished.");
            }
        },
    );
    {
        let desk = desk.clone();
        use_event(of_window, launch::EVENT, move |_: Event| {
            desk.note_new_address();
        });
    }
    desk
}
