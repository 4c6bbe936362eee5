// Switching self-managed X.509 off in the settings, and having it back: who loses access is told by name, the
// bundle can be kept, and what leads back puts the same octets there.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { standing } from "./support/apply.mjs";
import { pictures } from "./support/browser.mjs";
import { assertFits, heading } from "./support/page.mjs";
import { go, openSettings } from "./support/settings.mjs";
import { writes } from "./support/setup.mjs";

test("self-managed X.509 is switched off in the settings, and back on byte for byte", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "atlas-x509-off-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { page, sandbox, bundle } = await openSettings(t, "Acme Production", { path: "/settings/off" });
  const former = await bundle();
  await heading(page, "Switch self-managed X.509 off");
  const losers = page.getByRole("region", { name: "Who loses access" });
  for (const name of ["CN=billing,OU=Services,O=Acme,C=US", "C=US,O=Acme,OU=Services,CN=shipping"]) {
    await losers.getByText(name, { exact: true }).waitFor();
  }
  assert.equal(await losers.getByRole("listitem").count(), 7);
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the bundle", exact: true }).click();
  const saved = join(folder, "bundle.pem");
  await (await saving).saveAs(saved);
  assert.equal(readFileSync(saved, "utf8"), former);

  await page.getByRole("button", { name: "Take every authority out" }).click();
  await page.getByRole("heading", { name: "What will change" }).waitFor();
  await page.getByText("1 change is decided, not applied.").waitFor();
  await go(page, "Overview");
  await heading(page, "How things stand");
  assert.equal(await page.getByRole("heading", { name: "What will change" }).count(), 0, "it stands on its page");
  await page.getByRole("link", { name: "See what will change" }).click();
  await heading(page, "Switch self-managed X.509 off");
  await page.getByText("Read from Atlas just now.").waitFor();
  const apply = page.getByRole("button", { name: "Apply 1 change to Acme Production", exact: true });
  await page.getByLabel("I understand that the nodes restart").check();
  assert.ok(await apply.isDisabled(), "the name has to be typed");
  await page.getByLabel("To go on, type the project's name: Acme Production").fill("Acme Production");
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "off, decided");
  await pictures(page, "off");
  assert.deepEqual(await writes(sandbox), [], "nothing was sent");

  await apply.click();
  await standing(page, "Done");
  assert.equal(await bundle(), undefined);
  await page.getByText("Self-managed X.509 is off in this project.").waitFor();
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "off, applied");

  await page.getByText("Undo the change of the bundle").click();
  await page.getByLabel("I understand that the nodes restart").check();
  await page.getByRole("button", { name: "Put the former bundle back in Acme Production" }).click();
  await standing(page, "Done");
  assert.equal(await bundle(), former);
  await losers.getByText("CN=billing,OU=Services,O=Acme,C=US", { exact: true }).waitFor();
  assert.deepEqual(await writes(sandbox), ["DELETE customerX509", "PATCH userSecurity"]);
});
