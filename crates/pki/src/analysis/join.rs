//! The one file that a client's driver wants, from what the pile holds.

use zeroize::Zeroizing;

use super::Pile;
use crate::{PrivateKey, Source, input::Content, pair, report::Sha256, view::View};

impl Pile {
    /// The client's certificate, the intermediates it must send, and its private key, as one PEM.
    ///
    /// `view` is what an analysis of this pile said; `None` when the client has no certificate or
    /// its key is not in the pile.
    pub fn joined_pem(&self, view: &View, client: usize) -> Option<Zeroizing<String>> {
        let client = view.clients.get(client)?;
        let der = |certificate: usize| {
            let entry = view.report.certificates.get(certificate)?;
            self.der(entry.sha256, &entry.file)
        };
        let sent: Option<Vec<&[u8]>> = client.must_send.iter().map(|&index| der(index)).collect();
        let key = self.private_key(&view.keys.get(client.key?)?.source)?;
        Some(pair::joined_pem(der(client.leaf?)?, &sent?, key))
    }

    /// The octets of a certificate that was found in `file`.
    fn der(&self, sha256: Sha256, file: &str) -> Option<&[u8]> {
        let files = self.contents().filter(|held| held.contents.name == file);
        files
            .flat_map(|held| held.certificate_blocks().map(move |block| (held, block)))
            .find_map(|(held, block)| {
                let certificate = held.certificate(block)?.as_ref().ok()?;
                (certificate.sha256() == sha256).then(|| certificate.der())
            })
    }

    fn private_key(&self, source: &Source) -> Option<&PrivateKey> {
        self.contents()
            .flat_map(|held| &held.contents.blocks)
            .find_map(|block| match &block.content {
                Content::PrivateKey(key) if block.source == *source => Some(key),
                _ => None,
            })
    }
}
