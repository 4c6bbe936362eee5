//! Subjects as people have them: the user name that mongod derives, and what openssl prints.

use oracle::name::{Attribute, COMMON_NAME, EMAIL, Name};

use crate::make::{client, root};
use crate::{Row, assert_all, judge};

const C: &str = "2.5.4.6";
const ST: &str = "2.5.4.8";
const L: &str = "2.5.4.7";
const O: &str = "2.5.4.10";
const OU: &str = "2.5.4.11";
const SN: &str = "2.5.4.4";
const SERIAL: &str = "2.5.4.5";
const NAME: &str = "2.5.4.41";
const UNIQUE: &str = "2.5.4.45";
const UID: &str = "0.9.2342.19200300.100.1.1";
const DC: &str = "0.9.2342.19200300.100.1.25";
const ORGANISATION_IDENTIFIER: &str = "2.5.4.97";

fn name(attributes: &[(&'static str, &str)]) -> Name {
    crate::make::name(attributes)
}

/// A name of one tag for all values, as raw octets.
fn tagged(tag: u8, attributes: &[(&'static str, &[u8])]) -> Name {
    let attributes = attributes.iter().map(|(kind, value)| Attribute {
        kind,
        tag,
        value: value.to_vec(),
    });
    Name(attributes.map(|attribute| vec![attribute]).collect())
}

#[test]
fn a_subject_leads_to_the_user_name_as_written_and_to_what_openssl_prints() {
    let common = |value| name(&[(C, "NL"), (O, "Fernhill Works"), (COMMON_NAME, value)]);
    let person = [
        (C, "US"),
        (ST, "California"),
        (L, "Redwood Point"),
        (O, "Palm Grove Inc."),
        (OU, "AppServices"),
        (COMMON_NAME, "appsvc-dev"),
    ];
    let mut reversed = person;
    reversed.reverse();
    let with_mail = [&person[..], &[(EMAIL, "ops@fernhill.example")]].concat();
    let people = [
        (DC, "example"),
        (DC, "fernhill"),
        (OU, "People"),
        (UID, "jdoe"),
        (COMMON_NAME, "Jo Doe"),
        (SN, "Doe"),
        (SERIAL, "A-17"),
    ];
    let latin = tagged(
        20,
        &[
            (COMMON_NAME, b"COMPA\xd1IA SA"),
            (NAME, b"COMPA\xd1IA SA"),
            (UNIQUE, b"CMO010101AA1 / X"),
            (OU, b"Almac\xe9n"),
        ],
    );
    let unknown = name(&[
        (C, "NL"),
        ("1.3.6.1.4.1.99999.7", "blue"),
        (ORGANISATION_IDENTIFIER, "VATNL-123456789"),
        (COMMON_NAME, "orders"),
    ]);
    // The subject, the user name if there is one, and what openssl prints where that is not it.
    let rows: &[(Name, Option<&str>, Option<&str>)] = &[
        (
            name(&person),
            Some(
                "CN=appsvc-dev,OU=AppServices,O=Palm Grove Inc.,L=Redwood Point,ST=California,C=US",
            ),
            None,
        ),
        (
            name(&reversed),
            Some(
                "C=US,ST=California,L=Redwood Point,O=Palm Grove Inc.,OU=AppServices,CN=appsvc-dev",
            ),
            None,
        ),
        (
            name(&with_mail),
            Some(
                "emailAddress=ops@fernhill.example,CN=appsvc-dev,OU=AppServices,O=Palm Grove Inc.,L=Redwood Point,ST=California,C=US",
            ),
            None,
        ),
        (
            name(&people),
            Some("serialNumber=A-17,SN=Doe,CN=Jo Doe,UID=jdoe,OU=People,DC=fernhill,DC=example"),
            None,
        ),
        (
            tagged(
                20,
                &[(C, b"US"), (COMMON_NAME, b"Device"), (OU, b"01 0042 SW_ID")],
            ),
            Some("OU=01 0042 SW_ID,CN=Device,C=US"),
            None,
        ),
        (
            latin,
            None,
            Some(
                "OU=Almac\\C3\\A9n,x500UniqueIdentifier=CMO010101AA1 / X,name=COMPA\\C3\\91IA SA,CN=COMPA\\C3\\91IA SA",
            ),
        ),
        (
            name(&[
                (C, "MX"),
                (O, "Compañía del Molino"),
                (COMMON_NAME, "almacén"),
            ]),
            Some("CN=almac\\C3\\A9n,O=Compa\\C3\\B1\\C3\\ADa del Molino,C=MX"),
            None,
        ),
        (
            common("a "),
            Some("CN=a ,O=Fernhill Works,C=NL"),
            Some("CN=a\\ ,O=Fernhill Works,C=NL"),
        ),
        (
            common("jo@fernhill.example"),
            Some("CN=jo@fernhill.example,O=Fernhill Works,C=NL"),
            None,
        ),
        (
            common("FERNHILL\\jdoe"),
            Some("CN=FERNHILL\\\\jdoe,O=Fernhill Works,C=NL"),
            None,
        ),
        (
            common("Palm, Grove & Co."),
            Some("CN=Palm\\, Grove & Co.,O=Fernhill Works,C=NL"),
            None,
        ),
        (
            common("a\u{7f}b"),
            Some("CN=ab,O=Fernhill Works,C=NL"),
            Some("CN=a\\7Fb,O=Fernhill Works,C=NL"),
        ),
        (common(""), Some("CN=,O=Fernhill Works,C=NL"), None),
        (
            common("team=ops"),
            Some("CN=team=ops,O=Fernhill Works,C=NL"),
            None,
        ),
        (common("#17"), Some("CN=\\#17,O=Fernhill Works,C=NL"), None),
        (
            common("12345"),
            Some("CN=12345,O=Fernhill Works,C=NL"),
            None,
        ),
        (common(" "), Some("CN=\\ ,O=Fernhill Works,C=NL"), None),
        (
            common("a+b<c>;d"),
            Some("CN=a\\+b\\<c\\>\\;d,O=Fernhill Works,C=NL"),
            None,
        ),
        (
            common("Team \"7QX\""),
            Some("CN=Team \\\"7QX\\\",O=Fernhill Works,C=NL"),
            None,
        ),
        (
            common("host/orders.example"),
            Some("CN=host/orders.example,O=Fernhill Works,C=NL"),
            None,
        ),
        (
            common(" padded  twice "),
            Some("CN=\\ padded  twice\\ ,O=Fernhill Works,C=NL"),
            None,
        ),
        (
            common("a\tb\nc"),
            Some("CN=a b c,O=Fernhill Works,C=NL"),
            Some("CN=a\\09b\\0Ac,O=Fernhill Works,C=NL"),
        ),
        (
            unknown,
            Some("CN=orders,organizationIdentifier=VATNL-123456789,1.3.6.1.4.1.99999.7=blue,C=NL"),
            Some(
                "CN=orders,organizationIdentifier=VATNL-123456789,1.3.6.1.4.1.99999.7=#0C04626C7565,C=NL",
            ),
        ),
    ];
    let ca = &root("Acme Root").make();
    let mut checked = Vec::new();
    for (subject, user, printed) in rows {
        let made = client(ca, "").subject(subject.clone()).make();
        let view = judge(ca.pem().as_bytes(), std::slice::from_ref(&made.der));
        let entry = &view.report.clients[0];
        assert_eq!(entry.username.as_deref(), *user, "{subject:?}");
        let printed = printed.or(*user);
        assert_eq!(entry.subject_openssl.as_deref(), printed, "{subject:?}");
        checked.push(Row::new("a name", ca.pem(), &[&made], &[]));
    }
    assert_all(&checked);
}

#[test]
fn a_visible_string_makes_a_certificate_unreadable() {
    let ca = &root("Acme Root").make();
    let subject = tagged(26, &[(COMMON_NAME, b"Jane Doe")]);
    let made = client(ca, "").subject(subject).make();
    assert!(!oracle::judge::parses(&made.der));
    let view = judge(ca.pem().as_bytes(), &[made.der]);
    assert!(view.report.clients[0].parse_error.is_some());
}
