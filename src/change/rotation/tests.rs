#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::{
    change::{
        draft::Draft,
        fixture::turnover::*,
        judged::{
            self,
            tests::{authorities, judge},
        },
    },
    engine::fixture,
};

/// What is looked at in a test.
#[derive(Clone, Default)]
struct Given<'a> {
    files: Vec<&'a str>,
    present: Vec<&'a str>,
    users: Vec<&'a str>,
    /// Who logged in lately.
    logins: Vec<&'a str>,
    chosen: Option<Vec<&'a str>>,
    gone: Vec<String>,
}

fn today() -> Timestamp {
    fixture::question().at
}

fn logins(names: &[&str]) -> Logins {
    let mut logins = Logins {
        read: vec!["orders".to_owned()],
        ..Logins::default()
    };
    for name in names {
        logins.note(name, today().plus(-Timestamp::DAY));
    }
    logins
}

/// How it stands, before the engine was asked who gets in without the old ones and afterwards.
fn both(given: &Given) -> (Rotation, Rotation) {
    let present = authorities(&given.present.concat());
    let judged = judge(&given.files, &present, &Draft::default());
    let chosen = given.chosen.as_ref().map(|chosen| {
        let pems = chosen.iter().flat_map(|pem| authorities(pem));
        pems.map(|one| one.sha256).collect::<BTreeSet<String>>()
    });
    let logins = logins(&given.logins);
    let ground = Ground {
        judged: &judged,
        without: None,
        users: &given.users,
        logins: &logins,
        chosen: chosen.as_ref(),
        gone: &given.gone,
        today: today(),
    };
    let first = Rotation::new(&ground);
    let asked = judged::question(&present, &Draft::default(), today());
    let Some(question) = first.question(asked) else {
        return (first.clone(), first);
    };
    let names: Vec<String> = (0..given.files.len())
        .map(|index| format!("{index}.pem"))
        .collect();
    let files: Vec<(&str, &str)> = names
        .iter()
        .map(|name| &**name)
        .zip(given.files.iter().copied())
        .collect();
    let without = Without {
        gone: first.going(),
        view: fixture::answer(&files, question).before.unwrap(),
    };
    let second = Rotation::new(&Ground {
        without: Some(&without),
        ..ground
    });
    (first, second)
}

fn rotation(given: &Given) -> Rotation {
    both(given).1
}

fn titles(members: Vec<&Member>) -> Vec<&str> {
    members.into_iter().map(|member| &*member.title).collect()
}

const BILLING_NAME: &str = "CN=billing,O=Acme";
const STOCK_NAME: &str = "CN=stock,O=Acme";

#[test]
fn where_it_stands_is_read_from_the_bundle_and_from_what_was_given() {
    let all = vec![BILLING_NAME, STOCK_NAME];
    let given = |files: &[&'static str], present: &[&'static str]| Given {
        files: files.to_vec(),
        present: present.to_vec(),
        ..Given::default()
    };
    let old: &[&str] = &["Old Root"];
    let cases: Vec<(&str, Given, Stage, &[&str])> = vec![
        (
            "nobody is trusted",
            given(&[], &[]),
            Stage::NothingTrusted,
            &[],
        ),
        (
            "the first bundle is no rotation",
            given(&[NEW], &[]),
            Stage::NothingTrusted,
            &[],
        ),
        ("one is there", given(&[], &[OLD]), Stage::NoSuccessor, &[]),
        (
            "a successor was given",
            given(&[NEW], &[OLD]),
            Stage::TrustBoth,
            old,
        ),
        (
            "nothing was given",
            given(&[], &[OLD, NEW]),
            Stage::TakeOut,
            old,
        ),
        (
            "nothing was given, and there are users",
            Given {
                users: all.clone(),
                ..given(&[], &[OLD, NEW])
            },
            Stage::Renew,
            old,
        ),
        (
            "one rests on the old",
            given(&[BILLING], &[OLD, NEW]),
            Stage::Renew,
            old,
        ),
        (
            "refused, so that it tells nothing",
            given(&[STOCK], &[OLD, NEW]),
            Stage::Renew,
            old,
        ),
        (
            "renewed, and the old one is here too",
            given(&[BILLING, BILLING_RENEWED], &[OLD, NEW]),
            Stage::TakeOut,
            old,
        ),
        (
            "one logs in without a certificate here",
            Given {
                users: all.clone(),
                logins: vec![STOCK_NAME],
                ..given(&[BILLING_RENEWED], &[OLD, NEW])
            },
            Stage::Renew,
            old,
        ),
        (
            "one never logs in",
            Given {
                users: all,
                ..given(&[BILLING_RENEWED], &[OLD, NEW])
            },
            Stage::TakeOut,
            old,
        ),
        (
            "it was taken out",
            Given {
                gone: vec!["Old Root".to_owned()],
                ..given(&[BILLING_RENEWED], &[NEW])
            },
            Stage::Done,
            &[],
        ),
        (
            "the old one was given again after it was taken out",
            given(&[SAME_1], &[SAME_2]),
            Stage::Done,
            &["Acme CA"],
        ),
        (
            "both end together",
            given(&[], &[NEW, SAME_2]),
            Stage::NothingGoes,
            &[],
        ),
    ];
    for (case, given, stage, goes) in cases {
        let found = rotation(&given);
        assert_eq!(
            (found.stage, titles(found.old())),
            (stage, goes.to_vec()),
            "{case}"
        );
    }
}

