//! Whose credential it is, whether Atlas takes it, and what it may do.

use atlas::{oauth::ServiceAccount, types::ApiKey};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    api::{
        Config,
        config::{Holder, Mode},
    },
    review::trouble,
    session::{
        desk::Desk,
        state::{Connection, Loaded},
    },
    ui::{
        alert::{Tone, alert},
        icon::{Icon, icon},
    },
    visit::Visit,
    words,
};

#[component]
pub(crate) fn Connect(props: &Visit) -> Html {
    let state = &props.state;
    let retry = {
        let desk = props.desk.clone();
        Callback::from(move |_| desk.find_atlas())
    };
    html! {
        <div class="connect-room">
            { match &state.config {
                Loaded::No | Loaded::Loading(_) => html! { <p role="status">{ "Asking the server of this page where Atlas is." }</p> },
                Loaded::Failed(why) => trouble::failure(why, Some(retry)),
                Loaded::Yes(config) => html! {
                    <>
                        { behind(config) }
                        if config.read_only { { read_only() } }
                        if config.credential == Holder::Page {
                            <Account state={state.connection.clone()} desk={props.desk.clone()} />
                        }
                        { connection(&state.connection, config, &props.desk) }
                    </>
                },
            } }
        </div>
    }
}

/// What is behind this page, unmistakably.
fn behind(config: &Config) -> Html {
    html! {
        <p class="lead">
            { match (config.mode, config.credential) {
                (Mode::Sandbox, _) => "This is the sandbox: a stand-in for Atlas with projects to try \
                    everything out on. Nothing in it is real, and nothing reaches MongoDB.".to_owned(),
                (Mode::Atlas, Holder::Gateway) => format!(
                    "The gateway that serves this page calls {} with the credential it was started with. \
                     This page never sees it.", config.upstream),
                (Mode::Atlas, Holder::Page) => format!(
                    "The web server of this page passes calls on to {}. Give the service account that \
                     they are made with.", config.upstream),
            } }
        </p>
    }
}

fn read_only() -> Html {
    alert(
        Tone::Attention,
        html! { <p>
            <strong>{ "The gateway was started with --read-only." }</strong>
            { " You can go through every step and see what would change; nothing can be applied." }
        </p> },
    )
}

fn connection(connection: &Loaded<Connection>, config: &Config, desk: &Desk) -> Html {
    let retry = {
        let desk = desk.clone();
        Callback::from(move |_| desk.reconnect(None))
    };
    let content = match connection {
        Loaded::No if config.credential == Holder::Page => Html::default(),
        Loaded::No | Loaded::Loading(None) => {
            html! { <p role="status">{ format!("Calling {}.", config.upstream) }</p> }
        }
        Loaded::Failed(why) => {
            let again = (config.credential == Holder::Gateway).then_some(retry);
            trouble::failure(why, again)
        }
        Loaded::Yes(known) | Loaded::Loading(Some(known)) => connected(known),
    };
    html! { <section id="connection" tabindex="-1" aria-label="Connection">{ content }</section> }
}

fn connected(connection: &Connection) -> Html {
    let projects = words::count(connection.projects.len(), "project", "projects");
    html! {
        <div class="panel">
            <p class="verdict good">{ icon(Icon::Check) }<strong>{ "Connected." }</strong>
                { format!(" The credential sees {projects}.") }</p>
            { match &connection.status.api_key {
                Some(key) => key_roles(key),
                None => html! { <p>
                    { "Atlas doesn't say which roles a service account has. We'll check when you pick a project." }
                </p> },
            } }
            <p class="quiet">
                { "To change a project's bundle you need " }<strong>{ "Project Owner" }</strong>
                { " of it or " }<strong>{ "Organization Owner" }</strong>{ "." }
            </p>
        </div>
    }
}

