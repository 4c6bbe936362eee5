use std::time::{Duration, Instant};

use proptest::{collection::vec, prelude::*};

use super::*;

/// Noise with the marks of PEM in it.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let mark = proptest::sample::select(vec![
        &b"-----BEGIN "[..],
        b"-----BEGIN CERTIFICATE-----\n",
        b"-----END ",
        b"-----END CERTIFICATE-----\n",
        b"BEGIN CERTIFICATE",
        b"-----",
        b"\n",
        b"\r",
        b"\\n",
        b": ",
        b"LS0tLS1CRUdJTi",
        b"TFMwdExTMUNSVWRKVGlC",
        b"MIIBwTCCAWegAwIBAgIPZ3zhSp3hX9gYI5k/sPTRMAoGCCqGSM49BAMCMEExCzAJ\n",
        b"-----BEGIN%20CERTIFICATE-----%0A",
        b"\\\\n",
        b"\\u002b",
        b"=",
        b"\xef\xbb\xbf",
        b"0\x80",
    ]);
    let piece = prop_oneof![
        mark.prop_map(<[u8]>::to_vec),
        vec(any::<u8>(), 0..20),
        "[ -~]{0,40}".prop_map(String::into_bytes),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Reads bytes and looks at everything that is found.
fn read_all(bytes: &[u8]) {
    let contents = read("file", bytes);
    let spki = FIXTURES.file("rsa.spki");
    for block in &contents.blocks {
        assert!(block.source.offset <= bytes.len());
        match &block.content {
            Content::Certificate { der, .. } => drop(to_pem(der)),
            Content::PrivateKey(key) => drop((key.kind(), key.belongs_to(&spki))),
            Content::Unusable(unusable) => drop(unusable.explain("file")),
            Content::Malformed(malformed) => {
                assert!(malformed.offset <= bytes.len());
                drop(malformed.explain());
            }
        }
    }
    for obstacle in &contents.bundle_obstacles {
        drop(obstacle.explain("file"));
    }
}

proptest! {
    #[test]
    fn no_bytes_at_all_make_it_panic(bytes in vec(any::<u8>(), 0..600), noise in noise()) {
        read_all(&bytes);
        read_all(&noise);
    }

    #[test]
    fn damage_to_a_good_file_does_not_make_it_panic(
        which in 0usize..7,
        edits in vec((any::<proptest::sample::Index>(), any::<u8>(), 0u8..3), 1..6),
    ) {
        let f = &*FIXTURES;
        let mut bytes = match which {
            0 => f.file("root.pem"),
            1 => f.file("root.der"),
            2 => f.file("p521.key"),
            3 => f.file("rsa.key"),
            4 => utf16(&f.text("root.pem"), u16::to_le_bytes),
            5 => f.file("ed25519.key"),
            _ => f.file("rsa.spki"),
        };
        for (index, octet, kind) in edits {
            let at = index.index(bytes.len());
            match kind {
                0 => bytes[at] = octet,
                1 => bytes.insert(at, octet),
                _ => bytes.truncate(at.max(1)),
            }
        }
        read_all(&bytes);
    }

    #[test]
    fn a_good_block_is_found_in_any_noise(before in noise(), after in noise()) {
        let marks: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];
        prop_assume!(!marks.iter().any(|mark| before.starts_with(mark)));
        let root = FIXTURES.file("root.pem");
        let bytes = [&before[..], &root, &after].concat();
        let contents = read("file", &bytes);
        let offset = before.len();
        let text = String::from_utf8_lossy(&before).replace("\r\n", "\n");
        let line = 1 + text.matches(['\n', '\r']).count();
        let found = contents.blocks.iter().any(|block| {
            block.source.offset == offset
                && block.source.line == Some(line)
                && matches!(&block.content, Content::Certificate { der, .. } if *der == FIXTURES.file("root.der"))
        });
        prop_assert!(found, "{:?} behind {}", contents.blocks, before.escape_ascii());
    }
}

/// Files as large as any that is taken, against a tenth of each: a straight line takes ten times
/// as long, a square a hundred times.
#[test]
fn work_grows_with_the_size_of_a_file_and_not_with_its_square() {
    const NOISE: usize = 20 << 20;
    const TILES: usize = 4 << 20;
    let random = |i: usize| (i.wrapping_mul(0x9e37_79b9) >> 13).to_le_bytes()[0];
    let tiles: [&[u8]; 21] = [
        b"\0",
        b"A",
        b"-",
        b"-----BEGIN ",
        b"-----BEGIN CERTIFICATE-----\n",
        b"-----BEGIN A-----\nb: c\n",
        b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        b"----BEGIN CERTIFICATE----\r",
        b"LS0tLS1CRUdJTi",
        b"LS0tLS1CRUdJTi\n",
        b"0\x80",
        b"\\n\xc2\xa0:",
        b"\\",
        b"\\\\n",
        b"-----BEGIN%20",
        b"-----BEGIN%20 ",
        b"-----BEGIN%2520%2B",
        b"0123456789012345678901234567890123456789 ",
        b"TFMwdExTMUNSVWRKVGlC",
        b"MIIBwTCCAWegAwIBAgIPZ3zhSp3hX9gYI5k/sPTRMAoGCCqGSM49BAMCMEExCzAJ\n",
        b"%2B",
    ];
    let repeat =
        |tile: &[u8], size: usize| tile.iter().copied().cycle().take(size).collect::<Vec<_>>();
    let time = |bytes: &[u8]| -> Duration {
        let start = Instant::now();
        drop(read("noise", bytes));
        start.elapsed()
    };
    let check = |what: &str, small: Vec<u8>, large: Vec<u8>| {
        let floor = Duration::from_millis(20);
        let (small, large) = (time(&small).max(floor), time(&large));
        assert!(large < small * 40, "{what}: {small:?} and then {large:?}");
    };
    check(
        "random",
        (0..NOISE / 10).map(random).collect(),
        (0..NOISE).map(random).collect(),
    );
    for tile in tiles {
        let what = tile.escape_ascii().to_string();
        check(&what, repeat(tile, TILES / 10), repeat(tile, TILES));
    }
}
