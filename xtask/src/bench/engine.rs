//! The engine beside the system's OpenSSL: chains of three certificates that each judges in a second,
//! for each usual kind of key.

use crate::{
    error::Error,
    layout,
    process::Program,
    setup::{self, Need},
};

pub(super) fn beside_openssl() -> Result<(), Error> {
    setup::ensure(&[Need::OpenSsl])?;
    Program::cargo()
        .args(["run", "--quiet", "--release", "--package", "oracle"])
        .args(["--example", "speed"])
        .run()?;
    // A folder of clients, as somebody checks it.
    Program::cargo()
        .args(["build", "--quiet", "--release", "--package", "atlas-x509"])
        .run()?;
    Program::cargo()
        .args(["run", "--quiet", "--release", "--package", "oracle"])
        .args(["--example", "clients", "--"])
        .arg(layout::target().join("release/atlas-x509"))
        .run()
}
