//! Elliptic curves over prime fields: whether a point lies on one, for OpenSSL decodes no key whose
//! point does not, and the sum of two multiples of points, from which a signature is verified.
//!
//! Nothing here is secret, so nothing takes care to be constant in time.

use crypto_bigint::{
    BoxedUint, Integer as _, Odd,
    modular::{BoxedMontyForm, BoxedMontyParams},
};

/// Names, prime, `a` (`-3` for short), `b`, base point (x and y) and its order of the curves that OpenSSL
/// 3.0 has built in (`openssl ecparam -param_enc explicit -conv_form uncompressed`), but for P-256, P-384
/// and P-521.
static CURVES: &str = include_str!("prime_curves.txt");

/// The largest field OpenSSL takes, in bits (`OPENSSL_ECC_MAX_FIELD_BITS`).
const MAX_FIELD_BITS: u32 = 661;

/// y² = x³ + ax + b
#[derive(Debug)]
pub(crate) struct PrimeCurve {
    field: BoxedMontyParams,
    a: BoxedMontyForm,
    b: BoxedMontyForm,
}

impl PrimeCurve {
    /// A curve by its name; `None` for a curve over another kind of field.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::read(&mut columns_of(name)?)
    }

    fn read(columns: &mut Columns) -> Option<Self> {
        let [prime, a, b] = [(); 3].map(|()| number(columns));
        Self::over(&prime?, a.as_ref(), &b?)
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
        let three = reduced(&BoxedUint::from(3u8), &field);
        Some(Self {
            a: a.map_or_else(|| -&three, |a| reduced(a, &field)),
            b: reduced(b, &field),
            field,
        })
    }

    fn element(&self, number: &BoxedUint) -> BoxedMontyForm {
        reduced(number, &self.field)
    }

    /// Whether a point, encoded as RFC 5480 section 2.2 says, lies on the curve.
    pub(super) fn holds(&self, point: &[u8]) -> bool {
        self.check(point).unwrap_or(false)
    }

    fn check(&self, point: &[u8]) -> Option<bool> {
        let (&form, coordinates) = point.split_first()?;
        let (x, y) = coordinates.split_at_checked(self.octets())?;
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

type Columns = std::str::Split<'static, char>;

/// The columns of a curve's line behind its names.
fn columns_of(name: &str) -> Option<Columns> {
    CURVES.lines().find_map(|line| {
        let mut columns = line.split('|');
        let is_it = columns.next()?.split(' ').any(|known| known == name);
        is_it.then_some(columns)
    })
}

fn number(columns: &mut Columns) -> Option<BoxedUint> {
    BoxedUint::from_str_radix_vartime(columns.next()?, 16).ok()
}

fn reduced(number: &BoxedUint, field: &BoxedMontyParams) -> BoxedMontyForm {
    let reduced = number.rem_vartime(field.modulus().as_nz_ref());
    BoxedMontyForm::new(reduced, field)
}

/// A curve with the point that signatures are made from.
#[derive(Debug)]
pub(crate) struct PrimeGroup {
    curve: PrimeCurve,
    base: Point,
    pub(crate) order: Odd<BoxedUint>,
}

/// A point in Jacobian coordinates, (X/Z², Y/Z³); at infinity Z is zero.
#[derive(Clone, Debug)]
struct Point {
    x: BoxedMontyForm,
    y: BoxedMontyForm,
    z: BoxedMontyForm,
}

impl PrimeGroup {
    /// The group of a curve, by the curve's name; `None` for a curve over another kind of field.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let mut columns = columns_of(name)?;
        let curve = PrimeCurve::read(&mut columns)?;
        let base = curve.point(&number(&mut columns)?, &number(&mut columns)?);
        let order = number(&mut columns)?.to_odd().into_option()?;
        Some(Self { curve, base, order })
    }

    /// The first coordinate of `u` times the base plus `v` times `key`; `None` when that is infinity.
    pub(crate) fn sum_x(&self, (u, v): (&BoxedUint, &BoxedUint), key: &[u8]) -> Option<BoxedUint> {
        let key = self.curve.decode(key)?;
        let both = self.curve.add(&self.base, &key);
        let mut sum: Option<Point> = None;
        for bit in (0..u.bit_width_vartime().max(v.bit_width_vartime())).rev() {
            sum = sum.map(|sum| self.curve.double(&sum));
            let addend = match (bit_of(u, bit), bit_of(v, bit)) {
                (false, false) => continue,
                (true, false) => &self.base,
                (false, true) => &key,
                (true, true) => &both,
            };
            sum = Some(match sum {
                None => addend.clone(),
                Some(sum) => self.curve.add(&sum, addend),
            });
        }
        let Point { x, z, .. } = sum.filter(|sum| !is_zero(&sum.z))?;
        Some((&x * &self.curve.inverse(&z.square())).retrieve())
    }

    /// Both coefficients, the base and a point, each coordinate as long as the field's prime: what an
    /// SM2 signature covers of its key.
    pub(crate) fn describe(&self, key: &[u8]) -> Option<Vec<u8>> {
        let curve = &self.curve;
        let key = curve.decode(key)?;
        let numbers = [
            &curve.a,
            &curve.b,
            &self.base.x,
            &self.base.y,
            &key.x,
            &key.y,
        ];
        let mut octets = Vec::new();
        for number in numbers {
            let number = number.retrieve().to_be_bytes();
            octets.extend_from_slice(number.get(number.len().checked_sub(curve.octets())?..)?);
        }
        Some(octets)
    }
}

