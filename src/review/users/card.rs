//! One user: what becomes of it, what it may do, and the ways to change that.

use std::rc::Rc;

use yew::prelude::*;

use super::{
    editor::{Offer, RightsEditor},
    pair,
};
use crate::{
    change::{
        decision::Decision,
        draft::Rights,
        roles,
        rows::{Certificate, Row, Standing},
    },
    review::deciding::deciding,
    session::desk::Desk,
    ui::{
        breakable,
        icon::{Icon, icon},
        prose::prose,
    },
};

#[derive(PartialEq, Properties)]
pub(crate) struct UserCardProps {
    pub(crate) row: Row,
    /// Its place in the whole list, which its fields are named by.
    pub(crate) index: usize,
    pub(crate) offer: Rc<Offer>,
    /// Whether it is among the selected; `None` when nothing can be selected.
    pub(crate) selected: Option<bool>,
    pub(crate) onselect: Callback<String>,
    /// The id that its problems lead to.
    pub(crate) mend: Option<&'static str>,
    /// Whether it is open from the beginning.
    pub(crate) open: bool,
    /// How many times rights were given to several users: each closes it.
    pub(crate) set: u32,
    pub(crate) desk: Desk,
    /// What else is known of the user, where it is shown.
    #[prop_or_default]
    pub(crate) more: Html,
    /// The word for one that stays as it is.
    #[prop_or("= there already")]
    pub(crate) kept: &'static str,
}

#[component]
pub(crate) fn UserCard(props: &UserCardProps) -> Html {
    let open = use_state_eq(|| props.open);
    {
        // What was set for several users is set for this one too.
        let (open, first) = (open.setter(), use_mut_ref(|| true));
        use_effect_with(props.set, move |_| {
            if !std::mem::take(&mut *first.borrow_mut()) {
                open.set(false);
            }
        });
    }
    let row = &props.row;
    let editable = !matches!(row.standing, Standing::Deleted | Standing::LeftOut);
    let toggle = {
        let open = open.clone();
        move |_: MouseEvent| open.set(!*open)
    };
    let close = {
        let open = open.setter();
        Callback::from(move |()| open.set(false))
    };
    let name_id = format!("user-{}", props.index);
    let wrong_id = format!("user-{}-wrong", props.index);
    let class = classes!("user", standing_class(row));
    html! {
        <div {class} role="group" aria-labelledby={name_id.clone()}>
            <div class="user-head">
                { picker(props, &name_id) }
                { standing(row, props.kept) }
            </div>
            if !matches!(row.standing, Standing::Deleted | Standing::LeftOut) && !*open {
                { rights(props) }
            }
            { certificate(row) }
            { what_standing_means(row) }
            if !row.wrong.is_empty() && !*open {
                <ul class="plain wrong" id={wrong_id.clone()}>
                    { for row.wrong.iter().map(|wrong| html! { <li>{ wrong.sentence() }</li> }) }
                </ul>
            } else if *open {
                // Those that no field says.
                <ul class="plain wrong" id={wrong_id.clone()}>
                    { for row.wrong.iter().filter(|wrong| matches!(wrong, crate::change::wrong::Wrong::Impossible(_)))
                        .map(|wrong| html! { <li>{ wrong.sentence() }</li> }) }
                </ul>
            }
            { doubtful(row) }
            { props.more.clone() }
            { for row.look_alikes.iter().map(|old| pair::view(old, &row.name, &props.desk, &close)) }
            <p class="actions">
                if editable {
                    <button type="button" class="link" id={props.mend} onclick={toggle}
                        aria-expanded={open.to_string()}
                        aria-describedby={(!row.wrong.is_empty()).then_some(wrong_id)}>
                        { if *open { "Close" } else { "Roles…" } }
                        <span class="unseen">{ format!(", {}", row.name) }</span>
                    </button>
                }
                { actions(props) }
            </p>
            if editable && *open {
                <RightsEditor id={format!("u{}", props.index)} whose={row.name.clone()}
                    rights={row.rights.clone()} wrong={row.wrong.clone()}
                    described={row.was.as_ref().map(|was| was.description.clone()).unwrap_or_default()}
                    offer={Rc::clone(&props.offer)} onchange={set(props)} />
            }
        </div>
    }
}

fn standing_class(row: &Row) -> &'static str {
    match row.standing {
        _ if !row.wrong.is_empty() => "user-wrong",
        Standing::New => "user-new",
        Standing::Changed => "user-changed",
        Standing::Deleted => "user-deleted",
        Standing::Kept | Standing::LeftOut => "user-still",
    }
}

fn standing(row: &Row, kept: &'static str) -> Html {
    let (word, class) = match row.standing {
        Standing::New => ("+ new user", "tag-good"),
        Standing::LeftOut => ("left out", ""),
        Standing::Kept => (kept, ""),
        Standing::Changed => ("~ changed", "tag-attention"),
        Standing::Deleted => ("− to be deleted", "tag-bad"),
    };
    html! {
        <span class="tags">
            if row.gone { <span class="tag tag-attention">{ "deleted by somebody else" }</span> }
            if let Some(told) = &row.not_derived {
                <span class={classes!("tag", if told.is_certain() { "tag-bad" } else { "tag-attention" })}>
                    { if told.is_certain() { "no certificate has this name" } else { "unlikely name" } }
                </span>
            }
            <span class={classes!("tag", class)}>{ word }</span>
        </span>
    }
}

