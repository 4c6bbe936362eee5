//! What a new sandbox holds, and how lists, rights and limits work.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::{API, Server, V1};
use sandbox::Rate;
use serde_json::{Value, json};

fn names(values: &[Value], name: &str) -> Vec<String> {
    values
        .iter()
        .map(|value| value[name].as_str().unwrap_or("(none)").to_owned())
        .collect()
}

#[test]
fn there_are_five_projects_of_one_organisation() {
    let server = Server::start();
    let expected = [
        "Acme Staging",
        "Acme Production",
        "Acme LDAP",
        "Acme Big",
        "Acme Read Only",
    ];
    let groups = server.get("/groups").results();
    assert_eq!(names(&groups, "name"), expected);
    let organizations = server.get("/orgs").results();
    assert_eq!(names(&organizations, "name"), ["Acme"]);
    let id = organizations[0]["id"].as_str().unwrap();
    assert_eq!(server.get(&format!("/orgs/{id}")).json(), organizations[0]);
    let of_acme = server.get(&format!("/orgs/{id}/groups")).results();
    assert_eq!(of_acme[..].len(), groups.len());
    let staging = groups[0]["id"].as_str().unwrap();
    let one = server.get(&format!("/groups/{staging}")).json();
    assert_eq!(one["clusterCount"], 1);
    assert_eq!(one["orgId"], id);
}

#[test]
fn each_project_has_what_it_is_for() {
    let server = Server::start();
    let list = |project: &str, what: &str| {
        let id = server.project(project);
        server.get(&format!("/groups/{id}/{what}")).results()
    };
    for (project, clusters, users, addresses) in [
        ("Acme Staging", 1, 0, 0),
        ("Acme Production", 3, 10, 2),
        ("Acme LDAP", 1, 4, 1),
        ("Acme Big", 1, 60, 1),
        ("Acme Read Only", 1, 1, 1),
    ] {
        assert_eq!(list(project, "clusters").len(), clusters, "{project}");
        assert_eq!(list(project, "databaseUsers").len(), users, "{project}");
        assert_eq!(list(project, "accessList").len(), addresses, "{project}");
    }
    let clusters = list("Acme Production", "clusters");
    assert_eq!(names(&clusters, "name"), ["orders", "analytics", "archive"]);
    assert_eq!(names(&clusters, "stateName"), ["IDLE"; 3]);
    let oldest =
        |cluster: &Value| cluster["advancedConfiguration"]["minimumEnabledTlsProtocol"].clone();
    assert_eq!(
        [oldest(&clusters[0]), oldest(&clusters[1])],
        ["TLS1_2", "TLS1_3"]
    );
    assert_eq!(clusters[2]["paused"], true);
    assert_eq!(clusters[1]["clusterType"], "SHARDED");
    let strings = &clusters[0]["connectionStrings"];
    assert_eq!(
        strings["standardSrv"],
        "mongodb+srv://orders.p7dwx.mongodb.net"
    );
    assert!(
        strings["standard"]
            .as_str()
            .unwrap()
            .contains("authSource=admin")
    );
    assert!(strings["privateEndpoint"][0]["srvConnectionString"].is_string());

    let production = server.project("Acme Production");
    let flex = server.send(
        &format!("GET {API}/groups/{production}/flexClusters/prototype"),
        &[
            &server.bearer(),
            "Accept: application/vnd.atlas.2024-11-13+json",
        ],
        b"",
    );
    assert_eq!(flex.unwrap().json()["stateName"], "IDLE");

    let security = |project: &str| {
        let id = server.project(project);
        server.get(&format!("/groups/{id}/userSecurity")).json()
    };
    assert_eq!(security("Acme Staging")["customerX509"], json!({}));
    assert_eq!(
        security("Acme Staging")["ldap"]["authorizationEnabled"],
        false
    );
    assert_eq!(security("Acme LDAP")["ldap"]["authorizationEnabled"], true);
    let pem = security("Acme Production")["customerX509"]["cas"].clone();
    assert_eq!(
        pem.as_str().unwrap().matches("BEGIN CERTIFICATE").count(),
        2
    );

    let roles = server
        .get(&format!("/groups/{production}/customDBRoles/roles"))
        .json();
    assert_eq!(
        names(roles.as_array().unwrap(), "roleName"),
        ["orderArchiver"]
    );
    let role = |name: &str| server.get(&format!("/groups/{production}/customDBRoles/roles/{name}"));
    assert_eq!(role("orderArchiver").status, 200);
    assert_eq!(
        role("none").verdict(),
        (404, "ATLAS_CUSTOM_ROLE_NOT_FOUND".to_owned())
    );

    let all = server.get("/clusters").results();
    assert_eq!(all.len(), 5);
    assert_eq!(all[1]["clusters"].as_array().unwrap().len(), 3);
}

