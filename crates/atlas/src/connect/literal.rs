//! String literals of the languages that there are snippets for.

use std::fmt::Write as _;

/// A literal in double quotes whose simple escapes are those of C, which all the languages here
/// share. `control` writes any other control character.
fn double_quoted(text: &str, control: impl Fn(u32) -> String) -> String {
    let mut literal = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            // Line breaks for some of the languages.
            other if other.is_control() || matches!(other, '\u{2028}' | '\u{2029}') => {
                literal.push_str(&control(u32::from(other)));
            }
            other => literal.push(other),
        }
    }
    literal.push('"');
    literal
}

/// JavaScript, Python, Java, Go and C#: `\u` and four digits.
pub(super) fn c_like(text: &str) -> String {
    double_quoted(text, |code| format!("\\u{code:04x}"))
}

/// Rust: the digits stand in braces.
pub(super) fn rust(text: &str) -> String {
    double_quoted(text, |code| format!("\\u{{{code:x}}}"))
}

/// As mongosh prints text, which is how Node.js does (`util.inspect`): in single quotes, unless a
/// single quote stands in it and another kind of quote does not.
pub(super) fn mongosh(text: &str) -> String {
    let quote = match (text.contains('\''), text.contains('"')) {
        (true, false) => '"',
        (true, true) if !text.contains('`') && !text.contains("${") => '`',
        _ => '\'',
    };
    let mut literal = String::from(quote);
    for character in text.chars() {
        match character {
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            '\u{8}' => literal.push_str("\\b"),
            '\u{c}' => literal.push_str("\\f"),
            '\'' if quote == '\'' => literal.push_str("\\'"),
            other if other.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(literal, "\\x{:02X}", u32::from(other));
            }
            other => literal.push(other),
        }
    }
    literal.push(quote);
    literal
}

/// One word in double quotes for a POSIX shell and, without hostile characters in it, for Windows.
pub(super) fn shell_double(text: &str) -> String {
    let mut word = String::from("\"");
    for character in text.chars() {
        if matches!(character, '"' | '\\' | '$' | '`') {
            word.push('\\');
        }
        // Writing to a string cannot fail.
        let _ = write!(word, "{character}");
    }
    word.push('"');
    word
}
