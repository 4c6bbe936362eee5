//! The browser's keys (Web Cryptography): ECDSA on P-256. Those of an authority can't be taken out of it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, CryptoKey, SubtleCrypto};
use zeroize::Zeroizing;

use crate::browser;

/// Octets of a line of PEM.
const LINE: usize = 48;

/// The browser did not do it. What it says is for programmers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused(pub(super) String);

impl From<JsValue> for Refused {
    fn from(error: JsValue) -> Self {
        let said = error.dyn_ref::<js_sys::Error>().map(js_sys::Error::message);
        Self(said.map_or_else(|| "no reason given".to_owned(), String::from))
    }
}

/// What makes keys.
#[derive(Clone)]
pub(super) struct Maker {
    crypto: Crypto,
    subtle: SubtleCrypto,
}

impl Maker {
    /// `None` on a page that came by plain HTTP from another computer.
    pub(super) fn find() -> Option<Self> {
        let crypto = browser::window().crypto().ok()?;
        // Absent there, which the bindings can't express.
        let subtle = Reflect::get(&crypto, &"subtle".into()).ok()?;
        let subtle = subtle.dyn_into().ok()?;
        Some(Self { crypto, subtle })
    }

    pub(super) fn serial(&self) -> Result<[u8; 16], Refused> {
        let mut serial = [0; 16];
        self.crypto.get_random_values_with_u8_array(&mut serial)?;
        Ok(serial)
    }

    /// A new key, which stays where it is or can be taken out.
    pub(super) async fn make(&self, stays: bool) -> Result<Pair, Refused> {
        let parameters = parameters(&[("name", "ECDSA"), ("namedCurve", "P-256")]);
        let uses = Array::of2(&"sign".into(), &"verify".into());
        let pair = self
            .subtle
            .generate_key_with_object(&parameters, !stays, &uses)?;
        let pair = settled(pair).await?;
        let half = |name: &str| -> Result<CryptoKey, Refused> {
            Ok(Reflect::get(&pair, &name.into())?.dyn_into()?)
        };
        let (private, public) = (half("privateKey")?, half("publicKey")?);
        let public = settled(self.subtle.export_key("spki", &public)?).await?;
        Ok(Pair {
            subtle: self.subtle.clone(),
            private,
            public: Uint8Array::new(&public).to_vec(),
        })
    }
}

pub(super) struct Pair {
    subtle: SubtleCrypto,
    private: CryptoKey,
    /// As DER.
    pub(super) public: Vec<u8>,
}

impl Pair {
    pub(super) async fn sign(&self, octets: &[u8]) -> Result<Vec<u8>, Refused> {
        let parameters = parameters(&[("name", "ECDSA"), ("hash", "SHA-256")]);
        let octets = Uint8Array::from(octets);
        let signed =
            self.subtle
                .sign_with_object_and_js_u8_array(&parameters, &self.private, &octets)?;
        Ok(Uint8Array::new(&settled(signed).await?).to_vec())
    }

    /// The private key as PEM.
    pub(super) async fn private_pem(&self) -> Result<Zeroizing<String>, Refused> {
        let exported = settled(self.subtle.export_key("pkcs8", &self.private)?).await?;
        let exported = Uint8Array::new(&exported);
        let der = Zeroizing::new(exported.to_vec());
        exported.fill(0, 0, exported.length());
        Ok(pem("PRIVATE KEY", &der))
    }
}

/// PEM, which may be a private key's.
pub(super) fn pem(label: &str, der: &[u8]) -> Zeroizing<String> {
    // Large enough from the beginning: what is moved stays behind.
    let mut text = Zeroizing::new(String::with_capacity(der.len() * 3 / 2 + 128));
    text.push_str("-----BEGIN ");
    text.push_str(label);
    text.push_str("-----\n");
    for line in der.chunks(LINE) {
        STANDARD.encode_string(line, &mut text);
        text.push('\n');
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}

async fn settled(promise: Promise) -> Result<JsValue, Refused> {
    Ok(JsFuture::from(promise).await?)
}

fn parameters(entries: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in entries {
        // A plain object takes any property.
        let _ = Reflect::set(&object, &(*name).into(), &(*value).into());
    }
    object
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn pem_is_written_in_lines_of_64_characters_and_never_moved() {
        for length in [0_u8, 1, 48, 49, 200] {
            let der: Vec<u8> = (0..length).collect();
            let text = pem("PRIVATE KEY", &der);
            let lines: Vec<&str> = text.lines().collect();
            let (first, rest) = lines.split_first().unwrap();
            let (last, body) = rest.split_last().unwrap();
            assert_eq!(*first, "-----BEGIN PRIVATE KEY-----");
            assert_eq!(*last, "-----END PRIVATE KEY-----");
            assert!(body.iter().all(|line| line.len() <= 64));
            assert_eq!(STANDARD.decode(body.concat()).unwrap(), der);
            assert!(text.len() <= usize::from(length) * 3 / 2 + 128);
        }
    }
}