#[test]
fn whoever_chooses_is_followed() {
    let given = |chosen: &[&'static str]| Given {
        present: vec![OLD, NEW],
        chosen: Some(chosen.to_vec()),
        ..Given::default()
    };
    for (chosen, stage) in [
        (&[NEW][..], Stage::TakeOut),
        (&[], Stage::NothingGoes),
        (&[OLD, NEW], Stage::NoSuccessor),
    ] {
        let found = rotation(&given(chosen));
        assert_eq!((found.stage, found.old().len()), (stage, chosen.len()));
    }
}

#[test]
fn an_issuing_authority_goes_with_its_root() {
    let found = rotation(&Given {
        files: vec![NEW, NEW_ISSUING, ORDERS],
        present: vec![OLD_ISSUING, OLD],
        ..Given::default()
    });
    assert_eq!(found.stage, Stage::TrustBoth);
    let goes: Vec<(&str, bool)> = found
        .old()
        .iter()
        .map(|one| (&*one.title, one.lot == Lot::Follows))
        .collect();
    assert_eq!(goes, [("Old Issuing", true), ("Old Root", false)]);
    let locked_out: Vec<&str> = found.locked_out().map(|client| &*client.name).collect();
    assert_eq!(locked_out, ["CN=orders,O=Acme"]);
    assert!(!found.may_take_out());
}

#[test]
fn one_name_and_another_key_are_two_authorities() {
    for (files, present, stage, way) in [
        (
            vec![SAME_2, STOCK],
            vec![SAME_1],
            Stage::TrustBoth,
            Way::Old,
        ),
        (vec![STOCK], vec![SAME_1, SAME_2], Stage::Renew, Way::Old),
        (
            vec![STOCK_RENEWED],
            vec![SAME_2, SAME_1],
            Stage::TakeOut,
            Way::New,
        ),
    ] {
        let (first, second) = both(&Given {
            files,
            present,
            ..Given::default()
        });
        for found in [first, second] {
            let goes: Vec<Option<Timestamp>> = found.old().iter().map(|one| one.end).collect();
            let ends = Timestamp::parse_rfc3339("2026-12-20T00:00:00Z").unwrap();
            assert_eq!((found.stage, goes), (stage, vec![Some(ends)]));
            assert_eq!(found.clients[0].way, way);
        }
    }
}

#[test]
fn two_authorities_are_replaced_at_once() {
    let found = rotation(&Given {
        files: vec![NEW, SAME_2, STOCK, BILLING_RENEWED],
        present: vec![OLD, SAME_1],
        ..Given::default()
    });
    assert_eq!(found.stage, Stage::TrustBoth);
    assert_eq!(titles(found.old()), ["Old Root", "Acme CA"]);
    let ways: Vec<(&str, Way)> = found
        .clients
        .iter()
        .map(|one| (&*one.name, one.way))
        .collect();
    assert_eq!(ways, [(STOCK_NAME, Way::Old), (BILLING_NAME, Way::New)]);
}

#[test]
fn whoever_sends_a_certificate_across_gets_in_without_the_old_root() {
    let across = format!("{BILLING_RENEWED}{CROSSED}");
    // Trusted by the old root alone, then by both.
    let first = rotation(&Given {
        files: vec![&across, NEW],
        present: vec![OLD],
        ..Given::default()
    });
    assert_eq!(
        (first.stage, first.clients[0].way),
        (Stage::TrustBoth, Way::New)
    );
    // The certificate across is in the bundle, and goes with the old root.
    let (before_asked, asked) = both(&Given {
        files: vec![&across],
        present: vec![OLD, CROSSED, NEW],
        ..Given::default()
    });
    let mut goes = titles(asked.old());
    goes.sort_unstable();
    assert_eq!(goes, ["New Root", "Old Root"]);
    assert_eq!(titles(asked.staying()), ["New Root"]);
    assert_eq!(
        (asked.stage, asked.clients[0].way),
        (Stage::TakeOut, Way::New)
    );
    assert!(
        before_asked.stage <= asked.stage,
        "what is not known yet locks nobody out"
    );
}

#[test]
fn a_client_below_the_old_root_alone_is_locked_out_whatever_it_sends() {
    let sent = format!("{ORDERS}{OLD_ISSUING}");
    let found = rotation(&Given {
        files: vec![&sent, ORDERS_RENEWED],
        present: vec![OLD, NEW, NEW_ISSUING],
        users: vec!["CN=orders,O=Acme"],
        ..Given::default()
    });
    assert_eq!(found.stage, Stage::Renew);
    assert_eq!(found.locked_out().next().unwrap().old_files, ["0.pem"]);
    let newcomer = Newcomer {
        name: "CN=orders,OU=Shop,O=Acme".to_owned(),
        like: vec!["CN=orders,O=Acme".to_owned()],
    };
    assert_eq!(found.newcomers, [newcomer], "its new name needs a user");
}

