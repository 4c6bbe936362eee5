//! Elliptic curves over fields of characteristic two: whether a point lies on one, and the sum of two
//! multiples of points, as [`super::prime_curve`] has them for prime fields.
//!
//! Hardly anybody has such a key, so this is written to be short. Nothing here is secret.

use std::ops::Add;

use crypto_bigint::{BoxedUint, Odd};

/// Names, exponents of the field's polynomial, `a`, `b`, base point (x and y) and its order of the curves
/// that OpenSSL 3.0 has built in (`openssl ecparam -param_enc explicit -conv_form uncompressed`).
static CURVES: &str = include_str!("binary_curves.txt");

/// The largest field has 571 bits.
const WORDS: usize = 9;

/// A polynomial over the field of two elements, the lowest coefficients first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Polynomial([u64; WORDS]);

/// y² + xy = x³ + ax² + b, with the point that signatures are made from.
#[derive(Debug)]
pub(crate) struct BinaryGroup {
    degree: u32,
    /// The field's polynomial without its highest term.
    modulus: Polynomial,
    a: Polynomial,
    b: Polynomial,
    base: Point,
    pub(crate) order: Odd<BoxedUint>,
}

/// A point; `None` is infinity.
type Point = Option<(Polynomial, Polynomial)>;

impl BinaryGroup {
    /// The group of a curve, by the curve's name; `None` for a curve over another kind of field.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let mut columns = CURVES.lines().find_map(|line| {
            let mut columns = line.split('|');
            let is_it = columns.next()?.split(' ').any(|known| known == name);
            is_it.then_some(columns)
        })?;
        let mut exponents = columns.next()?.split(' ').map(|text| text.parse().ok());
        let degree = exponents.next()??;
        let mut modulus = Polynomial::default();
        for exponent in exponents {
            modulus.flip(exponent?);
        }
        let mut number = || BoxedUint::from_str_radix_vartime(columns.next()?, 16).ok();
        Some(Self {
            degree,
            modulus,
            a: Polynomial::from_octets(&number()?.to_be_bytes())?,
            b: Polynomial::from_octets(&number()?.to_be_bytes())?,
            base: Some((
                Polynomial::from_octets(&number()?.to_be_bytes())?,
                Polynomial::from_octets(&number()?.to_be_bytes())?,
            )),
            order: number()?.to_odd().into_option()?,
        })
    }

    /// The plain form of a point, which may be hybrid (X9.62); `None` when it is not on the curve.
    pub(super) fn plain_point(&self, point: &[u8]) -> Option<Vec<u8>> {
        let mut plain = point.to_vec();
        if let [form @ (6 | 7), coordinates @ ..] = &mut plain[..] {
            // What is said of y is what a compressed point says of it (`ossl_ec_GF2m_simple_oct2point`).
            let (x, _) = coordinates.split_at_checked(self.octets())?;
            let said = self.decode(&[&[*form - 4], x].concat())?;
            *form = 4;
            if self.decode(&plain)? != said {
                return None;
            }
        }
        self.holds(&plain).then_some(plain)
    }

    fn octets(&self) -> usize {
        self.degree.div_ceil(8) as usize
    }

    /// Whether a point, encoded as RFC 5480 section 2.2 says, lies on the curve.
    fn holds(&self, point: &[u8]) -> bool {
        let Some(Some((x, y))) = self.decode(point) else {
            return false;
        };
        let left = self.times(y, y) + self.times(x, y);
        let right = self.times(self.times(x, x), x + self.a) + self.b;
        left == right
    }

    /// The first coordinate of `u` times the base plus `v` times `key`; `None` when that is infinity.
    pub(crate) fn sum_x(&self, (u, v): (&BoxedUint, &BoxedUint), key: &[u8]) -> Option<BoxedUint> {
        let key = self.decode(key)?;
        let sum = self.add(self.multiple(self.base, u), self.multiple(key, v));
        let octets: Vec<u8> = sum?
            .0
            .0
            .iter()
            .rev()
            .flat_map(|word| word.to_be_bytes())
            .collect();
        Some(BoxedUint::from_be_slice_vartime(&octets))
    }

    fn multiple(&self, point: Point, number: &BoxedUint) -> Point {
        let mut multiple = None;
        for bit in (0..number.bit_width_vartime()).rev() {
            multiple = self.add(multiple, multiple);
            if number.bit_vartime(bit) {
                multiple = self.add(multiple, point);
            }
        }
        multiple
    }

    /// Hankerson, Menezes, Vanstone, section 3.1.2.
    fn add(&self, one: Point, other: Point) -> Point {
        let (Some((x1, y1)), Some((x2, y2))) = (one, other) else {
            return one.or(other);
        };
        let (slope, x) = if x1 != x2 {
            let slope = self.times(y1 + y2, self.inverse(x1 + x2)?);
            (slope, self.times(slope, slope) + slope + x1 + x2 + self.a)
        } else if y1 == y2 {
            // Where x is zero, the point is its own opposite.
            let slope = x1 + self.times(y1, self.inverse(x1)?);
            (slope, self.times(slope, slope) + slope + self.a)
        } else {
            return None;
        };
        Some((x, self.times(slope, x1 + x) + x + y1))
    }

    /// A point in any form; that a compressed one has a second coordinate, [`Self::holds`] has to find.
    fn decode(&self, encoded: &[u8]) -> Option<Point> {
        let (form, coordinates) = encoded.split_first()?;
        let (x, y) = coordinates.split_at_checked(self.octets())?;
        let x = self.element(x)?;
        if *form == 4 {
            return Some(Some((x, self.element(y)?)));
        }
        let is_odd = *form == 3;
        let Some(inverse) = self.inverse(x) else {
            // The square root of b: there is one, and it is not odd.
            let root = (1..self.degree).fold(self.b, |root, _| self.times(root, root));
            return (!is_odd).then_some(Some((x, root)));
        };
        // With y = xz the curve is z² + z = x + a + b/x².
        let sum = x + self.a + self.times(self.b, self.times(inverse, inverse));
        let z = self.solve(sum)?;
        let z = if z.bit(0) == is_odd {
            z
        } else {
            z + Polynomial::one()
        };
        Some(Some((x, self.times(x, z))))
    }

    fn element(&self, octets: &[u8]) -> Option<Polynomial> {
        Polynomial::from_octets(octets).filter(|element| element.degree() < Some(self.degree))
    }

    /// z with z² + z = `sum` (X9.62 section D.1.6), for one of the first numbers t whose trace is not
    /// zero, as every other one's.
    fn solve(&self, sum: Polynomial) -> Option<Polynomial> {
        let (mut t, _) = self.base?;
        for _ in 0..self.degree {
            let (mut z, mut trace) = (Polynomial::default(), sum);
            for _ in 1..self.degree {
                let squared = self.times(trace, trace);
                z = self.times(z, z) + self.times(squared, t);
                trace = squared + sum;
            }
            if trace != Polynomial::default() {
                return None;
            }
            if self.times(z, z) + z == sum {
                return Some(z);
            }
            t = self.times(t, self.base?.0);
        }
        None
    }

    fn times(&self, one: Polynomial, other: Polynomial) -> Polynomial {
        let mut product = Polynomial::default();
        for bit in (0..self.degree).rev() {
            product.double();
            if product.bit(self.degree) {
                product.flip(self.degree);
                product = product + self.modulus;
            }
            if one.bit(bit) {
                product = product + other;
            }
        }
        product
    }

    /// Euclid (Hankerson, Menezes, Vanstone, algorithm 2.48); `None` of zero.
    fn inverse(&self, number: Polynomial) -> Option<Polynomial> {
        let mut modulus = self.modulus;
        modulus.flip(self.degree);
        let (mut u, mut v) = (number, modulus);
        let (mut g, mut h) = (Polynomial::one(), Polynomial::default());
        while u.degree()? > 0 {
            let (mut high, mut low) = (u.degree()?, v.degree()?);
            if high < low {
                (u, v, g, h) = (v, u, h, g);
                (high, low) = (low, high);
            }
            u = u + v.shifted(high - low);
            g = g + h.shifted(high - low);
        }
        Some(g)
    }
}

