// Files under a password: PKCS#12 and encrypted keys, opened in the engine's worker.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { picture } from "./support/browser.mjs";
import { card, drop, openCheck, pileOfAcme, verdict } from "./support/check.mjs";

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
