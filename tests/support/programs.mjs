// The native program, started for one test: the gateway with the page inside, the sandbox, or any
// command that ends by itself.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";

export const BINARY =
  process.env.ATLAS_X509_BIN ?? fileURLToPath(new URL("../../target/release/atlas-x509", import.meta.url));

/** How long a program may take to say that it is ready. */
const READY_WITHIN = 10_000;

/**
 * Starts `atlas-x509 serve` on a free port, with the sandbox in the same process unless
 * `environment` holds credentials. Returns:
 * - `address`: what it printed after `Open `, the token included;
 * - `origin`: the same without path and token;
 * - `token`: for calls of one's own, in the header `X-Atlas-X509-Token`;
 * - `fetch(path, init)`: such a call, with the token;
 * - `sandbox`: the origin of its sandbox, for `/sandbox/journal` and `/sandbox/faults`, if it has one;
 * - `output()`: what it wrote so far, for tests of logs;
 * - `kill()`: ends it at once, as a crash would. Started again on the same `port`, it has another token.
 */
export async function startGateway(t, { flags = ["--sandbox"], environment = {}, port = 0 } = {}) {
  const listen = ["--listen", `127.0.0.1:${port}`];
  const { line, before, output, kill } = await start(t, ["serve", ...listen, ...flags], environment, /^Open (\S+)/);
  const address = line[1];
  const { origin, hash } = new URL(address);
  const token = new URLSearchParams(hash.slice(1)).get("token");
  const withToken = (path, init = {}) =>
    fetch(new URL(path, origin), { ...init, headers: { "X-Atlas-X509-Token": token, ...init.headers } });
  const sandbox = before.find((text) => text.startsWith("Sandbox "))?.slice("Sandbox ".length);
  return { address, origin, port: Number(new URL(origin).port), token, fetch: withToken, sandbox, output, kill };
}

/** Starts `atlas-x509 sandbox` on a free port. Returns its `origin` and the `credentials` it accepts. */
export async function startSandbox(t, { flags = [] } = {}) {
  const { line, before, output } = await start(
    t,
    ["sandbox", "--listen", "127.0.0.1:0", ...flags],
    {},
    /^Listening on (\S+)/,
  );
  const credentials = Object.fromEntries(
    before.filter((text) => text.startsWith("ATLAS_")).map((text) => text.split(/=(.*)/s).slice(0, 2)),
  );
  return { origin: line[1], credentials, output };
}

/** Runs the program to its end: `{ code, stdout, stderr }`. */
export async function run(flags, { input, environment = {} } = {}) {
  const child = spawn(BINARY, flags, { env: surroundings(environment) });
  child.stdin.end(input);
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (text) => (texts[name] += text));
  }
  const [code] = await once(child, "close");
  return { code, ...texts };
}

/** Starts a program that stays, and waits for the line that says it is ready. */
async function start(t, flags, environment, ready) {
  const child = spawn(BINARY, flags, { env: surroundings(environment), stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close");
  t.after(async () => {
    child.kill();
    await ended;
  });

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
  return { line, before, output: () => text, kill };
}

/** Ours without credentials and settings of the person who runs the tests. */
function surroundings(more) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("ATLAS_"));
  return { ...Object.fromEntries(inherited), ...more };
}
