//! What an engine that runs beside a page does between two pieces of work.

use js_sys::{Date, Promise, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, MessageChannel};

/// Milliseconds of the clock.
pub(crate) fn ticks() -> f64 {
    Date::now()
}

/// Lets messages come in before going on. A timer would wait for milliseconds each time.
pub(crate) async fn yield_now() {
    let Ok(channel) = MessageChannel::new() else {
        return;
    };
    let (here, there) = (channel.port1(), channel.port2());
    let promise = Promise::new(&mut |resolve, _| {
        here.set_onmessage(Some(resolve.unchecked_ref()));
        let _ = there.post_message(&wasm_bindgen::JsValue::NULL);
    });
    let _ = JsFuture::from(promise).await;
    here.close();
}

/// The octets of a file; `None` when the browser cannot read it, as with a folder.
pub(crate) async fn read(file: &Blob) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}
