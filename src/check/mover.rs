//! Where a certificate was put, and a way to put it elsewhere.

use pki::{Placement, report::Role};
use yew::prelude::*;

use super::desk::Desk;
use crate::certificates::{certificate, found::Found};

/// A certificate in full, with the way to put it elsewhere.
pub(super) fn details(found: &Found, index: usize, desk: &Desk) -> Html {
    certificate::details(found.certificate(index), mover(found, index, desk))
}

/// Where the certificate was put, and a way to put it elsewhere.
pub(super) fn mover(found: &Found, index: usize, desk: &Desk) -> Html {
    let (is, label, to) = match found.role(index) {
        Role::Authority => ("In the bundle.", "Judge it as a client", Placement::Client),
        Role::Client => (
            "Judged as a client.",
            "Put it in the bundle",
            Placement::Bundle,
        ),
        Role::Sent => (
            "Sent along by a client.",
            "Put it in the bundle",
            Placement::Bundle,
        ),
    };
    let (desk, sha256) = (desk.clone(), found.sha256(index));
    html! {
        <p class="actions">
            <span class="fine quiet">{ is }</span>
            <button type="button" class="link" onclick={move |_| desk.place(sha256, to)}>{ label }</button>
        </p>
    }
}
