// What a person always sees and is always asked: which project it is, whether a public CA is meant,
// whether to go on with clients that nobody can judge.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { standing } from "./support/apply.mjs";
import { pictures } from "./support/browser.mjs";
import { hold } from "./support/engine.mjs";
import { assertFits, heading, tabTo } from "./support/page.mjs";
import { startGateway } from "./support/programs.mjs";
import { openWithDraft, project } from "./support/setup.mjs";

/** The key identifier of ISRG Root X1, by which the engine knows a public web CA. */
const ISRG = "79:B4:59:E6:7B:B6:E5:E4:01:73:80:08:88:C8:1A:58:F6:E9:9B:6E";

const CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n";

let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "atlas-x509-asks-"));
  root("own", "/O=Acme/CN=Own Root");
  root("public", "/O=ISRG/CN=Public Root", `subjectKeyIdentifier=${ISRG}\n`);
  // The engine doesn't compare such an address with such a domain, so this client has no verdict.
  root("mail", "/O=Acme/CN=Mail Root", "nameConstraints=permitted;email:xn--nxasmq6b.example\n");
  issue("known", "own");
  issue("unknown", "mail", "subjectAltName=otherName:1.3.6.1.5.5.7.8.9;UTF8:jane@acme.example\n");
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("every step after its choice says which project it is about", async (t) => {
  const { page } = await open(t, "Acme Production", ["own"]);
  for (const [name, title] of [
    ["Authorities", "Whose certificates the project trusts"],
    ["Client certificates", "Client certificates and their user names"],
    ["Access", "What the users may do"],
    ["Review", "Check what will change"],
    ["Finish", "Log in with your certificates"],
  ]) {
    await step(page, name, title);
    await page.locator(".of-project").getByText("Acme Production", { exact: true }).waitFor();
    assert.match(await page.title(), new RegExp(`^${title} – Acme Production – Step \\d of \\d`));
  }
  await page.getByRole("link", { name: "Change project" }).click();
  await heading(page, "Choose the project");
  await step(page, "Review", "Check what will change");
  await page.getByRole("heading", { name: "Apply to Acme Production" }).waitFor();
  await page.getByRole("button", { name: "Apply 1 change to Acme Production", exact: true }).waitFor();
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "review");
});

test("a public web CA is asked about before one goes on, and named in Review", async (t) => {
  const { page } = await open(t, "Acme Staging", ["own", "public"]);
  await step(page, "Authorities", "Whose certificates the project trusts");
  await page.getByText("“Public Root” is a public web CA.").first().waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  const problems = page.getByRole("alert").filter({ hasText: "Before you go on" });
  await problems.getByRole("link", { name: /^“Public Root” is a public web CA/ }).click();
  assert.equal(await page.evaluate(() => document.activeElement.type), "checkbox");
  await assertAccessibleInBothThemes(page);
  await pictures(page, "asks-public");
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Continue" }).click();
  await heading(page, "Client certificates and their user names");
  await step(page, "Review", "Check what will change");
  await page.getByText("“Public Root” is a public web CA.").first().waitFor();

  await step(page, "Authorities", "Whose certificates the project trusts");
  await page.getByRole("button", { name: "Leave out Public Root" }).click();
  await page.getByLabel("I want the clusters to trust it all the same").waitFor({ state: "detached" });
});

test("clients that nobody can judge are named before one goes on, and in Review", async (t) => {
  const { page } = await open(t, "Acme Staging", ["own", "mail", "known", "unknown"]);
  await step(page, "Client certificates", "Client certificates and their user names");
  const asked = page.getByText("We can't tell whether the server accepts 1 client: unknown.");
  await asked.first().waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("alert").getByRole("link", { name: /^We can't tell/ }).click();
  await assertAccessibleInBothThemes(page);
  await step(page, "Review", "Check what will change");
  await page.getByText("To be mended first").waitFor();
  await page.getByRole("link", { name: "Mend it in Client certificates" }).click();
  await page.getByLabel("Go on without knowing").check();
  await page.getByRole("button", { name: "Continue" }).click();
  await heading(page, "What the users may do");
  await step(page, "Review", "Check what will change");
  await asked.first().waitFor();
});

test("an empty network access list is said before and after, and no tick stands above it", async (t) => {
  const rights = { wanted: true, roles: [{ roleName: "read", databaseName: "a" }], scopes: [], description: null };
  const { page } = await open(t, "Acme Staging", ["own", "known"], { rights: { "CN=known,O=Acme": rights } });
  await step(page, "Review", "Check what will change");
  const empty = page.getByText("The network access list is empty, so no client can reach a cluster");
  await empty.waitFor();
  await page.getByText("Read from Atlas just now.").waitFor();
  await page.getByLabel("I understand that the nodes restart").check();
  await page.getByRole("button", { name: "Apply 2 changes to Acme Staging" }).click();
  await standing(page, "Done");
  await standing(page, "Your users can't log in yet");
  await page.locator(".check-line.bad").filter({ hasText: "Network" }).waitFor();
  assert.equal(await page.locator(".check-line.good").count(), 4, "all else is as it should be");
  await empty.waitFor();
  await assertAccessibleInBothThemes(page);
  await pictures(page, "asks-checklist");
});

test("Continue waits for what is under way and then goes on by itself", async (t) => {
  const { page } = await open(t, "Acme Staging", []);
  await step(page, "Authorities", "Whose certificates the project trusts");
  await page.getByText("No authority yet").waitFor();
  const release = await hold(page);
  await page.locator(".setup input[type=file]:not([accept])").setInputFiles(join(folder, "own.crt"));
  await page.getByText("Reading 1 file", { exact: true }).waitFor();
  await tabTo(page, "Continue");
  await page.keyboard.press("Enter");
  await page.getByText("You don't have to press it again.").waitFor();
  await heading(page, "Whose certificates the project trusts");
  await release();
  await heading(page, "Client certificates and their user names");
});

/** A browser in the step Project, with these certificates given. */
async function open(t, name, files, decided = {}) {
  const gateway = await startGateway(t);
  const draft = {
    project: await project(gateway, name),
    files: files.map((file) => ({ name: `${file}.crt`, certificates: [der(file)] })),
    ...decided,
  };
  const { page } = await openWithDraft(t, gateway, draft, { path: "/setup/project" });
  await page.getByText(`How things stand in ${name}`).waitFor();
  return { page };
}

async function step(page, name, title) {
  await page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name }).click();
  await heading(page, title);
}

const der = (name) => openssl("x509", "-in", `${name}.crt`, "-outform", "DER").toString("base64");

function root(name, subject, more = "") {
  request(name, subject);
  sign(name, CA + more, ["-signkey", `${name}.key`, "-days", "3650"]);
}

function issue(name, authority, more = "") {
  request(name, `/O=Acme/CN=${name}`);
  sign(name, "extendedKeyUsage=clientAuth\n" + more, ["-CA", `${authority}.crt`, "-CAkey", `${authority}.key`, "-days", "365"]);
}

function request(name, subject) {
  openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", `${name}.key`);
  openssl("req", "-new", "-key", `${name}.key`, "-subj", subject, "-out", `${name}.csr`);
}

function sign(name, extensions, how) {
  writeFileSync(join(folder, "extensions"), extensions);
  openssl("x509", "-req", "-in", `${name}.csr`, "-extfile", "extensions", "-out", `${name}.crt`, ...how);
}

function openssl(...command) {
  return execFileSync("openssl", command, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
}