#[test]
fn verdicts_about_others_than_those_that_go_tell_nothing() {
    let present = authorities(&[OLD, NEW].concat());
    let judged = judge(&[BILLING], &present, &Draft::default());
    let mut without = Without {
        gone: BTreeSet::new(),
        view: judged.before.clone().unwrap(),
    };
    let logins = Logins::default();
    let way = |without: &Without| {
        let ground = Ground {
            judged: &judged,
            without: Some(without),
            users: &[],
            logins: &logins,
            chosen: None,
            gone: &[],
            today: today(),
        };
        Rotation::new(&ground).clients[0].way
    };
    assert_eq!(way(&without), Way::Old);
    without.gone.insert(authorities(OLD)[0].sha256.clone());
    assert_eq!(way(&without), Way::New, "that is what it was told");
}

#[test]
fn how_far_it_is_known_is_said() {
    let given = Given {
        files: vec![BILLING_RENEWED],
        present: vec![OLD, NEW],
        users: vec![BILLING_NAME, STOCK_NAME, "CN=idle"],
        logins: vec![BILLING_NAME],
        ..Given::default()
    };
    let found = rotation(&given);
    assert_eq!(
        found.in_short(),
        "Nothing rests on the old authority as far as we can see, and this is how far that is:"
    );
    let mut known = logins(&given.logins);
    known.unread.push("prototype".to_owned());
    let said = how_far(&found, &known);
    assert!(
        said[0].starts_with("We looked at 1 client whose"),
        "{said:?}"
    );
    assert!(
        said[1].contains("logged in to orders in the last seven days"),
        "{said:?}"
    );
    assert_eq!(said[2], "We couldn't read who logged in to prototype.");
    assert!(
        said[3].starts_with("2 users of the project have no certificate here"),
        "{said:?}"
    );
    for (files, logins, expected) in [
        (vec![], vec![], "Nothing is known of who rests on"),
        (
            vec![BILLING_RENEWED],
            vec![STOCK_NAME],
            "No certificate given here rests on the old authority, but 1 user has",
        ),
        (
            vec![BILLING],
            vec![],
            "1 client given here rests on the old authority and would be locked out.",
        ),
    ] {
        let found = rotation(&Given {
            files,
            logins,
            ..given.clone()
        });
        assert!(
            found.in_short().starts_with(expected),
            "{}",
            found.in_short()
        );
    }
}

#[test]
fn a_common_name_is_read_as_it_is_written() {
    for (name, expected) in [
        ("CN=a,O=b", Some("a")),
        ("O=b,CN=a", Some("a")),
        ("OU=x+CN=a\\,b,O=b", Some("a\\,b")),
        ("O=b\\,CN=a", None),
        ("", None),
    ] {
        assert_eq!(common_name(name), expected, "{name}");
    }
}

#[test]
fn what_a_finished_run_took_out_is_over_until_another_successor_comes() {
    let gone = vec!["Old Root".to_owned()];
    let given = |files: &[&'static str], present: &[&'static str]| Given {
        files: files.to_vec(),
        present: present.to_vec(),
        gone: gone.clone(),
        ..Given::default()
    };
    let found = rotation(&given(&[], &[NEW, SAME_1]));
    assert_eq!((found.stage, found.old().len()), (Stage::Done, 0));
    let next = rotation(&given(&[SAME_2], &[NEW, SAME_1]));
    assert_eq!(
        (next.stage, titles(next.old())),
        (Stage::TrustBoth, vec!["Acme CA"])
    );
}

#[test]
fn only_what_was_taken_out_and_stayed_out_is_gone() {
    use atlas::plan::{Plan, Present, Wanted, WantedBundle};
    let both = authorities(&[OLD, NEW].concat());
    let present = Present {
        pem: Some("PEM".to_owned()),
        authorities: both.clone(),
        ..Present::default()
    };
    let wanted = Wanted {
        bundle: WantedBundle::Exactly(both[1..].to_vec()),
        ..Wanted::default()
    };
    let project = atlas::types::ProjectId::parse("32b6e34b3d91647abb20e7b8").unwrap();
    let run = Apply::new(project, wanted.clone(), Plan::new(&present, &wanted)).unwrap();
    assert!(
        taken_out(Some(&run), &both[1..]).is_empty(),
        "it was not begun"
    );
    let mut json = serde_json::to_value(&run).unwrap();
    json["steps"][0]["outcome"] = serde_json::json!({"is": "done", "found": false});
    let run: Apply = serde_json::from_value(json).unwrap();
    assert_eq!(taken_out(Some(&run), &both[1..]), ["Old Root"]);
    assert!(taken_out(Some(&run), &both).is_empty(), "it was put back");
    assert!(taken_out(None, &both).is_empty());
}
