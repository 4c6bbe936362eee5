//! What follows from what was decided: the plan, the users, who looks like whom, what has to be asked, who
//! is locked out, whether another plan is under way.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use atlas::{
    apply::{Apply, Outcome, Phase},
    plan::{Authority, Plan, Present, Step, UserState, Wanted, WantedUser},
};

use super::{
    consent::{self, Consent},
    draft::{BundleChoice, Draft, Rights},
    facts::Facts,
    judged::Judged,
    lookalike::{self, Lookalike},
    roles::{all_in_words, scopes_in_words},
    rows::Rows,
    same::Same,
    wanted::{self, UserName},
};

/// What follows from what a person decided, from the verdicts and from what Atlas has: made once for each
/// of these, and asked by everybody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outlook {
    of: Ground,
    /// The user names of the clients that were judged.
    pub(crate) names: Vec<UserName>,
    /// Users of Atlas's whose names were probably meant to be one of those.
    pub(crate) look_alikes: Rc<Vec<Lookalike>>,
    /// What is asked about the bundle as it will be.
    pub(crate) asked_of_bundle: Option<Consent>,
    /// What is asked about the clients.
    pub(crate) asked_of_clients: Option<Consent>,
    /// Needs the bundle and the users that Atlas has.
    pub(crate) planned: Option<Planned>,
}

/// What has to change, as things stand.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) wanted: Wanted,
    pub(crate) plan: Rc<Plan>,
    /// The users, with what becomes of each.
    pub(crate) rows: Rc<Rows>,
    /// Every self-managed user, if the plan locks them all out.
    pub(crate) locked_out: Rc<Vec<String>>,
    /// The self-managed users that no change is about.
    pub(crate) unchanged: Rc<Vec<String>>,
}

/// What an outlook was made of.
#[derive(Clone, Debug, Default, PartialEq)]
struct Ground {
    bundle: BundleChoice,
    taken_out: BTreeSet<String>,
    rights: BTreeMap<String, Rights>,
    deleted: BTreeSet<String>,
    asked: BTreeSet<String>,
    compared: BTreeSet<String>,
    seen: BTreeSet<String>,
    gone: BTreeSet<String>,
    judged: Option<Same<Judged>>,
    facts: Option<Same<Facts>>,
}

impl PartialEq for Outlook {
    fn eq(&self, other: &Self) -> bool {
        self.of == other.of
    }
}

impl Outlook {
    /// The outlook as it is now; `None`: nothing has changed that it is made of.
    pub(crate) fn renewed(
        &self,
        draft: &Draft,
        judged: Option<&Rc<Judged>>,
        facts: Option<&Rc<Facts>>,
    ) -> Option<Self> {
        if self.of.is(draft, judged, facts) {
            return None;
        }
        let of = Ground::new(draft, judged, facts);
        let judged_is_same = self.of.judged == of.judged;
        let names = match judged {
            Some(_) if judged_is_same => self.names.clone(),
            judged => judged
                .map(|judged| wanted::user_names(judged))
                .unwrap_or_default(),
        };
        let look_alikes = if judged_is_same && self.of.facts == of.facts {
            Rc::clone(&self.look_alikes)
        } else {
            Rc::new(look_alikes(&names, facts))
        };
        let (asked_of_bundle, asked_of_clients) =
            if judged_is_same && self.of.compared == of.compared {
                (self.asked_of_bundle.clone(), self.asked_of_clients.clone())
            } else {
                (
                    judged.and_then(|judged| consent::of_bundle(judged)),
                    judged.and_then(|judged| consent::of_clients(judged, &draft.compared)),
                )
            };
        let planned = facts.and_then(|facts| {
            let judged = judged.map(|judged| &**judged);
            Planned::new(draft, judged, &names, &look_alikes, facts)
        });
        Some(Self {
            of,
            names,
            look_alikes,
            asked_of_bundle,
            asked_of_clients,
            planned,
        })
    }

    /// The users; none as long as they are not known.
    pub(crate) fn rows(&self) -> Rc<Rows> {
        self.planned
            .as_ref()
            .map_or_else(Rc::default, |planned| Rc::clone(&planned.rows))
    }

    /// Whether Atlas has everything as it was decided.
    pub(crate) fn is_in_atlas(&self) -> bool {
        self.planned
            .as_ref()
            .is_some_and(|planned| planned.plan.is_nothing())
    }
}

