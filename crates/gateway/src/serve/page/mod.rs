//! The page's files: what they are called, how they are sent, and the policy they need.
//!
//! They come from inside the program or, for development, from a folder. Either way a request can
//! only name what is in the list; no path is ever made from an address.

mod encoding;
mod folder;
mod inline_scripts;

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
    io,
    path::Path,
    sync::Arc,
};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use encoding::Encoding;
use folder::Folder;

use super::headers::content_security_policy;

/// The file that answers at every address of the page.
pub(crate) const INDEX: &str = "index.html";

/// Where the page comes from.
#[derive(Debug)]
pub(crate) enum Source {
    Program(Arc<Page>),
    Folder(Folder),
}

impl Source {
    /// The page inside the program.
    pub(crate) fn embedded() -> Self {
        let files = EMBEDDED.iter().map(|embedded| {
            let file = File {
                brotli: embedded.brotli.map(Bytes::from_static),
                gzip: embedded.gzip.map(Bytes::from_static),
                ..File::new(embedded.name, Bytes::from_static(embedded.plain))
            };
            (embedded.name.to_owned(), file)
        });
        Self::Program(Arc::new(Page::new(files.collect())))
    }

    /// The page in a folder, read again whenever a file in it has changed.
    pub(crate) fn folder(path: &Path) -> io::Result<Self> {
        Folder::open(path).map(Self::Folder)
    }

    /// The page as it is now.
    pub(crate) fn current(&self) -> Arc<Page> {
        match self {
            Self::Program(page) => Arc::clone(page),
            Self::Folder(folder) => folder.current(),
        }
    }
}

/// All files of one build of the page.
#[derive(Debug)]
pub(crate) struct Page {
    /// By their names, with slashes and without a leading one.
    pub(crate) files: HashMap<String, File>,
    /// The Content-Security-Policy with the hashes of this build's inline scripts.
    pub(crate) policy: HeaderValue,
}

impl Page {
    fn new(files: HashMap<String, File>) -> Self {
        let index = files
            .get(INDEX)
            .map(|file| String::from_utf8_lossy(&file.plain));
        let hashes = inline_scripts::hashes(index.as_deref().unwrap_or_default());
        Self {
            policy: content_security_policy(&hashes),
            files,
        }
    }
}

/// Kept, and asked for again each time (RFC 9111, section 5.2.2.4).
const REVALIDATE: &str = "no-cache";

/// One file.
#[derive(Debug)]
pub(crate) struct File {
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    content_type: &'static str,
    cache_control: &'static str,
    /// What a client names that has this file already; only of files that are asked for again.
    tag: Option<String>,
}

impl File {
    fn new(name: &str, plain: Bytes) -> Self {
        let content_type = content_type(name);
        let cache_control = if content_type.starts_with("text/html") {
            "no-store"
        } else if is_hashed(name) {
            // A year, the longest that caches heed (RFC 2616, section 14.21).
            "public, max-age=31536000, immutable"
        } else {
            REVALIDATE
        };
        Self {
            // By keys that are made at random: nobody else can leave a file of this name in a browser
            // that we would say is ours.
            tag: (cache_control == REVALIDATE)
                .then(|| format!("{:016x}", RandomState::new().hash_one(&*plain))),
            plain,
            brotli: None,
            gzip: None,
            content_type,
            cache_control,
        }
    }

    /// The file in the best encoding that the client takes.
    pub(crate) fn answer(&self, request: &HeaderMap) -> Response {
        let (bytes, encoding) = match encoding::best(request) {
            Encoding::Brotli if self.brotli.is_some() => (self.brotli.as_ref(), Some("br")),
            Encoding::Brotli | Encoding::Gzip if self.gzip.is_some() => {
                (self.gzip.as_ref(), Some("gzip"))
            }
            _ => (None, None),
        };
        let tag = self.tag.as_ref().and_then(|tag| {
            // Each encoding has its own (RFC 9110, section 8.8.3.3).
            HeaderValue::try_from(format!("\"{tag}-{}\"", encoding.unwrap_or("plain"))).ok()
        });
        let mut response = match &tag {
            Some(tag) if is_there(tag, request) => StatusCode::NOT_MODIFIED.into_response(),
            _ => bytes.unwrap_or(&self.plain).clone().into_response(),
        };
        let headers = response.headers_mut();
        headers.extend(tag.map(|tag| (header::ETAG, tag)));
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.content_type),
        );
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static(self.cache_control),
        );
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

/// Whether the client has what bears this tag (RFC 9110, section 13.1.2).
fn is_there(tag: &HeaderValue, request: &HeaderMap) -> bool {
    let named = request.get_all(header::IF_NONE_MATCH).iter();
    let mut named = named.flat_map(|value| value.as_bytes().split(|it| *it == b','));
    named.any(|it| {
        let it = it.trim_ascii();
        it.strip_prefix(b"W/").unwrap_or(it) == tag.as_bytes()
    })
}

/// A file inside the program.
struct Embedded {
    name: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// Written by `build.rs`.
static EMBEDDED: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/vnd.microsoft.icon",
        Some("woff2") => "font/woff2",
        Some("txt" | "pem") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether a name changes with the content: Trunk and wasm-bindgen put a hash of 64 bits, in
/// hexadecimal, after a hyphen into the name of the file or of its folder. Trunk leaves leading
/// zeros out, and fewer digits than these are too rare to count.
fn is_hashed(name: &str) -> bool {
    const DIGITS: usize = 12;
    name.match_indices('-').any(|(at, hyphen)| {
        let rest = name.get(at + hyphen.len()..).unwrap_or_default();
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        let ends = rest
            .as_bytes()
            .get(digits)
            .is_none_or(|next| b"._/".contains(next));
        digits >= DIGITS && ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_with_a_whole_hash_in_it_is_kept_for_good() {
        let cases = [
            ("page-0123456789abcdef.js", true),
            ("page-0123456789abcdef_bg.wasm", true),
            ("snippets/gloo-0123456789abcdef/inline0.js", true),
            ("styles-0123456789abcdef0123.css", true),
            ("page-123456789abcdef.css", true),
            ("page-56789abcdef.js", false),
            ("page-0123456789abcdefg.js", false),
            ("favicon.svg", false),
            ("0123456789abcdef.js", false),
            ("-", false),
        ];
        for (name, expected) in cases {
            assert_eq!(is_hashed(name), expected, "{name}");
        }
    }

    #[test]
    fn the_page_inside_the_program_has_an_index_which_is_compressed_both_ways() {
        let page = Source::embedded().current();
        assert!(page.files.get(INDEX).is_some_and(|index| {
            index.brotli.is_some() && index.gzip.is_some() && index.cache_control == "no-store"
        }));
    }
}
