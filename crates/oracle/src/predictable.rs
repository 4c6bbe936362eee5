//! Makes OpenSSL's random numbers follow a seed, so that a seed gives the same keys, nonces and
//! salts, and therefore the same certificates, on every run.

use std::cell::RefCell;
use std::os::raw::{c_int, c_uchar, c_void};
use std::ptr;
use std::slice;
use std::sync::Once;

use crate::Chance;

thread_local! {
    static CHANCE: RefCell<Chance> = RefCell::new(Chance::new(0));
}

/// From here on, until the next call, this thread's random numbers follow `seed`.
pub(crate) fn seed(seed: u64) {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        // SAFETY: the table is static, and its functions live as long as the program.
        unsafe { RAND_set_rand_method(&raw const METHOD) };
    });
    CHANCE.set(Chance::new(seed));
}

static METHOD: RandMethod = RandMethod {
    seed: ptr::null(),
    bytes: fill,
    cleanup: ptr::null(),
    add: ptr::null(),
    pseudorand: fill,
    status,
};

extern "C" fn fill(buffer: *mut c_uchar, length: c_int) -> c_int {
    let Ok(length) = usize::try_from(length) else {
        return 0;
    };
    if length > 0 {
        // SAFETY: OpenSSL hands over a buffer that it may write `length` bytes to.
        let buffer = unsafe {
            ptr::write_bytes(buffer, 0, length);
            slice::from_raw_parts_mut(buffer, length)
        };
        CHANCE.with_borrow_mut(|chance| buffer.fill_with(|| chance.byte()));
    }
    1
}

extern "C" fn status() -> c_int {
    1
}

/// `RAND_METHOD` of `openssl/rand.h`; functions that OpenSSL may find missing are null.
#[repr(C)]
struct RandMethod {
    seed: *const c_void,
    bytes: extern "C" fn(*mut c_uchar, c_int) -> c_int,
    cleanup: *const c_void,
    add: *const c_void,
    pseudorand: extern "C" fn(*mut c_uchar, c_int) -> c_int,
    status: extern "C" fn() -> c_int,
}

// SAFETY: the pointers are null and never written.
unsafe impl Sync for RandMethod {}

// What `openssl-sys` does not declare, as `openssl/rand.h` has it.
unsafe extern "C" {
    fn RAND_set_rand_method(method: *const RandMethod) -> c_int;
}
