//! DSA (FIPS 186-4 section 4.7), as `ossl_dsa_do_verify` of OpenSSL computes it.
//!
//! The crate `dsa` wants more of a key than OpenSSL does: y of the right order, and a q whose size goes
//! with p's. Nothing here is secret.

use crypto_bigint::{
    BoxedUint, ConcatenatingMul as _, Integer as _, NonZero, Odd, Resize as _,
    modular::{BoxedMontyForm, BoxedMontyParams},
};

use super::platform::der_integers;
use crate::certificate::DsaKey;

/// Bits of a prime above which OpenSSL refuses to compute (`OPENSSL_DSA_MAX_MODULUS_BITS`).
const MAX_PRIME_BITS: u32 = 10_000;

/// Whether the key made the signature of something with this digest.
pub(super) fn verifies(key: &DsaKey, hashed: &[u8], signature: &[u8]) -> bool {
    check(key, hashed, signature).unwrap_or(false)
}

#[expect(clippy::many_single_char_names, reason = "they are the document's")]
fn check(key: &DsaKey, hashed: &[u8], signature: &[u8]) -> Option<bool> {
    let DsaKey { p, q, g, y } = key;
    let p: Odd<BoxedUint> = BoxedUint::from_be_slice_vartime(p).to_odd().into_option()?;
    let q = BoxedUint::from_be_slice_vartime(q);
    let order_bits = q.bit_width_vartime();
    if !matches!(order_bits, 160 | 224 | 256)
        || !(2..=MAX_PRIME_BITS).contains(&p.bit_width_vartime())
    {
        return None;
    }
    let q: NonZero<BoxedUint> = q.to_nz().into_option()?;
    let width = q.bits_precision();
    let numbers = der_integers(signature)?.map(BoxedUint::from_be_slice_vartime);
    let is_in_range = |number: &BoxedUint| !bool::from(number.is_zero()) && number < q.as_ref();
    if !numbers.iter().all(is_in_range) {
        return None;
    }
    let [r, s] = numbers.map(|number| number.resize(width));
    let inverse = s.invert_mod(&q).into_option()?;
    // All three sizes of q are whole octets.
    let digest = hashed.get(..order_bits as usize / 8).unwrap_or(hashed);
    let scalar = |number: &BoxedUint| number.concatenating_mul(&inverse).rem_vartime(&q);
    let digest = BoxedUint::from_be_slice_vartime(digest);
    let field = BoxedMontyParams::new_vartime(p);
    let power = |base: &BoxedUint, exponent: &BoxedUint| {
        let base = base.rem_vartime(field.modulus().as_nz_ref());
        BoxedMontyForm::new(base, &field).pow(exponent)
    };
    let g = BoxedUint::from_be_slice_vartime(g);
    // `BN_mod_exp2_mont` answers zero for a base of zero, whatever the exponent.
    let modulus = field.modulus().as_nz_ref();
    let is_zero = |base: &BoxedUint| bool::from(base.rem_vartime(modulus).is_zero());
    if is_zero(&g) || is_zero(&magnitude(y)) {
        return Some(false);
    }
    let mut of_key = power(&magnitude(y), &scalar(&r));
    // A negative number to an odd power is negative.
    if is_negative(y) && bool::from(scalar(&r).is_odd()) {
        of_key = -&of_key;
    }
    let v = (&power(&g, &scalar(&digest)) * &of_key).retrieve();
    Some(v.rem_vartime(&q) == r)
}

fn is_negative(content: &[u8]) -> bool {
    content.first().is_some_and(|octet| octet & 0x80 != 0)
}

/// The magnitude of an INTEGER in two's complement.
fn magnitude(content: &[u8]) -> BoxedUint {
    if !is_negative(content) {
        return BoxedUint::from_be_slice_vartime(content);
    }
    let inverted: Vec<u8> = content.iter().map(|octet| !octet).collect();
    let number = BoxedUint::from_be_slice_vartime(&[&[0][..], &inverted].concat());
    number.concatenating_add(BoxedUint::from(1u8))
}
