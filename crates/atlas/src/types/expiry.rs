//! What the alerts of a project come to, for an authority that is about to expire: whether anybody is
//! told, how long before, and who.

use serde_json::{Map, Value, json};

use super::alert::{AlertConfig, AlertNotification, AlertThreshold, CA_EXPIRATION_EVENT};

/// Whether anybody is told before an authority of the bundle expires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpiryWarning {
    /// There is no such alert.
    Missing,
    /// There is one, but it is switched off.
    Off,
    /// It is on, but nobody gets it.
    ToNobody,
    /// Somebody is told.
    On {
        /// When and who, as a sentence for each alert.
        sentences: Vec<String>,
    },
}

impl ExpiryWarning {
    /// Of a project with these alerts.
    pub fn of(configs: &[AlertConfig]) -> Self {
        let about_it = || {
            let event = |config: &&AlertConfig| config.event_type_name == CA_EXPIRATION_EVENT;
            configs.iter().filter(event)
        };
        let on: Vec<&AlertConfig> = about_it().filter(|config| config.enabled).collect();
        if on.is_empty() {
            return match about_it().next() {
                None => Self::Missing,
                Some(_) => Self::Off,
            };
        }
        let sentences: Vec<String> = on.iter().filter_map(|config| sentence(config)).collect();
        if sentences.is_empty() {
            Self::ToNobody
        } else {
            Self::On { sentences }
        }
    }

    /// Whether somebody is told.
    pub fn is_on(&self) -> bool {
        matches!(self, Self::On { .. })
    }

    /// What is so, and what it means.
    pub fn sentence(&self) -> String {
        match self {
            Self::Missing => {
                "Atlas tells nobody before an authority of the bundle expires.".to_owned()
            }
            Self::Off => {
                "The alert before an authority expires is switched off, so Atlas tells nobody."
                    .to_owned()
            }
            Self::ToNobody => {
                "The alert before an authority expires is on, but it has no recipients.".to_owned()
            }
            Self::On { sentences } => sentences.join(" "),
        }
    }
}

/// An alert before an authority expires, as far as this program changes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpiryAlert {
    /// Its id.
    pub id: String,
    /// Whether it is on.
    pub is_on: bool,
    /// How many days before the end it begins; `None` where it says that otherwise, or not.
    pub days: Option<u32>,
    /// Whom it tells, in words; empty: nobody.
    pub recipients: Vec<String>,
}

impl ExpiryAlert {
    /// Those of a project with these alerts. One without an id cannot be changed, and is left out.
    pub fn all(configs: &[AlertConfig]) -> Vec<Self> {
        let about_it = configs
            .iter()
            .filter(|config| config.event_type_name == CA_EXPIRATION_EVENT);
        about_it
            .filter_map(|config| {
                Some(Self {
                    id: config.id.clone()?,
                    is_on: config.enabled,
                    days: config.threshold.as_ref().and_then(days),
                    recipients: recipients(config),
                })
            })
            .collect()
    }
}

/// What is wanted of an alert before an authority expires. It is switched on by that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpiryAlertChange {
    /// How many days before the end it begins.
    pub days: u32,
    /// Whom it tells no longer, in the words of [`ExpiryAlert::recipients`].
    pub without: Vec<String>,
    /// An address that gets it by mail, too.
    pub also: Option<String>,
}

impl ExpiryAlertChange {
    /// The alert as it becomes. Everything else stays as Atlas has it, what this crate does not know too.
    pub(crate) fn of(&self, config: &Map<String, Value>) -> Map<String, Value> {
        let mut config = config.clone();
        config.insert("enabled".to_owned(), true.into());
        config.insert(
            "threshold".to_owned(),
            json!({"operator": "LESS_THAN", "threshold": self.days, "units": "DAYS"}),
        );
        let notifications = config.entry("notifications").or_insert_with(|| json!([]));
        if let Value::Array(notifications) = notifications {
            let words = |notification: &Value| {
                let known: Option<AlertNotification> =
                    serde_json::from_value(notification.clone()).ok();
                known.as_ref().and_then(recipient)
            };
            notifications
                .retain(|it| words(it).is_none_or(|recipient| !self.without.contains(&recipient)));
            if let Some(address) = &self.also {
                let is_told = |it: &Value| words(it).as_ref() == Some(address);
                if !notifications.iter().any(is_told) {
                    // Once a day, as the one that Atlas makes by itself.
                    notifications.push(json!({
                        "typeName": "EMAIL", "emailAddress": address, "intervalMin": 1440, "delayMin": 0,
                    }));
                }
            }
        }
        config
    }
}

