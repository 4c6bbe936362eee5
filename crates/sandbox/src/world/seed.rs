//! What a new sandbox holds: the organisation Acme with five projects, and a project of somebody
//! else's.
//!
//! | project | what it is for |
//! |---|---|
//! | Acme Staging | empty, with one cluster |
//! | Acme Production | three clusters, two authorities of which one expires soon, users of all kinds |
//! | Acme LDAP | roles come from an LDAP server |
//! | Acme Big | a raised limit of users, and 60 of them |
//! | Acme Read Only | the credentials may read and no more |

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use super::{
    AccessEntry, Event, Identifiers, Organization, Project, World,
    authority::{Authority, DAY},
    cluster::{Cluster, Kind, tls12},
    history::Habit,
    user::{Authentication, CUSTOMER, MANAGED, Role, Scope, User},
};
use crate::{
    calls::{alert_configs, events},
    clock::Moment,
    journal::Journal,
};

/// Users a project may have unless support raised the limit.
pub(crate) const USER_LIMIT: usize = 100;
const RAISED_LIMIT: usize = 500;
const BIG_USERS: usize = 60;

/// When one of the authorities of Acme Production expires.
const EXPIRES_SOON_DAYS: u32 = 20;

pub(crate) fn world(now: Moment) -> World {
    let mut world = World {
        organizations: Vec::new(),
        projects: Vec::new(),
        journal: Journal::default(),
        identifiers: Identifiers::default(),
    };
    let acme = organization(&mut world, "Acme", &["ORG_MEMBER", "ORG_READ_ONLY"]);
    let others = organization(&mut world, "Initech", &[]);
    for (organization, name, roles) in [
        (&acme, "Acme Staging", &["GROUP_OWNER"][..]),
        (&acme, "Acme Production", &["GROUP_OWNER"]),
        (&acme, "Acme LDAP", &["GROUP_OWNER"]),
        (&acme, "Acme Big", &["GROUP_OWNER"]),
        (&acme, "Acme Read Only", &["GROUP_READ_ONLY"]),
        (&others, "Initech Core", &[]),
    ] {
        let mut project = empty(&mut world, organization, name, roles, now);
        match name {
            "Acme Staging" => {
                project.clusters = vec![cluster(&mut world, "staging", "k2vqa", now)];
            }
            "Acme Production" => fill_production(&mut world, &mut project, now),
            "Acme LDAP" => fill_ldap(&mut world, &mut project, now),
            "Acme Big" => fill_big(&mut world, &mut project, now),
            "Acme Read Only" => fill_read_only(&mut world, &mut project, now),
            _ => {}
        }
        world.projects.push(project);
    }
    world
}

fn organization(world: &mut World, name: &str, roles: &[&str]) -> String {
    let id = world.identifiers.next();
    world.organizations.push(Organization {
        id: id.clone(),
        name: name.to_owned(),
        roles: owned(roles),
    });
    id
}

fn empty(
    world: &mut World,
    organization: &str,
    name: &str,
    roles: &[&str],
    now: Moment,
) -> Project {
    Project {
        id: world.identifiers.next(),
        name: name.to_owned(),
        org_id: organization.to_owned(),
        created: before(now, 900),
        roles: owned(roles),
        user_limit: USER_LIMIT,
        clusters: Vec::new(),
        flex_clusters: Vec::new(),
        bundle: None,
        ldap: ldap_off(),
        users: Vec::new(),
        custom_roles: Vec::new(),
        access_list: Vec::new(),
        alerts: Vec::new(),
        alert_configs: Vec::new(),
        events: Vec::new(),
        habits: Vec::new(),
        logins: VecDeque::new(),
    }
}

