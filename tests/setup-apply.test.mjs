// The last two steps of a set-up: carrying the plan out, whatever happens meanwhile, and logging in.
// Sandbox and gateway are two processes; the plan is put into the tab as the step before leaves it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { picture } from "./support/browser.mjs";
import { startGateway } from "./support/programs.mjs";
import {
  authority,
  certificates,
  faults,
  keptFile,
  openWithDraft,
  plan,
  project,
  startBoth,
  writes,
} from "./support/setup.mjs";

/** What the browser writes into its console when a call is refused or its server is gone. */
const refused = [/status of (401|409|429|503|400)/, /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/];

let made;
let root;
let rootPem;
let billing;

before(() => {
  made = certificates();
  rootPem = made.authority("Root");
  root = authority(rootPem);
  billing = made.client("billing", "Root");
});

after(() => made.remove());

test("the straight road leads to users who can log in", async (t) => {
  const { page, sandbox } = await open(t, { added: [root], users: [billing.username], files: true });
  await begin(page);
  await standing(page, "Done");
  assert.deepEqual(await writes(sandbox), ["PATCH userSecurity", `POST ${billing.username}`]);
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-apply-done");

  await page.getByRole("link", { name: "Go on: see how to log in" }).click();
  await heading(page, "Log in with your certificates");
  await page.getByRole("heading", { name: "Your users can log in" }).waitFor();
  const string = page.getByRole("region", { name: "String to copy" });
  await string.waitFor();
  assert.match(
    await string.innerText(),
    /^mongodb\+srv:\/\/staging\.k2vqa\.mongodb\.net\/\?authSource=%24external&authMechanism=MONGODB-X509&tlsCertificateKeyFile=billing\.pem$/,
  );
  await page.getByText(`user: "${billing.username}", db: '$external'`).waitFor();
  await page.getByText("The network access list is empty").waitFor();
  for (const language of ["Node.js", "Python", "Java", "Go", "C#", "Rust", "mongosh"]) {
    await page.getByRole("button", { name: language, exact: true }).click();
    await page.getByRole("region", { name: language, exact: true }).waitFor();
  }
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-finish");
});

test("the file for the client is joined here when its key is, and else a command says how", async (t) => {
  const { page } = await open(t, { added: [root], users: [billing.username], files: true });
  await begin(page);
  await standing(page, "Done");
  await page.getByRole("link", { name: "Go on: see how to log in" }).click();
  const command = page.getByText("cat billing.crt billing.key > billing.pem");
  await command.waitFor();
  await page.getByLabel("Path of the PEM file").fill("/etc/tls/my billing.pem");
  await page.getByText("cat billing.crt 'my billing.key' > '/etc/tls/my billing.pem'").waitFor();

  await page.locator("#rest input[type=file]:not([accept])").setInputFiles(join(made.folder, "billing.key"));
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save my billing.pem" }).click();
  const saved = join(made.folder, "saved.pem");
  await (await saving).saveAs(saved);
  const text = readFileSync(saved, "utf8");
  assert.match(text, /^-----BEGIN CERTIFICATE-----[^]*-----BEGIN (EC )?PRIVATE KEY-----/);
  const output = execFileSync("openssl", ["x509", "-in", saved, "-noout", "-subject", "-nameopt", "RFC2253"]);
  assert.match(String(output), /CN=billing,O=Acme/);
  await assertAccessibleInBothThemes(page);
});

test("the alert before an authority expires is made when there is none", async (t) => {
  const { page, sandbox } = await open(t, { users: ["CN=a,O=Acme"], path: "/setup/finish", name: "Acme Big" });
  await page.getByRole("button", { name: "Make the alert" }).click();
  await page.getByText("Atlas warns the owners of the project").waitFor();
  assert.deepEqual(await writes(sandbox), ["POST alertConfigs"]);
});

