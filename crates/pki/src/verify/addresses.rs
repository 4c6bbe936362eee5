//! Blocks of IP addresses (RFC 3779 section 2): their canonical form, and what lies within what
//! (`crypto/x509/v3_addr.c`).

use std::cmp::Ordering;

use crate::certificate::{AddressFamily, AddressRange, BitString, Resources};

/// Octets of the longest address, IPv6's.
const ADDRESS_MAX: usize = 16;

/// `IPAddressFamily_check_len`
pub(super) fn has_known_length(family: &AddressFamily) -> bool {
    matches!(family.family.len(), 2 | 3)
}

/// Octets of the family's addresses; none of a family other than IPv4 and IPv6.
pub(super) fn address_length(family: &AddressFamily) -> usize {
    match family.family[..] {
        [0, 1, ..] => 4,
        [0, 2, ..] => 16,
        _ => 0,
    }
}

/// `X509v3_addr_is_canonical`
pub(super) fn addresses_are_canonical(held: &[AddressFamily]) -> bool {
    let in_order = |pair: &[AddressFamily]| {
        pair.iter().all(has_known_length)
            && pair.windows(2).all(|pair| pair[0].family < pair[1].family)
    };
    held.windows(2).all(in_order)
        && held.iter().all(|family| match &family.addresses {
            Resources::Inherit => true,
            Resources::Listed(ranges) => {
                has_known_length(family) && ranges_are_canonical(ranges, address_length(family))
            }
        })
}

fn ranges_are_canonical(ranges: &[AddressRange], length: usize) -> bool {
    let apart = |pair: &[AddressRange]| {
        let [a, b] = pair else { return true };
        let (Some((a_min, a_max)), Some((b_min, b_max))) = (a.bounds(length), b.bounds(length))
        else {
            return false;
        };
        a_min < b_min
            && a_min <= a_max
            && b_min <= b_max
            && a_max < predecessor(b_min, length)
            && !(a.is_range() && is_prefix(a_min, a_max, length))
    };
    let Some(last) = ranges.last() else {
        return false;
    };
    let last_is_good = || {
        !last.is_range()
            || last
                .bounds(length)
                .is_some_and(|(min, max)| min <= max && !is_prefix(min, max, length))
    };
    ranges.windows(2).all(apart) && last_is_good()
}

/// `addr_contains`
pub(super) fn addresses_contain(
    parent: &[AddressRange],
    child: &[AddressRange],
    length: usize,
) -> bool {
    let mut parents = parent.iter().map(|range| range.bounds(length)).peekable();
    child.iter().all(|child| {
        let Some((child_min, child_max)) = child.bounds(length) else {
            return false;
        };
        let ends_before = |parent: &Option<Bounds>| parent.is_some_and(|(_, max)| max < child_max);
        while parents.next_if(ends_before).is_some() {}
        matches!(parents.peek(), Some(Some((min, _))) if *min <= child_min)
    })
}

/// An address, filled up with zeros behind its family's length.
type Address = [u8; ADDRESS_MAX];
type Bounds = (Address, Address);

impl AddressRange {
    fn is_range(&self) -> bool {
        matches!(self, Self::Range { .. })
    }

    /// `extract_min_max`: the first and the last address, if they are not too long.
    fn bounds(&self, length: usize) -> Option<Bounds> {
        let (min, max) = match self {
            Self::Prefix(bits) => (bits, bits),
            Self::Range { min, max } => (min, max),
        };
        Some((expand(min, length, 0)?, expand(max, length, 0xff)?))
    }
}

/// `addr_expand`
fn expand(bits: &BitString, length: usize, fill: u8) -> Option<Address> {
    let mut address = [0; ADDRESS_MAX];
    let count = bits.octets.len();
    if count > length {
        return None;
    }
    address[..count].copy_from_slice(&bits.octets);
    address[count..length].fill(fill);
    if let Some(last) = address[..count].last_mut() {
        let open = !(0xffu8 << bits.unused);
        *last = *last & !open | fill & open;
    }
    Some(address)
}

/// The address before; before the first comes the last.
fn predecessor(mut address: Address, length: usize) -> Address {
    for octet in address[..length].iter_mut().rev() {
        let (value, borrow) = octet.overflowing_sub(1);
        *octet = value;
        if !borrow {
            break;
        }
    }
    address
}

/// `range_should_be_prefix`: whether a range is all the addresses that begin alike.
fn is_prefix(min: Address, max: Address, length: usize) -> bool {
    let alike = (0..length).take_while(|i| min[*i] == max[*i]).count();
    let open = (0..length)
        .rev()
        .take_while(|i| min[*i] == 0 && max[*i] == 0xff)
        .count();
    match (alike + open).cmp(&(length.saturating_sub(1))) {
        // Octets in between differ in part.
        Ordering::Less => false,
        Ordering::Equal if length > 0 => {
            let mask = min[alike] ^ max[alike];
            mask != 0xff
                && mask & mask.wrapping_add(1) == 0
                && mask != 0
                && min[alike] & mask == 0
                && max[alike] & mask == mask
        }
        _ => true,
    }
}
