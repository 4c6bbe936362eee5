//! Signatures that will probably be asked for, told before anything is sorted out.
//!
//! [`Analysis::wanted`](super::Analysis::wanted) tells for certain, once every certificate is decoded and
//! every chain is built. Whoever has several cores would rather verify a certificate's signature where it is
//! decoded. Most are issued by an authority of the bundle, which is given first.

use std::{collections::HashMap, sync::Arc};

use crate::{
    Certificate,
    case::{Part, Pile},
    verify::platform::{PlainKey, WantedSignature},
};

/// Certificates of a file that are looked at: a client's own, and what it sends along. Of a file with many
/// nobody can tell so early which are needed, and they are better shared out to all cores.
const MOST_A_FILE: usize = 4;

/// The authorities that were given as the bundle: of each name the first one.
#[derive(Debug)]
pub struct Likely {
    issuers: HashMap<Vec<u8>, (Arc<Certificate>, PlainKey)>,
}

impl Likely {
    /// Looks at the bundle of a pile, and decodes it.
    pub fn of(pile: &Pile) -> Self {
        let mut issuers = HashMap::new();
        let bundle = pile.contents().filter(|file| file.part == Part::Bundle);
        for file in bundle {
            for block in file.certificate_blocks() {
                if let Some(Ok(certificate)) = file.certificate(block)
                    && let Some(key) = PlainKey::of(certificate)
                {
                    let name = certificate.subject().canonical().to_vec();
                    issuers
                        .entry(name)
                        .or_insert_with(|| (Arc::clone(certificate), key));
                }
            }
        }
        Self { issuers }
    }

    /// What will probably be asked for of a file, `file` being its position in [`Pile::files`]. What is valid
    /// may be confirmed, whether it is asked for or not.
    pub fn signatures(&self, pile: &Pile, file: usize) -> Vec<WantedSignature> {
        let Some(file) = pile.file(file) else {
            return Vec::new();
        };
        let certificates = file
            .certificate_blocks()
            .filter_map(|block| file.certificate(block)?.as_ref().ok());
        certificates
            .take(MOST_A_FILE)
            .filter_map(|certificate| {
                let (issuer, key) = self.issuers.get(certificate.issuer().canonical())?;
                let is_likely = certificate.is_likely_issued_by(issuer);
                is_likely.then(|| WantedSignature::new(certificate, issuer, *key))?
            })
            .collect()
    }
}