test("a gateway that was killed in the middle loses nothing, and its new address goes on in the same tab", async (t) => {
  const users = names(20);
  const { page, sandbox, gateway } = await open(t, { added: [root], users, expectedMessages: refused });
  // Slow enough to be hit in the middle.
  await faults(sandbox, [{ method: "POST", path: "/databaseUsers", times: 20, fault: { stall_ms: 150 } }]);
  await begin(page);
  await page.getByText(/^([5-9]|1\d) of 21 done/).waitFor();
  await gateway.kill();
  const again = await startGateway(t, { port: gateway.port, flags: ["--sandbox-at", sandbox.origin] });
  assert.notEqual(again.token, gateway.token);
  const unknown = page.getByText("The gateway was started anew and does not know this tab.");
  await unknown.waitFor({ timeout: 40_000 });
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-apply-new-address");

  await page.goto(again.address);
  await heading(page, "Carry it out");
  await page.getByRole("button", { name: /^(Resume|Try again)$/ }).click();
  await standing(page, "Done");
  const written = await writes(sandbox);
  assert.deepEqual(written.toSorted(), ["PATCH userSecurity", ...users.map((user) => `POST ${user}`)].toSorted());
});

test("the new address can be pasted, and then it goes on", async (t) => {
  const users = names(8);
  const { page, sandbox, gateway } = await open(t, { users, expectedMessages: refused });
  await faults(sandbox, [{ method: "POST", path: "/databaseUsers", times: 20, fault: { stall_ms: 200 } }]);
  await begin(page);
  await page.getByText(/^[2-6] of 8 done/).waitFor();
  await gateway.kill();
  // Nobody answers for a while; the page tries, and then says so.
  await page.getByRole("button", { name: "Try again" }).waitFor({ timeout: 60_000 });
  await page.getByText("No answer came back.").first().waitFor();
  await picture(page, "setup-apply-gateway-gone");
  const again = await startGateway(t, { port: gateway.port, flags: ["--sandbox-at", sandbox.origin] });
  await page.getByRole("button", { name: "Try again" }).click();
  const field = page.getByLabel("The line after “Open”");
  await field.fill("http://127.0.0.1/");
  await page.getByRole("button", { name: "Go on", exact: true }).click();
  await page.getByText("There is no token in it.").waitFor();
  await field.fill(again.address);
  await page.getByRole("button", { name: "Go on", exact: true }).click();
  await field.waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^(Resume|Try again)$/ }).click();
  await standing(page, "Done");
  assert.deepEqual((await writes(sandbox)).toSorted(), users.map((user) => `POST ${user}`).toSorted());
});

test("a reload in the middle goes on only when somebody says so", async (t) => {
  const users = names(12);
  const { page, sandbox } = await open(t, { users });
  await faults(sandbox, [{ method: "POST", path: "/databaseUsers", times: 20, fault: { stall_ms: 200 } }]);
  await begin(page);
  await page.getByText(/^[3-9] of 12 done/).waitFor();
  await page.reload();
  await standing(page, "This was interrupted");
  const before = await writes(sandbox);
  await page.waitForTimeout(1_000);
  assert.deepEqual(await writes(sandbox), before);
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-apply-interrupted");
  await page.getByRole("button", { name: "Resume" }).click();
  await standing(page, "Done");
  assert.deepEqual(await writes(sandbox), users.map((user) => `POST ${user}`));
});

test("it stops when asked, and goes on", async (t) => {
  const users = names(12);
  const { page, sandbox } = await open(t, { users });
  await faults(sandbox, [{ method: "POST", path: "/databaseUsers", times: 20, fault: { stall_ms: 200 } }]);
  await begin(page);
  await page.getByText(/^[2-9] of 12 done/).waitFor();
  await picture(page, "setup-apply-running");
  await page.getByRole("button", { name: "Stop" }).click();
  await standing(page, "Stopped");
  assert.ok(await page.evaluate(() => document.activeElement.id === "standing"), "the focus is not lost");
  const stopped = await writes(sandbox);
  assert.ok(stopped.length < 12);
  await page.waitForTimeout(600);
  assert.deepEqual(await writes(sandbox), stopped);
  await page.getByRole("button", { name: "Resume" }).click();
  await standing(page, "Done");
  assert.deepEqual(await writes(sandbox), users.map((user) => `POST ${user}`));
});

