//! From a dropped file to what is in it.
//!
//! [`read`] looks at the content, never at the name, and never fails: each certificate, key, broken
//! block and thing of another kind becomes a [`Block`] that says where it stood. Beside that it says
//! what OpenSSL would make of the file as a CA file ([`Contents::bundle_obstacles`]), because one
//! broken block makes it load nothing at all. Whether a certificate is sound is not decided here:
//! its bytes go to the certificate decoder as they are.
//!
//! PEM is RFC 7468 (and RFC 1421 for headers) read as leniently as OpenSSL 3.0 does
//! (`crypto/pem/pem_lib.c`), and where people's files ask for it more leniently than that.

mod base64;
mod block;
pub(crate) mod der;
mod explain;
mod fault;
mod kinds;
mod limits;
mod loading;
mod locked;
#[cfg(feature = "rare")]
mod open;
mod pem;
#[cfg(feature = "rare")]
mod pkcs12;
mod pkcs7;
mod request;
mod sniff;
mod text;
mod wrapped;

use ::base64::{Engine as _, engine::general_purpose::STANDARD};

#[cfg(feature = "rare")]
use crate::Password;
use crate::{Name, PrivateKey, Source, asn1};

#[cfg(feature = "rare")]
pub use crate::encryption::{MAX_ROUNDS, Work};
pub use explain::Explanation;
pub use limits::{
    MAX_CERTIFICATE_BYTES, MAX_CERTIFICATES, MAX_DROP_BYTES, MAX_FILE_BYTES, MAX_REPORTED_BLOCKS,
    TooMuch, check_certificates, check_sizes,
};
pub use locked::Sealed;
#[cfg(feature = "rare")]
pub use open::NotOpened;

/// Reads a file. What needs a password stays as it is ([`Contents::is_locked`]).
pub fn read(name: &str, bytes: &[u8]) -> Contents {
    judged(read_client(name, bytes), bytes)
}

/// Reads a file that is there for a client, whatever it holds. What OpenSSL would make of it as a CA file is
/// not looked at, which takes half of the time that reading takes.
pub fn read_client(name: &str, bytes: &[u8]) -> Contents {
    let text = text::Text::new(bytes);
    contents(name, bytes, text.encoding, found(bytes, &text))
}

/// Reads a file and opens what is under a password in it. What has another password stays as it is;
/// only where the password opens nothing of what needs one, that is an error.
///
/// An opened key is like one that was never encrypted: [`crate::pair::joined_pem`] writes it without a
/// password. [`PrivateKey::is_opened`] tells it from others.
#[cfg(feature = "rare")]
pub fn open(name: &str, bytes: &[u8], password: &Password) -> Result<Contents, NotOpened> {
    open_within(name, bytes, password, &mut Work::new())
}

/// The same with what is left of `work`, for whoever opens several files.
#[cfg(feature = "rare")]
pub fn open_within(
    name: &str,
    bytes: &[u8],
    password: &Password,
    work: &mut Work,
) -> Result<Contents, NotOpened> {
    let text = text::Text::new(bytes);
    let found = found(bytes, &text).open(password, work)?;
    Ok(judged(contents(name, bytes, text.encoding, found), bytes))
}

fn found(bytes: &[u8], text: &text::Text<'_>) -> Found {
    let mut found = Found::default();
    sniff::read(bytes, text, &mut found);
    found
}

fn contents(name: &str, bytes: &[u8], encoding: Encoding, mut found: Found) -> Contents {
    let file = |place: Place| Source {
        file: name.to_owned(),
        line: place.line,
        offset: place.offset,
    };
    let mut contents = Contents {
        name: name.to_owned(),
        size: bytes.len(),
        encoding,
        blocks: Vec::with_capacity(found.blocks.len()),
        left_out: found.left_out,
        bundle_obstacles: Vec::new(),
        passed_over: Vec::new(),
    };
    // What was wrapped in base64 is looked for last.
    found.blocks.sort_by_key(|(place, ..)| place.offset);
    for (place, wrapping, content) in found.blocks {
        let source = file(place);
        let content = match content {
            Content::PrivateKey(key) => Content::PrivateKey(key.at(source.clone())),
            other => other,
        };
        contents.blocks.push(Block {
            source,
            wrapping,
            content,
        });
    }
    contents
}

/// The same with what OpenSSL makes of the file as a CA file.
fn judged(mut contents: Contents, bytes: &[u8]) -> Contents {
    let blocks = contents.blocks.iter();
    let certificates = blocks.filter(|block| matches!(block.content, Content::Certificate { .. }));
    // What is refused for having too many need not be judged.
    if certificates.count() <= MAX_CERTIFICATES {
        loading::judge(bytes, &mut contents);
    }
    contents
}

