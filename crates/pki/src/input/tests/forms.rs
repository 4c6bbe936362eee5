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
            vec!["root (CERTIFICATE) @2 Escaped".into()],
        ),
        (
            "escaped with CRLF",
            root.replace('\n', "\\r\\n").into(),
            vec!["root (CERTIFICATE) @1 Escaped".into()],
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
                "root (CERTIFICATE) @2 Base64".into(),
                "EC P-256 (PRIVATE KEY) @3 Base64".into(),
            ],
        ),
        (
            "folded base64 of PEM",
            folded,
            vec!["root (CERTIFICATE) @1 Base64".into()],
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
fn what_is_no_certificate_is_named() {
    let f = &*FIXTURES;
    f.openssl("req -new -config openssl.cnf -key rsa.key -subj /CN=a -out request.pem");
    f.openssl("req -in request.pem -outform DER -out request.der");
    f.openssl("ca -config openssl.cnf -gencrl -keyfile root.key -cert root.pem -out list.pem");
    f.openssl("crl -in list.pem -outform DER -out list.der");
    f.openssl("pkcs12 -export -in client.pem -inkey client.key -passout pass:x -out client.p12");
    f.openssl("crl2pkcs7 -in list.pem -outform DER -out none.p7b");
    f.openssl("cms -encrypt -in openssl.cnf -outform DER -out secret.cms client.pem");
    f.openssl("ecparam -name prime256v1 -out curve.pem");
    f.openssl("pkey -in rsa.key -pubout -out public.pem");
    f.openssl("rsa -in rsa.key -RSAPublicKey_out -out public1.pem");
    let label = |label: &str| {
        format!("-----BEGIN {label}-----\nVersion: x\n\nTWFu\n=abcd\n-----END {label}-----\n")
            .into_bytes()
    };
    let file = |name: &str| f.file(name);
    for (case, bytes, expected) in [
        ("nothing", vec![], "Empty @-"),
        ("white space", b"\xef\xbb\xbf \r\n".to_vec(), "Empty @-"),
        ("request", file("request.pem"), "CertificateRequest @1"),
        ("request DER", file("request.der"), "CertificateRequest @-"),
        (
            "old request",
            label("NEW CERTIFICATE REQUEST"),
            "CertificateRequest @1",
        ),
        ("list", file("list.pem"), "RevocationList @1"),
        ("list DER", file("list.der"), "RevocationList @-"),
        ("PKCS#12", file("client.p12"), "Pkcs12 @-"),
        (
            "PKCS#7 with a list",
            file("none.p7b"),
            "Pkcs7WithoutCertificates @-",
        ),
        (
            "encrypted CMS",
            file("secret.cms"),
            "Pkcs7WithoutCertificates @-",
        ),
        ("curve", file("curve.pem"), "Parameters @1"),
        ("DH", label("DH PARAMETERS"), "Parameters @1"),
        ("public key", file("public.pem"), "PublicKey @1"),
        ("public key PKCS#1", file("public1.pem"), "PublicKey @1"),
        ("public key DER", file("rsa.spki"), "PublicKey @-"),
        (
            "JKS",
            b"\xfe\xed\xfe\xed\0\0\0\x02".to_vec(),
            "JavaKeyStore @-",
        ),
        (
            "JCEKS",
            b"\xce\xce\xce\xce\0\0\0\x02".to_vec(),
            "JavaCryptoKeyStore @-",
        ),
        (
            "OpenSSH",
            label("OPENSSH PRIVATE KEY"),
            "OpenSshPrivateKey @1",
        ),
        (
            "OpenSSH public",
            b"ssh-ed25519 AAAAC3 me".to_vec(),
            "OpenSshPublicKey @-",
        ),
        (
            "PuTTY",
            b"PuTTY-User-Key-File-3: ssh-rsa".to_vec(),
            "PuttyKey @-",
        ),
        ("PGP", label("PGP PUBLIC KEY BLOCK"), "Pgp @1"),
        ("PGP private", label("PGP PRIVATE KEY BLOCK"), "Pgp @1"),
        ("other label", label("TUESDAY"), "Label(\"TUESDAY\") @1"),
        (
            "other DER",
            b"\x30\x03\x01\x01\xff".to_vec(),
            "OtherAsn1 @-",
        ),
        ("ZIP", b"PK\x03\x04\x14\0".to_vec(), "OtherFile(Zip) @-"),
        (
            "web page",
            b"\n<!DOCTYPE html>".to_vec(),
            "OtherFile(Html) @-",
        ),
        ("text", b"to whom it may concern".to_vec(), "Text @-"),
        ("bytes", vec![0xfa, 0, 1, 2, 3], "Noise @-"),
    ] {
        let contents = read("file", &bytes);
        assert_eq!(found(&contents), [expected], "{case}");
        let [
            Block {
                content: Content::Unusable(unusable),
                ..
            },
        ] = &contents.blocks[..]
        else {
            panic!("{case}");
        };
        let Explanation {
            message,
            meaning,
            fix,
            ..
        } = unusable.explain("file");
        for sentence in [message, meaning, fix] {
            assert!(sentence.ends_with('.'), "{case}: {sentence}");
        }
    }
}

#[test]
fn pem_written_anew_is_what_openssl_writes() {
    let f = &*FIXTURES;
    assert_eq!(to_pem(&f.file("root.der")), f.text("root.pem"));
}
