//! Findings about a client's certificate and its private key.

use pki::report::Severity::{Error, Warning};

use crate::{
    make::{client, intermediate, root},
    scenario::{Scenario, given, lacks, pems, shows},
};

pub(crate) fn scenarios() -> Vec<Scenario> {
    let ca = &root("Acme Root").make();
    let inner = &intermediate(ca, "Acme Issuing CA").make();
    let jane = &client(inner, "Jane Doe").make();
    let joe = &client(inner, "Joe Roe").key("EC prime256v1", 3).make();
    let of = |text: String| given().ca(&[ca]).client_file("jane.pem", text.as_bytes());
    let chain = pems(&[jane, inner]);
    vec![
        shows(
            "pair.key-mismatch",
            Error,
            "does not belong to “Jane Doe”.",
            of(chain.clone() + &joe.key_pem()),
        ),
        lacks(
            "pair.key-mismatch",
            "it is the right key",
            of(chain.clone() + &jane.key_pem()),
        ),
        lacks(
            "pair.key-mismatch",
            "its client was put aside",
            of(pems(&[joe, jane, inner]) + &joe.key_pem()).without(joe),
        ),
        lacks("pair.key-mismatch", "there is no key", of(chain.clone())),
        shows(
            "pair.order",
            Warning,
            "In “jane.pem”, the client's own certificate (line 10) is not the first one.",
            of(pems(&[inner, jane])),
        ),
        shows(
            "pair.order",
            Warning,
            "In “jane.pem”, the private key (line 1) stands before a certificate.",
            of(jane.key_pem() + &chain),
        ),
        lacks(
            "pair.order",
            "certificate, intermediate, key",
            of(chain + &jane.key_pem()),
        ),
    ]
}
