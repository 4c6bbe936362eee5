// The sandbox's clusters for one test: calls of its API, certificates by the openssl program, and logins with MongoDB's
// own driver.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import tls from "node:tls";

import { MongoClient } from "mongodb";

import { pile } from "./check.mjs";
import { atEnd } from "./end.mjs";
import { startSandbox } from "./programs.mjs";

const MEDIA = "application/vnd.atlas.2024-08-05+json";

/** A sandbox with what a test does to it. */
export async function startClusters(t, options = {}) {
  const { origin, credentials, serverCa, pid, output } = await startSandbox(t, options);
  const basic = Buffer.from(`${credentials.ATLAS_CLIENT_ID}:${credentials.ATLAS_CLIENT_SECRET}`).toString("base64");
  const login = await fetch(`${origin}/api/oauth/token`, {
    method: "POST",
    headers: { Authorization: `Basic ${basic}`, "Content-Type": "application/x-www-form-urlencoded" },
    body: "grant_type=client_credentials",
  });
  const { access_token: token } = await login.json();

  async function call(method, path, body) {
    const headers = { Authorization: `Bearer ${token}`, Accept: MEDIA, "Content-Type": MEDIA };
    const answer = await fetch(`${origin}/api/atlas/v2${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    }
    return text === "" ? undefined : JSON.parse(text);
  }

  const projects = Object.fromEntries((await call("GET", "/groups")).results.map(({ name, id }) => [name, id]));

  /** One project. */
  function project(name) {
    const group = `/groups/${projects[name]}`;
    const user = (name) => `${group}/databaseUsers/%24external/${encodeURIComponent(name)}`;
    return {
      /** Saves a bundle, without waiting for the clusters. */
      trust: (pem) => call("PATCH", `${group}/userSecurity`, { customerX509: { cas: pem } }),
      /** Waits until a cluster has taken up every change. */
      async applied(cluster) {
        while ((await call("GET", `${group}/clusters/${cluster}/status`)).changeStatus !== "APPLIED") {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      },
      addUser: (username, { roles = [{ databaseName: "orders", roleName: "readWrite" }], scopes } = {}) =>
        call("POST", `${group}/databaseUsers`, {
          databaseName: "$external",
          groupId: projects[name],
          username,
          x509Type: "CUSTOMER",
          roles,
          scopes,
        }),
      deleteUser: (name) => call("DELETE", user(name)),
      uri: async (cluster) => (await call("GET", `${group}/clusters/${cluster}`)).connectionStrings.standard,
      logins: async (cluster) => (await call("GET", `${group}/dbAccessHistory/clusters/${cluster}`)).accessLogs,
    };
  }
  return { call, project, serverCa, pid, output };
}

/**
 * Certificates in a folder that goes with the test, as `pile` makes them, and:
 * - `pem(name, ...sent)`: the file for a driver, the client's certificate, what it sends along, its key.
 */
export function certificates(t) {
  const made = pile();
  atEnd(t, () => made.remove());
  const read = (name) => readFileSync(join(made.folder, name), "utf8");
  return {
    ...made,
    read,
    pem(name, ...sent) {
      const file = join(made.folder, `${name}.pem`);
      const parts = [name, ...sent].map((it) => read(`${it}.crt`));
      writeFileSync(file, parts.join("") + read(`${name}.key`));
      return file;
    },
  };
}

/** Logs in with a driver, hands it to `use`, and closes it. */
export async function withDriver(uri, pem, use, options = {}) {
  const address = new URL(uri);
  address.searchParams.set("authSource", "$external");
  address.searchParams.set("authMechanism", "MONGODB-X509");
  const client = new MongoClient(address.href, {
    tlsCertificateKeyFile: pem,
    serverSelectionTimeoutMS: 3_000,
    ...options,
  });
  try {
    return await use(await client.connect());
  } finally {
    await client.close();
  }
}

/** The names that the server knows a client by. */
export async function whoAmI(uri, pem, options) {
  const status = await withDriver(uri, pem, (client) => client.db("admin").command({ connectionStatus: 1 }), options);
  return status.authInfo.authenticatedUsers.map(({ user, db }) => (db === "$external" ? user : `${user} in ${db}`));
}

/** Does something while this program speaks these versions of TLS and no others. The driver has no option for it. */
export async function withVersion(least, most, use) {
  const { DEFAULT_MIN_VERSION, DEFAULT_MAX_VERSION } = tls;
  Object.assign(tls, { DEFAULT_MIN_VERSION: least, DEFAULT_MAX_VERSION: most });
  try {
    return await use();
  } finally {
    Object.assign(tls, { DEFAULT_MIN_VERSION, DEFAULT_MAX_VERSION });
  }
}
