//! The piles.

use std::fmt::Write;

use pki::{analysis::Pile, input};

use crate::make::{Draft, add, attribute, authority, ca, client, extension, name, sequence, tlv};

/// 4,800 authorities, half of them trusted and half of them sent along, and the clients that make
/// a search of each; no more than 5,000 certificates are looked at together.
pub(crate) fn thousands_of_authorities_of_one_name() -> Pile {
    let mut pile = Pile::new();
    let authorities = |from: usize| (from..from + 2_400).map(|i| ca(i, "Same", "Same"));
    add(&mut pile, "bundle.pem", authorities(0));
    let leaf = client(9_000, "Leaf", "Same");
    add(
        &mut pile,
        "client.pem",
        std::iter::once(leaf).chain(authorities(3_000)),
    );
    add(
        &mut pile,
        "others.pem",
        (0..100).map(|i| client(10_000 + i, "Other", "Same")),
    );
    pile
}

/// Long names, which all have to be compared for every client.
pub(crate) fn clients_that_want_too_much() -> Pile {
    let mut pile = Pile::new();
    let long = "Same".repeat(200);
    add(
        &mut pile,
        "bundle.pem",
        (0..3_000).map(|i| ca(i, &long, &long)),
    );
    let clients = (0..2_000).map(|i| client(10_000 + i, &format!("Leaf {i}"), &long));
    add(&mut pile, "clients.pem", clients);
    pile
}

pub(crate) fn a_ring_of_authorities() -> Pile {
    let mut pile = Pile::new();
    let count = 4_000;
    let in_ring = |i: usize| ca(i, &format!("CA {i}"), &format!("CA {}", (i + 1) % count));
    add(&mut pile, "bundle.pem", (0..count).map(in_ring));
    let clients = (0..300).map(|i| client(10_000 + i, "Leaf", &format!("CA {i}")));
    add(&mut pile, "clients.pem", clients);
    pile
}

pub(crate) fn a_web_of_cross_certificates() -> Pile {
    let mut pile = Pile::new();
    let web = |from: usize| {
        (0..2_400).map(move |i| {
            let (subject, issuer) = (i % 49, i / 49);
            ca(from + i, &format!("CA {subject}"), &format!("CA {issuer}"))
        })
    };
    add(&mut pile, "bundle.pem", web(0));
    let leaves =
        (0..100).map(|i| client(20_000 + i, &format!("Leaf {i}"), &format!("CA {}", i % 49)));
    add(&mut pile, "clients.pem", leaves.chain(web(5_000)));
    pile
}

/// Subtrees of a kind of name, permitted and excluded.
fn constraints(count: usize, tag: u8, text: impl Fn(usize) -> String) -> Vec<u8> {
    let subtrees: Vec<Vec<u8>> = (0..count)
        .map(|i| sequence(&[&tlv(tag, text(i).as_bytes())]))
        .collect();
    let value = sequence(&[&tlv(0xa1, &subtrees.concat())]);
    extension(&[0x55, 0x1d, 30], &value)
}

fn alternative_names(count: usize, tag: u8, text: impl Fn(usize) -> String) -> Vec<u8> {
    let names: Vec<Vec<u8>> = (0..count).map(|i| tlv(tag, text(i).as_bytes())).collect();
    extension(&[0x55, 0x1d, 17], &tlv(0x30, &names.concat()))
}

/// Two authorities with constraints and clients with names.
fn constrained(limits: &[u8], names: &[Vec<u8>]) -> Pile {
    let mut pile = Pile::new();
    let root = name("Root");
    let middle = name("Middle");
    let draft = |number, issuer: &[u8], subject: &[u8], extensions: &[Vec<u8>]| {
        Draft {
            number,
            issuer,
            subject,
            extensions,
        }
        .der()
    };
    let limited = [authority(), limits.to_vec()];
    add(&mut pile, "root.pem", [draft(1, &root, &root, &limited)]);
    add(
        &mut pile,
        "middle.pem",
        [draft(2, &root, &middle, &limited)],
    );
    for (i, names) in names.iter().enumerate() {
        let leaf = draft(
            10 + i as u32,
            &middle,
            &name("Leaf"),
            std::slice::from_ref(names),
        );
        add(&mut pile, &format!("client-{i}.pem"), [leaf]);
    }
    pile
}

