//! Every finding, shown and absent: piles of certificates made here, each with the finding it must
//! or must not lead to. A rule without a scenario of both kinds fails the tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod authority;
mod client;
mod contract;
mod explained;
mod input;
mod limits;
mod make;
mod pair;
mod refusal;
mod scenario;
mod sentence;
mod user;

use scenario::Scenario;

/// Every scenario, by subject.
fn all() -> Vec<Scenario> {
    [
        input::scenarios(),
        authority::scenarios(),
        refusal::scenarios(),
        limits::scenarios(),
        client::scenarios(),
        user::scenarios(),
        pair::scenarios(),
    ]
    .concat()
}

#[test]
fn every_scenario_leads_to_what_it_says() {
    let failures: Vec<String> = all().iter().filter_map(Scenario::failure).collect();
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n\n"));
}
