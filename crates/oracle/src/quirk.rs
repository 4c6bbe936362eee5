//! What can be unusual about one certificate of a chain that is otherwise in order.

use crate::algorithm::Algorithm;
use crate::draft::{Draft, Frame, Moment, Signature};
use crate::extension::{
    AUTHORITY_KEY_IDENTIFIER, BASIC_CONSTRAINTS, CLIENT_AUTH, EXTENDED_KEY_USAGE, Extension,
    GeneralName, KEY_USAGE, SERVER_AUTH, SUBJECT_KEY_IDENTIFIER, odd, usage,
};
use crate::keys::{Key, KeyRing};
use crate::name::Name;
use crate::{Chance, der};

/// Makes one thing unusual. `signer` is the key that the draft will be signed with, `leaf` the
/// subject at the end of the chain.
pub(crate) fn apply(
    chance: &mut Chance,
    ring: &KeyRing,
    draft: &mut Draft,
    signer: &Key,
    leaf: &Name,
) {
    match chance.weighted(&[4, 2, 8, 30, 6, 6, 4, 6, 8, 3, 3, 8, 6, 3, 2, 2]) {
        0 => version(chance, draft),
        1 => serial(chance, draft),
        2 => validity(chance, draft),
        3 => {
            let extension = odd(chance, leaf);
            if chance.percent(12) {
                // Twice, whatever stands there already.
                draft.extensions.push(extension.clone());
                draft.extensions.push(extension);
            } else {
                draft.set(extension);
            }
        }
        4 => usual_variation(chance, draft),
        5 => {
            let list = [
                BASIC_CONSTRAINTS,
                KEY_USAGE,
                EXTENDED_KEY_USAGE,
                AUTHORITY_KEY_IDENTIFIER,
                SUBJECT_KEY_IDENTIFIER,
            ];
            draft.remove(chance.pick(&list));
        }
        6 => draft.issuer = draft.issuer.respelled(chance),
        7 => {
            let subject = draft.subject.odd(chance);
            if draft.issuer == draft.subject {
                draft.issuer = subject.clone();
            }
            draft.subject = subject;
        }
        8 => draft.algorithm = Algorithm::odd(chance, signer),
        9 => {
            draft.signature = chance.pick(&[
                Signature::Wrong,
                Signature::Wrong,
                Signature::Empty,
                Signature::UnusedBits,
            ]);
        }
        10 => draft.inner_algorithm = Some(Algorithm::odd(chance, signer).identifier),
        11 => name_constraints(chance, draft, leaf),
        12 => key_identifiers(chance, draft),
        13 => key_info(chance, ring, draft, leaf),
        14 => draft.frame = chance.pick(&[Frame::Indefinite, Frame::Trailing]),
        _ => {
            draft.unique_identifiers = match chance.below(4) {
                0 => der::context_primitive(1, &[0, 1]),
                1 => der::context_primitive(2, &[0, 1]),
                2 => [
                    der::context_primitive(2, &[0, 1]),
                    der::context_primitive(1, &[0, 1]),
                ]
                .concat(),
                _ => der::context(1, &[&der::octet_string(&[])]),
            };
        }
    }
}

fn version(chance: &mut Chance, draft: &mut Draft) {
    let versions: [Option<&[u8]>; 9] = [
        None,
        None,
        Some(&[0]),
        Some(&[1]),
        Some(&[3]),
        Some(&[0xff]),
        Some(&[0, 2]),
        Some(&[1, 0]),
        Some(&[]),
    ];
    draft.version = chance.pick(&versions).map(<[u8]>::to_vec);
    if chance.percent(60) {
        draft.extensions.clear();
    }
}

fn serial(chance: &mut Chance, draft: &mut Draft) {
    let serials: [&[u8]; 6] = [&[0], &[0xff], &[0x80, 1], &[0, 1], &[], &[1; 30]];
    draft.serial = chance.pick(&serials).to_vec();
}

fn validity(chance: &mut Chance, draft: &mut Draft) {
    let before = [
        Moment::utc("261125000000Z"),
        Moment::utc("261124000000Z"),
        Moment::utc("261124000001Z"),
        Moment::utc("500101000000Z"),
        Moment::utc("491231235959Z"),
        Moment::utc("2601010000Z"),
        Moment::utc("260101000000+0100"),
        Moment::utc("260101000000-0000"),
        Moment::utc("260230000000Z"),
        Moment::utc("261301000000Z"),
        Moment::utc("260101000060Z"),
        Moment::utc("260101240000Z"),
        Moment::utc("2601010000000"),
        Moment::utc(""),
        Moment::generalized("20260101000000Z"),
        Moment::generalized("20261125000000Z"),
        Moment::generalized("19000101000000Z"),
        Moment::generalized("00000101000000Z"),
        Moment::generalized("20260101000000.5Z"),
        Moment::generalized("202601010000Z"),
        Moment::generalized("20260101000000+0100"),
        Moment::generalized("20260101000000"),
        Moment {
            tag: 12,
            text: b"260101000000Z".to_vec(),
        },
    ];
    let after = [
        Moment::utc("261123000000Z"),
        Moment::utc("261124000000Z"),
        Moment::utc("261123235959Z"),
        Moment::utc("261124000001Z"),
        Moment::utc("491231235959Z"),
        Moment::utc("500101000000Z"),
        Moment::utc("700101000000Z"),
        Moment::utc("2706300000Z"),
        Moment::utc("270630000000+0000"),
        Moment::utc("270631000000Z"),
        Moment::utc("270229000000Z"),
        Moment::utc("280229000000Z"),
        Moment::utc("27063000000aZ"),
        Moment::generalized("99991231235959Z"),
        Moment::generalized("20250101000000Z"),
        Moment::generalized("20500101000000Z"),
        Moment::generalized("99991231235959.9Z"),
        Moment::generalized("999912312359Z"),
        Moment::generalized("100000101000000Z"),
        Moment {
            tag: 0x80,
            text: b"270630000000Z".to_vec(),
        },
    ];
    if chance.percent(40) {
        draft.not_before = chance.pick(&before);
    } else {
        draft.not_after = chance.pick(&after);
    }
}

