// The rules of axe-core on the page as it stands. Zero violations is the rule of the house.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * Fails with a readable list when the page, or the part that `selector` names, breaks a rule.
 * axe-core is evaluated by the driver, not loaded by the page, so the page's policy stays in force.
 */
export async function assertAccessible(page, selector = "html") {
  await page.evaluate(source);
  const { violations } = await page.evaluate(
    ([part, rules]) => globalThis.axe.run(part, { runOnly: rules, resultTypes: ["violations"] }),
    [selector, RULES],
  );
  const lines = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n    ${node.target.join(" ")}\n    ${node.html}`),
  );
  assert.equal(lines.length, 0, `Accessibility rules broken at ${page.url()}:\n- ${lines.join("\n- ")}`);
}

/** As above, in the light and in the dark theme. */
export async function assertAccessibleInBothThemes(page, selector) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, selector);
  }
  await page.emulateMedia({ colorScheme: null });
}
