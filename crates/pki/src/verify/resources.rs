//! Address blocks and autonomous systems (RFC 3779): no certificate may list what its issuer does
//! not (`X509v3_asid_validate_path` in `crypto/x509/v3_asid.c`, `X509v3_addr_validate_path` in
//! `v3_addr.c`). Only a leaf that holds such an extension is checked, with what stands above it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    Code, Flow, Verification,
    addresses::{address_length, addresses_are_canonical, addresses_contain, has_known_length},
};
use crate::{
    Certificate,
    certificate::{AddressFamily, AutonomousSystems, NumberRange, Resources},
};

/// How far up the chain the checks have come.
#[derive(Debug, Default)]
pub(super) struct Nested {
    depth: usize,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// Numbers and routing domains, each as it stands.
    Systems([Claim; 2]),
    /// What is claimed of each address family of the leaf: the place where it is written, as depth
    /// and position.
    Addresses(Vec<(usize, usize)>),
}

impl Default for Kind {
    fn default() -> Self {
        Self::Systems([Claim::Nothing, Claim::Nothing])
    }
}

/// What the certificates looked at so far claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim {
    Nothing,
    /// Whatever the issuer has.
    Inherited,
    /// What is listed by the certificate at this depth.
    ListedAt(usize),
}

impl Verification {
    /// Looks at one certificate of the chain, from the leaf upwards: first all for their
    /// autonomous systems, then all for their address blocks.
    pub(super) fn check_resources(&mut self, state: &mut Nested) -> (Flow, u64) {
        let depth = state.depth;
        let count = self.path.certificates.len();
        let certificate = self.path.certificates.get(depth).map(Arc::clone);
        let leaf = self.path.certificates[0].extensions();
        match &mut state.kind {
            Kind::Systems(claims) => {
                let is_over = leaf.autonomous_systems.is_none();
                let Some(certificate) = certificate.filter(|_| !is_over) else {
                    if !is_over {
                        self.check_top_systems(count);
                    }
                    *state = Nested {
                        depth: 0,
                        kind: Kind::Addresses(Vec::new()),
                    };
                    return (Flow::Again, 1);
                };
                self.check_systems(depth, &certificate, claims);
                state.depth += 1;
                (Flow::Again, 1 + systems_cost(&certificate))
            }
            Kind::Addresses(claims) => {
                if leaf.address_blocks.is_none() {
                    return (Flow::Next, 1);
                }
                let Some(certificate) = certificate else {
                    let top = Arc::clone(&self.path.certificates[count - 1]);
                    let flow = self.check_top_addresses(count, &top, claims);
                    return (flow, 1 + addresses_cost(&top) + claims.len() as u64);
                };
                let spent = 1 + addresses_cost(&certificate) + claims.len() as u64;
                let flow = self.check_addresses(depth, &certificate, claims);
                state.depth += 1;
                (flow, spent)
            }
        }
    }

    fn check_systems(&mut self, depth: usize, certificate: &Certificate, claims: &mut [Claim; 2]) {
        let held = certificate.extensions().autonomous_systems.as_ref();
        let Some(held) = held else {
            if claims
                .iter()
                .any(|claim| matches!(claim, Claim::ListedAt(_)))
            {
                self.raise(Code::ResourceNotNested, depth);
            }
            return;
        };
        if !lists(held).iter().all(|list| systems_are_canonical(*list)) {
            self.raise(Code::ExtensionInvalid, depth);
        }
        for (which, list) in lists(held).into_iter().enumerate() {
            let claim = &mut claims[which];
            if depth == 0 {
                *claim = match list {
                    None => Claim::Nothing,
                    Some(Resources::Inherit) => Claim::Inherited,
                    Some(Resources::Listed(_)) => Claim::ListedAt(0),
                };
                continue;
            }
            match list {
                None if matches!(claim, Claim::ListedAt(_)) => {
                    *claim = Claim::Nothing;
                    self.raise(Code::ResourceNotNested, depth);
                }
                Some(Resources::Listed(ranges)) => {
                    let child = match *claim {
                        Claim::ListedAt(below) => self.listed_at(below, which),
                        Claim::Nothing | Claim::Inherited => None,
                    };
                    if child.is_none_or(|child| systems_contain(ranges, child)) {
                        *claim = Claim::ListedAt(depth);
                    } else {
                        self.raise(Code::ResourceNotNested, depth);
                    }
                }
                None | Some(Resources::Inherit) => {}
            }
        }
    }

    /// The list that the certificate at `depth` holds: of numbers (0) or routing domains (1).
    fn listed_at(&self, depth: usize, which: usize) -> Option<&[NumberRange]> {
        let extensions = self.path.certificates[depth].extensions();
        match lists(extensions.autonomous_systems.as_ref()?)[which]? {
            Resources::Listed(ranges) => Some(ranges),
            Resources::Inherit => None,
        }
    }

    /// The top of the chain has nobody to inherit from. OpenSSL counts its depth one too high.
    fn check_top_systems(&mut self, count: usize) {
        let top = Arc::clone(&self.path.certificates[count - 1]);
        let held = top.extensions().autonomous_systems.as_ref();
        for list in held.map(lists).into_iter().flatten() {
            if matches!(list, Some(Resources::Inherit)) {
                self.raise(Code::ResourceNotNested, count);
            }
        }
    }

