// Programs of the system for one test: where they are, a port and a folder for each, and their end with the test.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { atEnd, ends } from "./end.mjs";

/** The first of these programs that there is; Debian keeps servers out of an ordinary user's PATH. */
export function found(...names) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

/** Starts a program that ends with the test. What it writes has to be read. */
export function start(t, program, flags, environment = {}) {
  const child = spawn(program, flags, { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close");
  atEnd(t, () => ends(child, ended));
  return child;
}

/** A folder that is removed with the test. What a program that has ended left running may still write into it. */
export function temporary(t, name) {
  const folder = mkdtempSync(join(tmpdir(), `atlas-x509-${name}-`));
  atEnd(t, () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  return folder;
}

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