test("what somebody else changed is shown, and nothing is written until it is agreed to", async (t) => {
  const other = authority(made.authority("Other"));
  const { page, sandbox } = await open(t, { added: [root], users: [billing.username] });
  await faults(sandbox, [{ method: "GET", path: "/userSecurity", fault: { foreign: { cas: other.pem } } }]);
  await begin(page);
  await standing(page, "Atlas was changed by somebody else meanwhile");
  assert.deepEqual(await writes(sandbox), []);
  const changes = page.locator(".standing .change");
  await changes.filter({ hasText: "+ trust" }).filter({ hasText: "Root" }).waitFor();
  await changes.filter({ hasText: "− trust" }).filter({ hasText: "Other" }).waitFor();
  const agree = page.getByRole("button", { name: "Agree and go on" });
  assert.ok(await agree.isDisabled(), "dead until the box is ticked");
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-apply-changed");
  await page.getByLabel("I have read this and it may happen now").check();
  await agree.click();
  await standing(page, "Done");
  assert.deepEqual(await writes(sandbox), ["PATCH userSecurity", `POST ${billing.username}`]);
});

test("a storm of refusals for too many calls ends in words, and trying again completes", async (t) => {
  const users = names(5);
  const { page, sandbox } = await open(t, { users, expectedMessages: refused });
  await faults(sandbox, [
    { method: "POST", path: "/databaseUsers", nth: 2, times: 6, fault: { status: 429, errorCode: "RATE_LIMITED", retryAfter: 1 } },
  ]);
  await begin(page);
  await page.getByRole("button", { name: "Try again" }).waitFor({ timeout: 60_000 });
  await page.getByText("Atlas takes no more calls of this kind for the moment.").waitFor();
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-apply-storm");
  await page.getByRole("button", { name: "Try again" }).click();
  await standing(page, "Done");
  assert.deepEqual(await writes(sandbox), users.map((user) => `POST ${user}`));
});

test("one user that is refused says why, and does not hold up the others", async (t) => {
  const users = names(3);
  const { page, sandbox } = await open(t, { users, expectedMessages: refused });
  const fault = { status: 400, errorCode: "ATLAS_INVALID_ROLE", detail: "No role readWrite." };
  await faults(sandbox, [{ method: "POST", path: "/databaseUsers", fault }]);
  await begin(page);
  await standing(page, "1 of 3 changes is not done");
  const first = page.locator(".carried-line").first();
  await first.getByText("Failed").waitFor();
  await first.getByText("Choose another role.").waitFor();
  await first.getByText("No role readWrite.").waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await standing(page, "Done");
  assert.equal((await writes(sandbox)).length, 3);
});

test("the former bundle can be saved and put back", async (t) => {
  const { page, sandbox, gateway, id } = await open(t, { added: [root], name: "Acme Production", replace: true });
  await begin(page);
  await standing(page, "Done");
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the former bundle" }).click();
  const saved = join(made.folder, "former-bundle.pem");
  await (await saving).saveAs(saved);
  assert.equal(readFileSync(saved, "utf8").match(/BEGIN CERTIFICATE/g).length, 2);

  await page.getByText("Undo the change of the bundle").click();
  const changes = page.locator(".undo .change");
  await changes.filter({ hasText: "− trust" }).filter({ hasText: "Root" }).waitFor();
  assert.equal(await changes.filter({ hasText: "+ trust" }).count(), 2);
  const undo = page.getByRole("button", { name: "Put the former bundle back" });
  assert.ok(await undo.isDisabled());
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-apply-undo");
  await page.getByLabel("I have read this and it may happen now").check();
  await undo.click();
  await standing(page, "Carrying the plan out").catch(() => {});
  await standing(page, "Done");
  const answer = await gateway.fetch(`/api/atlas/v2/groups/${id}/userSecurity`, {
    headers: { Accept: "application/vnd.atlas.2023-01-01+json" },
  });
  const { customerX509 } = await answer.json();
  assert.equal(customerX509.cas.match(/BEGIN CERTIFICATE/g).length, 2);
  assert.deepEqual(await writes(sandbox), ["PATCH userSecurity", "PATCH userSecurity"]);
});

