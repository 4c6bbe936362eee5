// The web servers that deploy/ is for, with the configuration that is there. What a site sets for
// itself is set here too, and nothing else: where it listens, where the page is, where Atlas is.

import assert from "node:assert/strict";
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { compress } from "../compress.mjs";
import { PAGE } from "./folder.mjs";
import { found, freePort, start, temporary } from "./system.mjs";

const DEPLOY = fileURLToPath(new URL("../../deploy/", import.meta.url));

/** How long a server may take to listen, in milliseconds. */
const READY_WITHIN = 10_000;

/** Each by its name, with a function that starts it: `(t, { upstream })` gives `{ origin, log }`. */
export const SERVERS = { nginx: startNginx, Caddy: startCaddy };

/** nginx with deploy/nginx.conf; `tls` is what its site says of TLS. */
export async function startNginx(t, { upstream, tls }) {
  const folder = temporary(t, "deploy");
  const port = await freePort();
  const set = [
    [
      "listen 127.0.0.1:8080 default_server;",
      `listen 127.0.0.1:${port} ${tls ? "ssl default_server; ssl_reject_handshake on;" : "default_server;"}`,
    ],
    ["listen 127.0.0.1:8080;", `listen 127.0.0.1:${port}${tls ? ` ssl; ${tls}` : ";"}`],
    ["root /srv/atlas-x509/page;", `root ${page()};`],
    ["set $atlas_x509_upstream https://cloud.mongodb.com;", `set $atlas_x509_upstream ${upstream};`],
    // Not of the site, but of the system: one for each server.
    ["error_log /var/log/nginx/error.log", `error_log ${folder}/error.log`, 2],
    ["access_log /var/log/nginx/access.log", `access_log ${folder}/access.log`],
  ];
  const site = set.reduce((text, [line, own, times = 1]) => {
    assert.equal(text.split(line).length, times + 1, `how often deploy/nginx.conf has \`${line}\``);
    return text.replaceAll(line, () => own);
  }, readFileSync(join(DEPLOY, "nginx.conf"), "utf8"));
  writeFileSync(join(folder, "site.conf"), site);
  const temporaries = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 1;
    ${process.getuid?.() === 0 ? "user root;" : ""}
    events { }
    http {
      access_log ${folder}/access.log;
      ${temporaries.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n")}
      include ${folder}/site.conf;
    }`,
  );
  const output = await serve(t, "nginx", ["-e", "stderr", "-c", join(folder, "nginx.conf")], {}, port);
  const log = () => output() + ["error.log", "access.log"].map((name) => text(join(folder, name))).join("");
  return { origin: `${tls ? "https" : "http"}://127.0.0.1:${port}`, log };
}

/** Caddy with deploy/Caddyfile. */
export async function startCaddy(t, { upstream }) {
  const folder = temporary(t, "deploy");
  const port = await freePort();
  const environment = {
    ATLAS_X509_SITE: `http://127.0.0.1:${port}`,
    ATLAS_X509_ROOT: page(),
    ATLAS_X509_UPSTREAM: upstream,
    // Beside a Caddy that runs here already, and without its folders.
    CADDY_ADMIN: `unix//${folder}/admin`,
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
  };
  const flags = ["run", "--config", join(DEPLOY, "Caddyfile"), "--adapter", "caddyfile"];
  const output = await serve(t, "caddy", flags, environment, port);
  return { origin: `http://127.0.0.1:${port}`, log: output };
}

let prepared;

/** What `cargo xtask dist` leaves as `page`, less well compressed: that takes a tenth of the time. */
function page() {
  if (!prepared) {
    const folder = mkdtempSync(join(tmpdir(), "atlas-x509-page-"));
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    cpSync(PAGE, folder, { recursive: true });
    copyFileSync(join(DEPLOY, "config.json"), join(folder, "config.json"));
    compress(folder, 4);
    prepared = folder;
  }
  return prepared;
}

/** Starts a server and waits until it listens. What it has written since is what the answer gives. */
async function serve(t, name, flags, environment, port) {
  const program = found(name);
  assert.ok(program, `No ${name} on PATH: run \`cargo xtask setup\`.`);
  const child = start(t, program, flags, environment);
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (more) => (said += more));
  child.stderr.setEncoding("utf8").on("data", (more) => (said += more));
  for (const begun = Date.now(); !(await listens(port)); await sleep(20)) {
    const silent = child.exitCode !== null || Date.now() - begun > READY_WITHIN;
    assert.ok(!silent, `${name} does not listen (status ${child.exitCode}). It wrote:\n${said}`);
  }
  return () => said;
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

function text(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
