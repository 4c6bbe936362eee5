//! What was taken of what a person gave: the pile, with files of one name told apart, the same file
//! never twice, and each one to be taken away again. Private keys are in it, so it stays in memory.
//!
//! What a file holds is read by [`crate::input`], what it means is judged from the pile.

use std::hash::{DefaultHasher, Hash, Hasher};

use zeroize::Zeroizing;

#[cfg(feature = "rare")]
use crate::{
    Password,
    input::{NotOpened, Work},
    pair,
};
use crate::{
    analysis::Pile,
    input::{self, Content, Contents, FileKind, TooMuch, Unusable},
    message::{Added, PRESENT},
};

/// Files that were taken.
#[derive(Debug, Default)]
pub struct Taken {
    pile: Pile,
    /// One for each file of the pile.
    files: Vec<File>,
    /// The octets of all of them, and of those that are being read.
    octets: usize,
}

#[derive(Debug)]
struct File {
    /// Without the number that it may bear in the pile.
    name: String,
    octets: usize,
    /// What tells its content from another one's of the same name.
    content: u64,
    /// The file itself, as long as another look at it may be wanted: something in it needs a password, or
    /// there may be something in it that only the engine with everything can read.
    original: Option<Zeroizing<Vec<u8>>>,
}

/// Why a file was not taken.
#[derive(Debug)]
pub enum NotTaken {
    TooMuch(TooMuch),
    /// It has nothing to do with certificates.
    Foreign {
        name: String,
        what: Unusable,
    },
}

impl NotTaken {
    /// What to tell the person.
    pub fn sentence(&self) -> String {
        match self {
            Self::TooMuch(too_much) => too_much.to_string(),
            Self::Foreign { name, what } => {
                let said = what.explain(name);
                format!("“{name}”: {} {} {}", said.message, said.meaning, said.fix)
            }
        }
    }
}

