// Switching self-managed X.509 off and having it back: planned, exported, applied, undone. And what
// is left of the bundle that was there before: in the tab, in a file, and nowhere else.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { standing } from "./support/apply.mjs";
import { pictures } from "./support/browser.mjs";
import { assertFits, heading } from "./support/page.mjs";
import { certificates, keptFile, openWithDraft, project, read, startBoth, writes } from "./support/setup.mjs";

let made;
let root;

before(() => {
  made = certificates();
  root = made.authority("Acme Root");
});

after(() => made.remove());

test("self-managed X.509 is switched off as planned, and back on byte for byte", async (t) => {
  const { page, sandbox, bundle } = await open(t, "Acme Production");
  const former = await bundle();
  await step(page, "Authorities", "Whose certificates the project trusts");
  await page.locator("summary", { hasText: "Switch self-managed X.509 off" }).click();
  await page.getByRole("button", { name: "Take every authority out" }).click();
  await page.getByText("This switches self-managed X.509 off.").waitFor();
  await page.getByRole("button", { name: "Put every authority back" }).waitFor();
  await assertAccessibleInBothThemes(page);
  await pictures(page, "off-authorities");
  await page.getByRole("button", { name: "Continue" }).click();
  await heading(page, "Client certificates and their user names");

  await step(page, "Review", "Check what will change");
  await page.getByText("Read from Atlas just now.").waitFor();
  await page.locator(".change").filter({ hasText: "− off" }).getByText("It is switched off.").waitFor();
  await page.locator("summary", { hasText: "The same for the Atlas CLI" }).click();
  const script = await page.getByRole("region", { name: "atlas.sh" }).textContent();
  assert.match(script, /disableSecurityCustomerX509/);
  const apply = page.getByRole("button", { name: "Apply 1 change to Acme Production", exact: true });
  await page.getByLabel("I understand that the nodes restart").check();
  assert.ok(await apply.isDisabled(), "the name has to be typed");
  await page.getByLabel("To go on, type the project's name: Acme Production").fill("Acme Production");
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "review of off");
  await pictures(page, "off-review");

  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the bundle of today" }).click();
  const saved = join(made.folder, "today.pem");
  await (await saving).saveAs(saved);
  assert.equal(readFileSync(saved, "utf8"), former);
  await apply.click();
  await standing(page, "Done");
  assert.equal(await bundle(), undefined);
  await page.getByText("Nobody can log in with a certificate of your own CA now.").waitFor();
  assert.equal(await page.getByText("Your users can't log in yet").count(), 0, "that is what was wanted");
  await assertAccessibleInBothThemes(page);
  await pictures(page, "off-applied");
  await page.getByRole("link", { name: "Go on", exact: true }).click();
  await heading(page, "Self-managed X.509 is off");
  await page.getByText("Nobody can log in with a certificate of your own CA now.").waitFor();
  for (const name of ["Who logs in, and where", "Connection string", "Before an authority expires"]) {
    assert.equal(await page.getByRole("heading", { name }).count(), 0, name);
  }
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "finish of off");
  await pictures(page, "off-finish");
  await page.getByRole("link", { name: "put the former bundle back in the step Apply" }).click();
  await heading(page, "Apply the changes");

  await page.getByText("Undo the change of the bundle").click();
  await page.getByLabel("I understand that the nodes restart").check();
  await page.getByRole("button", { name: "Put the former bundle back in Acme Production" }).click();
  await standing(page, "Done");
  assert.equal(await bundle(), former);
  assert.deepEqual(await writes(sandbox), ["DELETE customerX509", "PATCH userSecurity"]);

  // What was taken out is back, so that the next change does not take it out again.
  await step(page, "Review", "Check what will change");
  await page.getByText("Nothing to change: Atlas already has exactly this.").waitFor();
});

test("what was taken out one by one is off too, and can be put back at once", async (t) => {
  const { page } = await open(t, "Acme Production");
  await step(page, "Authorities", "Whose certificates the project trusts");
  for (const name of ["Acme Client CA 2023", "Acme Client CA 2026"]) {
    assert.equal(await page.getByText("This switches self-managed X.509 off.").count(), 0);
    await page.getByRole("button", { name: `Take out ${name}`, exact: true }).click();
  }
  await page.getByText("This switches self-managed X.509 off.").waitFor();
  await page.getByRole("button", { name: "Put every authority back" }).click();
  await page.getByText("Atlas already trusts exactly these two authorities.").waitFor();
});

test("closing the tab asks as long as it alone has the former bundle", async (t) => {
  const { page } = await open(t, "Acme Production", [keptFile("root.crt", root)]);
  const asked = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    return dialog.accept();
  });
  await step(page, "Review", "Check what will change");
  await page.getByText("Read from Atlas just now.").waitFor();
  await page.getByLabel("I understand that the nodes restart").check();
  await page.reload();
  assert.deepEqual(asked, [], "nothing would be lost yet");
  await page.getByText("Read from Atlas just now.").waitFor();
  await page.getByLabel("I understand that the nodes restart").check();
  await page.getByRole("button", { name: "Apply 1 change to Acme Production" }).click();
  await standing(page, "Done");
  await page.getByText("Only this tab has it").waitFor();
  await page.reload();
  assert.deepEqual(asked, ["beforeunload"]);
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the former bundle" }).click();
  assert.equal((await saving).suggestedFilename(), "Acme-Production-former-bundle.pem");
  await page.getByText("You have saved it as a file.").waitFor();
  await page.reload();
  await page.getByText("You have saved it as a file.").waitFor();
  assert.deepEqual(asked, ["beforeunload"], "it is in a file");
});

/** Both programs, and a browser in the step Project. */
async function open(t, name, files = []) {
  const { sandbox, gateway } = await startBoth(t);
  const chosen = await project(gateway, name);
  const { page } = await openWithDraft(t, gateway, { project: chosen, files }, { path: "/setup/project" });
  await page.getByText(`How things stand in ${name}`).waitFor();
  const bundle = async () => (await read(gateway, chosen.id, "userSecurity")).customerX509.cas;
  return { page, sandbox, bundle };
}

async function step(page, name, title) {
  await page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name }).click();
  await heading(page, title);
}