test("a hundred new users come in pages, each written once", async (t) => {
  const users = names(100);
  const { page, sandbox } = await open(t, { users, name: "Acme Big" });
  await begin(page);
  await page.getByRole("heading", { name: "Done", exact: true }).waitFor({ timeout: 90_000 });
  assert.equal(await page.locator(".carried-line").count(), 20);
  await page.getByRole("button", { name: "Show 20 more" }).click();
  assert.equal(await page.locator(".carried-line").count(), 40);
  await page.getByRole("searchbox", { name: "User name contains" }).fill("client-099");
  await page.getByText("1 of 100 changes").waitFor();
  assert.deepEqual(await writes(sandbox), users.map((user) => `POST ${user}`));
  await assertAccessibleInBothThemes(page);
});

test("the set-up is saved as a file and gone on from", async (t) => {
  const { page, sandbox } = await open(t, { added: [root], users: [billing.username], files: true });
  const open_ = () => page.getByText("Save this set-up, or start over").click();
  await open_();
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the set-up as a file" }).click();
  const file = await saving;
  assert.equal(file.suggestedFilename(), "x509-setup-acme-staging.json");
  const saved = join(made.folder, "setup.json");
  await file.saveAs(saved);
  assert.doesNotMatch(readFileSync(saved, "utf8"), /PRIVATE KEY/);
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-keeping");

  await page.getByRole("button", { name: "Start over", exact: true }).click();
  await page.getByRole("button", { name: "Forget it and start over" }).click();
  await heading(page, "Connect to Atlas");
  assert.equal(await page.evaluate(() => sessionStorage.getItem("setup")), null);
  assert.equal(await page.evaluate(() => sessionStorage.getItem("setup-apply")), null);

  const input = page.locator("input[accept]");
  const wrong = join(made.folder, "wrong.json");
  writeFileSync(wrong, "{}");
  await input.setInputFiles(wrong);
  await page.getByText("It is JSON, but not a set-up that this page saved.").waitFor();
  await input.setInputFiles(saved);
  await heading(page, "Choose the project");
  await page.getByRole("heading", { name: "How things stand in Acme Staging" }).waitFor();
  await page.getByRole("link", { name: "Apply", exact: true }).click();
  await begin(page);
  await standing(page, "Done");
  assert.equal((await writes(sandbox)).length, 2);
});

test("what does not fit into the tab is said, and leaving asks", async (t) => {
  const { page } = await open(t, { users: ["CN=a,O=Acme"], path: "/setup/project" });
  await page.getByRole("heading", { name: "How things stand in Acme Staging" }).waitFor();
  const dialogs = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.type());
    return dialog.accept();
  });
  await page.reload();
  assert.deepEqual(dialogs, [], "nothing would be lost");
  await page.getByRole("heading", { name: "How things stand in Acme Staging" }).waitFor();
  await page.evaluate(() => {
    sessionStorage.removeItem("setup");
    const fill = (size) => {
      for (let n = 0; ; n++) {
        try {
          sessionStorage.setItem(`full-${size}-${n}`, "x".repeat(size));
        } catch {
          return;
        }
      }
    };
    [1_000_000, 10_000, 100].forEach(fill);
  });
  await page.getByRole("radio", { name: "Acme Big" }).check();
  await page.getByText("This tab cannot keep the set-up over a reload").waitFor();
  await page.getByRole("button", { name: "Save the set-up as a file" }).first().waitFor();
  await assertAccessibleInBothThemes(page);
  await page.reload();
  assert.deepEqual(dialogs, ["beforeunload"]);
});

