//! Verdicts for tests, without certificates.

use std::rc::Rc;

use atlas::plan::Authority;
use pki::{
    Timestamp,
    report::{Client, Handshake, Judgement, Report, SCHEMA},
    view::{ClientDetails, GetsIn, View, Why},
};

use super::{decision, judged::Judged};
use crate::certificates::found::Found;

/// Clients by user name, each accepted or refused, and the authorities of the bundle as it will be.
pub(crate) fn judged(clients: &[(&str, bool)], bundle: &[&str]) -> Judged {
    let details = |name: &str, accepted: bool| ClientDetails {
        title: name.to_owned(),
        leaf: None,
        must_send: Vec::new(),
        other_level: None,
        gets_in: if accepted {
            GetsIn::Yes
        } else {
            GetsIn::No(Why::Certificate)
        },
        mongod_log: None,
        key: None,
        reasons: Vec::new(),
    };
    let client = |name: &str, accepted| Client {
        file: format!("{name}.pem"),
        leaf: None,
        subject_openssl: None,
        judgement: Judgement {
            accepted: Some(accepted),
            ..Judgement::default()
        },
        handshake: Handshake::default(),
        parse_error: None,
        leaf_only: Judgement::default(),
        username: Some(name.to_owned()),
        username_error: None,
    };
    let after = View {
        report: Report {
            schema: SCHEMA,
            at: Timestamp::from_unix(0),
            level: 2,
            clients: clients
                .iter()
                .map(|(name, accepted)| client(name, *accepted))
                .collect(),
            certificates: Vec::new(),
            findings: Vec::new(),
        },
        certificates: Vec::new(),
        clients: clients
            .iter()
            .map(|(name, accepted)| details(name, *accepted))
            .collect(),
        authorities: Vec::new(),
        keys: Vec::new(),
        files: Vec::new(),
    };
    Judged {
        after: Rc::new(Found::new(after)),
        before: None,
        bundle: bundle.iter().map(|name| authority(name)).collect(),
        aside: Vec::new(),
    }
}

/// An authority of this name.
pub(crate) fn authority(name: &str) -> Authority {
    Authority {
        sha256: format!("sha-{name}"),
        title: name.to_owned(),
        pem: format!("{name}\n"),
    }
}

/// An authority by its fingerprint, for a decision about it.
pub(crate) fn authority_of(sha256: &str, is_present: bool, is_given: bool) -> decision::Authority {
    decision::Authority {
        sha256: sha256.to_owned(),
        is_present,
        is_given,
    }
}

/// Authorities that take each other's place, and their clients: `turnover/README.md`.
pub(crate) mod turnover {
    pub(crate) const OLD: &str = include_str!("turnover/old.pem");
    pub(crate) const NEW: &str = include_str!("turnover/new.pem");
    pub(crate) const OLD_ISSUING: &str = include_str!("turnover/old-issuing.pem");
    pub(crate) const NEW_ISSUING: &str = include_str!("turnover/new-issuing.pem");
    pub(crate) const CROSSED: &str = include_str!("turnover/crossed.pem");
    pub(crate) const SAME_1: &str = include_str!("turnover/same-1.pem");
    pub(crate) const SAME_2: &str = include_str!("turnover/same-2.pem");
    pub(crate) const BILLING: &str = include_str!("turnover/billing.pem");
    pub(crate) const BILLING_RENEWED: &str = include_str!("turnover/billing-renewed.pem");
    pub(crate) const ORDERS: &str = include_str!("turnover/orders.pem");
    pub(crate) const ORDERS_RENEWED: &str = include_str!("turnover/orders-renewed.pem");
    pub(crate) const STOCK: &str = include_str!("turnover/stock.pem");
    pub(crate) const STOCK_RENEWED: &str = include_str!("turnover/stock-renewed.pem");
}
