//! The elliptic curves that OpenSSL has built in.

/// A curve: what is needed to judge a key on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Curve {
    /// As people call it; [`None`] for a curve that is spelled out and is none of the known ones.
    pub name: Option<&'static str>,
    /// Bits of the order of the base point.
    pub order_bits: u32,
    /// Octets of a coordinate.
    pub field_octets: usize,
}

impl Curve {
    pub const P256: &'static str = "P-256";
    pub const P384: &'static str = "P-384";
    pub const P521: &'static str = "P-521";
    /// Keys on this one are SM2 keys to OpenSSL, not EC keys.
    #[cfg(feature = "rare")]
    pub const SM2: &'static str = "SM2";

    /// The curve that an identifier's content octets name, if it is a usual one.
    pub(super) fn usual(oid: &[u8]) -> Option<Self> {
        Self::find(USUAL, oid)
    }

    /// The curve that an identifier's content octets name.
    #[cfg(feature = "rare")]
    pub(super) fn named(oid: &[u8]) -> Option<Self> {
        Self::find(RARE, oid)
    }

    fn find(among: &[Row], oid: &[u8]) -> Option<Self> {
        let (_, name, order_bits, degree) = among.iter().find(|curve| curve.0 == oid)?;
        Some(Self {
            name: Some(name),
            order_bits: *order_bits,
            field_octets: degree.div_ceil(8) as usize,
        })
    }

    #[cfg(feature = "rare")]
    /// The known curve that a spelled-out one is, by the order of its base point.
    pub(super) fn from_order(order: &[u8], field_octets: usize) -> Self {
        let name = [
            (Self::P256, &ORDER_P256[..]),
            (Self::P384, &ORDER_P384),
            (Self::P521, &ORDER_P521),
        ]
        .into_iter()
        .find(|(_, known)| *known == order)
        .map(|(name, _)| name);
        let order_bits = super::public_key::bits(order);
        Self {
            name,
            order_bits,
            field_octets,
        }
    }

    /// Half the order's bits, in the steps of `EC_KEY`'s security bits.
    pub fn security_bits(self) -> u32 {
        match self.order_bits {
            512.. => 256,
            384.. => 192,
            256.. => 128,
            224.. => 112,
            160.. => 80,
            bits => bits / 2,
        }
    }
}

/// Identifier, name, bits of the order, degree of the field.
type Row = (&'static [u8], &'static str, u32, u32);

static USUAL: &[Row] = &[
    (&[42, 134, 72, 206, 61, 3, 1, 7], Curve::P256, 256, 256),
    (&[43, 129, 4, 0, 34], Curve::P384, 384, 384),
    #[cfg(feature = "rare")]
    (&[43, 129, 4, 0, 35], Curve::P521, 521, 521),
];

// FIPS 186-5 and SP 800-186 section 3.2.1
#[cfg(feature = "rare")]
#[rustfmt::skip]
const ORDER_P256: [u8; 32] = [0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51];
#[cfg(feature = "rare")]
#[rustfmt::skip]
const ORDER_P384: [u8; 48] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf, 0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73];
#[cfg(feature = "rare")]
#[rustfmt::skip]
const ORDER_P521: [u8; 67] = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfa, 0x51, 0x86, 0x87, 0x83, 0xbf, 0x2f, 0x96, 0x6b, 0x7f, 0xcc, 0x01, 0x48, 0xf7, 0x09, 0xa5, 0xd0, 0x3b, 0xb5, 0xc9, 0xb8, 0x89, 0x9c, 0x47, 0xae, 0xbb, 0x6f, 0xb7, 0x1e, 0x91, 0x38, 0x64, 0x09];

