// MongoDB's drivers as judges: each logs in with a file and an address, and what became of it is told in the same words.
//
// `{ in: NAME }`: logged in, as this user. `{ code }`: the server answered with an error. `{ out: "closed" }`: the server
// dropped the connection or refused the handshake. `{ out: "file" }`: the driver cannot use the file.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { MongoClient } from "mongodb";

import { run } from "./programs.mjs";

const TESTS = join(import.meta.dirname, "..");
export const PYTHON = process.env.ATLAS_X509_PYTHON ?? join(TESTS, "../target/tools/python/bin/python");
export const MONGOSH = join(TESTS, "drivers/node_modules/.bin/mongosh");

for (const program of [PYTHON, MONGOSH]) {
  if (!existsSync(program)) {
    throw new Error(`No ${program}: run \`cargo xtask setup\`.`);
  }
}

/** Each driver, by its name: given the address of a server and its authority's file, and the client's file. */
export const DRIVERS = { "Node.js": node, Python: python, mongosh, Rust: rust };

/** An address for a driver that takes everything from it. */
export function address(port, serverCa) {
  return `mongodb://127.0.0.1:${port}/?tls=true&tlsCAFile=${encodeURIComponent(serverCa)}`;
}

async function node(uri, pem) {
  const client = new MongoClient(uri, {
    authMechanism: "MONGODB-X509",
    authSource: "$external",
    tlsCertificateKeyFile: pem,
    serverSelectionTimeoutMS: 2_000,
  });
  try {
    await client.connect();
    return { in: only((await client.db("admin").command({ connectionStatus: 1 })).authInfo.authenticatedUsers) };
  } catch (error) {
    return refusal(error.code, error.message);
  } finally {
    await client.close();
  }
}

async function python(uri, pem) {
  const { stdout } = await finished(PYTHON, [join(TESTS, "drivers/login.py"), uri, pem]);
  const { users, code, error } = JSON.parse(stdout);
  return users ? { in: only(users) } : refusal(code, error ?? "");
}

async function mongosh(uri, pem) {
  const { stdout, stderr } = await finished(MONGOSH, [
    ...[`${uri}&serverSelectionTimeoutMS=2000`, "--tlsCertificateKeyFile", pem],
    ...["--authenticationMechanism", "MONGODB-X509", "--authenticationDatabase", "$external"],
    ...["--quiet", "--norc", "--eval", "EJSON.stringify(db.runCommand({ connectionStatus: 1 }).authInfo.authenticatedUsers)"],
  ]);
  if (stdout.trim().startsWith("[")) {
    return { in: only(JSON.parse(stdout)) };
  }
  const said = stdout + stderr;
  const code = { "Could not find user": 11, "Authentication failed": 18 };
  return refusal(Object.entries(code).find(([words]) => said.includes(words))?.[1], said);
}

/** By `atlas-x509 login`, which has the driver inside. */
async function rust(uri, pem) {
  const { stdout, stderr } = await run(["login", "--pem", pem, "--uri", uri, "--timeout", "5s", "--format", "json"]);
  const said = stdout && JSON.parse(stdout);
  if (said?.loggedIn) {
    return { in: said.username };
  }
  const code = { "no-user": 11, "authentication-failed": 18 };
  return refusal(code[said?.stopped?.id], `${said?.stopped?.id} ${said?.stopped?.seen} ${stderr}`);
}

const CLOSED = /closed|ECONNRESET|EPIPE|end of stream|disconnected|alert|reset by peer|certificate-refused/i;

function refusal(code, message) {
  if (typeof code === "number") {
    return { code };
  }
  return CLOSED.test(message) ? { out: "closed" } : { out: "file", message };
}

/** The one user that is logged in. */
function only(users) {
  return users.length === 1 && users[0].db === "$external" ? users[0].user : users;
}

/** What a program wrote, whatever its end. */
export function finished(program, words, { cwd, PATH = process.env.PATH } = {}) {
  const options = { encoding: "utf8", timeout: 60_000, cwd, env: { ...process.env, PATH } };
  return new Promise((done) => execFile(program, words, options, (_, stdout, stderr) => done({ stdout, stderr })));
}
