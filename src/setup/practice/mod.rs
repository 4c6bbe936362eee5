//! A practice CA, for whoever has no certificates at hand: made in this tab, on the sandbox alone, where nothing
//! real trusts it.
//!
//! Its files go the way of files that are dropped. The keys of the two authorities can't be taken out of the browser
//! and go with the page, so nobody can issue anything else with them.

mod certificate;
mod keys;

use js_sys::{Array, Uint8Array};
use web_sys::{Blob, File};
use x509_cert::builder;
use yew::prelude::*;

use crate::{
    browser,
    session::{desk::Desk, reading::Purpose},
    ui::{
        alert::{Tone, alert},
        file_drop::Given,
        later::later,
    },
};
use certificate::{Attributes, COMMON_NAME, Draft, Kind, LOCALITY, ORGANIZATION, UNIT, Unsigned};
use keys::{Maker, Pair, Refused};

/// The file with both authorities.
pub(super) const FILE: &str = "practice-ca.pem";

const AUTHORITIES: [Attributes; 2] = [
    &[
        (ORGANIZATION, "Practice only"),
        (COMMON_NAME, "Practice Root CA"),
    ],
    &[
        (ORGANIZATION, "Practice only"),
        (COMMON_NAME, "Practice Issuing CA"),
    ],
];

struct Client {
    file: &'static str,
    subject: Attributes,
}

/// A plain name, one with a comma, one beyond ASCII: those of `atlas-x509 practice`.
const CLIENTS: [Client; 3] = [
    Client {
        file: "billing.pem",
        subject: &[(COMMON_NAME, "billing")],
    },
    Client {
        file: "reports.pem",
        subject: &[
            (ORGANIZATION, "Acme, Inc."),
            (UNIT, "Finance"),
            (COMMON_NAME, "reports"),
        ],
    },
    Client {
        file: "zoe.pem",
        subject: &[(LOCALITY, "Zürich"), (COMMON_NAME, "Zoë Müller")],
    },
];

later! { pub(super) PRACTICE, practice in practice: PracticeProps = |props| html! { <Practice ..props.clone() /> } }

#[derive(Clone, PartialEq, Properties)]
pub(super) struct PracticeProps {
    pub(super) desk: Desk,
    /// Whether it was made and is still here.
    pub(super) is_given: bool,
}

#[derive(Clone, PartialEq)]
enum Making {
    No,
    Yes,
    Failed(String),
}

#[component]
fn Practice(props: &PracticeProps) -> Html {
    let making = use_state_eq(|| Making::No);
    let maker = use_memo((), |()| Maker::find());
    if props.is_given {
        return html! {
            <p class="remark" role="status">
                { "The practice CA is here: two authorities for the bundle, and three clients with their keys for the \
                   next step. They're for practice only, and a reload loses the keys." }
            </p>
        };
    }
    let Some(maker) = (*maker).clone() else {
        return html! {
            <p class="remark">
                { "No certificates at hand? The page can't make any here: a browser makes keys only for a page that \
                   comes by HTTPS or from this computer. Run " }<code>{ "atlas-x509 practice DIR" }</code>
                { " and drop what is in that folder." }
            </p>
        };
    };
    let onclick = {
        let (desk, making) = (props.desk.clone(), making.setter());
        move |_: MouseEvent| {
            let (desk, maker, making) = (desk.clone(), maker.clone(), making.clone());
            making.set(Making::Yes);
            wasm_bindgen_futures::spawn_local(async move {
                match make(&maker).await {
                    Ok(given) => {
                        making.set(Making::No);
                        desk.take(given, Purpose::SetUp);
                    }
                    Err(NotMade(why)) => making.set(Making::Failed(why)),
                }
            });
        }
    };
    html! {
        <div class="drop drop-small">
            <button type="button" class="button" {onclick} disabled={*making == Making::Yes}>
                { "Use a practice CA" }
            </button>
            <span class="drop-hint">
                { "No certificates at hand? This makes two authorities and three clients with their keys, here in \
                   this tab. For practice only." }
            </span>
            <span class="unseen" role="status">
                if *making == Making::Yes { { "Making certificates." } }
            </span>
            if let Making::Failed(why) = &*making {
                <div role="alert">
                    { alert(Tone::Bad, html! { <p>
                        <strong>{ "The browser made no certificates." }</strong>
                        { " Press the button again, or run " }<code>{ "atlas-x509 practice DIR" }</code>
                        { " and drop what is in that folder. The browser says: " }{ why }
                    </p> }) }
                </div>
            }
        </div>
    }
}

/// Why there are no certificates, in words for programmers.
struct NotMade(String);

impl From<Refused> for NotMade {
    fn from(Refused(why): Refused) -> Self {
        Self(why)
    }
}

impl From<builder::Error> for NotMade {
    fn from(error: builder::Error) -> Self {
        Self(error.to_string())
    }
}

/// Everything, as files.
async fn make(maker: &Maker) -> Result<Vec<Given>, NotMade> {
    let (root_key, issuing_key) = (maker.make(true).await?, maker.make(true).await?);
    let [root, issuing] = AUTHORITIES;
    let by_root = Issuer {
        maker,
        name: root,
        key: &root_key,
    };
    let by_issuing = Issuer {
        maker,
        name: issuing,
        key: &issuing_key,
    };
    let root = by_root.issue(Kind::Root, root, &root_key).await?;
    let issuing = by_root.issue(Kind::Issuing, issuing, &issuing_key).await?;
    let mut given = vec![file(FILE, &[&*root, &*issuing])?];
    for client in &CLIENTS {
        let key = maker.make(false).await?;
        let certificate = by_issuing.issue(Kind::Client, client.subject, &key).await?;
        let private = key.private_pem().await?;
        given.push(file(client.file, &[&*certificate, &*private])?);
    }
    Ok(given)
}

struct Issuer<'a> {
    maker: &'a Maker,
    name: Attributes,
    key: &'a Pair,
}

impl Issuer<'_> {
    /// A certificate as PEM.
    async fn issue(&self, kind: Kind, subject: Attributes, key: &Pair) -> Result<String, NotMade> {
        let unsigned = Unsigned::new(&Draft {
            kind,
            subject,
            issuer: self.name,
            serial: self.maker.serial()?,
            now: browser::now(),
            key: &key.public,
            issuer_key: &self.key.public,
        })?;
        let signature = self.key.sign(unsigned.to_sign()).await?;
        let der = unsigned.signed(&signature)?;
        Ok(std::mem::take(&mut *keys::pem("CERTIFICATE", &der)))
    }
}

/// A file of the browser's, so that a key is in nothing else of the page's.
fn file(name: &str, pieces: &[&str]) -> Result<Given, Refused> {
    let pieces: Array = pieces
        .iter()
        .map(|piece| Uint8Array::from(piece.as_bytes()))
        .collect();
    let blob = Blob::new_with_u8_array_sequence(&pieces)?;
    let file = File::new_with_blob_sequence(&Array::of1(&blob), name)?;
    Ok(Given::File(file))
}