#[test]
fn a_ca_near_its_end_raises_an_alert() {
    let server = Server::start();
    let production = server.project("Acme Production");
    let alerts = |query: &str| server.get(&format!("/groups/{production}/alerts{query}"));
    let open = alerts("?status=OPEN").results();
    let event = "NDS_X509_USER_AUTHENTICATION_CUSTOMER_CA_EXPIRATION_CHECK";
    assert_eq!(names(&open, "eventTypeName"), [event]);
    assert_eq!(open[0]["currentValue"]["number"], 20);
    assert_eq!(alerts("").results().len(), 2);
    assert_eq!(alerts("?status=CLOSED").results().len(), 1);
    assert_eq!(alerts("?status=TRACKING").results().len(), 0);
    assert_eq!(
        alerts("?status=MAYBE").verdict(),
        (400, "INVALID_ALERT_STATUS".to_owned())
    );
    let configs = server
        .get(&format!("/groups/{production}/alertConfigs"))
        .results();
    assert_eq!(names(&configs, "eventTypeName"), [event, "(none)"]);
}

#[test]
fn alert_configurations_are_checked() {
    let server = Server::start();
    let path = format!("/groups/{}/alertConfigs", server.project("Acme Staging"));
    let event = "NDS_X509_USER_AUTHENTICATION_CUSTOMER_CA_EXPIRATION_CHECK";
    let notifications = json!([{"typeName": "GROUP", "roles": ["GROUP_OWNER"], "intervalMin": 1440, "delayMin": 0, "emailEnabled": true}]);
    let threshold = json!({"operator": "LESS_THAN", "threshold": 30, "units": "DAYS"});
    let good = json!({"eventTypeName": event, "enabled": true, "notifications": notifications, "threshold": threshold});
    for (changes, status, code) in [
        (json!({}), 201, ""),
        (json!({"eventTypeName": null}), 400, "MISSING_ATTRIBUTE"),
        (
            json!({"eventTypeName": "NONSENSE"}),
            400,
            "INVALID_EVENT_TYPE_FOR_ALERT",
        ),
        (json!({"notifications": []}), 400, "MISSING_NOTIFICATIONS"),
        (
            json!({"notifications": [{"typeName": "GROUP", "roles": []}]}),
            400,
            "MISSING_ROLES_FOR_GROUP_NOTIFICATION",
        ),
        (json!({"threshold": null}), 400, "MISSING_THRESHOLD"),
        (
            json!({"threshold": {"operator": "LESS_THAN", "threshold": 0, "units": "DAYS"}}),
            400,
            "INVALID_JSON_ATTRIBUTE",
        ),
        (
            json!({"threshold": {"operator": "GREATER_THAN", "threshold": 1, "units": "DAYS"}}),
            400,
            "INVALID_ENUM_VALUE",
        ),
    ] {
        let mut body = good.clone();
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = server.call("POST", &path, &body);
        assert_eq!(answer.verdict(), (status, code.to_owned()), "{changes}");
    }
    let configs = server.get(&path).results();
    assert_eq!(configs.len(), 1);
    assert_eq!(configs[0]["threshold"], threshold);
    assert_eq!(configs[0]["id"].as_str().unwrap().len(), 24);
}