pub(crate) fn a_hundred_thousand_name_constraints() -> Pile {
    let limits = constraints(100_000, 0x82, |i| format!("{i:x}"));
    let few = |i: usize| alternative_names(8 + i, 0x82, |i| format!("host{i}.example.com"));
    constrained(&limits, &(0..4).map(few).collect::<Vec<_>>())
}

pub(crate) fn many_mail_names_and_many_mail_constraints() -> Pile {
    // Long parts before the `@`, which a careless comparison would read again and again.
    let long = "a".repeat(900);
    let limits = constraints(1_000, 0x81, |i| format!("{long}{i}@example.com"));
    let names = alternative_names(1_000, 0x81, |i| format!("{long}{i:05}@example.org"));
    let hosts = alternative_names(1_000, 0x86, |i| format!("x://{long}{i}.example.org/"));
    constrained(&limits, &[names, hosts])
}

pub(crate) fn deep_nesting() -> Pile {
    let mut pile = Pile::new();
    // Indefinite lengths, one in the other, in every place that takes any value.
    let open = [0x30, 0x80].repeat(250_000);
    let nested = [open, vec![0; 500_000]].concat();
    let strings = [[0x24, 0x80].repeat(250_000), vec![0; 500_000]].concat();
    for (i, value) in [nested, strings].iter().enumerate() {
        for oid in [17u8, 19, 30, 35, 31, 32] {
            let extensions = [extension(&[0x55, 0x1d, oid], value)];
            let draft = Draft {
                number: i as u32 * 100 + u32::from(oid),
                issuer: &name("Root"),
                subject: &name("Leaf"),
                extensions: &extensions,
            };
            add(&mut pile, &format!("{i}-{oid}.pem"), [draft.der()]);
        }
        let attribute = sequence(&[&[6, 3, 0x55, 4, 3], value]);
        let subject = sequence(&[&tlv(0x31, &attribute)]);
        let draft = Draft {
            number: 1_000 + i as u32,
            issuer: &name("Root"),
            subject: &subject,
            extensions: &[],
        };
        add(&mut pile, &format!("{i}-name.pem"), [draft.der()]);
        pile.add(input::read(&format!("{i}.der"), value));
    }
    pile
}

pub(crate) fn thousands_of_clients() -> Pile {
    let mut pile = Pile::new();
    add(&mut pile, "root.pem", [ca(0, "Root", "Root")]);
    for i in 1..5_000 {
        add(
            &mut pile,
            &format!("client-{i}.pem"),
            [client(i, "Leaf", "Root")],
        );
    }
    pile
}

pub(crate) fn a_file_of_clients_that_send_each_other() -> Pile {
    let mut pile = Pile::new();
    let leaves = (0..2_000).map(|i| client(i, &format!("Leaf {i}"), "CA 0"));
    let sent = (0..2_000).map(|i| ca(5_000 + i, &format!("CA {i}"), &format!("CA {}", i + 1)));
    add(&mut pile, "all.pem", leaves.chain(sent));
    add(
        &mut pile,
        "bundle.pem",
        (0..900).map(|i| ca(20_000 + i, &format!("Other {i}"), "Root")),
    );
    pile
}

pub(crate) fn a_chain_of_thousands() -> Pile {
    let mut pile = Pile::new();
    let chain = |from: usize, count: usize| {
        (0..count).map(move |i| ca(from + i, &format!("CA {i}"), &format!("CA {}", i + 1)))
    };
    add(&mut pile, "bundle.pem", chain(0, 2_499));
    let leaf = client(90_000, "Leaf", "CA 0");
    add(
        &mut pile,
        "client.pem",
        std::iter::once(leaf).chain(chain(10_000, 2_500)),
    );
    pile
}

