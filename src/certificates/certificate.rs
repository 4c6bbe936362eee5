//! A certificate in full, and saving what the page shows as files.

use std::rc::Rc;

use pki::{
    report::Role,
    view::{Details, ExtensionDetails, Validity, ValidityState},
};
use yew::prelude::*;

use super::found::Found;
use crate::{
    browser,
    ui::{
        breakable,
        copy_button::CopyButton,
        disclosure::Disclosure,
        icon::{Icon, icon},
        validity_bar::{BarTone, validity_bar},
    },
    words,
};

/// Everything there is to read in a certificate, and below it what can be done with it.
pub(crate) fn details(certificate: &Details, foot: Html) -> Html {
    html! {
        <div class="panel certificate">
            if !certificate.invalid.is_empty() {
                <div class="remark remark-attention">
                    { icon(Icon::Attention) }
                    <p>{ "OpenSSL never uses it as an issuer: " }{ words::list(&certificate.invalid) }{ "." }</p>
                </div>
            }
            <dl class="rows">
                { row("Subject", attributes(&certificate.subject)) }
                { row("Issuer", attributes(&certificate.issuer)) }
                { row("Valid", validity(&certificate.validity)) }
                { row("Serial number", breakable::digits(&certificate.serial)) }
                { row("Key", html! { { &certificate.key } }) }
                { row("Signature", html! { { &certificate.signature } }) }
                { row("Version", html! { { &certificate.version } }) }
                { row("Found in", sources(certificate)) }
                { for certificate.extensions.iter().map(extension) }
                { row("SHA-256", breakable::digits(&certificate.sha256)) }
                { row("SHA-1", breakable::digits(&certificate.sha1)) }
            </dl>
            { pem(certificate) }
            { foot }
        </div>
    }
}

fn row(name: &str, value: Html) -> Html {
    html! { <div><dt>{ name }</dt><dd>{ value }</dd></div> }
}

fn attributes(attributes: &[(String, String)]) -> Html {
    if attributes.is_empty() {
        return html! { <span class="quiet">{ "empty" }</span> };
    }
    html! {
        <ul class="attributes">
            { for attributes.iter().map(|(name, value)| html! {
                <li><span class="attribute-type">{ name }</span><code>{ value }</code></li>
            }) }
        </ul>
    }
}

fn sources(certificate: &Details) -> Html {
    html! { <ul class="plain">{ for certificate.sources.iter().map(|source| html! {
        <li>{ match source.line {
            Some(line) => format!("{}, line {line}", source.file),
            None => source.file.clone(),
        } }</li>
    }) }</ul> }
}

fn validity(validity: &Validity) -> Html {
    let say = |moment: Option<pki::Timestamp>| {
        moment.map_or_else(|| "a date that cannot be read".to_owned(), words::moment)
    };
    html! {
        <>
            { format!("from {}", say(validity.not_before)) }<br />
            { format!("until {}", say(validity.not_after)) }
            { bar(validity) }
            <span class="fine quiet">{ state_in_words(validity) }</span>
        </>
    }
}

/// The bar of the time that a certificate has left, coloured as its state. One that has expired is
/// a whole bar, for an empty one says nothing.
pub(crate) fn bar(validity: &Validity) -> Html {
    let left = 100_u8.saturating_sub(validity.elapsed_percent.unwrap_or(0));
    let (percent, tone) = match validity.state {
        ValidityState::Valid => (left, BarTone::Good),
        ValidityState::EndsSoon => (left, BarTone::Attention),
        ValidityState::Expired => (100, BarTone::Bad),
        ValidityState::NotYet => (100, BarTone::Attention),
        ValidityState::Unreadable => (0, BarTone::Unknown),
    };
    validity_bar(percent, tone)
}

