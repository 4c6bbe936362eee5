// The whole road of a set-up, from files made by openssl to users who can log in, and the same road
// again, which changes nothing.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { openBrowser, pictures } from "./support/browser.mjs";
import { heading } from "./support/page.mjs";
import { ask, certificates, project, read, startBoth, writes } from "./support/setup.mjs";

/** How long a person with the files at hand needs at most, as the product promises; in milliseconds. */
const PROMISED = 180_000;

let made;
let clients;

before(() => {
  made = certificates();
  made.authority("Acme Root");
  clients = ["billing", "shipping"].map((name) => made.client(name, "Acme Root"));
});

after(() => made.remove());

test("from files to users who can log in, and the same again changes nothing", async (t) => {
  const { sandbox, gateway } = await startBoth(t);
  const { page } = await openBrowser(t);
  await page.goto(gateway.address);

  const began = Date.now();
  await toReview(page, { look: pictures });
  await page.getByLabel("I understand that the nodes restart").check();
  await page.getByRole("button", { name: "Apply 3 changes" }).click();
  await heading(page, "Apply the changes");
  await page.getByRole("heading", { level: 2, name: "Done", exact: true }).waitFor({ timeout: 60_000 });
  await pictures(page, "7-apply");
  await page.getByRole("link", { name: "Go on: see how to log in" }).click();
  await page.getByRole("heading", { name: "Your users can't log in yet" }).waitFor();
  const took = Date.now() - began;
  t.diagnostic(`${took} ms from Connect to users who can log in`);
  assert.ok(took < PROMISED, `${took} ms`);
  await pictures(page, "8-finish");

  // What Atlas has is what was computed, and nothing else was sent.
  const names = clients.map(({ username }) => username);
  assert.deepEqual(await writes(sandbox), ["PATCH userSecurity", ...names.map((name) => `POST ${name}`)]);
  const { id } = await project(gateway, "Acme Staging");
  const { results } = await read(gateway, id, "databaseUsers");
  assert.deepEqual(results.map(({ username }) => username).toSorted(), names.toSorted());
  const { customerX509 } = await read(gateway, id, "userSecurity");
  assert.equal(customerX509.cas.match(/BEGIN CERTIFICATE/g).length, 1);

  // The key is at hand, so the file that a driver wants is too.
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save billing.pem" }).click(),
  ]);
  assert.equal(saved.suggestedFilename(), "billing.pem");

  await page.getByRole("button", { name: "Set up another" }).click();
  await page.getByRole("button", { name: "Forget it and start over" }).click();
  await heading(page, "Connect to Atlas");
  await ask(sandbox, "journal", { method: "DELETE" });
  await toReview(page, { again: true });
  await page.getByText(/^Nothing to change/).filter({ visible: true }).first().waitFor();
  assert.equal(await page.getByRole("button", { name: /^Apply/ }).count(), 0);
  assert.deepEqual(await writes(sandbox), []);
});

/** From anywhere to the Review step, with the root, the clients and a key. */
async function toReview(page, { again = false, look = async () => {} } = {}) {
  await page.getByRole("link", { name: "Setup" }).click();
  await heading(page, "Connect to Atlas");
  await page.getByText("Connected.").waitFor();
  await look(page, "1-connect");
  await on(page, "Choose the project");
  await page.getByRole("radio", { name: "Acme Staging" }).check();
  await page.getByRole("heading", { name: "How things stand in Acme Staging" }).waitFor();
  await look(page, "2-project");
  await on(page, "Whose certificates the project trusts");
  await give(page, ["Acme Root.crt"]);
  await page.getByText("Acme Root").filter({ visible: true }).first().waitFor();
  await look(page, "3-authorities");
  await on(page, "Client certificates and their user names");
  await give(page, ["billing.crt", "billing.key", "shipping.crt"]);
  for (const { username } of clients) {
    await page.getByText(username).filter({ visible: true }).first().waitFor();
  }
  await look(page, "4-clients");
  await on(page, "What the users may do");
  if (!again) {
    for (const { username } of clients) {
      const user = page.locator(".user").filter({ hasText: username });
      await user.getByRole("button", { name: /^Add a role/ }).click();
      await user.getByLabel("Database").fill("sales");
    }
  }
  await look(page, "5-access");
  await on(page, "Check what will change");
  await look(page, "6-review");
}

/** Presses Continue. */
async function on(page, text) {
  await page.getByRole("button", { name: "Continue" }).click();
  await heading(page, text);
}

const give = (page, names) =>
  page.locator(".setup input[type=file]:not([accept])").setInputFiles(names.map((name) => join(made.folder, name)));
