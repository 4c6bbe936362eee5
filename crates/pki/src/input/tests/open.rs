use super::*;

fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

/// Opens a file that the password opens.
fn opened(bytes: &[u8], text: &str) -> Contents {
    open("file", bytes, &password(text)).unwrap()
}

/// The key in it belongs to the certificate of `name`.
fn assert_key_of(contents: &Contents, name: &str, case: &str) {
    let spki = FIXTURES.file(&format!("{name}.spki"));
    let keys: Vec<&PrivateKey> = contents
        .blocks
        .iter()
        .filter_map(|block| match &block.content {
            Content::PrivateKey(key) => Some(key),
            _ => None,
        })
        .collect();
    let [key] = keys[..] else {
        panic!("{case}: {keys:?}");
    };
    assert_eq!(key.belongs_to(&spki), Some(true), "{case}");
    assert!(!key.is_encrypted(), "{case}");
    assert_eq!(key.source().file, "file", "{case}");
}

/// A PKCS#12 file of the client's certificate, its issuer and its key.
fn exported(options: &str) -> Vec<u8> {
    FIXTURES.openssl(&format!(
        "pkcs12 -export -in deep.pem -inkey deep.key -certfile intermediate.pem {options}"
    ))
}

const IN_THE_BOX: [&str; 3] = [
    "deep (pkcs12) @-",
    "intermediate (pkcs12) @-",
    "RSA 2048 (PRIVATE KEY) @-",
];

#[test]
fn pkcs12_files_are_opened_in_every_form_that_openssl_writes() {
    for options in [
        "",
        "-legacy",
        "-legacy -descert",
        "-legacy -certpbe PBE-SHA1-RC2-128 -keypbe PBE-SHA1-RC2-40",
        "-legacy -certpbe PBE-SHA1-2DES -keypbe PBE-SHA1-3DES",
        "-certpbe AES-128-CBC -keypbe AES-192-CBC -macalg sha512",
        "-certpbe AES-256-CBC -keypbe DES-EDE3-CBC -macalg sha1",
        "-certpbe NONE",
        "-keypbe NONE",
        "-certpbe NONE -keypbe NONE",
        "-nomac",
        "-legacy -nomac",
        "-certpbe NONE -keypbe NONE -nomac",
        "-macalg sha224 -iter 1",
        "-macalg sha384 -iter 10000",
        "-nomaciter -noiter",
        "-caname a -name client -CSP somewhere -LMK",
    ] {
        for text in ["secret", "", "Übergröße", "🔑"] {
            // Its program asks for a password again where there is none.
            let file = exported(&format!("{options} -passout pass:{text}"));
            let closed = read("file", &file);
            assert_eq!(found(&closed), ["Pkcs12 @-"], "{options}");
            assert!(closed.is_locked(), "{options}");

            let contents = opened(&file, text);
            assert_eq!(found(&contents), IN_THE_BOX, "{options} {text}");
            assert_key_of(&contents, "rsa", options);
            assert!(!contents.is_locked(), "{options}");
            assert_eq!(contents.size, file.len());
            assert_eq!(contents.bundle_obstacles, [Obstacle::Pkcs12], "{options}");

            let needs_one = !options.contains("-certpbe NONE -keypbe NONE -nomac");
            let wrong = open("file", &file, &password("wrong"));
            assert_eq!(
                wrong.err(),
                needs_one.then_some(NotOpened::WrongPassword),
                "{options} {text}"
            );
        }
    }
}

#[test]
fn pkcs12_files_hold_keys_of_every_kind() {
    let f = &*FIXTURES;
    for (name, kind) in [
        ("p256", "EC P-256"),
        ("p521", "EC P-521"),
        ("ed25519", "Ed25519"),
        ("rsa-pss", "RSA-PSS 2048"),
    ] {
        f.openssl(&format!(
            "req -x509 -new -config openssl.cnf -extensions client -subj /CN={name} -key {name}.key -out box-{name}.pem"
        ));
        let file = f.openssl(&format!(
            "pkcs12 -export -in box-{name}.pem -inkey {name}.key -passout pass:x"
        ));
        let contents = opened(&file, "x");
        assert_eq!(
            found(&contents),
            [
                "unknown (pkcs12) @-".to_owned(),
                format!("{kind} (PRIVATE KEY) @-")
            ]
        );
        assert_key_of(&contents, name, name);
    }
}

