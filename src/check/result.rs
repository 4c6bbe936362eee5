//! The verdict: headline, what it rests on, the clients, and what stands beside them.

use std::rc::Rc;

use pki::{Timestamp, report::Role};
use yew::prelude::*;

use super::{
    authorities::Authorities,
    desk::Desk,
    mover,
    profile::Profile,
    report, start,
    state::{Action, State},
};
use crate::{
    address::go_to_place,
    browser,
    certificates::{
        client::Extras,
        clients::Clients,
        findings::Findings,
        found::{Filter, Found},
        keys, unusable,
    },
    route::{Route, Step},
    ui::file_drop::FileDrop,
    visit::Hands,
    words,
};

/// Begins the ids of what another place has, too.
const PLACE: &str = "check";

/// `1 accepted, 1 refused, 2 not read`; without clients, what there is instead. `unread` is how many
/// files were not taken at all.
pub(super) fn headline(found: Option<&Found>, unread: usize) -> String {
    let Some(found) = found else {
        return match unread {
            0 => "Check certificates".to_owned(),
            n => format!(
                "No certificate found, {} not read",
                words::grouped(n as u64)
            ),
        };
    };
    let headline = match found.certificates_of(Role::Authority).len() {
        _ if found.clients() > 0 => found.counts(),
        0 => "No certificate found".to_owned(),
        n => format!(
            "{}, no client certificate yet",
            words::count(n, "authority", "authorities")
        ),
    };
    match unread + found.unusable().len() {
        0 => headline,
        unread => format!("{headline}, {} not read", words::grouped(unread as u64)),
    }
}

/// What was read, for when it was judged, and what can be done with the whole of it.
pub(super) fn lead(state: &State, found: &Rc<Found>, desk: &Desk, hands: &Hands) -> Html {
    let unread = unusable::count(found, &state.unread);
    html! {
        <Lead found={found.clone()} {unread} day={state.day} desk={desk.clone()} hands={hands.clone()} />
    }
}

#[derive(PartialEq, Properties)]
struct LeadProps {
    found: Rc<Found>,
    /// How many files were not read.
    unread: usize,
    day: Option<Timestamp>,
    desk: Desk,
    hands: Hands,
}

#[component]
fn Lead(props: &LeadProps) -> Html {
    let choosing = use_state_eq(|| false);
    let found = &props.found;
    let report = &found.view.report;
    let read = found.files_read().count();
    let day = match props.day {
        None => format!("today, {}", words::date(report.at)),
        Some(day) => words::moment(day),
    };
    let level = match report.level {
        crate::engine::LEVEL => String::new(),
        other => format!(" and security level {other}"),
    };
    let toggle = {
        let choosing = choosing.clone();
        move |_| choosing.set(!*choosing)
    };
    let close = {
        let choosing = choosing.setter();
        Callback::from(move |()| choosing.set(false))
    };
    let save = {
        let found = found.clone();
        move |_| report::save(&found)
    };
    let start_over = {
        let desk = props.desk.clone();
        move |_| desk.start_over()
    };
    let set_up = {
        let (desk, hands) = (props.desk.clone(), props.hands.clone());
        move |_| {
            hands.give(desk.given());
            go_to_place(Route::Setup(Step::Connect));
        }
    };
    html! {
        <>
            <p class="lead">
                if read > 0 {
                    { format!("{} read, with {}. Judged for {day}{level}; nothing has left this page.",
                        words::count(read, "file", "files"),
                        words::count(found.view.certificates.len(), "certificate", "certificates")) }
                } else {
                    { "Nothing has left this page." }
                }
                if props.unread > 0 {
                    { " " }
                    <a href={format!("#{}", unusable::id(PLACE))}>
                        { words::count(props.unread, "file was not read", "files were not read") }
                    </a>
                    { "." }
                }
            </p>
            <p class="actions">
                <button type="button" class="link" onclick={set_up}>{ "Use these in Setup" }</button>
                <button type="button" class="link" onclick={toggle}
                    aria-expanded={choosing.to_string()} aria-controls="profile">
                    { "Date and security level" }
                </button>
                <button type="button" class="link" onclick={save}>{ "Save report" }</button>
                <button type="button" class="link" onclick={|_| browser::print()}>{ "Print" }</button>
                <button type="button" class="link" onclick={start_over}>{ "Start over" }</button>
            </p>
            <div id="profile">
                if *choosing {
                    <Profile found={found.clone()} day={props.day} desk={props.desk.clone()} onclose={close} />
                }
            </div>
        </>
    }
}

