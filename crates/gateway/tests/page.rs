//! The page, its files, and the two documents beside it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

#[path = "../../../src/route.rs"]
#[expect(
    dead_code,
    reason = "what an address leads to is the page's own affair"
)]
mod route;

use std::{env, fs, io::Read as _, os::unix::fs::symlink, path::PathBuf};

use common::Server;

#[test]
fn the_page_answers_at_its_own_addresses_and_elsewhere_with_not_found() {
    let server = Server::start(&[]);
    let index = server.get("/");
    assert_eq!(
        (index.status, index.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    for (path, _) in route::ADDRESSES {
        let answer = server.get(path);
        assert_eq!((answer.status, &answer.body), (200, &index.body), "{path}");
    }
    assert_eq!(server.get("/?x=y").status, 200);
    for path in [
        "/index.html",
        "/setup/nothing",
        "/checks",
        "/CHECK",
        "/%63heck",
        "/setup/connect/",
        "/favicon",
        "/apis",
        "/nothing.js",
    ] {
        // The page says that there is nothing, and how to go on.
        let answer = server.get(path);
        assert_eq!((answer.status, &answer.body), (404, &index.body), "{path}");
        assert_eq!(answer.header("content-type"), index.header("content-type"));
    }
}

#[test]
fn a_head_request_is_answered_like_a_get_without_its_body() {
    let server = Server::start(&[]);
    let (get, head) = (server.get("/"), server.send("HEAD /", &[], b""));
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), get.header("content-length"));
}

#[test]
fn the_page_is_sent_in_the_smallest_encoding_that_the_client_takes() {
    let server = Server::start(&[]);
    let plain = server.get("/");
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(plain.header("vary"), Some("accept-encoding"));

    let brotli = server.send("GET /", &["Accept-Encoding: gzip, deflate, br, zstd"], b"");
    assert_eq!(brotli.header("content-encoding"), Some("br"));
    let mut decoded = Vec::new();
    brotli::BrotliDecompress(&mut &*brotli.body, &mut decoded).unwrap();
    assert_eq!(decoded, plain.body);

    let gzip = server.send("GET /", &["Accept-Encoding: gzip"], b"");
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    let mut decoded = Vec::new();
    flate2::read::GzDecoder::new(&*gzip.body)
        .read_to_end(&mut decoded)
        .unwrap();
    assert_eq!(decoded, plain.body);
}

#[test]
fn config_json_says_what_the_page_must_know() {
    let server = Server::start(&[]);
    let answer = server.get("/config.json");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        answer.text(),
        format!(
            r#"{{"version":"{}","mode":"sandbox","credential":"gateway","upstream":"sandbox","api":"/api/atlas/v2","oauth":"/api/oauth","readOnly":false,"token":true}}"#,
            env!("CARGO_PKG_VERSION")
        )
    );
    let listen = ["--listen", "127.0.0.1:0"];
    let credential = [
        ("ATLAS_CLIENT_ID", "mdb_sa_id_1"),
        ("ATLAS_CLIENT_SECRET", "mdb_sa_sk_hush"),
    ];
    let server = Server::start_with(&listen, &[], &credential);
    let answer = server.get("/config.json");
    let json = answer.json();
    assert_eq!(
        (json["mode"].as_str(), json["upstream"].as_str()),
        (Some("atlas"), Some("cloud.mongodb.com"))
    );
    assert!(!answer.text().contains("mdb_sa"));
}

