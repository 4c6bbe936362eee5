// Whom the clusters trust: the picture and the table that say the same, saving, taking out and keeping after all,
// and a saved file that is dropped to be compared.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { pictures } from "./support/browser.mjs";
import { assertFits } from "./support/page.mjs";
import { openSettings } from "./support/settings.mjs";
import { certificates, keptFile, writes } from "./support/setup.mjs";

let made;

before(() => {
  made = certificates();
  made.authority("New Root");
  made.client("billing", "New Root", "/C=US/O=Acme/OU=Services/CN=billing");
});

after(() => made.remove());

const open = (t, files = []) => openSettings(t, "Acme Production", { path: "/settings/authorities", files });

test("the next end comes first, and the table has what the picture shows", async (t) => {
  const files = [keptFile("new.crt", made.read("New Root")), keptFile("billing.crt", made.read("billing"))];
  const { page } = await open(t, files);
  await page.getByText(/^The next thing that ends\./).waitFor();
  await page.getByText(/“Acme Client CA 2023” ends, and the clusters then refuse every client below it/).waitFor();
  const picture = page.getByRole("img", { name: /^Timeline of 3 authorities and 1 client given here, from/ });
  await picture.waitFor();
  const rows = page.getByRole("table").first().getByRole("row");
  const names = ["Acme Client CA 2023", "Acme Client CA 2026", "New Root"];
  const drawn = await picture.textContent();
  for (const [index, name] of names.entries()) {
    assert.match(await rows.nth(index + 1).textContent(), new RegExp(name));
    assert.match(drawn, new RegExp(name));
  }
  assert.match(await rows.nth(1).textContent(), /in (19|20) days/);
  await rows.nth(3).getByText("CN=billing,OU=Services,O=Acme,C=US").waitFor();
  await rows.nth(3).getByText("1 logged in during the last seven days.").waitFor();
  await page.getByText("The server doesn't accept it today. It will with what you decided here.").waitFor();
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "authorities");
  await pictures(page, "authorities");
  await page.setViewportSize({ width: 320, height: 900 });
  assert.ok(await picture.isHidden(), "the table alone where there is no room");
});

test("the bundle is saved byte for byte, and each authority by itself", async (t) => {
  const { page, bundle } = await open(t);
  const save = async (name) => {
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name, exact: true }).click();
    const path = join(made.folder, "saved.pem");
    const download = await saving;
    await download.saveAs(path);
    return [download.suggestedFilename(), readFileSync(path, "utf8")];
  };
  const all = await bundle();
  assert.deepEqual(await save("Save the bundle as Atlas has it"), ["Acme-Production-bundle.pem", all]);
  const [name, one] = await save("Save Acme Client CA 2026 as PEM");
  assert.equal(name, "Acme-Client-CA-2026.pem");
  assert.ok(all.includes(one.trim()));
});

test("an authority is taken out in the plan alone, and kept after all", async (t) => {
  const { page, sandbox } = await open(t);
  await page.getByRole("button", { name: "Take out Acme Client CA 2023", exact: true }).click();
  const plan = page.getByRole("region", { name: "What will change" });
  await plan.locator(".change").filter({ hasText: "− trust" }).getByText("Acme Client CA 2023").first().waitFor();
  await page.getByRole("button", { name: "Keep it Acme Client CA 2023", exact: true }).click();
  await plan.waitFor({ state: "detached" });
  assert.deepEqual(await writes(sandbox), []);
});

test("a saved file that is dropped is compared, and not read as certificates", async (t) => {
  const { page } = await open(t);
  await page.getByText("Whom the clusters trust").waitFor();
  const path = join(made.folder, "report.json");
  const report = {
    schema: 1,
    at: "2026-11-01T00:00:00Z",
    level: 2,
    findings: [],
    clients: [{ accepted: true, username: "CN=orders,OU=Services,O=Acme,C=US" }],
    certificates: [{ sha256: "0".repeat(64), role: "authority", subject: "CN=Former Root" }],
  };
  writeFileSync(path, JSON.stringify(report));
  await page.locator("#main input[type=file]").first().setInputFiles(path);
  await page.getByText("“report.json” is a report for 2026-11-01T00:00:00Z.").waitFor();
  await page.getByText("CN=Former Root").waitFor();
  await page.getByText("The same in both: 0 authorities and 1 user.").waitFor();
  await assertAccessibleInBothThemes(page);
});
