// Stopping, going on and starting over, by keyboard: the focus stays where the person is.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { drop, openCheck, pileOfAcme, verdict } from "./support/check.mjs";
import { hold } from "./support/engine.mjs";
import { focused, tabTo } from "./support/page.mjs";

let made;

before(() => {
  made = pileOfAcme();
});

after(() => made.remove());

test("what is given after a stop waits with the rest, and the keyboard goes on from there", async (t) => {
  const { page } = await openCheck(t);
  const release = await hold(page, "root.crt");
  await drop(page, ["root.crt", "billing.crt"].map(made.file));
  await page.getByText("Reading 2 files", { exact: true }).waitFor();
  await tabTo(page, "Stop");
  await page.keyboard.press("Enter");
  await page.getByText("What was read is kept. 2 files wait until you go on.").waitFor();
  await focusIsOn(page, "Go on");
  await assertAccessibleInBothThemes(page);

  await drop(page, [made.file("issuing.crt")]);
  await page.getByText("What was read is kept. 3 files wait until you go on.").waitFor();
  await release();
  await verdict(page, "Check certificates");
  await page.getByRole("button", { name: "Go on" }).focus();
  await page.keyboard.press("Enter");
  await verdict(page, "1 accepted");
  await page.getByText("3 files read, with 3 certificates.").waitFor();
  assert.equal(await focused(page), "1 accepted");
});

test("starting over after a stop leads to the heading", async (t) => {
  const { page } = await openCheck(t);
  await hold(page, "root.crt");
  await drop(page, [made.file("root.crt")]);
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("What was read is kept. 1 file waits until you go on.").waitFor();
  await tabTo(page, "Start over");
  await page.keyboard.press("Enter");
  await page.getByText("What was read is kept").waitFor({ state: "detached" });
  assert.equal(await focused(page), "Check certificates");
});

test("going on leads to the button that stops it again", async (t) => {
  const { page } = await openCheck(t);
  await hold(page, "root.crt");
  await drop(page, [made.file("root.crt")]);
  await page.getByRole("button", { name: "Stop" }).focus();
  await page.keyboard.press("Enter");
  await focusIsOn(page, "Go on");
  await page.keyboard.press("Enter");
  await focusIsOn(page, "Stop");
});

/** Waits until what has this text has the focus. */
const focusIsOn = (page, text) => page.waitForFunction((text) => document.activeElement.textContent.trim() === text, text);