/// A bit that a number may be too short to have.
fn bit_of(number: &BoxedUint, bit: u32) -> bool {
    bit < number.bits_precision() && number.bit_vartime(bit)
}

/// Points as RFC 5480 section 2.2 encodes them.
impl PrimeCurve {
    /// Octets of a coordinate.
    fn octets(&self) -> usize {
        self.field.modulus().bit_width_vartime().div_ceil(8) as usize
    }

    /// A point that lies on the curve, as reading its key has made sure.
    fn decode(&self, point: &[u8]) -> Option<Point> {
        let (form, coordinates) = point.split_first()?;
        let (x, y) = coordinates.split_at_checked(self.octets())?;
        let x = BoxedUint::from_be_slice_vartime(x);
        if *form == 4 {
            return Some(self.point(&x, &BoxedUint::from_be_slice_vartime(y)));
        }
        let x = self.element(&x);
        let y = self.square_root(&(&(&(&x.square() + &self.a) * &x) + &self.b))?;
        let is_odd = bool::from(y.retrieve().is_odd());
        let y = if is_odd == (*form == 3) { y } else { -&y };
        Some(Point {
            x,
            y,
            z: BoxedMontyForm::one(&self.field),
        })
    }

    /// Fermat: the field's prime is one.
    fn inverse(&self, number: &BoxedMontyForm) -> BoxedMontyForm {
        let prime = self.field.modulus().as_ref();
        number.pow(&prime.wrapping_sub(BoxedUint::from(2u8)))
    }

    /// Tonelli and Shanks; `None` for a number that is no square.
    fn square_root(&self, number: &BoxedMontyForm) -> Option<BoxedMontyForm> {
        let one = BoxedMontyForm::one(&self.field);
        if is_zero(number) {
            return Some(number.clone());
        }
        let less = self
            .field
            .modulus()
            .as_ref()
            .wrapping_sub(BoxedUint::from(1u8));
        let twos = less.trailing_zeros_vartime();
        let (half, odd) = (less.shr_vartime(1)?, less.shr_vartime(twos)?);
        let mut no_square = &one + &one;
        while no_square.pow(&half) == one {
            no_square = &no_square + &one;
        }
        let mut root = number.pow(&odd.shr_vartime(1)?);
        let mut rest = &root.square() * number;
        root = &root * number;
        let (mut step, mut left) = (no_square.pow(&odd), twos);
        while rest != one {
            let mut power = rest.clone();
            let mut squarings = 0;
            while power != one {
                power = power.square();
                squarings += 1;
                if squarings == left {
                    return None;
                }
            }
            for _ in squarings + 1..left {
                step = step.square();
            }
            root = &root * &step;
            step = step.square();
            rest = &rest * &step;
            left = squarings;
        }
        Some(root)
    }
}

/// Point arithmetic (Hankerson, Menezes, Vanstone, algorithms 3.21 and 3.22, for any `a`).
impl PrimeCurve {
    fn point(&self, x: &BoxedUint, y: &BoxedUint) -> Point {
        Point {
            x: self.element(x),
            y: self.element(y),
            z: BoxedMontyForm::one(&self.field),
        }
    }

    fn double(&self, Point { x, y, z }: &Point) -> Point {
        let yy = y.square();
        let s = double(&double(&(x * &yy)));
        let xx = x.square();
        let m = &(&double(&xx) + &xx) + &(&self.a * &z.square().square());
        let x = &m.square() - &double(&s);
        let y4 = double(&double(&double(&yy.square())));
        Point {
            z: double(&(y * z)),
            y: &(&m * &(&s - &x)) - &y4,
            x,
        }
    }

    fn add(&self, one: &Point, other: &Point) -> Point {
        if is_zero(&one.z) {
            return other.clone();
        }
        if is_zero(&other.z) {
            return one.clone();
        }
        let (one_zz, other_zz) = (one.z.square(), other.z.square());
        let (one_x, one_y) = (&one.x * &other_zz, &(&one.y * &other_zz) * &other.z);
        let run = &(&other.x * &one_zz) - &one_x;
        let rise = &(&(&other.y * &one_zz) * &one.z) - &one_y;
        if is_zero(&run) && is_zero(&rise) {
            return self.double(one);
        }
        // Opposite points have a `run` of zero, and so come to infinity.
        let squared = run.square();
        let (cubed, scaled) = (&squared * &run, &one_x * &squared);
        let x = &(&rise.square() - &cubed) - &double(&scaled);
        Point {
            z: &(&one.z * &other.z) * &run,
            y: &(&rise * &(&scaled - &x)) - &(&one_y * &cubed),
            x,
        }
    }
}

fn double(number: &BoxedMontyForm) -> BoxedMontyForm {
    number + number
}

fn is_zero(number: &BoxedMontyForm) -> bool {
    number.is_zero().into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]

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
    fn every_group_has_its_base_on_its_curve_and_the_right_order() {
        for line in CURVES.lines() {
            let name = line.split(['|', ' ']).next().unwrap_or_default();
            let Some(PrimeGroup { curve, base, order }) = PrimeGroup::named(name) else {
                panic!("{name}");
            };
            assert_eq!(
                base.y.square(),
                &(&(&base.x.square() + &curve.a) * &base.x) + &curve.b,
                "{name}"
            );
            let mut multiple = base.clone();
            for bit in (0..order.bit_width_vartime() - 1).rev() {
                multiple = curve.double(&multiple);
                if order.bit_vartime(bit) {
                    multiple = curve.add(&multiple, &base);
                }
            }
            assert!(is_zero(&multiple.z), "{name}");
        }
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
