// MongoDB's own drivers as judges: the same clients at the sandbox's cluster and at a server whose verdict is OpenSSL's.
// What becomes of each is the same at both, and what `atlas-x509 check` says beforehand.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { certificates, startClusters } from "./support/clusters.mjs";
import { DRIVERS, address } from "./support/drivers.mjs";
import { run } from "./support/programs.mjs";
import { startStandIn } from "./support/stand-in.mjs";

/** What the tests share ends with the file. */
const ends = [];
const lasting = { after: (end) => ends.push(end) };
after(async () => {
  for (const end of ends.reverse()) {
    await end();
  }
});

let made, servers;

const CURVE = (name) => ["-algorithm", "EC", "-pkeyopt", `ec_paramgen_curve:${name}`];

/** Each client: its subject; what else is so of it. `known: false`: no user has its name. */
const CLIENTS = {
  plain: { subject: "/C=US/O=Acme/OU=Services/CN=billing" },
  comma: { subject: "/O=Acme/CN=a, b" },
  backslash: { subject: "/O=Acme/CN=a\\\\, b" },
  multi: { subject: "/O=Acme/CN=multi+OU=Two" },
  umlaut: { subject: "/O=Müller/CN=Zoë" },
  mail: { subject: "/O=Acme/CN=ops/emailAddress=ops@acme.example" },
  p384: { subject: "/O=Acme/CN=p384", key: CURVE("P-384") },
  rsa: { subject: "/O=Acme/CN=rsa", key: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"] },
  ed25519: { subject: "/O=Acme/CN=ed25519", key: ["-algorithm", "ED25519"] },
  deep: { subject: "/O=Acme/CN=deep", issuer: "issuing", sent: ["issuing"] },
  alone: { subject: "/O=Acme/CN=alone", issuer: "issuing" },
  expired: { subject: "/O=Acme/CN=expired", more: ["-days", "-1"] },
  foreign: { subject: "/O=Acme/CN=foreign", issuer: "elsewhere" },
  server: { subject: "/O=Acme/CN=server", usage: "serverAuth" },
  nobody: { subject: "/O=Acme/CN=nobody", known: false },
};

before(async () => {
  made = certificates(lasting);
  made.authority("root", "/O=Acme/CN=Acme Root");
  made.intermediate("issuing", "/O=Acme/CN=Acme Issuing");
  made.authority("elsewhere", "/O=Elsewhere/CN=Foreign Root");
  const names = new Map();
  for (const [name, { subject, key, usage = "clientAuth", issuer, sent = [], more = [] }] of Object.entries(CLIENTS)) {
    made.client(name, subject, usage, issuer);
    if (key) {
      made.openssl("genpkey", ...key, "-out", `${name}.key`);
      made.openssl("req", "-new", "-utf8", "-key", `${name}.key`, "-subj", subject, "-out", `${name}.csr`);
    }
    if (key || more.length > 0) {
      made.sign(name, name, usage, more, issuer);
    }
    const pem = made.pem(name, ...sent);
    names.set(name, (await checked(pem)).username);
  }
  const known = [...names].filter(([name]) => CLIENTS[name].known !== false).map(([, username]) => username);

  const { project, serverCa } = await startClusters(lasting);
  const staging = project("Acme Staging");
  await staging.trust(made.read("root.crt"));
  await Promise.all(known.map((name) => staging.addUser(name)));
  await staging.applied("staging");
  const { port } = new URL(await staging.uri("staging"));

  made.authority("host-root", "/CN=Server Root");
  made.client("host", "/CN=127.0.0.1");
  writeFileSync(join(made.folder, "host.ext"), "subjectAltName=IP:127.0.0.1\n");
  made.openssl(...["x509", "-req", "-in", "host.csr", "-CA", "host-root.crt", "-CAkey", "host-root.key"], ...["-days", "30", "-extfile", "host.ext", "-out", "host.crt"]);
  const standIn = await startStandIn(lasting, {
    key: made.read("host.key"),
    cert: made.read("host.crt"),
    ca: made.read("root.crt"),
    users: new Set(known),
  });
  servers = { "the sandbox's cluster": address(port, serverCa), OpenSSL: address(standIn.port, join(made.folder, "host-root.crt")) };
});

/** What the product says beforehand of a client's file. */
async function checked(pem) {
  const { stdout } = await run(["check", "--ca", join(made.folder, "root.crt"), "--format", "json", "--client", pem]);
  return JSON.parse(stdout).clients[0];
}

for (const [name, { known = true }] of Object.entries(CLIENTS)) {
  test(`${name}: every driver meets what was predicted, at both servers`, async () => {
    const { accepted, username } = await checked(join(made.folder, `${name}.pem`));
    const predicted = !accepted ? { out: "closed" } : known ? { in: username } : { code: 11 };
    const expected = Object.keys(DRIVERS).map((driver) => [driver, predicted]);
    for (const [server, met] of await meet(name)) {
      assert.deepEqual(met, expected, server);
    }
  });
}

test("a key that cannot shake hands gets in nowhere, and both servers say the same", async () => {
  made.openssl("genpkey", ...CURVE("brainpoolP256r1"), "-out", "curve.key");
  made.openssl("req", "-new", "-key", "curve.key", "-subj", "/O=Acme/CN=curve", "-out", "curve.csr");
  made.sign("curve", "curve", "clientAuth");
  const { accepted, handshake } = await checked(made.pem("curve"));
  assert.deepEqual([accepted, handshake.tls12, handshake.tls13], [false, false, false]);
  const [[, first], [, second]] = await meet("curve");
  const kinds = (met) => met.map(([driver, { in: name, code, out }]) => [driver, name, code, out]);
  assert.deepEqual(kinds(first), kinds(second));
  assert.deepEqual(kinds(first).filter(([, name]) => name !== undefined), []);
});

test("a certificate of version 1 is taken by the servers, and not by the driver for Rust, which says so", async () => {
  made.openssl("req", "-new", "-key", "plain.key", "-subj", "/C=US/O=Acme/OU=Services/CN=billing", "-out", "old.csr");
  made.openssl(...["x509", "-req", "-in", "old.csr", "-CA", "root.crt", "-CAkey", "root.key", "-days", "30", "-out", "old.crt"]);
  writeFileSync(join(made.folder, "old.key"), made.read("plain.key"));
  const { accepted, username } = await checked(made.pem("old"));
  assert.equal(accepted, true);
  for (const [server, met] of await meet("old")) {
    const { Rust, ...others } = Object.fromEntries(met);
    assert.match(Rust.message, /^certificate-kind /, server);
    assert.deepEqual(Object.values(others), Array(3).fill({ in: username }), server);
  }
});

/** What each driver meets at each server. */
async function meet(name) {
  const pem = join(made.folder, `${name}.pem`);
  const at = async (uri) => Promise.all(Object.entries(DRIVERS).map(async ([driver, logIn]) => [driver, await logIn(uri, pem)]));
  return Promise.all(Object.entries(servers).map(async ([server, uri]) => [server, await at(uri)]));
}
