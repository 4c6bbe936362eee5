// Users whose names do not fit: typed by hand, told without a certificate or beside one, and those
// that somebody else deleted meanwhile.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { standing } from "./support/apply.mjs";
import { pictures } from "./support/browser.mjs";
import { assertFits, heading } from "./support/page.mjs";
import { V1, certificates, keptFile, openWithDraft, project, read, startBoth, writes } from "./support/setup.mjs";

const ORDERS = "CN=orders,OU=Services,O=Acme,C=US";
const SHIPPING = "CN=shipping,OU=Services,O=Acme,C=US";
const SHIPPING_BY_HAND = "C=US,O=Acme,OU=Services,CN=shipping";

const reader = { wanted: true, roles: [{ roleName: "read", databaseName: "orders" }], scopes: [], description: null };

let made;
let files;

before(() => {
  made = certificates();
  const root = made.authority("Acme Root");
  const shipping = made.client("shipping", "Acme Root", "/C=US/O=Acme/OU=Services/CN=shipping");
  files = [keptFile("root.crt", root), keptFile("shipping.crt", shipping.certificate)];
});

after(() => made.remove());

test("names that no certificate can have are marked without one", async (t) => {
  const { page } = await open(t);
  await page.getByText("of them have names that no certificate, or hardly one, can have").waitFor();
  await step(page, "Access", "What the users may do");
  for (const [name, tag, why, likely] of [
    ["CN=inventory, OU=Services, O=Acme, C=US", "no certificate has this name", "It has spaces", "CN=inventory,OU=Services,O=Acme,C=US"],
    ["cn=reports,ou=services,o=acme,c=us", "no certificate has this name", "The server writes C, CN, O and OU, not c, cn, o and ou.", "CN=reports,OU=services,O=acme,C=us"],
    [SHIPPING_BY_HAND, "unlikely name", "the other way round", SHIPPING],
  ]) {
    const card = page.locator(".user").filter({ has: page.getByText(name, { exact: true }) });
    for (const text of [tag, why]) {
      await card.getByText(text).waitFor();
    }
    await card.getByText(likely, { exact: true }).waitFor();
  }
  const right = page.locator(".user").filter({ has: page.getByText(ORDERS, { exact: true }) });
  assert.equal(await right.getByText("this name").count(), 0);
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "access");
  await pictures(page, "names-doubtful");
});

test("the rights of a name typed by hand go over with or without deleting it", async (t) => {
  const { page, id, gateway, sandbox } = await open(t, { files });
  await step(page, "Access", "What the users may do");
  const cards = page.locator(".user").filter({ hasText: "CN=shipping" });
  assert.equal(await cards.count(), 1, "old and new spelling stand in one card");
  await cards.getByRole("button", { name: "Take over its rights and keep both for now" }).click();
  await cards.getByText("readWrite on shipping · every cluster").waitFor();
  await cards.getByRole("button", { name: "Delete it" }).click();
  await cards.getByText("− to be deleted").waitFor();
  await assertAccessibleInBothThemes(page);
  await pictures(page, "names-pair");
  await cards.getByRole("button", { name: /^Keep it/ }).click();

  await step(page, "Review", "Check what will change");
  await page.getByText("Read from Atlas just now.").waitFor();
  await page.getByLabel("I understand that the nodes restart").check();
  await page.getByRole("button", { name: "Apply 2 changes to Acme Production" }).click();
  await standing(page, "Done");
  await standing(page, "Your users can log in");
  assert.deepEqual(await writes(sandbox), ["PATCH userSecurity", `POST ${SHIPPING}`]);
  const { results } = await read(gateway, id, "databaseUsers");
  const names = results.map(({ username }) => username);
  assert.ok(names.includes(SHIPPING) && names.includes(SHIPPING_BY_HAND), "both are there");
});

test("a user that somebody else deleted is not made again unless asked for", async (t) => {
  const { page, id, gateway } = await open(t, { rights: { [ORDERS]: reader } });
  await step(page, "Review", "Check what will change");
  await page.locator(".change").filter({ hasText: "~ user" }).getByText(ORDERS).waitFor();
  await deleteUser(gateway, id, ORDERS);
  await page.getByRole("button", { name: "Read again" }).click();
  await page.getByText("No user is made, changed or deleted.").waitFor();

  await step(page, "Access", "What the users may do");
  const card = page.locator(".user").filter({ has: page.getByText(ORDERS, { exact: true }) });
  await card.getByText("deleted by somebody else", { exact: true }).waitFor();
  await assertAccessibleInBothThemes(page);
  await pictures(page, "names-gone");
  await card.getByRole("button", { name: /^Make it again/ }).click();
  await card.getByText("+ new user").waitFor();
  await step(page, "Review", "Check what will change");
  await page.locator(".change").filter({ hasText: "+ user" }).getByText(ORDERS).waitFor();
});

test("a user that is deleted just before the changes are applied is shown, and made again only when asked for", async (t) => {
  const { page, id, gateway, sandbox } = await open(t, { rights: { [ORDERS]: reader } });
  await step(page, "Review", "Check what will change");
  await page.getByText("Read from Atlas just now.").waitFor();
  await page.locator(".change").filter({ hasText: "~ user" }).getByText(ORDERS).waitFor();
  await deleteUser(gateway, id, ORDERS);
  await page.getByRole("button", { name: "Apply 1 change to Acme Production" }).click();
  await standing(page, "Atlas was changed by somebody else meanwhile");
  await page.getByText("Deleted by somebody else since you decided on this").waitFor();
  const mine = `DELETE ${ORDERS}`;
  assert.deepEqual(await writes(sandbox), [mine]);
  await assertAccessibleInBothThemes(page);
  await pictures(page, "names-gone-apply");
  await page.getByRole("button", { name: /^Create it again/ }).click();
  await page.locator(".standing .change").filter({ hasText: "+ user" }).getByText(ORDERS).waitFor();
  await page.getByRole("button", { name: "Agree and go on in Acme Production" }).click();
  await standing(page, "Done");
  assert.deepEqual(await writes(sandbox), [mine, `POST ${ORDERS}`]);
});

/** Both programs, and a browser in the step Project of Acme Production. */
async function open(t, decided = {}) {
  const { sandbox, gateway } = await startBoth(t);
  const chosen = await project(gateway, "Acme Production");
  const { page } = await openWithDraft(t, gateway, { project: chosen, ...decided }, { path: "/setup/project" });
  await page.getByText("How things stand in Acme Production").waitFor();
  return { page, id: chosen.id, sandbox, gateway };
}

async function step(page, name, title) {
  await page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name }).click();
  await heading(page, title);
}

/** As somebody else would, in another window. */
async function deleteUser(gateway, id, name) {
  const path = `/api/atlas/v2/groups/${id}/databaseUsers/%24external/${encodeURIComponent(name)}`;
  const answer = await gateway.fetch(path, { method: "DELETE", headers: V1 });
  assert.equal(answer.status, 204);
}