    fn check_addresses(
        &mut self,
        depth: usize,
        certificate: &Certificate,
        claims: &mut Vec<(usize, usize)>,
    ) -> Flow {
        let held = certificate.extensions().address_blocks.as_deref();
        if !held.is_none_or(addresses_are_canonical) {
            self.raise(Code::ExtensionInvalid, depth);
        }
        if depth == 0 {
            claims.extend((0..held.map_or(0, <[_]>::len)).map(|position| (0, position)));
            return Flow::Again;
        }
        let positions = positions(held.unwrap_or_default());
        for claim in claims {
            let Some(child) = claimed(&self.path.certificates, *claim) else {
                continue;
            };
            let position = positions.get(&child.family[..]).copied();
            let parent = held.zip(position).map(|(held, position)| &held[position]);
            match nest(child, parent, held.is_some()) {
                Nesting::Good => {}
                Nesting::Narrowed => *claim = (depth, position.unwrap_or_default()),
                Nesting::Broken => self.raise(Code::ResourceNotNested, depth),
                Nesting::BrokenAndOver => {
                    self.raise(Code::ResourceNotNested, depth);
                    break;
                }
                Nesting::Abort => return Flow::Abort,
            }
        }
        Flow::Again
    }

    /// The top of the chain has nobody to inherit from. OpenSSL counts its depth one too high.
    fn check_top_addresses(
        &mut self,
        count: usize,
        top: &Certificate,
        claims: &[(usize, usize)],
    ) -> Flow {
        let path = self.path.certificates.clone();
        let claimed: HashSet<&[u8]> = claims
            .iter()
            .filter_map(|claim| claimed(&path, *claim))
            .map(|child| &child.family[..])
            .collect();
        let held = top.extensions().address_blocks.as_deref();
        let mut held: Vec<&AddressFamily> = held.unwrap_or_default().iter().collect();
        // The search for each claim has left them sorted.
        if count > 1 && !claims.is_empty() {
            held.sort_by(|one, other| one.family.cmp(&other.family));
        }
        for family in held {
            if !has_known_length(family) {
                return Flow::Abort;
            }
            if family.addresses == Resources::Inherit && claimed.contains(&family.family[..]) {
                self.raise(Code::ResourceNotNested, count);
            }
        }
        Flow::Next
    }
}

/// The two lists of an extension: numbers, and routing domains.
fn lists(held: &AutonomousSystems) -> [Option<&Resources<NumberRange>>; 2] {
    [held.numbers.as_ref(), held.routing_domains.as_ref()]
}

/// `ASIdentifierChoice_is_canonical`
fn systems_are_canonical(held: Option<&Resources<NumberRange>>) -> bool {
    let Some(Resources::Listed(ranges)) = held else {
        return true;
    };
    let Some(last) = ranges.last() else {
        return false;
    };
    let apart = |pair: &[NumberRange]| {
        let [a, b] = pair else { return true };
        a.min <= a.max && b.min <= b.max && a.min < b.min && a.max.successor() < b.min
    };
    ranges.windows(2).all(apart) && last.min <= last.max
}

/// `asid_contains`
fn systems_contain(parent: &[NumberRange], child: &[NumberRange]) -> bool {
    let mut parents = parent.iter().peekable();
    child.iter().all(|child| {
        while parents.next_if(|parent| parent.max < child.max).is_some() {}
        parents.peek().is_some_and(|parent| parent.min <= child.min)
    })
}

/// The family that a claim is written in.
fn claimed(path: &[Arc<Certificate>], (depth, position): (usize, usize)) -> Option<&AddressFamily> {
    let blocks = path.get(depth)?.extensions().address_blocks.as_deref()?;
    blocks.get(position)
}

/// Where each family stands; the first of several with one name.
fn positions(held: &[AddressFamily]) -> HashMap<&[u8], usize> {
    let mut positions = HashMap::with_capacity(held.len());
    for (position, family) in held.iter().enumerate() {
        positions.entry(&family.family[..]).or_insert(position);
    }
    positions
}

/// How what is claimed below fits into what a certificate holds.
enum Nesting {
    Good,
    /// From here on the certificate's own list counts.
    Narrowed,
    Broken,
    /// Broken, and the certificate is looked at no further.
    BrokenAndOver,
    /// OpenSSL breaks off.
    Abort,
}

/// `holds_any`: whether the certificate has the extension at all.
fn nest(child: &AddressFamily, parent: Option<&AddressFamily>, holds_any: bool) -> Nesting {
    let Some(parent) = parent else {
        return match child.addresses {
            _ if !holds_any && !has_known_length(child) => Nesting::Abort,
            Resources::Inherit => Nesting::Good,
            Resources::Listed(_) => Nesting::BrokenAndOver,
        };
    };
    if !has_known_length(child) {
        return Nesting::Abort;
    }
    match (&child.addresses, &parent.addresses) {
        (_, Resources::Inherit) => Nesting::Good,
        (Resources::Inherit, _) => Nesting::Narrowed,
        (Resources::Listed(claims), Resources::Listed(ranges)) => {
            if addresses_contain(ranges, claims, address_length(child)) {
                Nesting::Narrowed
            } else {
                Nesting::Broken
            }
        }
    }
}

/// Work that the list of a certificate causes.
fn systems_cost(certificate: &Certificate) -> u64 {
    let held = certificate.extensions().autonomous_systems.as_ref();
    let count = |list: Option<&Resources<NumberRange>>| match list {
        Some(Resources::Listed(ranges)) => ranges.len(),
        _ => 0,
    };
    held.map_or(0, |held| {
        lists(held).into_iter().map(count).sum::<usize>() as u64
    })
}

fn addresses_cost(certificate: &Certificate) -> u64 {
    let held = certificate.extensions().address_blocks.as_deref();
    let count = |family: &AddressFamily| match &family.addresses {
        Resources::Listed(ranges) => 1 + ranges.len(),
        Resources::Inherit => 1,
    };
    held.map_or(0, |held| held.iter().map(count).sum::<usize>() as u64)
}