#[test]
fn lists_come_in_pages() {
    let server = Server::start();
    let big = server.project("Acme Big");
    let page = |query: &str| server.get(&format!("/groups/{big}/databaseUsers{query}"));
    let rels = |body: &Value| names(body["links"].as_array().unwrap(), "rel");

    let whole = page("").json();
    assert_eq!(whole["totalCount"], 60);
    assert_eq!(rels(&whole), ["self"]);

    let mut seen = Vec::new();
    for (number, count, expected) in [
        (1, 25, &["self", "next"][..]),
        (2, 25, &["self", "previous", "next"]),
        (3, 10, &["self", "previous"]),
        (4, 0, &["self", "previous"]),
    ] {
        let body = page(&format!("?itemsPerPage=25&pageNum={number}")).json();
        let results = body["results"].as_array().unwrap();
        assert_eq!(results.len(), count, "{number}");
        assert_eq!(rels(&body), expected, "{number}");
        seen.extend(names(results, "username"));
        if let Some(next) = body["links"]
            .as_array()
            .unwrap()
            .iter()
            .find(|link| link["rel"] == "next")
        {
            let href = next["href"].as_str().unwrap();
            let expected = format!(
                "http://{}{API}/groups/{big}/databaseUsers?includeCount=true&itemsPerPage=25&pageNum={}",
                server.address,
                number + 1
            );
            assert_eq!(href, expected);
        }
    }
    assert_eq!(
        seen,
        names(whole["results"].as_array().unwrap(), "username")
    );

    let uncounted = page("?includeCount=false&itemsPerPage=500").json();
    assert!(uncounted["totalCount"].is_null());
    for query in [
        "?itemsPerPage=0",
        "?itemsPerPage=501",
        "?itemsPerPage=x",
        "?pageNum=0",
        "?pageNum=-1",
        "?includeCount=perhaps",
    ] {
        assert_eq!(
            page(query).verdict(),
            (400, "INVALID_QUERY_PARAMETER".to_owned()),
            "{query}"
        );
    }
    assert_eq!(page(&format!("?pageNum={}", usize::MAX)).results().len(), 0);
}

#[test]
fn rights_and_identifiers_are_checked() {
    let server = Server::start();
    let read_only = server.project("Acme Read Only");
    let staging = server.project("Acme Staging");
    // The next one belongs to somebody else.
    let others = format!("{:024x}", u128::from_str_radix(&read_only, 16).unwrap() + 2);
    let user = json!({"groupId": read_only, "databaseName": "$external", "username": "CN=x", "x509Type": "CUSTOMER", "roles": [{"roleName": "read", "databaseName": "a"}]});
    let config = json!({"eventTypeName": "HOST_DOWN", "notifications": [{"typeName": "GROUP"}]});
    for (call, body, status, code) in [
        ("GET /groups/{ro}/databaseUsers", Value::Null, 200, ""),
        (
            "GET /groups/{ro}/clusters/ledger/status",
            Value::Null,
            200,
            "",
        ),
        (
            "GET /groups/{ro}/userSecurity",
            Value::Null,
            401,
            "USER_UNAUTHORIZED",
        ),
        (
            "PATCH /groups/{ro}/userSecurity",
            json!({}),
            401,
            "USER_UNAUTHORIZED",
        ),
        (
            "DELETE /groups/{ro}/userSecurity/customerX509",
            Value::Null,
            401,
            "USER_UNAUTHORIZED",
        ),
        (
            "POST /groups/{ro}/databaseUsers",
            user,
            401,
            "USER_UNAUTHORIZED",
        ),
        (
            "POST /groups/{ro}/alertConfigs",
            config,
            401,
            "USER_UNAUTHORIZED",
        ),
        (
            "POST /groups/{ro}/accessList",
            json!([]),
            401,
            "USER_UNAUTHORIZED",
        ),
        (
            "GET /groups/{others}",
            Value::Null,
            401,
            "USER_CANNOT_ACCESS_GROUP",
        ),
        (
            "GET /groups/000000000000000000000000",
            Value::Null,
            404,
            "GROUP_NOT_FOUND",
        ),
        ("GET /groups/short", Value::Null, 404, "INVALID_GROUP_ID"),
        ("GET /orgs/short", Value::Null, 404, "INVALID_ORG_ID"),
        (
            "GET /orgs/000000000000000000000000",
            Value::Null,
            404,
            "ORG_NOT_FOUND",
        ),
        (
            "GET /orgs/66a1c0de0000000000000002/groups",
            Value::Null,
            401,
            "USER_CANNOT_ACCESS_ORG",
        ),
        (
            "GET /groups/{staging}/clusters/none",
            Value::Null,
            404,
            "CLUSTER_NOT_FOUND",
        ),
        (
            "GET /groups/{staging}/clusters/none/status",
            Value::Null,
            404,
            "CLUSTER_NOT_FOUND",
        ),
        ("GET /nonsense", Value::Null, 404, "RESOURCE_NOT_FOUND"),
        (
            "GET /groups/{staging}/nonsense",
            Value::Null,
            404,
            "RESOURCE_NOT_FOUND",
        ),
        ("GET /groups/%FF", Value::Null, 404, "RESOURCE_NOT_FOUND"),
        (
            "PUT /groups/{staging}/userSecurity",
            json!({}),
            405,
            "METHOD_NOT_ALLOWED",
        ),
        ("DELETE /groups", Value::Null, 405, "METHOD_NOT_ALLOWED"),
    ] {
        let (method, path) = call.split_once(' ').unwrap();
        let path = path
            .replace("{ro}", &read_only)
            .replace("{others}", &others)
            .replace("{staging}", &staging);
        let answer = server.call(method, &path, &body);
        assert_eq!(answer.verdict(), (status, code.to_owned()), "{call}");
    }
    let nowhere = server.own("GET /somewhere", &Value::Null);
    assert_eq!(nowhere.verdict(), (404, "RESOURCE_NOT_FOUND".to_owned()));
    // Nobody learns what there is without a credential.
    let unknown = server.send(&format!("GET {API}/nonsense"), &[], b"");
    assert_eq!(unknown.unwrap().status, 401);
}

