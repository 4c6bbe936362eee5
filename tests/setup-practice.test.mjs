// The whole road of a set-up without any file at hand: the practice CA, which the page makes on the sandbox alone.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { openBrowser, picture } from "./support/browser.mjs";
import { assertFits, heading, tabTo } from "./support/page.mjs";
import { run } from "./support/programs.mjs";
import { certificates, project, read, startBoth } from "./support/setup.mjs";

const CLIENTS = [
  ["billing.pem", "CN=billing"],
  ["reports.pem", "CN=reports,OU=Finance,O=Acme\\, Inc."],
  ["Zoë-Müller.pem", "CN=Zo\\C3\\AB M\\C3\\BCller,L=Z\\C3\\BCrich"],
];

const use = (page) => page.getByRole("button", { name: "Use a practice CA" });

let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "atlas-x509-practice-page-"));
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("with a practice CA the whole road can be walked without any file", async (t) => {
  const { gateway } = await startBoth(t);
  const { page } = await openBrowser(t, { hurry: true });
  await toAuthorities(page, gateway);
  await use(page).waitFor();
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "practice-offered");
  await tabTo(page, "Use a practice CA");
  await page.keyboard.press("Enter");
  await page.getByText("The practice CA is here").waitFor();
  for (const name of ["Practice Root CA", "Practice Issuing CA"]) {
    await page.getByText(name).filter({ visible: true }).first().waitFor();
  }
  await page.getByText("2 added.").waitFor();
  assert.equal(await use(page).count(), 0);
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "practice-made");
  await picture(page, "setup-practice");

  await on(page, "Client certificates and their user names");
  for (const [, username] of CLIENTS) {
    await page.getByText(username).filter({ visible: true }).first().waitFor();
  }
  await on(page, "What the users may do");
  const all = page.getByRole("region", { name: "Give several users the same rights" });
  await all.getByRole("button", { name: /^Add a role/ }).click();
  await all.getByLabel("Database").fill("sales");
  await all.getByRole("button", { name: "Give these rights to 3 users" }).click();
  await on(page, "Check what will change");
  await page.getByLabel("I understand that the nodes restart").check();
  await page.getByRole("button", { name: "Apply 4 changes" }).click();
  await page.getByRole("heading", { level: 2, name: "Done", exact: true }).waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "Go on: see how to log in" }).click();

  // Each file that is saved is what a driver wants, and the project's bundle verifies it.
  const { id } = await project(gateway, "Acme Staging");
  const bundle = join(folder, "bundle.pem");
  writeFileSync(bundle, (await read(gateway, id, "userSecurity")).customerX509.cas);
  symlinkSync(new URL("node_modules", import.meta.url).pathname, join(folder, "node_modules"));
  await page.getByRole("button", { name: "Node.js", exact: true }).click();
  while ((await read(gateway, id, "clusters/staging/status")).changeStatus !== "APPLIED") {
    await setTimeout(200);
  }
  for (const [file, username] of CLIENTS) {
    await page.getByLabel("User", { exact: true }).selectOption(username);
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: `Save ${file}` }).click(),
    ]);
    const pem = join(folder, file);
    await saved.saveAs(pem);
    assert.match(readFileSync(pem, "utf8"), /^-----BEGIN CERTIFICATE-----[^]*-----BEGIN PRIVATE KEY-----/);
    const verified = openssl("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", bundle, pem);
    assert.equal(verified.trim(), `${pem}: OK`);
    assert.equal(openssl("x509", "-in", pem, "-noout", "-pubkey"), openssl("pkey", "-in", pem, "-pubout"));

    // The program as it is printed logs in with it.
    const program = await page.getByRole("region", { name: "Node.js", exact: true }).innerText();
    writeFileSync(join(folder, "connect.mjs"), program);
    const printed = execFileSync(process.execPath, ["connect.mjs"], { cwd: folder, timeout: 60_000 });
    const told = await page.locator(".code-box").filter({ hasText: "db: '$external'" }).locator("pre").innerText();
    // Node.js breaks what is long.
    assert.equal(String(printed).trim().replace(/\s+/g, " "), told.trim());
  }

  // So does the command, and the history says so.
  const command = await page.getByRole("region", { name: "Command that logs in once" }).innerText();
  const words = execFileSync("bash", ["-c", `atlas-x509() { printf '%s\\0' "$@"; }\n${command}`]);
  const flags = String(words).split("\0").slice(0, -1);
  const { code, stdout } = await run(flags.map((word) => (word === CLIENTS.at(-1)[0] ? join(folder, word) : word)));
  assert.equal(code, 0, stdout);
  const arrived = page.getByRole("region", { name: "Has it logged in yet?" });
  await arrived.getByRole("button", { name: "Check again" }).click();
  await arrived.getByText("All users have logged in.").waitFor();
  await assertFits(page, "practice-finish");
});

