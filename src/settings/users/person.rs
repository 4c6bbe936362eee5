//! A user with certificates: what Atlas has of it, when it was there last, and what to do about a wrong name.

use std::rc::Rc;

use atlas::history::Reason;
use yew::prelude::*;

use crate::{
    change::{
        decision::{Decision, TakeOver},
        draft::{Draft, Rights},
        people::{Evidence, Kind, Likely, Person},
        rows::Row,
    },
    review::{
        seen,
        users::{card::UserCard, editor::Offer},
    },
    session::desk::Desk,
    ui::{
        breakable,
        icon::{Icon, icon},
        prose::prose,
    },
};

#[derive(PartialEq, Properties)]
pub(super) struct PersonCardProps {
    pub(super) person: Person,
    /// What becomes of it, where that can be decided.
    pub(super) row: Option<(usize, Row)>,
    pub(super) doubt: Option<Doubtful>,
    pub(super) offer: Rc<Offer>,
    /// Whether it is known who logged in.
    pub(super) read: bool,
    pub(super) desk: Desk,
}

#[component]
pub(super) fn PersonCard(props: &PersonCardProps) -> Html {
    let person = &props.person;
    let Some((index, row)) = props.row.clone() else {
        return plain(props);
    };
    let mut row = row;
    // Of its own: told here, with what is known of logins.
    row.not_derived = None;
    let more = html! { <>
        { doubt(props) }
        { logins(person, props.read) }
    </> };
    card(row, index, &props.offer, &props.desk, more)
}

/// A user's card, as where rights are given.
pub(super) fn card(row: Row, index: usize, offer: &Rc<Offer>, desk: &Desk, more: Html) -> Html {
    html! {
        <UserCard {row} {index} offer={Rc::clone(offer)} set={0_u32} selected={None::<bool>}
            onselect={Callback::noop()} mend={None::<&'static str>} open={false} desk={desk.clone()} {more} kept="self-managed" />
    }
}

/// One that nothing can be decided about.
fn plain(props: &PersonCardProps) -> Html {
    let person = &props.person;
    let id = format!("person-{}", person.name);
    let word = match person.kind {
        Kind::SelfManaged => "self-managed",
        Kind::Managed => "Atlas-managed",
    };
    html! {
        <div class="user user-still" role="group" aria-labelledby={id.clone()}>
            <div class="user-head">
                <span {id}>{ breakable::name(&person.name) }</span>
                <span class="tags"><span class="tag">{ word }</span></span>
            </div>
            <p class="fine user-rights">
                <strong>{ &person.roles }</strong>
                { format!(" · {}", person.scopes) }
                if !person.description.is_empty() {
                    <span class="quiet">{ format!(" · “{}”", person.description) }</span>
                }
            </p>
            if person.is_blocked {
                <p class="fine user-note user-note-bad">
                    { icon(Icon::Cross) }
                    { "It can't log in while LDAP authorization is on, because Atlas made its certificates." }
                </p>
            }
            { doubt(props) }
            { logins(person, props.read) }
        </div>
    }
}

/// When it was there last.
fn logins(person: &Person, read: bool) -> Html {
    let known = &person.known;
    if !read {
        return Html::default();
    }
    html! {
        <dl class="fine logins">
            <div>
                <dt>{ "Last login" }</dt>
                <dd>{ known.login.as_ref().map_or("none in the last seven days".to_owned(), seen::sentence) }</dd>
            </div>
            if let Some(refusal) = &known.refusal {
                <div>
                    <dt>{ "Last refusal" }</dt>
                    <dd>
                        { seen::sentence(refusal) }
                        if known.is_refused() {
                            { seen::reason(&refusal.reason) }
                        } else {
                            { format!(": {}. It has logged in since.", Reason::of(&refusal.reason).short) }
                        }
                    </dd>
                </div>
            }
        </dl>
    }
}

/// A name that is probably wrong, and what was decided about it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Doubtful {
    tag: &'static str,
    why: String,
    /// The name that was probably meant, and how it is known.
    right: Option<(String, &'static str)>,
    /// Whether the right name gets the rights of this one.
    is_taken_over: bool,
    is_deleted: bool,
}

impl Doubtful {
    /// `None`: nothing is wrong with it, as far as can be seen.
    pub(super) fn of(person: &Person, row: Option<&Row>, draft: &Draft) -> Option<Self> {
        // A certificate that was given says it better than anything else.
        let given = row.and_then(|row| row.shown_with.as_ref());
        let doubt = person.doubt.as_ref();
        let (tag, why) = match doubt {
            None => {
                given?;
                (
                    "no certificate here has this name",
                    "A certificate that you gave has nearly this name.".to_owned(),
                )
            }
            Some(doubt) if doubt.is_certain => (
                "no certificate has this name",
                format!("{} So nobody can log in as this user.", doubt.why),
            ),
            Some(doubt) => (
                "unlikely name",
                format!("{} So hardly any certificate fits this user.", doubt.why),
            ),
        };
        let likely = doubt.and_then(|doubt| Some((doubt.likely.as_ref()?, doubt.is_certain)));
        let right = match (given, likely) {
            (Some(name), _) => Some((
                name.clone(),
                "It's the name in the certificate that you gave.",
            )),
            (None, Some((likely, is_certain))) => {
                Some((likely.name.clone(), how_known(likely, is_certain)))
            }
            (None, None) => None,
        };
        let taken = right.as_ref().and_then(|(name, _)| draft.rights.get(name));
        Some(Self {
            tag,
            why,
            is_taken_over: taken.is_some_and(|rights| rights.wanted),
            is_deleted: draft.deleted.contains(&person.name),
            right,
        })
    }
}

/// How the right name is known.
fn how_known(likely: &Likely, is_certain: bool) -> &'static str {
    match likely.from {
        Evidence::History => {
            "A client whose certificate has this name comes and is refused, because there is no such user."
        }
        Evidence::Text if is_certain => {
            "That's this text as a server would write it. Give the certificate below to be sure."
        }
        Evidence::Text => "Give the certificate below to be sure.",
    }
}