#[test]
fn a_pkcs12_file_is_opened_wherever_it_lies() {
    use ::base64::{Engine, prelude::BASE64_STANDARD};
    let der = exported("-passout pass:x");
    let base64 = BASE64_STANDARD.encode(&der);
    let pem = format!("# mine\n-----BEGIN PKCS12-----\n{base64}\n-----END PKCS12-----\n");
    let root = FIXTURES.text("root.pem");
    for (case, bytes, first) in [
        ("PEM", pem.clone().into_bytes(), "deep (pkcs12) @2"),
        ("base64", base64.clone().into_bytes(), "deep (pkcs12) @1"),
        (
            "in a Secret",
            format!("data:\n  client.p12: {base64}\n").into_bytes(),
            "deep (pkcs12) @2",
        ),
        (
            "twice in base64",
            BASE64_STANDARD.encode(&pem).into_bytes(),
            "deep (pkcs12) @1 base64×1",
        ),
        (
            "behind a certificate",
            format!("{root}{pem}").into_bytes(),
            "root (CERTIFICATE) @1",
        ),
    ] {
        let contents = opened(&bytes, "x");
        assert_eq!(found(&contents)[0], first, "{case}");
        assert_key_of(&contents, "rsa", case);
    }
}

#[test]
fn a_box_without_certificates_says_so() {
    let f = &*FIXTURES;
    f.write("no-certificate.pem", b"");
    let file = f.openssl("pkcs12 -export -nocerts -inkey deep.key -passout pass:x");
    assert_eq!(found(&opened(&file, "x")), ["RSA 2048 (PRIVATE KEY) @-"]);
    let file = f.openssl("pkcs12 -export -nokeys -in root.pem -passout pass:x");
    assert_eq!(found(&opened(&file, "x")), ["root (pkcs12) @-"]);
}

/// What is encrypted in a key's own way: the options of `openssl` that make it.
const KEYS: [(&str, &str); 23] = [
    ("rsa", "pkcs8 -topk8"),
    ("rsa", "pkcs8 -topk8 -outform DER"),
    ("rsa", "pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA1"),
    ("rsa", "pkcs8 -topk8 -v2 aes-192-cbc -v2prf hmacWithSHA224"),
    ("p256", "pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA384"),
    (
        "p384",
        "pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA512 -iter 10000",
    ),
    ("ed25519", "pkcs8 -topk8 -v2 des3"),
    (
        "ed25519",
        "pkcs8 -topk8 -v2 des -provider legacy -provider default",
    ),
    ("p256", "pkcs8 -topk8 -scrypt"),
    (
        "p256",
        "pkcs8 -topk8 -scrypt -scrypt_N 4096 -scrypt_r 4 -scrypt_p 3",
    ),
    ("p256", "pkcs8 -topk8 -v1 PBE-SHA1-3DES"),
    ("p256", "pkcs8 -topk8 -v1 PBE-SHA1-2DES"),
    (
        "rsa",
        "pkcs8 -topk8 -v1 PBE-SHA1-RC2-40 -provider legacy -provider default",
    ),
    (
        "rsa",
        "pkcs8 -topk8 -v1 PBE-SHA1-RC2-128 -provider legacy -provider default",
    ),
    (
        "rsa",
        "pkcs8 -topk8 -v1 PBE-MD5-DES -provider legacy -provider default",
    ),
    (
        "rsa",
        "pkcs8 -topk8 -v1 PBE-SHA1-DES -provider legacy -provider default",
    ),
    ("rsa", "rsa -traditional -aes128"),
    ("rsa", "rsa -traditional -aes192"),
    ("rsa", "rsa -traditional -aes256"),
    ("rsa", "rsa -traditional -des3"),
    (
        "rsa",
        "rsa -traditional -des -provider legacy -provider default",
    ),
    ("p521", "ec -aes256"),
    ("secp256k1", "ec -des3"),
];

#[test]
fn encrypted_keys_are_opened_in_every_form_that_openssl_writes() {
    let f = &*FIXTURES;
    for (name, options) in KEYS {
        for text in ["secret", "Übergröße"] {
            let file = f.openssl(&format!("{options} -in {name}.key -passout pass:{text}"));
            let closed = read("file", &file);
            assert!(closed.is_locked(), "{options}");
            let contents = opened(&file, text);
            assert_key_of(&contents, name, options);
            assert!(!contents.is_locked(), "{options}");
            assert_eq!(
                open("file", &file, &password("wrong")).err(),
                Some(NotOpened::WrongPassword),
                "{options}"
            );
        }
    }
}