/// The others of `EC_get_builtin_curves` of OpenSSL 3.0.
#[cfg(feature = "rare")]
#[rustfmt::skip]
static RARE: &[Row] = &[
    (&[42, 129, 28, 207, 85, 1, 130, 45], "SM2", 256, 256),
    (&[42, 134, 72, 206, 61, 3, 0, 1], "c2pnb163v1", 163, 163),
    (&[42, 134, 72, 206, 61, 3, 0, 2], "c2pnb163v2", 162, 163),
    (&[42, 134, 72, 206, 61, 3, 0, 3], "c2pnb163v3", 162, 163),
    (&[42, 134, 72, 206, 61, 3, 0, 4], "c2pnb176v1", 161, 176),
    (&[42, 134, 72, 206, 61, 3, 0, 5], "c2tnb191v1", 191, 191),
    (&[42, 134, 72, 206, 61, 3, 0, 6], "c2tnb191v2", 190, 191),
    (&[42, 134, 72, 206, 61, 3, 0, 7], "c2tnb191v3", 189, 191),
    (&[42, 134, 72, 206, 61, 3, 0, 10], "c2pnb208w1", 193, 208),
    (&[42, 134, 72, 206, 61, 3, 0, 11], "c2tnb239v1", 238, 239),
    (&[42, 134, 72, 206, 61, 3, 0, 12], "c2tnb239v2", 237, 239),
    (&[42, 134, 72, 206, 61, 3, 0, 13], "c2tnb239v3", 236, 239),
    (&[42, 134, 72, 206, 61, 3, 0, 16], "c2pnb272w1", 257, 272),
    (&[42, 134, 72, 206, 61, 3, 0, 17], "c2pnb304w1", 289, 304),
    (&[42, 134, 72, 206, 61, 3, 0, 18], "c2tnb359v1", 353, 359),
    (&[42, 134, 72, 206, 61, 3, 0, 19], "c2pnb368w1", 353, 368),
    (&[42, 134, 72, 206, 61, 3, 0, 20], "c2tnb431r1", 418, 431),
    (&[42, 134, 72, 206, 61, 3, 1, 1], "P-192", 192, 192),
    (&[42, 134, 72, 206, 61, 3, 1, 2], "prime192v2", 192, 192),
    (&[42, 134, 72, 206, 61, 3, 1, 3], "prime192v3", 192, 192),
    (&[42, 134, 72, 206, 61, 3, 1, 4], "prime239v1", 239, 239),
    (&[42, 134, 72, 206, 61, 3, 1, 5], "prime239v2", 239, 239),
    (&[42, 134, 72, 206, 61, 3, 1, 6], "prime239v3", 239, 239),
    (&[43, 36, 3, 3, 2, 8, 1, 1, 1], "brainpoolP160r1", 160, 160),
    (&[43, 36, 3, 3, 2, 8, 1, 1, 2], "brainpoolP160t1", 160, 160),
    (&[43, 36, 3, 3, 2, 8, 1, 1, 3], "brainpoolP192r1", 192, 192),
    (&[43, 36, 3, 3, 2, 8, 1, 1, 4], "brainpoolP192t1", 192, 192),
    (&[43, 36, 3, 3, 2, 8, 1, 1, 5], "brainpoolP224r1", 224, 224),
    (&[43, 36, 3, 3, 2, 8, 1, 1, 6], "brainpoolP224t1", 224, 224),
    (&[43, 36, 3, 3, 2, 8, 1, 1, 7], "brainpoolP256r1", 256, 256),
    (&[43, 36, 3, 3, 2, 8, 1, 1, 8], "brainpoolP256t1", 256, 256),
    (&[43, 36, 3, 3, 2, 8, 1, 1, 9], "brainpoolP320r1", 320, 320),
    (&[43, 36, 3, 3, 2, 8, 1, 1, 10], "brainpoolP320t1", 320, 320),
    (&[43, 36, 3, 3, 2, 8, 1, 1, 11], "brainpoolP384r1", 384, 384),
    (&[43, 36, 3, 3, 2, 8, 1, 1, 12], "brainpoolP384t1", 384, 384),
    (&[43, 36, 3, 3, 2, 8, 1, 1, 13], "brainpoolP512r1", 512, 512),
    (&[43, 36, 3, 3, 2, 8, 1, 1, 14], "brainpoolP512t1", 512, 512),
    (&[43, 129, 4, 0, 1], "sect163k1", 163, 163),
    (&[43, 129, 4, 0, 2], "sect163r1", 162, 163),
    (&[43, 129, 4, 0, 3], "sect239k1", 238, 239),
    (&[43, 129, 4, 0, 4], "sect113r1", 113, 113),
    (&[43, 129, 4, 0, 5], "sect113r2", 113, 113),
    (&[43, 129, 4, 0, 6], "secp112r1", 112, 112),
    (&[43, 129, 4, 0, 7], "secp112r2", 110, 112),
    (&[43, 129, 4, 0, 8], "secp160r1", 161, 160),
    (&[43, 129, 4, 0, 9], "secp160k1", 161, 160),
    (&[43, 129, 4, 0, 10], "secp256k1", 256, 256),
    (&[43, 129, 4, 0, 15], "sect163r2", 163, 163),
    (&[43, 129, 4, 0, 16], "sect283k1", 281, 283),
    (&[43, 129, 4, 0, 17], "sect283r1", 282, 283),
    (&[43, 129, 4, 0, 22], "sect131r1", 131, 131),
    (&[43, 129, 4, 0, 23], "sect131r2", 131, 131),
    (&[43, 129, 4, 0, 24], "sect193r1", 193, 193),
    (&[43, 129, 4, 0, 25], "sect193r2", 193, 193),
    (&[43, 129, 4, 0, 26], "sect233k1", 232, 233),
    (&[43, 129, 4, 0, 27], "sect233r1", 233, 233),
    (&[43, 129, 4, 0, 28], "secp128r1", 128, 128),
    (&[43, 129, 4, 0, 29], "secp128r2", 126, 128),
    (&[43, 129, 4, 0, 30], "secp160r2", 161, 160),
    (&[43, 129, 4, 0, 31], "secp192k1", 192, 192),
    (&[43, 129, 4, 0, 32], "secp224k1", 225, 224),
    (&[43, 129, 4, 0, 33], "P-224", 224, 224),
    (&[43, 129, 4, 0, 36], "sect409k1", 407, 409),
    (&[43, 129, 4, 0, 37], "sect409r1", 409, 409),
    (&[43, 129, 4, 0, 38], "sect571k1", 570, 571),
    (&[43, 129, 4, 0, 39], "sect571r1", 570, 571),
    (&[103, 43, 1, 4, 1], "wap-wsg-idm-ecid-wtls1", 112, 113),
    (&[103, 43, 1, 4, 3], "wap-wsg-idm-ecid-wtls3", 163, 163),
    (&[103, 43, 1, 4, 4], "wap-wsg-idm-ecid-wtls4", 113, 113),
    (&[103, 43, 1, 4, 5], "wap-wsg-idm-ecid-wtls5", 163, 163),
    (&[103, 43, 1, 4, 6], "wap-wsg-idm-ecid-wtls6", 112, 112),
    (&[103, 43, 1, 4, 7], "wap-wsg-idm-ecid-wtls7", 161, 160),
    (&[103, 43, 1, 4, 8], "wap-wsg-idm-ecid-wtls8", 113, 112),
    (&[103, 43, 1, 4, 9], "wap-wsg-idm-ecid-wtls9", 161, 160),
    (&[103, 43, 1, 4, 10], "wap-wsg-idm-ecid-wtls10", 232, 233),
    (&[103, 43, 1, 4, 11], "wap-wsg-idm-ecid-wtls11", 233, 233),
    (&[103, 43, 1, 4, 12], "wap-wsg-idm-ecid-wtls12", 224, 224),
];
