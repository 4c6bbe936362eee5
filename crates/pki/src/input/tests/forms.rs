use super::*;

#[test]
fn certificates_and_keys_are_found_in_every_form() {
    let f = &*FIXTURES;
    let root = f.text("root.pem");
    let inter = f.text("intermediate.pem");
    let lines = root.lines().count();
    let body: String = root.lines().filter(|l| !l.starts_with('-')).collect();
    let relabel = |label: &str| root.replace("CERTIFICATE", label);
    f.openssl("crl2pkcs7 -nocrl -certfile root.pem -certfile intermediate.pem -out both.p7b");
    f.openssl("pkcs7 -in both.p7b -outform DER -out both.p7b.der");
    f.openssl("x509 -in root.pem -trustout -addtrust clientAuth -out trusted.pem");
    // `openssl cms` writes BER of indefinite length when it streams.
    f.openssl("cms -sign -stream -nodetach -in openssl.cnf -signer client.pem -inkey client.key -certfile root.pem -outform PEM -out signed.pem");
    let p7b = f.text("both.p7b");
    let secret = |name: &str| {
        use ::base64::{Engine, prelude::BASE64_STANDARD};
        BASE64_STANDARD.encode(f.text(name))
    };
    let folded: Vec<u8> = secret("root.pem")
        .as_bytes()
        .chunks(76)
        .flat_map(|line| [line, b"\n"].concat())
        .collect();
    let der = |names: &[&str]| {
        names
            .iter()
            .flat_map(|name| f.file(name))
            .collect::<Vec<_>>()
    };
    let indent = |text: &str| format!("  {}", text.replace('\n', "\n  "));

    let cases: Vec<(&str, Vec<u8>, Vec<String>)> = vec![
        (
            "plain",
            root.clone().into(),
            vec!["root (CERTIFICATE) @1".into()],
        ),
        (
            "two blocks",
            format!("{root}{inter}").into(),
            vec![
                "root (CERTIFICATE) @1".into(),
                format!("intermediate (CERTIFICATE) @{}", lines + 1),
            ],
        ),
        (
            "CRLF",
            format!("\r\n{root}").replace('\n', "\r\n").into(),
            vec!["root (CERTIFICATE) @3".into()],
        ),
        (
            "CR",
            format!("# root\n{root}{inter}").replace('\n', "\r").into(),
            vec![
                "root (CERTIFICATE) @2".into(),
                format!("intermediate (CERTIFICATE) @{}", lines + 2),
            ],
        ),
        (
            "mixed line ends",
            format!("one\rtwo\r\nthree\n\r{root}").into(),
            vec!["root (CERTIFICATE) @5".into()],
        ),
        (
            "UTF-8 mark",
            format!("\u{feff}{root}").into(),
            vec!["root (CERTIFICATE) @1".into()],
        ),
        (
            "UTF-16 little-endian",
            utf16(&format!("é\n{root}"), u16::to_le_bytes),
            vec!["root (CERTIFICATE) @2".into()],
        ),
        (
            "UTF-16 big-endian",
            utf16(&root, u16::to_be_bytes),
            vec!["root (CERTIFICATE) @1".into()],
        ),
        (
            "bag attributes",
            format!("Bag Attributes\n    localKeyID: 01 02\nsubject=CN = root\n{root}").into(),
            vec!["root (CERTIFICATE) @4".into()],
        ),
        (
            "openssl x509 -text",
            f.openssl("x509 -in root.pem -text"),
            vec![format!(
                "root (CERTIFICATE) @{}",
                1 + String::from_utf8_lossy(&f.openssl("x509 -in root.pem -text -noout"))
                    .matches('\n')
                    .count()
            )],
        ),
        (
            "indented",
            indent(&root).into(),
            vec!["root (CERTIFICATE) @1".into()],
        ),
        (
            "middle of a line",
            format!("ca: {root}").into(),
            vec!["root (CERTIFICATE) @1".into()],
        ),
        (
            "old label",
            relabel("X509 CERTIFICATE").into(),
            vec!["root (X509 CERTIFICATE) @1".into()],
        ),
        (
            "trusted label",
            f.file("trusted.pem"),
            vec!["root (TRUSTED CERTIFICATE) @1".into()],
        ),
        (
            "one line of base64",
            format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----").into(),
            vec!["root (CERTIFICATE) @1".into()],
        ),
        (
            "spaces for line ends",
            root.replace('\n', " ").into(),
            vec!["root (CERTIFICATE) @1".into()],
        ),
        (
            "escaped in JSON",
            format!("{{\n\"cert\": \"{}\"}}", root.replace('\n', "\\n")).into(),
            vec!["root (CERTIFICATE) @2 escaped×1".into()],
        ),
        (
            "escaped with CRLF",
            root.replace('\n', "\\r\\n").into(),
            vec!["root (CERTIFICATE) @1 escaped×1".into()],
        ),
        (
            "Kubernetes Secret",
            format!(
                "data:\n  tls.crt: {}\n  tls.key: {}\n",
                secret("root.pem"),
                secret("p256.key")
            )
            .into(),
            vec![
                "root (CERTIFICATE) @2 base64×1".into(),
                "EC P-256 (PRIVATE KEY) @3 base64×1".into(),
            ],
        ),
        (
            "folded base64 of PEM",
            folded,
            vec!["root (CERTIFICATE) @1 base64×1".into()],
        ),
        (
            "base64 without lines",
            format!("\n{body}").into(),
            vec!["root (base64) @2".into()],
        ),
        ("DER", f.file("root.der"), vec!["root (der) @-".into()]),
        (
            "two of DER",
            der(&["root.der", "intermediate.der"]),
            vec!["root (der) @-".into(), "intermediate (der) @-".into()],
        ),
        (
            "DER with data behind it",
            [f.file("root.der"), vec![0; 3]].concat(),
            vec!["root (der) @-".into()],
        ),
        (
            "PKCS#7",
            p7b.clone().into(),
            vec!["root (pkcs7) @1".into(), "intermediate (pkcs7) @1".into()],
        ),
        (
            "PKCS#7 as CMS",
            p7b.replace("PKCS7", "CMS").into(),
            vec!["root (pkcs7) @1".into(), "intermediate (pkcs7) @1".into()],
        ),
        (
            "PKCS#7 as signed data",
            p7b.replace("PKCS7", "PKCS #7 SIGNED DATA").into(),
            vec!["root (pkcs7) @1".into(), "intermediate (pkcs7) @1".into()],
        ),
        (
            "PKCS#7 as Windows labels it",
            p7b.replace("PKCS7", "CERTIFICATE").into(),
            vec!["root (pkcs7) @1".into(), "intermediate (pkcs7) @1".into()],
        ),
        (
            "PKCS#7 DER",
            f.file("both.p7b.der"),
            vec!["root (pkcs7) @-".into(), "intermediate (pkcs7) @-".into()],
        ),
        (
            "signed data of indefinite length",
            f.file("signed.pem"),
            vec!["root (pkcs7) @1".into(), "client (pkcs7) @1".into()],
        ),
        (
            "certificate and key",
            format!("{root}{}", f.text("rsa.key")).into(),
            vec![
                "root (CERTIFICATE) @1".into(),
                format!("RSA 2048 (PRIVATE KEY) @{}", lines + 1),
            ],
        ),
    ];
    for (case, bytes, expected) in cases {
        assert_eq!(found(&read("file", &bytes)), expected, "{case}");
    }
}

#[test]
fn pem_written_anew_is_what_openssl_writes() {
    let f = &*FIXTURES;
    assert_eq!(to_pem(&f.file("root.der")), f.text("root.pem"));
}

#[test]
fn a_certificate_of_any_length_is_written_in_64_columns() {
    for length in 1..300_u16 {
        let der: Vec<u8> = (0..length).map(|octet| octet.to_le_bytes()[0]).collect();
        let expected =
            pem_rfc7468::encode_string("CERTIFICATE", pem_rfc7468::LineEnding::LF, &der).unwrap();
        assert_eq!(to_pem(&der), expected, "{length}");
    }
}