impl Ground {
    /// Whether it is this. Asked with every change of the draft, so nothing is copied for it.
    fn is(&self, draft: &Draft, judged: Option<&Rc<Judged>>, facts: Option<&Rc<Facts>>) -> bool {
        self.bundle == draft.bundle
            && self.taken_out == draft.taken_out
            && self.rights == draft.rights
            && self.deleted == draft.deleted
            && self.asked == draft.asked
            && self.compared == draft.compared
            && self.seen == draft.seen
            && self.gone == draft.gone
            && self.judged == judged.map(Same::of)
            && self.facts == facts.map(Same::of)
    }

    fn new(draft: &Draft, judged: Option<&Rc<Judged>>, facts: Option<&Rc<Facts>>) -> Self {
        Self {
            bundle: draft.bundle,
            taken_out: draft.taken_out.clone(),
            rights: draft.rights.clone(),
            deleted: draft.deleted.clone(),
            asked: draft.asked.clone(),
            compared: draft.compared.clone(),
            seen: draft.seen.clone(),
            gone: draft.gone.clone(),
            judged: judged.map(Same::of),
            facts: facts.map(Same::of),
        }
    }
}

impl Planned {
    /// `None` when the role of the credential is too low to see what Atlas has.
    fn new(
        draft: &Draft,
        judged: Option<&Judged>,
        names: &[UserName],
        look_alikes: &[Lookalike],
        facts: &Facts,
    ) -> Option<Self> {
        let present = facts.present.as_ref()?;
        let wanted = wanted::wanted(draft, judged, names, present, facts.user_limit);
        let plan = Plan::new(present, &wanted);
        Some(Self {
            rows: Rc::new(Rows::new(draft, names, look_alikes, present, &plan)),
            locked_out: Rc::new(locked_out(&plan, present, judged)),
            unchanged: Rc::new(unchanged(&plan, present)),
            plan: Rc::new(plan),
            wanted,
        })
    }
}

fn look_alikes(names: &[UserName], facts: Option<&Rc<Facts>>) -> Vec<Lookalike> {
    let derived: Vec<&str> = names.iter().map(|user| &*user.name).collect();
    let there = facts.iter().flat_map(|facts| facts.self_managed());
    lookalike::find(there.map(|(name, _)| name), &derived)
}

/// The self-managed users that no step is about.
fn unchanged(plan: &Plan, present: &Present) -> Vec<String> {
    let changed: BTreeSet<&str> = plan.steps.iter().filter_map(Step::username).collect();
    present
        .users
        .iter()
        .filter(|user| user.is_self_managed() && !changed.contains(&*user.username))
        .map(|user| user.username.clone())
        .collect()
}

/// Something about a user that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) what: &'static str,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// What of a user changes.
pub(crate) fn differences(user: &WantedUser, was: &UserState) -> Vec<Difference> {
    let description = user.description.as_deref().unwrap_or(&was.description);
    let becomes = UserState::new(&user.roles, &user.scopes, description);
    let described = |text: &str| match text {
        "" => "none".to_owned(),
        text => format!("“{text}”"),
    };
    [
        (
            "Roles",
            all_in_words(&was.roles),
            all_in_words(&becomes.roles),
        ),
        (
            "Clusters",
            scopes_in_words(&was.scopes),
            scopes_in_words(&becomes.scopes),
        ),
        (
            "Description",
            described(&was.description),
            described(&becomes.description),
        ),
    ]
    .into_iter()
    .filter(|(_, before, after)| before != after)
    .map(|(what, before, after)| Difference {
        what,
        before,
        after,
    })
    .collect()
}

