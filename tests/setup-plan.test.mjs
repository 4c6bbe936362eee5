// The Setup place, steps Access and Review, on the sandbox: what users may do, and the plan that comes
// of it. Certificates are made by the openssl program while the test runs, and put into the tab's
// storage as if they had been dropped before a reload.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { openBrowser, picture } from "./support/browser.mjs";
import { enter, focused, heading, tabTo } from "./support/page.mjs";
import { startGateway } from "./support/programs.mjs";

const CA = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"];
const CLIENT = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=";

const ORDERS = "CN=orders,OU=Services,O=Acme,C=US";
const ARCHIVER = "CN=archiver,OU=Services,O=Acme,C=US";
const SHIPPING = "CN=shipping,OU=Services,O=Acme,C=US";
const SHIPPING_BY_HAND = "C=US,O=Acme,OU=Services,CN=shipping";

let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "atlas-x509-plan-"));
  openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key");
  openssl("req", "-x509", "-key", "key", "-subj", "/O=Acme/CN=Acme Root", "-days", "3650", ...CA, "-out", "root.crt");
  openssl("req", "-new", "-key", "key", "-subj", "/O=Acme/CN=request", "-out", "request");
  makeClient("billing", "/O=Acme/CN=billing");
  makeClient("reporting", "/O=Acme/CN=reporting", "serverAuth");
  makeClient("shipping", "/C=US/O=Acme/OU=Services/CN=shipping");
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("from certificates to a plan that is carried out only after it was read", async (t) => {
  const { page } = await open(t, "Acme Staging", { files: ["root", "billing", "reporting"] });
  await goTo(page, "Access", "What the users may do");
  await user(page, "CN=reporting,O=Acme").getByText("left out").waitFor();
  await assertAccessibleInBothThemes(page);

  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("alert").getByRole("link", { name: /^CN=billing,O=Acme: No role yet/ }).click();
  assert.match(await focused(page), /^Close/);

  const billing = user(page, "CN=billing,O=Acme");
  await billing.getByRole("button", { name: /^Add a role/ }).click();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "SELECT");
  await billing.getByLabel("Database").fill("my billing");
  await billing.getByText("The name of a database cannot hold a space. Take it out.").waitFor();
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-access");
  await billing.getByLabel("Database").fill("billing");
  await billing.getByLabel("Collection").fill("invoices");
  await billing.getByLabel("staging").check();
  await billing.getByLabel("Description").fill("Writes invoices");
  await page.reload();
  await billing.getByText("readWrite on billing.invoices · staging · “Writes invoices”").waitFor();
  await page.getByRole("button", { name: "Continue" }).click();

  await heading(page, "Check what will change");
  await settled(page);
  assert.deepEqual(await plan(page), [
    "+ trust | Acme Root | Clients with a certificate from it can log in, if they have a user.",
    "+ user | CN=billing,O=Acme | readWrite on billing.invoices, on staging “Writes invoices”",
  ]);
  const apply = page.getByRole("button", { name: "Apply 2 changes" });
  assert.ok(await apply.isDisabled());
  await page.getByText("The nodes of 1 cluster restart, one at a time: staging.").waitFor();
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-review");
  await page.getByLabel("I understand that the nodes restart").check();
  await apply.click();
  await heading(page, "Apply the changes");
  assert.equal(new URL(page.url()).pathname, "/setup/apply");
});

test("what is exported is saved as it is shown", async (t) => {
  const { page } = await open(t, "Acme Staging", {
    files: ["root", "billing"],
    rights: { "CN=billing,O=Acme": { wanted: true, roles: [role("read", "billing")], scopes: [], description: null } },
  });
  await goTo(page, "Review", "Check what will change");
  await settled(page);
  await page.locator("summary", { hasText: "The same for the Atlas CLI" }).click();
  for (const [tool, name] of [
    ["Atlas CLI", "atlas.sh"],
    ["Atlas CLI", "ca.pem"],
    ["Terraform", "main.tf"],
    ["Kubernetes operator", "atlas.yaml"],
    ["curl", "atlas-curl.sh"],
  ]) {
    await page.getByRole("button", { name: tool, exact: true }).click();
    const shown = await page.getByRole("region", { name }).textContent();
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: `Save ${name}` }).click(),
    ]);
    assert.equal(saved.suggestedFilename(), name);
    await saved.saveAs(join(folder, name));
    assert.equal(readFileSync(join(folder, name), "utf8"), shown);
    await assertAccessibleInBothThemes(page);
  }
  await picture(page, "setup-exports");
});

