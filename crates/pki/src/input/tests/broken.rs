use super::*;

/// Puts `block`, in which `wrong` stands for the fault's place, between two good blocks and expects
/// `problem` there and both good ones.
fn expect_fault(block: &str, problem: &Problem, line_in_block: usize, column: usize) {
    let f = &*FIXTURES;
    let root = f.text("root.pem");
    let block_line = root.lines().count() + 1;
    let fault_at = root.len()
        + block
            .split_inclusive('\n')
            .take(line_in_block - 1)
            .map(str::len)
            .sum::<usize>()
        + column
        - 1;
    let file = format!("{root}{block}{}", f.text("intermediate.pem"));
    let contents = read("file", file.as_bytes());
    let [first, broken, last] = &contents.blocks[..] else {
        panic!("{block}: {:?}", found(&contents));
    };
    assert!(matches!(first.content, Content::Certificate { .. }));
    assert!(matches!(last.content, Content::Certificate { .. }));
    let Content::Malformed(malformed) = &broken.content else {
        panic!("{block}: {:?}", found(&contents));
    };
    assert_eq!(&malformed.problem, problem, "{block}");
    let place = (malformed.line, malformed.column, malformed.offset);
    let expected = (Some(block_line + line_in_block - 1), Some(column), fault_at);
    assert_eq!(place, expected, "{block}");
    assert_eq!(broken.source.line, Some(block_line), "{block}");
    let message = malformed.explain().message;
    assert!(message.starts_with(&format!("Line {}", expected.0.unwrap())));
}

#[test]
fn a_broken_block_is_told_with_its_place_and_hides_no_other() {
    let f = &*FIXTURES;
    let good = f.text("client.pem");
    let lines: Vec<&str> = good.lines().collect();
    let count = lines.len();
    let last_data = lines[count - 2];
    let without = |index: usize| {
        let kept = lines.iter().enumerate().filter(|(i, _)| *i != index);
        kept.map(|(_, line)| format!("{line}\n"))
            .collect::<Vec<_>>()
            .concat()
    };
    let with = |index: usize, line: &str| {
        let mut lines = lines.clone();
        lines[index] = line;
        lines.join("\n") + "\n"
    };
    let bad = format!("{}%{}", &lines[2][..10], &lines[2][11..]);
    let wide = format!("{}é{}", &lines[2][..10], &lines[2][11..]);
    let shorter = &lines[3][1..];
    let characters = lines[1..count - 1].iter().map(|l| l.len()).sum::<usize>();
    let der = f.file("client.der").len();
    let padded = last_data.find('=').map_or(last_data.len(), |at| at);
    assert!(lines[1].len() == 64);

    for (block, problem, line, column) in [
        (
            with(2, &bad),
            Problem::Character {
                found: "“%”".into(),
            },
            3,
            11,
        ),
        (
            with(2, &wide),
            Problem::Character {
                found: "U+00E9".into(),
            },
            3,
            11,
        ),
        (
            with(2, &lines[2].replace(&lines[2][4..5], "\u{1}")),
            Problem::Character {
                found: "U+0001".into(),
            },
            3,
            lines[2].find(&lines[2][4..5]).unwrap() + 1,
        ),
        (
            with(3, shorter),
            Problem::Length {
                characters: characters - 1,
            },
            count,
            1,
        ),
        (
            without(2),
            Problem::Truncated {
                expected: Some(der),
                found: der - 48,
            },
            1,
            28,
        ),
        (without(count - 1), Problem::NoEndLine, count, 1),
        (
            with(count - 1, "-----END X509 CRL-----"),
            Problem::EndLabel {
                found: "X509 CRL".into(),
            },
            count,
            1,
        ),
        (
            with(count - 1, "-----END CERTIFICATE---"),
            Problem::EndLine,
            count,
            1,
        ),
        (
            with(0, "-----BEGIN CERTIFICATE---"),
            Problem::BeginLine,
            1,
            1,
        ),
        (
            with(0, "----BEGIN CERTIFICATE----"),
            Problem::BeginLine,
            1,
            5,
        ),
        (
            with(0, "–––BEGIN CERTIFICATE–––"),
            Problem::BeginLine,
            1,
            10,
        ),
        (
            format!("{}\n\n{}\n", lines[0], lines[count - 1]),
            Problem::Empty,
            3,
            1,
        ),
        (
            format!("{}\nAQID\n{}\n", lines[0], lines[count - 1]),
            Problem::NotDer { first: 1 },
            1,
            28,
        ),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMAMCAQA=\n-----END RSA PRIVATE KEY-----\n".into(),
            Problem::PrivateKey,
            1,
            32,
        ),
        (
            "-----BEGIN CERTIFICATE-----\nTQ==\nTQ==\n-----END CERTIFICATE-----\n".into(),
            Problem::BehindPadding,
            3,
            1,
        ),
        (
            with(count - 2, &format!("{}===", &last_data[..padded])),
            Problem::BehindPadding,
            count - 1,
            padded + 3,
        ),
    ] {
        expect_fault(&block, &problem, line, column);
    }
}

#[test]
fn a_broken_block_is_placed_in_every_encoding() {
    let f = &*FIXTURES;
    let good = f.text("root.pem");
    let broken = good.replacen("MII", "M!I", 1);
    let at = broken.find('!').unwrap();
    let crlf = broken.replace('\n', "\r\n");
    for (bytes, offset) in [
        (broken.clone().into_bytes(), at),
        (crlf.into_bytes(), at + 1),
        (broken.replace('\n', "\r").into_bytes(), at),
        (format!("\u{feff}{broken}").into_bytes(), at + 3),
        (utf16(&broken, u16::to_le_bytes), 2 * at + 2),
        (utf16(&broken, u16::to_be_bytes), 2 * at + 2),
    ] {
        let contents = read("file", &bytes);
        let [
            Block {
                content: Content::Malformed(malformed),
                ..
            },
        ] = &contents.blocks[..]
        else {
            panic!("{:?}", found(&contents));
        };
        assert_eq!((malformed.line, malformed.column), (Some(2), Some(2)));
        assert_eq!(malformed.offset, offset);
        assert_eq!(malformed.label.as_deref(), Some("CERTIFICATE"));
    }
}

#[test]
fn der_that_was_cut_off_is_told() {
    let der = FIXTURES.file("root.der");
    let cut = &der[..der.len() - 20];
    let both = [&der[..], cut].concat();
    for (bytes, offset) in [(cut, 0), (&both, der.len())] {
        let contents = read("file", bytes);
        let Some(Content::Malformed(malformed)) = contents.blocks.last().map(|b| &b.content) else {
            panic!("{:?}", found(&contents));
        };
        let expected = Some(der.len());
        let found = cut.len();
        assert_eq!(malformed.problem, Problem::Truncated { expected, found });
        assert_eq!((malformed.line, malformed.offset), (None, offset));
    }
}

#[test]
fn of_very_many_broken_blocks_the_first_are_kept() {
    let root = FIXTURES.text("root.pem");
    let noise = "-----BEGIN A-----\n-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
    let contents = read("file", format!("{}{root}", noise.repeat(200)).as_bytes());
    assert_eq!(contents.blocks.len(), MAX_REPORTED_BLOCKS + 1);
    assert_eq!(contents.left_out, 400 - MAX_REPORTED_BLOCKS);
    assert_eq!(found(&contents).last().unwrap(), "root (CERTIFICATE) @601");
}
