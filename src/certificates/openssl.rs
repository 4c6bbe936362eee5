//! The same questions, asked with OpenSSL's own tool.

use std::rc::Rc;

use pki::{report::Role, words::shell};
use yew::prelude::*;

use super::{certificate, found::Found};
use crate::ui::copy_button::CopyButton;

/// Commands that a person can run to see the same verdict and the same subject.
pub(crate) fn commands(found: &Rc<Found>, client: usize) -> Html {
    let text = text(found, client);
    let has_bundle = !found.certificates_of(Role::Authority).is_empty();
    html! {
        <div class="panel">
            <div class="code-box">
                <pre tabindex="0" role="region" aria-label="Commands"><code>{ text.clone() }</code></pre>
                <CopyButton {text} what="commands" />
            </div>
            if has_bundle {
                <p class="fine quiet">
                    { "bundle.pem is what " }{ certificate::save_bundle(found) }{ " gives you. " }
                    { "OpenSSL prints the subject in its own spelling; where mongod's differs, the \
                       card above says so." }
                </p>
            }
        </div>
    }
}

fn text(found: &Found, client: usize) -> String {
    let (client_report, _) = found.client(client);
    let report = &found.view.report;
    let file = shell(&client_report.file);
    let verify = format!(
        "openssl verify -purpose sslclient -auth_level {} -attime {} \\\n    \
         -CAfile bundle.pem -untrusted {file} {file}",
        report.level,
        report.at.unix(),
    );
    let subject = format!("openssl x509 -in {file} -noout -subject -nameopt RFC2253");
    let more = found
        .about_client(client)
        .filter_map(|finding| finding.command.clone());
    std::iter::once(verify)
        .chain([subject])
        .chain(more)
        .fold(Vec::new(), |mut commands, command| {
            if !commands.contains(&command) {
                commands.push(command);
            }
            commands
        })
        .join("\n")
}