/// Whether an alert has become what was sent. Atlas adds fields of its own to a recipient.
pub(crate) fn is_in_place(config: &Map<String, Value>, sent: &Map<String, Value>) -> bool {
    let told = |config: &Map<String, Value>| {
        let config: Option<AlertConfig> =
            serde_json::from_value(Value::Object(config.clone())).ok();
        config.as_ref().map(recipients)
    };
    let is_same = |field: &str| config.get(field) == sent.get(field);
    is_same("threshold") && is_same("enabled") && told(config) == told(sent)
}

/// The whole days of a threshold in days.
fn days(threshold: &AlertThreshold) -> Option<u32> {
    let is_in_days = threshold.units == "DAYS";
    // As it is written: `30`, but not `30.5`.
    let written = threshold.threshold.to_string();
    written.parse().ok().filter(|_| is_in_days)
}

fn recipients(config: &AlertConfig) -> Vec<String> {
    let mut recipients: Vec<String> = config.notifications.iter().filter_map(recipient).collect();
    recipients.dedup();
    recipients
}

/// `None` if nobody gets the alert.
fn sentence(config: &AlertConfig) -> Option<String> {
    let recipients = recipients(config);
    if recipients.is_empty() {
        return None;
    }
    Some(format!(
        "Atlas tells {} {}.",
        recipients.join(" and "),
        when(config.threshold.as_ref())
    ))
}

/// `from 30 days before an authority expires`.
fn when(threshold: Option<&AlertThreshold>) -> String {
    let at = "before an authority expires";
    match threshold.map(|threshold| (threshold.threshold.to_string(), &threshold.units)) {
        Some((number, units)) if !units.is_empty() => {
            let units = units.to_ascii_lowercase();
            let units = units
                .strip_suffix('s')
                .filter(|_| number == "1")
                .unwrap_or(&units);
            format!("from {number} {units} {at}")
        }
        _ => format!("{at}, but doesn't say how long"),
    }
}

/// Who gets a notification: Atlas's description of the API, `NotificationViewForNdsGroup`.
fn recipient(notification: &AlertNotification) -> Option<String> {
    let named = |what: &str, name: &Option<String>| match name {
        Some(name) if !name.is_empty() => format!("{what} {name}"),
        _ => what.to_owned(),
    };
    let reaches_people = notification.email_enabled || notification.sms_enabled;
    Some(match notification.type_name.as_str() {
        "GROUP" if !reaches_people => return None,
        "GROUP" if notification.roles.is_empty() => "every member of the project".to_owned(),
        "GROUP" | "ORG" if !notification.roles.is_empty() => {
            let roles = notification.roles.iter().map(|role| role_name(role));
            roles.collect::<Vec<_>>().join(", ")
        }
        "ORG" => "every member of the organization".to_owned(),
        "EMAIL" => notification.email_address.clone()?,
        "USER" => named("the Atlas user", &notification.username),
        "TEAM" => named("the team", &notification.team_name),
        "SLACK" => named("the Slack channel", &notification.channel_name),
        "SMS" => "a phone number".to_owned(),
        "" => return None,
        "PAGER_DUTY" => "PagerDuty".to_owned(),
        "OPS_GENIE" => "Opsgenie".to_owned(),
        "VICTOR_OPS" => "Splunk On-Call".to_owned(),
        "MICROSOFT_TEAMS" => "Microsoft Teams".to_owned(),
        "DATADOG" => "Datadog".to_owned(),
        "WEBHOOK" => "a webhook".to_owned(),
        other => other.to_owned(),
    })
}

