//! The door to the browser: clock, clipboard, saving, storage, title, focus and yielding.
//!
//! Everything above works on plain data; what can fail here fails quietly into an `Option`, for a
//! page without a clipboard or without storage is still a page.

use js_sys::{Array, Date, Promise, Uint8Array};
use pki::Timestamp;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, Document, File, HtmlAnchorElement, HtmlElement, Storage, Url, Window,
};

#[expect(
    clippy::expect_used,
    reason = "the module runs in a page, and a page has a window"
)]
pub(crate) fn window() -> Window {
    web_sys::window().expect("a page has a window")
}

#[expect(
    clippy::expect_used,
    reason = "the window of a page holds a document as long as scripts run in it"
)]
pub(crate) fn document() -> Document {
    window().document().expect("a window has a document")
}

/// The current time, in whole seconds.
#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds of any calendar date fit into i64"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::from_unix((Date::now() / 1000.0).floor() as i64)
}

/// Milliseconds of a clock that only moves forward.
pub(crate) fn ticks() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// Lets the browser paint and take input before going on.
pub(crate) async fn yield_now() {
    let promise = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 0);
    });
    let _ = JsFuture::from(promise).await;
}

/// Waits for about `milliseconds`.
pub(crate) async fn sleep(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        let _ =
            window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    let _ = JsFuture::from(promise).await;
}

/// The octets of a file; `None` when the browser cannot read it, as with a folder.
pub(crate) async fn read_file(file: &File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Whether there may be a network: a browser knows for certain only when there is none.
pub(crate) fn is_online() -> bool {
    window().navigator().on_line()
}

/// Puts `text` on the clipboard; `false` when the browser does not allow it.
pub(crate) async fn copy(text: &str) -> bool {
    let navigator = window().navigator();
    // `clipboard` is absent outside secure contexts, which the bindings cannot express.
    let present = js_sys::Reflect::get(&navigator, &"clipboard".into())
        .is_ok_and(|clipboard| clipboard.is_object());
    present
        && JsFuture::from(navigator.clipboard().write_text(text))
            .await
            .is_ok()
}

/// Saves `contents` as a file called `name`, from memory: nothing is sent anywhere.
pub(crate) fn save(name: &str, media_type: &str, contents: &[u8]) -> Option<()> {
    let parts = Array::of1(&Uint8Array::from(contents));
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    save_blob(name, &blob)
}

/// Saves text, of which these are the pieces, as a file called `name`.
pub(crate) fn save_text(name: &str, media_type: &str, pieces: &Array) -> Option<()> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_str_sequence_and_options(pieces, &options).ok()?;
    save_blob(name, &blob)
}

/// Saves certificates as a PEM file called `name`.
pub(crate) fn save_pem(name: &str, pem: &str) -> Option<()> {
    save(name, "application/x-pem-file", pem.as_bytes())
}

/// Saves what the browser holds as a file called `name`.
pub(crate) fn save_blob(name: &str, blob: &Blob) -> Option<()> {
    let address = Url::create_object_url_with_blob(blob).ok()?;
    let link: HtmlAnchorElement = document().create_element("a").ok()?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address).ok()
}

/// What the browser holds, as a file called `name`.
pub(crate) fn file_of(name: &str, contents: &Blob) -> Option<File> {
    File::new_with_blob_sequence(&Array::of1(contents), name).ok()
}

pub(crate) fn print() {
    let _ = window().print();
}

pub(crate) fn set_title(title: &str) {
    document().set_title(title);
}

/// Moves the focus to `element`.
pub(crate) fn focus(element: &HtmlElement) {
    let _ = element.focus();
}

/// Whether nothing on the page has the focus, as when what had it is gone.
pub(crate) fn focus_is_lost() -> bool {
    document()
        .active_element()
        .is_none_or(|element| element.tag_name() == "BODY")
}

/// Storage that outlives the tab; absent when the person has turned it off.
pub(crate) fn local_storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Storage that lasts as long as the tab, over reloads; absent when the person has turned it off.
pub(crate) fn session_storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// The element with this id.
pub(crate) fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