pub(crate) fn huge_names() -> Pile {
    let mut pile = Pile::new();
    let many: Vec<Vec<u8>> = (0..40_000)
        .map(|i| tlv(0x31, &attribute(&format!("é{i}"))))
        .collect();
    let wide: Vec<Vec<u8>> = (0..40_000).map(|i| attribute(&format!("{i}"))).collect();
    let subjects = [
        tlv(0x30, &many.concat()),
        tlv(0x30, &tlv(0x31, &wide.concat())),
        name(&"x, ".repeat(200_000)),
        name(&"\u{fb03}".repeat(200_000)),
    ];
    for (i, subject) in subjects.iter().enumerate() {
        let draft = Draft {
            number: i as u32,
            issuer: &name("Root"),
            subject,
            extensions: &[],
        };
        add(&mut pile, &format!("{i}.pem"), [draft.der()]);
    }
    pile
}

/// Names that grow eighteen-fold when they are prepared, of which nothing is kept.
pub(crate) fn names_that_grow() -> Pile {
    let mut pile = Pile::new();
    for number in 0..32 {
        let draft = Draft {
            number,
            issuer: &name("Root"),
            subject: &name(&"\u{fdfa}".repeat(310_000)),
            extensions: &[],
        };
        add(&mut pile, &format!("{number}.pem"), [draft.der()]);
    }
    pile
}

/// As many certificates of nearly the largest size as a pile may hold, of one issuer's name.
pub(crate) fn as_much_as_there_may_be() -> Pile {
    let mut pile = Pile::new();
    let count = if cfg!(debug_assertions) { 8 } else { 60 };
    let long = name(&"Same".repeat(250_000));
    let [leaf, ca] = [name("Leaf"), long.clone()];
    let end_entity = || extension(&[0x55, 0x1d, 19], &[0x30, 0]);
    for number in 0..count {
        let (file, subject, marks) = match number % 2 {
            0 => ("bundle.pem", &ca, authority()),
            _ => ("clients.pem", &leaf, end_entity()),
        };
        let draft = Draft {
            number,
            issuer: if number % 2 == 0 { &leaf } else { &long },
            subject,
            extensions: &[marks],
        };
        add(&mut pile, file, [draft.der()]);
    }
    pile
}

/// A file of the largest size with keys and certificates in every wrapping, and most of it noise.
pub(crate) fn wrapped_noise() -> Pile {
    let mut pile = Pile::new();
    let size = if cfg!(debug_assertions) {
        input::MAX_FILE_BYTES / 8
    } else {
        input::MAX_FILE_BYTES
    };
    let leaf = input::to_pem(&client(1, "Leaf", "Root"));
    let tiles = [
        format!("\"{}\",", leaf.replace('\n', "\\\\n")),
        format!("-----BEGIN%20CERTIFICATE-----%0A{}", "A".repeat(50)),
        "TFMwdExTMUNSVWRKVGlCRFJWSlVTVVpKUTBGVVJTMHRMUzB0".repeat(40),
        "\\".repeat(200) + "n",
    ];
    for (number, tile) in tiles.iter().enumerate() {
        let text: String = tile.chars().cycle().take(size / tiles.len()).collect();
        pile.add(input::read(&number.to_string(), text.as_bytes()));
    }
    pile
}

pub(crate) fn a_million_empty_sets() -> Pile {
    let mut pile = Pile::new();
    let subject = tlv(0x30, &[0x31, 0].repeat(500_000));
    for i in 0..4 {
        let draft = Draft {
            number: i,
            issuer: &name("Root"),
            subject: &subject,
            extensions: &[],
        };
        add(&mut pile, &format!("{i}.pem"), [draft.der()]);
    }
    pile
}