/// Writes a certificate as one PEM block: LF, 64 columns, nothing else. A certificate is no secret, so
/// this need not take the same time for every octet, as the encoder for keys does.
pub fn to_pem(der: &[u8]) -> String {
    /// What 64 columns of base64 hold.
    const LINE: usize = 48;
    let mut pem = String::with_capacity(der.len() / LINE * 65 + 128);
    pem.push_str("-----BEGIN CERTIFICATE-----\n");
    for line in der.chunks(LINE) {
        STANDARD.encode_string(line, &mut pem);
        pem.push('\n');
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}

/// What is in a file.
#[derive(Debug)]
pub struct Contents {
    /// The file's name, as it was dropped or given.
    pub name: String,
    /// Its size in bytes.
    pub size: usize,
    pub encoding: Encoding,
    /// Everything found, in the file's order.
    pub blocks: Vec<Block>,
    /// How many broken or unusable blocks there are beyond the [`MAX_REPORTED_BLOCKS`] in `blocks`,
    /// and how many certificates and keys beyond those that may be looked at together.
    pub left_out: usize,
    /// Why OpenSSL loads nothing of the file as a CA file; empty when it loads it, and when that was not
    /// looked at ([`read_client`]). What lies deeper in a certificate than its frame is the certificate
    /// decoder's to add.
    pub bundle_obstacles: Vec<Obstacle>,
    /// The certificates, as indexes into `blocks`, that OpenSSL passes over without a word when it
    /// loads the file as a CA file. Empty when it does not load it.
    pub passed_over: Vec<usize>,
}

/// How a file's text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// ASCII, UTF-8, or no text.
    Plain,
    Utf8WithMark,
    Utf16LittleEndian,
    Utf16BigEndian,
}

/// One thing in a file.
#[derive(Debug)]
pub struct Block {
    /// Where it begins. What stands in a wrapping of its own has the place of that.
    pub source: Source,
    pub wrapping: Wrapping,
    pub content: Content,
}

/// What a block was wrapped in, and how often in each. Nothing: PEM lines, or DER.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wrapping {
    /// Its line ends were written as a backslash and `n`, as in a JSON or environment file; each time
    /// more doubles the backslashes.
    pub escaped: u8,
    /// The PEM text was base64 again, as in a Kubernetes Secret.
    pub base64: u8,
    /// It was percent-encoded, as in a header of HTTP.
    pub percent: u8,
}

impl Wrapping {
    pub const NONE: Self = Self {
        escaped: 0,
        base64: 0,
        percent: 0,
    };

    /// How many wrappings were taken off one after another; escapes are undone within a block.
    fn depth(self) -> u8 {
        self.base64.saturating_add(self.percent)
    }
}

/// What a block holds.
#[derive(Debug)]
pub enum Content {
    /// A certificate as found; there may be data behind it, which the certificate decoder reports.
    Certificate {
        der: Vec<u8>,
        form: Form,
    },
    PrivateKey(PrivateKey),
    /// Recognised, but no certificate and no key that can be used.
    Unusable(Unusable),
    /// A block that cannot be read.
    Malformed(Malformed),
}

/// The form in which a certificate was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    Pem {
        label: String,
    },
    Der,
    /// Out of PKCS#7 or CMS signed data, PEM or DER.
    Pkcs7,
    /// Out of a PKCS#12 file that was opened.
    Pkcs12,
    /// The base64 of a PEM block without its BEGIN and END lines.
    Base64,
}

/// Something that was recognised and cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    Empty,
    /// With its subject, if that can be read.
    CertificateRequest(Option<Box<Name>>),
    RevocationList,
    /// Under a password, or in need of none: nobody has opened it.
    Pkcs12(Sealed),
    /// Opened, and without a certificate or key.
    Pkcs12WithoutCertificates,
    JavaKeyStore,
    JavaCryptoKeyStore,
    BouncyCastleKeyStore,
    OpenSshPrivateKey,
    OpenSshPublicKey,
    PuttyKey,
    Pgp,
    PublicKey,
    /// DH, DSA or EC parameters.
    Parameters,
    /// PKCS#7 or CMS without a certificate in it.
    Pkcs7WithoutCertificates,
    /// A PEM block of another kind.
    Label(String),
    /// ASN.1 that is nothing of the above.
    OtherAsn1,
    /// A file of another kind, told by how it begins.
    OtherFile(FileKind),
    /// Text without a certificate.
    Text,
    /// Bytes without a certificate.
    Noise,
}

/// Files of another kind that people take for certificate files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// An archive, and the program that unpacks it.
    Archive {
        what: &'static str,
        unpack: &'static str,
    },
    Gzip,
    Pdf,
    Html,
    /// Windows' own store.
    SerializedStore,
    /// The database of Firefox and other programs that use NSS.
    Sqlite,
}

