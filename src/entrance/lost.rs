//! The files that a reload of the page lost: of a file, the tab keeps its certificates and nothing else.

use std::rc::Rc;

use pki::message::PRESENT;
use yew::prelude::*;

use crate::{
    certificates::found::Found,
    session::state::State,
    ui::icon::{Icon, icon},
    words,
};

/// The files of which the next reload loses something: the keys in them, or the whole file. And those
/// that were lost before and are not here again.
pub(crate) fn by_a_reload(lost: &[String], found: &Found) -> Vec<String> {
    let mut names = missing(lost, found);
    names.extend(found.view.files.iter().filter_map(|file| {
        let has_key = has_key(found, &file.name);
        (file.name != PRESENT && (has_key || file.certificates.is_empty()))
            .then(|| file.name.clone())
    }));
    names
}

/// Those that are not here again, with their keys.
fn missing(lost: &[String], found: &Found) -> Vec<String> {
    let is_here = |name: &String| {
        let mut files = found.view.files.iter();
        files.any(|file| {
            file.name == *name && (file.certificates.is_empty() || has_key(found, name))
        })
    };
    lost.iter().filter(|name| !is_here(name)).cloned().collect()
}

fn has_key(found: &Found, file: &str) -> bool {
    found.view.keys.iter().any(|key| key.source.file == file)
}

/// That a reload lost files, and which.
pub(crate) fn told(state: &Rc<State>) -> Html {
    let names = match &state.judged {
        Some(judged) => missing(&state.lost, &judged.after),
        None => Vec::new(),
    };
    if names.is_empty() {
        return Html::default();
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    html! {
        <p class="remark" role="status">
            { icon(Icon::Information) }
            <span>
                { "Private keys, and files without a certificate, aren't kept when the page is reloaded. To use \
                   them, drop them again: " }{ words::a_few(&names) }{ "." }
            </span>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{draft::Draft, judged::tests::judge};

    const ROOT: &str = include_str!("../check/examples/acme-root.pem");
    const WITH_KEY: &str = include_str!("../check/examples/payments-with-key.pem");

    #[test]
    fn a_key_is_lost_until_it_is_given_again() {
        let draft = Draft::default();
        let lost = |names: &[&str], files: &[&str]| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            let judged = judge(files, &[], &draft);
            (
                by_a_reload(&names, &judged.after),
                missing(&names, &judged.after),
            )
        };
        let given = judge(&[ROOT, WITH_KEY], &[], &draft);
        let name = given.after.view.keys[0].source.file.clone();
        assert_eq!(lost(&[], &[ROOT]), (vec![], vec![]));
        assert_eq!(lost(&[], &[ROOT, WITH_KEY]), (vec![name.clone()], vec![]));
        assert_eq!(
            lost(&[&name], &[ROOT]),
            (vec![name.clone()], vec![name.clone()])
        );
        assert_eq!(lost(&[&name], &[ROOT, WITH_KEY]), (vec![name], vec![]));
    }
}
