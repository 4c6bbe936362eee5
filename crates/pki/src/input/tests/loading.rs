//! What is said of a file as a CA file, with the `openssl` program as the judge.

use std::sync::atomic::{AtomicUsize, Ordering};

use ::base64::Engine;
use proptest::prelude::*;

use super::*;

/// What `openssl verify -CAfile` makes of a file that should hold the root.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The root was loaded.
    Trusts,
    /// Something was loaded, but not the root.
    Loads,
    /// Nothing was loaded.
    Refuses,
}

pub(super) fn openssl_verdict(bytes: &[u8]) -> Verdict {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("bundle-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    FIXTURES.write(&name, bytes);
    let output = FIXTURES.run(&format!("verify -CAfile {name} client.pem"));
    if output.status.success() {
        Verdict::Trusts
    } else if String::from_utf8_lossy(&output.stderr).contains("Error loading file") {
        Verdict::Refuses
    } else {
        Verdict::Loads
    }
}

pub(super) fn our_verdict(contents: &Contents) -> Verdict {
    let root = FIXTURES.file("root.der");
    let has_root = contents.blocks.iter().enumerate().any(|(index, block)| {
        matches!(&block.content, Content::Certificate { der, .. } if der.starts_with(&root))
            && !contents.passed_over.contains(&index)
    });
    match contents.bundle_obstacles.as_slice() {
        [] if has_root => Verdict::Trusts,
        [] => Verdict::Loads,
        _ => Verdict::Refuses,
    }
}

/// Whether an obstacle is the one that is expected.
type Check = Box<dyn Fn(&Obstacle) -> bool>;

#[test]
fn openssl_agrees_on_what_keeps_a_bundle_from_loading() {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----\n";
    let f = &*FIXTURES;
    let root = f.text("root.pem");
    let other = f.text("intermediate.pem");
    let key = f.text("rsa.key");
    let body = root
        .lines()
        .filter(|l| !l.starts_with('-'))
        .collect::<String>();
    let one_line = format!("{BEGIN}{body}\n-----END CERTIFICATE-----\n");
    let lines: Vec<&str> = root.lines().collect();
    let behind_begin = |text: &str| root.replacen('\n', &format!("\n{text}"), 1);
    f.openssl("crl2pkcs7 -nocrl -certfile root.pem -out root.p7b");
    f.openssl("rsa -in rsa.key -aes128 -passout pass:x -traditional -out old-encrypted.key");
    f.openssl("pkcs8 -topk8 -in rsa.key -passout pass:x -out encrypted.key");
    f.openssl("ec -in p256.key -out sec1.key");
    f.openssl("ecparam -name prime256v1 -out parameters.pem");
    f.openssl("req -new -config openssl.cnf -key rsa.key -subj /CN=a -out bundle-request.pem");
    f.openssl(
        "ca -config openssl.cnf -gencrl -keyfile root.key -cert root.pem -out bundle-list.pem",
    );
    let reason = |reason| move |obstacle: &Obstacle| matches!(obstacle, Obstacle::Block { reason: r, .. } if *r == reason);
    let good = || None::<Check>;
    let bad = |r: LoadError| Some(Box::new(reason(r)) as Check);
    let is = |expected: Obstacle| Some(Box::new(move |o: &Obstacle| *o == expected) as Check);
    let encrypted_header =
        "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n";
    let pgp =
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nTWFu\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n";
    let ssh = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n";

    let cases: Vec<(&str, Vec<u8>, Option<Check>)> = vec![
        // Harmless.
        ("plain", root.clone().into(), good()),
        ("CRLF", root.replace('\n', "\r\n").into(), good()),
        ("UTF-8 mark", format!("\u{feff}{root}").into(), good()),
        (
            "a mark between two",
            format!("{other}\u{feff}{root}").into(),
            good(),
        ),
        (
            "text before",
            format!("Bag Attributes\n  a: b\n\n{root}").into(),
            good(),
        ),
        (
            "openssl x509 -text",
            f.openssl("x509 -in root.pem -text"),
            good(),
        ),
        ("no last line end", root.trim_end().into(), good()),
        ("one long line", one_line.clone().into(), good()),
        (
            "spaces inside",
            root.replacen("MII", " M I\tI", 1).into(),
            good(),
        ),
        ("spaces behind", root.replace('\n', " \t\n").into(), good()),
        (
            "an empty line behind BEGIN",
            behind_begin("\n").into(),
            good(),
        ),
        ("private key", format!("{key}{root}").into(), good()),
        (
            "SEC1 key with parameters",
            [
                f.file("parameters.pem"),
                f.file("sec1.key"),
                f.file("root.pem"),
            ]
            .concat(),
            good(),
        ),
        (
            "encrypted key",
            [f.file("encrypted.key"), f.file("root.pem")].concat(),
            good(),
        ),
        (
            "key with headers",
            [f.file("old-encrypted.key"), f.file("root.pem")].concat(),
            good(),
        ),
        (
            "request",
            [f.file("bundle-request.pem"), f.file("root.pem")].concat(),
            good(),
        ),
        (
            "revocation list",
            [f.file("bundle-list.pem"), f.file("root.pem")].concat(),
            good(),
        ),
        (
            "PKCS#7 beside it",
            [f.file("root.p7b"), f.file("root.pem")].concat(),
            good(),
        ),
        (
            "old label",
            root.replace("CERT", "X509 CERT").into(),
            good(),
        ),
        (
            "no-break spaces at the end of lines",
            root.replace('\n', "\u{a0}\n").into(),
            good(),
        ),
        // The other certificate is loaded, this one is passed over.
        (
            "indented beside a good one",
            format!("{other}  {root}").into(),
            good(),
        ),
        (
            "no END line, and another block",
            format!("{}{root}", other.replace("-----END CERTIFICATE-----\n", "")).into(),
            good(),
        ),
        (
            "NUL at the start of a line",
            format!("{other}\n\0\n{root}").into(),
            good(),
        ),
        // Fatal.
        (
            "CR",
            root.replace('\n', "\r").into(),
            is(Obstacle::CarriageReturns),
        ),
        ("DER", f.file("root.der"), is(Obstacle::Binary)),
        ("PKCS#7", f.file("root.p7b"), is(Obstacle::Pkcs7)),
        (
            "UTF-16 LE",
            utf16(&root, u16::to_le_bytes),
            is(Obstacle::Utf16),
        ),
        (
            "UTF-16 BE",
            utf16(&root, u16::to_be_bytes),
            is(Obstacle::Utf16),
        ),
        (
            "indented",
            format!("  {root}").into(),
            is(Obstacle::NotOnOwnLine { line: Some(1) }),
        ),
        (
            "escaped",
            root.replace('\n', "\\n").into(),
            is(Obstacle::Wrapped(Wrapping {
                escaped: 1,
                ..Wrapping::NONE
            })),
        ),
        (
            "base64 of PEM",
            ::base64::prelude::BASE64_STANDARD.encode(&root).into(),
            is(Obstacle::Wrapped(Wrapping {
                base64: 1,
                ..Wrapping::NONE
            })),
        ),
        (
            "base64 alone",
            format!("\n{body}").into(),
            is(Obstacle::NoBeginLine { line: Some(2) }),
        ),
        ("nothing", Vec::new(), is(Obstacle::NoCertificate)),
        ("key alone", key.clone().into(), is(Obstacle::NoCertificate)),
        ("text", b"hello\n".to_vec(), is(Obstacle::NoCertificate)),
        (
            "no END line",
            format!("{other}{}", root.replace("-----END CERTIFICATE-----\n", "")).into(),
            bad(LoadError::NoEndLine),
        ),
        (
            "END of another",
            format!("{other}{}", root.replace("END CERT", "END X509 CERT")).into(),
            bad(LoadError::EndLine),
        ),
        (
            "text behind END",
            root.replace("E-----\n-", "")
                .replacen(
                    "-----END CERTIFICATE-----",
                    "-----END CERTIFICATE----- root",
                    1,
                )
                .into(),
            bad(LoadError::EndLine),
        ),
        (
            "text behind BEGIN",
            format!("{other}{}", root.replacen("E-----", "E----- root", 1)).into(),
            good(),
        ),
        (
            "header",
            behind_begin("Comment: root\n\n").into(),
            bad(LoadError::Headers),
        ),
        (
            "header without empty line",
            behind_begin("Comment: root\n").into(),
            bad(LoadError::Empty),
        ),
        (
            "encrypted",
            behind_begin(encrypted_header).into(),
            bad(LoadError::Encrypted),
        ),
        (
            "empty line in the middle",
            root.replace(lines[3], &format!("{}\n", lines[3])).into(),
            bad(LoadError::Headers),
        ),
        (
            "two empty lines",
            behind_begin("\n\n").into(),
            bad(LoadError::EmptyLine),
        ),
        (
            "short line below an empty one",
            format!(
                "{BEGIN}\n{}\n{}\n-----END CERTIFICATE-----\n",
                &body[..60],
                &body[60..]
            )
            .into(),
            bad(LoadError::EmptyLine),
        ),
        (
            "long line below an empty one",
            format!("{BEGIN}\n{body}\n-----END CERTIFICATE-----\n").into(),
            bad(LoadError::LongLine),
        ),
        (
            "empty",
            format!("{root}{BEGIN}-----END CERTIFICATE-----\n").into(),
            bad(LoadError::Empty),
        ),
        (
            "bad character",
            format!("{other}{}", root.replacen("MII", "M!I", 1)).into(),
            bad(LoadError::Base64),
        ),
        (
            "bad length",
            format!("{other}{}", root.replacen("MII", "MI", 1)).into(),
            bad(LoadError::Base64),
        ),
        (
            "a line lost",
            format!(
                "{other}{}",
                root.replacen(lines[2], "", 1).replace("\n\n", "\n")
            )
            .into(),
            bad(LoadError::Content),
        ),
        (
            "PKCS#7 under another label",
            f.text("root.p7b").replace("PKCS7", "CERTIFICATE").into(),
            bad(LoadError::Content),
        ),
        (
            "OpenSSH key",
            format!("{root}{ssh}").into(),
            bad(LoadError::PrivateKey),
        ),
        (
            "PGP key",
            format!("{root}{pgp}").into(),
            bad(LoadError::EmptyLine),
        ),
        (
            "a broken block of another kind",
            format!("{root}-----BEGIN A-----\n%\n-----END A-----\n").into(),
            bad(LoadError::Base64),
        ),
    ];
    for (case, bytes, expected) in cases {
        let contents = read("bundle.pem", &bytes);
        let obstacles = &contents.bundle_obstacles;
        match expected {
            None => assert_eq!(obstacles, &[], "{case}"),
            Some(matches) => {
                assert!(
                    obstacles.first().is_some_and(&matches),
                    "{case}: {obstacles:?}"
                );
            }
        }
        for obstacle in obstacles {
            assert!(obstacle.explain("bundle.pem").message.ends_with('.'));
        }
        assert_eq!(our_verdict(&contents), openssl_verdict(&bytes), "{case}");
    }
}

#[test]
fn every_obstacle_is_told_with_its_place() {
    let f = &*FIXTURES;
    let root = f.text("root.pem");
    let broken = root.replacen("MII", "M!I", 1);
    let contents = read("bundle.pem", format!("{broken}{root}{broken}").as_bytes());
    let lines = root.lines().count();
    let places: Vec<_> = contents
        .bundle_obstacles
        .iter()
        .map(|obstacle| match obstacle {
            Obstacle::Block {
                line,
                offset,
                reason,
                ..
            } => (*line, *offset, *reason),
            other => panic!("{other:?}"),
        })
        .collect();
    let reason = LoadError::Base64;
    assert_eq!(
        places,
        [(1, 0, reason), (2 * lines + 1, 2 * root.len(), reason)]
    );
}

/// Pieces of which files are made that lie close to the edge.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let f = &*FIXTURES;
    let root = f.text("root.pem");
    let lines: Vec<String> = root.lines().map(|line| format!("{line}\n")).collect();
    let count = lines.len();
    let begin = lines[0].clone();
    let data = lines[1..count - 1].concat();
    let end = lines[count - 1].clone();
    let long = |n: usize| "x".repeat(n);
    let pieces: Vec<Vec<u8>> = vec![
        root.clone().into(),
        root.replace('\n', "\r\n").into(),
        f.file("intermediate.pem"),
        f.file("p256.key"),
        begin.into(),
        data.clone().into(),
        data.replace('\n', "").into(),
        data.replace('\n', "\r").into(),
        end.into(),
        "\n".into(),
        " ".into(),
        "\r".into(),
        "\0".into(),
        "\u{feff}".into(),
        "\u{a0}".into(),
        "-".into(),
        "-----".into(),
        "=".into(),
        "A: b\n".into(),
        "Proc-Type: 4,ENCRYPTED\n".into(),
        "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n".into(),
        "-----BEGIN X-----\n".into(),
        "-----END X-----\n".into(),
        "TWFu\n".into(),
        long(253).into(),
        long(254).into(),
        long(255).into(),
    ];
    proptest::sample::select(pieces)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(192)
    ))]

    #[test]
    fn openssl_agrees_on_files_put_together_at_random(pieces in proptest::collection::vec(piece(), 1..8)) {
        let bytes = pieces.concat();
        let contents = read("bundle.pem", &bytes);
        let ours = our_verdict(&contents);
        let theirs = openssl_verdict(&bytes);
        // Which certificates were loaded is told where each has a block of its own.
        let whole = contents.blocks.iter().all(|block| !matches!(block.content, Content::Malformed(_)));
        let agrees = ours == theirs || !whole && (ours == Verdict::Refuses) == (theirs == Verdict::Refuses);
        prop_assert!(agrees, "ours {ours:?}, theirs {theirs:?}: {}\n{:?}", bytes.escape_ascii(), contents.bundle_obstacles);
    }
}
