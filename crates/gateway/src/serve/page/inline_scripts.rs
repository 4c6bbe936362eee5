//! The inline scripts of an HTML file, as a Content-Security-Policy names them: by the SHA-256 of
//! what stands between the tags (CSP Level 3, section 6.7.3.2).
//!
//! Not an HTML parser: it reads what Trunk writes, and what it does not understand stays forbidden.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};

/// The hashes in base64, in the order of the scripts.
pub(super) fn hashes(html: &str) -> Vec<String> {
    // Browsers hash the text after line endings were made one character (HTML, section 13.2.3.5).
    let html = html.replace("\r\n", "\n").replace('\r', "\n");
    inline_scripts(&html)
        .into_iter()
        .map(|script| BASE64_STANDARD.encode(Sha256::digest(script.as_bytes())))
        .collect()
}

fn inline_scripts(html: &str) -> Vec<&str> {
    // Lower-casing ASCII alone leaves every position where it was.
    let lower = html.to_ascii_lowercase();
    let mut scripts = Vec::new();
    let mut at = 0;
    while let Some(open) = find(&lower, at, "<") {
        if starts(&lower, open, "<!--") {
            let Some(end) = find(&lower, open, "-->") else {
                break;
            };
            at = end;
        } else if starts(&lower, open, "<script") && is_tag_end(&lower, open + "<script".len()) {
            let Some((attributes_end, has_src)) = attributes(&lower, open + "<script".len()) else {
                break;
            };
            let Some(close) = find(&lower, attributes_end, "</script") else {
                break;
            };
            if !has_src {
                scripts.extend(html.get(attributes_end..close));
            }
            at = close + 1;
        } else {
            at = open + 1;
        }
    }
    scripts
}

fn find(text: &str, from: usize, what: &str) -> Option<usize> {
    Some(from + text.get(from..)?.find(what)?)
}

fn starts(text: &str, at: usize, what: &str) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(what))
}

fn is_tag_end(text: &str, at: usize) -> bool {
    text.as_bytes()
        .get(at)
        .is_some_and(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte))
}

/// Where the content after a tag begins, and whether the tag has a `src`.
fn attributes(text: &str, from: usize) -> Option<(usize, bool)> {
    let mut quote = None;
    let mut outside = String::new();
    for (offset, character) in text.get(from..)?.char_indices() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '>') => {
                let mut names = outside.split(|c: char| c.is_ascii_whitespace() || c == '/');
                let has_src = names.any(|name| name.split('=').next() == Some("src"));
                return Some((from + offset + 1, has_src));
            }
            (None, _) => outside.push(character),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_without_a_source_are_inline() {
        let cases: &[(&str, &[&str])] = &[
            ("<script>a()</script>", &["a()"]),
            (
                "<script type=\"module\">\nimport x from '/x.js';\n</script>",
                &["\nimport x from '/x.js';\n"],
            ),
            ("<SCRIPT\n type=module >a<b</SCRIPT >", &["a<b"]),
            ("<script src=\"/x.js\"></script>", &[]),
            ("<script defer src=/x.js></script>", &[]),
            ("<script data-src=\"/x.js\">a</script>", &["a"]),
            ("<script data-x=\"src=>\">a</script>", &["a"]),
            ("<script>a</script><p>x</p><script>b</script>", &["a", "b"]),
            ("<!-- <script>a</script> --><script>b</script>", &["b"]),
            ("<scripted>a</scripted>", &[]),
            ("<script>a", &[]),
            ("<script", &[]),
            ("é<script>é</script>", &["é"]),
            ("", &[]),
        ];
        for (html, expected) in cases {
            assert_eq!(inline_scripts(html), *expected, "{html}");
        }
    }

    #[test]
    fn the_hash_is_the_one_that_a_browser_computes() {
        // The example of CSP Level 3, section 8.3.
        let expected = "qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=";
        assert_eq!(
            hashes("<script>alert('Hello, world.');</script>"),
            [expected]
        );
        assert_eq!(
            hashes("<script>a\r\nb</script>"),
            hashes("<script>a\nb</script>")
        );
    }
}
