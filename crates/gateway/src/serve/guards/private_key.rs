//! A private key goes nowhere. The page never sends one; this is for the day it does by mistake.
//!
//! Keys come in more shapes than can be told, so it is said what may be there. The CA bundle
//! (`customerX509.cas`) is read as the page reads a file, and is certificates with no more than a
//! word around them. No other string begins a block of any kind, or is one. A body that cannot be
//! read is refused too: Atlas may read what this does not, another encoding for instance.

use std::fmt;

use axum::{body::to_bytes, extract::Request};
use pki::{
    Certificate,
    input::{self, Content, Form, Unusable, Wrapping},
};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::serve::refusal::{Code, Refusal};

const PRIVATE_KEY: Refusal = Refusal::new(
    Code::PrivateKeyInBody,
    "The body holds a private key, or something that could be one. It was not sent on: Atlas needs certificates only.",
);

const NOT_JSON: Refusal = Refusal::new(
    Code::BodyUnreadable,
    "The body of a call must be JSON in UTF-8.",
);

pub(in crate::serve) async fn guard(request: Request) -> Result<Request, Refusal> {
    let (parts, body) = request.into_parts();
    // The body is in memory already, and its size is known to be within the limit.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    check(&bytes)?;
    Ok(Request::from_parts(parts, bytes.into()))
}

fn check(bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.is_empty() {
        return Ok(());
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let found = Place::Body.deserialize(&mut json);
    match found.and_then(|harmless| json.end().map(|()| harmless)) {
        Ok(true) => Ok(()),
        Ok(false) => Err(PRIVATE_KEY),
        Err(_) if begins_block(&String::from_utf8_lossy(bytes)) => Err(PRIVATE_KEY),
        Err(_) => Err(NOT_JSON),
    }
}

/// Where in the JSON something stands. It is read to whether it is harmless. A name that stands
/// there twice is looked at twice: whoever reads the body may keep the first or the last.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Body,
    CustomerX509,
    Bundle,
    Elsewhere,
}

impl Place {
    fn of(self, name: &str) -> Self {
        match (self, name) {
            (Self::Body, "customerX509") => Self::CustomerX509,
            (Self::CustomerX509, "cas") => Self::Bundle,
            _ => Self::Elsewhere,
        }
    }

    fn may_hold(self, text: &str) -> bool {
        if self == Self::Bundle {
            is_bundle(text)
        } else {
            !begins_block(text) && !is_block(text)
        }
    }
}

impl<'de> DeserializeSeed<'de> for Place {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<bool, D::Error> {
        json.deserialize_any(self)
    }
}