impl Add for Polynomial {
    type Output = Self;

    #[expect(
        clippy::suspicious_arithmetic_impl,
        reason = "one and one is zero here"
    )]
    fn add(mut self, other: Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word ^= other;
        }
        self
    }
}

impl Polynomial {
    fn one() -> Self {
        let mut one = Self::default();
        one.0[0] = 1;
        one
    }

    /// Big-endian octets; `None` when they are too many.
    fn from_octets(octets: &[u8]) -> Option<Self> {
        let mut words = Self::default();
        for (place, octet) in octets.iter().rev().enumerate() {
            if *octet != 0 {
                *words.0.get_mut(place / 8)? |= u64::from(*octet) << (place % 8 * 8);
            }
        }
        Some(words)
    }

    fn bit(&self, bit: u32) -> bool {
        let word = self.0.get(bit as usize / 64);
        word.is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }

    fn flip(&mut self, bit: u32) {
        if let Some(word) = self.0.get_mut(bit as usize / 64) {
            *word ^= 1 << (bit % 64);
        }
    }

    /// `None` of zero.
    fn degree(&self) -> Option<u32> {
        let place = self.0.iter().rposition(|word| *word != 0)?;
        Some(u32::try_from(64 * place).ok()? + self.0[place].ilog2())
    }

    /// Times x.
    fn double(&mut self) {
        let mut carry = 0;
        for word in &mut self.0 {
            (*word, carry) = (*word << 1 | carry, *word >> 63);
        }
    }

    fn shifted(self, bits: u32) -> Self {
        let (words, bits) = (bits as usize / 64, bits % 64);
        let mut shifted = Self::default();
        for place in words..WORDS {
            let from = place - words;
            shifted.0[place] = self.0[from] << bits;
            if bits > 0 && from > 0 {
                shifted.0[place] |= self.0[from - 1] >> (64 - bits);
            }
        }
        shifted
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_group_has_its_base_on_its_curve_and_the_right_order() {
        for line in CURVES.lines() {
            let name = line.split(['|', ' ']).next().unwrap();
            let group = BinaryGroup::named(name).unwrap();
            let (x, y) = group.base.unwrap();
            let octets = |element: Polynomial| -> Vec<u8> {
                let all = element.0.iter().rev().flat_map(|word| word.to_be_bytes());
                let all: Vec<u8> = all.collect();
                all[all.len() - group.degree.div_ceil(8) as usize..].to_vec()
            };
            assert!(
                group.holds(&[&[4][..], &octets(x), &octets(y)].concat()),
                "{name}"
            );
            let wrong = [&[4][..], &octets(x), &octets(y + Polynomial::one())].concat();
            assert!(!group.holds(&wrong), "{name}");
            assert_eq!(
                group.multiple(group.base, group.order.as_ref()),
                None,
                "{name}"
            );
            let is_either = [2, 3].map(|form| {
                let compressed = [&[form][..], &octets(x)].concat();
                assert!(group.holds(&compressed), "{name}");
                group.decode(&compressed) == Some(group.base)
            });
            assert_ne!(is_either[0], is_either[1], "{name}");
        }
    }
}
