//! What holds this house up, read from its sources: which room may use which, and what is in none.
//!
//! A room is a folder or a file beside `main.rs`. Each may use those that stand before it here; so nothing
//! runs back up, and there is no circle.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::route::ADDRESSES;

/// From the ground up.
const BELOW_THE_PLACES: [&str; 14] = [
    "route",
    "turn",
    "browser",
    "words",
    "address",
    "ui",
    "api",
    "engine",
    "certificates",
    "change",
    "session",
    "visit",
    "review",
    "entrance",
];

/// Whatever is named neither here nor above is a place. No place uses another.
const ABOVE_THE_PLACES: [&str; 5] = ["places", "nowhere", "app", "main", "rules"];

/// A source file, as far as it is no test.
struct Source {
    /// Below `src`, without its ending: `setup/finish/pem`.
    name: String,
    text: String,
}

impl Source {
    fn room(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// How many folders deep its module is.
    fn depth(&self) -> usize {
        let name = self.name.strip_suffix("/mod").unwrap_or(&self.name);
        name.split('/').count()
    }

    /// The rooms that it names.
    fn uses(&self) -> Vec<String> {
        let mut rooms = Vec::new();
        for (at, _) in self.text.match_indices("use ") {
            let statement = self.text[at + 4..].split(';').next().unwrap_or_default();
            for path in flat(statement) {
                rooms.extend(self.root_of(&path));
            }
        }
        for (at, found) in self.text.match_indices("crate::") {
            let rest = &self.text[at + found.len()..];
            rooms.push(rest.chars().take_while(|c| is_of_name(*c)).collect());
        }
        rooms.retain(|room| !room.is_empty() && room != self.room());
        rooms.sort();
        rooms.dedup();
        rooms
    }

    /// The room that a path begins in, if it goes by way of the root.
    fn root_of(&self, path: &str) -> Option<String> {
        let mut segments = path.split("::").map(str::trim).peekable();
        let mut up = 0;
        while segments.next_if_eq(&"super").is_some() {
            up += 1;
        }
        let is_root = if up > 0 {
            up >= self.depth()
        } else {
            segments.next_if_eq(&"crate").is_some()
        };
        segments
            .next()
            .filter(|_| is_root)
            .map(|segment| segment.split(" as ").next().unwrap_or_default().to_owned())
    }
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d`, `a::c::e`.
fn flat(tree: &str) -> Vec<String> {
    let Some((head, inner)) = tree.trim().split_once('{') else {
        return vec![tree.trim().to_owned()];
    };
    let inner = inner.trim_end().trim_end_matches('}');
    let (mut depth, mut pieces) = (0, vec![String::new()]);
    for c in inner.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                pieces.push(String::new());
                continue;
            }
            _ => {}
        }
        pieces.last_mut().unwrap().push(c);
    }
    let pieces = pieces.iter().filter(|piece| !piece.trim().is_empty());
    pieces
        .flat_map(|piece| {
            // What a trailing brace was taken of is put back.
            let closed = piece.matches('}').count();
            let open = piece.matches('{').count().saturating_sub(closed);
            flat(&format!("{piece}{}", "}".repeat(open)))
        })
        .map(|path| format!("{head}{path}"))
        .collect()
}

fn sources() -> Vec<Source> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&top).unwrap().to_str().unwrap();
            if let Some(name) = name.strip_suffix(".rs")
                && !name.ends_with("/tests")
            {
                let text = fs::read_to_string(&path).unwrap();
                let text = text.split("mod tests {").next().unwrap();
                sources.push(Source {
                    name: name.to_owned(),
                    text: text.to_owned(),
                });
            }
        }
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    sources
}

/// Where a room stands; the places stand side by side.
fn floor(room: &str) -> usize {
    let below = BELOW_THE_PLACES.iter().position(|other| *other == room);
    let above = ABOVE_THE_PLACES.iter().position(|other| *other == room);
    let places = BELOW_THE_PLACES.len();
    below.unwrap_or_else(|| above.map_or(places, |above| places + 1 + above))
}

#[test]
fn a_room_uses_those_below_it_alone() {
    for source in sources() {
        // It names every room.
        if source.name == "main" || source.name == "rules" {
            continue;
        }
        for used in source.uses() {
            assert!(
                floor(&used) < floor(source.room()),
                "{} uses {used}, which does not stand below it",
                source.name
            );
        }
    }
}

#[test]
fn only_the_table_of_places_names_a_place() {
    for source in sources() {
        let names_one = source
            .uses()
            .iter()
            .any(|used| floor(used) == BELOW_THE_PLACES.len());
        assert!(
            !names_one || matches!(&*source.name, "places" | "main"),
            "{} names a place",
            source.name
        );
    }
}

#[test]
fn a_change_is_plain_data_and_a_session_shows_nothing() {
    for source in sources() {
        let (room, text) = (source.room(), &source.text);
        let has = |word: &str| text.contains(word);
        assert!(room != "change" || !has("yew"), "{}", source.name);
        assert!(room != "session" || !has("html!"), "{}", source.name);
        assert!(!has("thread_local!"), "{}", source.name);
    }
}

#[test]
fn only_the_table_of_addresses_holds_one() {
    for source in sources().iter().filter(|source| source.name != "route") {
        // A single slash is a separator elsewhere.
        for (address, _) in ADDRESSES.iter().filter(|(address, _)| *address != "/") {
            assert!(
                !source.text.contains(&format!("\"{address}")),
                "{} holds {address}",
                source.name
            );
        }
    }
}

#[test]
fn what_a_use_names_is_found() {
    let source = Source {
        name: "setup/finish/pem".to_owned(),
        text:
            "use super::super::{super::ui::icon, facts::{Facts}};\nuse crate::{a, b::{self, c}};\n\
               fn f() { crate::d::e(); }"
                .to_owned(),
    };
    assert_eq!(source.uses(), ["a", "b", "d", "ui"]);
}
