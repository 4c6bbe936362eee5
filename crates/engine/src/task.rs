//! What an engine that runs beside a page does between two pieces of work.

#[cfg(feature = "worker")]
use js_sys::Uint8Array;
use js_sys::{Date, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
#[cfg(feature = "worker")]
use web_sys::Blob;
use web_sys::MessageChannel;

/// How long work runs before messages are looked at, in milliseconds.
pub(crate) const TURN: f64 = 40.0;

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
#[cfg(feature = "worker")]
pub(crate) async fn read(file: &Blob) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}
