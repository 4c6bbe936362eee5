//! Quoting, one function for each language.

use std::fmt::Write as _;

/// One word for a POSIX shell (and bash, zsh). NUL cannot be expressed and has to be dealt with
/// before.
pub fn shell(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@%+".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A quoted template of HCL (its native syntax specification, "Template Expressions"): no part of
/// the text is taken for an interpolation or a directive.
pub fn hcl(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '$' | '%' if characters.peek() == Some(&'{') => {
                quoted.push(character);
                quoted.push(character);
            }
            other if other.is_control() => push_u4(&mut quoted, other),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// A double-quoted scalar of YAML 1.2 (section 7.3.1). What is not printable there (section 5.1),
/// and what a reader of YAML 1.1 takes for a line break, is escaped.
pub fn yaml(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                push_u4(&mut quoted, character);
            }
            other if other.is_control() => push_u4(&mut quoted, other),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// One field of a list that Go's `encoding/csv` reads, as flags of the Atlas CLI are.
pub fn csv(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// Only for characters of the basic plane.
fn push_u4(quoted: &mut String, character: char) {
    // Writing to a string cannot fail.
    let _ = write!(quoted, "\\u{:04x}", u32::from(character));
}
