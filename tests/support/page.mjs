// What every test of the page does: finding where one is, and going there by keyboard.

import assert from "node:assert/strict";

/** Waits for the page, or the step, with this title. */
export const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();

/** Opens the page with an address of its own, and waits until this tab has its token. */
export async function enter(page, gateway) {
  await page.goto(gateway.address);
  await page.waitForFunction(() => sessionStorage.getItem("launch-token"));
}

/** The text of what has the focus. */
export const focused = (page) => page.evaluate(() => document.activeElement.textContent.trim());

/**
 * Presses Tab (or another `key`) until something whose text is `name` (a text or a pattern) has the
 * focus; `type` is that of an input element.
 */
export async function tabTo(page, name, { key = "Tab", type } = {}) {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press(key);
    const [text, ofType] = await page.evaluate(() => {
      const { textContent, type } = document.activeElement;
      return [textContent.trim(), type];
    });
    const named = typeof name === "string" ? text === name : name.test(text);
    if (named && (type === undefined || type === ofType)) {
      return;
    }
  }
  assert.fail(`${key} does not reach ${name}`);
}

/** Nothing is wider than the screen, on any screen. */
export async function assertFits(page, what) {
  for (const width of [320, 360, 1024, 1600]) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${what} at ${width}: ${overflow} px too wide`);
  }
}
