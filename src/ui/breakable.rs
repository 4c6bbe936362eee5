//! Long names and numbers in monospace, whole, with places where a line may break.

use yew::prelude::*;

/// `text` with a break opportunity after each separator that `after` names.
fn broken(text: &str, after: fn(char) -> bool) -> Html {
    let pieces = text
        .split_inclusive(after)
        .enumerate()
        .map(|(index, piece)| {
            html! { <>if index > 0 { <wbr /> }{ piece }</> }
        });
    html! { { for pieces } }
}

/// A distinguished name, which may break after its commas and plus signs.
pub(crate) fn name(text: &str) -> Html {
    html! { <code class="name">{ broken(text, |c| matches!(c, ',' | '+')) }</code> }
}

/// A fingerprint or serial number, which may break after its colons, or after every eighth digit.
pub(crate) fn digits(text: &str) -> Html {
    if text.contains(':') {
        return html! { <code>{ broken(text, |c| c == ':') }</code> };
    }
    if text.len() < 16 || !text.is_ascii() {
        return html! { <code>{ text }</code> };
    }
    let pairs = text.as_bytes().chunks(8).enumerate().map(|(index, chunk)| {
        let chunk = String::from_utf8_lossy(chunk).into_owned();
        html! { <>if index > 0 { <wbr /> }<span class="digits">{ chunk }</span></> }
    });
    html! { <code>{ for pairs }</code> }
}