/// The self-managed users that Atlas has, if the plan leaves none of them that is known to get in:
/// each is deleted, or every authority goes and no certificate given here is accepted for it
/// afterwards. Empty as long as there is one. Verdicts count only if they were given for the bundle
/// that the plan leads to.
pub(crate) fn locked_out(plan: &Plan, present: &Present, judged: Option<&Judged>) -> Vec<String> {
    let bundle_goes = plan.steps.iter().any(|step| match step {
        Step::ReplaceBundle { kept, removed, .. } => kept.is_empty() && !removed.is_empty(),
        Step::Disable { .. } => true,
        _ => false,
    });
    let accepted: BTreeSet<String> = judged
        .filter(|judged| is_about(judged, plan))
        .map(wanted::user_names)
        .unwrap_or_default()
        .into_iter()
        .filter(|user| user.accepted)
        .map(|user| user.name)
        .collect();
    let deleted: BTreeSet<&str> = plan
        .steps
        .iter()
        .filter(|step| matches!(step, Step::DeleteUser { .. }))
        .filter_map(Step::username)
        .collect();
    let users: Vec<&str> = present
        .users
        .iter()
        .filter(|user| user.is_self_managed())
        .map(|user| &*user.username)
        .collect();
    let loses =
        |name: &&&str| deleted.contains(**name) || (bundle_goes && !accepted.contains(**name));
    if users.iter().filter(loses).count() < users.len() {
        return Vec::new();
    }
    users.into_iter().map(str::to_owned).collect()
}

/// Whether the certificates were judged against the bundle that the plan leads to.
fn is_about(judged: &Judged, plan: &Plan) -> bool {
    let judged: BTreeSet<&str> = fingerprints(&judged.bundle).collect();
    plan.steps.iter().all(|step| match step {
        Step::ReplaceBundle { added, kept, .. } => {
            fingerprints(added)
                .chain(fingerprints(kept))
                .collect::<BTreeSet<_>>()
                == judged
        }
        Step::Disable { .. } => judged.is_empty(),
        _ => true,
    })
}

fn fingerprints(authorities: &[Authority]) -> impl Iterator<Item = &str> {
    authorities.iter().map(|authority| &*authority.sha256)
}

/// Whether a plan has been begun before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnderWay {
    No,
    /// It stopped somewhere.
    Unfinished,
    /// Calls are made at this moment, or the clusters are taking it up.
    Running,
}