#[test]
fn the_access_list_of_the_clusters_can_be_changed() {
    let mut server = Server::start();
    let path = format!("/groups/{}/accessList", server.project("Acme Staging"));
    let ip = server.send(
        "GET /api/private/ipinfo",
        &[&server.bearer(), "Accept: application/json"],
        b"",
    );
    assert_eq!(ip.unwrap().json()["currentIpv4Address"], "127.0.0.1");
    for (body, status, code) in [
        (
            json!([{"ipAddress": "192.0.2.1", "comment": "mine"}]),
            201,
            "",
        ),
        (json!([{"cidrBlock": "192.0.2.0/24"}]), 201, ""),
        (
            json!([{"cidrBlock": "192.0.2.0/33"}]),
            400,
            "INVALID_IP_ADDRESS_OR_CIDR_NOTATION",
        ),
        (
            json!([{"cidrBlock": "192.0.2.0"}]),
            400,
            "INVALID_IP_ADDRESS_OR_CIDR_NOTATION",
        ),
        (
            json!([{"ipAddress": "here"}]),
            400,
            "INVALID_IP_ADDRESS_OR_CIDR_NOTATION",
        ),
        (json!([{"comment": "mine"}]), 400, "MISSING_ATTRIBUTE"),
        (json!({}), 400, "INVALID_JSON"),
    ] {
        let answer = server.call("POST", &path, &body);
        assert_eq!(answer.verdict(), (status, code.to_owned()), "{body}");
    }
    let entries = server.get(&path).results();
    assert_eq!(
        names(&entries, "cidrBlock"),
        ["192.0.2.1/32", "192.0.2.0/24"]
    );
    assert_eq!(entries[0]["ipAddress"], "192.0.2.1");
    // One that ends is gone when its time is over.
    let ends = |end: &str| json!([{"ipAddress": "192.0.2.9", "deleteAfterDate": end}]);
    for (end, status) in [
        ("2026-11-24T09:59:00Z", 400),
        ("tomorrow", 400),
        ("2026-11-24T11:00:00Z", 201),
    ] {
        assert_eq!(
            server.call("POST", &path, &ends(end)).status,
            status,
            "{end}"
        );
    }
    assert_eq!(
        server.get(&path).results()[2]["deleteAfterDate"],
        "2026-11-24T11:00:00Z"
    );
    server.hand.advance(Duration::from_hours(1));
    server.log_in();
    assert_eq!(server.get(&path).results().len(), 2);
    let entry = format!("{path}/192.0.2.0%2F24");
    assert_eq!(server.call("DELETE", &entry, &Value::Null).status, 204);
    assert_eq!(
        server.call("DELETE", &entry, &Value::Null).verdict(),
        (404, "ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND".to_owned())
    );
}