fn picker(props: &UserCardProps, id: &str) -> Html {
    let id = id.to_owned();
    let name = breakable::name(&props.row.name);
    let can = matches!(
        props.row.standing,
        Standing::New | Standing::Kept | Standing::Changed
    );
    match props.selected {
        Some(checked) if can => {
            let (onselect, user) = (props.onselect.clone(), props.row.name.clone());
            let onchange = move |_: Event| onselect.emit(user.clone());
            html! {
                <label class="user-name-tick" {id}>
                    <input type="checkbox" {checked} {onchange} />
                    <span class="unseen">{ "Select " }</span>
                    { name }
                </label>
            }
        }
        _ => html! { <span {id}>{ name }</span> },
    }
}

fn rights(props: &UserCardProps) -> Html {
    let rights = &props.row.rights;
    let described = match (&rights.description, &props.row.was) {
        (Some(text), _) => text,
        (None, Some(was)) => &was.description,
        (None, None) => "",
    };
    let roles = if props.offer.from_ldap {
        "Roles come from LDAP".to_owned()
    } else if rights.roles.is_empty() {
        return Html::default();
    } else {
        roles::all_in_words(&rights.roles)
    };
    html! {
        <p class="fine user-rights">
            <strong>{ roles }</strong>
            { format!(" · {}", roles::scopes_in_words(&rights.scopes)) }
            <span class="quiet">
                if !described.is_empty() {
                    { format!(" · “{described}”") }
                }
                if props.row.certificate == Certificate::NotHere {
                    { " · its certificate isn't here" }
                }
            </span>
        </p>
    }
}

fn certificate(row: &Row) -> Html {
    match row.certificate {
        Certificate::Accepted | Certificate::NotHere => Html::default(),
        Certificate::Refused => html! {
            <p class="fine user-note user-note-bad">
                { icon(Icon::Cross) }
                { "Nobody can log in with its certificate yet: the server refuses it." }
            </p>
        },
    }
}

fn what_standing_means(row: &Row) -> Html {
    match row.standing {
        Standing::Deleted => html! {
            <p class="fine">
                { "Once it is deleted, nobody logs in with its certificate. That is the only revocation Atlas has: \
                   the certificate itself stays valid and lets in again if somebody makes the user again. Until you \
                   apply, nothing happens." }
            </p>
        },
        Standing::LeftOut if row.gone => html! {
            <p class="fine user-still-note">
                { "Somebody else deleted this user after you began. It stays deleted unless you make it again." }
            </p>
        },
        Standing::LeftOut => html! {
            <p class="fine quiet user-still-note">{ "No user is made for this name." }</p>
        },
        _ => Html::default(),
    }
}

/// Why nobody can log in as this user, or hardly anybody, told without a certificate.
fn doubtful(row: &Row) -> Html {
    let Some(told) = &row.not_derived else {
        return Html::default();
    };
    html! {
        <div class="fine user-note user-note-attention">
            { icon(Icon::Attention) }
            <div>
                <p>
                    { prose(&told.to_string()) }
                    { if told.is_certain() { " So nobody can log in as this user." } else {
                        " So hardly any certificate fits this user." } }
                </p>
                if let Some(likely) = &told.likely {
                    <p>
                        { "Probably meant: " }{ breakable::name(likely) }
                        { ". Add its certificate to see the exact name and to take over the rights." }
                    </p>
                }
            </div>
        </div>
    }
}

fn actions(props: &UserCardProps) -> Html {
    let row = &props.row;
    let button = |label: &str, onclick: Callback<MouseEvent>| {
        html! {
            <button type="button" class="link" {onclick}>
                { label.to_owned() }<span class="unseen">{ format!(", {}", row.name) }</span>
            </button>
        }
    };
    let name = || row.name.clone();
    let decide = |decision| deciding(&props.desk, decision);
    let want = |wanted: bool| {
        let rights = Rights {
            wanted,
            ..row.rights.clone()
        };
        decide(Decision::SetRights(name(), rights))
    };
    let delete = || decide(Decision::DeleteUser(name()));
    match row.standing {
        Standing::New => button("Leave it out", want(false)),
        Standing::LeftOut if row.gone => button("Make it again", want(true)),
        Standing::LeftOut => button("Make this user all the same", want(true)),
        Standing::Kept => button("Delete this user", delete()),
        Standing::Changed => html! {
            <>
                { button("Put back as it is in Atlas", decide(Decision::LeaveUser(name()))) }
                { button("Delete this user", delete()) }
            </>
        },
        Standing::Deleted => button("Keep it", decide(Decision::KeepUser(name()))),
    }
}

/// Keeps what is filled in.
fn set(props: &UserCardProps) -> Callback<Rights> {
    let (desk, name) = (props.desk.clone(), props.row.name.clone());
    Callback::from(move |rights: Rights| {
        let rights = Rights {
            wanted: true,
            ..rights
        };
        desk.decide(Decision::SetRights(name.clone(), rights));
    })
}
