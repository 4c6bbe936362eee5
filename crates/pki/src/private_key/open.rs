//! Opening an encrypted key with its password.

use super::PrivateKey;
use crate::{
    Password,
    encryption::{self, Work},
    input::{
        NotOpened,
        der::{Outer, children, outer},
    },
    password::Reading,
};

impl PrivateKey {
    /// The key, decrypted; `Err` where it is none after that.
    pub(crate) fn decrypted(
        &self,
        password: &Reading<'_>,
        work: &mut Work,
    ) -> Result<Self, NotOpened> {
        let mut der = if self.headers.is_empty() {
            let fields = children(&self.der).ok_or(NotOpened::Damaged)?;
            let [algorithm, data] = &fields[..] else {
                return Err(NotOpened::Damaged);
            };
            let data = data.octets().ok_or(NotOpened::Damaged)?;
            encryption::decrypt(algorithm, &data, password, work)?
        } else {
            let headers = str::from_utf8(&self.headers).map_err(|_| NotOpened::Damaged)?;
            encryption::decrypt_pem(headers, &self.der, password)?
        };
        let Outer::Complete(length) = outer(&der) else {
            return Err(NotOpened::WrongPassword);
        };
        der.truncate(length);
        let key = Self::from_der(der).filter(|key| !key.is_encrypted());
        let key = key.ok_or(NotOpened::WrongPassword)?;
        Ok(Self {
            is_opened: true,
            ..key.at(self.source.clone())
        })
    }

    /// The key, decrypted with a password, in whatever way that is turned into octets.
    pub(crate) fn opened(&self, password: &Password, work: &mut Work) -> Result<Self, NotOpened> {
        let mut error = NotOpened::WrongPassword;
        for reading in password.readings() {
            match self.decrypted(&reading, work) {
                Err(NotOpened::WrongPassword) => {}
                Err(other) => error = other,
                opened => return opened,
            }
        }
        Err(error)
    }
}
