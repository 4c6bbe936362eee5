// Carrying a plan out, whatever happens meanwhile. Sandbox and gateway are two processes; the plan is
// put into the tab as the step before leaves it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { begin, makeCertificates, names, openApply, refused, standing } from "./support/apply.mjs";
import { picture } from "./support/browser.mjs";
import { heading } from "./support/page.mjs";
import { startGateway } from "./support/programs.mjs";
import { ask, authority, faults, project, read, writes } from "./support/setup.mjs";

let made;
let root;
let billing;

before(() => ({ made, root, billing } = makeCertificates()));

after(() => made.remove());

test("a gateway that was killed in the middle loses nothing, and its new address goes on in the same tab", async (t) => {
  const users = names(20);
  const { page, sandbox, gateway } = await openApply(t, { added: [root], users, expectedMessages: refused });
  // Slow enough to be hit in the middle.
  await faults(sandbox, [{ method: "POST", path: "/databaseUsers", times: 20, fault: { stall_ms: 150 } }]);
  await begin(page);
  await page.getByText(/^([5-9]|1\d) of 21 done/).waitFor();
  await gateway.kill();
  const again = await startGateway(t, { port: gateway.port, flags: ["--sandbox-at", sandbox.origin] });
  assert.notEqual(again.token, gateway.token);
  const unknown = page.getByText("The gateway doesn't know this tab.");
  await unknown.waitFor({ timeout: 40_000 });
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-apply-new-address");

  await page.goto(again.address);
  await heading(page, "Apply the changes");
  await page.getByRole("button", { name: /^(Resume|Try again)$/ }).click();
  await standing(page, "Done");
  const written = await writes(sandbox);
  assert.deepEqual(written.toSorted(), ["PATCH userSecurity", ...users.map((user) => `POST ${user}`)].toSorted());
});

test("the new address can be pasted, and then it goes on", async (t) => {
  const users = names(8);
  const { page, sandbox, gateway } = await openApply(t, { users, expectedMessages: refused });
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
  await page.getByText("There is no code in it.").waitFor();
  await field.fill(again.address);
  await page.getByRole("button", { name: "Go on", exact: true }).click();
  await field.waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^(Resume|Try again)$/ }).click();
  await standing(page, "Done");
  assert.deepEqual((await writes(sandbox)).toSorted(), users.map((user) => `POST ${user}`).toSorted());
});

