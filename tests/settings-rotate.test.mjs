// One authority in the place of another: three moves, three applies, weeks apart and in two browsers. At no moment
// does Atlas lose the authority of a client that was given and has not been renewed.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { standing } from "./support/apply.mjs";
import { pictures } from "./support/browser.mjs";
import { drop } from "./support/check.mjs";
import { assertFits, heading } from "./support/page.mjs";
import { ask, authority, certificates, openWithDraft, project, read, startBoth, V1, writes } from "./support/setup.mjs";

let made;
let old;
let renewed;
let next;

before(() => {
  made = certificates();
  made.authority("Old Root", 200);
  made.authority("New Root");
  [old, next] = ["Old Root", "New Root"].map((name) => join(made.folder, `${name}.crt`));
  made.client("billing", "Old Root");
  made.client("orders", "Old Root");
  // The same subject, and another one.
  renewed = [
    made.client("billing-2", "New Root", "/O=Acme/CN=billing"),
    made.client("orders-2", "New Root", "/O=Acme/OU=Shop/CN=orders"),
  ].map(({ name }) => join(made.folder, `${name}.crt`));
});

after(() => made.remove());

const file = (name) => join(made.folder, `${name}.crt`);

test("a rotation takes three applies, and goes on in another browser where it was left", async (t) => {
  const { sandbox, gateway, chosen } = await begin(t);
  const first = await open(t, gateway, chosen);
  await current(first, "Trust both");
  await first.getByText("Give the certificate of the authority that takes the place of “Old Root”").waitFor();
  await drop(first, [next, file("billing"), file("orders")]);
  await first.getByText("“New Root” comes beside “Old Root”.").waitFor();
  await assertAccessibleInBothThemes(first);
  await assertFits(first, "the first move");
  await pictures(first, "rotate-1");
  await apply(first, "Apply 1 change to Acme Staging");
  await current(first, "Renew the clients");
  await first.getByText("2 clients given here rest on the old authority and would be locked out.").waitFor();
  assert.equal(await first.getByRole("button", { name: /^Take “Old Root” out/ }).count(), 0);
  await first.context().close();

  const second = await open(t, gateway, chosen);
  await current(second, "Renew the clients");
  await second.getByText("Nothing is known of who rests on the old authority").waitFor();
  await drop(second, renewed);
  await second.getByRole("button", { name: "Give it the rights of CN=orders,O=Acme" }).click();
  await assertAccessibleInBothThemes(second);
  await pictures(second, "rotate-2");
  await apply(second, "Apply 1 change to Acme Staging");
  await current(second, "Take the old one out");
  await second.getByText("Nothing rests on the old authority as far as we can see, and this is how far that is:").waitFor();
  await second.getByRole("button", { name: "Take “Old Root” out", exact: true }).click();
  await assertAccessibleInBothThemes(second);
  await assertFits(second, "the third move");
  await pictures(second, "rotate-3");
  await apply(second, "Apply 1 change to Acme Staging");
  await second.getByRole("heading", { name: "The old authority is out" }).waitFor();

  assert.deepEqual(await writes(sandbox), [
    "PATCH userSecurity",
    "POST CN=orders,OU=Shop,O=Acme",
    "PATCH userSecurity",
  ]);
  const bundles = (await ask(sandbox, "journal"))
    .filter(({ method }) => method === "PATCH")
    .map(({ body }) => body.customerX509.cas.match(/-----BEGIN[^-]*-----[^-]*-----END[^-]*-----/g).map((pem) => authority(pem).title));
  assert.deepEqual(bundles.map((titles) => titles.sort()), [["New Root", "Old Root"], ["New Root"]]);
});

test("a client that was given keeps its authority in the bundle until it is renewed", async (t) => {
  const { gateway, chosen } = await begin(t, ["Old Root", "New Root"]);
  const page = await open(t, gateway, chosen);
  await drop(page, [file("billing")]);
  await page.getByText("1 client given here rests on the old authority and would be locked out.").waitFor();
  await page.getByText("Renew them first.").waitFor();
  assert.equal(await page.getByRole("button", { name: /^Take “Old Root” out/ }).count(), 0);
  await drop(page, [renewed[0]]);
  await page.getByText("Make sure that nobody uses it any more.").waitFor();
  await page.getByRole("button", { name: /^Take “Old Root” out/ }).waitFor();
  // Whoever means the other one says so.
  await page.getByRole("checkbox", { name: /^New Root/ }).check();
  await page.getByRole("checkbox", { name: /^Old Root/ }).uncheck();
  await page.getByText("“New Root” and").waitFor();
});

