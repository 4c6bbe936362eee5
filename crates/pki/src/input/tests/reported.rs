//! Files as people reported them in public, each with what is found in it. The `openssl` program says
//! which of them it loads as a CA file.

use super::{
    loading::{openssl_verdict, our_verdict},
    *,
};

#[test]
fn files_that_people_had_trouble_with_are_read_and_judged() {
    let f = &*FIXTURES;
    let root = f.text("root.pem");
    let other = f.text("intermediate.pem");
    let lines = other.lines().count();
    let end = "-----END CERTIFICATE-----";
    let begin = "-----BEGIN CERTIFICATE-----";
    let each_line = |line: fn(&str) -> String| root.lines().map(line).collect::<String>();
    let whole = || vec!["root (CERTIFICATE) @1".to_owned()];
    let both = |line: usize| {
        vec![
            "intermediate (CERTIFICATE) @1".to_owned(),
            format!("root (CERTIFICATE) @{line}"),
        ]
    };
    let only = |what: &str| vec![what.to_owned()];
    let text = |text: &str| format!("{other}{text}{root}").into_bytes();

    for (case, bytes, expected) in [
        (
            "a quote behind the END line, as a shell left it",
            root.replace(end, &format!("{end}\"")).into(),
            whole(),
        ),
        (
            "joined without a line end between",
            format!("{}{root}", other.trim_end()).into(),
            both(lines),
        ),
        (
            "UTF-16, as Notepad and PowerShell save it",
            utf16(&root, u16::to_le_bytes),
            whole(),
        ),
        (
            "the mark of UTF-8 before each of two, as they were joined",
            format!("\u{feff}{other}\u{feff}{root}").into(),
            both(lines + 1),
        ),
        (
            "an em dash, as mail programs write it",
            root.replace(begin, "\u{2014}--BEGIN CERTIFICATE-----")
                .into(),
            only("BeginLine @1"),
        ),
        (
            "four dashes at the end",
            root.replace(end, "----END CERTIFICATE----").into(),
            only("NoEndLine @1"),
        ),
        (
            "labels in small letters",
            root.replace("CERTIFICATE", "certificate").into(),
            only("Label(\"certificate\") @1"),
        ),
        (
            "a comment in the data",
            root.replacen('\n', "\n# our root\n", 1).into(),
            only("Character { found: \"“#”\" } @1"),
        ),
        (
            "quoted in a mail",
            each_line(|line| format!("> {line}\n")).into(),
            only("Character { found: \"“>”\" } @1"),
        ),
        ("within HTML", format!("<pre>{root}</pre>").into(), whole()),
        (
            "an empty line before the END line",
            root.replace(end, &format!("\n{end}")).into(),
            whole(),
        ),
        (
            "an empty line behind every line",
            each_line(|line| format!("{line}\n\n")).into(),
            whole(),
        ),
        (
            "indented with its END line",
            each_line(|line| format!("    {line}\n")).into(),
            whole(),
        ),
        (
            "only the data indented",
            root.replace('\n', "\n\t")
                .replace(&format!("\t{end}"), end)
                .into(),
            whole(),
        ),
        ("all on one line", root.replace('\n', " ").into(), whole()),
        (
            "bag attributes between two",
            text("Bag Attributes\n    localKeyID: 01 02 \nsubject=CN = root\n\n"),
            both(lines + 5),
        ),
        (
            "Latin-1 between two",
            [other.as_bytes(), b"# C\xf3digo\n", root.as_bytes()].concat(),
            both(lines + 2),
        ),
        ("zeros between two", text("\0\0\n"), both(lines + 2)),
        ("zeros behind", format!("{root}\0\0\0\0").into(), whole()),
    ] {
        let contents = read("bundle.pem", &bytes);
        assert_eq!(found(&contents), expected, "{case}");
        assert_eq!(our_verdict(&contents), openssl_verdict(&bytes), "{case}");
    }
}

#[test]
fn octets_behind_a_certificate_stay_with_it() {
    let f = &*FIXTURES;
    let der = f.file("root.der");
    for tail in [&[0; 300][..], &[0xff; 16], &der, b"\x30\x84\xff\xff"] {
        let pem = to_pem(&[&der[..], tail].concat());
        let contents = read("bundle.pem", pem.as_bytes());
        assert_eq!(found(&contents), ["root (CERTIFICATE) @1"]);
        assert_eq!(our_verdict(&contents), openssl_verdict(pem.as_bytes()));
    }
}
