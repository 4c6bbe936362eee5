// The npm package of the engine, installed into a project of its own as a program's author would: what it says
// is what `atlas-x509` says, in Node.js and in a page; it can be stopped, and its types are true.

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { openBrowser } from "./support/browser.mjs";
import { pileOfAcme } from "./support/check.mjs";
import { servePage } from "./support/folder.mjs";
import { run } from "./support/programs.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const BUILT = here("../target/package/");
const CERTIFICATES = here("../crates/gateway/tests/certs/");
const AT = "2026-07-01T00:00:00Z";
const runFile = promisify(execFile);

let project;
let made;
let engine;

before(async () => {
  const [built] = existsSync(BUILT) ? readdirSync(BUILT).filter((name) => name.endsWith(".tgz")) : [];
  const packed = process.env.ATLAS_X509_PACKAGE ?? (built && join(BUILT, built));
  assert.ok(packed && existsSync(packed), "`cargo xtask package` builds the package");
  project = mkdtempSync(join(tmpdir(), "atlas-x509-package-"));
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  execFileSync("npm", ["install", packed, "--offline", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: project });
  engine = await import(pathToFileURL(join(project, "node_modules/@atlas-x509/engine/node.js")));
  made = pileOfAcme();
  made.client("server", "/O=Acme/CN=server", "serverAuth");
  made.client("ümlaut", "/O=Acme/CN=Jürgen, Müller\\+1");
  made.openssl("x509", "-in", "billing.crt", "-outform", "DER", "-out", "billing.der");
  writeFileSync(join(made.folder, "broken.pem"), made.text("billing.crt").replace("MII", "M!I"));
  writeFileSync(join(made.folder, "noise.bin"), Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 251)));
  writeFileSync(join(made.folder, "empty.pem"), "");
});

after(() => {
  made?.remove();
  rmSync(project, { recursive: true, force: true });
});

/** What is judged: files that the server trusts, and files that are a client each. */
function piles() {
  const acme = (name) => join(made.folder, name);
  const own = (name) => join(CERTIFICATES, name);
  return [
    [[acme("root.crt")], [acme("billing.crt"), acme("shipping.crt"), acme("server.crt")]],
    [[acme("root.crt"), acme("issuing.crt")], [acme("shipping.crt"), acme("billing.der"), acme("ümlaut.crt")]],
    [[acme("issuing.crt")], [acme("shipping.crt"), acme("billing.key"), acme("broken.pem"), acme("noise.bin")]],
    [[acme("root.crt"), acme("root.key")], []],
    [["root.pem", "old-root.pem", "ed448-root.pem"].map(own), CLIENTS.map(own)],
  ];
}

const CLIENTS = readdirSync(CERTIFICATES).filter((name) => name.endsWith(".pem") && !name.includes("root"));

async function checked([bundle, clients], level = "2") {
  const client = clients.length ? ["--client", ...clients] : [];
  const flags = ["check", "--ca", ...bundle, ...client, "--at", AT, "--level", level, "--format", "json"];
  return JSON.parse((await run(flags)).stdout);
}

/** The same, as the package takes it. */
function given([bundle, clients]) {
  const file = (as) => (name) => ({ name, as, bytes: readFileSync(name) });
  return [...bundle.map(file("bundle")), ...clients.map(file("client"))];
}

/** So many clients that judging them by itself takes the engine some turns. */
function many() {
  const clients = Array.from({ length: 400 }, (_, at) => made.withCommonName("billing", `client ${at}`));
  return [made.text("root.crt"), ...clients].map((bytes, at) => ({ name: `${at}.pem`, bytes }));
}

test("a program of a few lines gets the report of check and the name of username", async () => {
  const program = `
    import { readFileSync } from "node:fs";
    import { check, username } from "@atlas-x509/engine";
    const [ca, client] = process.argv.slice(2);
    const files = [{ name: ca, as: "bundle" }, { name: client, as: "client" }];
    const report = await check(files.map((file) => ({ ...file, bytes: readFileSync(file.name) })), { at: "${AT}" });
    console.log(JSON.stringify({ report, name: await username(readFileSync(client)) }));
  `;
  writeFileSync(join(project, "program.js"), program);
  const [ca, client] = ["root.crt", "billing.crt"].map((name) => join(made.folder, name));
  const { stdout, stderr } = await runFile("node", ["program.js", ca, client], { cwd: project });
  const { report, name } = JSON.parse(stdout);
  assert.deepEqual(report, await checked([[ca], [client]]));
  assert.equal(`${name}\n`, (await run(["username", client])).stdout);
  assert.equal(stderr, "");
});

