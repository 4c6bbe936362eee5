//! What stands in the folder about what to try.

use super::made::{Made, OF_AUTHORITIES};

pub(super) const FILE: &str = "README.md";

const TEXT: &str = include_str!("readme.md");

pub(super) fn write(made: &Made) -> String {
    let authorities = OF_AUTHORITIES.map(|(file, what)| format!("| `{file}` | {what} | |"));
    let clients = made.clients.iter().map(|client| {
        format!(
            "| `{}` | {} | `{}` |",
            client.file, client.what, client.username
        )
    });
    let files: Vec<String> = authorities.into_iter().chain(clients).collect();
    let first = made.clients.first().map_or("", |client| &client.username);
    TEXT.replace("{files}", &files.join("\n"))
        .replace("{first}", first)
}