test("everything works with the keyboard alone", async (t) => {
  const { page } = await open(t, { added: [root], users: [billing.username] });
  await tabTo(page, "Carry it out");
  await page.keyboard.press("Enter");
  await standing(page, "Done");
  await tabTo(page, "Go on: see how to log in");
  await page.keyboard.press("Enter");
  await heading(page, "Log in with your certificates");
  await tabTo(page, "Rust");
  await page.keyboard.press("Space");
  await page.getByRole("region", { name: "Rust", exact: true }).waitFor();
});

test("nothing is wider than the screen, however narrow", async (t) => {
  const users = [billing.username, ...names(4), "CN=a very long name, OU=Some department with a long name,O=Acme".replace(", ", "\\, ")];
  const { page, sandbox } = await open(t, { added: [root], users, files: true, expectedMessages: refused });
  const fault = { status: 400, errorCode: "ATLAS_INVALID_ROLE", detail: "No role readWrite." };
  await faults(sandbox, [{ method: "POST", path: "/databaseUsers", nth: 3, fault }]);
  await begin(page);
  await standing(page, "1 of 7 changes is not done");
  await fits(page, "apply-failed");
  await page.getByRole("button", { name: "Try again" }).click();
  await standing(page, "Done");
  await fits(page, "apply-done");
  await page.getByRole("link", { name: "Go on: see how to log in" }).click();
  await page.getByRole("heading", { name: "Your users can log in" }).waitFor();
  await fits(page, "finish");
});

async function fits(page, name) {
  for (const width of [320, 360, 1024, 1600]) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${name} at ${width}: ${overflow} px too wide`);
  }
}

/** Both programs, and a browser in the step with a plan for a project of this name. */
async function open(t, { name = "Acme Staging", files = false, replace = false, path, expectedMessages, ...wanted }) {
  // First of all at the end, so that the page is not in the middle of a call when the programs end.
  let opened;
  t.after(() => opened?.page.goto("about:blank"));
  const { sandbox, gateway } = await startBoth(t);
  const chosen = await project(gateway, name);
  if (replace) {
    wanted.removed = await present(gateway, chosen.id);
  }
  const draft = {
    project: chosen,
    files: files ? [keptFile("root.crt", rootPem), keptFile("billing.crt", billing.certificate)] : [],
    apply: plan(chosen.id, wanted),
  };
  opened = await openWithDraft(t, gateway, draft, { path, expectedMessages });
  return { ...opened, sandbox, gateway, id: chosen.id };
}

/** The authorities of the present bundle. */
async function present(gateway, id) {
  const answer = await gateway.fetch(`/api/atlas/v2/groups/${id}/userSecurity`, {
    headers: { Accept: "application/vnd.atlas.2023-01-01+json" },
  });
  const { customerX509 } = await answer.json();
  return customerX509.cas.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n/g).map(authority);
}

const names = (count) =>
  Array.from({ length: count }, (_, index) => `CN=client-${String(index).padStart(3, "0")},O=Acme`);

const begin = (page) => page.getByRole("button", { name: "Carry it out" }).click();

const standing = (page, text) =>
  page.getByRole("heading", { level: 2, name: text, exact: true }).waitFor({ timeout: 60_000 });

const heading = (page, text) => page.getByRole("heading", { level: 1, name: text }).waitFor();

/** Presses Tab until the control with this name has the focus. */
async function tabTo(page, name) {
  for (let n = 0; n < 80; n++) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(() => document.activeElement.textContent.trim());
    if (found === name) {
      return;
    }
  }
  assert.fail(`Tab does not reach ${name}`);
}
