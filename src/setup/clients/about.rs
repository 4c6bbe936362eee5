//! What a client's card says here beside its verdict: what the new bundle changes for it, whether
//! Atlas has its user, and whether its private key is at hand.

use yew::prelude::*;

use crate::{
    setup::{
        facts::Facts,
        judged::{Change, Judged},
        roles,
    },
    ui::icon::{Icon, icon},
    words,
};

pub(super) fn about(
    judged: &Judged,
    client: usize,
    change: Option<Change>,
    facts: Option<&Facts>,
) -> Html {
    let (report, details) = judged.after.client(client);
    html! {
        <>
            { changed(change) }
            if let (Some(name), Some(facts)) = (&report.username, facts) {
                { user(name, facts) }
                { special_characters(name) }
            }
            { key(details.key.is_some(), details.leaf.is_some()) }
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
            html! { { "The present bundle refuses it; the new one lets it in." } },
        ),
        Some(Change::ShutOut) => remark(
            "remark-bad",
            Icon::Cross,
            html! { <>
                <strong>{ "It can log in today, and not any more with the new bundle." }</strong>
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
            html! { { "Atlas has a user of this name who logs in another way. That never changes: delete \
            that user in Atlas first, or issue the certificate with another subject." } },
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
        html! { { "The name has special characters with a backslash before them. Atlas may refuse it; then \
        have the certificate issued again with a plainer subject." } },
    )
}

fn key(is_here: bool, is_readable: bool) -> Html {
    if !is_readable {
        return Html::default();
    }
    let says = if is_here {
        "Its private key is here: the joined PEM can be saved at the end."
    } else {
        "Its private key is not here."
    };
    html! { <p class="fine quiet">{ says }</p> }
}
