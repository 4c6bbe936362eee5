// A server that takes clients as mongod does, with OpenSSL's own verdict: Node.js has OpenSSL inside. The names of the
// bundle go out as the list of authorities, every certificate that proves its key shakes hands, one that OpenSSL refuses
// has its connection dropped afterwards, and whoever sends none may come in and cannot log in. Of the wire protocol it
// has what a driver needs to log in.

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:tls";

import { BSON, Long } from "mongodb";

import { atEnd } from "./end.mjs";

const [OP_REPLY, OP_QUERY, OP_MSG] = [1, 2004, 2013];

/**
 * Starts one. `key` and `cert` are the server's, `ca` is the bundle, `users` the names that it knows. Returns its `port`
 * and `verdicts`, where OpenSSL's code for each refused certificate comes in.
 */
export async function startStandIn(t, { key, cert, ca, users }) {
  const verdicts = [];
  const server = createServer({
    key,
    cert,
    ca,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: "TLSv1.2",
    ciphers: "HIGH:!EXPORT:!aNULL:@SECLEVEL=2",
  });
  const open = new Set();
  server.on("connection", (socket) => open.add(socket.on("close", () => open.delete(socket))));
  server.on("tlsClientError", () => {});
  server.on("secureConnection", (socket) => {
    socket.on("error", () => {});
    const { raw } = socket.getPeerX509Certificate() ?? {};
    if (raw && !socket.authorized) {
      verdicts.push(socket.authorizationError);
      socket.destroy();
      return;
    }
    serve(socket, raw && nameOf(raw), users);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd(t, () => {
    open.forEach((socket) => socket.destroy());
    server.close();
  });
  return { port: server.address().port, verdicts };
}

/** The subject as openssl prints it, which is the user name for every name that these tests use. */
function nameOf(der) {
  const flags = ["x509", "-inform", "DER", "-noout", "-subject", "-nameopt", "RFC2253"];
  return execFileSync("openssl", flags, { input: der, encoding: "utf8" }).replace(/^subject=/, "").trimEnd();
}

/** Answers one message after the other. */
function serve(socket, name, users) {
  const session = { user: null };
  let rest = Buffer.alloc(0);
  socket.on("data", (more) => {
    rest = Buffer.concat([rest, more]);
    while (rest.length >= 16 && rest.length >= rest.readInt32LE(0)) {
      const message = rest.subarray(0, rest.readInt32LE(0));
      rest = rest.subarray(message.length);
      const command = read(message);
      if (!command) {
        socket.destroy();
        return;
      }
      socket.write(written(message, answer(command, session, name, users)));
    }
  });
}

/** The command in a message: the document of an OP_MSG's first section, or of an OP_QUERY. */
function read(message) {
  switch (message.readInt32LE(12)) {
    case OP_MSG:
      return BSON.deserialize(message.subarray(21, 21 + message.readInt32LE(21)));
    case OP_QUERY: {
      const document = message.indexOf(0, 20) + 9;
      return BSON.deserialize(message.subarray(document, document + message.readInt32LE(document)));
    }
    default:
      return undefined;
  }
}

function written(message, document) {
  const query = message.readInt32LE(12) === OP_QUERY;
  const body = BSON.serialize(document);
  const before = Buffer.alloc(query ? 36 : 21);
  before.writeInt32LE(before.length + body.length, 0);
  before.writeInt32LE(message.readInt32LE(4), 8);
  before.writeInt32LE(query ? OP_REPLY : OP_MSG, 12);
  if (query) {
    before.writeInt32LE(1, 32);
  }
  return Buffer.concat([before, body]);
}

function answer(command, session, name, users) {
  const [verb] = Object.keys(command);
  switch (verb.toLowerCase()) {
    case "hello":
    case "ismaster": {
      const early = command.speculativeAuthenticate && logIn(command.speculativeAuthenticate, session, name, users);
      return { ...HELLO, localTime: new Date(), ...(early?.ok === 1 ? { speculativeAuthenticate: early } : {}) };
    }
    case "authenticate":
      return logIn(command, session, name, users);
    case "connectionstatus":
      return {
        authInfo: {
          authenticatedUsers: session.user ? [{ user: session.user, db: "$external" }] : [],
          authenticatedUserRoles: session.user ? [{ role: "readWrite", db: "orders" }] : [],
        },
        ok: 1,
      };
    case "buildinfo":
      return { version: "8.0.16", versionArray: [8, 0, 16, 0], ok: 1 };
    case "ping":
    case "endsessions":
      return { ok: 1 };
    default:
      return { ok: 0, errmsg: `no such command: '${verb}'`, code: 59, codeName: "CommandNotFound" };
  }
}

const HELLO = {
  helloOk: true,
  ismaster: true,
  isWritablePrimary: true,
  maxBsonObjectSize: 16 << 20,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  connectionId: Long.fromInt(1),
  minWireVersion: 0,
  maxWireVersion: 25,
  readOnly: false,
  ok: 1,
};

function logIn({ user }, session, name, users) {
  if (name === undefined || (user !== undefined && user !== name)) {
    return { ok: 0, errmsg: "Authentication failed.", code: 18, codeName: "AuthenticationFailed" };
  }
  if (!users.has(name)) {
    return { ok: 0, errmsg: `Could not find user "${name}" for db "$external"`, code: 11, codeName: "UserNotFound" };
  }
  session.user = name;
  return { dbname: "$external", user: name, ok: 1 };
}
