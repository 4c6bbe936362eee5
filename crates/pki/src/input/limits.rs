//! How much is taken in at once, and the sentence for what is too much.
//!
//! The limits are there so that a wrong file (a disk image, a log) cannot hang a page. They are far
//! above what self-managed X.509 needs, and a caller asks before it reads.

/// The largest file, in bytes. Debian's whole bundle of public authorities is 220 kB.
pub const MAX_FILE_BYTES: usize = 1 << 20;

/// The most bytes in one drop: sixteen files of the largest size, or thousands of usual ones.
pub const MAX_DROP_BYTES: usize = 16 << 20;

/// The most certificates in one drop. Every client is judged against every authority, and at this
/// number a pile of usual keys still takes a browser seconds rather than minutes.
pub const MAX_CERTIFICATES: usize = 5_000;

/// How many broken and how many unusable blocks of one file are kept. A file of noise can hold
/// tens of thousands, and the hundredth message tells no more than the first.
pub const MAX_REPORTED_BLOCKS: usize = 100;

/// What is more than is taken in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    #[error(
        "“{name}” is larger than 1 MiB ({size} bytes). That is no certificate file; a bundle of every public authority is a quarter of that. Take the certificates out of it and add those."
    )]
    File { name: String, size: usize },
    #[error("Together the files are larger than 16 MiB ({size} bytes). Add them in several lots.")]
    Drop { size: usize },
    #[error(
        "These are {count} certificates; at most 5,000 are looked at together. Add them in several lots."
    )]
    Certificates { count: usize },
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
    use super::*;

    #[test]
    fn the_limits_themselves_are_allowed_and_one_more_is_not() {
        let at_limit = ("a.pem", MAX_FILE_BYTES);
        assert_eq!(check_sizes([at_limit; 16]), Ok(()));
        assert_eq!(
            check_sizes([("big.iso", MAX_FILE_BYTES + 1)]),
            Err(TooMuch::File {
                name: "big.iso".into(),
                size: MAX_FILE_BYTES + 1
            })
        );
        assert_eq!(
            check_sizes([at_limit; 17]),
            Err(TooMuch::Drop {
                size: 17 * MAX_FILE_BYTES
            })
        );
        assert_eq!(check_certificates(MAX_CERTIFICATES), Ok(()));
        assert!(check_certificates(MAX_CERTIFICATES + 1).is_err());
    }
}
