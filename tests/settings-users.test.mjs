// The users of a project in the settings: what each may do, when it was there last, names that no certificate can
// have with the right ones, and certificates compared with all of them.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { standing } from "./support/apply.mjs";
import { pictures } from "./support/browser.mjs";
import { assertFits, heading } from "./support/page.mjs";
import { run } from "./support/programs.mjs";
import { openSettings } from "./support/settings.mjs";
import { read, writes } from "./support/setup.mjs";

const SERVICES = "/C=US/O=Acme/OU=Services";
const SHIPPING = "CN=shipping,OU=Services,O=Acme,C=US";
const SHIPPING_BY_HAND = "C=US,O=Acme,OU=Services,CN=shipping";

let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "atlas-x509-users-"));
  writeFileSync(join(folder, "client"), "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth\n");
  openssl(
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/O=Acme/CN=Acme Root"],
    ...["-addext", "keyUsage=critical,keyCertSign", "-keyout", "root.key", "-out", "root.crt"],
  );
  for (const [name, subject] of [
    ["shipping", `${SERVICES}/CN=shipping`],
    ["inventory", `${SERVICES}/CN=inventory`],
    ["reports", `${SERVICES}/CN=reports`],
    ["ops", "/C=US/O=Acme/CN=ops/emailAddress=ops@acme.example"],
    ["stranger", `${SERVICES}/CN=stranger`],
  ]) {
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", subject, "-keyout", `${name}.key`, "-out", `${name}.csr`);
    openssl(
      ...["x509", "-req", "-in", `${name}.csr`, "-days", "365", "-CA", "root.crt", "-CAkey", "root.key"],
      ...["-CAcreateserial", "-extfile", "client", "-out", `${name}.crt`],
    );
  }
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("everybody with a certificate is there, with logins, refusals and doubts, before anything is dropped", async (t) => {
  const { page } = await openSettings(t, "Acme Production", { path: "/settings/users" });
  await heading(page, "Users");
  await page.getByText("9 users have certificates: 7 self-managed, 2 Atlas-managed.").waitFor();
  const billing = user(page, "CN=billing,OU=Services,O=Acme,C=US");
  await billing.getByText("Last login").waitFor();
  await billing.getByText("certificate expired").click();
  await billing.getByText("The client's certificate, or one above it, has expired.").waitFor();
  await user(page, "CN=alice").getByText("Atlas-managed").waitFor();
  for (const [name, likely] of [
    [SHIPPING_BY_HAND, SHIPPING],
    ["CN=inventory, OU=Services, O=Acme, C=US", "CN=inventory,OU=Services,O=Acme,C=US"],
    ["cn=reports,ou=services,o=acme,c=us", "CN=reports,OU=services,O=acme,C=us"],
  ]) {
    await user(page, name).getByText(likely, { exact: true }).waitFor();
  }
  await user(page, SHIPPING_BY_HAND).getByText("comes and is refused, because there is no such user").waitFor();
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "users");
  await pictures(page, "users");

  await page.getByRole("button", { name: /^Refused lately/ }).click();
  await user(page, "CN=orders,OU=Services,O=Acme,C=US").waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^All/ }).first().click();
  await page.getByLabel("Sort by").selectOption("Last login");
  assert.ok((await page.locator(".users .user").first().textContent()).includes("CN=orders"));
  await page.getByRole("searchbox").fill("writes invoices");
  await page.getByText("1 of 9 users").waitFor();

  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save 1 user as CSV" }).click();
  const table = readFileSync(await (await saving).path(), "utf8");
  const [head, row, end] = table.split("\r\n");
  assert.ok(head.includes('"User name","Certificates"') && end === "");
  assert.ok(row.startsWith('"CN=billing,OU=Services,O=Acme,C=US","self-managed","readWrite on billing","orders"'), row);
});