/// `the owners of the project` of `GROUP_OWNER`.
fn role_name(role: &str) -> String {
    match role {
        "GROUP_OWNER" => "the owners of the project".to_owned(),
        "ORG_OWNER" => "the owners of the organization".to_owned(),
        other => format!("everybody with {other}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use serde_json::{Value, from_value, json};

    use super::*;

    fn warning(configs: Value) -> ExpiryWarning {
        let configs: Vec<AlertConfig> = from_value(configs).unwrap();
        ExpiryWarning::of(&configs)
    }

    #[test]
    fn what_an_alert_promises_is_what_its_threshold_and_recipients_say() {
        let event = CA_EXPIRATION_EVENT;
        let days = |days: f64| json!({"operator": "LESS_THAN", "threshold": days, "units": "DAYS"});
        let config = |threshold: Value, notifications: Value| json!([{"eventTypeName": event, "enabled": true, "threshold": threshold, "notifications": notifications}]);
        let owners = json!({"typeName": "GROUP", "roles": ["GROUP_OWNER"], "emailEnabled": true});
        for (configs, sentence) in [
            (
                json!([]),
                "Atlas tells nobody before an authority of the bundle expires.",
            ),
            (
                json!([{"eventTypeName": "HOST_DOWN", "enabled": true, "notifications": [owners]}]),
                "Atlas tells nobody before an authority of the bundle expires.",
            ),
            (
                json!([{"eventTypeName": event, "threshold": days(30.0), "notifications": [owners]}]),
                "The alert before an authority expires is switched off, so Atlas tells nobody.",
            ),
            (
                config(days(30.0), json!([])),
                "The alert before an authority expires is on, but it has no recipients.",
            ),
            (
                config(
                    days(30.0),
                    json!([{"typeName": "GROUP", "roles": ["GROUP_OWNER"], "emailEnabled": false}]),
                ),
                "The alert before an authority expires is on, but it has no recipients.",
            ),
            (
                config(days(30.0), json!([owners])),
                "Atlas tells the owners of the project from 30 days before an authority expires.",
            ),
            (
                config(
                    days(7.0),
                    json!([{"typeName": "EMAIL", "emailAddress": "ops@acme.example"}, {"typeName": "SLACK", "channelName": "#db"}]),
                ),
                "Atlas tells ops@acme.example and the Slack channel #db from 7 days before an authority expires.",
            ),
            (
                config(
                    days(1.0),
                    json!([{"typeName": "GROUP", "emailEnabled": true}]),
                ),
                "Atlas tells every member of the project from 1 day before an authority expires.",
            ),
            (
                config(
                    Value::Null,
                    json!([{"typeName": "PAGER_DUTY", "serviceKey": "****"}, {"odd": 1}]),
                ),
                "Atlas tells PagerDuty before an authority expires, but doesn't say how long.",
            ),
        ] {
            let warning = warning(configs);
            assert_eq!(warning.sentence(), sentence);
            assert_eq!(
                warning.is_on(),
                sentence.starts_with("Atlas tells") && !sentence.contains("nobody")
            );
        }
    }

    #[test]
    fn who_is_told_changes_and_everything_else_stays() {
        let owners = json!({"typeName": "GROUP", "roles": ["GROUP_OWNER"], "emailEnabled": true});
        let slack =
            json!({"typeName": "SLACK", "channelName": "#db", "notifierId": "n1", "odd": 1});
        let unreadable = json!({"odd": 1});
        let mail = |address: &str| json!({"typeName": "EMAIL", "emailAddress": address, "intervalMin": 1440, "delayMin": 0});
        let before = json!({"id": "a1", "odd": 1, "enabled": true, "notifications": [owners, slack, unreadable]});
        let before = before.as_object().unwrap();
        for (without, also, expected) in [
            (vec![], None, json!([owners, slack, unreadable])),
            (
                vec!["the owners of the project"],
                None,
                json!([slack, unreadable]),
            ),
            (
                vec!["the Slack channel #db", "nobody else"],
                Some("ops@acme.example"),
                json!([owners, unreadable, mail("ops@acme.example")]),
            ),
        ] {
            let change = ExpiryAlertChange {
                days: 60,
                without: without.into_iter().map(str::to_owned).collect(),
                also: also.map(str::to_owned),
            };
            let after = change.of(before);
            assert_eq!(after["notifications"], expected);
            assert_eq!(
                (&after["odd"], &after["threshold"]["threshold"]),
                (&json!(1), &json!(60))
            );
            // Once more is the same: nobody is told twice.
            assert_eq!(change.of(&after), after);
            assert!(!is_in_place(before, &after));
            let mut as_atlas_has_it = after.clone();
            as_atlas_has_it["notifications"][0]["notifierId"] = "n2".into();
            assert!(is_in_place(&as_atlas_has_it, &after));
        }
    }

    #[test]
    fn what_can_be_changed_of_an_alert_is_read() {
        let event = CA_EXPIRATION_EVENT;
        let owners = json!({"typeName": "GROUP", "roles": ["GROUP_OWNER"], "emailEnabled": true});
        let config = |threshold: f64, units: &str| {
            let threshold =
                json!({"operator": "LESS_THAN", "threshold": threshold, "units": units});
            json!({"id": "a1", "eventTypeName": event, "enabled": true, "threshold": threshold, "notifications": [owners]})
        };
        for (config, expected) in [
            (config(30.0, "DAYS"), Some(Some(30))),
            (config(30.5, "DAYS"), Some(None)),
            (config(-1.0, "DAYS"), Some(None)),
            (config(30.0, "HOURS"), Some(None)),
            (json!({"id": "a1", "eventTypeName": event}), Some(None)),
            (json!({"eventTypeName": event}), None),
            (json!({"id": "a1", "eventTypeName": "HOST_DOWN"}), None),
        ] {
            let configs: Vec<AlertConfig> = from_value(json!([config])).unwrap();
            let alerts = ExpiryAlert::all(&configs);
            assert_eq!(alerts.first().map(|alert| alert.days), expected, "{config}");
        }
        let configs: Vec<AlertConfig> = from_value(json!([config(7.0, "DAYS")])).unwrap();
        let alert = &ExpiryAlert::all(&configs)[0];
        assert_eq!(
            (alert.is_on, &*alert.recipients),
            (true, &["the owners of the project".to_owned()][..])
        );
    }
}