test("a reload in the middle goes on only when somebody says so", async (t) => {
  const users = names(12);
  const { page, sandbox } = await openApply(t, { users });
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

test("another project is not kept waiting by the clusters of the one before", async (t) => {
  const { page, sandbox, gateway, id } = await openApply(t, { added: [root], files: [["root.crt", root.pem]] });
  await faults(sandbox, [slowClusters(id, 1)]);
  await begin(page);
  await standing(page, "Everything is in Atlas; the clusters are taking it up");
  await page.getByRole("link", { name: /^Project/ }).click();
  await page.getByRole("radio", { name: "Acme Big" }).click();
  await page.getByRole("dialog").getByText("the way back to what was there before the last change").waitFor();
  await page.getByRole("button", { name: "Forget it and choose Acme Big" }).click();
  await page.getByRole("heading", { name: "How things stand in Acme Big" }).waitFor();
  await goToReview(page);
  await page.getByLabel("I understand that the nodes restart").check();
  await page.getByRole("button", { name: "Apply 1 change" }).click();
  await standing(page, "Done");
  const { id: other } = await project(gateway, "Acme Big");
  const journal = await ask(sandbox, "journal");
  assert.deepEqual(
    journal.map(({ method, path }) => `${method} ${path.split("/").at(-2)}`),
    [`PATCH ${id}`, `PATCH ${other}`],
  );
});

test("it stops when asked, and goes on", async (t) => {
  const users = names(12);
  const { page, sandbox } = await openApply(t, { users });
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
  const { page, sandbox } = await openApply(t, { added: [root], users: [billing.username] });
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
  await page.getByLabel("I understand that the nodes restart").check();
  await agree.click();
  await standing(page, "Done");
  assert.deepEqual(await writes(sandbox), ["PATCH userSecurity", `POST ${billing.username}`]);
});

test("what somebody else changed is agreed to only once it is known what it breaks", async (t) => {
  const other = authority(made.authority("Another"));
  const { page, sandbox } = await openApply(t, {
    added: [root],
    users: [billing.username],
    name: "Acme Production",
    replace: true,
    expectedMessages: refused,
  });
  await page.waitForLoadState("networkidle", { timeout: 30_000 });
  const read = { method: "GET", path: "/userSecurity" };
  await faults(sandbox, [
    { ...read, fault: { foreign: { cas: other.pem } } },
    { ...read, nth: 2, times: 99, fault: { status: 400, errorCode: "INVALID_ATTRIBUTE" } },
  ]);
  await begin(page);
  await standing(page, "Atlas was changed by somebody else meanwhile");
  const again = page.getByRole("alert").getByRole("button", { name: "Try again" });
  await again.waitFor();
  assert.equal(await page.getByRole("button", { name: "Agree and go on" }).count(), 0);
  await assertAccessibleInBothThemes(page);

  await faults(sandbox, []);
  await again.click();
  await page.getByText("nobody who logs in with a certificate of yours today is known to get in").waitFor();
  await page.getByLabel("I understand that the nodes restart").check();
  const agree = page.getByRole("button", { name: "Agree and go on" });
  assert.ok(await agree.isDisabled());
  await page.getByLabel("To go on, type the project's name").fill("Acme Production");
  await agree.click();
  await standing(page, "Done");
});

test("a storm of refusals for too many calls ends in words, and trying again completes", async (t) => {
  const users = names(5);
  const { page, sandbox } = await openApply(t, { users, expectedMessages: refused });
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
  const { page, sandbox } = await openApply(t, { users, expectedMessages: refused });
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
  const { page, sandbox, gateway, id } = await openApply(t, { added: [root], name: "Acme Production", replace: true });
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
  await page.getByLabel("I understand that the nodes restart").check();
  assert.ok(await undo.isDisabled(), "nobody is known to get in with the former bundle");
  await page.getByLabel("To go on, type the project's name").fill("Acme Production");
  await undo.click();
  await page.getByText("Undo the change of the bundle").waitFor({ state: "detached" });
  await standing(page, "Done");
  const { customerX509 } = await read(gateway, id, "userSecurity");
  assert.equal(customerX509.cas.match(/BEGIN CERTIFICATE/g).length, 2);
  assert.deepEqual(await writes(sandbox), ["PATCH userSecurity", "PATCH userSecurity"]);
});

test("the former bundle can be had as soon as it is replaced, before the clusters have taken the new one up", async (t) => {
  const { page, sandbox, id } = await openApply(t, { added: [root], users: names(1), name: "Acme Production", replace: true });
  await faults(sandbox, [
    { method: "POST", path: "/databaseUsers", fault: { stall_ms: 3_000 } },
    slowClusters(id, 3),
  ]);
  await begin(page);
  await page.getByText("It can be put back once the changes above are made").waitFor();
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the former bundle" }).click();
  await saving;
  await standing(page, "Everything is in Atlas; the clusters are taking it up");
  await page.getByText("Undo the change of the bundle").click();
  await page.getByLabel("I understand that the nodes restart").check();
  await page.getByLabel("To go on, type the project's name").fill("Acme Production");
  await faults(sandbox, []);
  await page.getByRole("button", { name: "Put the former bundle back" }).click();
  await standing(page, "Done");
  const written = await writes(sandbox);
  assert.deepEqual(written, ["PATCH userSecurity", `POST ${names(1)[0]}`, "PATCH userSecurity"]);
});

test("a hundred new users come in pages, each written once", async (t) => {
  const users = names(100);
  const { page, sandbox } = await openApply(t, { users, name: "Acme Big" });
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

/** So many clusters say once how far they are, and then are a long time about it. */
const slowClusters = (id, count) => ({
  method: "GET",
  path: `/groups/${id}/clusters/{name}/status`,
  nth: count + 1,
  times: 99,
  fault: { stall_ms: 60_000 },
});

const goToReview = async (page) => {
  await page.getByRole("link", { name: "Review" }).click();
  await page.getByText("Read from Atlas just now.").waitFor();
};