pub(crate) fn many_extensions() -> Pile {
    let mut pile = Pile::new();
    let tiny: Vec<Vec<u8>> = (0..80_000u32)
        .map(|i| extension(&i.to_be_bytes().map(|octet| octet & 0x7f), &[]))
        .collect();
    let purposes: Vec<Vec<u8>> = (0..150_000).map(|_| tlv(6, &[0x2a, 3])).collect();
    let purposes = extension(&[0x55, 0x1d, 37], &tlv(0x30, &purposes.concat()));
    for (i, extensions) in [&tiny[..], &[purposes]].into_iter().enumerate() {
        for j in 0..4 {
            let draft = Draft {
                number: i as u32 * 10 + j,
                issuer: &name("Root"),
                subject: &name("Leaf"),
                extensions,
            };
            add(&mut pile, &format!("{i}-{j}.pem"), [draft.der()]);
        }
    }
    add(&mut pile, "root.pem", [ca(1_000, "Root", "Root")]);
    pile
}

pub(crate) fn many_address_families() -> Pile {
    let families: Vec<Vec<u8>> = (0..100_000u32)
        .map(|i| sequence(&[&tlv(4, &i.to_be_bytes()[1..]), &[5, 0]]))
        .collect();
    let blocks = extension(&[0x2b, 6, 1, 5, 5, 7, 1, 7], &tlv(0x30, &families.concat()));
    constrained(&blocks, std::slice::from_ref(&blocks))
}

pub(crate) fn thousands_of_private_keys() -> Pile {
    let mut pile = Pile::new();
    let mut text = String::new();
    // Each costs a multiplication on the curve, which a debug build takes long for.
    let count: u32 = if cfg!(debug_assertions) { 400 } else { 4_000 };
    for i in 0..count {
        let mut seed = [7; 32];
        seed[..4].copy_from_slice(&i.to_be_bytes());
        let key = sequence(&[
            &[2, 1, 0],
            &[0x30, 5, 6, 3, 0x2b, 0x65, 0x70],
            &tlv(4, &tlv(4, &seed)),
        ]);
        let pem = input::to_pem(&key).replace("CERTIFICATE", "PRIVATE KEY");
        let _ = write!(text, "{pem}");
    }
    pile.add(input::read("keys.pem", text.as_bytes()));
    add(
        &mut pile,
        "clients.pem",
        (0..2_000).map(|i| client(i, &format!("Leaf {i}"), "Root")),
    );
    pile
}

pub(crate) fn large_rsa_keys() -> Pile {
    let mut pile = Pile::new();
    // A modulus of 16,384 bits, an exponent of 64, and one of 3,072 bits with an exponent as long.
    let signed = |number: u32, modulus: usize, exponent: usize| {
        let numbers = sequence(&[
            &tlv(2, &[&[0][..], &vec![0xf1; modulus]].concat()),
            &tlv(2, &vec![0x71; exponent]),
        ]);
        let rsa = [
            0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0,
        ];
        let info = sequence(&[&rsa, &tlv(3, &[&[0][..], &numbers].concat())]);
        let algorithm = [
            0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 11, 5, 0,
        ];
        let dates = sequence(&[&tlv(23, b"250101000000Z"), &tlv(23, b"350101000000Z")]);
        let root = name(&format!("Root {modulus}"));
        let tbs = sequence(&[
            &[0xa0, 3, 2, 1, 2],
            &tlv(2, &(number | 0x4000_0000).to_be_bytes()),
            &algorithm,
            &root,
            &dates,
            &root,
            &info,
            &tlv(0xa3, &tlv(0x30, &authority())),
        ]);
        sequence(&[
            &tbs,
            &algorithm,
            &tlv(3, &[&[0][..], &vec![0x55; modulus]].concat()),
        ])
    };
    let large = (0..4).map(|i| signed(i, 2_048, 8));
    let long = (100..106).map(|i| signed(i, 384, 384));
    add(&mut pile, "bundle.pem", large.chain(long));
    pile
}
