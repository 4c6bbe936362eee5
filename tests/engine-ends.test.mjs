// What becomes of a page whose engine ends: out of memory, or ended by the browser.

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, before, test } from "node:test";

import { openBrowser } from "./support/browser.mjs";
import { drop, openCheck, pileOfAcme, verdict } from "./support/check.mjs";
import { engine, hold } from "./support/engine.mjs";
import { servePage } from "./support/folder.mjs";
import { startGateway } from "./support/programs.mjs";
import { openWithDraft, project } from "./support/setup.mjs";

let made;

before(() => {
  made = pileOfAcme();
});

after(() => made.remove());

const ENDED = "The browser ended the part of this page that reads certificates";

/** Ends the engine as running out of memory does. */
const end = async (page) =>
  (await engine(page)).evaluate(() =>
    setTimeout(() => {
      throw new WebAssembly.RuntimeError("unreachable");
    }),
  );

test("an engine that ends in its work is told, and another goes on with the same files", async (t) => {
  const { page } = await openCheck(t);
  await drop(page, ["root.crt", "issuing.crt", "billing.crt", "billing.key"].map(made.file));
  await verdict(page, "1 accepted");
  await hold(page, "shipping.crt");
  await drop(page, [made.file("shipping.crt")]);
  await page.getByText("Reading 1 file", { exact: true }).waitFor();
  await end(page);
  await page.getByText(ENDED).waitFor();
  await page.getByRole("button", { name: "Go on" }).click();
  await verdict(page, "2 accepted");
  assert.equal(await page.getByText(ENDED).count(), 0);
  await page.getByText("A private key was left out.").waitFor();
});

test("an engine that ends while nothing is asked of it is told, and nothing is lost", async (t) => {
  const { page } = await openCheck(t);
  await drop(page, ["root.crt", "issuing.crt", "billing.crt", "billing.key"].map(made.file));
  await verdict(page, "1 accepted");
  await end(page);
  await page.getByText(ENDED).waitFor();
  await page.getByRole("button", { name: "Go on" }).click();
  await verdict(page, "1 accepted");
  await page.getByText("A private key was left out.").waitFor();
  await drop(page, [made.file("shipping.crt")]);
  await verdict(page, "2 accepted");
});

test("an engine that cannot be loaded is told, and is tried again", async (t) => {
  const { origin } = await servePage(t);
  const { page } = await openBrowser(t, { expectedMessages: [/ERR_FAILED/] });
  await page.route("**/engine_bg.wasm", (route) => route.abort());
  await page.goto(origin);
  await verdict(page, "Check certificates");
  await drop(page, ["root.crt", "issuing.crt", "billing.crt"].map(made.file));
  await page.getByText("could not be loaded").first().waitFor();
  await page.unroute("**/engine_bg.wasm");
  await page.getByRole("button", { name: "Go on" }).click();
  await verdict(page, "1 accepted");
});

test("in Setup, an engine that ends is told, and nothing is planned without what was given", async (t) => {
  const gateway = await startGateway(t);
  const draft = {
    project: await project(gateway, "Acme Staging"),
    files: [{ name: "root.crt", certificates: [new X509Certificate(made.text("root.crt")).raw.toString("base64")] }],
  };
  const { page } = await openWithDraft(t, gateway, draft, { path: "/setup/authorities" });
  await page.getByText("1 added.").waitFor();
  // What is read of the project has everything judged anew, and that starts an engine by itself.
  await page.waitForLoadState("networkidle");
  await end(page);
  await page.getByText(ENDED).waitFor();
  await page.getByRole("button", { name: "Read the certificates again" }).click();
  await page.getByText(ENDED).waitFor({ state: "detached" });
  await page.getByText("1 added.").waitFor();

  // Review reads everything anew by itself.
  await end(page);
  await page.getByText(ENDED).waitFor();
  await page.getByRole("link", { name: /^Review/ }).click();
  await page.getByRole("button", { name: "Apply 1 change to Acme Staging" }).waitFor();
  await page.goto("about:blank");
});
