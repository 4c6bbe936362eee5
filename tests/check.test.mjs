// The Check place: what a person drops, and what the page says of it. Certificates are made by the
// openssl program while the test runs.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { openBrowser, picture } from "./support/browser.mjs";
import { servePage } from "./support/folder.mjs";
import { tabTo } from "./support/page.mjs";

const CA = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"];
const CLIENT = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=";

let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "atlas-x509-check-"));
  makeAuthority("root", "/O=Acme/CN=Root");
  makeClient("billing", "/O=Acme/CN=billing", "clientAuth");
  makeClient("reporting", "/O=Acme/CN=reporting", "serverAuth");
});

after(() => rmSync(folder, { recursive: true, force: true }));

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
  await refused.getByRole("button", { name: "Same with openssl" }).click();
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
  await page.getByRole("heading", { level: 2, name: "Will not work" }).waitFor();
  await assertAccessibleInBothThemes(page);
});

test("20 MB of noise do no harm", async (t) => {
  const { page } = await open(t);
  const noise = randomBytes(1 << 20);
  const files = Array.from({ length: 20 }, (_, index) => ({ ...file("root.crt"), name: `noise-${index}.bin`, buffer: noise }));
  await drop(page, files);
  await verdict(page, "No certificate found");
  await page.getByRole("alert").filter({ hasText: "4 files were not read" }).waitFor();
  await drop(page, ["root.crt", "billing.crt"].map(file));
  await page.getByRole("button", { name: "Start over" }).click();
  await drop(page, ["root.crt", "billing.crt"].map(file));
  await verdict(page, "1 accepted");
});

test("another day is judged on request, and today again", async (t) => {
  const { page } = await open(t);
  await drop(page, ["root.crt", "billing.crt"].map(file));
  await verdict(page, "1 accepted");
  await page.getByRole("button", { name: "Another day" }).click();
  await page.getByLabel("Judge for noon (UTC) of").fill("2099-01-01");
  await assertAccessibleInBothThemes(page);
  await page.getByRole("button", { name: "Judge", exact: true }).click();
  await verdict(page, "1 refused");
  await page.getByRole("button", { name: "Another day" }).click();
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
  // The browser may fetch the tab's icon later than the page; nothing else is asked for.
  const { page, context } = await open(t, { expectedMessages: [/ERR_INTERNET_DISCONNECTED/] });
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
    sign("billing", `client-${index}`, index % 20 === 0 ? "serverAuth" : "clientAuth", ["-subj", `/O=Acme/CN=client ${index}`]);
    files.push(join(folder, `client-${index}.crt`));
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

async function open(t, options) {
  const { origin } = await servePage(t);
  const { page, context } = await openBrowser(t, options);
  await page.goto(origin);
  await verdict(page, "Check certificates");
  return { page, context };
}

function verdict(page, name) {
  return page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
}

function card(page, name) {
  return page.getByRole("article").filter({ has: page.getByRole("heading", { level: 3, name }) });
}

function drop(page, files) {
  return page.locator("input[type=file]").setInputFiles(files);
}

function file(name) {
  return { name, mimeType: "application/octet-stream", buffer: readFileSync(join(folder, name)) };
}

function openssl(...command) {
  return execFileSync("openssl", command, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
}

function makeKey(name) {
  openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", `${name}.key`);
}

function makeAuthority(name, subject) {
  makeKey(name);
  openssl("req", "-x509", "-key", `${name}.key`, "-subj", subject, "-days", "3650", ...CA, "-out", `${name}.crt`);
}

function makeClient(name, subject, usage) {
  makeKey(name);
  openssl("req", "-new", "-key", `${name}.key`, "-subj", subject, "-out", `${name}.csr`);
  sign(name, name, usage);
}

/** Issues the certificate `name` on the request `request`. */
function sign(request, name, usage, more = []) {
  writeFileSync(join(folder, "extensions"), `${CLIENT}${usage}\n`);
  openssl(
    ...["x509", "-req", "-in", `${request}.csr`, "-CA", "root.crt", "-CAkey", "root.key"],
    ...["-extfile", "extensions", "-days", "365", "-out", `${name}.crt`, ...more],
  );
}