#[test]
fn each_project_has_a_bucket_of_calls() {
    let server = Server::start_with(|settings| {
        settings.rates.database_users = Rate {
            capacity: 3,
            per_minute: 6,
        };
    });
    let path = |project: &str| format!("/groups/{}/databaseUsers", server.project(project));
    let staging = path("Acme Staging");
    for remaining in ["2", "1", "0"] {
        let answer = server.get(&staging);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("ratelimit-limit"), Some("3"));
        assert_eq!(answer.header("ratelimit-remaining"), Some(remaining));
        assert_eq!(answer.header("retry-after"), None);
    }
    let refused = server.get(&staging);
    assert_eq!(
        refused.verdict(),
        (429, "RATE_LIMITED_TOKEN_BUCKET".to_owned())
    );
    assert_eq!(refused.header("ratelimit-remaining"), Some("0"));
    assert_eq!(refused.header("retry-after"), Some("10"));
    // Another project, and another resource of this one, have their own.
    assert_eq!(server.get(&path("Acme Big")).status, 200);
    let security = staging.replace("databaseUsers", "userSecurity");
    let answer = server.get(&security);
    assert_eq!(answer.header("ratelimit-limit"), Some("1200"));
    assert_eq!(server.get("/groups").header("ratelimit-limit"), None);

    server.hand.advance(Duration::from_secs(4));
    assert_eq!(server.get(&staging).header("retry-after"), Some("6"));
    server.hand.advance(Duration::from_secs(6));
    assert_eq!(server.get(&staging).status, 200);
    assert_eq!(server.get(&staging).status, 429);
    server.hand.advance(Duration::from_mins(10));
    assert_eq!(
        server.get(&staging).header("ratelimit-remaining"),
        Some("2")
    );
}

#[test]
fn a_head_is_answered_as_a_get_without_its_body() {
    let server = Server::start();
    let accept = format!("Accept: {V1}");
    let answer = server
        .send(
            &format!("HEAD {API}/groups"),
            &[&server.bearer(), &accept],
            b"",
        )
        .unwrap();
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}

#[test]
fn how_many_users_a_project_may_have_is_told_and_holds() {
    const USERS: &str = "atlas.project.security.databaseAccess.users";
    let server = Server::start();
    for (name, value, usage) in [("Acme Staging", 100, 0), ("Acme Big", 500, 60)] {
        let group = server.project(name);
        let limits = format!("/groups/{group}/limits");
        let limit = server.get(&format!("{limits}/{USERS}"));
        assert_eq!(limit.status, 200, "{name}");
        assert_eq!(
            limit.json(),
            json!({"name": USERS, "value": value, "currentUsage": usage, "defaultLimit": 100, "maximumLimit": 900})
        );
        assert_eq!(server.get(&format!("{limits}/no.such.limit")).status, 404);
        let user = |number: usize| {
            json!({
                "databaseName": "$external", "groupId": group, "x509Type": "CUSTOMER",
                "username": format!("CN=n{number}"),
                "roles": [{"roleName": "read", "databaseName": "sales"}],
            })
        };
        let users = format!("/groups/{group}/databaseUsers");
        for number in usage..value {
            assert_eq!(server.call("POST", &users, &user(number)).status, 201);
        }
        let refused = server.call("POST", &users, &user(value));
        assert_eq!(
            refused.verdict(),
            (403, "GROUP_USERS_LIMIT_EXCEEDED".to_owned())
        );
        let expected = format!("Groups can contain at most {value} database users.");
        assert_eq!(refused.json()["detail"], expected);
    }
}

#[test]
fn an_alert_that_nobody_enabled_is_off() {
    let server = Server::start();
    let group = server.project("Acme Staging");
    let body = json!({
        "eventTypeName": "NDS_X509_USER_AUTHENTICATION_CUSTOMER_CA_EXPIRATION_CHECK",
        "notifications": [{"typeName": "GROUP", "roles": ["GROUP_OWNER"]}],
        "threshold": {"operator": "LESS_THAN", "threshold": 7, "units": "DAYS"},
    });
    let made = server.call("POST", &format!("/groups/{group}/alertConfigs"), &body);
    assert_eq!((made.status, &made.json()["enabled"]), (201, &false.into()));
}
