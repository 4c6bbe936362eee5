use super::*;

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
        ("request", file("request.pem"), "CertificateRequest CN=a @1"),
        (
            "request DER",
            file("request.der"),
            "CertificateRequest CN=a @-",
        ),
        (
            "old request",
            label("NEW CERTIFICATE REQUEST"),
            "CertificateRequest(None) @1",
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
        (
            "small letters",
            label("certificate"),
            "Label(\"certificate\") @1",
        ),
        ("other label", label("TUESDAY"), "Label(\"TUESDAY\") @1"),
        (
            "other DER",
            b"\x30\x03\x01\x01\xff".to_vec(),
            "OtherAsn1 @-",
        ),
        (
            "Bouncy Castle",
            b"\0\0\0\x02\0\0\0\x14abcd".to_vec(),
            "BouncyCastleKeyStore @-",
        ),
        (
            "ZIP",
            b"PK\x03\x04\x14\0".to_vec(),
            "ZIP archive or an office document @-",
        ),
        ("gzip", b"\x1f\x8b\x08\0".to_vec(), "OtherFile(Gzip) @-"),
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

/// `tar` and a ZIP without compression hold their files' octets as they are.
#[test]
fn what_an_archive_stores_is_not_taken_for_one_file() {
    let pem = FIXTURES.file("client.pem");
    let tar = [tar_header("jane.pem", pem.len()), pem.clone()].concat();
    let old = {
        let mut header = tar_header("jane.pem", pem.len());
        header[257..265].fill(0);
        with_checksum(header)
    };
    let mut wrong = tar.clone();
    wrong[0] = b'J';
    let zip = [
        &b"PK\x03\x04\x0a\0\0\0\0\0"[..],
        &[0; 16],
        b"\x08\0\0\0jane.pem",
        &pem,
    ]
    .concat();
    for (case, bytes, expected) in [
        ("tar", tar.clone(), "tar archive @-"),
        (
            "tar as it once was",
            [old, pem.clone()].concat(),
            "tar archive @-",
        ),
        ("ZIP", zip, "ZIP archive or an office document @-"),
        // A text is none because it is long and has digits in it.
        ("a wrong checksum", wrong, "client (CERTIFICATE) @1"),
        ("a short text", pem[..400].to_vec(), "NoEndLine @1"),
    ] {
        let contents = read("file", &bytes);
        assert_eq!(found(&contents), [expected], "{case}");
        let is_archive = expected.contains("archive");
        assert_eq!(
            contents.bundle_obstacles == [Obstacle::NoCertificate],
            is_archive,
            "{case}"
        );
    }
}

fn tar_header(name: &str, size: usize) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    header[257..263].copy_from_slice(b"ustar\0");
    with_checksum(header)
}

fn with_checksum(mut header: Vec<u8>) -> Vec<u8> {
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|octet| u32::from(*octet)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

#[test]
fn a_request_tells_the_user_name_that_it_leads_to() {
    let f = &*FIXTURES;
    for (name, subject, sentences) in [
        (
            "good",
            "/C=US/O=MongoDB/CN=Jane_Doe",
            [
                "This is a certificate request (CSR). A certificate with its subject would log in as CN=Jane_Doe,O=MongoDB,C=US.",
                "Atlas takes this user name.",
                "Send it to your certificate authority",
            ],
        ),
        (
            "nameless",
            "/O=MongoDB",
            [
                "would log in as O=MongoDB.",
                "Atlas takes no user name without a common name (CN).",
                "Make a new request with a CN",
            ],
        ),
        (
            "odd",
            "/CN=Jane/title=Dr",
            [
                "would log in as title=Dr,CN=Jane.",
                "Atlas does not document title in a user name",
                "Make a new request without that",
            ],
        ),
        (
            "empty",
            "/",
            [
                "would have no user name. The subject is empty",
                "would end the connection",
                "Make a new request with a subject",
            ],
        ),
    ] {
        f.openssl(&format!(
            "req -new -config openssl.cnf -key rsa.key -subj {subject} -out {name}.csr"
        ));
        f.openssl(&format!(
            "req -in {name}.csr -outform DER -out {name}.csr.der"
        ));
        for file in [format!("{name}.csr"), format!("{name}.csr.der")] {
            told(&f.file(&file), sentences, &file);
        }
    }
    // OpenSSL's own program makes no common name of more than 64 characters.
    for (length, about, so) in [
        (
            80,
            "would log in as CN=aaa",
            "Atlas documents 1 to 64 characters for CN, which has 80 here",
        ),
        (
            1_100,
            "a user name of 1,103 characters.",
            "Atlas takes at most 1,024",
        ),
        (
            9_000,
            "a user name of more than 8,192 characters.",
            "Atlas takes at most 1,024",
        ),
    ] {
        let subject = Name::from_der(&name_of(&"a".repeat(length))).unwrap();
        let unusable = Unusable::CertificateRequest(Some(Box::new(subject)));
        let explanation = unusable.explain("long.csr");
        assert!(explanation.message.contains(about), "{explanation:?}");
        assert!(explanation.meaning.starts_with(so), "{explanation:?}");
    }
}

fn told(bytes: &[u8], sentences: [&str; 3], file: &str) {
    let contents = read(file, bytes);
    let [
        Block {
            content: Content::Unusable(unusable),
            ..
        },
    ] = &contents.blocks[..]
    else {
        panic!("{file}: {:?}", found(&contents));
    };
    let Explanation {
        message,
        meaning,
        fix,
        ..
    } = unusable.explain(file);
    let [about, so, then] = sentences;
    assert!(message.contains(about), "{file}: {message}");
    assert!(meaning.contains(so), "{file}: {meaning}");
    assert!(fix.starts_with(then), "{file}: {fix}");
}

/// A name of one CN.
fn name_of(value: &str) -> Vec<u8> {
    let tlv = |tag: u8, content: &[u8]| {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82][..], &length, content].concat()
    };
    let attribute = tlv(
        0x30,
        &[&[6, 3, 0x55, 4, 3][..], &tlv(12, value.as_bytes())].concat(),
    );
    tlv(0x30, &tlv(0x31, &attribute))
}
