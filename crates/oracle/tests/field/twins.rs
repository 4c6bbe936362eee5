//! Authorities of one name: cross-signed roots, and authorities with a new key and their old name.

use oracle::extension::Extension;
use pki::report::Severity;
use pki::view::View;

use crate::make::{Made, client, intermediate, root};
use crate::{Errors, Row, assert_all, judge, pems};

/// The messages and remedies of the findings of a subject.
fn told(view: &View, id: &str) -> Vec<String> {
    let findings = view.report.findings.iter();
    findings
        .filter(|finding| finding.id == id)
        .map(|finding| format!("{} {}", finding.message, finding.fix))
        .collect()
}

fn of(bundle: &[&Made], clients: &[&Made]) -> View {
    let chain: Vec<Vec<u8>> = clients.iter().map(|made| made.der.clone()).collect();
    judge(pems(bundle).as_bytes(), &chain)
}

#[test]
fn a_cross_signed_root_is_taken_where_it_comes_first() {
    let older = &root("Older Root").key("EC prime256v1", 3).make();
    let own = &root("Acme Root").key("EC prime256v1", 4).make();
    let crossed = &intermediate(older, "Acme Root")
        .key("EC prime256v1", 4)
        .make();
    let old_crossed = &intermediate(older, "Acme Root")
        .key("EC prime256v1", 4)
        .expired()
        .make();
    let inner = &intermediate(own, "Acme Issuing CA").make();
    let jane = &client(inner, "Jane Doe").make();
    let row =
        |what, bundle: &[&Made], errors: Errors| Row::new(what, pems(bundle), &[jane], errors);
    assert_all(&[
        row("the root alone", &[inner, own], &[]),
        row("the root first", &[inner, own, crossed], &[]),
        row(
            "the cross-signed one first",
            &[inner, crossed, own],
            &[(2, 2)],
        ),
        row("with the older root", &[inner, crossed, own, older], &[]),
        row("an expired one first", &[inner, old_crossed, own], &[]),
        row("without any root", &[inner, crossed], &[(2, 2)]),
    ]);

    for complete in [
        &[inner, own, crossed][..],
        &[inner, own],
        &[own, crossed],
        &[inner, old_crossed, own],
    ] {
        let view = of(complete, &[jane, inner]);
        assert_eq!(told(&view, "authority.root-missing"), [""; 0]);
        assert_eq!(told(&view, "authority.unused"), [""; 0]);
        let errors = view.report.findings.iter();
        let errors: Vec<_> = errors
            .filter(|found| found.severity == Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    let wrong_order = of(&[inner, crossed, own], &[jane]);
    for id in ["authority.root-missing", "client.issuer-incomplete"] {
        let told = told(&wrong_order, id).concat();
        assert!(told.contains("Put the self-signed one (line "), "{told}");
        assert!(told.contains("take the other (line "), "{told}");
        assert!(!told.contains("Add "), "{told}");
    }
    assert_eq!(told(&wrong_order, "authority.unused"), [""; 0]);
    let no_root = told(&of(&[inner, crossed], &[jane]), "authority.root-missing").concat();
    assert!(
        no_root.contains("Add the certificate of CN=Older Root"),
        "{no_root}"
    );
}

#[test]
fn the_first_of_two_authorities_of_one_name_is_taken_unless_identifiers_tell_them_apart() {
    let old = &root("Acme Root").key("EC prime256v1", 3).make();
    let new = &root("Acme Root").key("EC prime256v1", 4).make();
    let of_old = &client(old, "Old Client").make();
    let of_new = &client(new, "New Client").make();
    let identified = |key, identifier: [u8; 20]| {
        root("Acme Root")
            .key("EC prime256v1", key)
            .with(Extension::subject_key_identifier(&identifier))
            .make()
    };
    let named = |issuer: &Made, identifier: [u8; 20]| {
        client(issuer, "Jane Doe")
            .with(Extension::authority_key_identifier(&identifier))
            .make()
    };
    let (old_id, new_id) = (&identified(3, [1; 20]), &identified(4, [2; 20]));
    let (of_old_id, of_new_id) = (&named(old_id, [1; 20]), &named(new_id, [2; 20]));
    let row = |what, bundle: &[&Made], made: &Made, errors: Errors| {
        Row::new(what, pems(bundle), &[made], errors)
    };
    assert_all(&[
        row("new first, new client", &[new, old], of_new, &[]),
        row("new first, old client", &[new, old], of_old, &[(7, 0)]),
        row("old first, new client", &[old, new], of_new, &[(7, 0)]),
        row("old first, old client", &[old, new], of_old, &[]),
        row("with identifiers 1", &[new_id, old_id], of_new_id, &[]),
        row("with identifiers 2", &[new_id, old_id], of_old_id, &[]),
        row("with identifiers 3", &[old_id, new_id], of_new_id, &[]),
        row("with identifiers 4", &[old_id, new_id], of_old_id, &[]),
    ]);

    let lines = [1, pems(&[old]).lines().count() + 1];
    let told_of = |view: &View| told(view, "client.bad-signature").concat();
    let alone = of(&[old, new], &[of_new]);
    let expected = format!(
        "“New Client” was not signed by the “Acme Root” that the server takes (“ca.pem”, line {}), \
         but by another CA of that name (“ca.pem”, line {}). Put the one at line {} before the one at \
         line {}, or take that one out: no client here needs it.",
        lines[0], lines[1], lines[1], lines[0]
    );
    assert_eq!(told_of(&alone), expected);
    assert_eq!(told(&alone, "authority.unused"), [""; 0]);

    let unused = told(&of(&[new, old], &[of_new]), "authority.unused").concat();
    let expected = format!(
        "No client here needs “Acme Root” (“ca.pem”, line {}).",
        lines[1]
    );
    assert!(unused.starts_with(&expected), "{unused}");

    let sent = of(&[old], &[of_new, new]);
    assert!(
        told_of(&sent).contains("Put the one from “client.pem”, line "),
        "{}",
        told_of(&sent)
    );
    let absent = of(&[old], &[of_new]);
    assert!(
        told_of(&absent).contains("was not signed by “Acme Root”, the CA it names."),
        "{}",
        told_of(&absent)
    );
}

#[test]
fn a_root_of_the_right_name_and_the_wrong_key_is_not_to_be_added_again() {
    let identified = |key, identifier: [u8; 20]| {
        root("Acme Root")
            .key("EC prime256v1", key)
            .with(Extension::subject_key_identifier(&identifier))
            .make()
    };
    let (old, new) = (&identified(3, [1; 20]), &identified(4, [2; 20]));
    let inner = &intermediate(old, "Acme Issuing CA")
        .with(Extension::authority_key_identifier(&[1; 20]))
        .make();
    let jane = &client(inner, "Jane Doe").make();
    assert_all(&[Row::new(
        "the new root",
        pems(&[inner, new]),
        &[jane],
        &[(2, 1)],
    )]);
    let told = told(&of(&[inner, new], &[jane]), "client.issuer-incomplete").concat();
    assert!(told.contains("the CA was given a new key"), "{told}");
    assert!(told.contains("perhaps an older or newer one"), "{told}");
}

#[test]
fn an_intermediate_that_bears_its_roots_name_is_as_it_was_made() {
    let top = &root("Acme CA").key("EC prime256v1", 3).make();
    let inner = &intermediate(top, "Acme CA").key("EC prime256v1", 4).make();
    let jane = &client(inner, "Jane Doe").make();
    assert_all(&[
        Row::new("with its root", pems(&[inner, top]), &[jane], &[]),
        Row::new("alone", pems(&[inner]), &[jane], &[]),
    ]);
    let both = of(&[inner, top], &[jane]);
    assert_eq!(told(&both, "authority.self-signature-bad"), [""; 0]);
    let alone = told(&of(&[inner], &[jane]), "authority.self-signature-bad").concat();
    assert!(
        alone.contains("If it is an intermediate, add its root, too."),
        "{alone}"
    );
}