impl Taken {
    pub fn pile(&self) -> &Pile {
        &self.pile
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether a file of this size may be read beside what is there. One that is has its room from
    /// now on.
    pub fn admit(&mut self, name: &str, size: usize) -> Result<(), TooMuch> {
        input::check_sizes([(name, size)])?;
        let size_of_all = self.octets.saturating_add(size);
        if size_of_all > input::MAX_DROP_BYTES {
            return Err(TooMuch::Drop { size: size_of_all });
        }
        self.octets = size_of_all;
        Ok(())
    }

    /// Reads a file that was admitted with this size, and takes what it holds. The same file given
    /// again takes its own place: a draft has it without its keys.
    pub fn add(&mut self, name: &str, size: usize, octets: &[u8]) -> Result<Added, NotTaken> {
        let mut contents = input::read(name, octets);
        let certificates = certificates_in(&contents);
        let file = File {
            name: base(name).to_owned(),
            octets: size,
            content: content(&certificates, octets),
            original: (cfg!(not(feature = "rare")) || contents.is_locked())
                .then(|| Zeroizing::new(octets.to_vec())),
        };
        let same = self
            .files
            .iter()
            .position(|other| other.name == file.name && other.content == file.content);
        if let Err(not_taken) = self.check(&contents, certificates.len(), same.is_some()) {
            self.octets = self.octets.saturating_sub(size);
            return Err(not_taken);
        }
        let position = same.unwrap_or(self.files.len());
        let name = match same {
            Some(same) => self.name_of(same),
            None => self.unique(name),
        };
        if name != contents.name {
            contents = input::read(&name, octets);
        }
        if let Some(same) = same {
            self.octets = self.octets.saturating_sub(self.files[same].octets);
            self.files[same] = file;
            self.pile.replace(same, contents);
        } else {
            self.files.push(file);
            self.pile.add(contents);
        }
        Ok(Added {
            file: position,
            name,
            certificates,
            is_new: same.is_none(),
        })
    }

    /// Opens what a password opens in a file that was taken, and in the others that need one: people give
    /// one password to many files. `Err` is a sentence: the password opens nothing of this file, or it is
    /// not there. That it opens nothing of another goes without saying.
    #[cfg(feature = "rare")]
    pub fn open(&mut self, name: &str, password: &Password) -> Result<Vec<Added>, String> {
        let position = self.pile.files().position(|(other, _)| other == name);
        let needs_one = |file: &usize| self.files[*file].original.is_some();
        let Some(position) = position.filter(needs_one) else {
            return Err(format!("“{name}” needs no password."));
        };
        let added = self.open_file(position, password, &mut Work::new());
        let mut opened = vec![added.map_err(|why| {
            let said = why.explain();
            format!("{} {}", said.message, said.fix)
        })?];
        // All of them together may take as long as one that was asked for.
        let mut work = Work::new();
        for file in (0..self.files.len()).filter(|file| *file != position) {
            opened.extend(self.open_file(file, password, &mut work).ok());
        }
        Ok(opened)
    }

    #[cfg(feature = "rare")]
    fn open_file(
        &mut self,
        position: usize,
        password: &Password,
        work: &mut Work,
    ) -> Result<Added, NotOpened> {
        let Some(octets) = &self.files[position].original else {
            return Err(NotOpened::WrongPassword);
        };
        let name = self.name_of(position);
        let contents = input::open_within(&name, octets, password, work)?;
        let certificates = certificates_in(&contents);
        let content = content(&certificates, octets);
        let file = &mut self.files[position];
        file.content = content;
        if !contents.is_locked() {
            file.original = None;
        }
        self.pile.replace(position, contents);
        Ok(Added {
            file: position,
            name,
            certificates,
            is_new: false,
        })
    }

    /// Every file as it came, under the name that it has here.
    #[cfg(not(feature = "rare"))]
    pub fn into_files(self) -> impl Iterator<Item = (String, Zeroizing<Vec<u8>>)> {
        let names: Vec<String> = (self.pile.files())
            .map(|(name, _)| name.to_owned())
            .collect();
        let files = self.files.into_iter();
        (names.into_iter()).zip(files.map(|file| file.original.unwrap_or_default()))
    }

    /// What a file holds once it was opened: its certificates and keys as PEM, in their order. What is
    /// still locked stays as it came.
    #[cfg(feature = "rare")]
    pub fn opened_pem(&self, file: usize) -> Option<Zeroizing<String>> {
        let file = self.pile.file(file)?;
        Some(pair::pem_of(&file.contents))
    }

    /// Gives back the room of a file that was admitted and could not be read.
    pub fn give_up(&mut self, size: usize) {
        self.octets = self.octets.saturating_sub(size);
    }

    /// Takes a file away again, keys too. Its position, if there is one of this name.
    pub fn take_away(&mut self, name: &str) -> Option<usize> {
        let position = self.pile.files().position(|(other, _)| other == name)?;
        let freed = self.files.remove(position).octets;
        self.octets = self.octets.saturating_sub(freed);
        self.pile.take_away(position);
        Some(position)
    }

    fn check(&self, contents: &Contents, more: usize, is_same: bool) -> Result<(), NotTaken> {
        if let Some(what) = foreign(contents) {
            return Err(NotTaken::Foreign {
                name: contents.name.clone(),
                what: what.clone(),
            });
        }
        let more = if is_same { 0 } else { more };
        input::check_certificates(self.pile.certificate_count() + more).map_err(NotTaken::TooMuch)
    }

    fn name_of(&self, file: usize) -> String {
        let name = self.pile.files().nth(file).map(|(name, _)| name);
        name.unwrap_or_default().to_owned()
    }

    /// Two files of one name are told apart, for a certificate is named by its file.
    fn unique(&self, name: &str) -> String {
        let is_there =
            |name: &str| name == PRESENT || self.pile.files().any(|(other, _)| other == name);
        if !is_there(name) {
            return name.to_owned();
        }
        (2..=self.files.len() + 2)
            .map(|number| format!("{name} ({number})"))
            .find(|name| !is_there(name))
            .unwrap_or_else(|| name.to_owned())
    }
}

/// `a.pem` of `a.pem (2)`, as [`Taken::unique`] writes it.
fn base(name: &str) -> &str {
    let stripped = name.strip_suffix(')').and_then(|rest| {
        let (base, number) = rest.rsplit_once(" (")?;
        number
            .bytes()
            .all(|digit| digit.is_ascii_digit())
            .then_some(base)
    });
    stripped.unwrap_or(name)
}

fn certificates_in(contents: &Contents) -> Vec<Vec<u8>> {
    let blocks = contents.blocks.iter();
    blocks
        .filter_map(|block| match &block.content {
            Content::Certificate { der, .. } => Some(der.clone()),
            _ => None,
        })
        .collect()
}

/// Certificates tell it, for a file may come again with a key beside them; where there is none, all of it
/// does.
fn content(certificates: &[Vec<u8>], octets: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    certificates.hash(&mut hasher);
    if certificates.is_empty() {
        octets.hash(&mut hasher);
    }
    hasher.finish()
}

/// What the file is, when it has nothing to do with certificates: such a file is told once, and is
/// in nobody's way afterwards.
fn foreign(contents: &Contents) -> Option<&Unusable> {
    let mut blocks = contents.blocks.iter().map(|block| match &block.content {
        Content::Unusable(unusable) => match unusable {
            Unusable::Empty
            | Unusable::Text
            | Unusable::Noise
            | Unusable::OtherFile(FileKind::Pdf | FileKind::Html | FileKind::Sqlite) => {
                Some(unusable)
            }
            _ => None,
        },
        _ => None,
    });
    let first = blocks.next()??;
    blocks.all(|block| block.is_some()).then_some(first)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    const ROOT: &str = include_str!("../../../../src/check/examples/acme-root.pem");
    const ISSUING: &str = include_str!("../../../../src/check/examples/acme-issuing.pem");
    const WITH_KEY: &str = include_str!("../../../../src/check/examples/payments-with-key.pem");

    fn add(taken: &mut Taken, name: &str, text: &str) -> Result<Added, NotTaken> {
        taken.admit(name, text.len()).unwrap();
        taken.add(name, text.len(), text.as_bytes())
    }

    fn names(taken: &Taken) -> Vec<&str> {
        taken.pile().files().map(|(name, _)| name).collect()
    }

    #[test]
    fn files_of_one_name_are_told_apart_and_the_same_file_is_there_once() {
        let mut taken = Taken::default();
        for (name, text, is_new, called) in [
            ("a.pem", ROOT, true, "a.pem"),
            ("a.pem", ISSUING, true, "a.pem (2)"),
            ("a.pem", ROOT, false, "a.pem"),
            ("a.pem", ISSUING, false, "a.pem (2)"),
            ("b.pem", ROOT, true, "b.pem"),
            ("a.pem (2)", ISSUING, false, "a.pem (2)"),
            (PRESENT, ROOT, true, "present bundle (2)"),
        ] {
            let added = add(&mut taken, name, text).unwrap();
            assert_eq!((added.is_new, &*added.name), (is_new, called), "{name}");
            assert_eq!(added.certificates.len(), 1);
        }
        assert_eq!(names(&taken)[..3], ["a.pem", "a.pem (2)", "b.pem"]);
    }

    #[test]
    fn a_file_that_was_kept_without_its_key_gets_it_back() {
        let mut taken = Taken::default();
        let end = WITH_KEY.find("-----END CERTIFICATE-----").unwrap() + 26;
        add(&mut taken, "a.pem", &WITH_KEY[..end]).unwrap();
        assert!(!add(&mut taken, "a.pem", WITH_KEY).unwrap().is_new);
        assert_eq!(taken.octets, WITH_KEY.len());
    }

    #[test]
    fn two_files_without_a_certificate_are_told_apart_by_what_is_in_them() {
        let key = |text: &str| {
            format!(
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\n{text}\n-----END ENCRYPTED PRIVATE KEY-----\n"
            )
        };
        let mut taken = Taken::default();
        for (text, is_new) in [("MAAw", true), ("MAAx", true), ("MAAw", false)] {
            let added = add(&mut taken, "client.key", &key(text)).unwrap();
            assert_eq!(added.is_new, is_new, "{text}");
        }
        assert_eq!(names(&taken), ["client.key", "client.key (2)"]);
    }

    #[test]
    fn what_is_taken_away_makes_room_and_leaves_the_rest() {
        let mut taken = Taken::default();
        add(&mut taken, "a.pem", ROOT).unwrap();
        add(&mut taken, "b.pem", ISSUING).unwrap();
        assert_eq!(taken.take_away("a.pem"), Some(0));
        assert_eq!(taken.take_away("a.pem"), None);
        assert_eq!(
            (names(&taken), taken.octets),
            (vec!["b.pem"], ISSUING.len())
        );
        taken.take_away("b.pem");
        assert!(taken.is_empty() && taken.octets == 0);
    }

    // Ed25519, `openssl pkcs8 -topk8 -v2 aes-128-cbc -iter 1`; the password of the third is another.
    const ONE: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGaMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAgaFW5Yqvj7owIBATAM
BggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBAgQQC+ZHq2Y4HhxnSPGqtncGNwRAQCXK
MzapsuJW4jc+JSdkm2aa4YNPblOihq3D1Z97nsa3g8aMa2l+coW8VGsZqLoqnKfv
JIqBR6nr9rflgz1QWw==
-----END ENCRYPTED PRIVATE KEY-----
";
    const TWO: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGaMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAif+vpYtfW8ewIBATAM
BggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBAgQQqVd1u8leYldSVKrqggo5gwRA06EA
gWwYCt9BFNwxm84jeRP577ye+pD2kumoIh4dpflRfvvDXDmrKJ9cqpwbtDpJsmiC
jimh8MjkndmVdEZt1A==
-----END ENCRYPTED PRIVATE KEY-----
";
    const OTHER: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGaMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAheXUTfJc2YkQIBATAM
BggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBAgQQTFNvR08oOUrcMaqQon2gaARAXhQt
JvMFsczzd1o7WTtCKK4qIbf7JplagBoQ353vWG+Trd3KiVDhyEMQsAthbaLcrc8o
Jjic4pGgD5eC6SajZA==
-----END ENCRYPTED PRIVATE KEY-----
";

    #[test]
    fn a_password_opens_every_file_that_has_it() {
        let mut taken = Taken::default();
        for (name, text) in [
            ("one.key", ONE),
            ("root.pem", ROOT),
            ("two.key", TWO),
            ("other.key", OTHER),
        ] {
            add(&mut taken, name, text).unwrap();
        }
        let password = |text: &str| Password::new(text.to_owned());
        assert!(taken.open("one.key", &password("wrong")).is_err());
        assert!(taken.open("root.pem", &password("secret")).is_err());
        let opened = taken.open("two.key", &password("secret")).unwrap();
        let names: Vec<&str> = opened.iter().map(|added| &*added.name).collect();
        assert_eq!(names, ["two.key", "one.key"]);
        for (file, begins) in [
            (0, "-----BEGIN PRIVATE KEY-----"),
            (1, "-----BEGIN CERTIFICATE-----"),
            (3, "-----BEGIN ENCRYPTED PRIVATE KEY-----"),
        ] {
            assert!(
                taken.opened_pem(file).unwrap().starts_with(begins),
                "{file}"
            );
        }
        assert_eq!(
            taken.open("other.key", &password("other")).unwrap().len(),
            1
        );
    }

    #[test]
    fn what_has_nothing_to_do_with_certificates_is_told_and_not_kept() {
        let mut taken = Taken::default();
        for (name, text) in [
            ("empty.pem", ""),
            ("README.md", "# Certificates\n"),
            ("page.html", "<!doctype html><title>Log in</title>"),
        ] {
            let why = add(&mut taken, name, text).unwrap_err().sentence();
            assert!(why.contains(name), "{why}");
        }
        assert!(taken.is_empty() && taken.octets == 0);
        add(&mut taken, "store.p12", "PK\u{3}\u{4}").unwrap();
        assert_eq!(names(&taken), ["store.p12"], "it can be unpacked");
    }

    #[test]
    fn files_are_admitted_until_they_are_too_much_together() {
        let mut taken = Taken::default();
        while taken.octets + input::MAX_FILE_BYTES <= input::MAX_DROP_BYTES {
            assert_eq!(taken.admit("a.pem", input::MAX_FILE_BYTES), Ok(()));
        }
        let rest = input::MAX_DROP_BYTES - taken.octets;
        assert!(matches!(
            taken.admit("b.pem", rest + 1),
            Err(TooMuch::Drop { .. })
        ));
        let large = taken.admit("disk.iso", input::MAX_FILE_BYTES + 1);
        assert!(matches!(large, Err(TooMuch::File { .. })));
        taken.give_up(input::MAX_FILE_BYTES);
        assert_eq!(taken.admit("b.pem", input::MAX_FILE_BYTES), Ok(()));
    }
}
