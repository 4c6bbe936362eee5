// The native program, started for one test: the gateway with the page inside, the sandbox, or any
// command that ends by itself.

import { spawn } from "node:child_process";
import dns from "node:dns";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { atEnd, ends } from "./end.mjs";

export const BINARY =
  process.env.ATLAS_X509_BIN ?? fileURLToPath(new URL("../../target/serve/atlas-x509", import.meta.url));

/** How long a program may take to say that it is ready. */
const READY_WITHIN = 10_000;

/** How many addresses of a gateway are at hand at a time. It knows the newest sixteen. */
const SPARE_ADDRESSES = 4;

/** Where the gateways of this file keep the name of their page: it is that of one person. */
const STATE = mkdtempSync(join(tmpdir(), "atlas-x509-state-"));
process.on("exit", () => rmSync(STATE, { recursive: true, force: true }));

// Names below localhost lead to this computer (RFC 6761, section 6.3). Browsers know that by themselves; Node.js asks
// the system, and not every system does.
const { lookup } = dns;
dns.lookup = (host, ...more) => lookup(host?.endsWith(".localhost") ? "127.0.0.1" : host, ...more);

/**
 * Starts `atlas-x509 serve` on a free port, with the sandbox in the same process unless
 * `environment` holds credentials. Returns:
 * - `address`: what it prints after `Open `, with a code that works once: another one each time this is read;
 * - `origin`: the same without path and code;
 * - `token`: for calls of one's own, in the header `X-Atlas-X509-Token`;
 * - `fetch(path, init)`: such a call, with the token;
 * - `sandbox`: the origin of its sandbox, for `/sandbox/journal` and `/sandbox/faults`, if it has one;
 * - `output()`: what it wrote so far, for tests of logs;
 * - `kill()`: ends it at once, as a crash would. Started again on the same `port`, it has another token, and the same origin.
 */
export async function startGateway(t, { flags = ["--sandbox"], environment = {}, port = 0 } = {}) {
  const listen = ["--listen", `127.0.0.1:${port}`];
  const addresses = [];
  const started = await start(t, ["serve", ...listen, ...flags], environment, /^Open (\S+)/, (found) =>
    addresses.push(found[1]),
  );
  const { before, output, kill, enter } = started;
  const { origin, hash } = new URL(addresses.shift());
  const token = await exchange(origin, new URLSearchParams(hash.slice(1)).get("code"));
  for (let spare = 0; spare < SPARE_ADDRESSES; spare++) {
    await enter(() => addresses.length > spare);
  }
  const withToken = (path, init = {}) =>
    fetch(new URL(path, origin), { ...init, headers: { "X-Atlas-X509-Token": token, ...init.headers } });
  const sandbox = before.find((text) => text.startsWith("Sandbox "))?.slice("Sandbox ".length);
  return {
    get address() {
      enter();
      return addresses.shift();
    },
    ...{ origin, port: Number(new URL(origin).port), token, fetch: withToken, sandbox, output, kill },
  };
}

/** The token for a code, as the page gets it. */
async function exchange(origin, code) {
  const answer = await fetch(new URL("/api/launch", origin), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code }),
  });
  return (await answer.json()).token;
}

/**
 * Starts `atlas-x509 sandbox` on a free port. Returns its `origin`, the `credentials` it accepts, and the file
 * `serverCa` that clients of its clusters have to trust; `pid` is its process.
 */
export async function startSandbox(t, { flags = [] } = {}) {
  const { line, before, output, pid } = await start(
    t,
    ["sandbox", "--listen", "127.0.0.1:0", ...flags],
    {},
    /^Listening on (\S+)/,
  );
  const credentials = Object.fromEntries(
    before.filter((text) => text.startsWith("ATLAS_")).map((text) => text.split(/=(.*)/s).slice(0, 2)),
  );
  const serverCa = before.find((text) => text.startsWith("SERVER_CA="))?.slice("SERVER_CA=".length);
  return { origin: line[1], credentials, serverCa, output, pid };
}

/** Runs the program to its end, in this folder: `{ code, stdout, stderr }`. */
export async function run(flags, { input, environment = {}, folder } = {}) {
  const child = spawn(BINARY, flags, { env: surroundings(environment), cwd: folder });
  child.stdin.end(input);
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (text) => (texts[name] += text));
  }
  const [code] = await once(child, "close");
  return { code, ...texts };
}

/**
 * Starts a program that stays, and waits for the line that says it is ready; `onReady` gets it and all further ones of
 * its kind.
 */
async function start(t, flags, environment, ready, onReady = () => {}) {
  const child = spawn(BINARY, flags, { env: surroundings(environment) });
  // It may have ended.
  child.stdin.on("error", () => {});
  const ended = once(child, "close");
  atEnd(t, () => ends(child, ended));

  let text = "";
  const before = [];
  child.stderr.setEncoding("utf8").on("data", (more) => (text += more));
  const line = await new Promise((resolve, reject) => {
    const why = (what) => new Error(`${BINARY} ${flags.join(" ")} ${what}. It wrote:\n${text}`);
    const timer = setTimeout(() => reject(why(`was not ready within ${READY_WITHIN} ms`)), READY_WITHIN);
    child.on("error", (error) => reject(why(`could not be started (${error.message})`)));
    child.on("close", (code) => reject(why(`ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (said) => {
      text += `${said}\n`;
      const match = ready.exec(said);
      if (match) {
        clearTimeout(timer);
        onReady(match);
        resolve(match);
      } else {
        before.push(said);
      }
    });
  });
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  /** Presses Enter, and waits until `done`. */
  const enter = async (done = () => true) => {
    child.stdin.write("\n");
    while (!done()) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { line, before, output: () => text, kill, enter, pid: child.pid };
}

/** Ours without credentials and settings of the person who runs the tests. */
function surroundings(more) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("ATLAS_"));
  return { ...Object.fromEntries(inherited), XDG_STATE_HOME: STATE, ...more };
}