test("users that are there are kept, changed, deleted and put right", async (t) => {
  const { page } = await open(t, "Acme Production", { files: ["root", "shipping"] });
  await goTo(page, "Access", "What the users may do");
  await user(page, SHIPPING).getByRole("button", { name: "Take over its rights and delete it" }).click();
  await user(page, SHIPPING).getByText("− to be deleted").waitFor();
  assert.equal(await page.locator(".user").filter({ hasText: SHIPPING_BY_HAND }).count(), 1, "both in one card");

  await user(page, ORDERS).getByRole("button", { name: "Roles…" }).click();
  await user(page, ORDERS).getByLabel("Role").selectOption("read");
  await user(page, ORDERS).getByText("~ changed").waitFor();
  await user(page, ARCHIVER).getByRole("button", { name: "Delete this user" }).click();
  await page.getByText("Not touched here: 2 users with certificates that Atlas made and 1 user without a certificate").waitFor();
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-access-production");

  await goTo(page, "Review", "Check what will change");
  await settled(page);
  assert.deepEqual(await plan(page), [
    "+ trust | Acme Root | Clients with a certificate from it can log in, if they have a user.",
    "= keep | Acme Client CA 2023 and Acme Client CA 2026 | Stay trusted.",
    `+ user | ${SHIPPING} | readWrite on shipping, on every cluster`,
    `~ user | ${ORDERS} | Roles from readWrite on orders → to read on orders`,
    `− user | ${SHIPPING_BY_HAND} | Can't log in any more. Had readWrite on shipping, on every cluster.`,
    `− user | ${ARCHIVER} | Can't log in any more. Had orderArchiver, on every cluster.`,
  ]);
  await page.getByText("4 users stay as they are").waitFor();
  await page.getByText("The nodes of 2 clusters restart, one at a time: orders, analytics.").waitFor();
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-review-production");

  await page.getByRole("link", { name: "Change users" }).click();
  await user(page, ARCHIVER).getByRole("button", { name: "Keep it" }).click();
  await user(page, ORDERS).getByRole("button", { name: "Put back as it is in Atlas" }).click();
  await user(page, ORDERS).getByText("= there already").waitFor();
});

test("nothing to change is said, and nothing can be applied", async (t) => {
  const { page } = await open(t, "Acme Production", {});
  const writes = [];
  page.on("request", (request) => request.method() !== "GET" && writes.push(request.url()));
  await goTo(page, "Review", "Check what will change");
  await page.getByText("Nothing to change: Atlas already has exactly this.").waitFor();
  assert.equal(await page.getByRole("button", { name: /^Apply/ }).count(), 0);
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-review-nothing");
  assert.deepEqual(writes, []);
});

test("locking everybody out takes the project's name", async (t) => {
  const { page } = await open(t, "Acme Production", { files: ["root"], bundle: "replace" });
  await goTo(page, "Review", "Check what will change");
  await settled(page);
  await page.getByText("After this, nobody who logs in with a certificate of yours today is known to get in.").waitFor();
  const apply = page.getByRole("button", { name: "Apply 1 change to Acme Production", exact: true });
  await page.getByLabel("I understand that the nodes restart").check();
  assert.ok(await apply.isDisabled());
  await page.getByLabel("To go on, type the project's name").fill("Acme Production");
  assert.ok(await apply.isEnabled());
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-review-lockout");
});

test("with LDAP no role is asked for, and what the directory needs is said", async (t) => {
  const { page } = await open(t, "Acme LDAP", { files: ["root", "billing"] });
  await goTo(page, "Access", "What the users may do");
  await page.getByText("LDAP authorisation is on, with ldap.acme.example.").waitFor();
  await page.getByText("CN=carol; CN=dave").waitFor();
  await page.locator("summary", { hasText: "What the directory has to hold" }).click();
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-access-ldap");
  await page.getByRole("button", { name: "Continue" }).click();
  await settled(page);
  assert.ok(
    (await plan(page)).includes("+ user | CN=billing,O=Acme | read on roles-come-from-ldap, on every cluster"),
  );
});

test("two hundred users are filtered, selected and given roles at once", async (t) => {
  const names = Array.from({ length: 140 }, (_, index) => `sensor-${String(index).padStart(3, "0")}`);
  names.forEach((name) => makeClient(name, `/O=Acme/CN=${name}`));
  const { page } = await open(t, "Acme Big", { files: ["root", ...names] });
  await goTo(page, "Access", "What the users may do");
  await page.getByRole("button", { name: "New 140" }).waitFor();
  assert.equal(await page.getByText(/The project would have/).count(), 0, "its limit is raised to 500");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("alert").getByRole("link", { name: /^140 users: No role yet/ }).click();
  assert.equal(await focused(page), "To be mended 140");
  await page.getByLabel("Name contains").fill("sensor-00");
  await page.getByText("10 of 200 users").waitFor();
  await page.getByRole("button", { name: "Select the 10 shown" }).click();
  const all = page.getByRole("region", { name: "Give several users the same rights" });
  await all.getByRole("button", { name: /^Add a role/ }).click();
  await all.getByLabel("Role").selectOption("readAnyDatabase");
  await assertAccessibleInBothThemes(page);
  await all.getByRole("button", { name: "Give these rights to 10 users" }).click();
  await all.getByText("Given to 10 users.").waitFor();
  await page.getByLabel("Name contains").fill("");
  await page.getByRole("button", { name: "To be mended 130" }).click();
  await page.getByRole("button", { name: "Select the 130 shown" }).click();
  await all.getByRole("button", { name: "Give these rights to 130 users" }).click();
  await picture(page, "setup-access-many");
  await page.getByRole("button", { name: "Continue" }).click();
  await settled(page);
  await page.getByText("140 new").waitFor();
  await page.getByRole("button", { name: "Apply 141 changes" }).waitFor();
  await page.getByRole("button", { name: "Show 25 more" }).click();
  await assertAccessibleInBothThemes(page);
});

