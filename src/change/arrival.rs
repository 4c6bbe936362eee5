//! Whether a client has logged in yet, as far as the access histories of the clusters tell.

use atlas::history::{Histories, Seen};

/// How a client stands that may or may not have come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// It got in when it came last.
    LoggedIn(Seen),
    /// It was refused when it came last; it may have got in before.
    Refused { refusal: Seen, login: Option<Seen> },
    /// No cluster tells of it.
    NotYet,
    /// No cluster that it may go to could be asked.
    Unknown,
}

/// How the user of this name stands, who may go to these clusters; none: to every one.
pub(crate) fn of(histories: &Histories, name: &str, only: &[String]) -> Arrival {
    let known = histories.known(name);
    let is_refused = known.is_refused();
    let may_go_to = |cluster: &str| only.is_empty() || only.iter().any(|it| it == cluster);
    match (known.login, known.refusal) {
        (login, Some(refusal)) if is_refused => Arrival::Refused { refusal, login },
        (Some(login), _) => Arrival::LoggedIn(login),
        _ if histories.read().any(|(cluster, _)| may_go_to(cluster)) => Arrival::NotYet,
        _ => Arrival::Unknown,
    }
}

/// Whether what was read is all that there is: somebody else may be among the rest.
pub(crate) fn is_whole(histories: &Histories) -> bool {
    histories
        .read()
        .all(|(_, history)| history.missing().is_none())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use atlas::{
        fake,
        history::{History, not_kept},
    };
    use futures_util::FutureExt as _;
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_764_000_000;

    fn log(name: &str, second: u32, reason: Option<&str>) -> Value {
        json!({
            "authResult": reason.is_none(), "authSource": "$external", "failureReason": reason,
            "hostname": "h", "ipAddress": "203.0.113.1", "username": name,
            "timestamp": format!("Mon Nov 24 15:00:{second:02} GMT 2025"),
        })
    }

    fn history(logs: Vec<Value>) -> History {
        let fake = fake::Fake::new(None, &[]);
        fake.0.borrow_mut().access_logs = logs;
        let (client, project) = (fake.client(), fake::project());
        let history = client.history(&project, "orders", NOW).now_or_never();
        history.unwrap().unwrap()
    }

    #[test]
    fn a_client_stands_as_it_came_last() {
        let orders = history(vec![
            log("in after all", 50, None),
            log("refused now", 40, Some("why")),
            log("in after all", 30, Some("why")),
            log("refused now", 20, None),
            log("refused", 10, Some("why")),
        ]);
        let histories = Histories {
            clusters: vec![
                ("orders".to_owned(), Ok(orders)),
                ("free".to_owned(), Err(not_kept("free"))),
            ],
        };
        let free = ["free".to_owned()];
        let both = ["free".to_owned(), "orders".to_owned()];
        for (name, only, expected) in [
            ("in after all", &[][..], "logged in"),
            ("refused now", &[], "refused, in before"),
            ("refused", &[], "refused"),
            ("nobody", &[], "not yet"),
            ("nobody", &both, "not yet"),
            ("nobody", &free, "unknown"),
        ] {
            let said = match of(&histories, name, only) {
                Arrival::LoggedIn(_) => "logged in",
                Arrival::Refused { login: None, .. } => "refused",
                Arrival::Refused { login: Some(_), .. } => "refused, in before",
                Arrival::NotYet => "not yet",
                Arrival::Unknown => "unknown",
            };
            assert_eq!(said, expected, "{name} {only:?}");
        }
        assert!(is_whole(&histories));
        assert_eq!(of(&Histories::default(), "a", &[]), Arrival::Unknown);
    }
}