fn key_roles(key: &ApiKey) -> Html {
    let mut roles: Vec<String> = key
        .roles
        .iter()
        .map(|role| in_words(&role.role_name))
        .collect();
    roles.sort();
    roles.dedup();
    let may_own = key
        .roles
        .iter()
        .any(|role| matches!(&*role.role_name, "ORG_OWNER" | "GROUP_OWNER"));
    html! {
        <>
            <p>
                { "It is the API key " }<code>{ &key.public_key }</code>
                if roles.is_empty() {
                    { ", which has no role." }
                } else {
                    { format!(" with the roles {}.", words::list(&roles)) }
                }
            </p>
            if !may_own {
                { alert(Tone::Attention, html! { <p>
                    <strong>{ "None of these roles may change a bundle." }</strong>
                    { format!(" You can look at projects and see what would change. To apply it, give this key the \
                        role Project Owner in Atlas, under {}.", atlas::words::CREDENTIALS_MENU) }
                </p> }) }
            }
        </>
    }
}

/// `GROUP_OWNER` as Atlas's own pages call it.
fn in_words(role: &str) -> String {
    let (scope, rest) = match role.split_once('_') {
        Some(("ORG", rest)) => ("Organization", rest),
        Some(("GROUP", rest)) => ("Project", rest),
        _ => return role.to_owned(),
    };
    let words = rest.split('_').map(|word| {
        let lower = word.to_ascii_lowercase();
        let mut letters = lower.chars();
        letters
            .next()
            .map(|first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
            .unwrap_or_default()
    });
    std::iter::once(scope.to_owned())
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

#[derive(PartialEq, Properties)]
struct AccountProps {
    state: Loaded<Connection>,
    desk: Desk,
}

/// Asks for a service account. It goes from the fields into memory and nowhere else.
#[component]
fn Account(props: &AccountProps) -> Html {
    let (id, secret) = (use_node_ref(), use_node_ref());
    let wrong = use_state_eq(|| false);
    let onsubmit = {
        let (id, secret, desk, wrong) = (
            id.clone(),
            secret.clone(),
            props.desk.clone(),
            wrong.setter(),
        );
        move |event: SubmitEvent| {
            event.prevent_default();
            let (Some(id), Some(secret)) = (
                id.cast::<HtmlInputElement>(),
                secret.cast::<HtmlInputElement>(),
            ) else {
                return;
            };
            let (client_id, client_secret) = (id.value().trim().to_owned(), secret.value());
            let missing = client_id.is_empty() || client_secret.is_empty();
            wrong.set(missing);
            if missing {
                return;
            }
            desk.reconnect(Some(ServiceAccount {
                client_id,
                client_secret: client_secret.into(),
            }));
        }
    };
    let invalid = wrong.to_string();
    html! {
        <form class="stack" {onsubmit} autocomplete="off">
            <div class="field">
                <label for="client-id">{ "Client ID" }</label>
                <input id="client-id" ref={id} type="text" size="40" spellcheck="false"
                    autocomplete="off" placeholder="mdb_sa_id_…" aria-invalid={invalid.clone()} />
            </div>
            <div class="field">
                <label for="client-secret">{ "Client secret" }</label>
                <p id="client-secret-hint" class="hint">
                    { "It stays in the memory of this page, is sent to this page's own server alone, \
                       and is forgotten on a reload." }
                </p>
                <input id="client-secret" ref={secret} type="password" size="40" autocomplete="off"
                    placeholder="mdb_sa_sk_…" aria-invalid={invalid} aria-describedby="client-secret-hint" />
                if *wrong {
                    <p class="wrong" role="alert">{ "Both the client ID and the secret are needed." }</p>
                }
            </div>
            <p class="actions">
                <button type="submit" class="button button-primary" disabled={props.state.is_loading()}>
                    { "Connect" }
                </button>
            </p>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_roles_as_the_pages_of_atlas_do() {
        for (role, expected) in [
            ("GROUP_OWNER", "Project Owner"),
            ("ORG_READ_ONLY", "Organization Read Only"),
            (
                "GROUP_DATABASE_ACCESS_ADMIN",
                "Project Database Access Admin",
            ),
            ("SOMETHING", "SOMETHING"),
        ] {
            assert_eq!(in_words(role), expected);
        }
    }
}
