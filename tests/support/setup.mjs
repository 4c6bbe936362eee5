// A set-up in the middle: sandbox and gateway as two processes, and a draft put into the tab by hand
// as the Review step leaves it, so that what comes after can be tested without the steps before.

import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openBrowser } from "./browser.mjs";
import { enter } from "./page.mjs";
import { startGateway, startSandbox } from "./programs.mjs";

/** Makes authorities and clients with openssl in a folder of its own: `{ folder, authority, client, remove }`. */
export function certificates() {
  const folder = mkdtempSync(join(tmpdir(), "atlas-x509-setup-"));
  const openssl = (...words) => execFileSync("openssl", words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-utf8"];
  const read = (name) => readFileSync(join(folder, name), "utf8");
  return {
    folder,
    /** The PEM of what was made under this name. */
    read: (name) => read(`${name}.crt`),
    /** A root that lasts for so many days: its PEM. */
    authority(name, days = 3650) {
      openssl(
        ...["req", "-x509", ...key, "-days", String(days), "-subj", `/O=Acme/CN=${name}`],
        ...["-addext", "keyUsage=critical,keyCertSign", "-keyout", `${name}.key`, "-out", `${name}.crt`],
      );
      return read(`${name}.crt`);
    },
    /** A client of `authority`: `{ name, certificate, key }`, the two PEM. */
    client(name, authority, subject = `/O=Acme/CN=${name}`) {
      openssl("req", "-new", ...key, "-subj", subject, "-keyout", `${name}.key`, "-out", `${name}.csr`);
      openssl(
        ...["x509", "-req", "-in", `${name}.csr`, "-days", "365", "-CA", `${authority}.crt`, "-CAkey", `${authority}.key`],
        ...["-out", `${name}.crt`],
      );
      return { name, username: `CN=${name},O=Acme`, certificate: read(`${name}.crt`), key: read(`${name}.key`) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** An authority as a plan holds it. */
export function authority(pem) {
  const certificate = new X509Certificate(pem);
  const title = /CN=(.*)/.exec(certificate.subject)[1];
  return { sha256: certificate.fingerprint256.replaceAll(":", "").toLowerCase(), title, pem };
}

/** The version of Atlas's interface that tests ask for. */
export const V1 = { Accept: "application/vnd.atlas.2023-01-01+json" };

const role = { roleName: "readWrite", databaseName: "sales" };

/** A plan about to be carried out: authorities added to a bundle of `kept` ones, and new users. */
export function plan(project, { added = [], kept = [], removed = [], users = [] }) {
  const wantedUsers = users.map((username) => ({ username, roles: [role], scopes: [], description: null }));
  const steps = wantedUsers.map((user) => ({ do: "create-user", user }));
  const bundle = [...kept, ...added];
  if (added.length + removed.length > 0) {
    const gone = removed.map((authority) => ({ authority, breaks: [] }));
    const pem = bundle.map((authority) => authority.pem).join("");
    steps.unshift({ do: "replace-bundle", pem, added, kept, removed: gone });
  }
  return {
    project,
    wanted: {
      bundle: bundle.length > 0 ? { exactly: bundle } : "as-it-is",
      users: wantedUsers,
      deleted: [],
      dependents: {},
      user_limit: null,
    },
    steps: steps.map((step) => ({ step, outcome: { is: "not-tried" } })),
    phase: { is: "ready" },
    replaced: null,
    clusters: [],
  };
}

/** A file as a draft keeps it. */
export function keptFile(name, ...pems) {
  return { name, certificates: pems.map((pem) => new X509Certificate(pem).raw.toString("base64")) };
}

/** The sandbox as a process of its own, and the gateway before it. */
export async function startBoth(t) {
  const sandbox = await startSandbox(t);
  const gateway = await startGateway(t, { flags: ["--sandbox-at", sandbox.origin] });
  return { sandbox, gateway };
}

/** What the sandbox says at `/sandbox/…`. */
export async function ask(sandbox, path, init) {
  const answer = await fetch(`${sandbox.origin}/sandbox/${path}`, {
    ...init,
    headers: { "Content-Type": "application/json" },
  });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(`${path}: ${answer.status} ${text}`);
  }
  return text ? JSON.parse(text) : undefined;
}

/** The writes that the sandbox has carried out, as `METHOD last segment`, oldest first. */
export async function writes(sandbox) {
  const journal = await ask(sandbox, "journal");
  return journal
    .filter(({ status }) => status < 400)
    .map(({ method, path, body }) => `${method} ${body?.username ?? decodeURIComponent(path.split("/").at(-1))}`);
}

export const faults = (sandbox, rules) => ask(sandbox, "faults", { method: "PUT", body: JSON.stringify(rules) });

/** The project of this name, as Atlas tells it. */
export async function project(gateway, name) {
  const { results } = await (await gateway.fetch("/api/atlas/v2/groups", { headers: V1 })).json();
  return results.find((project) => project.name === name);
}

/** What Atlas answers at this path of a project. */
export async function read(gateway, id, path) {
  return (await gateway.fetch(`/api/atlas/v2/groups/${id}/${path}`, { headers: V1 })).json();
}

/** Opens a browser in the step at `path` with this draft in the tab. */
export async function openWithDraft(t, gateway, draft, { path = "/setup/apply", ...options } = {}) {
  const opened = await openBrowser(t, { hurry: true, ...options });
  const { page } = opened;
  await enter(page, gateway);
  await page.evaluate(([draft, path]) => {
    sessionStorage.setItem("setup", JSON.stringify(draft));
    sessionStorage.setItem("setup-path", path);
  }, [draft, path]);
  await page.goto(`${gateway.origin}${path}`);
  return opened;
}