test("with their certificates, the names offered are those that the program derives", async (t) => {
  const trusts = readFileSync(join(folder, "root.crt"), "utf8");
  const { page, sandbox, gateway, id } = await openSettings(t, "Acme Production", { path: "/settings/users", trusts });
  await heading(page, "Users");
  const names = ["shipping", "inventory", "reports", "stranger"];
  await page.locator("input[type=file]").last().setInputFiles(names.map((name) => join(folder, `${name}.crt`)));
  const compare = page.getByRole("region", { name: "Compare certificates with the users" });
  for (const name of names) {
    const { stdout } = await run(["username", join(folder, `${name}.crt`)]);
    const line = compare.locator(".compared > li").filter({ hasText: `${name} would log in as` });
    await line.getByText(stdout.trim(), { exact: true }).first().waitFor();
    await line.getByText(name === "stranger" ? "which doesn't exist." : "which doesn't exist. There is").first().waitFor();
  }
  const shipping = user(page, SHIPPING_BY_HAND).first();
  await shipping.getByText("It's the name in the certificate that you gave.").waitFor();
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "users, compared");
  await pictures(page, "users-compared");
  await shipping.getByRole("button", { name: "Take over its rights and delete it" }).first().click();

  await page.getByText("Read from Atlas just now.").waitFor();
  await page.getByRole("button", { name: "Apply 2 changes to Acme Production" }).click();
  await standing(page, "Done");
  assert.deepEqual((await writes(sandbox)).slice(-2), [`POST ${SHIPPING}`, `DELETE ${SHIPPING_BY_HAND}`]);
  const { results } = await read(gateway, id, "databaseUsers");
  const made = results.find(({ username }) => username === SHIPPING);
  assert.deepEqual(made.roles.map(({ roleName, databaseName }) => [roleName, databaseName]), [["readWrite", "shipping"]]);
});

test("a user whose right name the history tells can be put right without its certificate", async (t) => {
  const { page, sandbox } = await openSettings(t, "Acme Production", { path: "/settings/users" });
  const shipping = user(page, SHIPPING_BY_HAND);
  await shipping.getByRole("button", { name: "Take over its rights and keep both for now" }).click();
  await shipping.getByText("The right name gets its rights, and both stay for now.").waitFor();
  await page.getByRole("region", { name: "Not in Atlas yet" }).getByText(SHIPPING, { exact: true }).waitFor();
  await shipping.getByRole("button", { name: "Leave both as they are" }).click();
  await page.getByRole("region", { name: "Not in Atlas yet" }).waitFor({ state: "detached" });
  await shipping.getByRole("button", { name: "Take over its rights and delete it" }).click();
  await page.getByText("Read from Atlas just now.").waitFor();
  await page.getByRole("button", { name: "Apply 2 changes to Acme Production" }).click();
  await standing(page, "Done");
  assert.deepEqual(await writes(sandbox), [`POST ${SHIPPING}`, `DELETE ${SHIPPING_BY_HAND}`]);
});

test("LDAP authorization is told with whom it blocks and what the directory must hold", async (t) => {
  const { page } = await openSettings(t, "Acme LDAP", { path: "/settings/users" });
  await heading(page, "Users");
  await page.getByText("LDAP authorisation is on, with ldap.acme.example.").waitFor();
  await page.getByText("LDAP is deprecated from MongoDB 8.0 on.").waitFor();
  await page.getByText("2 users cannot connect while it is on").waitFor();
  await user(page, "CN=carol").getByText("can't log in while LDAP authorization is on").waitFor();
  await page.getByText("What the directory has to hold for each user").click();
  await page.locator(".ldap-names").getByText("CN=payroll,OU=Services,O=Acme,C=US", { exact: true }).waitFor();
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "users, LDAP");
});

test("whoever may only read sees the users, and no button that cannot work", async (t) => {
  const { page } = await openSettings(t, "Acme Read Only", { path: "/settings/users" });
  await heading(page, "Users");
  const auditor = user(page, "CN=auditor,OU=Services,O=Acme,C=US");
  await auditor.getByText("read on ledger").waitFor();
  assert.equal(await auditor.getByRole("button").count(), 0);
  await page.getByText("You can look at the users.").waitFor();
  await page.getByText("This credential may not read the access history of ledger.").waitFor();
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "users, read only");
});

/** The card of the user of this name. */
function user(page, name) {
  return page.locator(".user").filter({ has: page.locator(".user-head").getByText(name, { exact: true }) });
}

function openssl(...words) {
  execFileSync("openssl", words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
}
