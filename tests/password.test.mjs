// Files under a password: PKCS#12 and encrypted keys, opened in the engine's worker.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { picture } from "./support/browser.mjs";
import { card, drop, openCheck, pileOfAcme, verdict } from "./support/check.mjs";
import { startGateway } from "./support/programs.mjs";
import { openWithDraft, project } from "./support/setup.mjs";

const PASSWORD = "Grüße, 雪!";
let made;

before(() => {
  made = pileOfAcme();
  const box = (name, ...more) =>
    made.openssl(
      ...["pkcs12", "-export", "-in", "billing.crt", "-inkey", "billing.key", "-certfile", "issuing.crt"],
      ...["-passout", `pass:${PASSWORD}`, "-out", name, ...more],
    );
  box("usual.p12");
  box("legacy.p12", "-legacy");
  // As many rounds as are done at all: seconds.
  made.openssl(
    ...["pkcs8", "-topk8", "-in", "shipping.key", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-iter", "5000000"],
    ...["-passout", "pass:slow", "-out", "slow.key"],
  );
  made.openssl("pkey", "-in", "billing.key", "-aes256", "-passout", `pass:${PASSWORD}`, "-out", "encrypted.key");
});

after(() => made.remove());

for (const name of ["usual.p12", "legacy.p12"]) {
  test(`${name} is opened with its password, judged, and joined into one PEM`, async (t) => {
    const { page } = await openCheck(t);
    await drop(page, ["root.crt", name].map(made.file));
    const field = page.getByLabel(`Password of ${name}`);
    await field.fill("wrong");
    await page.getByRole("button", { name: `Open ${name}` }).click();
    await page.getByText("The password is wrong.").waitFor();
    assert.equal(await field.inputValue(), "", "it is not kept");
    assert.equal(await page.evaluate(() => document.activeElement.type), "password");
    await assertAccessibleInBothThemes(page);
    await picture(page, "password-wrong");
    await field.fill(PASSWORD);
    await page.keyboard.press("Enter");
    await verdict(page, "1 accepted");
    await page.getByText("opened with its password").waitFor();
    await isJoined(page);
    await isNowhere(page);
  });
}

test("an encrypted key is opened, compared and joined without its password", async (t) => {
  const { page } = await openCheck(t);
  await drop(page, ["root.crt", "issuing.crt", "billing.crt", "encrypted.key"].map(made.file));
  await verdict(page, "1 accepted");
  await page.getByLabel("Password of encrypted.key").fill(PASSWORD);
  await page.getByRole("button", { name: "Open encrypted.key" }).click();
  await page.getByText("opened with its password").waitFor();
  assert.equal(await page.getByLabel("Password of encrypted.key").count(), 0);
  await isJoined(page);
  await isNowhere(page);
});

test("one password opens every file that has it", async (t) => {
  const { page } = await openCheck(t);
  await drop(page, ["root.crt", "usual.p12", "encrypted.key", "legacy.p12"].map(made.file));
  await page.getByLabel("Password of legacy.p12").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await verdict(page, "1 accepted");
  assert.equal(await page.getByLabel(/^Password of/).count(), 0);
});

test("what was opened in Check needs no password in Setup", async (t) => {
  const gateway = await startGateway(t);
  const draft = { project: await project(gateway, "Acme Staging") };
  const { page } = await openWithDraft(t, gateway, draft, { path: "/check" });
  await drop(page, ["root.crt", "usual.p12"].map(made.file));
  await page.getByLabel("Password of usual.p12").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await verdict(page, "1 accepted");
  await page.getByRole("button", { name: "Use these in Setup" }).click();
  await verdict(page, "Whose certificates the project trusts");
  await page.getByText("1 client certificate waits for the next step.").waitFor();
  await page.getByText(/belongs to billing/).filter({ visible: true }).waitFor();
  assert.equal(await page.getByLabel(/^Password of/).filter({ visible: true }).count(), 0);
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  assert.doesNotMatch(kept, /PRIVATE KEY/);
});

test("a file is taken away at once while another is being opened", async (t) => {
  const { page } = await openCheck(t);
  await drop(page, ["root.crt", "billing.crt", "shipping.crt", "slow.key"].map(made.file));
  await verdict(page, "1 accepted, 1 refused");
  await page.getByLabel("Password of slow.key").fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Opening… slow.key" }).waitFor();
  const began = Date.now();
  await card(page, "shipping").getByRole("button", { name: "Take away shipping.crt" }).click();
  await verdict(page, "1 accepted");
  assert.ok(Date.now() - began < 2_000, `${Date.now() - began} ms`);
  await page.getByText("That was interrupted. Give the password again.").waitFor();
});

/** What is saved is the key and its certificate, as OpenSSL reads them. */
async function isJoined(page) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    card(page, "billing").getByRole("button", { name: /Make its PEM/ }).click(),
  ]);
  const file = await download.path();
  const key = (...words) => execFileSync("openssl", words, { encoding: "utf8" });
  assert.equal(
    key("pkey", "-in", file, "-passin", "pass:", "-pubout"),
    key("x509", "-in", file, "-noout", "-pubkey"),
  );
  assert.doesNotMatch(readFileSync(file, "utf8"), /ENCRYPTED/);
}

/** The password is in no text, address or storage; a message in the console fails every test. */
async function isNowhere(page) {
  const kept = await page.evaluate(() =>
    JSON.stringify([location.href, { ...sessionStorage }, { ...localStorage }, document.body.innerText]),
  );
  assert.ok(!kept.includes(PASSWORD) && !kept.includes("PRIVATE KEY"), kept);
}
