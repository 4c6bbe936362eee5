//! What index.html names, read as Trunk reads it: `cargo xtask` makes the same page of it without Trunk,
//! which takes five minutes to build. An element or attribute that is not known here is an error, so
//! that nothing goes missing that Trunk would have seen to.

use std::ops::Range;

use crate::error::Error;

/// Something that index.html asks for, and where.
#[derive(Debug, PartialEq)]
pub(super) struct Asset {
    pub(super) element: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Debug, PartialEq)]
pub(super) enum Kind {
    /// A file by its path, linked under a name with a hash in it.
    Icon(String),
    Style(String),
    Script(String),
    /// A file that keeps its name, for something else asks for it.
    Copy(String),
    Module(Module),
}

/// A program or a worker, compiled to WebAssembly.
#[derive(Debug, PartialEq)]
pub(super) struct Module {
    /// Of the Cargo target, and of the files made of it.
    pub(super) name: String,
    /// From the top of the project.
    pub(super) manifest: String,
    /// The features that it has in place of the usual ones.
    pub(super) features: Option<String>,
    /// Starts by itself, from files whose names do not change.
    pub(super) is_worker: bool,
    /// Cargo's profile for a page that is handed on.
    pub(super) profile: String,
    /// What wasm-opt is told for one.
    pub(super) optimised: Vec<String>,
}

/// An element's name, its attributes, and where it is.
struct Element<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
    place: Range<usize>,
}

/// Everything that has the attribute `data-trunk`, in order.
pub(super) fn assets(html: &str) -> Result<Vec<Asset>, Error> {
    let mut assets = Vec::new();
    let mut at = 0;
    while let Some(element) = next_element(html, at) {
        at = element.place.end;
        if !element
            .attributes
            .iter()
            .any(|(name, _)| *name == "data-trunk")
        {
            continue;
        }
        let mut place = element.place.clone();
        if element.name == "script" {
            // Its end belongs to it.
            let end = html[at..]
                .find("</script>")
                .ok_or_else(|| unknown(html, &place))?;
            place.end = at + end + "</script>".len();
        }
        let kind = kind(&element).ok_or_else(|| unknown(html, &element.place))?;
        assets.push(Asset {
            element: place,
            kind,
        });
    }
    Ok(assets)
}

fn unknown(html: &str, place: &Range<usize>) -> Error {
    Error::Index(
        html[place.clone()]
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// The next start tag, comments left out.
fn next_element(html: &str, mut at: usize) -> Option<Element<'_>> {
    loop {
        let start = at + html[at..].find('<')?;
        let rest = &html[start..];
        if rest.starts_with("<!--") {
            at = start + rest.find("-->")? + "-->".len();
            continue;
        }
        let end = start + end_of_tag(rest)?;
        let inside = html[start + 1..end - 1].trim_end_matches('/');
        let name_ends = inside.find(char::is_whitespace).unwrap_or(inside.len());
        if !inside.starts_with(|first: char| first.is_ascii_alphabetic()) {
            at = end;
            continue;
        }
        return Some(Element {
            name: &inside[..name_ends],
            attributes: attributes(&inside[name_ends..]),
            place: start..end,
        });
    }
}

/// Where a tag ends: behind the first `>` that no quotes are around.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quoted = false;
    tag.char_indices().find_map(|(at, character)| {
        quoted ^= character == '"';
        (character == '>' && !quoted).then_some(at + 1)
    })
}

/// Attributes with their values in double quotes, as they are written in this project.
fn attributes(mut text: &str) -> Vec<(&str, &str)> {
    let mut attributes = Vec::new();
    loop {
        text = text.trim_start();
        if text.is_empty() {
            return attributes;
        }
        let name_ends = text
            .find(|character: char| character == '=' || character.is_whitespace())
            .unwrap_or(text.len());
        let (name, rest) = text.split_at(name_ends);
        let value = rest
            .strip_prefix("=\"")
            .and_then(|rest| rest.split_once('"'));
        let (value, rest) = value.unwrap_or_else(|| ("", rest.strip_prefix('=').unwrap_or(rest)));
        attributes.push((name, value));
        text = rest;
    }
}

