//! `/clusters`, `/flexClusters` and the processes of a project.
//!
//! Clusters are answered in the shape of version 2024-08-05 whatever the version: what the product
//! reads of them is the same in all.

use serde_json::{Value, json};

use super::{Answer, Call, Outcome};
use crate::{
    paging,
    refusal::Refusal,
    world::{
        Identifiers, Project, World,
        cluster::{Cluster, Kind},
    },
};

pub(super) fn list(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    let all = project
        .clusters
        .iter()
        .map(|cluster| to_json(call, project, cluster))
        .collect();
    Ok(Answer::ok(paging::page(call, all)?))
}

pub(super) fn one(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    Ok(Answer::ok(to_json(call, project, find(call, project)?)))
}

pub(super) fn status(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    let status = find(call, project)?.change_status(call.now);
    Ok(Answer::ok(json!({ "changeStatus": status })))
}

pub(super) fn flex_list(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    let all = project.flex_clusters.clone();
    Ok(Answer::ok(paging::page(call, all)?))
}

pub(super) fn flex_one(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    project
        .flex_clusters
        .iter()
        .find(|cluster| cluster["name"] == call.parameter("clusterName"))
        .map(|cluster| Answer::ok(cluster.clone()))
        .ok_or_else(|| not_found(call))
}

/// `/clusters` without a project: a summary of what there is.
pub(super) fn of_all_projects(call: &Call<'_>, world: &World) -> Outcome {
    let all = world
        .projects
        .iter()
        .filter(|project| !project.roles.is_empty() && !project.clusters.is_empty())
        .map(|project| {
            let organization = world.organization(&project.org_id);
            let clusters: Vec<Value> = project
                .clusters
                .iter()
                .map(|cluster| {
                    json!({
                        "alertCount": 0,
                        "authEnabled": true,
                        "availability": if cluster.paused { "unavailable" } else { "available" },
                        "backupEnabled": true,
                        "clusterId": cluster.id,
                        "dataSizeBytes": 0,
                        "name": cluster.name,
                        "nodeCount": cluster.nodes,
                        "sslEnabled": true,
                        "type": match cluster.kind {
                            Kind::ReplicaSet => "replica set",
                            Kind::Sharded => "sharded cluster",
                        },
                        "versions": [cluster.version],
                    })
                })
                .collect();
            json!({
                "clusters": clusters,
                "groupId": project.id,
                "groupName": project.name,
                "orgId": project.org_id,
                "orgName": organization.map(|organization| &organization.name),
                "planType": "Atlas",
                "tags": [],
            })
        })
        .collect();
    Ok(Answer::ok(paging::page(call, all)?))
}

/// `/processes`: the nodes, of which one is away while its cluster restarts.
pub(super) fn processes(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    let project = &*project;
    let all = project
        .clusters
        .iter()
        .filter(|cluster| !cluster.paused)
        .flat_map(|cluster| {
            let away = cluster.node_away(call.now);
            cluster
                .hosts()
                .into_iter()
                .zip(0..)
                .map(move |(host, node)| {
                    let kind = if away == Some(node) {
                        "RECOVERING"
                    } else if node == 0 || (away == Some(0) && node == 1) {
                        "REPLICA_PRIMARY"
                    } else {
                        "REPLICA_SECONDARY"
                    };
                    json!({
                        "groupId": project.id,
                        "id": host,
                        "hostname": host.split(':').next(),
                        "port": 27017,
                        "typeName": kind,
                        "userAlias": host.split(':').next(),
                        "version": cluster.version,
                    })
                })
        })
        .collect();
    Ok(Answer::ok(paging::page(call, all)?))
}

fn find<'a>(call: &Call<'_>, project: &'a Project) -> Result<&'a Cluster, Refusal> {
    project
        .clusters
        .iter()
        .find(|cluster| cluster.name == call.parameter("clusterName"))
        .ok_or_else(|| not_found(call))
}

fn not_found(call: &Call<'_>) -> Refusal {
    Refusal::ClusterNotFound {
        name: call.parameter("clusterName").to_owned(),
        group: call.parameter("groupId").to_owned(),
    }
}

/// The strings of a cluster that nobody can reach.
fn far_away(cluster: &Cluster) -> Value {
    let (name, part) = (&cluster.name, &cluster.host_part);
    let (hosts, set) = (cluster.hosts().join(","), cluster.replica_set());
    json!({
        "standard": match cluster.kind {
            Kind::ReplicaSet => format!("mongodb://{hosts}/?ssl=true&authSource=admin&replicaSet={set}"),
            Kind::Sharded => format!("mongodb://{hosts}/?ssl=true&authSource=admin"),
        },
        "standardSrv": format!("mongodb+srv://{name}.{part}.mongodb.net"),
    })
}

fn to_json(call: &Call<'_>, project: &Project, cluster: &Cluster) -> Value {
    let (name, part) = (&cluster.name, &cluster.host_part);
    let listening = call.addresses;
    let mut strings = match listening.and_then(|it| it.connection_string(cluster)) {
        Some(standard) => json!({ "standard": standard }),
        None => far_away(cluster),
    };
    if cluster.private_endpoint {
        let set = cluster.replica_set();
        strings["privateEndpoint"] = json!([{
            "connectionString": format!("mongodb://pl-0-us-east-1.{part}.mongodb.net:1024,pl-0-us-east-1.{part}.mongodb.net:1025,pl-0-us-east-1.{part}.mongodb.net:1026/?ssl=true&authSource=admin&replicaSet={set}"),
            "endpoints": [{"endpointId": "vpce-0a1b2c3d4e5f60718", "providerName": "AWS", "region": "US_EAST_1"}],
            "srvConnectionString": format!("mongodb+srv://{name}-pl-0.{part}.mongodb.net"),
            "type": "MONGOD",
        }]);
    }
    json!({
        "advancedConfiguration": {"minimumEnabledTlsProtocol": cluster.minimum_tls},
        "backupEnabled": true,
        "clusterType": cluster.kind,
        "connectionStrings": strings,
        "createDate": cluster.created.to_string(),
        "diskWarmingMode": "FULLY_WARMED",
        "encryptionAtRestProvider": "NONE",
        "groupId": project.id,
        "id": cluster.id,
        "labels": [],
        "links": [{
            "href": format!("{}/api/atlas/v2/groups/{}/clusters/{name}", call.origin, project.id),
            "rel": "self",
        }],
        "mongoDBMajorVersion": cluster.version.rsplit_once('.').map_or("", |(major, _)| major),
        "mongoDBVersion": cluster.version,
        "name": name,
        "paused": cluster.paused,
        "pitEnabled": false,
        "replicationSpecs": [{
            "id": cluster.id,
            "regionConfigs": [{
                "electableSpecs": {
                    "diskSizeGB": 40.0,
                    "instanceSize": cluster.instance_size,
                    "nodeCount": 3,
                },
                "priority": 7,
                "providerName": cluster.provider,
                "regionName": cluster.region,
            }],
            "zoneName": "Zone 1",
        }],
        "rootCertType": "ISRGROOTX1",
        "stateName": cluster.state(call.now),
        "tags": [],
        "terminationProtectionEnabled": false,
        "versionReleaseSystem": "LTS",
    })
}
