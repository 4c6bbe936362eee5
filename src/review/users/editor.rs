//! What a user may do, to be filled in: roles, clusters, description.
//!
//! Every change is handed on at once, half a name too, so that nothing waits to be lost.

use std::rc::Rc;

use atlas::types::{Role, Scope, ScopeType};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::{
    browser,
    change::{
        draft::Rights,
        roles::{self, BuiltIn, EVERYWHERE, ON_ONE, Reach},
        wanted,
        wrong::{DESCRIPTION_CHARACTERS, Wrong},
    },
};

/// What a project offers to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) custom_roles: Vec<String>,
    pub(crate) clusters: Vec<String>,
    /// Whether roles come from LDAP, so that none is to be chosen.
    pub(crate) from_ldap: bool,
}

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct RightsEditorProps {
    /// What the ids of the fields begin with.
    pub(crate) id: AttrValue,
    /// Whose rights: for those who do not see what the fields belong to.
    pub(crate) whose: AttrValue,
    pub(crate) rights: Rights,
    /// The description that Atlas has.
    #[prop_or_default]
    pub(crate) described: AttrValue,
    pub(crate) wrong: Vec<Wrong>,
    pub(crate) offer: Rc<Offer>,
    pub(crate) onchange: Callback<Rights>,
}

#[component]
pub(crate) fn RightsEditor(props: &RightsEditorProps) -> Html {
    html! {
        <div class="rights" role="group" aria-label={format!("Rights of {}", props.whose)}>
            if props.offer.from_ldap {
                { aside(&props.rights.roles) }
            } else {
                <RoleList ..props.clone() />
            }
            { clusters(props) }
            { description(props) }
        </div>
    }
}

impl RightsEditorProps {
    /// Hands on the rights after a change.
    fn change(&self, change: impl FnOnce(&mut Rights)) {
        let mut rights = self.rights.clone();
        change(&mut rights);
        self.onchange.emit(rights);
    }

    fn wrong_with_role(&self, index: usize) -> impl Iterator<Item = &Wrong> {
        self.wrong.iter().filter(move |wrong| {
            matches!(wrong, Wrong::Name { role, .. } | Wrong::Twice { role } if *role == index)
        })
    }
}

/// Roles that nobody has to choose.
fn aside(roles: &[Role]) -> Html {
    html! {
        <p class="fine">
            <strong>{ "Roles come from LDAP." }</strong>
            if roles.is_empty() {
                { " Atlas wants one all the same, so the user gets the least there is: " }
                <code>{ roles::in_words(&wanted::set_aside()) }</code>
                { ", a database that does not exist. Only the directory decides what the user may do." }
            } else {
                { format!(" What Atlas has, {}, stays as it is and is not used.", roles::all_in_words(roles)) }
            }
        </p>
    }
}

#[component]
fn RoleList(props: &RightsEditorProps) -> Html {
    // What takes the focus after the next change of the list.
    let focus = use_mut_ref(|| None::<String>);
    {
        let focus = focus.clone();
        use_effect_with(props.rights.roles.len(), move |_| {
            if let Some(element) = focus.take().and_then(|id| browser::element(&id)) {
                browser::focus(&element);
            }
        });
    }
    let add_id = format!("{}-add", props.id);
    let add = {
        let (props, focus) = (props.clone(), focus.clone());
        move |_: MouseEvent| {
            *focus.borrow_mut() = Some(field(&props.id, "role", props.rights.roles.len()));
            props.change(|rights| rights.roles.push(Role::on("readWrite", "")));
        }
    };
    let rows = props.rights.roles.iter().enumerate().map(|(index, role)| {
        let change = {
            let props = props.clone();
            Callback::from(move |role: Role| {
                props.change(|rights| {
                    if let Some(at) = rights.roles.get_mut(index) {
                        *at = role;
                    }
                });
            })
        };
        let remove = {
            let (props, focus, add_id) = (props.clone(), focus.clone(), add_id.clone());
            Callback::from(move |_: MouseEvent| {
                *focus.borrow_mut() = Some(add_id.clone());
                props.change(|rights| {
                    if index < rights.roles.len() {
                        rights.roles.remove(index);
                    }
                });
            })
        };
        html! {
            <RoleRow key={index} id={props.id.clone()} {index} role={role.clone()}
                wrong={props.wrong_with_role(index).cloned().collect::<Vec<_>>()}
                offer={Rc::clone(&props.offer)} onchange={change} onremove={remove} />
        }
    });
    let none = props.wrong.contains(&Wrong::NoRole);
    html! {
        <div class="role-list">
            <ul class="plain">{ for rows }</ul>
            if props.rights.roles.iter().any(|role| roles::reach(&role.role_name) == Reach::Collection) {
                <p class="hint">{ format!("Without a collection, a role covers {}.", atlas::words::NO_COLLECTION) }</p>
            }
            if roles::custom_is_not_alone(&props.rights.roles) {
                <p class="fine attention-text">
                    { "Atlas may refuse a custom role together with another role. If it does, put what is needed \
                       into the custom role in Atlas and give that one alone." }
                </p>
            }
            <p class="actions">
                <button type="button" id={add_id} class="button button-small" onclick={add}
                    aria-describedby={none.then(|| format!("{}-none", props.id))}>
                    { "Add a role" }<span class="unseen">{ format!(" for {}", props.whose) }</span>
                </button>
                if none {
                    <span class="fine quiet" id={format!("{}-none", props.id)}>{ Wrong::NoRole.sentence() }</span>
                }
            </p>
        </div>
    }
}

