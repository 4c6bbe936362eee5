//! The files that were given.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use super::title::Names;
use crate::{
    Certificate, Placement, asn1,
    certificate::{TrustSettings, trust},
    input::{Block, Content, Contents, Form, Unusable},
    report::Sha256,
};

/// Files, and what each is there for. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Pile {
    files: Vec<Arc<File>>,
    moved: BTreeMap<Sha256, Placement>,
}

/// What a file is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Its content tells.
    Unsaid,
    /// It is a part of the bundle, whatever it holds.
    Bundle,
    /// It is one client.
    Client,
}

/// A file, with its certificates decoded as they are asked for.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) contents: Contents,
    pub(crate) part: Part,
    /// One for each block of `contents`; used for those that are certificates.
    decoded: Vec<OnceLock<Result<Arc<Certificate>, asn1::Error>>>,
    /// What they are called, where somebody has derived it beforehand.
    names: Vec<OnceLock<Names>>,
}

impl Pile {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file whose content tells what it is there for: authorities make up the bundle, and a
    /// file with a client's certificate holds what that client sends.
    pub fn add(&mut self, contents: Contents) {
        self.push(contents, Part::Unsaid);
    }

    /// Adds a file all of whose certificates the server trusts.
    pub fn add_bundle(&mut self, contents: Contents) {
        self.push(contents, Part::Bundle);
    }

    /// Adds a file that is one client: its certificate and what it sends along.
    pub fn add_client(&mut self, contents: Contents) {
        self.push(contents, Part::Client);
    }

    /// Puts a file in the place of another one, which was there for what its content tells. `file`
    /// is its position in [`Self::files`].
    pub fn replace(&mut self, file: usize, contents: Contents) {
        if let Some(place) = self.files.get_mut(file) {
            *place = File::new(contents, Part::Unsaid);
        }
    }

    /// Takes a file away again. `file` is its position in [`Self::files`]; those behind it move
    /// up. What was placed by hand stays where it was put, should another file hold it, or this one
    /// come again.
    pub fn take_away(&mut self, file: usize) {
        if file < self.files.len() {
            self.files.remove(file);
        }
    }

    /// Puts a certificate elsewhere than its file would put it.
    pub fn place(&mut self, certificate: Sha256, placement: Placement) {
        self.moved.insert(certificate, placement);
    }

    /// How many blocks hold a certificate, readable or not.
    pub fn certificate_count(&self) -> usize {
        self.files
            .iter()
            .map(|file| file.certificate_blocks().count())
            .sum()
    }

    /// Whether there is something that is wiped when it is dropped: a private key, or what may hold one.
    pub fn holds_secrets(&self) -> bool {
        let mut blocks = self.files.iter().flat_map(|file| &file.contents.blocks);
        blocks.any(|block| {
            matches!(
                block.content,
                Content::PrivateKey(_) | Content::Unusable(Unusable::Pkcs12(_))
            )
        })
    }

    /// The files' names and sizes in bytes, in the order added.
    pub fn files(&self) -> impl Iterator<Item = (&str, usize)> {
        self.files
            .iter()
            .map(|file| (&file.contents.name[..], file.contents.size))
    }

    /// Decodes the certificates of a file and derives what they are called, `file` being its position in
    /// [`Self::files`]. An analysis does so by itself; whoever has several cores may do it beforehand on
    /// all of them.
    pub fn decode(&self, file: usize) {
        let Some(file) = self.file(file) else { return };
        for block in file.certificate_blocks() {
            if let Some(Ok(certificate)) = file.certificate(block) {
                file.names[block].get_or_init(|| Names::of(certificate));
            }
        }
    }

    /// The certificates that can be read, with the names of their files, in the order given; one that
    /// two files hold comes twice.
    pub fn certificates(&self) -> impl Iterator<Item = (&str, &Certificate)> {
        self.files.iter().flat_map(|file| {
            file.certificate_blocks().filter_map(|block| {
                let certificate = file.certificate(block)?.as_ref().ok()?;
                Some((&file.contents.name[..], certificate.as_ref()))
            })
        })
    }