/// The zone for more files, the clients, and what their verdicts rest on.
pub(super) fn result(state: &State, found: &Rc<Found>, desk: &Desk, here: bool) -> Html {
    let ontake = take_away(desk);
    let onattempt = {
        let desk = desk.clone();
        Callback::from(move |attempt| desk.open(attempt))
    };
    html! {
        <>
            <FileDrop button="Add files" small=true active={here} ongiven={start::give(desk)}
                hint="or drop or paste more certificates anywhere on this page" />
            <div class="columns">
                <div class="judged">
                    <Judged found={found.clone()} filter={state.filter.clone()} shown={state.shown}
                        day={state.day} desk={desk.clone()} />
                    { unusable::cards(PLACE, found, &state.unread, &ontake, &onattempt) }
                </div>
                <div class="aside">
                    <Authorities found={found.clone()} desk={desk.clone()} />
                    <Findings found={found.clone()} files_have_cards=true />
                    { keys::keys(PLACE, found, &onattempt) }
                    { keys::files(found, &ontake) }
                </div>
            </div>
        </>
    }
}

fn take_away(desk: &Desk) -> Callback<String> {
    let desk = desk.clone();
    Callback::from(move |file: String| desk.take_away(&file))
}

#[derive(PartialEq, Properties)]
struct JudgedProps {
    found: Rc<Found>,
    filter: Filter,
    shown: usize,
    day: Option<Timestamp>,
    desk: Desk,
}

/// The clients, with what can be done with one here.
#[component]
fn Judged(props: &JudgedProps) -> Html {
    let desk = &props.desk;
    let onfilter = use_callback(desk.clone(), |filter, desk: &Desk| {
        desk.tell(Action::ShowOnly(filter));
    });
    let onmore = use_callback(desk.clone(), |(), desk: &Desk| desk.tell(Action::ShowMore));
    let known = (props.found.clone(), props.day, desk.clone());
    let extras = use_memo(known, |(found, day, desk)| extras(found, *day, desk));
    html! {
        <Clients found={props.found.clone()} filter={props.filter.clone()} shown={props.shown}
            {onfilter} {onmore} extras={(*extras).clone()} />
    }
}

fn extras(found: &Rc<Found>, day: Option<Timestamp>, desk: &Desk) -> Extras {
    let of = |render: fn(&Found, usize, Option<Timestamp>, &Desk) -> Html| {
        let (found, desk) = (found.clone(), desk.clone());
        Callback::from(move |index| render(&found, index, day, &desk))
    };
    Extras {
        place: PLACE,
        about: Callback::from(|_| Html::default()),
        actions: of(|found, index, day, desk| {
            html! {
                <>
                    { make_pem(found, index, desk) }
                    { judge_for_other_level(found, index, day, desk) }
                    { keys::take_away(&found.client(index).0.file, &take_away(desk)) }
                </>
            }
        }),
        foot: of(|found, index, _, desk| {
            let leaf = found.client(index).1.leaf;
            leaf.map(|leaf| mover::mover(found, leaf, desk))
                .unwrap_or_default()
        }),
    }
}

fn judge_for_other_level(found: &Found, index: usize, day: Option<Timestamp>, desk: &Desk) -> Html {
    let Some((level, _)) = found.client(index).1.other_level else {
        return Html::default();
    };
    let desk = desk.clone();
    html! {
        <button type="button" class="link" onclick={move |_| desk.judge_for(day, level)}>
            { format!("Judge for level {level}") }
        </button>
    }
}

/// The one PEM that a driver wants. What a refused client would have to send is not known, so its
/// file is the certificate and the key alone.
fn make_pem(found: &Found, index: usize, desk: &Desk) -> Html {
    let (_, details) = found.client(index);
    if details.key.is_none() {
        return Html::default();
    }
    let (desk, name) = (desk.clone(), words::pem_file_name(&details.title));
    let save = html! {
        <button type="button" class="link" onclick={move |_| desk.save_client_pem(index, &name)}>
            { "Make its PEM" }
        </button>
    };
    if found.outcome(index).knows_chain() {
        return save;
    }
    html! {
        <>
            { save }
            <span class="fine quiet">
                { "The file holds this certificate and its key, no intermediate. It won't log in until what \
                   stands above is mended." }
            </span>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::view;

    const ROOT: &str = include_str!("examples/acme-root.pem");
    const BILLING: &str = include_str!("examples/billing.pem");
    const REQUEST: &str = "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n";

    #[test]
    fn the_heading_counts_all_that_was_given() {
        for (files, unread, expected) in [
            (&[][..], 0, "No certificate found"),
            (&[("a", ROOT)], 0, "1 authority, no client certificate yet"),
            (&[("a", ROOT), ("b", BILLING)], 0, "1 accepted"),
            (&[("b", BILLING)], 0, "1 refused"),
            (
                &[("a", ROOT), ("b", BILLING), ("c", REQUEST)],
                2,
                "1 accepted, 3 not read",
            ),
            (&[("c", REQUEST)], 0, "No certificate found, 1 not read"),
        ] {
            let found = Found::new(view(files));
            assert_eq!(headline(Some(&found), unread), expected);
        }
        assert_eq!(headline(None, 0), "Check certificates");
        assert_eq!(headline(None, 3), "No certificate found, 3 not read");
    }
}
