// Clients that log in to the sandbox's clusters with MongoDB's own driver: who is let in, under which name, what the
// others are told, and what the access history says of each.

import assert from "node:assert/strict";
import { before, after, describe, test } from "node:test";

import { MongoClient } from "mongodb";

import { crowd, NAME } from "./crowd.mjs";
import { certificates, startClusters, whoAmI, withDriver, withVersion } from "./support/clusters.mjs";

/** What a test hands to its helpers, for a whole `describe`: ends with it. */
function lasting() {
  const ends = [];
  after(async () => {
    for (const end of ends.reverse()) {
      await end();
    }
  });
  return { after: (end) => ends.push(end) };
}

/** What the driver says of a server that drops the connection. */
const CLOSED = { name: "MongoServerSelectionError", message: /closed|ECONNRESET|EPIPE|socket disconnected/ };

const unknown = (name) => ({ code: 11, codeName: "UserNotFound", message: `Could not find user "${name}" for db "$external"` });

describe("one project", () => {
  const t = lasting();
  let made, staging, uri;

  before(async () => {
    made = certificates(t);
    made.authority("root", "/O=Acme/CN=Acme Root");
    made.intermediate("issuing", "/O=Acme/CN=Acme Issuing");
    made.authority("foreign", "/O=Elsewhere/CN=Foreign Root");
    const { project } = await startClusters(t);
    staging = project("Acme Staging");
    await staging.trust(made.read("root.crt"));
    await staging.applied("staging");
    uri = await staging.uri("staging");
  });

  const newest = async () => (await staging.logins("staging"))[0];

  // The subject as openssl takes it (multi-valued with +), and the user name.
  const NAMES = [
    ["plain", "/C=US/O=Acme/OU=Services/CN=billing", "CN=billing,OU=Services,O=Acme,C=US"],
    ["comma", "/O=Acme/CN=a, b", "CN=a\\, b,O=Acme"],
    ["multi", "/O=Acme/CN=multi+OU=Two", "CN=multi+OU=Two,O=Acme"],
    ["umlaut", "/O=Müller/CN=Zoë", "CN=Zo\\C3\\AB,O=M\\C3\\BCller"],
    ["mail", "/O=Acme/CN=ops/emailAddress=ops@acme.example", "emailAddress=ops@acme.example,CN=ops,O=Acme"],
  ];
  for (const [file, subject, name] of NAMES) {
    test(`the name is told byte for byte: ${name}`, async () => {
      made.client(file, subject);
      await staging.addUser(name);
      assert.deepEqual(await whoAmI(uri, made.pem(file)), [name]);
      const { username, authResult, ipAddress, logLine } = await newest();
      assert.deepEqual([username, authResult, ipAddress], [name, true, "127.0.0.1"]);
      assert.match(logLine, /Successfully authenticated/);
    });
  }

  const KEYS = [
    ["p384", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]],
    ["p521", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"]],
    ["rsa", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]],
    ["pss", ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"]],
    ["ed25519", ["-algorithm", "ED25519"]],
    ["ed448", ["-algorithm", "ED448"]],
  ];
  for (const [kind, words] of KEYS) {
    for (const version of ["TLSv1.2", "TLSv1.3"]) {
      // rustls asks for no such signature at TLS 1.2.
      if (kind === "pss" && version === "TLSv1.2") {
        continue;
      }
      test(`a key of the kind ${kind} proves itself at ${version}`, async () => {
        const name = `CN=${kind} ${version},O=Acme`;
        const file = `${kind}-${version}`;
        made.openssl("genpkey", ...words, "-out", `${file}.key`);
        made.openssl("req", "-new", "-key", `${file}.key`, "-subj", `/O=Acme/CN=${kind} ${version}`, "-out", `${file}.csr`);
        made.sign(file, file, "clientAuth");
        await staging.addUser(name);
        const login = () => whoAmI(uri, made.pem(file));
        assert.deepEqual(await withVersion(version, version, login), [name]);
      });
    }
  }

  test("an intermediate that is sent along is enough, and one that is not sent is missed", async () => {
    made.client("deep", "/O=Acme/CN=deep", "clientAuth", "issuing");
    await staging.addUser("CN=deep,O=Acme");
    assert.deepEqual(await whoAmI(uri, made.pem("deep", "issuing")), ["CN=deep,O=Acme"]);
    await assert.rejects(whoAmI(uri, made.pem("deep")), CLOSED);
    assert.equal((await newest()).failureReason, "SSL peer certificate validation failed: unable to verify the first certificate");
  });

  const REFUSED = [
    ["expired", () => made.sign("late", "late", "clientAuth", ["-days", "-1"]), "certificate has expired"],
    ["of a foreign authority", () => made.sign("late", "late", "clientAuth", [], "foreign"), "unable to verify the first certificate"],
    ["for servers only", () => made.sign("late", "late", "serverAuth"), "unsuitable certificate purpose"],
  ];
  for (const [what, make, why] of REFUSED) {
    test(`a certificate that is ${what} has its connection dropped, and the history says why`, async () => {
      made.client("late", "/O=Acme/CN=late");
      make();
      await assert.rejects(whoAmI(uri, made.pem("late")), CLOSED);
      const { username, authResult, failureReason } = await newest();
      assert.deepEqual([username, authResult], ["CN=late,O=Acme", false]);
      assert.equal(failureReason, `SSL peer certificate validation failed: ${why}`);
    });
  }

  test("whoever is no user is told so, and so is one that was deleted or belongs to another cluster", async () => {
    made.client("nobody", "/O=Acme/CN=nobody");
    const name = "CN=nobody,O=Acme";
    const refused = () => assert.rejects(whoAmI(uri, made.pem("nobody")), unknown(name));
    await refused();
    const { failureReason, logLine } = await newest();
    assert.equal(failureReason, `UserNotFound: Could not find user "${name}" for db "$external"`);
    assert.match(logLine, /Failed to authenticate/);

    await staging.addUser(name, { scopes: [{ name: "another", type: "CLUSTER" }] });
    await refused();
    await staging.deleteUser(name);
    await staging.addUser(name, { scopes: [{ name: "staging", type: "CLUSTER" }] });
    assert.deepEqual(await whoAmI(uri, made.pem("nobody")), [name]);
    await staging.deleteUser(name);
    await refused();
  });

  test("a name that is not the certificate's, and no certificate at all, are “Authentication failed.”", async () => {
    made.client("own", "/O=Acme/CN=own");
    await staging.addUser("CN=own,O=Acme");
    const failed = { code: 18, codeName: "AuthenticationFailed", message: "Authentication failed." };
    await assert.rejects(whoAmI(uri, made.pem("own"), { auth: { username: "CN=other,O=Acme", password: undefined } }), failed);
    assert.match((await newest()).failureReason, /There is no x.509 client certificate matching the user/);
    await assert.rejects(whoAmI(uri, undefined), failed);
    assert.match((await newest()).failureReason, /No verified subject name available from client/);
  });

  test("without a login nothing is answered but who the server is", async () => {
    const client = await new MongoClient(uri, { serverSelectionTimeoutMS: 3_000 }).connect();
    try {
      const admin = client.db("admin");
      assert.equal((await admin.command({ ping: 1 })).ok, 1);
      assert.equal((await admin.command({ buildInfo: 1 })).version, "8.0.16");
      assert.deepEqual((await admin.command({ connectionStatus: 1 })).authInfo.authenticatedUsers, []);
      await assert.rejects(client.db("orders").collection("a").findOne(), {
        code: 13,
        message: "Command find requires authentication",
      });
    } finally {
      await client.close();
    }
  });

  test("roles say what is answered, and what is written is forgotten", async () => {
    made.client("roles", "/O=Acme/CN=roles");
    await staging.addUser("CN=roles,O=Acme", {
      roles: [
        { databaseName: "orders", roleName: "readWrite" },
        { databaseName: "archive", roleName: "read", collectionName: "old" },
      ],
    });
    await withDriver(uri, made.pem("roles"), async (client) => {
      const orders = client.db("orders").collection("new");
      assert.equal((await orders.insertMany([{ a: 1 }, { a: 2 }])).insertedCount, 2);
      assert.deepEqual(await orders.find().toArray(), []);
      assert.equal(await orders.countDocuments(), 0);
      assert.equal((await orders.updateOne({}, { $set: { a: 1 } })).matchedCount, 0);
      assert.equal((await orders.deleteMany({})).deletedCount, 0);
      assert.deepEqual(await client.db("orders").listCollections().toArray(), []);
      assert.deepEqual((await client.db("admin").admin().listDatabases()).databases, []);

      const archive = client.db("archive");
      assert.equal(await archive.collection("old").findOne(), null);
      const unauthorized = { code: 13, codeName: "Unauthorized" };
      await assert.rejects(archive.collection("old").insertOne({}), {
        ...unauthorized,
        message: 'not authorized on archive to execute command { insert: "old", $db: "archive" }',
      });
      await assert.rejects(archive.collection("other").findOne(), unauthorized);
      await assert.rejects(client.db("admin").command({ getParameter: 1, featureCompatibilityVersion: 1 }), unauthorized);
      await assert.rejects(client.db("admin").command({ shutdownSoon: 1 }), {
        code: 59,
        message: "no such command: 'shutdownSoon'",
      });
      const { authInfo } = await client.db("admin").command({ connectionStatus: 1, showPrivileges: true });
      assert.deepEqual(authInfo.authenticatedUserRoles, [
        { role: "readWrite", db: "orders" },
        { role: "read", db: "archive" },
      ]);
      assert.ok(authInfo.authenticatedUserPrivileges.some(({ resource, actions }) => resource.collection === "old" && actions.includes("find")));
    });
  });
});

