//! Any octets as a certificate: what was read is read again from its own encoding.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::Certificate;

fuzz_target!(|octets: &[u8]| {
    let Ok(certificate) = Certificate::from_der(octets) else {
        return;
    };
    let again = Certificate::from_der(certificate.der()).expect("its own encoding is one");
    assert!(certificate.is_same_as(&again));
    assert_eq!(certificate.sha256(), again.sha256());
    assert!(octets.starts_with(certificate.der()));
    assert!(certificate.der().len() > certificate.tbs().len());
    assert!(certificate.tbs().len() > certificate.public_key_info().len());
    if certificate.is_self_signed() {
        assert!(certificate.is_self_issued());
    }
    let _ = (certificate.validity(), certificate.is_authority());
});
