//! What in a project needs somebody, most urgent first: whoever looks after it learns here what would
//! otherwise be learnt when nobody can log in.

use atlas::{apply::ClusterProgress, types::ExpiryWarning};
use pki::{Timestamp, name::derived::not_derived};

use super::{facts::Facts, outlook::UnderWay};
use crate::words;

/// So long before the end it is time for a successor, in days. Half a year before, it is only told.
const SOON: i64 = 30;
const IN_SIGHT: i64 = 183;

/// From so many hundredths of the users that a project may have it is said that they are running out.
const NEARLY_FULL: usize = 90;

/// Something that needs somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Need {
    pub(crate) urgency: Urgency,
    /// What is so.
    pub(crate) what: String,
    /// What it means.
    pub(crate) means: String,
    /// The users that it is about.
    pub(crate) names: Vec<String>,
    pub(crate) remedy: Remedy,
}

/// How long it can wait; the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Urgency {
    /// Somebody is kept out, or something stands half done.
    Now,
    /// Somebody will be kept out.
    Soon,
    /// It is worth a look.
    Sometime,
}

/// What mends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Another authority in the place of one.
    Rotate,
    Authorities,
    Users,
    MakeAlert,
    /// The alert is there and tells nobody.
    ChangeAlert,
    /// The change that was begun goes on.
    Run,
    AskClusters,
    /// Nothing here: it says where.
    Elsewhere,
}

/// What it is told from.
pub(crate) struct Ground<'a> {
    pub(crate) facts: &'a Facts,
    /// The newest answer of the clusters, if they were asked.
    pub(crate) clusters: Option<&'a [ClusterProgress]>,
    pub(crate) under_way: UnderWay,
    pub(crate) now: Timestamp,
}

