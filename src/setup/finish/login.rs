//! For a user, a cluster and a way to it: the file, the connection string, a program, and the test.

use std::rc::Rc;

use atlas::connect::{server_ca, with_key_file};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{
    arrived::Arrived,
    choices::{self, Login, Place},
    pem_file::PemFile,
    snippets::Snippets,
    working,
};
use crate::{
    change::{facts::Facts, judged::Judged, same::Same},
    ui::{
        alert::{Tone, alert},
        code_box::code,
    },
    visit::Visit,
    words,
};

#[derive(PartialEq, Properties)]
pub(super) struct HowToLogInProps {
    pub(super) facts: Rc<Facts>,
    pub(super) visit: Visit,
}

#[component]
pub(super) fn HowToLogIn(props: &HowToLogInProps) -> Html {
    let chosen = use_chosen();
    let (facts, outlook) = (&props.facts, &props.visit.state.outlook);
    let known = {
        let (facts, outlook) = (Rc::clone(facts), Rc::clone(outlook));
        use_memo((Same::of(&facts), Same::of(&outlook)), move |_| {
            (
                Rc::new(choices::logins(&outlook.names, &facts.self_managed())),
                choices::places(&facts),
            )
        })
    };
    let (logins, places) = &*known;
    let judged = props.visit.state.judged.as_ref();
    // The lists may have become shorter.
    let Some(login) = logins.get(*chosen.user).or_else(|| logins.first()) else {
        return html! {
            <div class="empty"><p>{ "This project has no user with self-managed X.509 yet. Add client \
                certificates, and say what their users may do, in the steps before." }</p></div>
        };
    };
    let place = places.get(*chosen.cluster).or_else(|| places.first());
    let title = title(judged, login);
    let typed = (*chosen.typed).clone();
    let path = typed.unwrap_or_else(|| words::pem_file_name(&title));
    let path_or_name = if path.trim().is_empty() {
        words::pem_file_name(&title)
    } else {
        path.clone()
    };
    html! {
        <>
            <section aria-labelledby="who">
                <h2 id="who">{ "Who logs in, and where" }</h2>
                <div class="login">
                    { chosen.selects((logins, login), (places, place)) }
                    <div class="field">
                        <label for="login-path">{ "Path of the PEM file" }</label>
                        <input id="login-path" type="text" size="28" spellcheck="false" autocomplete="off"
                            value={path} oninput={chosen.type_path()} />
                    </div>
                </div>
                if let Some(sentence) = place.and_then(|place| choices::kept_out(login, &place.cluster)) {
                    { alert(Tone::Attention, html! { <p>{ sentence }</p> }) }
                }
            </section>
            <PemFile login={login.clone()} judged={judged.cloned()} path={path_or_name.clone()}
                desk={props.visit.desk.clone()} here={props.visit.here} />
            { connecting(login, place, *chosen.way, &path_or_name, is_encrypted(judged, login), html! {
                <Arrived visit={props.visit.clone()} logins={Rc::clone(logins)} />
            }) }
        </>
    }
}

/// What is chosen, each as an index.
struct Chosen {
    user: UseStateHandle<usize>,
    cluster: UseStateHandle<usize>,
    way: UseStateHandle<usize>,
    /// A path that was typed in; without one it follows the user.
    typed: UseStateHandle<Option<String>>,
}

#[hook]
fn use_chosen() -> Chosen {
    Chosen {
        user: use_state_eq(|| 0),
        cluster: use_state_eq(|| 0),
        way: use_state_eq(|| 0),
        typed: use_state_eq(|| None),
    }
}

impl Chosen {
    /// The fields for user, cluster and, where there are several, the way to it.
    fn selects(
        &self,
        (logins, login): (&[Login], &Login),
        (places, place): (&[Place], Option<&Place>),
    ) -> Html {
        let choose_user = {
            let (user, typed) = (self.user.setter(), self.typed.setter());
            Callback::from(move |index| {
                user.set(index);
                typed.set(None);
            })
        };
        let choose_cluster = {
            let (cluster, way) = (self.cluster.setter(), self.way.setter());
            Callback::from(move |index| {
                cluster.set(index);
                way.set(0);
            })
        };
        let choose_way = {
            let way = self.way.setter();
            Callback::from(move |index| way.set(index))
        };
        let way = *self.way;
        html! {
            <>
                    { select("login-user", "User", logins.iter().map(|login| login.name.clone()), logins.len(), index_of(logins, login), &choose_user) }
                    { select("login-cluster", "Cluster", places.iter().map(|place| place.cluster.clone()), places.len(), place_index(places, place), &choose_cluster) }
                    if let Some(place) = place.filter(|place| place.ways.len() > 1) {
                        { select("login-way", "Connection", place.ways.iter().map(|(name, _)| name.clone()), place.ways.len(), way.min(place.ways.len() - 1), &choose_way) }
                    }
            </>
        }
    }

