#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::{from_str, from_value, json, to_string, to_value};

use super::*;

#[test]
fn user_security_that_is_not_configured_has_no_bundle() {
    let cases = [
        (json!({}), None),
        (json!({"customerX509": {}}), None),
        (json!({"customerX509": null, "ldap": null}), None),
        (json!({"customerX509": {"cas": null}}), None),
        (json!({"customerX509": {"cas": " \n"}}), None),
        (
            json!({"customerX509": {"cas": "PEM"}, "links": []}),
            Some("PEM"),
        ),
    ];
    for (body, bundle) in cases {
        let security: UserSecurity = from_value(body).unwrap();
        assert_eq!(security.customer_x509.bundle(), bundle);
    }
}

#[test]
fn ldap_settings_are_read_with_their_mapping() {
    let security: UserSecurity = from_value(json!({
        "customerX509": {},
        "ldap": {
            "authenticationEnabled": true, "authorizationEnabled": true,
            "hostname": "ldap.example.com", "port": 636, "bindUsername": "CN=bind",
            "userToDNMapping": [{"match": "(.+)", "substitution": "CN={0},DC=example"}]
        }
    }))
    .unwrap();
    assert!(security.ldap.authorization_enabled);
    assert_eq!(security.ldap.port, Some(636));
    assert_eq!(security.ldap.user_to_dn_mapping[0].pattern, "(.+)");
}

#[test]
fn unknown_words_are_kept_and_unknown_fields_ignored() {
    let user: DatabaseUser = from_value(json!({
        "username": "CN=a", "databaseName": "$external", "x509Type": "FUTURE", "groupId": "x",
        "roles": [{"roleName": "read", "databaseName": "sales", "collectionName": ""}],
        "scopes": null, "labels": [{"key": "team"}], "surprise": {"a": [1]}
    }))
    .unwrap();
    assert_eq!(user.x509_type, Some(X509Type::Other("FUTURE".to_owned())));
    assert_eq!(to_value(&user).unwrap()["x509Type"], "FUTURE");
    assert_eq!(user.roles[0].collection(), None);
    assert!(user.scopes.is_empty() && user.is_external() && !user.is_self_managed());

    let cluster: Cluster = from_str(r#"{"name":"c","stateName":"RESTARTING"}"#).unwrap();
    assert_eq!(cluster.state_name.unwrap().as_str(), "RESTARTING");
}

#[test]
fn an_alert_configuration_of_any_shape_is_read() {
    let configs: Vec<AlertConfig> = from_value(json!([
        {},
        {"eventTypeName": null, "notifications": null, "threshold": null},
        {"eventTypeName": "OUTSIDE_METRIC_THRESHOLD", "threshold": {"operator": 4}, "notifications": [7, {"typeName": "EMAIL"}]},
        {"eventTypeName": CA_EXPIRATION_EVENT, "enabled": false},
        to_value(AlertConfig::ca_expiration()).unwrap(),
        {"eventTypeName": CA_EXPIRATION_EVENT},
    ]))
    .unwrap();
    let warns: Vec<bool> = configs.iter().map(AlertConfig::is_ca_expiration).collect();
    assert_eq!(
        warns,
        [false, false, false, false, true, false],
        "absent is off"
    );
    assert_eq!(configs[2].notifications.len(), 1);
    assert_eq!(configs[4], AlertConfig::ca_expiration());
}

#[test]
fn thresholds_are_written_as_atlas_writes_them() {
    for (value, expected) in [(30.0, "30"), (0.5, "0.5"), (-1.0, "-1")] {
        let threshold = AlertThreshold {
            operator: "LESS_THAN".to_owned(),
            threshold: value,
            units: "DAYS".to_owned(),
        };
        let json = to_string(&threshold).unwrap();
        assert!(
            json.contains(&format!("\"threshold\":{expected},")),
            "{json}"
        );
    }
}

#[test]
fn a_project_id_is_24_hexadecimal_digits() {
    for text in [
        "",
        "32b6e34b3d91647abb20e7b",
        "32b6e34b3d91647abb20e7bg",
        "../b6e34b3d91647abb20e7b",
    ] {
        assert_eq!(ProjectId::parse(text), None, "{text}");
    }
    assert!(from_str::<ProjectId>(r#""../""#).is_err());
    assert_eq!(
        ProjectId::parse("32b6e34b3d91647abb20e7b8")
            .unwrap()
            .as_str(),
        "32b6e34b3d91647abb20e7b8"
    );
}

#[test]
fn a_key_owns_a_project_by_itself_or_through_the_organisation() {
    let key = |role: &str, org: Option<&str>, group: Option<&str>| -> ApiKey {
        from_value(json!({"roles": [{"roleName": role, "orgId": org, "groupId": group}]})).unwrap()
    };
    assert!(key("GROUP_OWNER", None, Some("p")).owns("p", "o"));
    assert!(key("ORG_OWNER", Some("o"), None).owns("p", "o"));
    assert!(!key("GROUP_OWNER", None, Some("other")).owns("p", "o"));
    assert!(!key("GROUP_READ_ONLY", None, Some("p")).owns("p", "o"));
}