test("an authority that was taken out counts until the cluster has taken that up", async (t) => {
  const made = certificates(t);
  made.authority("root", "/O=Acme/CN=Acme Root");
  made.authority("next", "/O=Acme/CN=Acme Next");
  made.client("billing", "/O=Acme/CN=billing");
  const { project } = await startClusters(t);
  const staging = project("Acme Staging");
  await staging.trust(made.read("root.crt"));
  await staging.addUser("CN=billing,O=Acme");
  const uri = await staging.uri("staging");
  const login = () => whoAmI(uri, made.pem("billing"));
  // Not before the cluster has it, either.
  await assert.rejects(login(), CLOSED);
  await staging.applied("staging");
  assert.deepEqual(await login(), ["CN=billing,O=Acme"]);

  await withDriver(uri, made.pem("billing"), async (client) => {
    await staging.trust(made.read("next.crt"));
    assert.deepEqual(await login(), ["CN=billing,O=Acme"]);
    await staging.applied("staging");
    await assert.rejects(login(), CLOSED);
    // Nodes that start again end the connections that there were.
    await assert.rejects(client.db("orders").collection("a").findOne());
  });
});

test("a cluster with TLS 1.3 as its least takes nothing older, and a sharded one is no replica set", async (t) => {
  const made = certificates(t);
  made.authority("root", "/O=Acme/CN=Acme Root");
  made.client("billing", "/O=Acme/CN=billing");
  const { project } = await startClusters(t);
  const production = project("Acme Production");
  await production.trust(made.read("root.crt"));
  await production.addUser("CN=billing,O=Acme");
  await production.applied("analytics");
  const pem = made.pem("billing");
  const uri = await production.uri("analytics");
  assert.doesNotMatch(uri, /replicaSet/);
  assert.deepEqual(await whoAmI(uri, pem), ["CN=billing,O=Acme"]);
  await assert.rejects(withVersion("TLSv1.2", "TLSv1.2", () => whoAmI(uri, pem)), { name: "MongoServerSelectionError", message: /alert protocol version/ });
  // One that is paused has no address of its own.
  assert.match(await production.uri("archive"), /mongodb\.net/);
});

test("a crowd keeps no good client out, and takes no more memory than there are places for", async (t) => {
  const { names, before, most, slowest } = await crowd(t, { connections: 600, slow: 60, seconds: 3 });
  assert.deepEqual(names, [NAME]);
  assert.ok(most - before < 100, `${before} MB became ${most} MB`);
  assert.ok(slowest < 10_000, `a login took ${slowest} ms`);
});

test("how to log in is said when there is somebody who can", async (t) => {
  const made = certificates(t);
  made.authority("root", "/O=Acme/CN=Acme Root");
  const { project, output } = await startClusters(t);
  const staging = project("Acme Staging");
  await staging.addUser(NAME);
  await staging.applied("staging");
  assert.doesNotMatch(output(), /mongosh/);
  await staging.trust(made.read("root.crt"));
  await staging.applied("staging");
  while (!output().includes("mongosh")) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const uri = (await staging.uri("staging")).replace("authSource=admin", "authSource=%24external");
  assert.ok(output().includes(`${NAME} can log in to cluster staging of Acme Staging now`));
  assert.ok(output().includes(`mongosh '${uri}&authMechanism=MONGODB-X509' --tlsCertificateKeyFile client.pem`));
});
