//! A piece of code with a button that copies it.

use yew::prelude::*;

use super::copy_button::CopyButton;

/// `label` is what the piece is called, `what` what is copied.
pub(crate) fn code(text: &str, label: &'static str, what: &'static str) -> Html {
    html! {
        <div class="code-box">
            <pre tabindex="0" role="region" aria-label={label}><code>{ text.trim_end() }</code></pre>
            <CopyButton text={text.to_owned()} {what} />
        </div>
    }
}