test("what a saved set-up says is compared with what Atlas has, and any other file is told as that", async (t) => {
  const { gateway, chosen } = await begin(t);
  const page = await open(t, gateway, chosen, "/settings/authorities");
  const saved = {
    atlas_x509_setup: 1,
    draft: {
      project: chosen,
      seen: ["CN=billing,O=Acme", "CN=gone,O=Acme"],
      files: [],
    },
  };
  await compare(page, "saved.json", JSON.stringify(saved));
  await page.getByText("2 users are not as in the file.").waitFor();
  await page.getByText("CN=gone,O=Acme").waitFor();
  await assertAccessibleInBothThemes(page);
  await compare(page, "other.json", "{}");
  await page.getByText("“other.json” was not compared.").waitFor();
  await page.getByText("It is neither a set-up that Setup saved nor a report that Check saved.").waitFor();
});

test("the alert before an authority expires is made and changed", async (t) => {
  const { sandbox, gateway, chosen } = await begin(t);
  const page = await open(t, gateway, chosen, "/settings/authorities");
  await page.getByText("Atlas tells the owners of the project from 30 days before an authority expires.").waitFor();
  await page.getByLabel(/^Days before an authority expires/).fill("90");
  const change = page.getByRole("button", { name: "Change the alert", exact: true });
  await change.click();
  await page.getByText("The alert is changed.").waitFor();
  await page.getByText("Atlas tells the owners of the project from 90 days before an authority expires.").waitFor();

  const owners = page.getByLabel("the owners of the project");
  const address = page.getByLabel("Also tell, by mail (optional)");
  await owners.uncheck();
  await change.click();
  await page.getByText("Keep somebody, or add an address: an alert to nobody warns nobody.").waitFor();
  await address.fill("ops");
  await change.click();
  await page.getByText("Type one mail address, such as ops@acme.example.").waitFor();
  await assertAccessibleInBothThemes(page);
  await address.fill("ops@acme.example");
  await change.click();
  await page.getByText("Atlas tells ops@acme.example from 90 days before an authority expires.").waitFor();
  assert.equal(await address.inputValue(), "");
  assert.deepEqual((await ask(sandbox, "journal")).map(({ method }) => method), ["PUT", "PUT"]);
});

/** Both programs, with a bundle of these authorities in Acme Staging and two users there. */
async function begin(t, names = ["Old Root"]) {
  const { sandbox, gateway } = await startBoth(t);
  const chosen = await project(gateway, "Acme Staging");
  const send = (method, path, body) =>
    gateway.fetch(`/api/atlas/v2/groups/${chosen.id}/${path}`, {
      method,
      headers: { ...V1, "Content-Type": "application/vnd.atlas.2023-01-01+json" },
      body: JSON.stringify(body),
    });
  const cas = names.map((name) => made.read(name)).join("");
  assert.equal((await send("PATCH", "userSecurity", { customerX509: { cas } })).status, 202);
  for (const name of ["billing", "orders"]) {
    const roles = [{ roleName: "readWrite", databaseName: name }];
    const user = { username: `CN=${name},O=Acme`, databaseName: "$external", groupId: chosen.id, x509Type: "CUSTOMER", roles };
    assert.equal((await send("POST", "databaseUsers", user)).status, 201);
  }
  await ask(sandbox, "journal", { method: "DELETE" });
  return { sandbox, gateway, chosen };
}

/** A browser with nothing but the project in its tab. */
async function open(t, gateway, chosen, path = "/settings/rotate") {
  const { page } = await openWithDraft(t, gateway, { project: chosen }, { path });
  await heading(page, path.endsWith("rotate") ? "Replace an authority" : "Authorities");
  return page;
}

/** Waits until this move is the one at hand. */
const current = (page, name) =>
  page.locator("li[aria-current=step]").getByRole("heading", { name: new RegExp(name) }).waitFor({ timeout: 60_000 });

async function apply(page, name) {
  const restarts = page.getByLabel("I understand that the nodes restart");
  const button = page.getByRole("button", { name, exact: true });
  await button.waitFor();
  if (await restarts.count()) {
    await restarts.check();
  }
  await button.click();
  await standing(page, "Done");
}

async function compare(page, name, text) {
  const path = join(made.folder, name);
  writeFileSync(path, text);
  await page.locator("section[aria-labelledby=compare] input[type=file]").setInputFiles(path);
}