impl Ground<'_> {
    /// Everything that needs somebody. What could not be read is not guessed at.
    pub(crate) fn needs(&self) -> Vec<Need> {
        let mut needs = Vec::new();
        needs.extend(self.run());
        needs.extend(self.authorities());
        needs.extend(self.reach());
        needs.extend(self.off());
        needs.extend(self.clusters());
        needs.extend(self.alert());
        needs.extend(self.names());
        needs.extend(self.ldap());
        needs.extend(self.limit());
        needs.sort_by_key(|need| need.urgency);
        needs
    }

    fn run(&self) -> Option<Need> {
        (self.under_way == UnderWay::Unfinished).then(|| {
            need(
                Urgency::Now,
                "A change that was begun is not finished.",
                "Part of it is in Atlas. Go on with it, or apply something else in its place.",
                Remedy::Run,
            )
        })
    }

    fn authorities(&self) -> Vec<Need> {
        let present = self.facts.present.iter();
        let authorities = present.flat_map(|present| &present.authorities);
        let mut ending: Vec<(Timestamp, &str)> = authorities
            .filter_map(|authority| {
                let end = *self.facts.ends.get(&authority.sha256)?;
                Some((end, &*authority.title))
            })
            .collect();
        ending.sort_unstable();
        ending.dedup();
        let told = ending.into_iter().filter_map(|(end, title)| {
            let days = self.now.days_until(end);
            let (date, distance) = (words::date(end), words::distance(days));
            let (urgency, what) = match days {
                ..0 => (
                    Urgency::Now,
                    format!("“{title}” expired on {date}, {distance}."),
                ),
                0..SOON => (
                    Urgency::Soon,
                    format!("“{title}” expires {distance}, on {date}."),
                ),
                SOON..IN_SIGHT => (
                    Urgency::Sometime,
                    format!("“{title}” expires {distance}, on {date}."),
                ),
                _ => return None,
            };
            let means = if days < 0 {
                "The clusters refuse every client below it, and Atlas takes no bundle that holds it."
            } else {
                "From then on the clusters refuse every client below it. Bring its successor in, \
                 renew the clients, then take it out."
            };
            Some(need(urgency, &what, means, Remedy::Rotate))
        });
        told.collect()
    }

    fn reach(&self) -> Option<Need> {
        let reach = self.facts.reach().filter(atlas::reach::Reach::is_closed)?;
        let sentence = reach.sentence();
        Some(need(
            Urgency::Now,
            "Nobody can reach the clusters.",
            &sentence,
            Remedy::Elsewhere,
        ))
    }

    /// Users that nobody can log in as, because there is no bundle.
    fn off(&self) -> Option<Need> {
        let is_off = self.facts.is_off()?;
        let users = self.facts.self_managed().len();
        (is_off && users > 0).then(|| {
            need(
                Urgency::Sometime,
                &format!(
                    "Self-managed X.509 is off, and the project has {} for it.",
                    words::count(users, "user", "users")
                ),
                "Nobody can log in as them. Add the certificate of your CA, or delete the users.",
                Remedy::Authorities,
            )
        })
    }

    fn clusters(&self) -> Option<Need> {
        let waiting: Vec<String> = self
            .clusters?
            .iter()
            .filter(|cluster| !cluster.is_ready())
            .map(|cluster| cluster.name.clone())
            .collect();
        let has = match waiting.len() {
            0 => return None,
            1 => "hasn't",
            _ => "haven't",
        };
        Some(need(
            Urgency::Now,
            &format!(
                "{} {has} taken up the last change yet.",
                words::list(&waiting)
            ),
            "Until then a new user can't log in there, and whoever was taken out still can. It \
             usually takes a minute; with a change of the authorities, some minutes for each node.",
            Remedy::AskClusters,
        ))
    }

    fn alert(&self) -> Option<Need> {
        let configs = self.facts.alert_configs.as_ref().ok()?;
        if self.facts.is_off() != Some(false) {
            return None;
        }
        let warning = ExpiryWarning::of(configs);
        let remedy = match warning {
            ExpiryWarning::On { .. } => return None,
            ExpiryWarning::Missing => Remedy::MakeAlert,
            ExpiryWarning::Off | ExpiryWarning::ToNobody => Remedy::ChangeAlert,
        };
        Some(need(
            Urgency::Soon,
            &warning.sentence(),
            "From the day an authority expires, every client that it issued is refused.",
            remedy,
        ))
    }

    fn names(&self) -> Vec<Need> {
        let (mut never, mut hardly) = (Vec::new(), Vec::new());
        for name in self.facts.self_managed().into_keys() {
            match not_derived(name) {
                Some(why) if why.is_certain() => never.push(name.to_owned()),
                Some(_) => hardly.push(name.to_owned()),
                None => {}
            }
        }
        let told = |names: Vec<String>, can: &str, means: &str| {
            let has = words::count(names.len(), "user has a name", "users have names");
            (!names.is_empty()).then(|| Need {
                names,
                ..need(
                    Urgency::Soon,
                    &format!("{has} that {can}."),
                    means,
                    Remedy::Users,
                )
            })
        };
        let means =
            "The server compares names letter by letter, so nobody logs in with one like that.";
        let never = told(never, "no certificate can have", means);
        let means = "The server compares names letter by letter. One like that is usually typed by hand, \
                     and nobody can log in with it.";
        let hardly = told(hardly, "hardly any certificate has", means);
        never.into_iter().chain(hardly).collect()
    }

    fn ldap(&self) -> Option<Need> {
        let ldap = &self.facts.security.as_ref().ok()?.ldap;
        if !ldap.authorization_enabled {
            return None;
        }
        let users = self.facts.users.iter().flatten();
        let blocked = users.filter(|user| user.is_managed());
        let blocked: Vec<String> = blocked.map(|user| user.username.clone()).collect();
        let others = match blocked.len() {
            0 => "The directory decides what users may do; the roles in Atlas are not used.",
            1 => {
                "The directory decides what users may do; the roles in Atlas are not used. This user \
                 can't log in, because Atlas made its certificate:"
            }
            _ => {
                "The directory decides what users may do; the roles in Atlas are not used. These \
                 users can't log in, because Atlas made their certificates:"
            }
        };
        let urgency = if blocked.is_empty() {
            Urgency::Sometime
        } else {
            Urgency::Soon
        };
        Some(Need {
            names: blocked,
            ..need(
                urgency,
                &format!(
                    "LDAP authorisation is on. {}",
                    atlas::words::LDAP_DEPRECATED
                ),
                others,
                Remedy::Users,
            )
        })
    }

    fn limit(&self) -> Option<Need> {
        let limit = self.facts.user_limit?;
        let users = self.facts.users.as_ref().ok()?.len();
        (limit > 0 && users * 100 >= limit * NEARLY_FULL).then(|| {
            need(
                Urgency::Sometime,
                &format!(
                    "The project has {} of the {} database users that it may have.",
                    words::grouped(users as u64),
                    words::grouped(limit as u64)
                ),
                "Delete users that nobody needs, or ask MongoDB's support to raise the limit.",
                Remedy::Users,
            )
        })
    }
}

