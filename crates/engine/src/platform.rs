//! The browser's or Node's own cryptography, which verifies signatures several times as fast.
//!
//! It is asked beforehand, and only its *valid* is taken (see [`pki::verify::platform`]); where it is
//! absent, as in a page that did not come by HTTPS, nothing is missing but time.

use std::collections::HashMap;

use js_sys::{Object, Promise, Reflect, Uint8Array};
use pki::verify::platform::{NistCurve, PlainAlgorithm, Sha2, WantedSignature};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// Verifies signatures, if there is anything to verify them with.
pub(crate) struct Platform {
    subtle: Option<SubtleCrypto>,
    /// Each issuer's key as it was imported; `None` when it was not taken.
    keys: HashMap<(Vec<u8>, PlainAlgorithm), Option<CryptoKey>>,
    /// What is being verified.
    pending: Vec<(WantedSignature, Promise)>,
}

impl Platform {
    pub(crate) fn new() -> Self {
        let subtle = Reflect::get(&js_sys::global(), &"crypto".into())
            .and_then(|crypto| Reflect::get(&crypto, &"subtle".into()))
            .ok()
            .filter(JsValue::is_object);
        Self {
            subtle: subtle.map(JsCast::unchecked_into),
            keys: HashMap::new(),
            pending: Vec::new(),
        }
    }

    /// One that is not asked, whatever there is.
    #[cfg(feature = "package")]
    pub(crate) fn absent() -> Self {
        Self {
            subtle: None,
            ..Self::new()
        }
    }

    pub(crate) fn is_there(&self) -> bool {
        self.subtle.is_some()
    }

    /// Begins to verify a signature.
    pub(crate) async fn begin(&mut self, wanted: WantedSignature) {
        let Some(subtle) = self.subtle.clone() else {
            return;
        };
        let name = (wanted.key().to_vec(), wanted.algorithm());
        if !self.keys.contains_key(&name) {
            let key = import(&subtle, &wanted).await;
            self.keys.insert(name.clone(), key);
        }
        let Some(Some(key)) = self.keys.get(&name) else {
            return;
        };
        let begun = subtle.verify_with_object_and_js_u8_array_and_js_u8_array(
            &to_verify(wanted.algorithm()),
            key,
            &Uint8Array::from(&*wanted.fixed_signature()),
            &Uint8Array::from(wanted.message()),
        );
        if let Ok(promise) = begun {
            self.pending.push((wanted, promise));
        }
    }

    /// A signature that is valid; `None` when there are no more of those that were begun.
    pub(crate) async fn next_valid(&mut self) -> Option<WantedSignature> {
        while let Some((wanted, promise)) = self.pending.pop() {
            let answer = JsFuture::from(promise).await;
            if answer.is_ok_and(|answer| answer.is_truthy()) {
                return Some(wanted);
            }
        }
        None
    }
}

async fn import(subtle: &SubtleCrypto, wanted: &WantedSignature) -> Option<CryptoKey> {
    let uses = js_sys::Array::of1(&"verify".into());
    let octets = Uint8Array::from(wanted.key());
    let promise = subtle
        .import_key_with_object(
            "spki",
            &octets,
            &to_import(wanted.algorithm()),
            false,
            &uses,
        )
        .ok()?;
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

/// The parameters of `importKey` (Web Cryptography, sections 20 to 26).
fn to_import(algorithm: PlainAlgorithm) -> Object {
    match algorithm {
        PlainAlgorithm::RsaPkcs1(digest) => {
            object(&[("name", "RSASSA-PKCS1-v1_5"), ("hash", name(digest))])
        }
        PlainAlgorithm::RsaPss(digest) => object(&[("name", "RSA-PSS"), ("hash", name(digest))]),
        PlainAlgorithm::Ecdsa(curve, _) => object(&[
            ("name", "ECDSA"),
            (
                "namedCurve",
                match curve {
                    NistCurve::P256 => "P-256",
                    NistCurve::P384 => "P-384",
                    NistCurve::P521 => "P-521",
                },
            ),
        ]),
        PlainAlgorithm::Ed25519 => object(&[("name", "Ed25519")]),
    }
}

/// The parameters of `verify`.
fn to_verify(algorithm: PlainAlgorithm) -> Object {
    match algorithm {
        PlainAlgorithm::RsaPss(digest) => {
            let parameters = object(&[("name", "RSA-PSS")]);
            let salt: u32 = match digest {
                Sha2::Sha256 => 32,
                Sha2::Sha384 => 48,
                Sha2::Sha512 => 64,
            };
            set(&parameters, "saltLength", &salt.into());
            parameters
        }
        PlainAlgorithm::Ecdsa(_, digest) => object(&[("name", "ECDSA"), ("hash", name(digest))]),
        other => to_import(other),
    }
}

fn name(digest: Sha2) -> &'static str {
    match digest {
        Sha2::Sha256 => "SHA-256",
        Sha2::Sha384 => "SHA-384",
        Sha2::Sha512 => "SHA-512",
    }
}

fn object(entries: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in entries {
        set(&object, name, &(*value).into());
    }
    object
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // A plain object takes any property.
    let _ = Reflect::set(object, &name.into(), value);
}
