//! What each driver wants of a client's files, before anybody collects them. The step Finish has the
//! programs and the commands for the files at hand.

use yew::prelude::*;

use crate::ui::disclosure::Disclosure;

/// After the drivers' own documentation of TLS and X.509.
pub(super) fn what_they_want() -> Html {
    let content = Callback::from(|()| {
        html! {
            <ul class="bulleted">
                <li>
                    <strong>{ "mongosh, Node.js, Python, Go and Rust" }</strong>
                    { " take one PEM file, as " }<code>{ "tlsCertificateKeyFile" }</code>
                    { " (Rust: " }<code>{ "cert_key_file_path" }</code>
                    { "): the certificate, then every intermediate that it must send, then its key. A file \
                       with the chain alone is no option of theirs." }
                </li>
                <li>
                    <strong>{ "Java and C#" }</strong>
                    { " take PKCS#12, made from that file: " }
                    <code>{ "openssl pkcs12 -export -in client.pem -out client.p12" }</code>
                </li>
                <li>
                    <strong>{ "C#" }</strong>
                    { " sends an intermediate only if it is in the certificate store of its machine. Else put \
                       the intermediate in the bundle." }
                </li>
                <li>
                    <strong>{ "An encrypted key" }</strong>
                    { " needs its password too, as " }<code>{ "tlsCertificateKeyFilePassword" }</code>
                    { ". Rust reads one in PKCS#8 only, with the feature " }<code>{ "cert-key-password" }</code>
                    { ": " }<code>{ "openssl pkcs8 -topk8 -in client.key -out client-pkcs8.key" }</code>
                </li>
            </ul>
        }
    });
    html! { <Disclosure class="fine" summary={html! { { "What each driver wants of these files" } }} {content} /> }
}
