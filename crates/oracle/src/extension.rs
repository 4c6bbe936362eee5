//! Extensions as certificates should have them, and as they should not.

mod general_name;
mod odd;
pub(crate) mod resources;

pub use general_name::GeneralName;
pub use odd::odd;

use crate::der;

pub const BASIC_CONSTRAINTS: &str = "2.5.29.19";
pub const KEY_USAGE: &str = "2.5.29.15";
pub const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
pub const SUBJECT_ALT_NAME: &str = "2.5.29.17";
pub const ISSUER_ALT_NAME: &str = "2.5.29.18";
pub const SUBJECT_KEY_IDENTIFIER: &str = "2.5.29.14";
pub const AUTHORITY_KEY_IDENTIFIER: &str = "2.5.29.35";
pub const NAME_CONSTRAINTS: &str = "2.5.29.30";
pub const CRL_DISTRIBUTION_POINTS: &str = "2.5.29.31";
pub const CERTIFICATE_POLICIES: &str = "2.5.29.32";
pub const NETSCAPE_CERT_TYPE: &str = "2.16.840.1.113730.1.1";
pub const PROXY_CERT_INFO: &str = "1.3.6.1.5.5.7.1.14";
pub const IP_ADDRESS_BLOCKS: &str = "1.3.6.1.5.5.7.1.7";
pub const AUTONOMOUS_SYSTEMS: &str = "1.3.6.1.5.5.7.1.8";

pub const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";
pub const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";

/// Bits of the first octet of a key usage (RFC 5280, section 4.2.1.3).
pub mod usage {
    pub const DIGITAL_SIGNATURE: u8 = 0x80;
    pub const NON_REPUDIATION: u8 = 0x40;
    pub const KEY_ENCIPHERMENT: u8 = 0x20;
    pub const KEY_AGREEMENT: u8 = 0x08;
    pub const KEY_CERT_SIGN: u8 = 0x04;
    pub const CRL_SIGN: u8 = 0x02;
}

/// An extension.
#[derive(Clone, Debug)]
pub struct Extension {
    pub oid: &'static str,
    /// The octet of the criticality's BOOLEAN, absent by default.
    pub critical: Option<u8>,
    /// What the OCTET STRING holds.
    pub value: Vec<u8>,
}

impl Extension {
    pub fn new(oid: &'static str, value: Vec<u8>) -> Self {
        Self {
            oid,
            critical: None,
            value,
        }
    }

    pub fn critical(oid: &'static str, value: Vec<u8>) -> Self {
        Self {
            oid,
            critical: Some(0xff),
            value,
        }
    }

    pub fn to_der(&self) -> Vec<u8> {
        let critical = self.critical.map(der::boolean).unwrap_or_default();
        der::sequence(&[
            &der::oid(self.oid),
            &critical,
            &der::octet_string(&self.value),
        ])
    }

    /// The basic constraints of a CA, with the content of the path length's INTEGER if any.
    pub fn authority(path_length: Option<&[u8]>) -> Self {
        let length = path_length.map(der::integer).unwrap_or_default();
        Self::critical(
            BASIC_CONSTRAINTS,
            der::sequence(&[&der::boolean(0xff), &length]),
        )
    }

    /// The basic constraints of an end entity.
    pub fn end_entity() -> Self {
        Self::critical(BASIC_CONSTRAINTS, der::sequence(&[]))
    }

    /// Key usages that fit in the first octet.
    pub fn key_usage(bits: u8) -> Self {
        let unused = u8::try_from(bits.trailing_zeros()).unwrap_or(0) & 7;
        Self::critical(KEY_USAGE, der::bit_string(unused, &[bits]))
    }

    pub fn extended_key_usage(purposes: &[&str]) -> Self {
        let purposes: Vec<Vec<u8>> = purposes.iter().map(|oid| der::oid(oid)).collect();
        Self::new(EXTENDED_KEY_USAGE, der::element(0x30, &purposes.concat()))
    }

    pub fn subject_key_identifier(identifier: &[u8]) -> Self {
        Self::new(SUBJECT_KEY_IDENTIFIER, der::octet_string(identifier))
    }

    pub fn authority_key_identifier(identifier: &[u8]) -> Self {
        Self::new(
            AUTHORITY_KEY_IDENTIFIER,
            der::sequence(&[&der::context_primitive(0, identifier)]),
        )
    }

    pub fn subject_alt_name(names: &[GeneralName]) -> Self {
        let names: Vec<Vec<u8>> = names.iter().map(GeneralName::to_der).collect();
        Self::new(SUBJECT_ALT_NAME, der::element(0x30, &names.concat()))
    }

    /// Name constraints of subtrees without minimum and maximum.
    pub fn name_constraints(permitted: &[GeneralName], excluded: &[GeneralName]) -> Self {
        let subtrees = |number, names: &[GeneralName]| {
            if names.is_empty() {
                return Vec::new();
            }
            let subtrees: Vec<Vec<u8>> = names
                .iter()
                .map(|name| der::sequence(&[&name.to_der()]))
                .collect();
            der::context(number, &[&subtrees.concat()])
        };
        Self::critical(
            NAME_CONSTRAINTS,
            der::sequence(&[&subtrees(0, permitted), &subtrees(1, excluded)]),
        )
    }
}
