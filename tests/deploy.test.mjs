// The page from a web server of one's own: nginx and Caddy with the configuration in deploy/, Atlas
// being the sandbox. What can be compared with `atlas-x509 serve` is.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer, get } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { openBrowser } from "./support/browser.mjs";
import { SERVERS, startNginx } from "./support/deploy.mjs";
import { atEnd } from "./support/end.mjs";
import { PAGE } from "./support/folder.mjs";
import { startGateway, startSandbox } from "./support/programs.mjs";

const V1 = "application/vnd.atlas.2023-01-01+json";

const source = (path) => readFileSync(new URL(`../crates/${path}`, import.meta.url), "utf8");

/** The addresses of the page, as its own table lists them. */
const PLACES = [
  .../ADDRESSES[^=]*= &\[(.*?)\];/s.exec(source("../src/route.rs"))[1].matchAll(/"(\/[^"]*)"/g),
].map(([, place]) => place);

/** The calls of the page, as its table lists them, with something in each place of a template. */
const CALLS = [
  ...source("atlas/src/calls/mod.rs").matchAll(
    /= (?:Call \{[^;]*?\.\.)?(?:(get|paged)\(|call\(\s*Method::(Post|Patch|Put|Delete),)\s*"([^"]*)"/g,
  ),
].map(([, , method, template]) => [
  method?.toUpperCase() ?? "GET",
  template
    .replace(/\{(?:groupId|orgId|alertConfigId)\}/g, "0123456789abcdef01234567")
    .replace("{clusterName}", "Cluster-0")
    .replace("{username}", "CN%3DJane%20Doe%2CO%3DAcme")
    .replace("$", "%24"),
]);

const NOWHERE = [
  "/index.html",
  "/checks",
  "/check/x",
  "/setup/connect/",
  "/setup/connect/x",
  "/Setup/connect",
  "/settings/off/",
  "/healthz",
  "/sandbox/journal",
  "/api",
  "/api/",
  "/api/atlas",
  "/api/private/ipinfo",
  "/API/atlas/v2/groups",
  "/.well-known/x",
  "/.git/config",
  "/no-0123456789abcdef.js",
  "/x/../index.html",
];

/** What the gateway and the web servers say alike, on every answer. */
const HEADERS = [
  "cache-control",
  "content-security-policy",
  "content-type",
  "cross-origin-opener-policy",
  "cross-origin-resource-policy",
  "permissions-policy",
  "referrer-policy",
  "x-content-type-options",
  "x-frame-options",
];

const said = (response) => Object.fromEntries(HEADERS.map((name) => [name, response.headers.get(name)]));

/** Fetches an access token as the page does, and gives a function that makes calls with it. */
async function logIn(origin, { ATLAS_CLIENT_ID: id, ATLAS_CLIENT_SECRET: secret }) {
  const answer = await fetch(`${origin}/api/oauth/token`, {
    method: "POST",
    headers: {
      Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
      "Content-Type": "application/x-www-form-urlencoded",
    },
    body: "grant_type=client_credentials",
  });
  assert.equal(answer.status, 200);
  const { access_token: token } = await answer.json();
  const call = (method, path, body, headers = {}) =>
    fetch(`${origin}/api/atlas/v2${path}`, {
      method,
      headers: { Accept: V1, Authorization: `Bearer ${token}`, ...(body && { "Content-Type": V1 }), ...headers },
      body: body && JSON.stringify(body),
    });
  return { token, call };
}

async function project(call, name) {
  const { results } = await (await call("GET", "/groups")).json();
  return results.find((group) => group.name === name).id;
}

/** A project that is nowhere. */
const GROUP = "0123456789abcdef01234567";

/** A request as it is written here, and everything that comes back. */
function raw(origin, target, headers, method = "GET") {
  const { hostname, port, host } = new URL(origin);
  const lines = Object.entries({ Host: host, Connection: "close", ...headers }).map((pair) => pair.join(": "));
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname).setEncoding("utf8");
    let text = "";
    socket.on("data", (more) => (text += more));
    // A server may close before it has read everything, or wait for the rest of a body: what it said counts.
    socket.on("error", () => {}).on("close", () => resolve(text));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.write(`${[`${method} ${target} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n`);
  });
}

/** A key and a certificate for 127.0.0.1 that nobody vouches for, as files. */
function certificate(t) {
  const folder = mkdtempSync(join(tmpdir(), "atlas-x509-tls-"));
  atEnd(t, () => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = ["key", "cert"].map((name) => join(folder, name));
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1"];
  const names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert];
  execFileSync("openssl", [...request, ...names], { stdio: "ignore" });
  return { key, cert };
}

/** An upstream that keeps what it was sent, and answers as `answer` says. */
async function startUpstream(t, answer = {}) {
  const seen = [];
  const server = createServer((request, response) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers });
    request.resume().on("end", () => response.writeHead(answer.status ?? 200, answer.headers).end("{}"));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(t, () => server.close());
  return { upstream: `http://127.0.0.1:${server.address().port}`, seen };
}

test("the config.json of a web server says what the gateway's says, but for who holds the credential", async (t) => {
  const { origin } = await startGateway(t);
  const own = await (await fetch(`${origin}/config.json`)).json();
  const { default: file } = await import("../deploy/config.json", { with: { type: "json" } });
  const atlas = { mode: "atlas", credential: "page", upstream: "cloud.mongodb.com", token: false };
  assert.deepEqual(file, { ...own, ...atlas });
});

for (const [name, start] of Object.entries(SERVERS)) {
  test(`${name} serves the page as the gateway does, header for header`, async (t) => {
    const { origin: gateway } = await startGateway(t);
    const { origin } = await start(t, { upstream: "http://127.0.0.1:9" });
    const files = readdirSync(PAGE, { recursive: true })
      .filter((file) => file !== "index.html" && statSync(join(PAGE, file)).isFile())
      .map((file) => `/${file}`);
    assert.ok(files.length > 3);
    for (const path of [...PLACES, ...files, "/config.json", ...NOWHERE]) {
      const [expected, response] = await Promise.all([gateway, origin].map((from) => fetch(from + path)));
      if (!path.startsWith("/api") && path !== "/healthz") {
        assert.equal(response.status, expected.status, path);
        assert.deepEqual(said(response), said(expected), path);
      }
      const status = NOWHERE.includes(path) ? 404 : 200;
      assert.equal(response.status, status, path);
      const body = Buffer.from(await response.arrayBuffer());
      if (/^\/+api(?:\/|$)/.test(path)) {
        assert.equal(JSON.parse(body).errorCode, "NOT_FORWARDED", path);
      } else if (path !== "/config.json") {
        // At an address where nothing is, the page says so.
        const file = files.includes(path) ? path : "index.html";
        assert.ok(body.equals(readFileSync(join(PAGE, file))), path);
      }
      for (const ending of [".br", ".gz"]) {
        assert.equal((await fetch(origin + path + ending)).status, 404, path + ending);
      }
    }
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const [expected, response] = await Promise.all(
        [gateway, origin].map((from) => fetch(`${from}/setup`, { method })),
      );
      assert.equal(response.status, 405, method);
      assert.deepEqual(said(response), said(expected), method);
      assert.equal((await response.json()).errorCode, "METHOD_NOT_ALLOWED");
    }
  });

  test(`${name} sends the page compressed`, async (t) => {
    const { origin } = await start(t, { upstream: "http://127.0.0.1:9" });
    const module = readdirSync(PAGE).find((file) => file.endsWith(".wasm"));
    for (const path of ["/", `/${module}`]) {
      const response = await fetch(origin + path, { headers: { "Accept-Encoding": "gzip" } });
      assert.equal(response.headers.get("content-encoding"), "gzip", path);
      assert.match(response.headers.get("vary"), /accept-encoding/i, path);
      const plain = await fetch(origin + path, { headers: { "Accept-Encoding": "identity" } });
      assert.equal(plain.headers.get("content-encoding"), null, path);
    }
  });

  test(`the page opens from ${name}`, async (t) => {
    const { origin } = await start(t, { upstream: "http://127.0.0.1:9" });
    const { page } = await openBrowser(t);
    await page.goto(origin);
    await page.locator("#shell").waitFor({ state: "detached" });
    await page.getByRole("heading", { level: 1 }).waitFor();
  });

  test(`behind ${name} a service account logs in, reads and writes`, async (t) => {
    const sandbox = await startSandbox(t);
    const { origin, log } = await start(t, { upstream: sandbox.origin });
    const { token, call } = await logIn(origin, sandbox.credentials);
    const group = await project(call, "Acme Staging");
    const users = `/groups/${group}/databaseUsers`;
    const roles = [{ roleName: "read", databaseName: "sales" }];
    const names = [
      "CN=Jane Doe,O=MongoDB,C=US",
      "CN=a..b",
      "CN=a//b",
      "CN=../../x",
      "CN=/.a.gz",
      "CN=a b\\+c%2Fd?e#f\\\"g\\\\h\\;i=ü",
      `CN=${"x".repeat(1021)}`,
    ];
    for (const username of names) {
      const user = { databaseName: "$external", groupId: group, username, x509Type: "CUSTOMER", roles };
      const created = await call("POST", users, user);
      assert.equal(created.status, 201, username);
      assert.equal(created.headers.get("cache-control"), "no-store");
      assert.ok(created.headers.get("ratelimit-remaining"));
      assert.match(created.headers.get("content-type"), /^application\/vnd\.atlas\.2023-01-01\+json/);
      const path = `${users}/%24external/${encodeURIComponent(username).replaceAll(".", "%2E")}`;
      const read = await call("GET", path);
      assert.equal((await read.json()).username, username);
      assert.equal((await call("DELETE", path)).status, 204, username);
      assert.equal((await call("GET", path)).status, 404, username);
    }
    const journal = await (await fetch(`${sandbox.origin}/sandbox/journal`)).json();
    assert.deepEqual(
      journal.map(({ method, status }) => [method, status]),
      names.flatMap(() => [["POST", 201], ["DELETE", 204]]),
    );
    const written = log();
    for (const secret of [token, sandbox.credentials.ATLAS_CLIENT_SECRET, "Jane"]) {
      assert.ok(!written.includes(secret), `${secret} is in the log:\n${written}`);
    }
  });

  test(`${name} takes a body of 1 MiB and no larger one`, async (t) => {
    const sandbox = await startSandbox(t);
    const { origin } = await start(t, { upstream: sandbox.origin });
    const { call, token } = await logIn(origin, sandbox.credentials);
    const group = await project(call, "Acme Staging");
    const path = `/groups/${group}/databaseUsers`;
    // With the name and the quotes around it.
    const filled = (bytes) => ({ a: "x".repeat(bytes - '{"a":""}'.length) });
    assert.equal((await call("POST", path, filled(1024 * 1024))).status, 400);
    const answer = await call("POST", path, filled(2 * 1024 * 1024));
    assert.equal(answer.status, 413);
    assert.equal((await answer.json()).errorCode, "BODY_TOO_LARGE");
    // One that does not say how long it is.
    const parts = new Blob(["x".repeat(2 * 1024 * 1024)]).stream();
    const headers = { Accept: V1, "Content-Type": V1, Authorization: `Bearer ${token}` };
    const init = { method: "POST", body: parts, duplex: "half", headers };
    assert.equal((await fetch(`${origin}/api/atlas/v2${path}`, init)).status, 413);
    const journal = await (await fetch(`${sandbox.origin}/sandbox/journal`)).json();
    assert.equal(journal.length, 1, "nothing of the larger ones was carried out");
  });

  test(`${name} sends Atlas nothing of the person, and drops what a browser would act upon`, async (t) => {
    const { upstream, seen } = await startUpstream(t, {
      status: 401,
      headers: {
        "Set-Cookie": "a=b",
        "WWW-Authenticate": 'Digest realm="x"',
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "public",
        "Content-Security-Policy": "default-src *",
        "Content-Type": "application/json",
        Location: "https://evil.example",
        Refresh: "0;url=https://evil.example",
        "Retry-After": "3",
      },
    });
    const { origin } = await start(t, { upstream });
    const answer = await fetch(`${origin}/api/atlas/v2/groups?itemsPerPage=1`, {
      redirect: "manual",
      headers: {
        Accept: V1,
        Authorization: "Bearer x",
        // What a sign-in in front of the server adds, and what nobody has thought of.
        "Cf-Access-Jwt-Assertion": "x",
        "Remote-User": "jane",
        "X-Auth-Request-Email": "jane@example.com",
        "Zz-9_!": "x",
        Cookie: "session=1",
        Forwarded: "for=1",
        Origin: origin,
        Referer: `${origin}/settings`,
        "User-Agent": "Somebody's browser",
        "X-Atlas-X509-Token": "x",
        "X-Forwarded-For": "203.0.113.7",
        "X-Real-IP": "203.0.113.7",
      },
    });
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get("retry-after"), "3");
    for (const dropped of ["set-cookie", "www-authenticate", "access-control-allow-origin", "location", "refresh"]) {
      assert.equal(answer.headers.get(dropped), null, dropped);
    }
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.match(answer.headers.get("content-security-policy"), /^default-src 'none';[^*]*$/);

    const [{ method, url, headers }] = seen;
    assert.equal(`${method} ${url}`, "GET /api/atlas/v2/groups?itemsPerPage=1");
    // What every connection has; a proxy may say the length of nothing.
    for (const usual of ["host", "connection", "content-length"]) {
      delete headers[usual];
    }
    assert.deepEqual(headers, { accept: V1, authorization: "Bearer x", "user-agent": "atlas-x509-page" });
  });

  test(`${name} lets nothing through that only comes to an address of Atlas's in the end`, async (t) => {
    const { upstream, seen } = await startUpstream(t);
    const { origin } = await start(t, { upstream });
    const { hostname, port } = new URL(origin);
    const targets = [
      "/x/../api/atlas/v2/groups",
      "//api/atlas/v2/groups",
      "/x/%2e%2e/api/atlas/v2/groups",
      "/api/atlas/../private/x",
      "/api/atlas/v2/%2e%2e/%2e%2e/private/x",
    ];
    for (const target of targets) {
      const status = await new Promise((resolve, reject) => {
        const socket = connect(Number(port), hostname).setEncoding("utf8");
        let text = "";
        socket.on("data", (more) => (text += more)).on("error", reject);
        socket.on("close", () => resolve(Number(text.split(" ")[1])));
        socket.end(`GET ${target} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`);
      });
      assert.ok([400, 404].includes(status), `${target}: ${status}`);
    }
    for (const method of ["OPTIONS", "PROPFIND", "BREW"]) {
      assert.equal((await fetch(`${origin}/api/atlas/v2/groups`, { method })).status, 405, method);
    }
    assert.deepEqual(seen, []);
  });

  test(`${name} says that a change may have been made whenever no answer comes`, async (t) => {
    // What arrives there is read, and the connection closed without a word.
    const seen = [];
    const silent = createServer((request, response) => {
      request.resume().on("end", () => seen.push(request.method) && response.destroy());
    });
    await new Promise((resolve) => silent.listen(0, "127.0.0.1", resolve));
    atEnd(t, () => silent.close());
    for (const port of [silent.address().port, 9]) {
      const { origin } = await start(t, { upstream: `http://127.0.0.1:${port}` });
      const headers = { Accept: V1, "Content-Type": V1, Authorization: "Bearer x" };
      const init = { method: "PATCH", headers, body: "{}" };
      const answer = await fetch(`${origin}/api/atlas/v2/groups/${GROUP}/userSecurity`, init);
      assert.equal(answer.status, 502);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      // A web server does not tell a connection that never was from one that was lost.
      assert.equal((await answer.json()).errorCode, "UPSTREAM_ANSWER_LOST");
    }
    assert.deepEqual(seen, ["PATCH"], "sent once");
  });

  test(`${name} sends nothing to an Atlas whose certificate nobody vouches for`, async (t) => {
    const { key, cert } = certificate(t);
    const seen = [];
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (asked, response) => {
      seen.push(asked.url);
      response.end("{}");
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    atEnd(t, () => server.close());
    const { origin } = await start(t, { upstream: `https://127.0.0.1:${server.address().port}` });
    const headers = { Authorization: "Bearer x" };
    assert.equal((await fetch(`${origin}/api/atlas/v2/groups`, { headers })).status, 502);
    assert.deepEqual(seen, []);
  });

  test(`${name} lets the calls of the page through, and no others`, async (t) => {
    const { upstream, seen } = await startUpstream(t);
    const { origin } = await start(t, { upstream });
    const ask = (method, path) => {
      const body = ["POST", "PATCH", "PUT"].includes(method) ? "{}" : undefined;
      const headers = { Accept: V1, Authorization: "Bearer x", ...(body && { "Content-Type": V1 }) };
      return fetch(`${origin}/api/atlas/v2${path}`, { method, body, headers });
    };
    assert.ok(CALLS.length > 15 && CALLS.every(([, path]) => !/[{}$]/.test(path)), CALLS.join("\n"));
    for (const [method, path] of CALLS) {
      assert.equal((await ask(method, path)).status, 200, `${method} ${path}`);
    }
    assert.equal((await ask("GET", "/groups?itemsPerPage=500&pageNum=2")).status, 200);
    assert.deepEqual(
      seen.splice(0).map(({ method, url }) => `${method} ${url}`),
      [...CALLS, ["GET", "/groups?itemsPerPage=500&pageNum=2"]].map(([method, path]) => `${method} /api/atlas/v2${path}`),
    );
    const users = `/groups/${GROUP}/databaseUsers`;
    for (const [method, path] of [
      ["DELETE", `/groups/${GROUP}`],
      ["POST", "/groups"],
      ["GET", `/groups/${GROUP}/processes`],
      ["GET", `/groups/${GROUP}/userSecurity/x`],
      ["GET", "/groups/x/userSecurity"],
      ["GET", "/groups?envelope=true"],
      ["GET", "/groups?pageNum=1&pageNum"],
      ["GET", `${users}/admin/jane`],
      ["GET", `${users}/%24external/jane`],
      ["GET", `${users}/%24external/%2E%2E%2F%2E%2E%2Fclusters`],
      ["DELETE", `/groups/${GROUP}/clusters/Cluster-0`],
      ["GET", "/orgs/0123456789abcdef01234567/apiKeys"],
      ["GET", "//groups"],
    ]) {
      const answer = await ask(method, path);
      assert.equal(answer.status, 404, `${method} ${path}`);
      assert.equal((await answer.json()).errorCode, "NOT_FORWARDED", `${method} ${path}`);
    }
    const headers = { Authorization: `Basic ${btoa("id:secret")}` };
    const other = await fetch(`${origin}/api/oauth/authorize`, { method: "POST", headers });
    assert.equal(other.status, 404);
    assert.deepEqual(seen, []);
  });

  test(`${name} sends Atlas's own credentials on and no others`, async (t) => {
    const { upstream, seen } = await startUpstream(t);
    const { origin } = await start(t, { upstream });
    const [groups, token] = ["/api/atlas/v2/groups", "/api/oauth/token"];
    const basic = `Basic ${btoa("id:secret")}`;
    for (const [path, authorization, status] of [
      [groups, "Bearer x", 200],
      [groups, basic, 401],
      [groups, "Digest username=x", 401],
      [groups, `Bearer x, ${basic}`, 401],
      [groups, undefined, 401],
      [token, basic, 200],
      [token, "Bearer x", 401],
      [token, undefined, 401],
    ]) {
      const headers = { ...(authorization && { Authorization: authorization }) };
      const method = path === token ? "POST" : "GET";
      const answer = await fetch(origin + path, { method, headers });
      assert.equal(answer.status, status, `${path} ${authorization}`);
      if (status === 401) {
        assert.equal((await answer.json()).errorCode, "CREDENTIAL_MISSING");
      }
    }
    assert.deepEqual(
      seen.map(({ headers }) => headers.authorization),
      ["Bearer x", basic],
    );
  });

  test(`${name} answers no page of another site, and under no other name`, async (t) => {
    const { upstream, seen } = await startUpstream(t);
    const { origin } = await start(t, { upstream });
    const ask = (headers) => raw(origin, "/api/atlas/v2/groups", { Authorization: "Bearer x", ...headers });
    for (const headers of [
      { Origin: "https://evil.example" },
      { Origin: "null" },
      { Origin: `${origin}.evil.example` },
      { "Sec-Fetch-Site": "cross-site" },
      { "Sec-Fetch-Site": "same-site" },
      { "Sec-Fetch-Site": "same-origin", Origin: "https://evil.example" },
    ]) {
      const answer = await ask(headers);
      assert.match(answer, /^HTTP\/1.1 403 .*CROSS_SITE/s, JSON.stringify(headers));
      assert.doesNotMatch(answer, /access-control-allow/i);
    }
    for (const path of ["/", "/api/atlas/v2/groups", "/config.json"]) {
      const answer = await raw(origin, path, { Host: "rebound.example", Authorization: "Bearer x" });
      // Caddy has an empty answer for names it does not know.
      assert.match(answer, /^HTTP\/1.1 (?:421|200 OK\r\n.*Content-Length: 0\r\n)/s, path);
      assert.doesNotMatch(answer, /atlas/i, path);
    }
    assert.deepEqual(seen, []);
    assert.match(await ask({ Origin: origin, "Sec-Fetch-Site": "same-origin" }), /^HTTP\/1.1 200 /);
    assert.equal(seen.length, 1);
  });

  test(`${name} leaves no name of a user in a log, whatever becomes of the call`, async (t) => {
    const { upstream } = await startUpstream(t);
    const working = await start(t, { upstream });
    const broken = await start(t, { upstream: "http://127.0.0.1:9" });
    const path = `/api/atlas/v2/groups/${GROUP}/databaseUsers/%24external/CN%3DJane%20Doe`;
    const bearer = { Authorization: "Bearer x" };
    const statuses = [];
    for (const [{ origin }, target, headers, method] of [
      [working, path, bearer],
      [working, path, {}],
      [working, path, { ...bearer, Origin: "https://evil.example" }],
      [working, `${path}/x`, bearer],
      [working, `/%61pi${path.slice(4)}`, bearer],
      [working, `/x/../api/CNJane`, bearer],
      [working, path, bearer, "OPTIONS"],
      [working, path, { ...bearer, "Content-Length": "2000000" }, "PATCH"],
      [working, path.replaceAll("%20", " "), bearer],
      [working, path, { ...bearer, Host: "rebound.example" }],
      [working, path, { ...bearer, Cookie: "x".repeat(100_000) }],
      [broken, path, bearer],
      [broken, path, bearer, "DELETE"],
    ]) {
      statuses.push(Number((await raw(origin, target, headers, method)).split(" ")[1]));
    }
    for (const status of [200, 401, 403, 404, 405, 413, 502]) {
      assert.ok(statuses.includes(status), `${status} in ${statuses}`);
    }
    for (const { log } of [working, broken]) {
      assert.doesNotMatch(log(), /Jane/, statuses.join());
    }
  });
}

