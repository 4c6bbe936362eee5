//! Damage to a certificate: one byte or two, as a bad copy or an attacker would have it.

use crate::{Case, Chance};

/// Changes one or two bytes of one certificate of the case. Says where: the certificate's place
/// in [`Case::all_mut`]'s order, and the offsets.
pub fn damage(chance: &mut Chance, case: &mut Case) -> (usize, Vec<usize>) {
    let mut certificates = case.all_mut();
    let which = chance.below(certificates.len());
    let mut offsets = Vec::new();
    for _ in 0..=chance.below(2) {
        let bytes = &mut *certificates[which];
        let offset = chance.below(bytes.len());
        let Some(byte) = bytes.get_mut(offset) else {
            continue;
        };
        *byte = match chance.below(3) {
            0 => *byte ^ 1 << chance.below(8),
            1 => byte.wrapping_add(1),
            _ => chance.byte(),
        };
        offsets.push(offset);
    }
    (which, offsets)
}
