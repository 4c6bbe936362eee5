// A crowd before the sandbox's clusters: `node crowd.mjs [CONNECTIONS] [SLOW] [SECONDS]`, 2,000, 200 and 60 unless told
// otherwise. Tells how much memory the program takes meanwhile, and how long a good client takes to log in.

import { readFileSync } from "node:fs";
import net from "node:net";
import { performance } from "node:perf_hooks";
import tls from "node:tls";
import { pathToFileURL } from "node:url";

import { certificates, startClusters, whoAmI } from "./support/clusters.mjs";

/** Of the good client. */
export const NAME = "CN=billing,O=Acme";

/** The memory that a program takes, in MB. */
function memory(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(kilobytes) / 1024;
}

/**
 * Brings `connections` at once, of which a third say nothing, a third shake hands and no more, a third ask for more than
 * is taken, and holds `slow` more that send an octet a second, each anew when it was sent away, for `seconds`.
 */
export async function crowd(t, { connections, slow, seconds }) {
  const made = certificates(t);
  made.authority("root", "/O=Acme/CN=Acme Root");
  made.client("billing", "/O=Acme/CN=billing");
  const { project, pid } = await startClusters(t);
  const staging = project("Acme Staging");
  await staging.trust(made.read("root.crt"));
  await staging.addUser(NAME);
  await staging.applied("staging");
  const uri = await staging.uri("staging");
  const pem = made.pem("billing");
  const { hostname: host, port } = new URL(uri);

  const open = new Set();
  const hold = (socket) => {
    open.add(socket);
    socket.on("error", () => {}).on("close", () => open.delete(socket));
    return socket;
  };
  const silent = () => hold(net.connect(port, host));
  const shaking = () => hold(tls.connect({ port, host, rejectUnauthorized: false }));
  const greedy = () => {
    const socket = shaking();
    const header = Buffer.alloc(16);
    header.writeInt32LE(48_000_000, 0);
    header.writeInt32LE(2013, 12);
    socket.on("secureConnect", () => socket.write(Buffer.concat([header, Buffer.alloc(100_000)])));
  };
  let isOver = false;
  const trickle = () => {
    const socket = silent();
    // The beginning of a handshake.
    const octets = Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]);
    let sent = 0;
    const timer = setInterval(() => socket.write(octets.subarray(sent % 11, (sent++ % 11) + 1)), 1_000);
    socket.on("close", () => {
      clearInterval(timer);
      setTimeout(() => isOver || trickle(), 100);
    });
  };

  const before = memory(pid);
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, memory(pid))), 50);
  const times = [];
  const logIn = async () => {
    const begun = performance.now();
    const [name] = await whoAmI(uri, pem, { serverSelectionTimeoutMS: 10_000 });
    times.push(performance.now() - begun);
    return name;
  };
  const alone = await logIn().then(() => times.pop());
  for (let slowly = 0; slowly < slow; slowly++) {
    trickle();
  }
  for (let at = 0; at < connections; at++) {
    [silent, shaking, greedy][at % 3]();
  }
  const names = new Set();
  const end = performance.now() + seconds * 1_000;
  do {
    names.add(await logIn());
  } while (performance.now() < end);
  isOver = true;
  clearInterval(watch);
  open.forEach((socket) => socket.destroy());
  return { names: [...names], before, most, alone, logins: times.length, slowest: Math.max(...times) };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [connections = 2_000, slow = 200, seconds = 60] = process.argv.slice(2).map(Number);
  const ends = [];
  try {
    console.log(await crowd({ after: (end) => ends.push(end) }, { connections, slow, seconds }));
  } finally {
    for (const end of ends.reverse()) {
      await end();
    }
  }
}
