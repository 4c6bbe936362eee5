//! Examples to look around with: real certificates, made for this page (`examples/README.md`).

/// Something to load.
pub(super) struct Example {
    pub(super) title: &'static str,
    /// What it shows.
    pub(super) teaches: &'static str,
    /// Names and contents of the files.
    pub(super) files: &'static [(&'static str, &'static str)],
}

macro_rules! files {
    ($($name:literal),+) => {
        &[$(($name, include_str!(concat!("examples/", $name)))),+]
    };
}

pub(super) const EXAMPLES: &[Example] = &[
    Example {
        title: "Everything in order",
        teaches: "A root, an intermediate that the client sends along, and a client: accepted.",
        files: files!["acme-root.pem", "billing.pem"],
    },
    Example {
        title: "A certificate for servers",
        teaches: "Its extended key usage names TLS servers only: refused.",
        files: files![
            "acme-root.pem",
            "acme-issuing.pem",
            "reporting-server-only.pem"
        ],
    },
    Example {
        title: "Expired",
        teaches: "An expired client certificate: refused.",
        files: files!["acme-root.pem", "acme-issuing.pem", "legacy-expired.pem"],
    },
    Example {
        title: "The root is missing",
        teaches: "The bundle holds the intermediate alone, and the server needs its root too.",
        files: files!["acme-issuing.pem", "inventory.pem"],
    },
    Example {
        title: "A private key in the pile",
        teaches: "It is left out, stays in this tab, and can be joined with its certificate.",
        files: files!["acme-root.pem", "acme-issuing.pem", "payments-with-key.pem"],
    },
    Example {
        title: "An awkward name",
        teaches: "Commas, a tab and letters beyond ASCII: the user name isn't what you'd type.",
        files: files!["acme-root.pem", "acme-issuing.pem", "awkward-name.pem"],
    },
];
