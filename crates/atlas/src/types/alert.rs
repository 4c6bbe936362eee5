//! Alerts, and what Atlas raises them about. Real lists hold entries without an event type, with
//! thresholds of other shapes and numbers as texts, so everything here may be absent.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::lenient::or_default;

/// The event that says that a CA of the bundle is about to expire.
pub const CA_EXPIRATION_EVENT: &str = "NDS_X509_USER_AUTHENTICATION_CUSTOMER_CA_EXPIRATION_CHECK";

/// The days before the end at which Atlas's own configuration begins to warn.
const DAYS_BEFORE: f64 = 30.0;

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// Its id.
    #[serde(default, deserialize_with = "or_default")]
    pub id: String,
    /// What it is about.
    #[serde(default, deserialize_with = "or_default")]
    pub event_type_name: String,
    /// `OPEN`, `CLOSED` or `TRACKING`.
    #[serde(default, deserialize_with = "or_default")]
    pub status: String,
    /// When it began, as Atlas writes it.
    #[serde(default, deserialize_with = "or_default")]
    pub created: String,
}

impl Alert {
    /// Whether it says that a CA of the bundle is about to expire.
    pub fn is_ca_expiration(&self) -> bool {
        self.event_type_name == CA_EXPIRATION_EVENT
    }
}

/// What Atlas raises an alert about, and whom it tells.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertConfig {
    /// Its id; absent on a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The event.
    pub event_type_name: String,
    /// Whether it is on.
    pub enabled: bool,
    /// When it fires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<AlertThreshold>,
    /// Whom it tells.
    pub notifications: Vec<AlertNotification>,
}

impl AlertConfig {
    /// The one that Atlas makes by itself when a bundle is saved: 30 days ahead, every day, to the
    /// owners of the project.
    pub fn ca_expiration() -> Self {
        Self {
            id: None,
            event_type_name: CA_EXPIRATION_EVENT.to_owned(),
            enabled: true,
            threshold: Some(AlertThreshold {
                operator: "LESS_THAN".to_owned(),
                threshold: DAYS_BEFORE,
                units: "DAYS".to_owned(),
            }),
            notifications: vec![AlertNotification {
                type_name: "GROUP".to_owned(),
                roles: vec!["GROUP_OWNER".to_owned()],
                interval_min: 24 * 60,
                delay_min: 0,
                email_enabled: true,
                ..AlertNotification::default()
            }],
        }
    }

    /// Whether it warns of a CA that is about to expire.
    pub fn is_ca_expiration(&self) -> bool {
        self.event_type_name == CA_EXPIRATION_EVENT && self.enabled
    }
}

/// The value beyond which an alert fires.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertThreshold {
    /// Such as `LESS_THAN`.
    pub operator: String,
    /// The value.
    #[serde(serialize_with = "number")]
    pub threshold: f64,
    /// Such as `DAYS`.
    pub units: String,
}

/// Whole numbers without a point: Atlas's own are written so, and where it wants a whole number it
/// need not take another form.
#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands the field over like this"
)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "a whole number below 2^53 is an integer"
)]
fn number<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    /// Above it not every whole number is a `f64`.
    const WHOLE_BELOW: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < WHOLE_BELOW {
        serializer.serialize_i64(*value as i64)
    } else {
        serializer.serialize_f64(*value)
    }
}

/// Whom an alert tells, and how often.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertNotification {
    /// Such as `GROUP` or `EMAIL`.
    pub type_name: String,
    /// The roles that are told.
    #[serde(default, deserialize_with = "or_default")]
    pub roles: Vec<String>,
    /// Minutes between two notices.
    #[serde(default, deserialize_with = "or_default")]
    pub interval_min: u32,
    /// Minutes before the first.
    #[serde(default, deserialize_with = "or_default")]
    pub delay_min: u32,
    /// By electronic mail.
    #[serde(default, deserialize_with = "or_default")]
    pub email_enabled: bool,
    /// By text message.
    #[serde(default, deserialize_with = "or_default")]
    pub sms_enabled: bool,
    /// To whom, for `EMAIL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_address: Option<String>,
    /// Which Atlas user, for `USER`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Which team, for `TEAM`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_name: Option<String>,
    /// Which channel, for `SLACK`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_name: Option<String>,
}

impl<'de> Deserialize<'de> for AlertConfig {
    /// Never fails on an object: a part that is not as expected is left out.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Map::<String, Value>::deserialize(deserializer)?;
        let mut take = |name: &str| fields.remove(name).unwrap_or_default();
        Ok(Self {
            id: serde_json::from_value(take("id")).unwrap_or_default(),
            event_type_name: serde_json::from_value(take("eventTypeName")).unwrap_or_default(),
            // Atlas's description of the API: absent is off.
            enabled: take("enabled").as_bool().unwrap_or(false),
            threshold: serde_json::from_value(take("threshold")).ok(),
            notifications: match take("notifications") {
                Value::Array(entries) => entries
                    .into_iter()
                    .filter_map(|entry| serde_json::from_value(entry).ok())
                    .collect(),
                _ => Vec::new(),
            },
        })
    }
}