fn fill_production(world: &mut World, project: &mut Project, now: Moment) {
    let mut orders = cluster(world, "orders", "p7dwx", now);
    orders.private_endpoint = true;
    let mut analytics = cluster(world, "analytics", "p7dwx", now);
    analytics.kind = Kind::Sharded;
    analytics.nodes = 6;
    "M40".clone_into(&mut analytics.instance_size);
    "TLS1_3".clone_into(&mut analytics.minimum_tls);
    let mut archive = cluster(world, "archive", "p7dwx", now);
    archive.paused = true;
    "M10".clone_into(&mut archive.instance_size);
    project.clusters = vec![orders, analytics, archive];
    project.flex_clusters = vec![json!({
        "backupSettings": {"enabled": true},
        "clusterType": "REPLICASET",
        "connectionStrings": {
            "standard": "mongodb://ac-flex01-shard-00-00.p7dwx.mongodb.net:27017,ac-flex01-shard-00-01.p7dwx.mongodb.net:27017,ac-flex01-shard-00-02.p7dwx.mongodb.net:27017/?ssl=true&authSource=admin&replicaSet=atlas-flex01-shard-0",
            "standardSrv": "mongodb+srv://prototype.p7dwx.mongodb.net",
        },
        "createDate": before(now, 60).to_string(),
        "groupId": project.id,
        "id": world.identifiers.next(),
        "mongoDBVersion": "8.0.16",
        "name": "prototype",
        "providerSettings": {"backingProviderName": "AWS", "diskSizeGB": 5, "providerName": "FLEX", "regionName": "US_EAST_1"},
        "stateName": "IDLE",
        "terminationProtectionEnabled": false,
        "versionReleaseSystem": "LTS",
    })];
    let ends_soon = Authority {
        common_name: "Acme Client CA 2023",
        number: 1,
        not_before: before(now, 1_076),
        not_after: now.plus(DAY * EXPIRES_SOON_DAYS),
    };
    let ends_late = Authority {
        common_name: "Acme Client CA 2026",
        number: 2,
        not_before: before(now, 90),
        not_after: now.plus(DAY * 3_560),
    };
    project.bundle = Some(ends_soon.pem() + &ends_late.pem());
    project.custom_roles = vec![json!({
        "actions": [{"action": "FIND", "resources": [{"collection": "", "db": "orders"}]}],
        "inheritedRoles": [{"db": "archive", "role": "readWrite"}],
        "roleName": "orderArchiver",
    })];

    let services = |name: &str| format!("CN={name},OU=Services,O=Acme,C=US");
    let mut billing = customer(&services("billing"), &[role("readWrite", "billing")]);
    billing.scopes = vec![Scope {
        name: "orders".to_owned(),
        kind: "CLUSTER".to_owned(),
    }];
    billing.description = Some("Writes invoices at night".to_owned());
    // It goes on logging in until that authority ends, and nothing in Atlas but this tells which one it is.
    let mut archiver = customer(&services("archiver"), &[role("orderArchiver", "admin")]);
    archiver.description = Some("Certificate still from Acme Client CA 2023".to_owned());
    project.users = vec![
        customer(&services("orders"), &[role("readWrite", "orders")]),
        billing,
        archiver,
        // Typed by hand, and so not what the server derives: the other way round, with spaces, in
        // lower case, and with a name that OpenSSL shows but the server does not use.
        customer(
            "C=US,O=Acme,OU=Services,CN=shipping",
            &[role("readWrite", "shipping")],
        ),
        customer(
            "CN=inventory, OU=Services, O=Acme, C=US",
            &[role("read", "inventory")],
        ),
        customer(
            "cn=reports,ou=services,o=acme,c=us",
            &[role("readAnyDatabase", "admin")],
        ),
        customer(
            "emailAddress=ops@acme.example,CN=ops,O=Acme,C=US",
            &[role("clusterMonitor", "admin")],
        ),
        managed("CN=alice", &[role("readWriteAnyDatabase", "admin")]),
        managed("CN=bob", &[role("readAnyDatabase", "admin")]),
        with_password("migration", &[role("atlasAdmin", "admin")]),
    ];
    project.access_list = vec![
        entry("203.0.113.0/24", "Office"),
        entry("198.51.100.17/32", "Build server"),
    ];
    project.alert_configs = vec![
        alert_configs::authority_expiry(&world.identifiers.next(), &project.id, now),
        // Real lists hold entries of which the API does not tell the event.
        json!({
            "created": before(now, 400).to_string(),
            "enabled": true,
            "groupId": project.id,
            "id": world.identifiers.next(),
            "matchers": [],
            "notifications": [],
            "updated": before(now, 400).to_string(),
        }),
    ];
    let host_down = world.identifiers.next();
    production_history(world, project, now);
    project.alerts = vec![json!({
        "alertConfigId": world.identifiers.next(),
        "clusterName": "analytics",
        "created": before(now, 3).to_string(),
        "eventTypeName": "HOST_DOWN",
        "groupId": project.id,
        "id": host_down,
        "links": [],
        "resolved": before(now, 3).to_string(),
        "status": "CLOSED",
        "updated": before(now, 3).to_string(),
    })];
}

