// Roads that a set-up takes besides the straight one, each from its decisions to Done: a new
// authority in place of the old ones, users of whom no node has to know, roles that LDAP gives.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { standing } from "./support/apply.mjs";
import { heading } from "./support/page.mjs";
import { authority, certificates, keptFile, openWithDraft, project, read, startBoth, writes } from "./support/setup.mjs";

const ORDERS = "CN=orders,OU=Services,O=Acme,C=US";

let made;
let root;
let billing;

before(() => {
  made = certificates();
  root = made.authority("Acme Root");
  billing = made.client("billing", "Acme Root");
});

after(() => made.remove());

test("a new authority takes the place of the old ones", async (t) => {
  const { page, sandbox, read } = await open(t, "Acme Production");
  const old = (await read("userSecurity")).customerX509.cas;
  assert.equal(old.match(/BEGIN CERTIFICATE/g).length, 2);
  await step(page, "Authorities", "Whose certificates the project trusts");
  await page.getByRole("radio", { name: "Replace it" }).check();
  await page.getByText("1 added and 2 removed.").waitFor();
  await step(page, "Access", "What the users may do");
  const user = page.locator(".user").filter({ hasText: billing.username });
  await user.getByRole("button", { name: /^Add a role/ }).click();
  await user.getByLabel("Database").fill("billing");

  await review(page);
  await page.getByText("The nodes of 2 clusters restart, one at a time: orders, analytics.").waitFor();
  await page.getByText("archive is paused and takes the bundle up when you resume it.").waitFor();
  const apply = page.getByRole("button", { name: "Apply 2 changes" });
  assert.ok(await apply.isDisabled());
  await page.getByLabel("I understand that the nodes restart").check();
  assert.ok(await apply.isDisabled(), "whoever logs in today does not get in any more");
  await page.getByLabel("To go on, type the project's name").fill("Acme Production");
  await apply.click();
  await done(page);

  const { cas } = (await read("userSecurity")).customerX509;
  assert.equal(cas.match(/BEGIN CERTIFICATE/g).length, 1);
  assert.equal(authority(cas).sha256, authority(root).sha256);
  assert.deepEqual(await writes(sandbox), ["PATCH userSecurity", `POST ${billing.username}`]);
});

test("a role of the project's own is given, and nothing is asked where no node restarts", async (t) => {
  const { page, sandbox, read } = await open(t, "Acme Production", { files: [] });
  await step(page, "Access", "What the users may do");
  const user = page.locator(".user").filter({ hasText: ORDERS });
  await user.getByRole("button", { name: "Roles…" }).click();
  await user.getByLabel("Role").selectOption("orderArchiver");
  await user.getByText("~ changed").waitFor();

  await review(page);
  await page.locator(".change").filter({ hasText: ORDERS }).filter({ hasText: "orderArchiver" }).waitFor();
  assert.equal(await page.getByRole("checkbox").count(), 0);
  assert.equal(await page.getByText(/nodes of .* restart/).filter({ visible: true }).count(), 0);
  await page.getByRole("button", { name: "Apply 1 change" }).click();
  await done(page);

  const { roles } = (await read("databaseUsers")).results.find(({ username }) => username === ORDERS);
  assert.deepEqual(
    roles.map(({ roleName, databaseName }) => [roleName, databaseName]),
    [["orderArchiver", "admin"]],
  );
  assert.deepEqual(await writes(sandbox), [`PATCH ${ORDERS}`]);
});

test("where LDAP gives the roles, users come without any of their own", async (t) => {
  const { page, sandbox, read } = await open(t, "Acme LDAP");
  await step(page, "Access", "What the users may do");
  await page.getByText("LDAP authorisation is on, with ldap.acme.example.").waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  await settled(page);
  await page.getByLabel("I understand that the nodes restart").check();
  await page.getByRole("button", { name: "Apply 2 changes" }).click();
  await done(page);

  const { roles } = (await read("databaseUsers")).results.find(({ username }) => username === billing.username);
  assert.deepEqual(
    roles.map(({ roleName, databaseName }) => [roleName, databaseName]),
    [["read", "roles-come-from-ldap"]],
  );
  const { customerX509, ldap } = await read("userSecurity");
  assert.equal(authority(customerX509.cas).sha256, authority(root).sha256);
  assert.ok(ldap.authorizationEnabled, "LDAP stays as it is");
  assert.deepEqual(await writes(sandbox), ["PATCH userSecurity", `POST ${billing.username}`]);
});

/** Both programs, and a browser in the step Project, with the root and a client given. */
async function open(t, name, { files = [keptFile("root.crt", root), keptFile("billing.crt", billing.certificate)] } = {}) {
  const { sandbox, gateway } = await startBoth(t);
  const chosen = await project(gateway, name);
  const { page } = await openWithDraft(t, gateway, { project: chosen, files }, { path: "/setup/project" });
  await page.getByText(`How things stand in ${name}`).waitFor();
  return { page, sandbox, read: (path) => read(gateway, chosen.id, path) };
}

async function step(page, name, title) {
  await page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name }).click();
  await heading(page, title);
}

async function review(page) {
  await step(page, "Review", "Check what will change");
  await settled(page);
}

const settled = (page) => page.getByText("Read from Atlas just now.").waitFor();

const done = (page) => standing(page, "Done");
