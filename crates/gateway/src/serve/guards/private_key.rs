//! A private key goes nowhere. The page never sends one; this is for the day it does by mistake.
//!
//! Keys come in more shapes than can be told, so it is said what may be there. The CA bundle
//! (`customerX509.cas`) is read as the page reads a file, and is certificates with no more than a
//! word around them. Nothing else in a body, or in an address, begins a block or a key ([`shape`]),
//! be it cut into several strings, and no string is a block as a whole. A body that cannot be read
//! is refused too: Atlas may read what this does not, another encoding for instance.

mod shape;

use std::fmt;

use axum::{body::to_bytes, extract::Request};
use pki::{
    Certificate,
    input::{self, Content, Form, Unusable, Wrapping},
};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::target;
use crate::serve::refusal::{Code, Refusal};

const PRIVATE_KEY: Refusal = Refusal::new(
    Code::PrivateKeyInBody,
    "The call holds a private key, or something that could be one. It was not sent on: Atlas needs certificates only.",
);

const NOT_JSON: Refusal = Refusal::new(
    Code::BodyUnreadable,
    "The body of a call must be JSON in UTF-8.",
);

/// Members that JSON Web Keys have and Atlas's objects have not: the kind (RFC 7517, section 4.1)
/// and what is private (RFC 7518, section 6).
const OF_WEB_KEYS: [&str; 5] = ["kty", "d", "dp", "dq", "qi"];

pub(in crate::serve) async fn guard(request: Request) -> Result<Request, Refusal> {
    check_address(request.uri())?;
    let (parts, body) = request.into_parts();
    // The body is in memory already, and its size is known to be within the limit.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    check(&bytes)?;
    Ok(Request::from_parts(parts, bytes.into()))
}

/// A user's name is in the address, and may hold anything.
fn check_address(uri: &axum::http::Uri) -> Result<(), Refusal> {
    let address = uri.path_and_query().map_or("", |it| it.as_str());
    if shape::holds_key(&String::from_utf8_lossy(&target::decoded(address))) {
        return Err(PRIVATE_KEY);
    }
    Ok(())
}

fn check(bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.is_empty() {
        return Ok(());
    }
    let mut seen = Seen::default();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let body = Value {
        place: Place::Body,
        seen: &mut seen,
    };
    match body.deserialize(&mut json).and_then(|()| json.end()) {
        Ok(()) if seen.holds_key() => Err(PRIVATE_KEY),
        Ok(()) => Ok(()),
        Err(_) if shape::holds_key(&String::from_utf8_lossy(bytes)) => Err(PRIVATE_KEY),
        Err(_) => Err(NOT_JSON),
    }
}

/// What a body holds, but for its CA bundle. Strings are put together, for a key may be cut into
/// several: the lines of a file, for instance.
#[derive(Default)]
struct Seen {
    names: String,
    strings: String,
    /// The numbers that are octets: a key may be an array of them.
    octets: Vec<u8>,
    /// Whether something was found already.
    has_key: bool,
}

impl Seen {
    fn name(&mut self, name: &str) {
        self.has_key |= OF_WEB_KEYS.contains(&name) || is_block(name);
        self.names.push_str(name);
    }

    fn string(&mut self, text: &str) {
        self.has_key |= is_block(text);
        self.strings.push_str(text);
    }

    fn holds_key(&self) -> bool {
        self.has_key
            || shape::holds_key(&self.names)
            || shape::holds_key(&self.strings)
            || shape::holds_key_in(&self.octets, 8)
    }
}

/// Where in the JSON something stands.
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
}

/// A value to be looked at. One whose name stands there twice is looked at twice: whoever reads the
/// body may keep the first or the last.
struct Value<'s> {
    place: Place,
    seen: &'s mut Seen,
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

/// The depth is bounded by the parser of the JSON.
impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.seen.octets.extend(u8::try_from(number));
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if self.place == Place::Bundle {
            self.seen.has_key |= !is_bundle(text);
        } else {
            self.seen.string(text);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        let Self { seen, .. } = self;
        while let Some(()) = values.next_element_seed(Value {
            place: Place::Elsewhere,
            seen: &mut *seen,
        })? {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let Self { place, seen } = self;
        while let Some(name) = fields.next_key::<String>()? {
            seen.name(&name);
            fields.next_value_seed(Value {
                place: place.of(&name),
                seen: &mut *seen,
            })?;
        }
        Ok(())
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
    let mut comments = String::new();
    let are_plain = text.lines().all(|line| {
        let (begins, ends) = (line.contains("-----BEGIN "), line.contains("-----END "));
        let was_inside = inside;
        inside = (inside || begins) && !ends;
        if begins || ends {
            return is_bare(line.trim());
        }
        if was_inside {
            line.bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"+/= \t\r".contains(&it))
        } else {
            comments.push_str(line);
            is_comment(line)
        }
    });
    are_plain && !shape::holds_key(&comments)
}