/// What happened lately: all is well with one service; the certificate of another one expired yesterday; the name of a
/// third one was typed wrong, so that it has never been let in.
fn production_history(world: &mut World, project: &mut Project, now: Moment) {
    let services = |name: &str| format!("CN={name},OU=Services,O=Acme,C=US");
    let yesterday = before(now, 1);
    let expired = "SSL peer certificate validation failed: certificate has expired";
    let unknown =
        |name: &str| format!("UserNotFound: Could not find user \"{name}\" for db \"$external\"");
    let shipping = services("shipping");
    project.habits = vec![
        habit(&services("orders"), "orders", "203.0.113.21", 60),
        Habit {
            until: Some(yesterday),
            ..habit(&services("billing"), "orders", "203.0.113.22", 240)
        },
        // Assumption: a certificate that is refused appears in the history at all, and in these words.
        Habit {
            since: Some(yesterday),
            refused: Some(expired.to_owned()),
            ..habit(&services("billing"), "orders", "203.0.113.22", 15)
        },
        Habit {
            refused: Some(unknown(&shipping)),
            ..habit(&shipping, "orders", "203.0.113.23", 30)
        },
        habit(&services("archiver"), "analytics", "198.51.100.17", 720),
        habit("CN=alice", "analytics", "203.0.113.40", 1_440),
    ];
    for (days, kind, user) in [
        (1_076, events::USER_SECURITY_UPDATED, None),
        (1_075, events::USER_ADDED, Some(services("orders"))),
        (400, events::USER_ADDED, Some(services("billing"))),
        (90, events::USER_SECURITY_UPDATED, None),
        (
            41,
            events::USER_ADDED,
            Some("C=US,O=Acme,OU=Services,CN=shipping".to_owned()),
        ),
        (12, events::USER_UPDATED, Some(services("archiver"))),
    ] {
        let id = world.identifiers.next();
        project.events.push(Event {
            id,
            at: before(now, days),
            kind: kind.to_owned(),
            who: "jane@acme.example".to_owned(),
            is_person: true,
            address: "203.0.113.9".to_owned(),
            user,
        });
    }
}

fn fill_ldap(world: &mut World, project: &mut Project, now: Moment) {
    project.clusters = vec![cluster(world, "directory", "l4mzt", now)];
    let ldap = json!({
        "authenticationEnabled": true,
        "authorizationEnabled": true,
        "authzQueryTemplate": "{USER}?memberOf?base",
        "bindUsername": "CN=atlas-bind,OU=Services,DC=acme,DC=example",
        "hostname": "ldap.acme.example",
        "port": 636,
        "userToDNMapping": [{
            "match": "CN=([^,]+),OU=Services,O=Acme,C=US",
            "substitution": "CN={0},OU=Services,DC=acme,DC=example",
        }],
    });
    if let Value::Object(ldap) = ldap {
        project.ldap = ldap;
    }
    let mut group = customer(
        "CN=dba,OU=Groups,DC=acme,DC=example",
        &[role("atlasAdmin", "admin")],
    );
    group.authentication = Authentication {
        ldap_auth_type: "GROUP".to_owned(),
        ..Authentication::default()
    };
    project.users = vec![
        group,
        customer(
            "CN=payroll,OU=Services,O=Acme,C=US",
            &[role("readWrite", "payroll")],
        ),
        managed("CN=carol", &[role("readAnyDatabase", "admin")]),
        managed("CN=dave", &[role("readWrite", "payroll")]),
    ];
    project.access_list = vec![entry("0.0.0.0/0", "Everywhere")];
}

