#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::type_complexity
)]

use std::{env, fs, io::Write as _};

use super::*;

fn flags(change: impl FnOnce(&mut Flags)) -> Flags {
    let mut flags = Flags::default();
    change(&mut flags);
    flags
}

fn resolve(flags: &Flags, variables: &[(&str, &str)]) -> Result<Settings, SettingError> {
    Settings::resolve(flags, &|name| {
        variables
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    })
}

/// A settings file that is gone when the test is over, with the given mode bits.
struct Toml(PathBuf);

impl Toml {
    fn new(name: &str, text: &str, mode: u32) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let path = env::temp_dir().join(format!("atlas-x509-{}-{name}.toml", std::process::id()));
        fs::File::create(&path)
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        Self(path)
    }

    fn flags(&self) -> Flags {
        flags(|flags| flags.config = Some(self.0.clone()))
    }
}

impl Drop for Toml {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn without_any_setting_it_listens_on_this_computer_and_uses_the_sandbox() {
    let settings = resolve(&Flags::default(), &[]).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8787");
    assert!(matches!(settings.mode, Mode::Sandbox));
    assert!(!settings.read_only);
    assert!(settings.allow_hosts.is_empty());
}

#[test]
fn flags_beat_the_environment_and_the_environment_beats_the_file() {
    let file = Toml::new(
        "precedence",
        "listen = \"127.0.0.1:1\"\nread-only = true\nallow-host = [\"file.example\"]\n",
        0o644,
    );
    let env = [
        ("ATLAS_X509_LISTEN", "127.0.0.1:2"),
        ("ATLAS_X509_READ_ONLY", "false"),
        ("ATLAS_X509_ALLOW_HOST", "a.example, B.example:8443"),
    ];
    let from_file = resolve(&file.flags(), &[]).unwrap();
    assert_eq!((from_file.listen.port(), from_file.read_only), (1, true));
    assert_eq!(from_file.allow_hosts, ["file.example"]);

    let from_env = resolve(&file.flags(), &env).unwrap();
    assert_eq!((from_env.listen.port(), from_env.read_only), (2, false));
    assert_eq!(from_env.allow_hosts, ["a.example", "b.example:8443"]);

    let mut flags = file.flags();
    flags.listen = Some("localhost:3".to_owned());
    flags.read_only = Some("true".to_owned());
    flags.allow_host = vec!["flag.example".to_owned()];
    let from_flags = resolve(&flags, &env).unwrap();
    assert_eq!((from_flags.listen.port(), from_flags.read_only), (3, true));
    assert_eq!(from_flags.allow_hosts, ["flag.example"]);
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let settings = resolve(
        &Flags::default(),
        &[("ATLAS_CLIENT_ID", ""), ("ATLAS_X509_LISTEN", "")],
    );
    assert!(matches!(settings.unwrap().mode, Mode::Sandbox));
}

#[test]
fn a_credential_of_either_kind_means_atlas_from_the_environment_or_a_private_file() {
    let account = [
        ("ATLAS_CLIENT_ID", "mdb_sa_id_1"),
        ("ATLAS_CLIENT_SECRET", "hush"),
    ];
    let Mode::Atlas {
        origin,
        credential: Credential::ServiceAccount { id, .. },
        ..
    } = resolve(&Flags::default(), &account).unwrap().mode
    else {
        panic!("a service account is a credential");
    };
    assert_eq!(
        (origin.authority.as_str(), id.as_str()),
        ("cloud.mongodb.com", "mdb_sa_id_1")
    );

    let file = Toml::new(
        "key",
        "atlas-public-key = \"p\"\natlas-private-key = \"hush\"\n",
        0o600,
    );
    let settings = resolve(&file.flags(), &[]).unwrap();
    assert!(matches!(
        settings.mode,
        Mode::Atlas {
            credential: Credential::ApiKey { .. },
            ..
        }
    ));
    assert!(
        !format!("{settings:?}").contains("hush"),
        "settings can be printed without the secret"
    );
}

#[test]
fn what_cannot_be_accepted_is_refused_in_one_sentence_that_names_the_setting() {
    let account = [("ATLAS_CLIENT_ID", "i"), ("ATLAS_CLIENT_SECRET", "hush")];
    let key = [("ATLAS_PUBLIC_KEY", "p"), ("ATLAS_PRIVATE_KEY", "hush")];
    let both = [account, key].concat();
    let cases: &[(Flags, &[(&str, &str)], &str)] = &[
        (
            flags(|flags| flags.listen = Some("8787".into())),
            &[],
            "--listen must be an address and a port such as 127.0.0.1:8787, not \"8787\".",
        ),
        (
            Flags::default(),
            &[("ATLAS_X509_LISTEN", "localhost:70000")],
            "ATLAS_X509_LISTEN must be an address and a port such as 127.0.0.1:8787, not \"localhost:70000\".",
        ),
        (
            flags(|flags| flags.listen = Some("0.0.0.0:8787".into())),
            &[],
            "--listen is 0.0.0.0:8787, which other computers can reach: say with --allow-host under which name they do, or listen on 127.0.0.1.",
        ),
        (
            flags(|flags| flags.upstream = Some("http://cloud.mongodb.com".into())),
            &[],
            "--upstream must be https:// and a host without a path, such as https://cloud.mongodb.com, not \"http://cloud.mongodb.com\".",
        ),
        (
            flags(|flags| flags.allow_host = vec!["https://x509.example.com".into()]),
            &[],
            "--allow-host must be a host name, with or without a port, such as x509.example.com, not \"https://x509.example.com\".",
        ),
        (
            Flags::default(),
            &[("ATLAS_X509_ALLOW_HOST", "a.example,*.example")],
            "ATLAS_X509_ALLOW_HOST must be a host name, with or without a port, such as x509.example.com, not \"*.example\".",
        ),
        (
            flags(|flags| flags.allow_host = vec!["x509.example.com:".into()]),
            &[],
            "--allow-host must be a host name, with or without a port, such as x509.example.com, not \"x509.example.com:\".",
        ),
        (
            Flags::default(),
            &[("ATLAS_X509_READ_ONLY", "maybe")],
            "ATLAS_X509_READ_ONLY must be true or false, not \"maybe\".",
        ),
        (
            flags(|flags| flags.origin = Some("label".into())),
            &[],
            "--origin must be name or address, not \"label\".",
        ),
        (
            flags(|flags| flags.listen = Some("127.0.0.2:8787".into())),
            &[],
            "--listen is 127.0.0.2:8787, and names below localhost lead to 127.0.0.1 and ::1 only: listen on one of these, or add --origin address.",
        ),
        (
            Flags::default(),
            &both,
            "ATLAS_CLIENT_ID and ATLAS_PUBLIC_KEY are two kinds of credential: give a service account or an API key, not both.",
        ),
        (
            Flags::default(),
            &[("ATLAS_CLIENT_ID", "i")],
            "ATLAS_CLIENT_ID is set but ATLAS_CLIENT_SECRET is not: give both or neither.",
        ),
        (
            Flags::default(),
            &[("ATLAS_PRIVATE_KEY", "hush")],
            "ATLAS_PRIVATE_KEY is set but ATLAS_PUBLIC_KEY is not: give both or neither.",
        ),
        (
            flags(|flags| flags.sandbox = true),
            &account,
            "--sandbox uses no credential but ATLAS_CLIENT_ID is set: leave one of them out.",
        ),
        (
            flags(|flags| flags.sandbox_at = Some("http://127.0.0.1:8788".into())),
            &key,
            "--sandbox-at uses no credential but ATLAS_PUBLIC_KEY is set: leave one of them out.",
        ),
        (
            flags(|flags| flags.sandbox_at = Some("https://127.0.0.1:8788".into())),
            &[],
            "--sandbox-at must be the address of a sandbox on this computer, such as http://127.0.0.1:8788, not \"https://127.0.0.1:8788\".",
        ),
        (
            Flags::default(),
            &[("ATLAS_X509_SANDBOX_AT", "http://sandbox.example")],
            "ATLAS_X509_SANDBOX_AT must be the address of a sandbox on this computer, such as http://127.0.0.1:8788, not \"http://sandbox.example\".",
        ),
        (
            flags(|flags| flags.sandbox = true),
            &[("ATLAS_X509_SANDBOX_AT", "nowhere")],
            "ATLAS_X509_SANDBOX_AT must be the address of a sandbox on this computer, such as http://127.0.0.1:8788, not \"nowhere\".",
        ),
        // A password in an address is not printed.
        (
            flags(|flags| flags.listen = Some("user:hush@127.0.0.1:1".into())),
            &[],
            "--listen must be an address and a port such as 127.0.0.1:8787, not \"…@127.0.0.1:1\".",
        ),
        (
            flags(|flags| flags.upstream = Some("https://user:hu@sh@atlas.example".into())),
            &[],
            "--upstream must be https:// and a host without a path, such as https://cloud.mongodb.com, not \"…@atlas.example\".",
        ),
        (
            flags(|flags| flags.allow_host = vec!["user:hush@x509.example.com".into()]),
            &[],
            "--allow-host must be a host name, with or without a port, such as x509.example.com, not \"…@x509.example.com\".",
        ),
        (
            Flags::default(),
            &[("ATLAS_X509_SANDBOX_AT", "http://user:hush@127.0.0.1:8788")],
            "ATLAS_X509_SANDBOX_AT must be the address of a sandbox on this computer, such as http://127.0.0.1:8788, not \"…@127.0.0.1:8788\".",
        ),
        (
            Flags::default(),
            &[("ATLAS_CLIENT_ID", "i"), ("ATLAS_CLIENT_SECRET", "hush\n")],
            "ATLAS_CLIENT_SECRET holds a character that no credential has, such as a space or a line break: copy it anew.",
        ),
        // Also when nothing is sent there.
        (
            flags(|flags| flags.upstream_ca = Some("absent.pem".into())),
            &[],
            "--upstream-ca is absent.pem, whose authorities cannot be used: No such file or directory (os error 2).",
        ),
        (
            flags(|flags| flags.upstream_ca = Some("absent.pem".into())),
            &account,
            "--upstream-ca is absent.pem, whose authorities cannot be used: No such file or directory (os error 2).",
        ),
        (
            Flags::default(),
            &[
                account[0],
                account[1],
                ("ATLAS_X509_UPSTREAM_CA", "Cargo.toml"),
            ],
            "ATLAS_X509_UPSTREAM_CA is Cargo.toml, whose authorities cannot be used: it holds no certificate in PEM.",
        ),
        (
            Flags::default(),
            &[
                account[0],
                account[1],
                ("HTTPS_PROXY", "socks5://user:hush@proxy.example"),
            ],
            "HTTPS_PROXY must be the address of an HTTP proxy, such as http://proxy.example.com:3128.",
        ),
        (
            Flags::default(),
            &[account[0], account[1], ("https_proxy", "not a proxy")],
            "https_proxy must be the address of an HTTP proxy, such as http://proxy.example.com:3128.",
        ),
        (
            flags(|flags| flags.config = Some("absent.toml".into())),
            &[],
            "--config absent.toml cannot be read: No such file or directory (os error 2).",
        ),
        (
            flags(|flags| flags.page = Some("absent".into())),
            &[],
            "--page absent has no index.html in it.",
        ),
    ];
    for (flags, env, expected) in cases {
        assert_eq!(resolve(flags, env).unwrap_err().to_string(), *expected);
    }
}

fn proxy_of(variables: &[(&str, &str)]) -> Option<(String, bool)> {
    let account = [("ATLAS_CLIENT_ID", "i"), ("ATLAS_CLIENT_SECRET", "hush")];
    let settings = resolve(&Flags::default(), &[&account[..], variables].concat()).unwrap();
    assert!(!format!("{settings:?}").contains("hush"));
    let Mode::Atlas { network, .. } = settings.mode else {
        panic!("a credential means Atlas");
    };
    let proxy = network.proxy?;
    Some((proxy.address.to_string(), proxy.authorization.is_some()))
}

#[test]
fn the_proxy_is_that_of_https_proxy_unless_no_proxy_names_atlas() {
    let proxy = ("HTTPS_PROXY", "http://proxy.example:3128");
    let found = Some(("http://proxy.example:3128/".to_owned(), false));
    let cases: [(&[(&str, &str)], _); 8] = [
        (&[], None),
        (&[proxy], found.clone()),
        (&[("https_proxy", "proxy.example:3128")], found.clone()),
        (
            &[("HTTPS_PROXY", "http://user:hush@proxy.example:3128")],
            Some(("http://proxy.example:3128/".to_owned(), true)),
        ),
        (&[proxy, ("NO_PROXY", "example.org, 10.0.0.0/8")], found),
        (&[proxy, ("NO_PROXY", "mongodb.com")], None),
        (&[proxy, ("no_proxy", ".mongodb.com")], None),
        (&[proxy, ("NO_PROXY", "*")], None),
    ];
    for (variables, expected) in cases {
        assert_eq!(proxy_of(variables), expected, "{variables:?}");
    }
}

#[test]
fn the_flag_of_a_sandbox_beats_the_environment_like_every_other() {
    let at = ("ATLAS_X509_SANDBOX_AT", "http://127.0.0.1:8788");
    let flag = flags(|flags| flags.sandbox = true);
    assert!(matches!(resolve(&flag, &[at]).unwrap().mode, Mode::Sandbox));
    assert!(matches!(
        resolve(&Flags::default(), &[at]).unwrap().mode,
        Mode::SandboxAt(_)
    ));
}

#[test]
fn flags_about_clusters_are_for_the_sandbox_in_this_process() {
    let at = ("ATLAS_X509_SANDBOX_AT", "http://127.0.0.1:8788");
    let no_clusters = flags(|flags| flags.doors.no_clusters = true);
    let server_ca = flags(|flags| flags.doors.server_ca = Some("ca.pem".into()));
    for (flags, name) in [(no_clusters, "--no-clusters"), (server_ca, "--server-ca")] {
        assert!(resolve(&flags, &[]).is_ok());
        let said = resolve(&flags, &[at]).unwrap_err().to_string();
        assert!(said.starts_with(name), "{said}");
    }
}

#[test]
fn a_sandbox_needs_no_way_to_the_outside() {
    let broken = [("HTTPS_PROXY", "socks5://proxy.example")];
    let at = flags(|flags| flags.sandbox_at = Some("http://127.0.0.1:8788/".into()));
    assert!(matches!(
        resolve(&Flags::default(), &broken).unwrap().mode,
        Mode::Sandbox
    ));
    assert!(matches!(
        resolve(&at, &broken).unwrap().mode,
        Mode::SandboxAt(origin) if origin.authority == "127.0.0.1:8788"
    ));
}

#[test]
fn with_a_credential_from_anywhere_no_file_is_used_that_others_may_have_written() {
    use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
    let account = [("ATLAS_CLIENT_ID", "i"), ("ATLAS_CLIENT_SECRET", "hush")];
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let mode = |path: &std::path::Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let toml = "upstream = \"https://evil.example\"\n";
    for (name, bits) in [
        ("own.toml", 0o644),
        ("group.toml", 0o664),
        ("open.toml", 0o606),
    ] {
        fs::write(at(name), toml).unwrap();
        mode(&at(name), bits);
    }
    fs::create_dir(at("open")).unwrap();
    mode(&at("open"), 0o777);
    symlink("../own.toml", at("open/link.toml")).unwrap();
    symlink("open/link.toml", at("link.toml")).unwrap();
    fs::create_dir(at("page")).unwrap();
    fs::write(at("page/index.html"), "").unwrap();
    mode(&at("page"), 0o775);
    fs::create_dir(at("pages")).unwrap();
    fs::create_dir(at("pages/parts")).unwrap();
    fs::write(at("pages/index.html"), "").unwrap();
    fs::write(at("pages/parts/page.js"), "").unwrap();
    mode(&at("pages/parts/page.js"), 0o666);

    let writable = |name: &str| {
        let path = at(name).display().to_string();
        format!("other users of this computer can change {path}: run `chmod go-w {path}`.")
    };
    let config = |name: &str| flags(|flags| flags.config = Some(at(name)));
    let authorities = |name: &str| {
        let pem = fs::read("tests/certs/root.pem").unwrap();
        fs::write(at(name), pem).unwrap();
        flags(|flags| flags.upstream_ca = Some(at(name).display().to_string()))
    };
    let mut cases = vec![
        (config("own.toml"), None),
        (
            config("group.toml"),
            Some(("--config", writable("group.toml"))),
        ),
        (
            config("open.toml"),
            Some(("--config", writable("open.toml"))),
        ),
        (
            config("open/link.toml"),
            Some(("--config", writable("open"))),
        ),
        (config("link.toml"), Some(("--config", writable("open")))),
        (authorities("own.pem"), None),
        (
            authorities("open/ca.pem"),
            Some(("--upstream-ca", writable("open"))),
        ),
        (
            flags(|flags| flags.page = Some(at("page"))),
            Some(("--page", writable("page"))),
        ),
        (
            flags(|flags| flags.page = Some(at("pages"))),
            Some(("--page", writable("pages/parts/page.js"))),
        ),
    ];
    mode(&at("own.pem"), 0o644);
    fs::write(at("foreign.toml"), toml).unwrap();
    mode(&at("foreign.toml"), 0o600);
    // Only root can give a file away.
    if chown(at("foreign.toml"), Some(65_534), None).is_ok() {
        let path = at("foreign.toml").display().to_string();
        let owner = format!(
            "{path} belongs to another user of this computer: use a copy in a folder of your own."
        );
        cases.push((config("foreign.toml"), Some(("--config", owner))));
    }
    fs::create_dir(at("authorities")).unwrap();
    fs::write(at("elsewhere.pem"), "").unwrap();
    symlink("../elsewhere.pem", at("authorities/1.0")).unwrap();
    for (name, value, expected) in [
        ("SSL_CERT_FILE", "own.pem", None),
        ("SSL_CERT_FILE", "open/ca.pem", Some("open")),
        ("SSL_CERT_DIR", "authorities", Some("elsewhere.pem")),
    ] {
        mode(&at("elsewhere.pem"), 0o646);
        let value = at(value).display().to_string();
        let said = resolve(
            &Flags::default(),
            &[&account[..], &[(name, &value)]].concat(),
        )
        .map_err(|error| error.to_string());
        let expected = expected.map(|file| {
            format!(
                "{name} decides where the credential goes, and {}",
                writable(file)
            )
        });
        assert_eq!(said.err(), expected, "{name}={value}");
    }
    for (flags, expected) in &cases {
        let said = resolve(flags, &account)
            .err()
            .map(|error| error.to_string());
        let expected = expected
            .as_ref()
            .map(|(place, why)| format!("{place} decides where the credential goes, and {why}"));
        assert_eq!(said, expected, "{flags:?}");
        // Where nothing is at stake they are good enough.
        assert!(resolve(flags, &[]).is_ok(), "{flags:?}");
    }
}

#[test]
fn a_file_is_refused_when_others_can_read_its_secret_or_a_key_is_unknown() {
    let open = Toml::new(
        "open",
        "atlas-client-id = \"i\"\natlas-client-secret = \"hush\"\n",
        0o640,
    );
    let name = open.0.display();
    assert_eq!(
        resolve(&open.flags(), &[]).unwrap_err().to_string(),
        format!(
            "atlas-client-secret stands in {name}, which other users of this computer can read: run `chmod 600 {name}`."
        )
    );

    let unknown = Toml::new(
        "unknown",
        "listen = \"127.0.0.1:0\"\nlisten-on = \"x\"\n",
        0o600,
    );
    let sentence = resolve(&unknown.flags(), &[]).unwrap_err().to_string();
    let start = format!(
        "--config {} cannot be understood at line 2: unknown field `listen-on`",
        unknown.0.display()
    );
    assert!(sentence.starts_with(&start), "{sentence}");

    let broken = Toml::new("broken", "atlas-client-secret = \"hush\n", 0o600);
    let sentence = resolve(&broken.flags(), &[]).unwrap_err().to_string();
    assert!(
        sentence.contains("line 1") && !sentence.contains("hush"),
        "{sentence}"
    );

    // A secret that looks like a number or the like is not printed either.
    for wrong in [
        "31337",
        "[\"31337\"]",
        "{ a = 31337 }",
        "2026-01-01 31337",
        "\"\\q31337\"",
    ] {
        let typed = Toml::new("typed", &format!("atlas-private-key = {wrong}\n"), 0o600);
        let sentence = resolve(&typed.flags(), &[]).unwrap_err().to_string();
        assert!(
            sentence.contains("line 1") && !sentence.contains("31337"),
            "{sentence}"
        );
    }

    let value = Toml::new("value", "listen = \"nowhere\"\n", 0o600);
    assert_eq!(
        resolve(&value.flags(), &[]).unwrap_err().to_string(),
        format!(
            "listen in {} must be an address and a port such as 127.0.0.1:8787, not \"nowhere\".",
            value.0.display()
        )
    );
}

#[test]
fn the_page_has_a_name_of_its_own_kept_where_the_system_keeps_the_state_of_programs() {
    let own = |state: Option<&str>| Name::Own {
        state: state.map(PathBuf::from),
    };
    let address = ("ATLAS_X509_ORIGIN", "address");
    let cases: [(&[(&str, &str)], Name); 6] = [
        (&[], own(None)),
        (
            &[("HOME", "/home/a")],
            own(Some("/home/a/.local/state/atlas-x509")),
        ),
        (
            &[("HOME", "/home/a"), ("XDG_STATE_HOME", "/state")],
            own(Some("/state/atlas-x509")),
        ),
        // A relative one counts as none, as its specification says.
        (
            &[("HOME", "/home/a"), ("XDG_STATE_HOME", "state")],
            own(Some("/home/a/.local/state/atlas-x509")),
        ),
        (&[("HOME", "")], own(None)),
        (&[("HOME", "/home/a"), address], Name::Address),
    ];
    for (variables, expected) in cases {
        let settings = resolve(&Flags::default(), variables).unwrap();
        assert_eq!(settings.name, expected, "{variables:?}");
    }
    let mut chosen = flags(|flags| flags.origin = Some("name".into()));
    assert_eq!(resolve(&chosen, &[address]).unwrap().name, own(None));
    chosen = flags(|flags| {
        flags.listen = Some("127.0.0.2:8787".into());
        flags.origin = Some("address".into());
    });
    assert_eq!(resolve(&chosen, &[]).unwrap().name, Name::Address);
}
