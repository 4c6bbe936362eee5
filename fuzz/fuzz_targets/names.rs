//! Any octets as a distinguished name: the user name, what openssl prints, and the canonical form.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::{Name, name::atlas};

fuzz_target!(|octets: &[u8]| {
    let Ok(name) = Name::from_der(octets) else {
        return;
    };
    assert_eq!(name.attributes().count(), name.attribute_count());
    let printed = name.rfc2253();
    assert!(printed.is_ascii());
    if let Ok(user) = name.user_name() {
        // Octets above ASCII are escaped; what is raw stays an octet, whatever it is.
        assert!(user.is_ascii());
        assert!(!name.is_empty());
        assert!(user.len() <= 8 * atlas::USER_NAME_MAX);
    }
    assert_eq!(name.canonical().is_empty(), name.is_empty());
    let _ = (
        atlas::undocumented_attributes(&name),
        atlas::has_common_name(&name),
    );
});
