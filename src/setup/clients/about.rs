//! What a client's card says here beside its verdict: what the new bundle changes for it, whether
//! Atlas has its user, and whether its private key is at hand.

use yew::prelude::*;

use crate::{
    change::{
        facts::Facts,
        judged::{Change, Judged},
        roles,
    },
    ui::icon::{Icon, icon},
    words,
};

/// What is so of every client, and is told once above them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Same {
    /// Atlas has none of their users.
    users_are_new: bool,
    /// None of their keys is here.
    keys_are_absent: bool,
}

impl Same {
    pub(super) fn of(judged: &Judged, facts: Option<&Facts>) -> Self {
        let several = judged.after.clients() > 1;
        let clients = judged.after.report.clients.iter();
        let mut names = clients.filter_map(|client| client.username.as_deref());
        let is_there = |name: &str| {
            let mut users = facts
                .into_iter()
                .flat_map(|facts| facts.users.iter().flatten());
            users.any(|user| user.is_external() && user.username == name)
        };
        let known = facts.is_some_and(|facts| facts.users.is_ok());
        Self {
            users_are_new: several && known && !names.any(is_there),
            keys_are_absent: several
                && judged
                    .after
                    .view
                    .clients
                    .iter()
                    .all(|client| client.key.is_none()),
        }
    }
}

/// What is so of all of them, in words.
pub(super) fn for_all(judged: &Judged, facts: Option<&Facts>) -> Option<&'static str> {
    match Same::of(judged, facts) {
        Same {
            users_are_new: true,
            keys_are_absent: true,
        } => Some("Atlas has none of these users yet, and none of their private keys is here."),
        Same {
            users_are_new: true,
            ..
        } => Some("Atlas has none of these users yet."),
        Same {
            keys_are_absent: true,
            ..
        } => Some("None of their private keys is here."),
        _ => None,
    }
}

pub(super) fn about(
    judged: &Judged,
    client: usize,
    change: Option<Change>,
    facts: Option<&Facts>,
    same: Same,
) -> Html {
    let (report, details) = judged.after.client(client);
    html! {
        <>
            { changed(change) }
            if let (Some(name), Some(facts)) = (&report.username, facts) {
                if !same.users_are_new { { user(name, facts) } }
                { special_characters(name) }
            }
            if !same.keys_are_absent {
                { no_key(details.key.is_some(), details.leaf.is_some()) }
            }
        </>
    }
}

fn remark(class: &'static str, sign: Icon, content: Html) -> Html {
    html! { <p class={classes!("remark", class)}>{ icon(sign) }<span>{ content }</span></p> }
}

fn changed(change: Option<Change>) -> Html {
    match change {
        None => Html::default(),
        Some(Change::LetIn) => remark(
            "remark-note",
            Icon::Information,
            html! { { "The bundle of today refuses it; the new one lets it in." } },
        ),
        Some(Change::ShutOut) => remark(
            "remark-bad",
            Icon::Cross,
            html! { <>
                <strong>{ "It can log in today, and can't with the new bundle." }</strong>
                { " Keep the authority that it depends on, or give the client a new certificate first." }
            </> },
        ),
    }
}

/// Whether Atlas has the user.
fn user(name: &str, facts: &Facts) -> Html {
    let Ok(users) = &facts.users else {
        return Html::default();
    };
    let existing = users
        .iter()
        .find(|user| user.is_external() && user.username == name);
    match existing {
        None => remark(
            "remark-note",
            Icon::Information,
            html! { { "Atlas has no user of this name yet." } },
        ),
        Some(user) if user.is_self_managed() => {
            let roles: Vec<String> = user.roles.iter().map(roles::in_words).collect();
            let may = match roles.as_slice() {
                [] => "without a role".to_owned(),
                roles => words::list(roles),
            };
            remark(
                "remark-note",
                Icon::Check,
                html! { { format!("Atlas has this user already: {may}.") } },
            )
        }
        Some(_) => remark(
            "remark-attention",
            Icon::Attention,
            html! { { "Atlas has a user of this name that doesn't log in with a certificate of yours. That can't be \
            changed: delete that user in Atlas first, or issue the certificate with another subject." } },
        ),
    }
}

/// The server puts a backslash before what means something in a name, and Atlas may not take that.
fn special_characters(name: &str) -> Html {
    if !name.contains('\\') {
        return Html::default();
    }
    remark(
        "remark-attention",
        Icon::Attention,
        html! { { "The name has special characters with a backslash before them. If Atlas refuses it, have the \
        certificate issued again with a plainer subject." } },
    )
}

/// That its private key is not here. Where it is, the card says which file it is in.
fn no_key(is_here: bool, is_readable: bool) -> Html {
    if is_here || !is_readable {
        return Html::default();
    }
    remark(
        "remark-note",
        Icon::Information,
        html! { { "Its private key isn't here." } },
    )
}
