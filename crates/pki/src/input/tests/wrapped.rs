use ::base64::{Engine, prelude::BASE64_STANDARD};

use super::*;

fn base64(bytes: impl AsRef<[u8]>) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// The text as a JSON string holds it.
fn json(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('"', "\\\"")
}

fn percent(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\n', "%0A")
        .replace(' ', "%20")
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}

fn folded(text: &str, columns: usize, end: &str) -> String {
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(columns)
        .map(|line| str::from_utf8(line).unwrap())
        .collect();
    lines.join(end)
}

#[test]
fn a_certificate_is_found_however_it_was_wrapped() {
    let f = &*FIXTURES;
    let root = &f.text("root.pem");
    let client = &f.text("client.pem");
    let key = &f.text("p256.key");
    let der = &f.file("root.der");
    let utf16 = utf16(root, u16::to_le_bytes);
    let one = |wrapping: &str| vec![format!("root (CERTIFICATE) @1{wrapping}")];
    let body = root.lines().filter(|line| !line.starts_with('-'));
    let dotnet = body
        .collect::<String>()
        .replace('+', "\\u002B")
        .replace('/', "\\/");
    let cases: Vec<(&str, String, Vec<String>)> = vec![
        ("escaped", json(root), one(" escaped×1")),
        ("escaped twice", json(&json(root)), one(" escaped×2")),
        (
            "escaped three times",
            json(&json(&json(root))),
            one(" escaped×3"),
        ),
        (
            "escaped with CRLF, twice",
            root.replace('\n', "\\\\r\\\\n"),
            one(" escaped×2"),
        ),
        (
            "JSON with slashes and plus signs escaped",
            format!(
                "{{\"ca\":\"-----BEGIN CERTIFICATE-----\\n{dotnet}\\n-----END CERTIFICATE-----\"}}"
            ),
            one(" escaped×1"),
        ),
        ("base64", base64(root), one(" base64×1")),
        ("base64 of base64", base64(base64(root)), one(" base64×2")),
        (
            "base64 of base64, each with a line end",
            base64(base64(root) + "\n") + "\n",
            one(" base64×2"),
        ),
        (
            "base64 four times",
            base64(base64(base64(base64(root)))),
            one(" base64×4"),
        ),
        (
            "base64 of escaped PEM",
            base64(json(root)),
            one(" escaped×1 base64×1"),
        ),
        ("base64 of UTF-16", base64(utf16), one(" base64×1")),
        (
            "base64 of PEM with text before it",
            base64(format!("Bag Attributes\n    localKeyID: 01\n{root}")),
            one(" base64×1"),
        ),
        (
            "base64 with escaped line ends",
            json(&folded(&base64(root), 76, "\n")),
            one(" escaped×1 base64×1"),
        ),
        ("percent-encoded", percent(root), one(" percent×1")),
        (
            "percent-encoded, then base64",
            base64(percent(root)),
            one(" base64×1 percent×1"),
        ),
        (
            "base64 of DER",
            format!("ca={}", base64(der)),
            vec!["root (base64) @1".into()],
        ),
        (
            "a Kubernetes Secret",
            format!(
                "apiVersion: v1\nkind: Secret\ndata:\n  ca.crt: {}\n  tls.crt: {}\n  tls.key: {}\n",
                base64(root),
                base64(client),
                base64(key),
            ),
            vec![
                "root (CERTIFICATE) @4 base64×1".into(),
                "client (CERTIFICATE) @5 base64×1".into(),
                "EC P-256 (PRIVATE KEY) @6 base64×1".into(),
            ],
        ),
        (
            "a Secret folded by a YAML writer",
            format!(
                "data:\n  ca.crt: >-\n    {}\n  other: x\n",
                folded(&base64(root), 76, "\n    "),
            ),
            vec!["root (CERTIFICATE) @3 base64×1".into()],
        ),
        (
            "a YAML block",
            format!("ca: |\n  {}\nb: c\n", root.trim_end().replace('\n', "\n  ")),
            vec!["root (CERTIFICATE) @2".into()],
        ),
        (
            "YAML as Python writes it",
            format!("ca: '{}'\n", root.replace('\n', "\n\n  ")),
            vec!["root (CERTIFICATE) @1".into()],
        ),
        (
            "a whole JSON file",
            format!(
                "{{\n  \"ca\": \"{}\",\n  \"pair\": [\"{}\", \"{}\"]\n}}\n",
                json(root),
                json(client),
                json(key),
            ),
            vec![
                "root (CERTIFICATE) @2 escaped×1".into(),
                "client (CERTIFICATE) @3 escaped×1".into(),
                "EC P-256 (PRIVATE KEY) @3 escaped×1".into(),
            ],
        ),
        (
            "JSON in a string of JSON, in base64",
            base64(format!(
                "{{\"s\": \"{}\"}}",
                json(&format!("{{\"c\":\"{}\"}}", json(root)))
            )),
            one(" escaped×2 base64×1"),
        ),
        (
            "a .env file",
            format!(
                "# ours\nMONGO_CA=\"{}\"\nMONGO_CERT={}\n",
                json(root),
                base64(client)
            ),
            vec![
                "root (CERTIFICATE) @2 escaped×1".into(),
                "client (CERTIFICATE) @3 base64×1".into(),
            ],
        ),
        (
            "SAML metadata",
            format!(
                "<ds:X509Certificate>\n{}\n</ds:X509Certificate>",
                folded(&base64(der), 64, "\n")
            ),
            vec!["root (base64) @2".into()],
        ),
        (
            "SAML metadata by a library for Windows",
            format!(
                "<X509Certificate>{}</X509Certificate>",
                folded(&base64(der), 76, "&#xD;\n")
            ),
            vec!["root (base64) @1 escaped×1".into()],
        ),
        (
            "LDIF",
            format!(
                "dn: cn=root\ncACertificate;binary:: {}\n {}\n",
                &base64(der)[..53],
                folded(&base64(der)[53..], 75, "\n "),
            ),
            vec!["root (base64) @2".into()],
        ),
        (
            "JWKS",
            format!(
                "{{\"x5c\":[\"{}\",\"{}\"]}}",
                base64(der),
                base64(f.file("client.der"))
            ),
            vec!["root (base64) @1".into(), "client (base64) @1".into()],
        ),
        (
            "plain PEM beside a wrapped one",
            format!("{root}client: {}\n", base64(client)),
            vec![
                "root (CERTIFICATE) @1".into(),
                format!(
                    "client (CERTIFICATE) @{} base64×1",
                    root.lines().count() + 1
                ),
            ],
        ),
        (
            "without its BEGIN line",
            root.split_inclusive('\n').skip(1).collect(),
            vec!["root (base64) @1".into()],
        ),
        // Deeper than anybody goes, and nothing that is one.
        (
            "base64 five times",
            base64(base64(base64(base64(base64(root))))),
            vec!["Text @-".into()],
        ),
        (
            "a digest",
            format!("sha256: {}\n", "0123456789abcdef".repeat(4)),
            vec!["Text @-".into()],
        ),
    ];
    for (case, text, expected) in cases {
        assert_eq!(found(&read("file", text.as_bytes())), expected, "{case}");
    }
}