pub(crate) fn under_way(apply: Option<&Apply>, applying: bool) -> UnderWay {
    let untouched = |apply: &Apply| {
        let mut outcomes = apply.steps().iter().map(|progress| &progress.outcome);
        *apply.phase() == Phase::Ready && outcomes.all(|outcome| *outcome == Outcome::NotTried)
    };
    match apply {
        Some(_) if applying => UnderWay::Running,
        None => UnderWay::No,
        // Everything is in Atlas, and nobody asks the clusters any more.
        Some(apply) if matches!(apply.phase(), Phase::Finished | Phase::Waiting { .. }) => {
            UnderWay::No
        }
        Some(apply) if untouched(apply) => UnderWay::No,
        Some(_) => UnderWay::Unfinished,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use atlas::{
        plan::{Wanted, WantedBundle},
        types::{DatabaseUser, ProjectId, Role, Scope, ScopeType},
    };

    use serde_json::{from_value, json};

    use super::*;
    use crate::change::fixture::{authority, authority_of, judged};

    fn user(name: &str) -> DatabaseUser {
        from_value(json!({"username": name, "databaseName": "$external", "x509Type": "CUSTOMER"}))
            .unwrap()
    }

    fn present(authorities: &[&str], users: &[&str]) -> Present {
        Present {
            pem: (!authorities.is_empty()).then(|| "PEM".to_owned()),
            authorities: bundle(authorities),
            users: users.iter().map(|name| user(name)).collect(),
            ..Present::default()
        }
    }

    fn bundle(names: &[&str]) -> Vec<Authority> {
        names.iter().map(|name| authority(name)).collect()
    }

    fn plan(present: &Present, authorities: &[&str], deleted: &[&str]) -> Plan {
        let wanted = Wanted {
            bundle: WantedBundle::Exactly(bundle(authorities)),
            deleted: deleted.iter().map(|&name| name.to_owned()).collect(),
            ..Wanted::default()
        };
        Plan::new(present, &wanted)
    }

    const BOTH: &[&str] = &["CN=a", "CN=b"];

    #[test]
    fn everybody_is_locked_out_when_nobody_is_left_who_is_known_to_get_in() {
        type Names = &'static [&'static str];
        let cases: [(Names, Names, Names, Names, &str); 7] = [
            (&["A"], BOTH, &["A"], &["CN=a"], "one is left"),
            (&["A"], BOTH, &["A", "B"], &[], "the authority stays"),
            (&["A"], &[], &["B"], &[], "nobody was there"),
            (&["A", "B"], BOTH, &["B"], &[], "one authority stays"),
            (&["A"], BOTH, &["A"], BOTH, "all"),
            (&["A"], BOTH, &["B"], &[], "all"),
            (&["A"], BOTH, &["B"], &["CN=a"], "all"),
        ];
        for (has, users, becomes, deleted, case) in cases {
            let present = present(has, users);
            let plan = plan(&present, becomes, deleted);
            let expected: &[&str] = if case == "all" { users } else { &[] };
            assert_eq!(locked_out(&plan, &present, None), expected, "{case}");
        }
        let present = present(&["A"], BOTH);
        let new_certificate = judged(&[("CN=a", true)], &["B"]);
        let replaced = plan(&present, &["B"], &[]);
        assert!(locked_out(&replaced, &present, Some(&new_certificate)).is_empty());
        let of_another_bundle = judged(&[("CN=a", true)], &["B", "C"]);
        assert_eq!(
            locked_out(&replaced, &present, Some(&of_another_bundle)),
            BOTH
        );
    }

    #[test]
    fn only_what_changes_of_a_user_is_told() {
        let was = UserState::new(&[Role::on("read", "a")], &[], "old");
        let orders = Scope {
            name: "orders".to_owned(),
            kind: ScopeType::Cluster,
        };
        let user = WantedUser {
            username: "CN=a".to_owned(),
            roles: vec![Role::on("read", "a"), Role::on("atlasAdmin", "admin")],
            scopes: vec![orders],
            description: None,
        };
        let said: Vec<String> = differences(&user, &was)
            .into_iter()
            .map(|it| format!("{}: {} -> {}", it.what, it.before, it.after))
            .collect();
        assert_eq!(
            said,
            [
                "Roles: read on a -> atlasAdmin and read on a",
                "Clusters: every cluster -> orders"
            ]
        );
        let emptied = WantedUser {
            description: Some(String::new()),
            ..user
        };
        assert_eq!(differences(&emptied, &was)[2].after, "none");
    }

    #[test]
    fn a_plan_that_was_not_begun_or_is_over_is_not_under_way() {
        let project = ProjectId::parse("32b6e34b3d91647abb20e7b8").unwrap();
        let present = present(&["A"], &["CN=a"]);
        let apply = Apply::new(project, Wanted::default(), plan(&present, &["B"], &[])).unwrap();
        let at = |phase: serde_json::Value| -> Apply {
            let mut apply = serde_json::to_value(&apply).unwrap();
            apply["phase"] = phase;
            from_value(apply).unwrap()
        };
        assert_eq!(under_way(None, false), UnderWay::No);
        assert_eq!(under_way(Some(&apply), false), UnderWay::No);
        assert_eq!(under_way(Some(&apply), true), UnderWay::Running);
        let waiting = at(json!({"is": "waiting", "trouble": null}));
        assert_eq!(under_way(Some(&waiting), true), UnderWay::Running);
        for (phase, expected) in [
            (json!({"is": "finished"}), UnderWay::No),
            (json!({"is": "stopped"}), UnderWay::Unfinished),
            (json!({"is": "running"}), UnderWay::Unfinished),
            (json!({"is": "waiting", "trouble": null}), UnderWay::No),
        ] {
            assert_eq!(
                under_way(Some(&at(phase.clone())), false),
                expected,
                "{phase}"
            );
        }
    }

    #[test]
    fn an_outlook_is_made_anew_only_when_what_it_is_made_of_changes() {
        let mut draft = Draft::default();
        let judged = Rc::new(judged(&[("CN=a", true)], &[]));
        let first = Outlook::default().renewed(&draft, Some(&judged), None);
        let mut outlook = first.expect("it was judged");
        assert_eq!(outlook.names.len(), 1);
        draft.selected = Some(BTreeSet::new());
        draft.agreed.insert("f".to_owned());
        draft.former_saved = true;
        assert_eq!(outlook.renewed(&draft, Some(&judged), None), None);
        let changes: [fn(&mut Draft); 3] = [
            |draft| draft.set_rights("CN=a".to_owned(), Rights::default()),
            |draft| draft.delete_user("CN=b".to_owned()),
            |draft| draft.leave_out(&authority_of("f", true, false)),
        ];
        for change in changes {
            change(&mut draft);
            let next = outlook.renewed(&draft, Some(&judged), None);
            outlook = next.expect("something else was decided");
        }
        let again = Rc::new((*judged).clone());
        assert!(outlook.renewed(&draft, Some(&again), None).is_some());
    }
}