/// Whether a line of BEGIN or END holds nothing else.
fn is_bare(line: &str) -> bool {
    let label = line
        .strip_prefix("-----")
        .and_then(|rest| rest.strip_suffix("-----"));
    label.is_some_and(|label| {
        let mut letters = label.bytes();
        letters.all(|it| it.is_ascii_alphanumeric() || it == b' ') && is_comment(label)
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

    fn hex(octets: &[u8]) -> String {
        use std::fmt::Write as _;
        octets.iter().fold(String::new(), |mut text, octet| {
            write!(text, "{octet:02x}").unwrap();
            text
        })
    }

    /// In lines of so many characters.
    fn folded(text: &str, columns: usize) -> String {
        let lines = text.as_bytes().chunks(columns);
        lines
            .map(|line| format!("{}\n", std::str::from_utf8(line).unwrap()))
            .collect()
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
            // In words too short to be told by their length.
            (format!("{}{root}", folded(KEY_IN_BASE64, 30)), KEY),
            (format!("{}{root}", folded(&hex(&key), 24)), KEY),
            (
                format!("{root}{{\"crv\":\"Ed25519\",\"d\":\"{}\"}}", "A".repeat(22)),
                KEY,
            ),
            (format!("{}{root}", &KEY_IN_BASE64[..32]), KEY),
            (format!("{}{}", root.trim_end(), &KEY_IN_BASE64[..32]), KEY),
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

    #[test]
    fn a_key_is_told_by_how_it_begins_however_it_is_written_or_cut() {
        let octets = Base64::decode_vec(KEY_IN_BASE64).unwrap();
        let lines: Vec<&str> = KEY_IN_BASE64
            .as_bytes()
            .chunks(5)
            .map(|it| std::str::from_utf8(it).unwrap())
            .collect();
        let by_number: serde_json::Map<String, serde_json::Value> = (0..)
            .zip(&octets)
            .map(|(at, octet)| (format!("{at:03}"), json!(octet)))
            .collect();
        let latin1: String = octets.iter().copied().map(char::from).collect();
        let colons = hex(&octets)
            .as_bytes()
            .chunks(2)
            .map(|it| std::str::from_utf8(it).unwrap())
            .collect::<Vec<_>>()
            .join(":");
        for body in [
            json!({ "a": lines }),
            json!({"a": {"b": &KEY_IN_BASE64[..7], "c": [&KEY_IN_BASE64[7..]]}}),
            json!({&KEY_IN_BASE64[..7]: 1, &KEY_IN_BASE64[7..]: 2}),
            json!(["-----BEG", "IN PRIVATE KEY-----"]),
            json!({"a": format!("key={}", KEY_IN_BASE64.replace('+', "-").replace('/', "_"))}),
            json!({"a": format!("CN={KEY_IN_BASE64},O=x")}),
            json!({"a": hex(&octets)}),
            json!({"a": hex(&octets).to_ascii_uppercase()}),
            json!({"a": format!("[{colons}]")}),
            json!({"a": colons.replace(':', ", 0x")}),
            json!({"a": format!("CN=\\{}", colons.replace(':', "\\"))}),
            json!({"a": colons.split(':').collect::<Vec<_>>()}),
            json!({ "a": octets }),
            json!({ "a": by_number }),
            json!({ "a": latin1 }),
            json!({"a": "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ"}),
            json!({"a": "6f70656e7373682d6b65792d763100000000046e6f6e65"}),
            json!({"a": "ED25519 Private-Key:\npriv:\n    d4:ee:72:db:f9:13"}),
            json!({"a": "Private-Key: (2048 bit, 2 primes)"}),
            json!({"a": "privateExponent:\n    00:c3:6f"}),
            json!({"a": "<RSAKeyValue><Modulus>xA==</Modulus><D>xA==</D></RSAKeyValue>"}),
            json!({"a": "<ds:RSAKeyValue xmlns:ds='x'>"}),
            json!({"a": {"crv": "Ed25519", "x": "11qYAYKxCrfVS", "d": "nWGxne_9WmC6h"}}),
            json!({"a": {"n": "x", "p": "x", "dp": "x"}}),
            json!({"a": "{'crv': 'P-256', 'd' : 'x'}"}),
            json!({"a": "{\\\"d\\\":\\\"x\\\"}"}),
        ] {
            assert_eq!(refused(&body.to_string()), KEY, "{body}");
        }
        let harmless = json!({
            "username": "CN=Jürgen Žižek,SERIALNUMBER=308204020100,OU=00:30:82:04:bd:02:01:00,O=Acme\\, Inc.",
            "roles": [{"roleName": "readWrite", "databaseName": "admin", "collectionName": "d"}],
            "scopes": [{"name": "Cluster0", "type": "CLUSTER"}],
            "labels": [{"key": "d", "value": "priv: yes"}, {"key": "sha256", "value": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}],
            "description": "order 48130200100, ticket 30, 820, 4020, 100",
            "groupId": "32b6e34b3d91647abb20e7b8",
            "threshold": [48, 46, 2, 1, 0, 30],
        });
        assert_eq!(refused(&harmless.to_string()), None);
    }

    #[test]
    fn a_key_in_an_address_is_told_in_whatever_encoding() {
        let user = "/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/databaseUsers/%24external/CN%3D";
        let percent = KEY_IN_BASE64.replace('+', "%2B").replace('/', "%2F");
        let every: String = KEY_IN_BASE64
            .bytes()
            .map(|it| format!("%{it:02X}"))
            .collect();
        let octets = hex(&Base64::decode_vec(KEY_IN_BASE64).unwrap());
        for (rest, expected) in [
            (&*percent, KEY),
            (&percent.replace('%', "%25"), KEY),
            (&every, KEY),
            (&octets, KEY),
            ("-----BEGIN%20PRIVATE%20KEY-----", KEY),
            ("a?pageNum=MC4CAQAwBQYDK2VwBCIE", KEY),
            ("Monitoring%20MC4C%2CO%3DAcme", None),
            ("a%2Fb%2F%2Fc?itemsPerPage=500&pageNum=1", None),
        ] {
            let address = format!("{user}{rest}");
            let found = check_address(&address.parse().unwrap());
            assert_eq!(found.err().map(|it| it.code), expected, "{address}");
        }
    }
}
