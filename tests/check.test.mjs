// The Check place: what a person drops, and what the page says of it. Certificates are made by the
// openssl program while the test runs.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { picture } from "./support/browser.mjs";
import { card, drop, openCheck as open, pile, verdict } from "./support/check.mjs";
import { engine } from "./support/engine.mjs";
import { tabTo } from "./support/page.mjs";

let made;
let file;
let folder;
let openssl;

before(() => {
  made = pile();
  ({ file, folder, openssl } = made);
  made.authority("root", "/O=Acme/CN=Root");
  made.client("billing", "/O=Acme/CN=billing", "clientAuth");
  made.client("reporting", "/O=Acme/CN=reporting", "serverAuth");
});

after(() => made.remove());

test("a bundle and two clients: one accepted, one refused, each with its reason", async (t) => {
  const { page } = await open(t);
  await drop(page, ["root.crt", "billing.crt", "reporting.crt"].map(file));

  await verdict(page, "1 accepted, 1 refused");
  assert.match(await page.title(), /^1 accepted, 1 refused/);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
  const accepted = card(page, "billing");
  await accepted.getByText("Accepted").waitFor();
  await accepted.getByText("CN=billing,O=Acme", { exact: true }).waitFor();
  const refused = card(page, "reporting");
  await refused.getByText("Refused").waitFor();
  await refused.getByText("SSL peer certificate validation failed: unsuitable certificate purpose").waitFor();
  await assertAccessibleInBothThemes(page);
  await picture(page, "check-verdict");
});

test("every form of the same certificates gives the same verdict", async (t) => {
  openssl("x509", "-in", "root.crt", "-outform", "DER", "-out", "root.der");
  openssl("x509", "-in", "billing.crt", "-outform", "DER", "-out", "billing.der");
  openssl("crl2pkcs7", "-nocrl", "-certfile", "root.crt", "-out", "root.p7b");
  for (const names of [
    ["root.der", "billing.der"],
    ["root.p7b", "billing.crt"],
  ]) {
    const { page } = await open(t);
    await drop(page, names.map(file));
    await verdict(page, "1 accepted");
  }
});

test("details, commands and findings open, and stay accessible", async (t) => {
  const { page } = await open(t);
  await drop(page, ["root.crt", "reporting.crt"].map(file));
  await verdict(page, "1 refused");
  const refused = card(page, "reporting");
  await refused.getByRole("button", { name: "Check with openssl" }).click();
  await refused.getByText("openssl verify -purpose sslclient").waitFor();
  await assertAccessibleInBothThemes(page);
  await refused.getByRole("button", { name: "Details" }).click();
  await refused.getByText("SHA-256", { exact: true }).waitFor();
  await page.locator("summary", { hasText: "Details of Root" }).click();
  await assertAccessibleInBothThemes(page);
  await picture(page, "check-details");
});

test("a private key is left out, and joined with its certificate on request", async (t) => {
  const { page } = await open(t);
  const together = Buffer.concat([file("billing.crt").buffer, file("billing.key").buffer]);
  await drop(page, [file("root.crt"), { ...file("billing.crt"), name: "billing.pem", buffer: together }]);
  await verdict(page, "1 accepted");
  await page.getByText("A private key was left out.").waitFor();

  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Make its PEM" }).click(),
  ]);
  assert.equal(saved.suggestedFilename(), "billing.pem");
  const path = join(folder, "joined.pem");
  await saved.saveAs(path);
  const pem = readFileSync(path, "utf8");
  assert.match(pem, /BEGIN CERTIFICATE[\s\S]+BEGIN (EC )?PRIVATE KEY/);
  openssl("pkey", "-in", "joined.pem", "-noout");
});

test("a broken block never hides the good ones beside it", async (t) => {
  const { page } = await open(t);
  const good = file("root.crt").buffer.toString();
  const broken = good.replace(/\n[^\n]+\n-----END/, "\n????\n-----END");
  await drop(page, [{ ...file("root.crt"), buffer: Buffer.from(broken + good) }, file("billing.crt")]);
  await page.getByRole("heading", { level: 1, name: /1 (accepted|refused)/ }).waitFor();
  await page.getByRole("heading", { level: 2, name: "To fix" }).waitFor();
  await assertAccessibleInBothThemes(page);
});