test("nginx slows down whoever calls without end, and says when to come back", async (t) => {
  const { upstream, seen } = await startUpstream(t);
  const { origin, log } = await startNginx(t, { upstream });
  const headers = { Authorization: `Basic ${btoa("id:guess")}` };
  const guess = () => fetch(`${origin}/api/oauth/token`, { method: "POST", headers });
  const answers = await Promise.all(Array.from({ length: 60 }, guess));
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length > 20 && seen.length < 30, `${refused.length} refused, ${seen.length} sent`);
  assert.equal(refused[0].headers.get("retry-after"), "2");
  assert.equal((await refused[0].json()).errorCode, "RATE_LIMITED");
  assert.equal(answers.find(({ status }) => status === 200).headers.get("retry-after"), null);
  assert.equal(log(), "");
});

test("over TLS, nginx tells browsers to stay with it", async (t) => {
  const { key, cert } = certificate(t);
  const { upstream } = await startUpstream(t);
  const tls = `ssl_certificate ${cert}; ssl_certificate_key ${key};`;
  const { origin } = await startNginx(t, { upstream, tls });
  const ask = (servername) =>
    new Promise((resolve, reject) => {
      const headers = { Host: servername };
      get(origin, { rejectUnauthorized: false, servername, headers }, resolve).on("error", reject);
    });
  await assert.rejects(ask("rebound.example"));
  const answer = await ask("localhost");
  answer.resume();
  assert.equal(answer.headers["strict-transport-security"], "max-age=31536000");
  const plain = await fetch((await startNginx(t, { upstream })).origin);
  assert.equal(plain.headers.get("strict-transport-security"), null);
});