/// The depth is bounded by the parser of the JSON.
impl<'de> Visitor<'de> for Place {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_i64<E>(self, _: i64) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_str<E>(self, text: &str) -> Result<bool, E> {
        Ok(self.may_hold(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<bool, A::Error> {
        let mut harmless = true;
        while let Some(value) = values.next_element_seed(Self::Elsewhere)? {
            harmless &= value;
        }
        Ok(harmless)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<bool, A::Error> {
        let mut harmless = true;
        while let Some(name) = fields.next_key::<String>()? {
            // The kind of a JSON Web Key (RFC 7517, section 4.1).
            harmless &= name != "kty" && Self::Elsewhere.may_hold(&name);
            harmless &= fields.next_value_seed(self.of(&name))?;
        }
        Ok(harmless)
    }
}

/// Whether this is PEM certificates, each of them whole and nothing but a certificate.
fn is_bundle(text: &str) -> bool {
    let contents = input::read("", text.as_bytes());
    let is_certificate = |block: &input::Block| match &block.content {
        Content::Certificate {
            der,
            form: Form::Pem { .. },
        } => {
            let read = Certificate::from_der(der);
            block.wrapping == Wrapping::NONE && read.is_ok_and(|read| read.der().len() == der.len())
        }
        _ => false,
    };
    contents.left_out == 0 && contents.blocks.iter().all(is_certificate) && is_plain(text)
}

/// Whether the lines of a PEM text hold no more than they should: comments around its blocks, and
/// base64 inside of them. (A header there, RFC 1421, section 4.6, could hold anything.)
fn is_plain(text: &str) -> bool {
    let mut inside = false;
    text.lines().all(|line| {
        let (begins, ends) = (line.contains("-----BEGIN "), line.contains("-----END "));
        let was_inside = inside;
        inside = (inside || begins) && !ends;
        if begins || ends {
            return true;
        }
        if was_inside {
            line.bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"+/= \t\r".contains(&it))
        } else {
            is_comment(line) && !begins_block(line)
        }
    })
}

/// What programs and people write beside certificates: a name, a fingerprint, what openssl prints
/// with `-text`. No key is written in so short words, but for what openssl prints of one, which
/// says that it is private.
fn is_comment(line: &str) -> bool {
    /// Shorter than a line of base64 is.
    const LONGEST_WORD: usize = 40;
    /// A fingerprint by SHA-512 with colons between its octets.
    const LONGEST_NUMBER: usize = 191;
    let is_short = |word: &str| {
        let is_number = || word.bytes().all(|it| it.is_ascii_hexdigit() || it == b':');
        word.len() <= LONGEST_WORD || (word.len() <= LONGEST_NUMBER && is_number())
    };
    let line_in_capitals = line.to_ascii_uppercase();
    line.split_whitespace().all(is_short)
        && !["PRIVATE-KEY", "PRIVATE KEY", "PRIVATEEXPONENT", "PRIV:"]
            .iter()
            .any(|word| line_in_capitals.contains(word))
}

/// Whether a block of a key, or of anything else, begins somewhere in this text: PEM and its
/// relatives, `PuTTY`'s form, a JSON Web Key, and base64 of PEM; in whatever case, and with whatever
/// white space or escapes in between.
fn begins_block(text: &str) -> bool {
    let bare: String = text
        .chars()
        .filter(|it| !it.is_whitespace() && *it != '\\')
        .collect();
    let capitals = bare.to_ascii_uppercase();
    ["--BEGIN", "PUTTY-USER-KEY", "\"KTY\":"]
        .iter()
        .any(|beginning| capitals.contains(beginning))
        || ["LS0tLS1CRUdJT", "LS0tLS1iZWdpb"]
            .iter()
            .any(|beginning| bare.contains(beginning))
}

/// Whether this is a certificate, a key or the like as a whole, without the lines of PEM.
fn is_block(text: &str) -> bool {
    let blocks = input::read("", text.as_bytes()).blocks;
    !blocks.iter().all(|block| {
        matches!(
            block.content,
            Content::Unusable(
                Unusable::Empty
                    | Unusable::Text
                    | Unusable::Noise
                    | Unusable::OpenSshPublicKey
                    | Unusable::OtherFile(_)
            )
        )
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use base64ct::{Base64, Encoding as _};
    use serde_json::json;

    use super::*;

    const KEY: Option<Code> = Some(Code::PrivateKeyInBody);
    const UNREADABLE: Option<Code> = Some(Code::BodyUnreadable);

    const ROOT: &str = include_str!("../../../tests/certs/root.pem");

    fn refused(body: &str) -> Option<Code> {
        check(body.as_bytes()).err().map(|refusal| refusal.code)
    }

    fn pem(label: &str, der: &[u8]) -> String {
        let base64 = Base64::encode_string(der);
        format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n")
    }

    /// A key of Ed25519 in PKCS#8, as RFC 8410 shows it (section 10.3).
    const KEY_IN_BASE64: &str = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";

    #[test]
    fn a_bundle_is_certificates_and_nothing_else() {
        let root = ROOT;
        let key = Base64::decode_vec(KEY_IN_BASE64).unwrap();
        let der = Base64::decode_vec(
            &root
                .lines()
                .filter(|it| !it.starts_with('-'))
                .collect::<String>(),
        )
        .unwrap();
        let and_key = [&*der, &key].concat();
        let cases = [
            (root.to_owned(), None),
            (format!("{root}\n{root}"), None),
            (root.replace('\n', "\r\n"), None),
            (format!("# Acme Root, until 2036\n{root}"), None),
            (
                format!(
                    "subject=O = Acme, CN = Root\n    00:c3:6f:{}\n{root}",
                    "ab:".repeat(20)
                ),
                None,
            ),
            (format!("{root}{}", pem("PRIVATE KEY", &key)), KEY),
            (format!("{root}{}", pem("EC PARAMETERS", &[6, 0])), KEY),
            (pem("CERTIFICATE", &key), KEY),
            (pem("CERTIFICATE", &and_key), KEY),
            (pem("TRUSTED CERTIFICATE", &and_key), KEY),
            (pem("CERTIFICATE", b"\x30"), KEY),
            (format!("{root}{KEY_IN_BASE64}"), KEY),
            (format!("{}\n{root}", "ab".repeat(138)), KEY),
            (
                root.replacen('\n', &format!("\nComment: {KEY_IN_BASE64}\n\n"), 1),
                KEY,
            ),
            (format!("{KEY_IN_BASE64}\n{root}"), KEY),
            (format!("{root}Private-Key: (256 bit)\npriv:\n  ab:cd"), KEY),
            (
                format!(
                    "{root}PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 1\n{}",
                    "A".repeat(64)
                ),
                KEY,
            ),
            (
                format!("{root}{{\"kty\":\"OKP\",\"d\":\"{}\"}}", "A".repeat(43)),
                KEY,
            ),
            (Base64::encode_string(root.as_bytes()), KEY),
            (Base64::encode_string(&der), KEY),
            (root.replace('\n', "\\n"), KEY),
            ("nothing".to_owned(), KEY),
        ];
        for (cas, expected) in cases {
            let body = json!({"customerX509": {"cas": cas}}).to_string();
            assert_eq!(refused(&body), expected, "{body}");
            let body = json!({"ldap": {"cas": cas}, "customerX509": {}}).to_string();
            assert_eq!(
                refused(&body),
                if cas == "nothing" { None } else { KEY },
                "{body}"
            );
        }
    }

    #[test]
    fn nowhere_else_does_a_block_begin_and_what_cannot_be_read_is_not_trusted() {
        let begin = "-----BEGIN PRIVATE KEY-----";
        let base64_of_pem = Base64::encode_string(begin.as_bytes());
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        let cases: &[(&str, Option<Code>)] = &[
            ("-----BEGIN PRIVATE KEY-----\n", KEY),
            ("-----BEGIN PUBLIC KEY-----", KEY),
            (r#"{"a":["-----BEGIN ENCRYPTED PRIVATE KEY-----"]}"#, KEY),
            (r#"{"a":"-----BEGIN OPENSSH PRIVATE KEY-----"}"#, KEY),
            (r#"{"a":"-----BEGIN PGP PRIVATE KEY BLOCK-----"}"#, KEY),
            (r#"{"a":"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----"}"#, KEY),
            (r#"{"a":"-----begin private key-----"}"#, KEY),
            (r#"{"a":"----- BEGIN\u00a0PRIVATE\tKEY -----"}"#, KEY),
            (r#"{"a":["-----BEGIN \u0050RIVATE KEY-----"]}"#, KEY),
            (r#"{"-----BEGIN PRIVATE\u0020KEY-----":1}"#, KEY),
            (r#"{"a":["-----BEGIN PRI","VATE KEY-----"]}"#, KEY),
            (r#"{"a":"-----BEGIN \u0050RIVATE KEY-----","a":"x"}"#, KEY),
            (
                r#"{"customerX509":{"cas":"-----BEGIN \u0050RIVATE KEY-----","cas":""}}"#,
                KEY,
            ),
            (
                r#"{"a":{"b":["-----BEGIN \u0050RIVATE KEY-----"]},"a":null}"#,
                KEY,
            ),
            (r#"{"a":"{\"b\":\"-----BEGIN PRIVATE KEY-----\\n\"}"}"#, KEY),
            (r#"{"a":"PuTTY-User-Key-File-3: ssh-ed25519"}"#, KEY),
            (r#"{"a":{"kty":"OKP","crv":"Ed25519","d":"x"}}"#, KEY),
            (r#"{"a":"{\"kty\" : \"OKP\"}"}"#, KEY),
            (&format!("{{\"a\":\"{base64_of_pem}\"}}"), KEY),
            (&format!("{{\"a\":\"{KEY_IN_BASE64}\"}}"), KEY),
            (&format!("{{\"{KEY_IN_BASE64}\":1}}"), KEY),
            (&format!("[\"{KEY_IN_BASE64}\"]"), KEY),
            (r#"{"a":[null,true,-1,1,0.5,"x",{"b":{}}]}"#, None),
            (
                r#"{"description":"holds no PRIVATE KEY, and no key to begin with"}"#,
                None,
            ),
            (
                r#"{"description":"ssh-tunnel to the reporting database of Acme"}"#,
                None,
            ),
            (
                r#"{"username":"CN=AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHHIIIIJJJJKKKKLLLL,O=x"}"#,
                None,
            ),
            ("{\"a\":1} {}", UNREADABLE),
            ("{\"a\":", UNREADABLE),
            (&deep, UNREADABLE),
            ("", None),
        ];
        for (body, expected) in cases {
            assert_eq!(refused(body), *expected, "{body}");
        }
        let wide: Vec<u8> = r#"{"a":"-----BEGIN PRIVATE KEY-----"}"#
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(check(&wide).is_err());
    }
}