test("every report is the one of check, with the platform's help and without", async () => {
  for (const pile of piles()) {
    for (const level of [1, 2]) {
      const expected = await checked(pile, String(level));
      for (const platform of [true, false]) {
        const report = await engine.check(given(pile), { at: new Date(AT), level, platform });
        assert.deepEqual(report, expected, `${pile.flat()} at level ${level}`);
      }
    }
  }
});

test("the platform verifies signatures, unless it must not", async (t) => {
  const { mock } = t.mock.method(Object.getPrototypeOf(crypto.subtle), "verify");
  const [pile] = piles();
  await engine.check(given(pile), { at: AT, platform: false });
  assert.equal(mock.callCount(), 0);
  await engine.check(given(pile), { at: AT });
  assert.ok(mock.callCount() > 0);
});

test("what a file holds tells what it is there for, unless that is said", async () => {
  const files = ["shipping.crt", "root.crt", "issuing.crt"].map((name) => ({ name, bytes: made.text(name) }));
  const roles = (report) => Object.fromEntries(report.certificates.map(({ file, role }) => [file, role]));
  const told = await engine.check(files);
  assert.deepEqual(roles(told), { "shipping.crt": "client", "root.crt": "authority", "issuing.crt": "authority" });
  assert.equal(told.clients[0].accepted, true);
  const said = await engine.check([files[0], { ...files[2], as: "client" }, { ...files[1], as: "bundle" }]);
  assert.equal(said.clients.length, 2);
  assert.equal(said.clients[0].accepted, false);
  assert.deepEqual((await engine.check([])).clients, []);
});

test("every user name is the one of username, and where there is none its sentence", async () => {
  const names = ["billing.crt", "billing.der", "ümlaut.crt", "billing.key", "broken.pem", "noise.bin", "empty.pem"];
  const files = [...names.map((name) => join(made.folder, name)), ...CLIENTS.map((name) => join(CERTIFICATES, name))];
  for (const file of files) {
    const { code, stdout, stderr } = await run(["username", file]);
    const answer = await engine.username(readFileSync(file), file).then(
      (name) => ({ code: 0, name }),
      (error) => ({ code: 1, said: error.message, isError: error instanceof Error }),
    );
    const said = stderr.trim().replaceAll(/^atlas-x509 username: /gm, "").replaceAll("\n", " ");
    assert.deepEqual(answer, code === 0 ? { code, name: stdout.slice(0, -1) } : { code, said, isError: true }, file);
  }
});

test("whatever is wrong is a sentence", async () => {
  const bytes = made.text("billing.crt");
  const large = new Uint8Array(16 * 1024 * 1024 + 1);
  for (const [ask, kind, sentence] of [
    [() => engine.check(), TypeError, /^`files` is an array of/],
    [() => engine.check("a.pem"), TypeError, /^`files` is an array of/],
    [() => engine.check([null]), TypeError, /^files\[0\]\.name is a string/],
    [() => engine.check([{ name: "a", bytes }, { name: "b", bytes: 7 }]), TypeError, /^files\[1\]\.bytes is a string, /],
    [() => engine.check([{ name: "a", bytes, as: "server" }]), TypeError, /^files\[0\]\.as is "bundle", "client"/],
    [() => engine.check([], { level: 3 }), TypeError, /^`level` is 1 or 2\.$/],
    [() => engine.check([], { at: new Date("tomorrow") }), TypeError, /^`at` is a Date that exists/],
    [() => engine.check([], { at: "tomorrow" }), Error, /^`at`: give a date such as 2027-01-01, or a moment/],
    [() => engine.check([{ name: "disk.iso", bytes: large }]), Error, /^“disk\.iso” has 16\.1 MiB; a file may have 16\./],
    [() => engine.username(), TypeError, /^`bytes` is a string, /],
    [() => engine.username(large, "disk.iso"), Error, /^“disk\.iso” has 16\.1 MiB/],
    [() => engine.username("hello"), Error, /^“the file”: This is text without a certificate\. /],
  ]) {
    await assert.rejects(ask, (error) => {
      assert.ok(error instanceof kind, `${error}`);
      assert.match(error.message, sentence);
      return true;
    });
  }
});