fn fill_big(world: &mut World, project: &mut Project, now: Moment) {
    project.user_limit = RAISED_LIMIT;
    project.clusters = vec![cluster(world, "fleet", "b9hrc", now)];
    project.users = (1..=BIG_USERS)
        .map(|number| {
            let name = format!("CN=device-{number:03},OU=Fleet,O=Acme,C=US");
            customer(&name, &[role("readWrite", "telemetry")])
        })
        .collect();
    // More in a week than Atlas tells at once.
    project.habits = project
        .users
        .iter()
        .zip(1..)
        .map(|(user, number)| habit(&user.username, "fleet", &format!("10.0.7.{number}"), 25))
        .collect();
    project.access_list = vec![entry("10.0.0.0/8", "Fleet")];
}

fn fill_read_only(world: &mut World, project: &mut Project, now: Moment) {
    project.clusters = vec![cluster(world, "ledger", "r1nye", now)];
    project.users = vec![customer(
        "CN=auditor,OU=Services,O=Acme,C=US",
        &[role("read", "ledger")],
    )];
    project.access_list = vec![entry("203.0.113.0/24", "Office")];
}

fn cluster(world: &mut World, name: &str, host_part: &str, now: Moment) -> Cluster {
    Cluster {
        id: world.identifiers.next(),
        name: name.to_owned(),
        kind: Kind::ReplicaSet,
        version: "8.0.16".to_owned(),
        instance_size: "M30".to_owned(),
        provider: "AWS".to_owned(),
        region: "US_EAST_1".to_owned(),
        host_part: host_part.to_owned(),
        private_endpoint: false,
        paused: false,
        minimum_tls: tls12(),
        created: before(now, 800),
        nodes: 3,
        restart: None,
        bundle_before: None,
        deployed: before(now, 1),
    }
}

fn customer(username: &str, roles: &[Role]) -> User {
    User {
        username: username.to_owned(),
        database_name: "$external".to_owned(),
        authentication: Authentication {
            x509_type: CUSTOMER.to_owned(),
            ..Authentication::default()
        },
        roles: roles.to_vec(),
        scopes: Vec::new(),
        labels: Vec::new(),
        description: None,
        delete_after_date: None,
    }
}

fn managed(username: &str, roles: &[Role]) -> User {
    let mut user = customer(username, roles);
    MANAGED.clone_into(&mut user.authentication.x509_type);
    user
}

fn with_password(username: &str, roles: &[Role]) -> User {
    User {
        database_name: "admin".to_owned(),
        authentication: Authentication::default(),
        ..customer(username, roles)
    }
}

/// Somebody who is let in, always.
fn habit(username: &str, cluster: &str, address: &str, every: u32) -> Habit {
    Habit {
        username: username.to_owned(),
        cluster: cluster.to_owned(),
        address: address.to_owned(),
        every,
        since: None,
        until: None,
        refused: None,
    }
}

fn role(name: &str, database: &str) -> Role {
    Role {
        collection_name: None,
        database_name: database.to_owned(),
        role_name: name.to_owned(),
    }
}

fn entry(block: &str, comment: &str) -> AccessEntry {
    AccessEntry {
        cidr_block: block.to_owned(),
        ip_address: block.strip_suffix("/32").map(str::to_owned),
        comment: comment.to_owned(),
        delete_after_date: None,
    }
}

fn ldap_off() -> Map<String, Value> {
    ["authenticationEnabled", "authorizationEnabled"]
        .into_iter()
        .map(|name| (name.to_owned(), false.into()))
        .collect()
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// So many days ago.
fn before(now: Moment, days: i64) -> Moment {
    Moment::from(now.timestamp().plus(-days * pki::Timestamp::DAY))
}
