//! Ed448 (RFC 8032 section 5.2), as `ossl_c448_ed448_verify` of OpenSSL computes it.
//!
//! The crate `ed448-goldilocks` has no release that goes with the other crates yet, refuses points that
//! OpenSSL takes, and compares without the cofactor. Nothing here is secret.

use crypto_bigint::{BoxedUint, NonZero, U448, const_monty_params, modular::ConstMontyForm};
use shake::{ExtendableOutput as _, Shake256, Update as _, XofReader as _};

const_monty_params!(
    Prime,
    U448,
    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "2^448 - 2^224 - 1"
);

type Element = ConstMontyForm<Prime, { U448::LIMBS }>;

/// The order of the base point: 2^446 -
/// 13818066809895115352007386748515426880336692474882178609894547503885.
const ORDER: &str = "3fffffffffffffffffffffffffffffffffffffffffffffffffffffff7cca23e9c44edb49aed63690216cc2728dc58f552378c292ab5844f3";

/// The base point.
const BASE: [&str; 2] = [
    "4f1970c66bed0ded221d15a622bf36da9e146570470f1767ea6de324a3d3a46412ae1af72ab66511433b80e18b00938e2626a82bc70cc05e",
    "693f46716eb6bc248876203756c9c7624bea73736ca3984087789c1e05a0c2d73ad3ff1ce67c39c4fdbd132c4ed7c8ad9808795bf230fa14",
];

/// The curve is x² + y² = 1 - 39081x²y².
const MINUS_D: u32 = 39_081;

/// A point in projective coordinates.
#[derive(Clone, Copy)]
struct Point {
    x: Element,
    y: Element,
    z: Element,
}

/// Whether the key made the signature of a message.
pub(super) fn verifies(key: &[u8; 57], message: &[u8], signature: &[u8]) -> bool {
    check(key, message, signature).unwrap_or(false)
}

fn check(key: &[u8; 57], message: &[u8], signature: &[u8]) -> Option<bool> {
    let (encoded, s) = signature.split_first_chunk::<57>()?;
    let order: NonZero<BoxedUint> = BoxedUint::from_str_radix_vartime(ORDER, 16)
        .ok()?
        .to_nz()
        .into_option()?;
    let s = BoxedUint::from_le_slice_vartime(<&[u8; 57]>::try_from(s).ok()?);
    if s >= *order.as_ref() {
        return None;
    }
    let (r, a) = (Point::decode(encoded)?, Point::decode(key)?);
    let mut challenge = [0; 114];
    let mut state = Shake256::default();
    // Neither prehashed nor with a context.
    for part in [b"SigEd448\0\0", &encoded[..], key, message] {
        state.update(part);
    }
    state.finalize_xof().read(&mut challenge);
    let challenge = BoxedUint::from_le_slice_vartime(&challenge).rem_vartime(&order);
    let base = BASE.map(|coordinate| Element::new(&U448::from_be_hex(coordinate)));
    let base = Point {
        x: base[0],
        y: base[1],
        z: Element::ONE,
    };
    let sum = base
        .times(&s)
        .plus(a.negated().times(&challenge))
        .plus(r.negated());
    // With the cofactor: both sides may differ by a point whose order divides four.
    let rest = sum.plus(sum);
    let rest = rest.plus(rest);
    Some(rest.x == Element::ZERO && rest.y == rest.z)
}

impl Point {
    /// Section 5.2.3. OpenSSL does not decode the two points whose first coordinate is zero.
    fn decode(encoded: &[u8; 57]) -> Option<Self> {
        let (sign, octets) = encoded.split_last()?;
        let y = U448::from_le_slice(octets);
        let (number, y) = (y, Element::new(&y));
        // It must be written as less than the prime.
        if sign & 0x7f != 0 || y.retrieve() != number {
            return None;
        }
        let yy = y.square();
        let numerator = Element::ONE - yy;
        let denominator = Element::ONE + yy * Element::new(&U448::from_u32(MINUS_D));
        let root = numerator * inverse_root(numerator * denominator)?;
        let is_odd = bool::from(root.retrieve().is_odd());
        Some(Self {
            x: if is_odd == (*sign != 0) { root } else { -root },
            y,
            z: Element::ONE,
        })
    }

    fn negated(self) -> Self {
        Self { x: -self.x, ..self }
    }

    /// Section 5.2.4, which holds for any two points.
    #[expect(clippy::many_single_char_names, reason = "they are the document's")]
    fn plus(self, other: Self) -> Self {
        let a = self.z * other.z;
        let b = a.square();
        let (c, d) = (self.x * other.x, self.y * other.y);
        // d is negative.
        let e = -(Element::new(&U448::from_u32(MINUS_D)) * c * d);
        let (f, g) = (b - e, b + e);
        let h = (self.x + self.y) * (other.x + other.y);
        Self {
            x: a * f * (h - c - d),
            y: a * g * (d - c),
            z: f * g,
        }
    }

    fn times(self, number: &BoxedUint) -> Self {
        let mut product = Self {
            x: Element::ZERO,
            y: Element::ONE,
            z: Element::ONE,
        };
        for bit in (0..number.bit_width_vartime()).rev() {
            product = product.plus(product);
            if number.bit_vartime(bit) {
                product = product.plus(self);
            }
        }
        product
    }
}

/// One by the square root of a number; `None` when it has none or is zero.
fn inverse_root(number: Element) -> Option<Element> {
    // (p - 3) / 4 = 2^446 - 2^222 - 1
    let exponent = U448::ONE
        .shl_vartime(446)
        .wrapping_sub(&U448::ONE.shl_vartime(222))
        .wrapping_sub(&U448::ONE);
    let root = number.pow_vartime(&exponent);
    (root.square() * number == Element::ONE).then_some(root)
}
