//! Whether anything can reach a project's clusters over the network, from what Atlas tells.
//!
//! The network access list guards the public addresses and peered networks. A private endpoint is a
//! way of its own, which an empty list does not close.

use serde::{Deserialize, Serialize};

use crate::{
    types::{AccessListEntry, Cluster, ConnectionStrings, FlexCluster},
    words::DATABASE_ACCESS_MENU,
};

/// Every address, in both versions of IP.
const EVERYWHERE: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// The ways into a project's clusters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// How many entries the network access list has.
    pub entries: usize,
    /// Whether one of them is every address.
    pub everywhere: bool,
    /// Entries that Atlas takes out by itself, with the moment at which it does.
    pub ending: Vec<(String, String)>,
    /// Clusters that have a private endpoint.
    pub private_endpoints: Vec<String>,
}

impl Reach {
    /// Of a project with this network access list and these clusters.
    pub fn of(list: &[AccessListEntry], clusters: &[Cluster], flex: &[FlexCluster]) -> Self {
        let is_everywhere = |entry: &AccessListEntry| EVERYWHERE.contains(&entry.named());
        let ends = |entry: &AccessListEntry| {
            let end = entry.delete_after_date.as_ref()?;
            Some((entry.named().to_owned(), end.clone()))
        };
        let dedicated = clusters.iter();
        let dedicated = dedicated.map(|cluster| (&cluster.name, &cluster.connection_strings));
        let flex = flex.iter();
        let flex = flex.map(|cluster| (&cluster.name, &cluster.connection_strings));
        Self {
            entries: list.len(),
            everywhere: list.iter().any(is_everywhere),
            ending: list.iter().filter_map(ends).collect(),
            private_endpoints: dedicated
                .chain(flex)
                .filter(|(_, strings)| has_private_endpoint(strings))
                .map(|(name, _)| name.clone())
                .collect(),
        }
    }

    /// Whether nobody gets in.
    pub fn is_closed(&self) -> bool {
        self.entries == 0 && self.private_endpoints.is_empty()
    }

    /// Who gets in, and what to do when nobody does.
    pub fn sentence(&self) -> String {
        let mut said = vec![match self.entries {
            0 if self.private_endpoints.is_empty() => {
                return format!(
                    "The network access list is empty, so no client can reach a cluster, whatever its certificate. Add the addresses of your clients in Atlas, under {DATABASE_ACCESS_MENU}."
                );
            }
            0 => format!(
                "The network access list is empty: clients get in through private endpoints only ({}).",
                self.private_endpoints.join(", ")
            ),
            _ if self.everywhere => "Every address can reach the clusters: certificates and passwords are all that guards them.".to_owned(),
            1 => "The network access list has 1 entry.".to_owned(),
            entries => format!("The network access list has {entries} entries."),
        }];
        if self.entries > 0 && !self.private_endpoints.is_empty() {
            said.push(format!(
                "Private endpoints are a way in of their own: {}.",
                self.private_endpoints.join(", ")
            ));
        }
        for (entry, end) in &self.ending {
            said.push(format!("{entry} is listed until {end} only."));
        }
        said.join(" ")
    }
}

fn has_private_endpoint(strings: &ConnectionStrings) -> bool {
    strings.private_endpoint.iter().any(|endpoint| {
        endpoint.connection_string.is_some() || endpoint.srv_connection_string.is_some()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use serde_json::{Value, from_value, json};

    use super::*;

    #[test]
    fn an_empty_list_closes_the_public_way_and_no_private_endpoint() {
        let endpoint = json!({"privateEndpoint": [{"srvConnectionString": "mongodb+srv://d", "type": "MONGOD"}]});
        let cases: [(Value, Value, bool, &str); 6] = [
            (
                json!([]),
                json!({}),
                true,
                "The network access list is empty, so no client can reach a cluster, whatever its certificate. Add the addresses of your clients in Atlas, under Security → Database & Network Access.",
            ),
            (
                json!([]),
                endpoint.clone(),
                false,
                "The network access list is empty: clients get in through private endpoints only (c).",
            ),
            (
                json!([{"cidrBlock": "10.0.0.0/8"}]),
                endpoint,
                false,
                "The network access list has 1 entry. Private endpoints are a way in of their own: c.",
            ),
            (
                json!([{"cidrBlock": "0.0.0.0/0"}, {"awsSecurityGroup": "sg-1"}]),
                json!({}),
                false,
                "Every address can reach the clusters: certificates and passwords are all that guards them.",
            ),
            (
                json!([
                    {"cidrBlock": "203.0.113.7/32", "ipAddress": "203.0.113.7", "deleteAfterDate": "2026-12-01T10:00:00Z"},
                    {"cidrBlock": "198.51.100.0/24", "deleteAfterDate": null},
                ]),
                json!({"privateEndpoint": []}),
                false,
                "The network access list has 2 entries. 203.0.113.7 is listed until 2026-12-01T10:00:00Z only.",
            ),
            (
                json!([{"cidrBlock": "::/0"}]),
                json!(null),
                false,
                "Every address can reach the clusters: certificates and passwords are all that guards them.",
            ),
        ];
        for (list, strings, closed, sentence) in cases {
            let list: Vec<AccessListEntry> = from_value(list).unwrap();
            let cluster = from_value(json!({"name": "c", "connectionStrings": strings})).unwrap();
            let reach = Reach::of(&list, &[cluster], &[]);
            assert_eq!(reach.is_closed(), closed, "{sentence}");
            assert_eq!(reach.sentence(), sentence);
        }
    }
}