/// A folder that is gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("atlas-x509-{}-{name}", std::process::id()));
        fs::create_dir_all(path.join("dist/snippets")).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    fn serve(&self) -> Server {
        Server::start(&["--page", self.0.join("dist").to_str().unwrap()])
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_policy_allows_the_inline_script_of_the_page_that_is_served_and_follows_a_rebuild() {
    let folder = Folder::new("policy");
    folder.write(
        "dist/index.html",
        "<script>alert('Hello, world.');</script>",
    );
    let server = folder.serve();
    let policy = |path: &str| {
        server
            .get(path)
            .header("content-security-policy")
            .unwrap()
            .to_owned()
    };
    // The example of Content Security Policy Level 3, section 8.3.
    let hash = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='";
    for path in ["/", "/settings", "/config.json", "/nothing"] {
        assert!(
            policy(path).ends_with(&format!("script-src 'self' 'wasm-unsafe-eval' {hash}")),
            "{path}"
        );
    }
    folder.write("dist/index.html", "<p>No script at all</p>");
    assert_eq!(server.get("/").text(), "<p>No script at all</p>");
    assert!(!policy("/").contains("sha256-"));
}

#[test]
fn files_with_a_hash_in_their_name_are_kept_for_good_and_others_are_asked_for_again() {
    let folder = Folder::new("cache");
    folder.write("dist/index.html", "<p>page</p>");
    folder.write("dist/page-0123456789abcdef.js", "run()");
    folder.write("dist/page-0123456789abcdef_bg.wasm", "\0asm");
    folder.write("dist/favicon.svg", "<svg/>");
    let server = folder.serve();
    for (path, content_type, cache_control) in [
        ("/", "text/html; charset=utf-8", "no-store"),
        (
            "/page-0123456789abcdef.js",
            "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
        (
            "/page-0123456789abcdef_bg.wasm",
            "application/wasm",
            "public, max-age=31536000, immutable",
        ),
        ("/favicon.svg", "image/svg+xml", "no-cache"),
        ("/config.json", "application/json", "no-store"),
    ] {
        let answer = server.get(path);
        let found = (
            answer.status,
            answer.header("content-type"),
            answer.header("cache-control"),
        );
        assert_eq!(
            found,
            (200, Some(content_type), Some(cache_control)),
            "{path}"
        );
    }
}

#[test]
fn a_file_that_is_asked_for_again_is_sent_again_only_when_it_is_another_one() {
    let folder = Folder::new("again");
    folder.write("dist/index.html", "<p>page</p>");
    folder.write("dist/engine.js", "run()");
    folder.write("dist/page-0123456789abcdef.js", "run()");
    let server = folder.serve();
    for path in ["/", "/page-0123456789abcdef.js", "/config.json", "/healthz"] {
        assert_eq!(server.get(path).header("etag"), None, "{path}");
    }
    let again = |server: &Server, tag: &str| {
        server.send("GET /engine.js", &[&format!("If-None-Match: {tag}")], b"")
    };
    let tag = server.get("/engine.js").header("etag").unwrap().to_owned();
    for named in [&*tag, &format!("W/{tag}"), &format!("\"x\", {tag}")] {
        let answer = again(&server, named);
        assert_eq!((answer.status, answer.text()), (304, ""), "{named}");
        assert_eq!(answer.header("etag"), Some(&*tag));
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
    }
    for named in ["\"x\"", "*", "", &tag[1..], &tag.replace("plain", "br")] {
        assert_eq!(again(&server, named).text(), "run()", "{named}");
    }
    // What another server of this name has left in a browser is never said to be current.
    assert_eq!(again(&folder.serve(), &tag).text(), "run()");
    folder.write("dist/engine.js", "run(2)");
    assert_eq!(again(&server, &tag).text(), "run(2)");
}

#[test]
fn nothing_outside_of_the_pages_folder_can_be_reached() {
    let folder = Folder::new("outside");
    folder.write("secret.txt", "secret");
    folder.write("dist/index.html", "<p>page</p>");
    folder.write("dist/.hidden.txt", "secret");
    folder.write("dist/snippets/inside.txt", "inside");
    symlink(folder.0.join("secret.txt"), folder.0.join("dist/link.txt")).unwrap();
    symlink(&folder.0, folder.0.join("dist/up")).unwrap();
    let server = folder.serve();
    assert_eq!(server.get("/snippets/inside.txt").text(), "inside");
    let absolute = folder.0.join("secret.txt");
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/snippets/../../secret.txt",
        "/snippets/..%2f..%2fsecret.txt",
        "/link.txt",
        "/up/secret.txt",
        "/.hidden.txt",
        "/snippets",
        "/snippets/",
        absolute.to_str().unwrap(),
        &format!("/{}", absolute.display()),
    ] {
        let answer = server.get(path);
        assert!(matches!(answer.status, 400 | 404), "{path}");
        assert!(
            !answer.text().contains("\"secret\"") && answer.text() != "secret",
            "{path}"
        );
    }
}
