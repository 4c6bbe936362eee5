#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

const DERIVED: &str = "CN=shipping,OU=Services,O=Acme,C=US";

fn found(old: &str, new: &str) -> Option<How> {
    find([old], &[new]).pop().map(|found| found.how)
}

#[test]
fn a_name_that_says_the_same_is_found_however_it_is_written() {
    for (old, writings) in [
        ("C=US,O=Acme,OU=Services,CN=shipping", &[Writing::Order][..]),
        ("CN=shipping, OU=Services, O=Acme, C=US", &[Writing::Spaces]),
        ("CN = shipping,OU=Services,O=Acme,C=US", &[Writing::Spaces]),
        ("cn=shipping,ou=services,o=acme,c=us", &[Writing::Case]),
        (
            "/C=US/O=Acme/OU=Services/CN=shipping",
            &[Writing::Order, Writing::Signs],
        ),
        (
            "2.5.4.3=shipping,OU=Services,O=Acme,C=US",
            &[Writing::Types],
        ),
        (r"CN=\73hipping,OU=Services,O=Acme,C=US", &[Writing::Signs]),
        (
            "c=US, o=Acme, ou=Services, cn=Shipping",
            &[Writing::Order, Writing::Case, Writing::Spaces],
        ),
    ] {
        assert_eq!(
            found(old, DERIVED),
            Some(How::Written(writings.to_vec())),
            "{old}"
        );
    }
}

#[test]
fn a_slip_of_the_finger_is_found_and_another_name_is_not() {
    for (old, new, expected) in [
        ("CN=shiping", "CN=shipping", Some(("shiping", "shipping"))),
        ("CN=shippign", "CN=shipping", Some(("shippign", "shipping"))),
        (
            "CN=reportnig-job",
            "CN=reporting-job",
            Some(("reportnig", "reporting")),
        ),
        ("CN=building", "CN=billing", None),
        ("CN=device-001", "CN=device-002", None),
        ("CN=device1", "CN=device2", None),
        ("CN=service-a", "CN=service-b", None),
        ("CN=orders,O=Acme", "CN=orders,O=Initech", None),
        ("CN=prod", "CN=prog", None),
    ] {
        let expected = expected.map(|(old, new)| How::Letters {
            old: old.to_owned(),
            new: new.to_owned(),
        });
        assert_eq!(found(old, new), expected, "{old} for {new}");
    }
}

#[test]
fn a_name_with_a_part_more_or_less_is_found() {
    assert_eq!(
        found("CN=shipping,O=Acme,C=US", DERIVED),
        Some(How::Lacks(vec!["OU=Services".to_owned()]))
    );
    assert_eq!(
        found(
            "emailAddress=ops@acme.example,CN=ops,O=Acme",
            "CN=ops,O=Acme"
        ),
        Some(How::Exceeds(vec![
            "emailAddress=ops@acme.example".to_owned()
        ]))
    );
    assert_eq!(found("O=Acme,C=US", DERIVED), None);
}

#[test]
fn a_name_that_a_client_has_is_never_told_to_be_wrong() {
    let both = [DERIVED, "C=US,O=Acme,OU=Services,CN=shipping"];
    assert_eq!(find(both, &both), Vec::new());
}

#[test]
fn the_surest_of_several_is_told() {
    let found = find(
        ["cn=shipping,o=Acme"],
        &["CN=shipping,OU=Services,O=Acme", "CN=shipping,O=Acme"],
    );
    assert_eq!(found[0].new, "CN=shipping,O=Acme");
}

#[test]
fn whatever_is_typed_is_taken() {
    for text in [
        "", "/", ",", "=", "\\", "CN=\\", "CN=a\\", "a=b=c", "é", "CN=\\C3", "\\é=",
    ] {
        let _ = find([text], &[DERIVED, "CN=\\\\"]);
    }
}
