//! The one PEM file that a driver wants: saved from here when the key is at hand, else how to make
//! it.

use std::rc::Rc;

use yew::prelude::*;

use super::{choices::Login, pem, snippets::code};
use crate::{
    browser,
    setup::{desk::Desk, judged::Judged},
    ui::{
        alert::{Tone, alert},
        file_drop::FileDrop,
    },
    words,
};

const MEDIA_TYPE: &str = "application/x-pem-file";

#[derive(PartialEq, Properties)]
pub(super) struct PemFileProps {
    pub(super) login: Login,
    pub(super) judged: Option<Rc<Judged>>,
    pub(super) path: AttrValue,
    pub(super) desk: Desk,
    pub(super) here: bool,
}

#[component]
pub(super) fn PemFile(props: &PemFileProps) -> Html {
    let here = props
        .judged
        .as_ref()
        .zip(props.login.client)
        .map(|(judged, client)| (Rc::clone(judged), client));
    let content = match here {
        None => elsewhere(&props.path),
        Some((judged, client)) => {
            let key = judged.after.clients[client].key;
            let encrypted = key.is_some_and(|key| judged.after.keys[key].encrypted);
            html! {
                <>
                    { what_is_in_it(&judged, client) }
                    if key.is_some() {
                        { saved_here(&props.path, client, encrypted, &props.desk) }
                    } else {
                        { made_by_hand(&judged, client, props) }
                    }
                </>
            }
        }
    };
    html! {
        <section aria-labelledby="file">
            <h2 id="file">{ "The file for the client" }</h2>
            { content }
        </section>
    }
}

fn what_is_in_it(judged: &Judged, client: usize) -> Html {
    let chain = pem::chain(&judged.after, client);
    html! {
        <p>
            { "Drivers want one PEM file: the certificate, " }
            if chain.is_empty() {
                { "then its private key. No intermediate has to be sent along: the bundle holds the issuer." }
            } else {
                { "then " }<strong>{ words::list(&chain) }</strong>
                { ", which the client has to send along, then its private key." }
            }
        </p>
    }
}

/// The key is at hand.
fn saved_here(path: &AttrValue, client: usize, encrypted: bool, desk: &Desk) -> Html {
    let name = file_of(path);
    let onclick = {
        let (desk, name) = (desk.clone(), name.clone());
        move |_| {
            if let Some(pem) = desk.client_pem(client) {
                browser::save(&name, MEDIA_TYPE, pem.as_bytes());
            }
        }
    };
    html! {
        <>
            <p class="actions">
                <button type="button" class="button" {onclick}>{ format!("Save {name}") }</button>
                <span class="quiet fine">{ "It holds the private key: keep it where only the client can read it." }</span>
            </p>
            if encrypted {
                { alert(Tone::Attention, html! { <p>
                    <strong>{ "The key is encrypted." }</strong>
                    { " Give the driver its password beside the file (" }
                    <code>{ "tlsCertificateKeyFilePassword" }</code>{ ")." }
                </p> }) }
            }
        </>
    }
}

/// The certificate is at hand, the key is not.
fn made_by_hand(judged: &Judged, client: usize, props: &PemFileProps) -> Html {
    let from_files = pem::joined_from_files(&judged.after, client, &props.path);
    let save = pem::without_key(&judged.after, client).map(|pem| {
        let name = pem::certificate_of(&props.path);
        let label = format!("Save {name}");
        let onclick = move |_| {
            browser::save(&name, MEDIA_TYPE, pem.as_bytes());
        };
        html! { <button type="button" class="button button-small" {onclick}>{ label }</button> }
    });
    let ongiven = {
        let desk = props.desk.clone();
        Callback::from(move |given| desk.take(given))
    };
    html! {
        <>
            <p>
                { "The private key is not in this page: it was not given, or the page was loaded anew since. \
                   Join the file where the key lies" }
                { if from_files.is_some() { ":" } else { ": save the certificate, then join it with the key." } }
            </p>
            if let Some(command) = from_files {
                { code(&command, "Command that joins the file", "command") }
            } else {
                <p class="actions">{ save }</p>
                { code(&pem::joined_by_page(&props.path), "Command that joins the file", "command") }
            }
            <p class="fine quiet">
                { "Put the name of your key file in the place of " }<code>{ ".key" }</code>
                { ". Or hand the key over here, and save the joined file; it stays in this page's memory." }
            </p>
            <FileDrop small=true button="Choose the key" hint="or drop it anywhere on this page"
                active={props.here} {ongiven} />
        </>
    }
}

/// Neither is at hand.
fn elsewhere(path: &str) -> Html {
    html! {
        <>
            <p>
                { "The certificate of this user is not in this page. Drivers want one PEM file: the certificate, \
                   the intermediates that it needs, its private key." }
            </p>
            { code(&pem::joined_by_page(path), "Command that joins the file", "command") }
        </>
    }
}

/// The name of the file without its folders: a browser saves into its own.
fn file_of(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    if name.is_empty() {
        "client.pem".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_file_bears_the_last_part_of_the_path() {
        for (path, expected) in [
            ("billing.pem", "billing.pem"),
            ("/etc/tls/billing.pem", "billing.pem"),
            (r"C:\tls\billing.pem", "billing.pem"),
            ("/etc/", "client.pem"),
        ] {
            assert_eq!(file_of(path), expected);
        }
    }
}