/// A block that cannot be read: what is wrong, and where exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The label on the BEGIN line, as far as there is one.
    pub label: Option<String>,
    pub problem: Problem,
    /// The line (from 1) of the fault itself; `None` in a binary file.
    pub line: Option<usize>,
    /// The column (from 1) of the fault, in bytes.
    pub column: Option<usize>,
    /// The offset in bytes (from 0) of the fault.
    pub offset: usize,
}

/// What is wrong with a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The BEGIN line does not have five hyphens on either side.
    BeginLine,
    /// There is no END line before the next block or the end of the file.
    NoEndLine,
    /// The END line does not have five hyphens behind its label.
    EndLine,
    /// The END line names another label.
    EndLabel { found: String },
    /// There is nothing between BEGIN and END.
    Empty,
    /// A character that does not occur in base64.
    Character { found: String },
    /// There is something behind the `=` that ends base64.
    BehindPadding,
    /// So many characters of base64, which is not a multiple of four: some are missing.
    Length { characters: usize },
    /// The content ends too early. `expected` and `found` count its bytes.
    Truncated {
        expected: Option<usize>,
        found: usize,
    },
    /// What was decoded is not DER: it begins with this byte instead of 0x30.
    NotDer { first: u8 },
    /// The PKCS#7 bundle cannot be read.
    Pkcs7(asn1::Error),
    /// The private key cannot be read.
    PrivateKey,
    /// It has so many bytes, more than [`MAX_CERTIFICATE_BYTES`].
    TooLarge { what: Large, size: usize },
}

/// What is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Large {
    /// A certificate, be it by itself or in a bundle.
    Certificate,
    PrivateKey,
}

/// Why OpenSSL loads nothing of a file as a CA file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// There is no certificate in the file.
    NoCertificate,
    /// The certificates are DER, and a CA file is PEM.
    Binary,
    /// The certificates are within a PKCS#7 bundle.
    Pkcs7,
    /// The certificates are within a PKCS#12 file.
    Pkcs12,
    /// It is a PKCS#12 file that nobody has opened.
    LockedPkcs12,
    /// The text is UTF-16.
    Utf16,
    /// Lines end in CR alone, so that to OpenSSL the file is one line.
    CarriageReturns,
    /// The first certificate is wrapped, and so are all that there are.
    Wrapped(Wrapping),
    /// The data of a certificate stand there without a BEGIN line.
    NoBeginLine { line: Option<usize> },
    /// No BEGIN line stands at the start of a line, with nothing behind it.
    NotOnOwnLine { line: Option<usize> },
    /// A block at which OpenSSL gives up.
    Block {
        label: String,
        /// The line (from 1) and offset (from 0) of its BEGIN line.
        line: usize,
        offset: usize,
        reason: LoadError,
    },
}

/// Why OpenSSL gives up at a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// No END line in the rest of the file.
    NoEndLine,
    /// The END line has another label, or something behind it.
    EndLine,
    /// A second empty line, or text behind a short line after the first.
    EmptyLine,
    /// A line of more than 64 characters below an empty line.
    LongLine,
    /// No data.
    Empty,
    Base64,
    /// Headers that are not those of an encrypted key.
    Headers,
    /// The certificate or revocation list is encrypted.
    Encrypted,
    /// The content is not the DER that the label asks for.
    Content,
    /// The private key cannot be read.
    PrivateKey,
}

/// Where in a file, before the file has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    line: Option<usize>,
    offset: usize,
}

/// What has been found so far.
#[derive(Default)]
struct Found {
    blocks: Vec<(Place, Wrapping, Content)>,
    certificates: usize,
    keys: usize,
    malformed: usize,
    unusable: usize,
    left_out: usize,
}

impl Found {
    /// Whether there are more certificates than may be looked at, so that the file is refused.
    fn is_too_much(&self) -> bool {
        self.certificates > MAX_CERTIFICATES
    }

    fn push(&mut self, place: Place, wrapping: Wrapping, content: Content) {
        let (counter, most) = match content {
            // One more than may be, so that the caller sees that there are too many.
            Content::Certificate { .. } => (&mut self.certificates, MAX_CERTIFICATES + 1),
            Content::PrivateKey(_) => (&mut self.keys, MAX_CERTIFICATES),
            Content::Malformed(_) => (&mut self.malformed, MAX_REPORTED_BLOCKS),
            Content::Unusable(_) => (&mut self.unusable, MAX_REPORTED_BLOCKS),
        };
        *counter += 1;
        if *counter > most {
            self.left_out += 1;
        } else {
            self.blocks.push((place, wrapping, content));
        }
    }
}

#[cfg(test)]
mod tests;