test("noise is told once, and does no harm", async (t) => {
  const { page } = await open(t);
  const noise = randomBytes(1 << 20);
  const files = Array.from({ length: 20 }, (_, index) => ({ ...file("root.crt"), name: `noise-${index}.bin`, buffer: noise }));
  await drop(page, files);
  await verdict(page, "No certificate found, 20 not read");
  await page.getByRole("alert").filter({ hasText: "20 files were not read" }).waitFor();
  await drop(page, ["root.crt", "billing.crt"].map(file));
  await verdict(page, "1 accepted");
  assert.equal(await page.getByRole("alert").count(), 0);
  await page.getByText("2 files read, with 2 certificates.").waitFor();
});

test("another day is judged on request, and today again", async (t) => {
  const { page } = await open(t);
  await drop(page, ["root.crt", "billing.crt"].map(file));
  await verdict(page, "1 accepted");
  await page.getByRole("button", { name: "Date and security level" }).click();
  await page.getByLabel("Judge for noon (UTC) of").fill("2099-01-01");
  await assertAccessibleInBothThemes(page);
  await page.getByRole("button", { name: "Judge", exact: true }).click();
  await verdict(page, "1 refused");
  await page.getByRole("button", { name: "Date and security level" }).click();
  await page.getByRole("button", { name: "Back to today" }).click();
  await verdict(page, "1 accepted");
});

test("a certificate moves between the bundle and the clients", async (t) => {
  const { page } = await open(t);
  await drop(page, ["root.crt", "billing.crt"].map(file));
  await verdict(page, "1 accepted");
  await card(page, "billing").getByRole("button", { name: "Details" }).click();
  await page.getByRole("button", { name: "Put it in the bundle" }).click();
  await verdict(page, "2 authorities, no client certificate yet");
});

test("pasted text is taken, and dropped files are, anywhere on the page", async (t) => {
  const { page } = await open(t);
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }, file("root.crt").buffer.toString());
  await verdict(page, "1 authority, no client certificate yet");
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "billing.crt"));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, file("billing.crt").buffer.toString());
  await verdict(page, "1 accepted");
});

test("every example loads, without a network", async (t) => {
  // The browser may fetch the tab's icon later than the page, and the other places are loaded ahead; nothing else is
  // asked for.
  const { page, context } = await open(t, { expectedMessages: [/ERR_INTERNET_DISCONNECTED/, /Failed to fetch/] });
  await engine(page);
  await context.setOffline(true);
  const names = await page.locator(".examples button").allTextContents();
  assert.ok(names.length >= 6);
  for (const name of names) {
    await page.getByRole("button", { name, exact: true }).click();
    await page.getByRole("heading", { level: 1, name: /^1 (accepted|refused)/ }).waitFor();
    await assertAccessibleInBothThemes(page);
    await page.getByRole("button", { name: "Start over" }).click();
    await verdict(page, "Check certificates");
  }
});

test("the whole way goes by keyboard alone", async (t) => {
  const { page } = await open(t);
  await tabTo(page, "Everything in order");
  await page.keyboard.press("Enter");
  await verdict(page, "1 accepted");
  await tabTo(page, "Details");
  await page.keyboard.press("Space");
  await page.getByText("Judged as a client.").waitFor();
  await tabTo(page, "Start over", { key: "Shift+Tab" });
  await page.keyboard.press("Enter");
  await verdict(page, "Check certificates");
});

test("three hundred clients stay quick to look through", async (t) => {
  const { page } = await open(t);
  // As paths, for the driver hands over contents in one long task of its own.
  const files = [join(folder, "root.crt")];
  for (let index = 0; index < 300; index++) {
    const path = join(folder, `client-${index}.crt`);
    writeFileSync(path, made.withCommonName(index % 20 === 0 ? "reporting" : "billing", `client ${index}`));
    files.push(path);
  }
  await page.evaluate(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => longTasks.push(...list.getEntries())).observe({ entryTypes: ["longtask"] });
    addEventListener("change", () => (globalThis.chosen = performance.now()), { capture: true, once: true });
  });
  await drop(page, files);
  await verdict(page, "285 accepted, 15 refused");
  // Beyond the 50 ms of each task that nobody feels; with room for a busy machine.
  const felt = await page.evaluate(() =>
    longTasks.filter(({ startTime }) => startTime > chosen).reduce((sum, { duration }) => sum + duration - 50, 0),
  );
  assert.ok(felt < 300, `the page was held up for ${felt} ms`);
  await page.getByRole("button", { name: "Refused 15" }).click();
  await page.getByText("15 of 300 clients").waitFor();
  await page.getByLabel("Name, file or reason contains").fill("client-40.crt");
  await page.getByText("1 of 300 clients").waitFor();
  await page.locator(".cards summary").first().click();
  await page.getByText("unsuitable certificate purpose").waitFor();
  await assertAccessibleInBothThemes(page);
  await picture(page, "check-many");
});