#[test]
fn an_encrypted_key_keeps_its_headers_through_escapes() {
    let f = &*FIXTURES;
    f.openssl("rsa -in rsa.key -aes128 -passout pass:x -traditional -out escaped.key");
    let plain = f.text("escaped.key");
    for (case, text) in [
        ("plain", plain.clone()),
        ("escaped", json(&plain)),
        ("escaped twice", json(&json(&plain))),
        ("base64", base64(&plain)),
    ] {
        let contents = read("file", text.as_bytes());
        let [
            Block {
                content: Content::PrivateKey(key),
                ..
            },
        ] = &contents.blocks[..]
        else {
            panic!("{case}: {:?}", found(&contents));
        };
        let mut written = zeroize::Zeroizing::new(String::new());
        key.write_pem(&mut written);
        assert_eq!(*written, plain, "{case}");
    }
}

#[test]
fn what_is_larger_than_a_certificate_is_refused_without_being_decoded() {
    let tlv = |tag: u8, content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x83], &length[1..], content].concat()
    };
    // A frame, and in it what a certificate begins with.
    let framed = |filler: usize| {
        let signed = [tlv(0xa0, &[]), tlv(4, &vec![0; filler])].concat();
        let parts = [&tlv(0x30, &signed)[..], &[0x30, 0, 3, 1, 0]].concat();
        tlv(0x30, &parts)
    };
    let frame = framed(0).len();
    for (size, expected) in [
        (MAX_CERTIFICATE_BYTES, "unknown (CERTIFICATE) @1"),
        (
            MAX_CERTIFICATE_BYTES + 1,
            "TooLarge { what: Certificate, size: 1048577 } @1",
        ),
    ] {
        let der = framed(size - frame);
        let contents = read("file", to_pem(&der).as_bytes());
        assert_eq!(found(&contents), [expected]);
    }
    let certificate = framed(MAX_CERTIFICATE_BYTES + 1 - frame);
    let size = MAX_CERTIFICATE_BYTES + 1;
    let key = tlv(
        0x30,
        &[&[2, 1, 0, 0x30, 0][..], &tlv(4, &vec![0; size - 15])].concat(),
    );
    let bundle = tlv(
        0x30,
        &[
            &[6, 9][..],
            &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02],
            &tlv(
                0xa0,
                &tlv(
                    0x30,
                    &[&[2, 1, 1, 0x31, 0, 0x30, 0][..], &tlv(0xa0, &certificate)].concat(),
                ),
            ),
        ]
        .concat(),
    );
    let pem = |label: &str, der: &[u8]| {
        let certificate = to_pem(der);
        certificate.replace("CERTIFICATE", label).into_bytes()
    };
    let bare: String = to_pem(&certificate)
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    for (case, file, expected) in [
        (
            "PEM",
            pem("CERTIFICATE", &certificate),
            "Line 1, column 28 (byte 27): this certificate has 1,048,577 bytes; at most 1,048,576 are read.",
        ),
        (
            "DER",
            certificate.clone(),
            "Byte 0: this certificate has 1,048,577 bytes; at most 1,048,576 are read.",
        ),
        (
            "base64 alone",
            bare.into_bytes(),
            "Byte 0: this certificate has 1,048,577 bytes; at most 1,048,576 are read.",
        ),
        (
            "PKCS#7, PEM",
            pem("PKCS7", &bundle),
            "Line 1, column 22 (byte 21): this certificate has 1,048,577 bytes; at most 1,048,576 are read.",
        ),
        (
            "PKCS#7, DER",
            bundle,
            "Byte 0: this certificate has 1,048,577 bytes; at most 1,048,576 are read.",
        ),
        (
            "key, PEM",
            pem("PRIVATE KEY", &key),
            "Line 1, column 28 (byte 27): this private key has 1,048,577 bytes; at most 1,048,576 are read.",
        ),
        (
            "key, DER",
            key,
            "Byte 0: this private key has 1,048,577 bytes; at most 1,048,576 are read.",
        ),
    ] {
        let contents = read("file", &file);
        let [
            Block {
                content: Content::Malformed(malformed),
                ..
            },
        ] = &contents.blocks[..]
        else {
            panic!("{case}: {:?}", found(&contents));
        };
        assert_eq!(malformed.explain().message, expected, "{case}");
    }
}
