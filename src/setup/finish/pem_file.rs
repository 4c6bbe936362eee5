//! The one PEM file that a driver wants: saved from here when the key is at hand, else how to make
//! it.

use std::rc::Rc;

use pki::{view::KeyDetails, words::shell};
use yew::prelude::*;

use super::{choices::Login, pem};
use crate::{
    browser,
    certificates::{found::Outcome, keys, locked::Unlock},
    change::judged::Judged,
    session::{desk::Desk, reading::Purpose},
    setup::authorities::open,
    ui::{
        alert::{Tone, alert},
        code_box::code,
        file_drop::FileDrop,
        prose::prose,
    },
    words,
};

/// Begins the ids of what other steps have, too.
const PLACE: &str = "finish";

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
            html! {
                <>
                    { what_is_in_it(&judged, client) }
                    if let Some(key) = key {
                        { saved_here(props, &judged, client, &judged.after.keys[key]) }
                    } else {
                        { locked(&judged, &props.desk) }
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
    let outcome = judged.after.outcome(client);
    let chain = pem::chain(&judged.after, client);
    html! {
        <>
            <p>
                { "Drivers want one PEM file: the certificate, " }
                if !outcome.knows_chain() {
                    { "then every intermediate that it needs, then its private key." }
                } else if chain.is_empty() {
                    { "then its private key. No intermediate has to be sent along: the bundle holds its issuer." }
                } else {
                    { "then " }<strong>{ words::list(&chain) }</strong>
                    { ", which the client has to send along, then its private key." }
                }
            </p>
            if outcome != Outcome::Accepted {
                { alert(Tone::Attention, html! { <p>
                    <strong>{ "This client doesn't get in as it is." }</strong>{ " " }
                    { prose(&judged.after.reason(client).unwrap_or_default()) }
                    if !outcome.knows_chain() {
                        { " Until that is mended we don't know which intermediates it has to send, so the \
                           file made here has none." }
                    }
                </p> }) }
            }
        </>
    }
}

/// The key is at hand.
fn saved_here(props: &PemFileProps, judged: &Judged, client: usize, key: &KeyDetails) -> Html {
    let name = file_of(&props.path);
    let onclick = {
        let (desk, name) = (props.desk.clone(), name.clone());
        move |_| desk.save_client_pem(client, &name)
    };
    html! {
        <>
            <p class="actions">
                <button type="button" class="button" {onclick}>{ format!("Save {name}") }</button>
                <span class="quiet fine">{ "It holds the private key: keep it where only the client can read it." }</span>
            </p>
            if key.encrypted { { not_compared(judged, client, key, &props.desk) } }
        </>
    }
}

/// That the key is encrypted, what it was joined by, and how to see that it is the right one.
fn not_compared(judged: &Judged, client: usize, key: &KeyDetails, desk: &Desk) -> Html {
    let certificate = &judged.after.client(client).0.file;
    let file = &key.source.file;
    let compare = format!(
        "openssl x509 -noout -pubkey -in {}; openssl pkey -pubout -in {}",
        shell(certificate),
        shell(file)
    );
    html! {
        <>
            { alert(Tone::Attention, html! { <p>
                <strong>{ "The key is encrypted, so we couldn't compare it with the certificate." }</strong>
                { format!(" We took the one in {file} by where it was found. ") }
                { "Give its password here, and the saved file needs none. Or give the driver the password, as " }
                <code>{ "tlsCertificateKeyFilePassword" }</code>{ "." }
            </p> }) }
            <Unlock place={PLACE} file={file.clone()} onattempt={open(desk)} />
            <p class="fine quiet">
                { "To check that the two belong together without it, print both public keys; they have to be the same:" }
            </p>
            { code(&compare, "Command that prints both public keys", "command") }
        </>
    }
}

/// What is here and could hold the key, once it is opened.
fn locked(judged: &Judged, desk: &Desk) -> Html {
    let files = judged.after.view.files.iter().filter(|file| file.locked);
    let files: Vec<String> = files.map(|file| file.name.clone()).collect();
    if files.is_empty() {
        return Html::default();
    }
    html! {
        <>
            { alert(Tone::Attention, html! { <p>
                <strong>{ format!("The key may be in {}, which {} a password.", words::list(&files),
                    if files.len() == 1 { "needs" } else { "need" }) }</strong>
                { " Give it here, and the key is put with its certificate." }
            </p> }) }
            { keys::unlock(PLACE, files, &open(desk)) }
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
            browser::save_pem(&name, &pem);
        };
        html! { <button type="button" class="button button-small" {onclick}>{ label }</button> }
    });
    let ongiven = {
        let desk = props.desk.clone();
        Callback::from(move |given| desk.take(given, Purpose::SetUp))
    };
    html! {
        <>
            <p>
                { "Its private key isn't here: it wasn't given, or the page has been reloaded since. Join the \
                   file where the key is" }
                { if from_files.is_some() { ":" } else { ": save the certificate, then join it with the key." } }
            </p>
            if let Some(command) = from_files {
                { code(&command, "Command that joins the file", "command") }
            } else {
                <p class="actions">{ save }</p>
                { code(&pem::joined_by_page(&props.path), "Command that joins the file", "command") }
            }
            <p class="fine quiet">
                { "Put the name of your key file in place of the one that ends in " }<code>{ ".key" }</code>
                { ". Or give the key here and save the joined file. The key stays in this tab." }
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
                { "This user's certificate isn't here. Drivers want one PEM file: the certificate, every \
                   intermediate that it needs, its private key." }
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
