//! The product has one decoder, which follows OpenSSL. Where a certificate or a request is beyond doubt,
//! `x509-cert` reads the same out of it.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::{fs, path::Path};

use der::{Decode as _, Encode as _};
use pki::{
    Certificate, Name, Password,
    input::{self, Content, Unusable},
};
use x509_cert::{
    certificate::{CertificateInner, Raw},
    request::CertReq,
};

mod support;

/// What is in the files of a folder of this project, those under a password opened.
fn contents(folder: &str) -> Vec<Content> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = fs::read_dir(folder).unwrap();
    let paths = files.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            let bytes = fs::read(&path).unwrap();
            let name = path.display().to_string();
            let passwords = ["changeit", "secret", "Übergröße"];
            let opened = passwords.into_iter().find_map(|password| {
                input::open(&name, &bytes, &Password::new(password.to_owned())).ok()
            });
            opened.unwrap().blocks
        })
        .map(|block| block.content)
        .collect()
}

#[test]
fn good_certificates_say_the_same_to_x509_cert() {
    let kept = ["../gateway/tests/certs", "tests/data/boxes"]
        .into_iter()
        .flat_map(contents)
        .filter_map(|content| match content {
            Content::Certificate { der, .. } => Some(der),
            _ => None,
        });
    let certificates: Vec<Vec<u8>> = kept
        .chain([support::certificate(&support::name(&[]))])
        .collect();
    assert!(certificates.len() > 15, "{}", certificates.len());
    for der in certificates {
        says_the_same(&der);
    }
}

fn says_the_same(der: &[u8]) {
    let ours = Certificate::from_der(der).unwrap();
    let theirs = CertificateInner::<Raw>::from_der(der).unwrap();
    let tbs = &theirs.tbs_certificate();
    assert_eq!(ours.tbs(), tbs.to_der().unwrap());
    assert_eq!(ours.serial(), tbs.serial_number().as_bytes());
    assert_eq!(
        ours.public_key_info(),
        tbs.subject_public_key_info().to_der().unwrap()
    );
    let moment =
        |time: &x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).unwrap();
    let (from, to) = ours.validity();
    assert_eq!(from.unwrap().unix(), moment(&tbs.validity().not_before));
    assert_eq!(to.unwrap().unix(), moment(&tbs.validity().not_after));
    assert_eq!(
        ours.extensions().list.len(),
        tbs.extensions().map_or(0, Vec::len)
    );
    for (ours, theirs) in [
        (ours.subject(), tbs.subject()),
        (ours.issuer(), tbs.issuer()),
    ] {
        let theirs = Name::from_der(&theirs.to_der().unwrap()).unwrap();
        assert_eq!(ours.canonical(), theirs.canonical());
    }
    for (ours, theirs) in ours
        .extensions()
        .list
        .iter()
        .zip(tbs.extensions().into_iter().flatten())
    {
        assert_eq!(ours.oid.to_string(), theirs.extn_id.to_string());
        assert_eq!(ours.critical, theirs.critical);
    }
}

#[test]
fn a_good_request_has_the_same_subject_to_x509_cert() {
    let pem = include_bytes!("../../gateway/tests/certs/request.pem");
    let contents = input::read("request.pem", pem);
    let Content::Unusable(Unusable::CertificateRequest(Some(ours))) = &contents.blocks[0].content
    else {
        unreachable!("{:?}", contents.blocks);
    };
    let (_, der) = pem_rfc7468::decode_vec(pem).unwrap();
    let theirs = CertReq::from_der(&der).unwrap().info.subject;
    let theirs = Name::from_der(&theirs.to_der().unwrap()).unwrap();
    assert_eq!(ours.canonical(), theirs.canonical());
    assert_eq!(ours.user_name(), theirs.user_name());
}