test("no bytes make it fail", async () => {
  const whole = readFileSync(join(made.folder, "billing.der"));
  const files = Array.from({ length: 300 }, (_, at) => {
    const bytes = Buffer.from(whole);
    bytes[(at * 7919) % bytes.length] ^= 1 << (at % 8);
    return { name: `${at}.der`, bytes: at % 3 ? bytes : bytes.subarray(0, at) };
  });
  const report = await engine.check([{ name: "root.crt", bytes: made.text("root.crt"), as: "bundle" }, ...files]);
  assert.ok(report.findings.length > 0);
  for (const { bytes } of files) {
    await engine.username(bytes).catch((error) => assert.equal(error.constructor, Error));
  }
});

test("it tells how far it has come, and stops when it is told to", async () => {
  const files = many();
  const heard = [];
  const whole = await engine.check(files, { at: AT, platform: false }, (progress) => heard.push(progress));
  assert.equal(whole.clients.length, 400);
  assert.ok(heard.length > 1);
  assert.ok(heard.every(({ done, total }, at) => done <= total && done >= (heard[at - 1]?.done ?? 0)));

  for (const platform of [true, false]) {
    const stop = new AbortController();
    const reason = new Error("not wanted any more");
    let calls = 0;
    const stopped = engine.check(files, { signal: stop.signal, platform }, () => {
      calls += 1;
      stop.abort(reason);
    });
    await assert.rejects(stopped, (error) => error === reason);
    assert.equal(calls, 1);
    await assert.rejects(engine.check(files, { signal: stop.signal }), (error) => error === reason);
  }
  const broken = engine.check(files, {}, () => {
    throw new RangeError("no such bar");
  });
  await assert.rejects(broken, { name: "RangeError", message: "no such bar" });

  // Several at a time do not disturb each other.
  const [pile] = piles();
  const both = [engine.check(files, { at: AT }), engine.check(given(pile), { at: AT })];
  assert.deepEqual(await Promise.all(both), [whole, await checked(pile)]);
});

test("the findings are those of the documentation", async () => {
  const documented = readFileSync(here("../docs/findings.md"), "utf8");
  const found = await engine.findings();
  assert.ok(found.length > 60);
  for (const finding of found) {
    for (const text of [finding.id, finding.what, finding.why, finding.fix, finding.citation]) {
      assert.ok(text && documented.includes(text), `${finding.id}: ${text}`);
    }
    assert.match(finding.severity, /^(error|warning|note)$/);
  }
});

test("a page of a few lines gets the same", async (t) => {
  writeFileSync(join(project, "index.html"), '<!doctype html><title>t</title><script type="module" src="/page.js"></script>');
  writeFileSync(
    join(project, "page.js"),
    'import * as engine from "/node_modules/@atlas-x509/engine/browser.js";\nglobalThis.engine = engine;\n',
  );
  const { origin } = await servePage(t, { folder: project });
  const { page } = await openBrowser(t, { expectedMessages: [/favicon/] });
  await page.goto(origin);
  await page.waitForFunction(() => globalThis.engine);
  for (const pile of piles()) {
    const files = given(pile).map((file) => ({ ...file, bytes: file.bytes.toString("base64") }));
    const report = await page.evaluate(
      ([files, at]) => {
        const octets = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
        return engine.check(files.map((file) => ({ ...file, bytes: octets(file.bytes) })), { at });
      },
      [files, AT],
    );
    assert.deepEqual(report, await checked(pile), `${pile.flat()}`);
  }
  const name = await page.evaluate((pem) => engine.username(pem), made.text("billing.crt"));
  assert.equal(name, "CN=billing,O=Acme");
  const sentence = await page.evaluate(() => engine.username("hello").catch((error) => error.message));
  assert.match(sentence, /^“the file”: This is text without a certificate\. /);
  const stopped = await page.evaluate((files) => {
    const stop = new AbortController();
    return engine.check(files, { signal: stop.signal, platform: false }, () => stop.abort()).catch(({ name }) => name);
  }, many());
  assert.equal(stopped, "AbortError");
});