    /// The certificates that were put aside, with the names of their files.
    pub(crate) fn put_aside(&self) -> impl Iterator<Item = (&str, &Certificate)> {
        let is_aside = |placement: &Placement| *placement == Placement::Aside;
        let any = self.moved.values().any(is_aside);
        let certificates = any.then(|| self.certificates()).into_iter().flatten();
        certificates.filter(move |(_, certificate)| {
            self.moved(certificate.sha256())
                .as_ref()
                .is_some_and(is_aside)
        })
    }

    pub(crate) fn contents(&self) -> impl Iterator<Item = &Arc<File>> {
        self.files.iter()
    }

    pub(crate) fn file(&self, index: usize) -> Option<&File> {
        self.files.get(index).map(Arc::as_ref)
    }

    pub(crate) fn moved(&self, certificate: Sha256) -> Option<Placement> {
        self.moved.get(&certificate).copied()
    }

    fn push(&mut self, contents: Contents, part: Part) {
        self.files.push(File::new(contents, part));
    }
}

impl File {
    fn new(contents: Contents, part: Part) -> Arc<Self> {
        let count = contents.blocks.len();
        Arc::new(Self {
            contents,
            part,
            decoded: std::iter::repeat_with(OnceLock::new).take(count).collect(),
            names: std::iter::repeat_with(OnceLock::new).take(count).collect(),
        })
    }

    /// The blocks that hold a certificate, as indexes.
    pub(crate) fn certificate_blocks(&self) -> impl Iterator<Item = usize> {
        self.contents
            .blocks
            .iter()
            .enumerate()
            .filter(|(_, block)| matches!(block.content, Content::Certificate { .. }))
            .map(|(index, _)| index)
    }

    /// Decodes block `index` if it holds a certificate.
    pub(crate) fn decode(&self, index: usize) {
        self.certificate(index);
    }

    /// What the certificate in block `index` is called, if [`Pile::decode`] was asked.
    pub(crate) fn names(&self, index: usize) -> Option<&Names> {
        self.names.get(index)?.get()
    }

    /// What block `index` says its certificate is trusted for: nothing, but for a block with
    /// OpenSSL's own label.
    pub(crate) fn trust_settings(&self, index: usize) -> TrustSettings {
        let (Some(Block { content, .. }), Some(Ok(certificate))) =
            (self.contents.blocks.get(index), self.certificate(index))
        else {
            return TrustSettings::default();
        };
        match content {
            Content::Certificate {
                der,
                form: Form::Pem { label },
            } if label == trust::LABEL => {
                let behind = der.get(certificate.der().len()..).unwrap_or_default();
                // Of a file with settings that cannot be read OpenSSL loads nothing.
                TrustSettings::read(behind).unwrap_or_default()
            }
            _ => TrustSettings::default(),
        }
    }

    /// The certificate in block `index`, or why it cannot be read; `None` for another block.
    pub(crate) fn certificate(
        &self,
        index: usize,
    ) -> Option<&Result<Arc<Certificate>, asn1::Error>> {
        match &self.contents.blocks.get(index)?.content {
            Content::Certificate { der, .. } => {
                Some(self.decoded[index].get_or_init(|| Certificate::from_der(der).map(Arc::new)))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input;

    #[test]
    fn a_file_that_is_taken_away_or_replaced_leaves_the_others_in_their_order() {
        let mut pile = Pile::new();
        for name in ["a", "b", "c"] {
            pile.add(input::read(name, b""));
        }
        let before = pile.clone();
        pile.take_away(1);
        pile.take_away(7);
        pile.replace(1, input::read("d", b""));
        pile.replace(7, input::read("e", b""));
        let names = |pile: &Pile| -> Vec<String> {
            pile.files().map(|(name, _)| name.to_owned()).collect()
        };
        assert_eq!(names(&pile), ["a", "d"]);
        assert_eq!(names(&before), ["a", "b", "c"], "a copy has its own");
    }
}