fn need(urgency: Urgency, what: &str, means: &str, remedy: Remedy) -> Need {
    Need {
        urgency,
        what: what.to_owned(),
        means: means.to_owned(),
        names: Vec::new(),
        remedy,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::collections::BTreeMap;

    use atlas::{
        plan::Present,
        types::{AlertConfig, ChangeStatus, ClusterState},
    };
    use serde_json::{Value, from_value, json};

    use super::*;
    use crate::change::fixture::authority;

    const NOW: Timestamp = Timestamp::from_unix(1_795_478_400);

    fn user(name: &str, kind: &str) -> Value {
        json!({"username": name, "databaseName": "$external", "x509Type": kind})
    }

    /// A project in which nothing needs anybody.
    fn facts() -> Facts {
        let mut facts = Facts {
            project: from_value(json!({"id": "a".repeat(24), "name": "P"})).unwrap(),
            security: Ok(from_value(json!({"customerX509": {"cas": "PEM"}})).unwrap()),
            users: Ok(Vec::new()),
            clusters: Ok(Vec::new()),
            flex_clusters: Ok(Vec::new()),
            access_list: Ok(from_value(json!([{"cidrBlock": "10.0.0.0/8"}])).unwrap()),
            custom_roles: Ok(Vec::new()),
            alerts: Ok(Vec::new()),
            alert_configs: Ok(vec![AlertConfig::ca_expiration()]),
            user_limit: Some(100),
            present: Some(Present {
                pem: Some("PEM".to_owned()),
                authorities: vec![authority("A"), authority("B")],
                ..Present::default()
            }),
            ends: BTreeMap::new(),
        };
        ends(&mut facts, "A", 3_000);
        ends(&mut facts, "B", 400);
        have(&mut facts, &["CN=a,O=Acme"]);
        facts
    }

    fn ends(facts: &mut Facts, name: &str, days: i64) {
        let end = NOW.plus(days * Timestamp::DAY + 60);
        facts.ends.insert(authority(name).sha256, end);
    }

    fn have(facts: &mut Facts, names: &[&str]) {
        let users = names.iter().map(|name| user(name, "CUSTOMER")).collect();
        facts.users = Ok(from_value(Value::Array(users)).unwrap());
    }

    fn needs(
        facts: &Facts,
        clusters: Option<&[ClusterProgress]>,
        under_way: UnderWay,
    ) -> Vec<Need> {
        let ground = Ground {
            facts,
            clusters,
            under_way,
            now: NOW,
        };
        ground.needs()
    }

    #[test]
    fn whatever_needs_somebody_is_told_with_what_mends_it() {
        type Make = fn(&mut Facts);
        type Expected = Option<(Urgency, &'static str, Remedy)>;
        let cases: [(Make, Expected); 11] = [
            (|_| (), None),
            (
                |facts| ends(facts, "B", 20),
                Some((
                    Urgency::Soon,
                    "“B” expires in 20 days, on 14 December 2026.",
                    Remedy::Rotate,
                )),
            ),
            (
                |facts| ends(facts, "B", -3),
                Some((Urgency::Now, "“B” expired on", Remedy::Rotate)),
            ),
            (
                |facts| ends(facts, "B", 100),
                Some((Urgency::Sometime, "“B” expires in 3 months", Remedy::Rotate)),
            ),
            (
                |facts| facts.access_list = Ok(Vec::new()),
                Some((Urgency::Now, "Nobody can reach", Remedy::Elsewhere)),
            ),
            (
                |facts| {
                    facts.security = Ok(from_value(json!({"customerX509": {}})).unwrap());
                    facts.present = Some(Present::default());
                },
                Some((
                    Urgency::Sometime,
                    "Self-managed X.509 is off, and the project has 1 user for it.",
                    Remedy::Authorities,
                )),
            ),
            (
                |facts| facts.alert_configs = Ok(Vec::new()),
                Some((Urgency::Soon, "Atlas tells nobody", Remedy::MakeAlert)),
            ),
            (
                |facts| {
                    let mut alert = AlertConfig::ca_expiration();
                    alert.enabled = false;
                    facts.alert_configs = Ok(vec![alert]);
                },
                Some((Urgency::Soon, "switched off", Remedy::ChangeAlert)),
            ),
            (
                |facts| have(facts, &["CN=a, O=Acme", "CN=b,O=Acme", "cn=c,O=Acme"]),
                Some((
                    Urgency::Soon,
                    "2 users have names that no certificate can have.",
                    Remedy::Users,
                )),
            ),
            (
                |facts| {
                    let security = json!({"customerX509": {"cas": "PEM"}, "ldap": {"authorizationEnabled": true, "hostname": "h"}});
                    facts.security = Ok(from_value(security).unwrap());
                },
                Some((
                    Urgency::Sometime,
                    "LDAP authorisation is on.",
                    Remedy::Users,
                )),
            ),
            (
                |facts| facts.user_limit = Some(1),
                Some((
                    Urgency::Sometime,
                    "The project has 1 of the 1 database users",
                    Remedy::Users,
                )),
            ),
        ];
        for (change, expected) in cases {
            let mut facts = facts();
            change(&mut facts);
            let needs = needs(&facts, None, UnderWay::No);
            match expected {
                None => assert_eq!(needs, []),
                Some((urgency, what, remedy)) => {
                    let [need] = needs.as_slice() else {
                        panic!("{what}: {needs:?}");
                    };
                    assert!(need.what.contains(what), "{what}: {}", need.what);
                    assert_eq!((need.urgency, need.remedy), (urgency, remedy), "{what}");
                }
            }
        }
    }

    #[test]
    fn what_cannot_wait_comes_first() {
        let mut facts = facts();
        ends(&mut facts, "A", 100);
        ends(&mut facts, "B", 20);
        facts.alert_configs = Ok(Vec::new());
        have(&mut facts, &["CN=a, O=Acme"]);
        let clusters = [
            ("orders", ChangeStatus::Pending),
            ("old", ChangeStatus::Applied),
        ];
        let clusters = clusters.map(|(name, change)| ClusterProgress {
            name: name.to_owned(),
            state: Some(ClusterState::Idle),
            change: Some(change),
            paused: false,
        });
        let needs = needs(&facts, Some(&clusters), UnderWay::Unfinished);
        let remedies: Vec<Remedy> = needs.iter().map(|need| need.remedy).collect();
        assert_eq!(
            remedies,
            [
                Remedy::Run,
                Remedy::AskClusters,
                Remedy::Rotate,
                Remedy::MakeAlert,
                Remedy::Users,
                Remedy::Rotate
            ]
        );
        assert!(
            needs[1].what.starts_with("orders hasn't"),
            "{}",
            needs[1].what
        );
    }

    #[test]
    fn what_could_not_be_read_is_not_guessed_at() {
        let why = || atlas::Error::EndlessList { pages: 1 }.explain();
        let mut facts = facts();
        facts.security = Err(why());
        facts.users = Err(why());
        facts.access_list = Err(why());
        facts.alert_configs = Err(why());
        facts.user_limit = None;
        facts.present = None;
        facts.ends.clear();
        assert_eq!(needs(&facts, None, UnderWay::No), []);
    }
}
