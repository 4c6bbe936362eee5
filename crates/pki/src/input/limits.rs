//! How much is taken in at once, and the sentence for what is too much.
//!
//! The limits are there so that a wrong file (a disk image, a log) cannot hang a page. They are far
//! above what self-managed X.509 needs, and a caller asks before it reads.

const MIB: usize = 1 << 20;

/// The largest file, in bytes. A thousand clients with RSA keys take 1.2 MB, and Debian's whole
/// bundle of public authorities 220 kB.
pub const MAX_FILE_BYTES: usize = 16 * MIB;

/// The most bytes in one drop: four files of the largest size, or thousands of usual ones.
pub const MAX_DROP_BYTES: usize = 64 * MIB;

/// The most certificates in one drop. Every client is judged against every authority, and at this
/// number a pile of usual keys still takes a browser seconds rather than minutes.
pub const MAX_CERTIFICATES: usize = 5_000;

/// The largest certificate or private key, in bytes. Decoding one cannot be interrupted. OpenSSL
/// reads no name of more (`X509_NAME_MAX`), and a server takes no more than 100 KiB from a client
/// (`SSL_MAX_CERT_LIST_DEFAULT`).
pub const MAX_CERTIFICATE_BYTES: usize = MIB;

/// How many broken and how many unusable blocks of one file are kept. A file of noise can hold
/// tens of thousands, and the hundredth message tells no more than the first.
pub const MAX_REPORTED_BLOCKS: usize = 100;

/// What is more than is taken in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    #[error(
        "“{name}” has {} MiB; a file may have {}. Take the certificates out of it and add those, or split it.",
        mebibytes(*size), MAX_FILE_BYTES / MIB
    )]
    File { name: String, size: usize },
    #[error(
        "Together the files have {} MiB; at most {} are looked at together. Check them in several lots.",
        mebibytes(*size), MAX_DROP_BYTES / MIB
    )]
    Drop { size: usize },
    #[error(
        "These are more than 5,000 certificates, the most that are looked at together. Check them in several lots, each with the bundle."
    )]
    Certificates { count: usize },
}

/// So many bytes in MiB, with one decimal, rounded up: what is too large does not read as if it
/// were not.
fn mebibytes(bytes: usize) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(MIB);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Whether files of these names and sizes may be read together.
pub fn check_sizes<'a>(files: impl IntoIterator<Item = (&'a str, usize)>) -> Result<(), TooMuch> {
    let mut total = 0usize;
    for (name, size) in files {
        if size > MAX_FILE_BYTES {
            let name = name.to_owned();
            return Err(TooMuch::File { name, size });
        }
        total = total.saturating_add(size);
    }
    if total > MAX_DROP_BYTES {
        return Err(TooMuch::Drop { size: total });
    }
    Ok(())
}

/// Whether so many certificates may be looked at together.
pub fn check_certificates(count: usize) -> Result<(), TooMuch> {
    if count > MAX_CERTIFICATES {
        return Err(TooMuch::Certificates { count });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_limits_themselves_are_allowed_and_one_more_is_not() {
        let at_limit = ("a.pem", MAX_FILE_BYTES);
        let files = MAX_DROP_BYTES / MAX_FILE_BYTES;
        assert_eq!(check_sizes(vec![at_limit; files]), Ok(()));
        assert_eq!(
            check_sizes([("big.iso", MAX_FILE_BYTES + 1)]),
            Err(TooMuch::File {
                name: "big.iso".into(),
                size: MAX_FILE_BYTES + 1
            })
        );
        assert_eq!(
            check_sizes(vec![at_limit; files + 1]),
            Err(TooMuch::Drop {
                size: (files + 1) * MAX_FILE_BYTES
            })
        );
        assert_eq!(check_certificates(MAX_CERTIFICATES), Ok(()));
        assert!(check_certificates(MAX_CERTIFICATES + 1).is_err());
    }

    #[test]
    fn what_is_too_much_is_told_with_its_limit_and_what_to_do() {
        let told = [
            check_sizes([("big.iso", MAX_FILE_BYTES + 1)]),
            check_sizes([("a", MAX_FILE_BYTES); 5]),
            check_certificates(MAX_CERTIFICATES + 1),
        ]
        .map(|outcome| outcome.unwrap_err().to_string());
        assert_eq!(
            told,
            [
                "“big.iso” has 16.1 MiB; a file may have 16. Take the certificates out of it and add those, or split it.",
                "Together the files have 80.0 MiB; at most 64 are looked at together. Check them in several lots.",
                "These are more than 5,000 certificates, the most that are looked at together. Check them in several lots, each with the bundle.",
            ]
        );
    }
}
