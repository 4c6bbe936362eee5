// The page comes up, wherever it is served from, and under its own policy.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { openBrowser, picture } from "./support/browser.mjs";
import { servePage } from "./support/folder.mjs";
import { assertFits, enter, heading } from "./support/page.mjs";
import { startGateway } from "./support/programs.mjs";

test("the page opens from the gateway", async (t) => {
  const { address } = await startGateway(t);
  const { page } = await openBrowser(t);
  await page.goto(address);
  await page.locator("#shell").waitFor({ state: "detached" });
  await page.getByRole("heading", { level: 1 }).waitFor();
  await assertAccessibleInBothThemes(page);
});

test("the page opens from a plain web server", async (t) => {
  const { origin } = await servePage(t);
  const { page } = await openBrowser(t);
  await page.goto(origin);
  await page.locator("#shell").waitFor({ state: "detached" });
  await page.getByRole("heading", { level: 1 }).waitFor();
  assert.match(await page.title(), /X\.509/);
  await assertAccessibleInBothThemes(page);
  await picture(page, "page-opens");
});

test("without the module the page says what it needs", async (t) => {
  const { origin } = await servePage(t);
  const { page } = await openBrowser(t, { expectedMessages: [/./] });
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto(origin);
  await page.getByRole("alert").filter({ hasText: "The page could not start" }).waitFor();
  await assertAccessibleInBothThemes(page);
});

test("a place whose file does not come says so, and comes when the file does", async (t) => {
  const gateway = await startGateway(t);
  const { page } = await openBrowser(t, { expectedMessages: [/./] });
  let isAway = true;
  await page.route("**/split_setup*.wasm", (route) => (isAway ? route.abort() : route.continue()));
  await enter(page, gateway);
  await page.getByRole("link", { name: "Setup", exact: true }).click();
  await page.getByRole("alert").filter({ hasText: "could not be loaded" }).waitFor();
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "a place that did not come");
  isAway = false;
  await page.getByRole("button", { name: "Try again" }).press("Enter");
  await heading(page, "Connect to Atlas");
});

test("without JavaScript the page says what it needs", async (t) => {
  const { origin } = await servePage(t);
  const { page } = await openBrowser(t, { javaScriptEnabled: false });
  // The picture in the tab comes after everything else.
  await page.goto(origin, { waitUntil: "networkidle" });
  await page.locator("noscript p").waitFor();
});