/// That its name is probably wrong, what was probably meant, and the ways to put that right.
fn doubt(props: &PersonCardProps) -> Html {
    let Some(doubt) = &props.doubt else {
        return Html::default();
    };
    html! {
        <div class="fine user-note user-note-attention">
            { icon(Icon::Attention) }
            <div class="pair-old">
                <p><strong>{ doubt.tag }</strong></p>
                <p>{ prose(&doubt.why) }</p>
                if let Some((name, how)) = &doubt.right {
                    <p>{ "Probably meant: " }{ breakable::name(name) }{ ". " }{ *how }</p>
                    if let Some((_, row)) = &props.row {
                        <p class="actions">{ ways(props, doubt, row, name) }</p>
                    }
                }
            </div>
        </div>
    }
}

/// The three ways out: take over and delete, take over and keep both, leave.
fn ways(props: &PersonCardProps, doubt: &Doubtful, row: &Row, right: &str) -> Html {
    let old = &props.person.name;
    let button = |label: &'static str, decisions: Vec<Decision>| {
        let desk = props.desk.clone();
        let onclick = move |_: MouseEvent| {
            for decision in decisions.clone() {
                desk.decide(decision);
            }
        };
        html! {
            <button type="button" class="link" {onclick}>
                { label }<span class="unseen">{ format!(", {old}") }</span>
            </button>
        }
    };
    if doubt.is_taken_over || doubt.is_deleted {
        let leave = [right, old].map(|name| Decision::LeaveUser(name.to_owned()));
        return html! { <>
            <strong>{ match (doubt.is_taken_over, doubt.is_deleted) {
                (true, true) => "The right name gets its rights, and this user is deleted.",
                (true, false) => "The right name gets its rights, and both stay for now.",
                (false, _) => "This user is deleted.",
            } }</strong>
            { button("Leave both as they are", leave.to_vec()) }
        </> };
    }
    let rights = Rights {
        wanted: true,
        description: row.was.as_ref().map(|was| was.description.clone()),
        ..row.rights.clone()
    };
    let take_over = |delete| {
        vec![Decision::TakeOver(TakeOver {
            to: right.to_owned(),
            rights: rights.clone(),
            from: old.clone(),
            delete,
        })]
    };
    html! { <>
        { button("Take over its rights and delete it", take_over(true)) }
        { button("Take over its rights and keep both for now", take_over(false)) }
        <span class="quiet">{ "or leave it as it is." }</span>
    </> }
}