/// The id of a field of the role of this index.
fn field(id: &str, name: &str, index: usize) -> String {
    format!("{id}-{name}-{index}")
}

#[derive(PartialEq, Properties)]
struct RoleRowProps {
    id: AttrValue,
    index: usize,
    role: Role,
    wrong: Vec<Wrong>,
    offer: Rc<Offer>,
    onchange: Callback<Role>,
    onremove: Callback<MouseEvent>,
}

#[component]
fn RoleRow(props: &RoleRowProps) -> Html {
    let RoleRowProps {
        index, role, wrong, ..
    } = props;
    let id = |name| field(&props.id, name, *index);
    let select = use_node_ref();
    {
        // A choice once made by hand does not follow the options any more.
        let select = select.clone();
        use_effect_with(role.role_name.clone(), move |name| {
            if let Some(select) = select.cast::<HtmlSelectElement>() {
                select.set_value(name);
            }
        });
    }
    let onrole = {
        let (role, onchange) = (role.clone(), props.onchange.clone());
        move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                onchange.emit(roles::instead_of(&role, &select.value()));
            }
        }
    };
    let reach = roles::reach(&role.role_name);
    let on_one = matches!(reach, Reach::Database | Reach::Collection);
    let (of_collection, of_database): (Vec<&Wrong>, Vec<&Wrong>) = wrong
        .iter()
        .partition(|wrong| matches!(wrong, Wrong::Name { why, .. } if why.is_of_collection()));
    html! {
        <li class="role-row">
            <div class="field">
                <label for={id("role")}>{ "Role" }</label>
                <select id={id("role")} ref={select} onchange={onrole}>{ options(&role.role_name, &props.offer) }</select>
            </div>
            if on_one {
                <NameField id={id("database")} label="Database" value={role.database_name.clone()}
                    wrong={sentences(&of_database)} onchange={with(props, |role, name| role.database_name = name)} />
            }
            if reach == Reach::Collection {
                <NameField id={id("collection")} label="Collection (optional)"
                    value={role.collection().unwrap_or_default().to_owned()} wrong={sentences(&of_collection)}
                    onchange={with(props, |role, name| role.collection_name = Some(name).filter(|name| !name.is_empty()))} />
            }
            <button type="button" class="link" onclick={props.onremove.clone()}>
                { "Remove" }<span class="unseen">{ format!(" {}", roles::in_words(role)) }</span>
            </button>
            if !on_one && !of_database.is_empty() {
                <p class="wrong">{ sentences(&of_database) }</p>
            }
        </li>
    }
}

/// Hands on the role with a name in it changed.
fn with(props: &RoleRowProps, change: fn(&mut Role, String)) -> Callback<String> {
    let (role, onchange) = (props.role.clone(), props.onchange.clone());
    Callback::from(move |name| {
        let mut role = role.clone();
        change(&mut role, name);
        onchange.emit(role);
    })
}

fn sentences(wrong: &[&Wrong]) -> AttrValue {
    let sentences: Vec<String> = wrong.iter().map(|wrong| wrong.sentence()).collect();
    sentences.join(" ").into()
}

