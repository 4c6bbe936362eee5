// Every screen of the settings, for whoever may change everything, for a gateway that applies nothing, and for
// a role that may only read: accessible, no wider than the screen, and without a button that cannot work.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { assertFits, heading } from "./support/page.mjs";
import { SCREENS, openSettings } from "./support/settings.mjs";
import { writes } from "./support/setup.mjs";

/** What a button is called that writes, or plans what nobody here can apply. */
const WRITES = /^(Apply|Create|Delete|Change the|Take|Put|Make|Replace|Give)/;

const COMERS = [
  ["an owner", "Acme Production", [], undefined],
  ["a gateway that applies nothing", "Acme Production", ["--read-only"], /^(Apply|Create the alert|Change the alert)/],
  ["a role that may only read", "Acme Read Only", [], WRITES],
  ["an owner of a project with LDAP", "Acme LDAP", [], undefined],
  ["an owner of an empty project", "Acme Staging", [], undefined],
  ["an owner of many users", "Acme Big", [], undefined],
];

for (const [who, name, flags, dead] of COMERS) {
  test(`every screen of the settings is there for ${who}`, async (t) => {
    const { page, sandbox, gateway } = await openSettings(t, name, { flags });
    for (const [path, title] of SCREENS) {
      await page.goto(`${gateway.origin}${path}`);
      await heading(page, title);
      await page.locator(".of-project", { hasText: name }).waitFor();
      await page.getByText("Reading the project.").waitFor({ state: "detached" });
      await page.waitForLoadState("networkidle");
      await assertAccessibleInBothThemes(page);
      await assertFits(page, path);
      if (dead) {
        const buttons = await page.getByRole("button").allTextContents();
        assert.deepEqual(buttons.filter((text) => dead.test(text.trim())), [], `${path} for ${who}`);
      }
    }
    assert.deepEqual(await writes(sandbox), []);
  });
}
