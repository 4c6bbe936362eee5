//! Whether a point lies on an elliptic curve over a prime field: OpenSSL decodes no key whose point
//! does not. Nothing is computed on these curves beyond their equation.

use crypto_bigint::{
    BoxedUint, Odd,
    modular::{BoxedMontyForm, BoxedMontyParams},
};

/// Names, prime, `a` (`-3` for short) and `b` of the curves that OpenSSL 3.0 has built in (`openssl
/// ecparam -param_enc explicit`), but for P-256, P-384 and P-521.
static CURVES: &str = include_str!("prime_curves.txt");

/// The largest field OpenSSL takes, in bits (`OPENSSL_ECC_MAX_FIELD_BITS`).
const MAX_FIELD_BITS: u32 = 661;

/// y² = x³ + ax + b
pub(super) struct PrimeCurve {
    field: BoxedMontyParams,
    a: BoxedMontyForm,
    b: BoxedMontyForm,
}

impl PrimeCurve {
    /// A curve by its name; `None` for a curve over another kind of field.
    pub(super) fn named(name: &str) -> Option<Self> {
        CURVES.lines().find_map(|line| {
            let mut columns = line.split('|');
            if !columns.next()?.split(' ').any(|known| known == name) {
                return None;
            }
            let [prime, a, b] = [(); 3].map(|()| {
                BoxedUint::from_str_radix_vartime(columns.next().unwrap_or_default(), 16).ok()
            });
            Self::over(&prime?, a.as_ref(), &b?)
        })
    }

    /// A curve that is spelled out; `None` when OpenSSL refuses its field. The three numbers are
    /// big-endian and without sign.
    pub(super) fn spelled_out(prime: &[u8], a: &[u8], b: &[u8]) -> Option<Self> {
        let prime = BoxedUint::from_be_slice_vartime(prime);
        let (a, b) = [a, b].map(BoxedUint::from_be_slice_vartime).into();
        Self::over(&prime, Some(&a), &b)
    }

    /// Without `a`, it is -3.
    fn over(prime: &BoxedUint, a: Option<&BoxedUint>, b: &BoxedUint) -> Option<Self> {
        // The first test of `ossl_ec_GFp_simple_group_set_curve`: more is not asked of a prime.
        if !(3..=MAX_FIELD_BITS).contains(&prime.bit_width_vartime()) {
            return None;
        }
        let odd: Odd<BoxedUint> = prime.to_odd().into_option()?;
        let field = BoxedMontyParams::new_vartime(odd);
        let element = |number: &BoxedUint| {
            let reduced = number.rem_vartime(field.modulus().as_nz_ref());
            BoxedMontyForm::new(reduced, &field)
        };
        let three = element(&BoxedUint::from(3u8));
        Some(Self {
            a: a.map_or_else(|| -&three, element),
            b: element(b),
            field,
        })
    }

    /// Whether a point, encoded as RFC 5480 section 2.2 says, lies on the curve.
    pub(super) fn holds(&self, point: &[u8]) -> bool {
        self.check(point).unwrap_or(false)
    }

    fn check(&self, point: &[u8]) -> Option<bool> {
        let (&form, coordinates) = point.split_first()?;
        let length = self.field.modulus().bit_width_vartime().div_ceil(8) as usize;
        let (x, y) = coordinates.split_at_checked(length)?;
        let x = self.coordinate(x)?;
        let right = &(&(&x.square() + &self.a) * &x) + &self.b;
        if form == 4 {
            return Some(self.coordinate(y)?.square() == right);
        }
        if bool::from(right.is_zero()) {
            // The one y there is is even.
            return Some(form == 2);
        }
        // Euler's criterion: there is a y.
        let half = self.field.modulus().as_ref().shr_vartime(1)?;
        Some(right.pow(&half) == BoxedMontyForm::one(&self.field))
    }

    /// An element of the field, which must be written as less than its prime.
    fn coordinate(&self, octets: &[u8]) -> Option<BoxedMontyForm> {
        let precision = self.field.bits_precision();
        let number = BoxedUint::from_be_slice(octets, precision).ok()?;
        (number < *self.field.modulus().as_ref()).then(|| BoxedMontyForm::new(number, &self.field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_curve_of_the_table_can_be_used() {
        for line in CURVES.lines() {
            for name in line.split('|').next().unwrap_or_default().split(' ') {
                assert!(PrimeCurve::named(name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn a_small_curve_holds_its_points_and_no_others() {
        // y² = x³ + x + 1 over 23 has 27 points besides infinity (Hankerson, Menezes, Vanstone).
        let curve = PrimeCurve::spelled_out(&[23], &[24], &[1]);
        let holds = |point: &[u8]| curve.as_ref().is_some_and(|curve| curve.holds(point));
        let on_curve = |x: u32, y: u32| (y * y) % 23 == (x * x * x + x + 1) % 23;
        for x in 0..=30u8 {
            let (mut any, wide) = (false, u32::from(x));
            for y in 0..=30u8 {
                let expected = x < 23 && y < 23 && on_curve(wide, u32::from(y));
                assert_eq!(holds(&[4, x, y]), expected, "{x} {y}");
                any |= expected;
            }
            assert_eq!(holds(&[2, x]), any, "{x}");
        }
        // 4³ + 4 + 1 is a multiple of 23: y is zero, and zero is not odd.
        assert!(!holds(&[3, 4]) && holds(&[3, 0]));
        assert!(!holds(&[]) && !holds(&[4]) && !holds(&[4, 1]));
    }

    #[test]
    fn a_field_must_be_odd_and_of_a_size_that_openssl_takes() {
        for (prime, good) in [
            (&[][..], false),
            (&[3], false),
            (&[5], true),
            (&[22], false),
            (&[0xff; 82], true),
            (&[0xff; 83], false),
        ] {
            let curve = PrimeCurve::spelled_out(prime, &[1], &[1]);
            assert_eq!(curve.is_some(), good, "{prime:?}");
        }
    }
}