#[test]
fn what_has_another_password_stays_as_it_is() {
    let f = &*FIXTURES;
    let one = f.openssl("ec -aes256 -in p256.key -passout pass:one");
    let two = f.openssl("ec -aes256 -in p384.key -passout pass:two");
    let both = [one, f.file("root.pem"), two].concat();
    let kinds = |text: &str| -> Vec<(String, bool)> {
        let contents = opened(&both, text);
        assert!(contents.is_locked());
        contents
            .blocks
            .iter()
            .filter_map(|block| match &block.content {
                Content::PrivateKey(key) => Some((key.kind(), key.is_opened())),
                _ => None,
            })
            .collect()
    };
    let closed = || ("encrypted EC key".to_owned(), false);
    assert_eq!(kinds("one"), [("EC P-256".to_owned(), true), closed()]);
    assert_eq!(kinds("two"), [closed(), ("EC P-384".to_owned(), true)]);
    assert_eq!(
        open("file", &both, &password("three")).err(),
        Some(NotOpened::WrongPassword)
    );
}

#[test]
fn a_file_that_needs_no_password_is_read_whatever_is_given() {
    let f = &*FIXTURES;
    for name in ["root.pem", "root.der", "rsa.key", "openssl.cnf"] {
        let bytes = f.file(name);
        let contents = opened(&bytes, "whatever");
        assert_eq!(found(&contents), found(&read("file", &bytes)), "{name}");
        assert!(!contents.is_locked());
    }
}

#[test]
fn an_opened_key_is_joined_without_its_password() {
    let f = &*FIXTURES;
    for (file, label) in [
        (exported("-passout pass:x"), "PRIVATE KEY"),
        (
            f.openssl("rsa -traditional -aes256 -in rsa.key -passout pass:x"),
            "RSA PRIVATE KEY",
        ),
    ] {
        let contents = opened(&file, "x");
        let key = contents
            .blocks
            .iter()
            .find_map(|block| match &block.content {
                Content::PrivateKey(key) => Some(key),
                _ => None,
            });
        let key = key.unwrap();
        assert!(key.is_opened());
        let joined = crate::pair::joined_pem(&f.file("deep.der"), &[], key);
        let again = read("joined", joined.as_bytes());
        assert_eq!(
            found(&again)[1].split(" @").next(),
            Some(&*format!("RSA 2048 ({label})"))
        );
        f.write("joined.pem", joined.as_bytes());
        f.openssl("rsa -in joined.pem -check -noout");
    }
}

/// A file of `tests/data/boxes`.
macro_rules! kept {
    ($name:literal) => {
        &include_bytes!(concat!("../../../tests/data/boxes/", $name))[..]
    };
}

#[test]
fn pkcs12_files_of_other_programs_are_opened() {
    let cases = [
        ("Java", kept!("java.p12"), "changeit", "EC P-256"),
        ("Java 8", kept!("java-legacy.p12"), "changeit", "EC P-256"),
        ("a trust store", kept!("java-trust.p12"), "changeit", ""),
        ("Firefox", kept!("nss.p12"), "changeit", "EC P-256"),
        ("Python", kept!("python.p12"), "Übergröße", "Ed25519"),
        ("RFC 9579", kept!("pbmac1.p12"), "secret", "EC P-256"),
    ];
    for (case, bytes, text, kind) in cases {
        assert!(read("file", bytes).is_locked(), "{case}");
        let contents = opened(bytes, text);
        let mut expected = vec!["unknown (pkcs12) @-".to_owned()];
        if !kind.is_empty() {
            expected.push(format!("{kind} (PRIVATE KEY) @-"));
        }
        assert_eq!(found(&contents), expected, "{case}");
        let Content::Certificate { der, .. } = &contents.blocks[0].content else {
            panic!("{case}");
        };
        let certificate = crate::Certificate::from_der(der).unwrap();
        if let Some(Content::PrivateKey(key)) = contents.blocks.get(1).map(|block| &block.content) {
            let own = key.belongs_to(certificate.public_key_info());
            assert_eq!(own, Some(true), "{case}");
        }
        // Firefox asks for so many rounds that a test does with one password.
        let wrong = ["wrong", "", "ü"].into_iter().filter(|_| case != "Firefox");
        for wrong in wrong {
            let outcome = open("file", bytes, &password(wrong)).err();
            assert_eq!(outcome, Some(NotOpened::WrongPassword), "{case} {wrong}");
        }
    }
}

