//! Files of other kinds, told by how they begin.

use super::{FileKind, Unusable};

/// An archive, and the program that unpacks it.
const fn archive(what: &'static str, unpack: &'static str) -> Unusable {
    Unusable::OtherFile(FileKind::Archive { what, unpack })
}

/// Files that hold other files, or a store of their own. They are named before anything is looked
/// for in them: an archive may store its files as they are, and what one client's file holds would
/// then be taken for what another one sends.
const CONTAINERS: [(&[u8], Unusable); 14] = [
    (b"\xfe\xed\xfe\xed", Unusable::JavaKeyStore),
    (b"\xce\xce\xce\xce", Unusable::JavaCryptoKeyStore),
    // Version 1 or 2, and a salt of 20 octets.
    (b"\0\0\0\x01\0\0\0\x14", Unusable::BouncyCastleKeyStore),
    (b"\0\0\0\x02\0\0\0\x14", Unusable::BouncyCastleKeyStore),
    // A first entry, and none at all (APPNOTE.TXT, 4.3).
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\x1f\x8b", Unusable::OtherFile(FileKind::Gzip)),
    (b"7z\xbc\xaf\x27\x1c", archive("7-Zip archive", "7z x")),
    (b"\xfd7zXZ\0", archive("xz archive", "tar -xf")),
    (b"BZh9", archive("bzip2 archive", "tar -xf")),
    (b"\x28\xb5\x2f\xfd", archive("Zstandard archive", "tar -xf")),
    (b"%PDF-", Unusable::OtherFile(FileKind::Pdf)),
    (
        b"\0\0\0\0CERT",
        Unusable::OtherFile(FileKind::SerializedStore),
    ),
    (b"SQLite format 3\0", Unusable::OtherFile(FileKind::Sqlite)),
];

const ZIP: Unusable = archive("ZIP archive or an office document", "unzip");

/// How files begin that are named when nothing of use was found in them.
const BEGINNINGS: [(&[u8], Unusable); 9] = [
    (b"PuTTY-User-Key-File-", Unusable::PuttyKey),
    (b"---- BEGIN SSH2 PUBLIC KEY", Unusable::OpenSshPublicKey),
    (b"ssh-", Unusable::OpenSshPublicKey),
    (b"ecdsa-sha2-", Unusable::OpenSshPublicKey),
    (b"sk-ssh-", Unusable::OpenSshPublicKey),
    (b"<!DOCTYPE html", Unusable::OtherFile(FileKind::Html)),
    (b"<!doctype html", Unusable::OtherFile(FileKind::Html)),
    (b"<html", Unusable::OtherFile(FileKind::Html)),
    // A public-key packet of version 4 in the old format (RFC 9580, 4.2 and 5.5.2).
    (b"\x99\x01", Unusable::Pgp),
];

/// What holds other things, so that nothing in it is looked for.
pub(super) fn container(bytes: &[u8]) -> Option<Unusable> {
    if is_tar(bytes) {
        return Some(archive("tar archive", "tar -xf"));
    }
    named(&CONTAINERS, bytes)
}

/// What a file in which nothing was found is.
pub(super) fn other(bytes: &[u8]) -> Option<Unusable> {
    named(&BEGINNINGS, bytes)
}

fn named(kinds: &[(&[u8], Unusable)], bytes: &[u8]) -> Option<Unusable> {
    let (_, kind) = kinds
        .iter()
        .find(|(beginning, _)| bytes.starts_with(beginning))?;
    Some(kind.clone())
}

/// Whether the first header of a tar archive states its own checksum: the sum of its octets, with
/// spaces in place of the sum (POSIX.1-1988, 10.1.1). Older forms have no other mark.
fn is_tar(bytes: &[u8]) -> bool {
    const BLOCK: usize = 512;
    const CHECKSUM: std::ops::Range<usize> = 148..156;
    let Some(header) = bytes.get(..BLOCK) else {
        return false;
    };
    let stated = str::from_utf8(&header[CHECKSUM])
        .ok()
        .and_then(|digits| u32::from_str_radix(digits.trim_matches([' ', '\0']), 8).ok());
    let octets = |part: &[u8]| part.iter().map(|octet| u32::from(*octet)).sum::<u32>();
    let sum = octets(&header[..CHECKSUM.start])
        + octets(&[b' '; CHECKSUM.end - CHECKSUM.start])
        + octets(&header[CHECKSUM.end..]);
    header[0] != 0 && stated == Some(sum)
}
