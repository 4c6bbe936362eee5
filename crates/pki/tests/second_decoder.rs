//! The product has one decoder, which follows OpenSSL. Where a certificate is beyond doubt,
//! `x509-cert` reads the same out of it.

#![allow(clippy::unwrap_used, reason = "a test")]

use der::{Decode as _, Encode as _};
use x509_cert::certificate::{CertificateInner, Raw};

mod support;

#[test]
fn a_good_certificate_says_the_same_to_x509_cert() {
    let subject = support::name(&[]);
    let der = support::certificate(&subject);
    let ours = pki::Certificate::from_der(&der).unwrap();
    let theirs = CertificateInner::<Raw>::from_der(&der).unwrap();
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
}
