//! From the engine that a page loads first to the whole one.
//!
//! The first one has not got what is rare ([`pki::rare`]). When it is asked for a password or meets a
//! certificate of such a kind, it has the whole one loaded in the same worker, gives it the files that were
//! taken and whatever has not been answered, and is not heard of again. The page does not notice.

use js_sys::Array;
#[cfg(feature = "rare")]
use js_sys::Uint8Array;
#[cfg(feature = "rare")]
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

#[cfg(feature = "rare")]
use crate::worker::Desk;

/// Answers messages from now on, with these files (each its name and its octets) as those that were
/// taken, and these messages first.
#[cfg(feature = "rare")]
#[wasm_bindgen]
pub fn take_over(files: &Array, messages: &Array) {
    let desk = Desk::new();
    for file in files.iter() {
        let file: Array = file.unchecked_into();
        let octets: Uint8Array = file.get(1).unchecked_into();
        desk.take_again(&file.get(0).as_string().unwrap_or_default(), &octets);
    }
    for message in messages.iter() {
        desk.receive(&message);
    }
    desk.listen();
}

#[cfg(not(feature = "rare"))]
#[wasm_bindgen]
extern "C" {
    /// Loads the whole engine and has it take over (engine-worker.js). What comes meanwhile is to be added
    /// to the messages.
    #[wasm_bindgen(js_name = handOver)]
    pub(crate) fn hand_over(files: &Array, messages: &Array);
}