    fn type_path(&self) -> Callback<InputEvent> {
        let typed = self.typed.setter();
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                typed.set(Some(field.value()));
            }
        })
    }
}

/// What the user's file is called after.
fn title(judged: Option<&Rc<Judged>>, login: &Login) -> String {
    let of_client = || Some(judged?.after.clients.get(login.client?)?.title.clone());
    of_client().unwrap_or_else(|| common_name(&login.name))
}

/// Whether the key that is here is encrypted.
fn is_encrypted(judged: Option<&Rc<Judged>>, login: &Login) -> bool {
    let known = login.client.zip(judged);
    known.is_some_and(|(client, judged)| {
        let key = judged.after.client(client).1.key;
        key.is_some_and(|key| judged.after.keys[key].encrypted)
    })
}

/// The connection string, the test, whether it has worked, and a first program.
fn connecting(
    login: &Login,
    place: Option<&Place>,
    way: usize,
    path: &str,
    encrypted: bool,
    arrived: Html,
) -> Html {
    let string = place.and_then(|place| place.ways.get(way).or_else(|| place.ways.first()));
    match string {
        Some((_, string)) => html! {
            <>
                <section aria-labelledby="string">
                    <h2 id="string">{ "Connection string" }</h2>
                    { code(&with_key_file(&string.uri, path), "String to copy", "connection string") }
                    <p class="fine quiet">
                        { "It has no user name and no password: the certificate says who connects. " }
                        { about_server(&string.uri) }
                    </p>
                </section>
                { working::see(&login.name, &string.uri, path) }
                { arrived }
                { working::when_not(&login.name) }
                <Snippets uri={string.uri.clone()} path={path.to_owned()} {encrypted} />
            </>
        },
        None if place.is_some() => {
            html! { <p class="empty">{ "The cluster has no address yet: it is being created. Read the project again in a few minutes." }</p> }
        }
        None => {
            html! { <p class="empty">{ "There is no cluster yet. Create one in Atlas; your users are there already." }</p> }
        }
    }
}

/// Why there is a file with the server's authority in the string, or none.
fn about_server(uri: &str) -> Html {
    if server_ca(uri).is_some() {
        html! { <>
            { "The CA file in it (" }<code>{ "tlsCAFile" }</code>{ ") is for the servers of the sandbox. With Atlas \
               you need none: its servers have certificates from a public CA, which drivers trust already." }
        </> }
    } else {
        html! { <>
            { "Don't add a CA file (" }<code>{ "tlsCAFile" }</code>{ "): Atlas's servers have certificates from a \
               public CA, which drivers trust already." }
        </> }
    }
}

fn index_of(logins: &[Login], login: &Login) -> usize {
    logins.iter().position(|other| other == login).unwrap_or(0)
}

fn place_index(places: &[Place], place: Option<&Place>) -> usize {
    place
        .and_then(|place| places.iter().position(|other| other == place))
        .unwrap_or(0)
}

fn select(
    id: &'static str,
    label: &'static str,
    names: impl Iterator<Item = String>,
    count: usize,
    chosen: usize,
    onchoose: &Callback<usize>,
) -> Html {
    let onchange = onchoose.reform(|event: Event| {
        event
            .target_dyn_into::<HtmlSelectElement>()
            .and_then(|field| usize::try_from(field.selected_index()).ok())
            .unwrap_or(0)
    });
    html! {
        <div class="field">
            <label for={id}>{ label }</label>
            <select {id} {onchange} disabled={count == 0}>
                { for names.enumerate().map(|(index, name)| html! {
                    <option key={index} selected={index == chosen}>{ name }</option>
                }) }
            </select>
        </div>
    }
}

/// `billing` of `CN=billing,O=Acme`, as far as it can be told without decoding the name.
fn common_name(username: &str) -> String {
    username
        .split([',', '+'])
        .find_map(|part| part.trim().strip_prefix("CN="))
        .unwrap_or("client")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_after_the_common_name() {
        for (username, expected) in [
            ("CN=billing,O=Acme", "billing"),
            ("C=US,O=Acme,CN=shipping", "shipping"),
            ("OU=x+CN=y", "y"),
            ("O=Acme", "client"),
        ] {
            assert_eq!(common_name(username), expected);
        }
    }
}