/// The only place in `bytes` where `from` stands, with `to` in its place.
fn changed(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at: Vec<usize> = memchr::memmem::find_iter(bytes, from).collect();
    let [at] = at[..] else {
        panic!("{} times", at.len());
    };
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

#[test]
fn a_damaged_file_is_told_from_a_wrong_password() {
    let f = &*FIXTURES;
    let good = exported("-passout pass:x -iter 1");
    let legacy = exported("-legacy -passout pass:x -iter 1");
    for (case, good) in [("new", good), ("legacy", legacy)] {
        // In the certificates, in the key, in the MAC.
        for at in [good.len() / 4, good.len() * 3 / 4, good.len() - 30] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert_eq!(
                open("file", &bad, &password("x")).err(),
                Some(NotOpened::Damaged),
                "{case} {at}"
            );
            assert_eq!(
                open("file", &bad, &password("y")).err(),
                Some(NotOpened::WrongPassword),
                "{case} {at}"
            );
        }
    }
    let key = f.openssl("rsa -traditional -aes128 -in rsa.key -passout pass:x");
    let key = String::from_utf8(key).unwrap();
    let info = key
        .lines()
        .find(|line| line.starts_with("DEK-Info"))
        .unwrap();
    let unsupported = |what: &str| NotOpened::Unsupported {
        what: what.to_owned(),
    };
    for (case, to, expected) in [
        ("no vector", "DEK-Info: AES-128-CBC", NotOpened::Damaged),
        (
            "a short one",
            "DEK-Info: AES-128-CBC,0011",
            NotOpened::Damaged,
        ),
        (
            "no number",
            "DEK-Info: AES-128-CBC,zz11223344556677",
            NotOpened::Damaged,
        ),
        (
            "half a digit",
            "DEK-Info: AES-128-CBC,001",
            NotOpened::Damaged,
        ),
        ("nothing", "X-Info: none", NotOpened::Damaged),
        (
            "another cipher",
            "DEK-Info: CAMELLIA-128-CBC,00112233445566778899aabbccddeeff",
            unsupported("CAMELLIA-128-CBC"),
        ),
    ] {
        let bad = key.replace(info, to);
        let outcome = open("file", bad.as_bytes(), &password("x")).err();
        assert_eq!(outcome, Some(expected), "{case}");
    }
}

#[test]
fn what_is_encrypted_in_another_way_is_named() {
    let f = &*FIXTURES;
    for (options, name) in [
        ("-v1 PBE-SHA1-RC4-128", "RC4"),
        ("-v2 rc2", "RC2"),
        // camellia-256-cbc
        ("-v2 camellia-256-cbc", "1.2.392.200011.61.1.1.1.4"),
    ] {
        let key = f.openssl(&format!(
            "pkcs8 -topk8 {options} -in p256.key -passout pass:x -provider legacy -provider default"
        ));
        assert_eq!(
            open("file", &key, &password("x")).err(),
            Some(NotOpened::unsupported(name)),
            "{options}"
        );
    }
}

#[test]
fn a_truncated_pkcs12_file_is_told_as_that() {
    let good = exported("-passout pass:x -iter 1");
    for length in 0..good.len() {
        let contents = open("file", &good[..length], &password("x")).unwrap();
        assert!(!contents.is_locked(), "{length}");
        let is_told = matches!(
            contents.blocks[0].content,
            Content::Malformed(Malformed {
                problem: Problem::Truncated { .. },
                ..
            })
        );
        assert_eq!(is_told, length >= 8, "{length}: {:?}", found(&contents));
    }
}

#[test]
fn no_change_to_a_file_makes_it_panic_or_work_without_end() {
    let f = &*FIXTURES;
    let file =
        f.openssl("pkcs12 -export -in deep.pem -inkey p256.key -nocerts -passout pass:x -iter 1");
    let key = f.openssl("pkcs8 -topk8 -in p256.key -passout pass:x -iter 1 -outform DER");
    for good in [file, key] {
        for at in 0..good.len() {
            for change in [0x01, 0x80, 0xff] {
                let mut bad = good.clone();
                bad[at] ^= change;
                let _ = open("file", &bad, &password("x"));
            }
        }
    }
}

