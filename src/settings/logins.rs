//! Who logged in lately, out of the histories of the project's clusters.

use std::rc::Rc;

use atlas::history::Histories;
use pki::Timestamp;
use yew::prelude::*;

use crate::{
    change::{rotation::Logins, same::Same},
    session::state::Loaded,
    visit::Visit,
};

/// What is known of logins; `None`: not read yet. They are asked for once, as soon as a page wants them.
#[hook]
pub(super) fn use_logins(visit: &Visit) -> Option<Rc<Logins>> {
    let is_wanted = visit.here
        && matches!(visit.state.histories, Loaded::No)
        && visit.state.facts.known().is_some();
    {
        let desk = visit.desk.clone();
        use_effect_with(is_wanted, move |is_wanted| {
            if *is_wanted {
                desk.ask_histories();
            }
        });
    }
    let histories = visit.state.histories.known().cloned();
    let known = use_memo(histories.as_ref().map(Same::of), move |_| {
        histories.map(|histories| Rc::new(of(&histories)))
    });
    (*known).clone()
}

fn of(histories: &Histories) -> Logins {
    let mut logins = Logins::default();
    for (cluster, history) in &histories.clusters {
        let Ok(history) = history else {
            logins.unread.push(cluster.clone());
            continue;
        };
        logins.read.push(cluster.clone());
        for person in history.people() {
            let seen = person.login.and_then(|index| history.attempts().get(index));
            if let Some(at) = seen.and_then(|attempt| attempt.at) {
                logins.note(&person.name, Timestamp::from_unix(at));
            }
        }
    }
    logins
}
