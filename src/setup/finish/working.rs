//! How to see that logging in works, and what it is when it does not, by the text that a person sees.

use atlas::connect::{TROUBLES, Trouble, login_command, mongosh_answer};
use yew::prelude::*;

use crate::ui::{breakable, code_box::code, copy_button::CopyButton, prose::prose};

/// The commands to try a login with, and what the server answers.
pub(super) fn see(username: &str, uri: &str, path: &str) -> Html {
    const COMMAND: &str = "db.runCommand({ connectionStatus: 1 }).authInfo.authenticatedUsers";
    html! {
        <section aria-labelledby="test">
            <h2 id="test">{ "See that it works" }</h2>
            <p>
                { "Run this where the client runs. It logs in once and, if that doesn't work, says where it \
                   stopped and what to do:" }
            </p>
            { code(&login_command(uri, path), "Command that logs in once", "command") }
            <p>{ "Or connect with mongosh (see the programs below), then ask the server who you are:" }</p>
            { code(COMMAND, "Command for mongosh", "command") }
            <p>{ "It answers with exactly this name, on " }<code>{ "$external" }</code>{ ":" }</p>
            <div class="code-box"><pre><code>{ mongosh_answer(username) }</code></pre></div>
        </section>
    }
}

/// What a driver says when it fails, what that means, and what to do.
pub(super) fn when_not(username: &str) -> Html {
    html! {
        <section aria-labelledby="troubles">
            <h2 id="troubles">{ "If it doesn't work" }</h2>
            <p>
                { "Look for the text that you see. If it is about the user, its name in Atlas has to be " }
                { breakable::name(username) }{ " " }
                <CopyButton text={username.to_owned()} what="user name" />
            </p>
            <table class="troubles">
                <thead>
                    <tr><th scope="col">{ "You see" }</th><th scope="col">{ "What it means, and what to do" }</th></tr>
                </thead>
                <tbody>{ for TROUBLES.iter().map(trouble) }</tbody>
            </table>
        </section>
    }
}

fn trouble(trouble: &Trouble) -> Html {
    html! {
        <tr>
            <td>
                <ul>
                    { for trouble.sees.iter().map(|(program, text)| html! {
                        <li><span class="quiet">{ program.title() }</span>{ " " }<span>{ prose(text) }</span></li>
                    }) }
                </ul>
            </td>
            <td><p>{ prose(trouble.means) }</p><p>{ prose(trouble.then) }</p></td>
        </tr>
    }
}