/// `11 years left`, `ended 8 months ago`, `not valid yet`.
pub(crate) fn state_in_words(validity: &Validity) -> String {
    match (validity.state, validity.days_left) {
        (ValidityState::NotYet, _) => match validity.not_before {
            Some(start) => format!("not valid before {}", words::date(start)),
            None => "not valid yet".to_owned(),
        },
        (ValidityState::Unreadable, _) | (_, None) => "dates cannot be read".to_owned(),
        (_, Some(days)) => words::remaining(days),
    }
}

/// `Valid until 14 March 2027 (in 3 months)`, `Expired on 14 March 2026 (8 months ago)`; `None` when the
/// end cannot be read.
pub(crate) fn when_valid(validity: &Validity) -> Option<String> {
    let end = words::date(validity.not_after?);
    let distance = validity.days_left.map(words::distance);
    let distance = distance.map_or_else(String::new, |days| format!(" ({days})"));
    Some(match (validity.state, validity.not_before) {
        (ValidityState::Expired, _) => format!("Expired on {end}{distance}"),
        (ValidityState::NotYet, Some(start)) => {
            format!("Valid from {} to {end}", words::date(start))
        }
        _ => format!("Valid until {end}{distance}"),
    })
}

fn extension(extension: &ExtensionDetails) -> Html {
    html! {
        <div>
            <dt>
                { &extension.name }
                if extension.critical { <>{ " " }<span class="tag">{ "critical" }</span></> }
                if extension.name != extension.oid {
                    <span class="oid">{ &extension.oid }</span>
                }
            </dt>
            <dd>
                <ul class="plain">
                    { for extension.lines.iter().map(|line| html! { <li><code>{ line }</code></li> }) }
                </ul>
            </dd>
        </div>
    }
}

fn pem(certificate: &Details) -> Html {
    let text = certificate.pem.clone();
    let name = format!(
        "{}.pem",
        certificate.sha256.replace(':', "").to_ascii_lowercase()
    );
    let content = Callback::from(move |()| {
        let save = {
            let (text, name) = (text.clone(), name.clone());
            move |_| {
                browser::save_pem(&name, &text);
            }
        };
        html! {
            <>
                <pre tabindex="0" role="region" aria-label="PEM"><code>{ &text }</code></pre>
                <p class="actions">
                    <CopyButton text={text.clone()} what="PEM" />
                    <button type="button" class="button button-small" onclick={save}>{ "Save" }</button>
                </p>
            </>
        }
    });
    html! { <Disclosure summary={html! { "PEM" }} {content} /> }
}

/// A button that saves the bundle as one file.
pub(crate) fn save_bundle(found: &Rc<Found>) -> Html {
    let found = found.clone();
    let onclick = move |_| {
        let pem: String = found
            .certificates_of(Role::Authority)
            .into_iter()
            .map(|index| found.certificate(index).pem.as_str())
            .collect();
        browser::save_pem("bundle.pem", &pem);
    };
    html! { <button type="button" class="link" {onclick}>{ "Save the bundle" }</button> }
}

#[cfg(test)]
mod tests {
    use pki::Timestamp;

    use super::*;

    #[test]
    fn what_has_expired_is_not_called_valid() {
        for (state, days_left, expected) in [
            (
                ValidityState::Valid,
                Some(61),
                "Valid until 2 January 1970 (in 2 months)",
            ),
            (ValidityState::EndsSoon, None, "Valid until 2 January 1970"),
            (
                ValidityState::Expired,
                Some(!3),
                "Expired on 2 January 1970 (3 days ago)",
            ),
            (
                ValidityState::NotYet,
                Some(3),
                "Valid from 1 January 1970 to 2 January 1970",
            ),
        ] {
            let validity = Validity {
                not_before: Some(Timestamp::from_unix(0)),
                not_after: Some(Timestamp::from_unix(Timestamp::DAY)),
                days_left,
                elapsed_percent: None,
                state,
            };
            assert_eq!(when_valid(&validity).as_deref(), Some(expected));
        }
    }
}