fn options(chosen: &str, offer: &Offer) -> Html {
    let built_in = |roles: &'static [BuiltIn]| {
        roles
            .iter()
            .map(|role| {
                html! {
                    <option value={role.name} selected={role.name == chosen}>
                        { format!("{} – {}", role.name, role.means) }
                    </option>
                }
            })
            .collect::<Html>()
    };
    let own = |name: &str| {
        html! { <option value={name.to_owned()} selected={name == chosen}>{ name.to_owned() }</option> }
    };
    let unknown = roles::reach(chosen) == Reach::Custom
        && !offer.custom_roles.iter().any(|name| name == chosen);
    html! {
        <>
            <optgroup label="On one database">{ built_in(ON_ONE) }</optgroup>
            <optgroup label="On every database">{ built_in(EVERYWHERE) }</optgroup>
            if unknown || !offer.custom_roles.is_empty() {
                <optgroup label="The project's own">
                    { for offer.custom_roles.iter().map(|name| own(name)) }
                    if unknown { { own(chosen) } }
                </optgroup>
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct NameFieldProps {
    id: String,
    label: AttrValue,
    value: String,
    /// Sentences; empty: nothing is.
    wrong: AttrValue,
    onchange: Callback<String>,
}

#[component]
fn NameField(props: &NameFieldProps) -> Html {
    let wrong = !props.wrong.is_empty();
    let wrong_id = format!("{}-wrong", props.id);
    // Nobody is told off for a field that is still empty.
    let class = if props.value.is_empty() {
        "hint"
    } else {
        "wrong"
    };
    html! {
        <div class="field">
            <label for={props.id.clone()}>{ &*props.label }</label>
            <input id={props.id.clone()} type="text" size="18" autocomplete="off" spellcheck="false"
                value={props.value.clone()} oninput={typed(&props.onchange)}
                aria-invalid={(wrong && !props.value.is_empty()).to_string()}
                aria-describedby={wrong.then(|| wrong_id.clone())} />
            if wrong {
                <p id={wrong_id} {class}>{ &*props.wrong }</p>
            }
        </div>
    }
}

/// Hands on what a field holds.
fn typed(onchange: &Callback<String>) -> Callback<InputEvent> {
    let onchange = onchange.clone();
    Callback::from(move |event: InputEvent| {
        if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
            onchange.emit(field.value());
        }
    })
}

fn clusters(props: &RightsEditorProps) -> Html {
    let scopes = &props.rights.scopes;
    let is = |scope: &Scope, name: &str| scope.kind == ScopeType::Cluster && scope.name == name;
    let offered = props.offer.clusters.iter().map(|name| Scope {
        name: name.clone(),
        kind: ScopeType::Cluster,
    });
    // What a user is limited to and the project does not have, or is no cluster.
    let elsewhere = scopes.iter().filter(|scope| {
        let mut known = props.offer.clusters.iter();
        !known.any(|name| is(scope, name))
    });
    let boxes: Vec<Scope> = offered.chain(elsewhere.cloned()).collect();
    if boxes.is_empty() {
        return Html::default();
    }
    let each = boxes.into_iter().map(|scope| {
        let checked = scopes.contains(&scope);
        let label = roles::scopes_in_words(std::slice::from_ref(&scope));
        let onchange = {
            let props = props.clone();
            move |_: Event| {
                props.change(|rights| {
                    if checked {
                        rights.scopes.retain(|other| *other != scope);
                    } else {
                        rights.scopes.push(scope.clone());
                    }
                });
            }
        };
        html! {
            <label class="tick"><input type="checkbox" {checked} {onchange} />
                <span>{ label }</span></label>
        }
    });
    html! {
        <fieldset class="ticks">
            <legend>{ "Only on these clusters" }</legend>
            { for each }
            <p class="hint" role="status">
                if scopes.is_empty() {
                    { format!("No cluster selected: the user can connect to {}.", atlas::words::NO_SCOPES) }
                } else {
                    { format!("The user can connect to {} and nowhere else.", roles::scopes_in_words(scopes)) }
                }
            </p>
        </fieldset>
    }
}

fn description(props: &RightsEditorProps) -> Html {
    let text = props
        .rights
        .description
        .clone()
        .unwrap_or_else(|| props.described.to_string());
    let characters = text.chars().count();
    let wrong = props
        .wrong
        .iter()
        .find(|wrong| matches!(wrong, Wrong::Description { .. }));
    let onchange = {
        let props = props.clone();
        Callback::from(move |text: String| props.change(|rights| rights.description = Some(text)))
    };
    let (id, note) = (
        format!("{}-description", props.id),
        format!("{}-described", props.id),
    );
    html! {
        <div class="field">
            <label for={id.clone()}>{ "Description (for people, may be empty)" }</label>
            <input {id} type="text" size="48" autocomplete="off" value={text} oninput={typed(&onchange)}
                aria-invalid={wrong.is_some().to_string()} aria-describedby={note.clone()} />
            <p id={note} class={if wrong.is_some() { "wrong" } else { "hint" }}>
                { match wrong {
                    Some(wrong) => wrong.sentence(),
                    None => format!("{characters} of {DESCRIPTION_CHARACTERS} characters"),
                } }
            </p>
        </div>
    }
}