test("a practice CA is offered on the sandbox alone, and to whoever has given nothing", async (t) => {
  const { gateway } = await startBoth(t);
  const { page } = await openBrowser(t, { hurry: true });
  await toAuthorities(page, gateway);
  await use(page).waitFor();
  const made = certificates();
  t.after(made.remove);
  made.authority("Mine");
  await page.locator(".setup input[type=file]:not([accept])").setInputFiles(join(made.folder, "Mine.crt"));
  await page.getByText("1 added.").waitFor();
  assert.equal(await use(page).count(), 0);

  const real = await openBrowser(t, { hurry: true });
  const config = await (await gateway.fetch("/config.json", {})).json();
  await real.context.route("**/config.json", (route) => route.fulfill({ json: { ...config, mode: "atlas" } }));
  await toAuthorities(real.page, gateway);
  await real.page.getByRole("button", { name: "Choose files" }).waitFor();
  await real.page.waitForTimeout(500);
  assert.equal(await use(real.page).count(), 0);
});

test("a browser that makes no keys is told of, and offers no button that can't work", async (t) => {
  const { gateway } = await startBoth(t);
  const { page, context } = await openBrowser(t, { hurry: true });
  // As on a page that came by plain HTTP from another computer.
  await context.addInitScript(() => Object.defineProperty(Crypto.prototype, "subtle", { get: () => undefined }));
  await toAuthorities(page, gateway);
  await page.getByText("a browser makes keys only for a page that comes by HTTPS").waitFor();
  assert.equal(await use(page).count(), 0);
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "practice-not-here");
});

test("where making keys fails, that is said and the button is there again", async (t) => {
  const { gateway } = await startBoth(t);
  const { page, context } = await openBrowser(t, { hurry: true });
  await context.addInitScript(() => {
    const make = SubtleCrypto.prototype.generateKey;
    SubtleCrypto.prototype.generateKey = function () {
      SubtleCrypto.prototype.generateKey = make;
      return Promise.reject(new Error("no entropy"));
    };
  });
  await toAuthorities(page, gateway);
  await use(page).click();
  await page.getByText("The browser made no certificates.").waitFor();
  await page.getByText("The browser says: no entropy").waitFor();
  await assertAccessibleInBothThemes(page);
  await use(page).click();
  await page.getByText("The practice CA is here").waitFor();
});

/** From the gateway's address to the step Authorities of a project that has nothing yet. */
async function toAuthorities(page, gateway) {
  await page.goto(gateway.address);
  await page.getByRole("link", { name: "Setup" }).click();
  await page.getByText("Connected.").waitFor();
  await on(page, "Choose the project");
  await page.getByRole("radio", { name: "Acme Staging" }).check();
  await page.getByRole("heading", { name: "How things stand in Acme Staging" }).waitFor();
  await on(page, "Whose certificates the project trusts");
}

/** Presses Continue. */
async function on(page, text) {
  await page.getByRole("button", { name: "Continue" }).click();
  await heading(page, text);
}

function openssl(...words) {
  return String(execFileSync("openssl", words, { stdio: ["ignore", "pipe", "pipe"] }));
}