#[test]
fn more_work_than_is_done_is_told_with_its_amount() {
    let f = &*FIXTURES;
    let too_much = |rounds| Some(NotOpened::TooMuchWork { rounds });
    // 100,000 rounds, and 8,388,607 in their place.
    let (some, many) = (b"\x02\x03\x01\x86\xa0", b"\x02\x03\x7f\xff\xff");
    let key = f.openssl("pkcs8 -topk8 -in p256.key -passout pass:x -iter 100000 -outform DER");
    let scrypt = f.openssl(
        "pkcs8 -topk8 -in p256.key -passout pass:x -scrypt -scrypt_N 16384 -scrypt_r 8 -scrypt_p 1 -outform DER",
    );
    let cost = |cost: &[u8], block: u8| [b"\x02\x02", cost, b"\x02\x01", &[block]].concat();
    let usual = cost(b"\x40\x00", 8);
    let mac =
        f.openssl("pkcs12 -export -nokeys -in root.pem -certpbe NONE -passout pass:x -iter 100000");
    // Three millions each, for the MAC and for the key: neither is too much by itself.
    let three = f.openssl(
        "pkcs12 -export -inkey p256.key -nocerts -passout pass:x -iter 3000000 -macalg sha256",
    );
    let negative = b"\x02\x03\x81\x86\xa0";
    let zero = b"\x02\x03\x00\x00\x00";
    for (case, bytes, expected) in [
        ("PBKDF2", changed(&key, some, many), too_much(8_388_607)),
        (
            "scrypt",
            changed(&scrypt, &usual, &cost(b"\x40\x00", 127)),
            too_much(8 * 16_384 * 127),
        ),
        ("MAC", changed(&mac, some, many), too_much(8_388_607)),
        ("MAC and key", three, too_much(6_000_000)),
        (
            "below zero",
            changed(&key, some, negative),
            Some(NotOpened::Damaged),
        ),
        ("none", changed(&mac, some, zero), Some(NotOpened::Damaged)),
        (
            "no power of two",
            changed(&scrypt, &usual, &cost(b"\x40\x01", 8)),
            Some(NotOpened::Damaged),
        ),
    ] {
        assert_eq!(
            open("file", &bytes, &password("x")).err(),
            expected,
            "{case}"
        );
    }
    assert_eq!(
        too_much(8_388_607).unwrap().to_string(),
        "Opening it takes 8,388,607 rounds of hashing. At most 5,000,000 are done here."
    );
}

#[test]
fn a_huge_salt_and_bags_in_bags_are_read_in_time() {
    let tlv = |tag: u8, content: &[u8]| -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        match content.len() {
            0..0x80 => [&[tag, length[3]][..], content].concat(),
            _ => [&[tag, 0x84][..], &length, content].concat(),
        }
    };
    let oid = |last: &[u8]| {
        tlv(
            6,
            &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01][..], last].concat(),
        )
    };
    // SHA-1 and Triple DES by PKCS#12, with a salt of eight million octets.
    let salted = tlv(0x30, &[tlv(4, &vec![7; 8_000_000]), tlv(2, &[1])].concat());
    let algorithm = tlv(0x30, &[oid(&[12, 1, 3]), salted].concat());
    let file = |bags: &[u8]| {
        let data =
            |content: &[u8]| tlv(0x30, &[oid(&[7, 1]), tlv(0xa0, &tlv(4, content))].concat());
        let safe = tlv(0x30, &data(bags));
        tlv(0x30, &[tlv(2, &[3]), data(&safe)].concat())
    };
    let bag = |kind: u8, value: &[u8]| {
        tlv(
            0x30,
            &tlv(0x30, &[oid(&[12, 10, 1, kind]), tlv(0xa0, value)].concat()),
        )
    };
    let key = tlv(0x30, &[algorithm, tlv(4, &[0; 16])].concat());
    let mut nested = tlv(0x30, &[]);
    let mut depths = Vec::new();
    for _ in 0..1_000 {
        nested = bag(6, &nested);
        depths.push(nested.clone());
    }
    for (case, bytes, expected) in [
        ("salt", file(&bag(2, &key)), Some(NotOpened::WrongPassword)),
        ("three deep", file(&depths[2]), None),
        (
            "deeper",
            file(&nested),
            Some(NotOpened::unsupported("bags in bags")),
        ),
    ] {
        assert_eq!(
            open("file", &bytes, &password("x")).err(),
            expected,
            "{case}"
        );
    }
    let empty = open("file", &file(&depths[0]), &password("x")).unwrap();
    assert_eq!(found(&empty), ["Pkcs12WithoutCertificates @-"]);
}

#[test]
fn why_nothing_was_opened_is_told_in_sentences() {
    for error in [
        NotOpened::WrongPassword,
        NotOpened::Damaged,
        NotOpened::unsupported("RC4"),
        NotOpened::TooMuchWork { rounds: 7_000_000 },
    ] {
        let Explanation {
            message,
            meaning,
            fix,
            ..
        } = error.explain();
        for sentence in [message, meaning, fix] {
            assert!(sentence.ends_with('.'), "{sentence}");
        }
    }
}

#[test]
fn a_ca_file_that_nobody_opened_is_not_said_to_have_no_certificate() {
    let f = &*FIXTURES;
    let file = f.openssl("pkcs12 -export -nokeys -in root.pem -passout pass:x");
    let obstacles = read("ca.p12", &file).bundle_obstacles;
    assert_eq!(obstacles, [Obstacle::LockedPkcs12]);
    assert_eq!(opened(&file, "x").bundle_obstacles, [Obstacle::Pkcs12]);
}