test("a strict TypeScript program can use all of it, and nothing else", async () => {
  const program = `
    import { check, findings, username } from "@atlas-x509/engine";
    import type * as engine from "@atlas-x509/engine";

    const files: engine.File[] = [
      { name: "ca.pem", bytes: "", as: "bundle" },
      { name: "a.pem", bytes: new Uint8Array(), as: "client" },
      { name: "b.pem", bytes: new ArrayBuffer(0) },
    ];
    const options: engine.CheckOptions = { at: new Date(), level: 1, platform: false, signal: new AbortController().signal };
    const share = ({ done, total }: engine.Progress): number => done / total;
    const report: engine.Report = await check(files, options, share);
    await check(files, { at: "2027-01-01" });
    const schema: 1 = report.schema;
    const level: 1 | 2 = report.level;
    const at: engine.Moment = report.at;
    for (const client of report.clients satisfies engine.Client[]) {
      const judged: engine.Judgement[] = [client, client.leaf_only];
      const last: engine.VerifyError | null = client.final_error;
      const texts: (string | null)[] = [client.file, client.leaf, client.subject_openssl, client.parse_error];
      const name: string | null = client.username ?? client.username_error;
      const { tls12, tls13, reason }: engine.Handshake = client.handshake;
      const verdict: string = client.accepted === null ? client.undetermined ?? "" : String(client.accepted);
      console.log(judged, last?.code, last?.depth, last?.name, texts, name, tls12, tls13, reason, verdict, client.chain);
    }
    for (const { sha256, line, role, not_after } of report.certificates satisfies engine.Certificate[]) {
      const known: engine.Sha256 = sha256;
      console.log(known, (line ?? 0) + 1, role === "authority", not_after?.length);
    }
    for (const finding of report.findings satisfies engine.Finding[]) {
      const severity: engine.Severity = finding.severity;
      console.log(severity, finding.message, finding.meaning, finding.fix, finding.command, schema, level, at);
    }
    const rules: engine.FindingRule[] = await findings();
    const name: string = await username(new Uint8Array(), "a.pem");
    console.log(rules[0]?.severity_note?.length, name);
    // @ts-expect-error There is no such level.
    await check(files, { level: 3 });
    // @ts-expect-error A file has a name.
    await check([{ bytes: "" }]);
    // @ts-expect-error It is a promise.
    const wrong: string = username("");
  `;
  writeFileSync(join(project, "program.ts"), program);
  const compiler = here("node_modules/typescript/bin/tsc");
  for (const module of ["nodenext", "preserve"]) {
    const flags = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom", "--module", module];
    const answer = await runFile("node", [compiler, ...flags, "program.ts"], { cwd: project }).catch((error) => error);
    assert.equal(answer.stdout, "");
  }
});

test("the types name what the report has, and the schema of check says the same", async () => {
  const types = readFileSync(join(project, "node_modules/@atlas-x509/engine/index.d.ts"), "utf8");
  const schema = JSON.parse(readFileSync(here("../docs/check.schema.json"), "utf8"));
  const members = (name) => {
    const [, parent, body] = new RegExp(`interface ${name} (?:extends (\\w+) )?\\{([^}]*)\\}`).exec(types);
    const own = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, member]) => member);
    return [...(parent ? members(parent) : []), ...own].sort();
  };
  const { $defs, properties } = schema;
  for (const [name, described] of [
    ["Report", properties],
    ["Client", $defs.client.properties],
    ["Judgement", $defs.judgement.properties],
    ["Handshake", $defs.handshake.properties],
    ["VerifyError", $defs.error.properties],
    ["Certificate", $defs.certificate.properties],
    ["Finding", $defs.finding.properties],
  ]) {
    assert.deepEqual(members(name), Object.keys(described).sort(), name);
  }
  const [rule] = await engine.findings();
  assert.deepEqual(members("FindingRule"), Object.keys(rule).sort());
});

test("the package holds what it says, and asks for nothing else", () => {
  const folder = join(project, "node_modules/@atlas-x509/engine");
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const [, version] = /^version = "(.+)"/m.exec(readFileSync(here("../Cargo.toml"), "utf8"));
  assert.equal(manifest.version, version);
  for (const kind of ["dependencies", "peerDependencies", "optionalDependencies", "scripts"]) {
    assert.equal(manifest[kind], undefined);
  }
  const files = ["LICENSE", "README.md", "api.js", "browser.js", "engine.js", "engine_bg.wasm", "index.d.ts", "node.js"];
  assert.deepEqual(readdirSync(folder).sort(), [...files, "package.json"].sort());
});
