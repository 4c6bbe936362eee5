//! The engine beside the system's OpenSSL: chains of three certificates that each judges in a second,
//! for each usual kind of key.

use crate::{
    error::Error,
    process::Program,
    setup::{self, Need},
};

pub(super) fn beside_openssl() -> Result<(), Error> {
    setup::ensure(&[Need::OpenSsl])?;
    Program::cargo()
        .args(["run", "--quiet", "--release", "--package", "oracle"])
        .args(["--example", "speed"])
        .run()
}
