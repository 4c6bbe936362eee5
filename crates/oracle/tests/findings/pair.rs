//! Findings about a client's certificate and its private key.

use pki::report::Severity::{Error, Note, Warning};

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
        lacks(
            "pair.key-mismatch",
            "it is encrypted, and nobody can tell",
            of(chain.clone() + &joe.encrypted_key_pem()),
        ),
        shows(
            "pair.key-not-compared",
            Note,
            "is encrypted, so it was not compared with “Jane Doe”.",
            of(chain.clone() + &jane.encrypted_key_pem()),
        ),
        shows(
            "pair.key-not-compared",
            Note,
            "tlsCertificateKeyFilePassword",
            of(chain.clone()).file("jane.key", jane.encrypted_key_pem().as_bytes()),
        ),
        lacks(
            "pair.key-not-compared",
            "the same key is there without a password",
            of(chain.clone() + &jane.key_pem())
                .file("jane.key", jane.encrypted_key_pem().as_bytes()),
        ),
        lacks(
            "pair.key-not-compared",
            "nobody knows whose it is",
            of(chain.clone()).file("secret.key", jane.encrypted_key_pem().as_bytes()),
        ),
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
            "the file is a whole pile and no driver's",
            given().file("all.pem", pems(&[ca, inner, jane]).as_bytes()),
        ),
        lacks(
            "pair.order",
            "certificate, intermediate, key",
            of(chain + &jane.key_pem()),
        ),
    ]
}
