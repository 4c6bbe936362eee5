//! Names of resources, made from distinguished names.

use std::collections::HashSet;

/// Kubernetes allows more, but its own suffixes need room.
const LONGEST: usize = 50;

/// Gives each name a slug of its own.
pub(super) struct Slugs {
    separator: char,
    taken: HashSet<String>,
}

impl Slugs {
    pub(super) fn new(separator: char) -> Self {
        Self {
            separator,
            taken: HashSet::new(),
        }
    }

    /// Lower-case letters and digits of the first attribute's value; always begins with a letter.
    pub(super) fn make(&mut self, name: &str) -> String {
        let first = name.split(',').next().unwrap_or_default();
        let value = first.split_once('=').map_or(first, |(_, value)| value);
        let mut slug = String::from("user");
        let mut at_break = true;
        for character in value.chars() {
            if !character.is_ascii_alphanumeric() {
                at_break = true;
                continue;
            }
            if at_break {
                slug.push(self.separator);
                at_break = false;
            }
            slug.push(character.to_ascii_lowercase());
            if slug.len() >= LONGEST {
                break;
            }
        }
        let mut unique = slug.clone();
        let mut number = 2;
        while !self.taken.insert(unique.clone()) {
            unique = format!("{slug}{}{number}", self.separator);
            number += 1;
        }
        unique
    }
}