test("a read-only gateway shows the plan and says that it applies nothing", async (t) => {
  const { page } = await open(t, "Acme Staging", { files: ["root"] }, { flags: ["--sandbox", "--read-only"] });
  await goTo(page, "Review", "Check what will change");
  await settled(page);
  await page.getByText("This gateway applies nothing").waitFor();
  assert.equal(await page.getByRole("button", { name: /^Apply/ }).count(), 0);
});

test("a role that is too low is told instead of a plan", async (t) => {
  const { page } = await open(t, "Acme Read Only", { files: ["root"] }, { expectedMessages: [/401|403/] });
  for (const [step, title] of [
    ["Access", "What the users may do"],
    ["Review", "Check what will change"],
  ]) {
    await goTo(page, step, title);
    await page.getByText(/What Atlas has can't be read with this credential/).waitFor();
    await assertAccessibleInBothThemes(page);
  }
});

test("both steps go by keyboard alone", async (t) => {
  const { page } = await open(t, "Acme Staging", { files: ["root", "billing"] });
  await goTo(page, "Access", "What the users may do");
  await tabTo(page, /^Add a role/);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.tagName === "SELECT");
  await page.keyboard.press("Tab");
  await page.keyboard.type("billing");
  await tabTo(page, "Continue");
  await page.keyboard.press("Enter");
  await settled(page);
  await page.waitForFunction(() => document.activeElement.tagName === "H1");
  await tabTo(page, "", { type: "checkbox" });
  await page.keyboard.press("Space");
  await tabTo(page, "Apply 2 changes to Acme Staging");
  await page.keyboard.press("Enter");
  await heading(page, "Apply the changes");
});

/** Opens the page on the project, with what a person decided before. */
async function open(t, project, { files = [], ...decided }, { flags, expectedMessages } = {}) {
  const gateway = await startGateway(t, flags && { flags });
  const { page } = await openBrowser(t, { expectedMessages });
  await enter(page, gateway);
  const kept = files.map((name) => ({ name: `${name}.crt`, certificates: [der(name)] }));
  await page.goto(`${gateway.origin}/setup/project`);
  await page.getByLabel(project).check();
  await heading(page, "Choose the project");
  await page.getByText(`How things stand in ${project}`).waitFor();
  await page.evaluate((more) => {
    const draft = JSON.parse(sessionStorage.getItem("setup"));
    sessionStorage.setItem("setup", JSON.stringify({ ...draft, ...more }));
  }, { files: kept, ...decided });
  await page.reload();
  await page.getByText(`How things stand in ${project}`).waitFor();
  return { page };
}

async function goTo(page, step, title) {
  await page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name: step }).click();
  await heading(page, title);
}

function user(page, name) {
  return page.locator(".user").filter({ has: page.locator(".user-head", { hasText: new RegExp(`^(Select )?${name}[^,]`) }) });
}

/** Waits until Review has read what Atlas has. */
function settled(page) {
  return page.getByText("Read from Atlas just now.").waitFor();
}

/** The plan as a person reads it: sign, what, meaning. */
function plan(page) {
  return page.locator(".change").evaluateAll((lines) =>
    lines.map((line) =>
      [...line.children]
        .map((part) => {
          const copy = part.cloneNode(true);
          copy.querySelectorAll("details").forEach((details) => details.remove());
          return [...copy.querySelectorAll("p, dt, dd")].map((piece) => piece.textContent).join(" ") || copy.textContent;
        })
        .map((text) => text.replace(/\s+/g, " ").trim())
        .join(" | "),
    ),
  );
}

function role(roleName, databaseName) {
  return { roleName, databaseName };
}

function der(name) {
  return openssl("x509", "-in", `${name}.crt`, "-outform", "DER").toString("base64");
}

function makeClient(name, subject, usage = "clientAuth") {
  writeFileSync(join(folder, "extensions"), `${CLIENT}${usage}\n`);
  openssl(
    ...["x509", "-req", "-in", "request", "-CA", "root.crt", "-CAkey", "key", "-subj", subject],
    ...["-extfile", "extensions", "-days", "365", "-out", `${name}.crt`],
  );
}

function openssl(...command) {
  return execFileSync("openssl", command, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
}