/// What an element asks for, unless there is something in it that is not known here.
fn kind(element: &Element<'_>) -> Option<Kind> {
    let mut left = element.attributes.clone();
    left.retain(|(name, _)| *name != "data-trunk");
    let mut take = |wanted: &str| {
        let at = left.iter().position(|(name, _)| *name == wanted)?;
        Some(left.swap_remove(at).1.to_owned())
    };
    let kind = match (element.name, take("rel").as_deref()) {
        ("link", Some("icon")) => {
            // The file says what it is.
            take("type");
            Kind::Icon(take("href")?)
        }
        ("link", Some("css")) => Kind::Style(take("href")?),
        ("link", Some("copy-file")) => Kind::Copy(take("href")?),
        ("link", Some("rust")) => Kind::Module(Module {
            manifest: take("href").unwrap_or_else(|| "Cargo.toml".to_owned()),
            name: take("data-bin")?,
            features: match take("data-cargo-no-default-features") {
                None => None,
                Some(_) => Some(take("data-cargo-features")?),
            },
            is_worker: match take("data-type").as_deref() {
                None | Some("main") => false,
                Some("worker") if take("data-bindgen-target").as_deref() == Some("web") => true,
                Some(_) => return None,
            },
            profile: take("data-cargo-profile-release")?,
            optimised: [format!("-O{}", take("data-wasm-opt")?)]
                .into_iter()
                .chain(
                    take("data-wasm-opt-params")?
                        .split_whitespace()
                        .map(str::to_owned),
                )
                .collect(),
        }),
        ("script", None) if take("type").as_deref() == Some("module") => Kind::Script(take("src")?),
        _ => return None,
    };
    left.is_empty().then_some(kind)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn only(html: &str) -> Result<Kind, Error> {
        assets(html).map(|mut assets| assets.pop().unwrap().kind)
    }

    #[test]
    fn every_kind_of_asset_is_read_with_all_that_is_said_of_it() {
        let cases = [
            (
                r#"<link data-trunk rel="icon" type="image/svg+xml" href="a/icon.svg" />"#,
                Kind::Icon("a/icon.svg".to_owned()),
            ),
            (
                r#"<link data-trunk rel="css" href="a.css">"#,
                Kind::Style("a.css".to_owned()),
            ),
            (
                "<link\n  data-trunk\n  rel=\"copy-file\"\n  href=\"a.txt\"\n/>",
                Kind::Copy("a.txt".to_owned()),
            ),
            (
                r#"<script data-trunk type="module" src="a.js"></script>"#,
                Kind::Script("a.js".to_owned()),
            ),
            (
                r#"<link data-trunk rel="rust" data-bin="a" data-cargo-profile-release="p"
                     data-wasm-opt="z" data-wasm-opt-params="--x --y" />"#,
                Kind::Module(Module {
                    name: "a".to_owned(),
                    manifest: "Cargo.toml".to_owned(),
                    features: None,
                    is_worker: false,
                    profile: "p".to_owned(),
                    optimised: ["-Oz", "--x", "--y"].map(str::to_owned).to_vec(),
                }),
            ),
            (
                r#"<link data-trunk rel="rust" href="b/Cargo.toml" data-bin="b" data-type="worker"
                     data-cargo-no-default-features data-cargo-features="c"
                     data-bindgen-target="web" data-cargo-profile-release="p" data-wasm-opt="3"
                     data-wasm-opt-params="" />"#,
                Kind::Module(Module {
                    name: "b".to_owned(),
                    manifest: "b/Cargo.toml".to_owned(),
                    features: Some("c".to_owned()),
                    is_worker: true,
                    profile: "p".to_owned(),
                    optimised: vec!["-O3".to_owned()],
                }),
            ),
        ];
        for (html, expected) in cases {
            assert_eq!(only(html).unwrap(), expected, "{html}");
        }
    }

    #[test]
    fn what_only_trunk_would_understand_is_refused() {
        for html in [
            r#"<link data-trunk rel="sass" href="a.scss" />"#,
            r#"<link data-trunk rel="css" href="a.css" data-inline />"#,
            r#"<link data-trunk rel="css" />"#,
            r#"<link data-trunk rel="rust" data-bin="a" />"#,
            r#"<link data-trunk rel="rust" data-bin="a" data-cargo-features="c"
                 data-cargo-profile-release="p" data-wasm-opt="z" data-wasm-opt-params="" />"#,
            r#"<link data-trunk rel="rust" data-bin="a" data-type="worker" data-bindgen-target="no-modules"
                 data-cargo-profile-release="p" data-wasm-opt="z" data-wasm-opt-params="" />"#,
            r#"<script data-trunk src="a.js"></script>"#,
            r#"<script data-trunk type="module" src="a.js" defer></script>"#,
        ] {
            assert!(matches!(only(html), Err(Error::Index(_))), "{html}");
        }
    }

    #[test]
    fn what_is_not_for_trunk_is_left_alone() {
        let html = r#"<!doctype html><p title="a > b">x</p><!-- <link data-trunk rel="css" href="a.css"> -->
            <link rel="css" href="b.css"><script data-trunk type="module" src="c.js"></script><p>"#;
        let found = assets(html).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(
            &html[found[0].element.clone()],
            r#"<script data-trunk type="module" src="c.js"></script>"#
        );
    }
}
