//! Address blocks and autonomous systems (RFC 3779), from so few that those of two certificates
//! often lie within each other.

use super::{AUTONOMOUS_SYSTEMS, Extension, IP_ADDRESS_BLOCKS};
use crate::{Chance, der};

/// One of the two extensions.
pub(crate) fn any(chance: &mut Chance) -> Extension {
    if chance.percent(50) {
        systems(chance)
    } else {
        addresses(chance)
    }
}

/// Numbers, routing domains or both.
fn systems(chance: &mut Chance) -> Extension {
    let numbers = match chance.below(8) {
        0 => der::context(0, &[&numbers(chance)]),
        1 => der::context(1, &[&numbers(chance)]),
        2 => Vec::new(),
        _ => [
            der::context(0, &[&numbers(chance)]),
            der::context(1, &[&numbers(chance)]),
        ]
        .concat(),
    };
    Extension::new(AUTONOMOUS_SYSTEMS, der::sequence(&[&numbers]))
}

fn numbers(chance: &mut Chance) -> Vec<u8> {
    if chance.percent(20) {
        return der::null();
    }
    let steps: [&[u8]; 9] = [
        &[0xff, 0],
        &[0xff],
        &[0],
        &[1],
        &[5],
        &[7],
        &[0, 0xff],
        &[1, 0],
        &[1, 0, 0],
    ];
    let list = ascending(chance, steps.len());
    let list = list.into_iter().map(|(min, max)| {
        if min == max && chance.percent(90) {
            der::integer(steps[min])
        } else {
            der::sequence(&[&der::integer(steps[min]), &der::integer(steps[max])])
        }
    });
    der::sequence(&[&list.collect::<Vec<_>>().concat()])
}

/// Blocks of one to three families.
fn addresses(chance: &mut Chance) -> Extension {
    let families: [&[u8]; 8] = [
        &[0, 1],
        &[0, 1, 1],
        &[0, 2],
        &[0, 1],
        &[0, 2],
        &[0],
        &[0, 9],
        &[0, 1, 1, 1],
    ];
    let mut chosen: Vec<&[u8]> = (0..=chance.below(3))
        .map(|_| chance.pick(&families))
        .collect();
    if chance.percent(80) {
        chosen.sort_unstable();
        chosen.dedup();
    }
    let blocks: Vec<Vec<u8>> = chosen
        .iter()
        .map(|family| der::sequence(&[&der::octet_string(family), &ranges(chance)]))
        .collect();
    Extension::new(IP_ADDRESS_BLOCKS, der::sequence(&[&blocks.concat()]))
}

fn ranges(chance: &mut Chance) -> Vec<u8> {
    if chance.percent(20) {
        return der::null();
    }
    // Unused bits and octets, in ascending order.
    let steps: [(u8, &[u8]); 10] = [
        (0, &[]),
        (7, &[0]),
        (0, &[10]),
        (0, &[10, 0]),
        (4, &[10, 16]),
        (0, &[10, 16, 7]),
        (0, &[10, 17]),
        (0, &[10, 255]),
        (0, &[11]),
        (0, &[11, 0, 0, 0, 1]),
    ];
    let bits = |step: usize| der::bit_string(steps[step].0, steps[step].1);
    let list = ascending(chance, steps.len());
    let list = list.into_iter().map(|(min, max)| {
        if min == max && chance.percent(90) {
            bits(min)
        } else {
            der::sequence(&[&bits(min), &bits(max)])
        }
    });
    der::sequence(&[&list.collect::<Vec<_>>().concat()])
}

/// Up to three ranges of steps, mostly in ascending order and apart.
fn ascending(chance: &mut Chance, steps: usize) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut next = chance.below(3);
    for _ in 0..chance.weighted(&[4, 50, 30, 16]) {
        let min = (next + chance.below(2)).min(steps - 1);
        let max = (min + chance.weighted(&[50, 20, 20, 10])).min(steps - 1);
        ranges.push((min, max));
        next = max + usize::from(chance.percent(80));
    }
    if chance.percent(6) {
        chance.shuffle(&mut ranges);
    }
    if chance.percent(4) {
        ranges = ranges.into_iter().map(|(min, max)| (max, min)).collect();
    }
    ranges
}
