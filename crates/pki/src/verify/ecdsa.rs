//! ECDSA (FIPS 186-5 section 6.4.2) on the curves that are seldom met, and SM2 (GB/T 32918.2 section
//! 7.1), with the arithmetic of [`PrimeGroup`]
//! and [`BinaryGroup`].

use crypto_bigint::{
    BoxedUint, Odd,
    modular::{BoxedMontyForm, BoxedMontyParams},
};
use sm3::{Digest as _, Sm3};

use super::platform::der_integers;
use crate::certificate::{BinaryGroup, Curve, PrimeGroup};

/// The group that signatures on a curve are computed in.
pub(super) enum RareGroup {
    Prime(PrimeGroup),
    Binary(Box<BinaryGroup>),
}

impl RareGroup {
    /// The group of one of OpenSSL's curves.
    pub(super) fn named(name: &str) -> Option<Self> {
        let prime = PrimeGroup::named(name).map(Self::Prime);
        prime.or_else(|| BinaryGroup::named(name).map(|group| Self::Binary(Box::new(group))))
    }

    /// Whether the key made the signature of something with this digest.
    pub(super) fn verifies(&self, key: &[u8], hashed: &[u8], signature: &[u8]) -> bool {
        self.check(key, hashed, signature).unwrap_or(false)
    }

    fn order(&self) -> &Odd<BoxedUint> {
        match self {
            Self::Prime(group) => &group.order,
            Self::Binary(group) => &group.order,
        }
    }

    /// The first coordinate of a sum of multiples of the base and a key.
    fn sum_x(&self, multiples: (&BoxedUint, &BoxedUint), key: &[u8]) -> Option<BoxedUint> {
        match self {
            Self::Prime(group) => group.sum_x(multiples, key),
            Self::Binary(group) => group.sum_x(multiples, key),
        }
    }

    /// Both numbers of a signature, if they are in range.
    fn numbers(&self, signature: &[u8]) -> Option<[BoxedUint; 2]> {
        let numbers = der_integers(signature)?.map(BoxedUint::from_be_slice_vartime);
        let order = self.order().as_ref();
        let is_in_range = |number: &BoxedUint| !bool::from(number.is_zero()) && number < order;
        numbers.iter().all(is_in_range).then_some(numbers)
    }

    fn check(&self, key: &[u8], hashed: &[u8], signature: &[u8]) -> Option<bool> {
        let [r, s] = self.numbers(signature)?;
        let order = self.order().as_ref();
        let scalars = BoxedMontyParams::new_vartime(self.order().clone());
        let scalar = |number: &BoxedUint| {
            let reduced = number.rem_vartime(self.order().as_nz_ref());
            BoxedMontyForm::new(reduced, &scalars)
        };
        // As many bits of the digest as the order has.
        let bits = order.bit_width_vartime();
        let digest = hashed.get(..bits.div_ceil(8) as usize).unwrap_or(hashed);
        let surplus = (8 * u32::try_from(digest.len()).ok()?).saturating_sub(bits);
        let digest = BoxedUint::from_be_slice_vartime(digest).shr_vartime(surplus)?;
        // Fermat: the order is a prime.
        let inverse = scalar(&s).pow(&order.wrapping_sub(BoxedUint::from(2u8)));
        let of_base = (&scalar(&digest) * &inverse).retrieve();
        let of_key = (&scalar(&r) * &inverse).retrieve();
        let x = self.sum_x((&of_base, &of_key), key)?;
        Some(x.rem_vartime(self.order().as_nz_ref()) == r)
    }
}

/// Whether the key made the signature of a message, by a signer without a name: OpenSSL knows of none
/// when it verifies a certificate.
pub(super) fn sm2_verifies(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    check_sm2(key, message, signature).unwrap_or(false)
}

fn check_sm2(key: &[u8], message: &[u8], signature: &[u8]) -> Option<bool> {
    let prime = PrimeGroup::named(Curve::SM2)?;
    let described = prime.describe(key)?;
    let group = RareGroup::Prime(prime);
    let order = group.order().as_nz_ref();
    let [r, s] = group.numbers(signature)?;
    // Two octets for the length of the name.
    let signer = Sm3::new().chain_update([0, 0]);
    let signer = signer.chain_update(described).finalize();
    let digest = Sm3::new().chain_update(signer).chain_update(message);
    let digest = BoxedUint::from_be_slice_vartime(&digest.finalize());
    let of_key = r.concatenating_add(&s).rem_vartime(order);
    if bool::from(of_key.is_zero()) {
        return Some(false);
    }
    let x = group.sum_x((&s, &of_key), key)?;
    Some(digest.concatenating_add(&x).rem_vartime(order) == r)
}
