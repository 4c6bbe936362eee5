//! CA certificates for the projects of the sandbox: made when it starts, for their dates hang on
//! the day.
//!
//! The keys and serial numbers are always the same, so that only the dates differ from one start to
//! the next. ECDSA with P-256 and SHA-256 (RFC 5480, RFC 5758), signatures as RFC 6979 makes them.

use std::time::Duration;

use p256::ecdsa::{DerSignature, SigningKey, signature::Signer as _};
use sha1::{Digest as _, Sha1};

use super::der;
use crate::clock::Moment;

/// What an authority is to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Authority {
    pub(crate) common_name: &'static str,
    /// Tells keys and serial numbers apart; not 0.
    pub(crate) number: u8,
    pub(crate) not_before: Moment,
    pub(crate) not_after: Moment,
}

pub(crate) const DAY: Duration = Duration::from_hours(24);

mod oids {
    pub(super) const COUNTRY: &[u8] = &[0x55, 4, 6];
    pub(super) const ORGANIZATION: &[u8] = &[0x55, 4, 10];
    pub(super) const COMMON_NAME: &[u8] = &[0x55, 4, 3];
    pub(super) const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
    pub(super) const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    pub(super) const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    pub(super) const SUBJECT_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 14];
    pub(super) const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
    pub(super) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
}

impl Authority {
    /// The certificate, PEM.
    pub(crate) fn pem(&self) -> String {
        pki::input::to_pem(&self.certificate())
    }

    fn certificate(&self) -> Vec<u8> {
        let key = self.key();
        let point = key.verifying_key().to_sec1_point(false);
        let algorithm = der::sequence(&[der::oid(oids::ECDSA_SHA256)]);
        let name = self.name();
        let tbs = der::sequence(&[
            // version [0] v3
            der::value(0xa0, &der::unsigned(&[2])),
            der::unsigned(&[0x5a, 0x4d, 0xb0, 0xc0, self.number]),
            algorithm.clone(),
            name.clone(),
            der::sequence(&[time(self.not_before), time(self.not_after)]),
            name,
            der::sequence(&[
                der::sequence(&[der::oid(oids::EC_PUBLIC_KEY), der::oid(oids::P256)]),
                der::bits(point.as_bytes()),
            ]),
            der::value(0xa3, &extensions(point.as_bytes())),
        ]);
        let signature: DerSignature = key.sign(&tbs);
        der::sequence(&[tbs, algorithm, der::bits(signature.as_bytes())])
    }

    fn key(&self) -> SigningKey {
        let mut scalar = [0x5a; 32];
        scalar[31] = self.number;
        #[expect(
            clippy::expect_used,
            reason = "any number from 1 to the order of P-256, which begins with 0xff, is a key"
        )]
        SigningKey::from_slice(&scalar).expect("a private key")
    }

    fn name(&self) -> Vec<u8> {
        let attribute = |oid, text: Vec<u8>| der::set(&[der::sequence(&[der::oid(oid), text])]);
        der::sequence(&[
            // PrintableString, as RFC 5280 asks of countries.
            attribute(oids::COUNTRY, der::value(0x13, b"US")),
            attribute(oids::ORGANIZATION, der::utf8("Acme")),
            attribute(oids::COMMON_NAME, der::utf8(self.common_name)),
        ])
    }
}

fn extensions(public_key: &[u8]) -> Vec<u8> {
    let critical = der::value(0x01, &[0xff]);
    let extension = |oid, critical: Option<&Vec<u8>>, content: &[u8]| {
        let mut parts = vec![der::oid(oid)];
        parts.extend(critical.cloned());
        parts.push(der::octets(content));
        der::sequence(&parts)
    };
    der::sequence(&[
        extension(
            oids::BASIC_CONSTRAINTS,
            Some(&critical),
            &der::sequence(std::slice::from_ref(&critical)),
        ),
        // keyCertSign and cRLSign: bits 5 and 6.
        extension(
            oids::KEY_USAGE,
            Some(&critical),
            &der::value(0x03, &[1, 0b0000_0110]),
        ),
        // RFC 5280, section 4.2.1.2, the first way.
        extension(
            oids::SUBJECT_KEY_IDENTIFIER,
            None,
            &der::octets(&Sha1::digest(public_key)),
        ),
    ])
}

/// `UTCTime` before 2050, `GeneralizedTime` from then on (RFC 5280, section 4.1.2.5).
fn time(moment: Moment) -> Vec<u8> {
    // 2026-11-24T10:00:00Z
    let text = moment.to_string();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.as_str() < "2050" {
        der::value(0x17, format!("{}Z", &digits[2..]).as_bytes())
    } else {
        der::value(0x18, format!("{digits}Z").as_bytes())
    }
}