/// What authorities do that is in order, or that only a check of contents notices.
fn usual_variation(chance: &mut Chance, draft: &mut Draft) {
    let purposes: [&[&str]; 6] = [
        &[CLIENT_AUTH],
        &[SERVER_AUTH],
        &[SERVER_AUTH, CLIENT_AUTH],
        &["2.5.29.37.0"],
        &["1.3.6.1.5.5.7.3.4"],
        &["2.5.29.37.0", CLIENT_AUTH],
    ];
    let usages = [
        usage::DIGITAL_SIGNATURE,
        usage::KEY_AGREEMENT,
        usage::KEY_ENCIPHERMENT,
        usage::NON_REPUDIATION,
        usage::KEY_CERT_SIGN,
        usage::CRL_SIGN,
        usage::KEY_CERT_SIGN | usage::CRL_SIGN | usage::DIGITAL_SIGNATURE,
    ];
    let lengths: [&[u8]; 3] = [&[0], &[1], &[2]];
    draft.set(match chance.below(5) {
        0 => Extension::extended_key_usage(chance.pick(&purposes)),
        1 => Extension::key_usage(chance.pick(&usages)),
        2 => Extension::authority(Some(chance.pick(&lengths))),
        3 => Extension::authority(None),
        _ => Extension::end_entity(),
    });
}

/// Constraints that meet the names of the chain more often than not.
fn name_constraints(chance: &mut Chance, draft: &mut Draft, leaf: &Name) {
    let mut names = |likely: usize| -> Vec<GeneralName> {
        if !chance.percent(likely) {
            return Vec::new();
        }
        (0..=chance.below(2))
            .map(|_| GeneralName::any_base(chance, leaf))
            .collect()
    };
    let (permitted, excluded) = (names(70), names(40));
    draft.set(Extension::name_constraints(&permitted, &excluded));
}

fn key_identifiers(chance: &mut Chance, draft: &mut Draft) {
    let identifier = chance.bytes(20);
    match chance.below(4) {
        0 => draft.set(Extension::subject_key_identifier(&identifier)),
        1 => draft.set(Extension::authority_key_identifier(&identifier)),
        2 => {
            // Issuer and serial number in place of the identifier: right now and then.
            let issuer = if chance.percent(60) {
                draft.issuer.clone()
            } else {
                Name::common("Nobody")
            };
            let serial = if chance.percent(50) {
                draft.serial.clone()
            } else {
                vec![7]
            };
            draft.set(Extension::new(
                AUTHORITY_KEY_IDENTIFIER,
                der::sequence(&[
                    &der::context(1, &[&GeneralName::Directory(issuer).to_der()]),
                    &der::context_primitive(2, &serial),
                ]),
            ));
        }
        _ => {
            draft.remove(SUBJECT_KEY_IDENTIFIER);
            draft.remove(AUTHORITY_KEY_IDENTIFIER);
        }
    }
}

fn key_info(chance: &mut Chance, ring: &KeyRing, draft: &mut Draft, leaf: &Name) {
    draft.key_info = match chance.below(5) {
        0 => der::sequence(&[
            &der::sequence(&[&der::oid("1.2.3.4")]),
            &der::bit_string(0, &[1, 2, 3]),
        ]),
        1 => der::sequence(&[
            &der::sequence(&[&der::oid("1.2.840.113549.1.1.1"), &der::null()]),
            &der::bit_string(0, &der::sequence(&[&der::integer(&[5])])),
        ]),
        2 => der::sequence(&[
            &der::sequence(&[
                &der::oid("1.2.840.10045.2.1"),
                &der::oid("1.2.840.10045.3.1.7"),
            ]),
            &der::bit_string(0, &[4; 65]),
        ]),
        _ => {
            // Signatures under keys that sign nothing here could not be compared.
            let places = if draft.subject == *leaf {
                (0..ring.keys.len()).collect()
            } else {
                ring.signing()
            };
            ring.keys[chance.pick(&places)].key_info.clone()
        }
    };
}
