//! Certificates that nobody signed, made quickly and by the thousand.

use pki::{
    analysis::Pile,
    input::{self, MAX_CERTIFICATE_BYTES, to_pem},
};

/// One value: tag, length, content.
pub(crate) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut encoded = vec![tag];
    let length = content.len();
    if length < 0x80 {
        encoded.push(length as u8);
    } else {
        let octets = (length as u32).to_be_bytes();
        let octets = &octets[octets.iter().take_while(|octet| **octet == 0).count()..];
        encoded.push(0x80 | octets.len() as u8);
        encoded.extend(octets);
    }
    encoded.extend(content);
    encoded
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

/// commonName=`text`
pub(crate) fn name(text: &str) -> Vec<u8> {
    sequence(&[&tlv(0x31, &attribute(text))])
}

pub(crate) fn attribute(text: &str) -> Vec<u8> {
    sequence(&[&[6, 3, 0x55, 4, 3], &tlv(12, text.as_bytes())])
}

pub(crate) fn extension(oid: &[u8], value: &[u8]) -> Vec<u8> {
    sequence(&[&tlv(6, oid), &tlv(4, value)])
}

/// basicConstraints of an authority.
pub(crate) fn authority() -> Vec<u8> {
    extension(&[0x55, 0x1d, 19], &[0x30, 3, 1, 1, 0xff])
}

/// A certificate; `number` makes it differ from others.
pub(crate) struct Draft<'a> {
    pub(crate) number: u32,
    pub(crate) issuer: &'a [u8],
    pub(crate) subject: &'a [u8],
    pub(crate) extensions: &'a [Vec<u8>],
}

impl Draft<'_> {
    pub(crate) fn der(&self) -> Vec<u8> {
        // sha256WithRSAEncryption, and a key of 2,048 bits that is no product of two primes.
        let algorithm = [
            0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 11, 5, 0,
        ];
        let mut modulus = vec![0xf1; 256];
        modulus[100..104].copy_from_slice(&self.number.to_be_bytes());
        modulus.insert(0, 0);
        let key = sequence(&[&tlv(2, &modulus), &[2, 3, 1, 0, 1]]);
        let key_info = sequence(&[
            &[
                0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0,
            ],
            &tlv(3, &[&[0][..], &key].concat()),
        ]);
        let dates = sequence(&[&tlv(23, b"250101000000Z"), &tlv(23, b"350101000000Z")]);
        let extensions = if self.extensions.is_empty() {
            Vec::new()
        } else {
            tlv(0xa3, &tlv(0x30, &self.extensions.concat()))
        };
        let tbs = sequence(&[
            &[0xa0, 3, 2, 1, 2],
            &tlv(2, &(self.number | 0x4000_0000).to_be_bytes()),
            &algorithm,
            self.issuer,
            &dates,
            self.subject,
            &key_info,
            &extensions,
        ]);
        // As long as the issuer's key has it, so that it is computed and asked for.
        let signature = [&[0][..], &[1; 256]].concat();
        sequence(&[&tbs, &algorithm, &tlv(3, &signature)])
    }
}

/// An authority of that name, issued by another.
pub(crate) fn ca(number: usize, subject: &str, issuer: &str) -> Vec<u8> {
    Draft {
        number: number as u32,
        issuer: &name(issuer),
        subject: &name(subject),
        extensions: &[authority()],
    }
    .der()
}

/// An end entity of that name, issued by an authority.
pub(crate) fn client(number: usize, subject: &str, issuer: &str) -> Vec<u8> {
    Draft {
        number: number as u32,
        issuer: &name(issuer),
        subject: &name(subject),
        extensions: &[extension(&[0x55, 0x1d, 19], &[0x30, 0])],
    }
    .der()
}

/// How large the files are that certificates are put into.
const FILE_BYTES: usize = 1 << 20;

/// Adds certificates, in files of some size.
pub(crate) fn add(pile: &mut Pile, file: &str, certificates: impl IntoIterator<Item = Vec<u8>>) {
    let mut pem = String::new();
    for der in certificates {
        assert!(der.len() <= MAX_CERTIFICATE_BYTES, "{file} is too large");
        let block = to_pem(&der);
        if block.len() > FILE_BYTES {
            pile.add(input::read(file, &der));
            continue;
        }
        if pem.len() + block.len() > FILE_BYTES {
            pile.add(input::read(file, pem.as_bytes()));
            pem.clear();
        }
        pem.push_str(&block);
    }
    pile.add(input::read(file, pem.as_bytes()));
}
