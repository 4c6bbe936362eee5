//! Any file and a password: nothing may panic, and what is opened must be consistent. The first octet
//! says how long the password is.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::{
    Password,
    input::{self, Content},
};

fuzz_target!(|octets: &[u8]| {
    let Some((&length, rest)) = octets.split_first() else {
        return;
    };
    let (password, file) = rest.split_at(usize::from(length).min(rest.len()));
    let password = Password::new(String::from_utf8_lossy(password).into_owned());
    let closed = input::read("file", file);
    match input::open("file", file, &password) {
        Ok(opened) => {
            assert!(!opened.blocks.is_empty());
            assert!(closed.is_locked() || !opened.is_locked());
            for block in &opened.blocks {
                if let Content::PrivateKey(key) = &block.content {
                    assert!(!(key.is_opened() && key.is_encrypted()));
                }
            }
        }
        Err(reason) => {
            assert!(closed.is_locked());
            drop(reason.explain());
        }
    }
});
