//! How the one PEM file that drivers want is made of the files at hand.

use pki::{view::View, words::shell};

/// The titles of the intermediates that a client has to send, the leaf's issuer first.
pub(super) fn chain(view: &View, client: usize) -> Vec<String> {
    let Some(details) = view.clients.get(client) else {
        return Vec::new();
    };
    details
        .must_send
        .iter()
        .filter_map(|&index| Some(view.certificates.get(index)?.title.clone()))
        .collect()
}

/// The command that joins certificate, chain and key into `path`. The key is not here, so its name
/// is a guess. `None`: the files hold more than the client needs, or are not PEM; then what the page
/// saves comes first ([`joined_by_page`]).
pub(super) fn joined_from_files(view: &View, client: usize, path: &str) -> Option<String> {
    let details = view.clients.get(client)?;
    let needed: Vec<usize> = details
        .leaf
        .into_iter()
        .chain(details.must_send.iter().copied())
        .collect();
    let mut files: Vec<&str> = Vec::new();
    let mut rest = needed.as_slice();
    while let Some(&first) = rest.first() {
        // The file that holds the most of what comes next, and nothing else.
        let holds = |file: &&pki::view::FileDetails| {
            let is_pem = view.certificates.get(first).is_some_and(|certificate| {
                certificate
                    .sources
                    .iter()
                    .any(|source| source.file == file.name && source.line.is_some())
            });
            is_pem
                && !is_key_store(&file.name)
                && !file.certificates.is_empty()
                && rest.starts_with(&file.certificates)
        };
        let file = view
            .files
            .iter()
            .filter(|file| file.name != crate::change::judged::PRESENT)
            .filter(holds)
            .max_by_key(|file| file.certificates.len())?;
        files.push(&file.name);
        rest = &rest[file.certificates.len()..];
    }
    let words: Vec<String> = files
        .into_iter()
        .map(shell)
        .chain([shell(&key_of(path))])
        .collect();
    Some(format!("cat {} > {}\n", words.join(" "), shell(path)))
}

/// Whether a file is PKCS#12 by its name. What was opened, or kept over a reload, is PEM here; the
/// person's own file is not.
fn is_key_store(name: &str) -> bool {
    let (_, ending) = name.rsplit_once('.').unwrap_or_default();
    ["p12", "pfx"].contains(&&*ending.to_ascii_lowercase())
}

/// Certificate and chain as PEM, for a person who has the key elsewhere.
pub(super) fn without_key(view: &View, client: usize) -> Option<String> {
    let details = view.clients.get(client)?;
    let needed = details
        .leaf
        .into_iter()
        .chain(details.must_send.iter().copied());
    let pem: Option<String> = needed
        .map(|index| Some(&*view.certificates.get(index)?.pem))
        .collect();
    pem.filter(|pem| !pem.is_empty())
}

/// The command that joins what [`without_key`] is saved as with the key.
pub(super) fn joined_by_page(path: &str) -> String {
    format!(
        "cat {} {} > {}\n",
        shell(&certificate_of(path)),
        shell(&key_of(path)),
        shell(path)
    )
}

/// `billing.pem` → `billing-certificate.pem`.
pub(super) fn certificate_of(path: &str) -> String {
    format!("{}-certificate.pem", stem(path))
}

fn key_of(path: &str) -> String {
    format!("{}.key", stem(path))
}

/// Without folders: these files lie where the command is run.
fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let name = name.strip_suffix(".pem").unwrap_or(name);
    if name.is_empty() { "client" } else { name }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use pki::{
        Timestamp,
        analysis::{Analysis, Pile},
        input,
        verify::{Level, Profile, Purpose},
    };

    use super::*;

    const ROOT: &str = include_str!("../../check/examples/acme-root.pem");
    const ISSUING: &str = include_str!("../../check/examples/acme-issuing.pem");
    const CLIENT: &str = include_str!("../../check/examples/inventory.pem");

    fn view(files: &[(&str, &[u8])]) -> View {
        let mut pile = Pile::new();
        for (name, octets) in files {
            pile.add(input::read(name, octets));
        }
        let profile = Profile {
            level: Level::Two,
            purpose: Purpose::TlsClient,
            at: Timestamp::from_unix(1_795_478_400),
        };
        Analysis::new(pile, profile).finish()
    }

    fn der(pem: &str) -> Vec<u8> {
        input::read("", pem.as_bytes())
            .blocks
            .into_iter()
            .find_map(|block| match block.content {
                input::Content::Certificate { der, .. } => Some(der.clone()),
                _ => None,
            })
            .unwrap()
    }

    #[test]
    fn the_command_names_the_files_at_hand() {
        let leaf = CLIENT.as_bytes();
        let der = der(CLIENT);
        let with_root = format!("{CLIENT}{ROOT}");
        for (note, files, expected) in [
            (
                "a file of its own",
                vec![("inventory.pem", leaf)],
                Some("cat inventory.pem client.key > client.pem\n"),
            ),
            (
                "an awkward name",
                vec![("my inventory.crt", leaf)],
                Some("cat 'my inventory.crt' client.key > client.pem\n"),
            ),
            ("an opened key store", vec![("inventory.P12", leaf)], None),
            ("binary", vec![("inventory.der", der.as_slice())], None),
            (
                "more than is needed",
                vec![("all.pem", with_root.as_bytes())],
                None,
            ),
        ] {
            let mut files = files;
            files.push(("root.pem", ROOT.as_bytes()));
            files.push(("issuing.pem", ISSUING.as_bytes()));
            let view = view(&files);
            assert_eq!(view.clients.len(), 1, "{note}");
            let expected = expected.map(str::to_owned);
            assert_eq!(
                joined_from_files(&view, 0, "client.pem"),
                expected,
                "{note}"
            );
            assert!(without_key(&view, 0).unwrap().contains("BEGIN CERTIFICATE"));
        }
        let none = view(&[]);
        assert_eq!(joined_from_files(&none, 0, "client.pem"), None);
        assert_eq!(without_key(&none, 0), None);
        assert!(chain(&none, 0).is_empty());
    }

    #[test]
    fn file_names_follow_from_the_path() {
        for (path, certificate, command) in [
            (
                "billing.pem",
                "billing-certificate.pem",
                "cat billing-certificate.pem billing.key > billing.pem\n",
            ),
            (
                "/etc/tls/a b.pem",
                "a b-certificate.pem",
                "cat 'a b-certificate.pem' 'a b.key' > '/etc/tls/a b.pem'\n",
            ),
            (
                ".pem",
                "client-certificate.pem",
                "cat client-certificate.pem client.key > .pem\n",
            ),
        ] {
            assert_eq!(certificate_of(path), certificate);
            assert_eq!(joined_by_page(path), command);
        }
    }
}
