// What the Check place does with a whole pile: every file told and taken away again, each certificate on
// one card, and the way on into Setup.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { openBrowser, pictures } from "./support/browser.mjs";
import { card, drop, openCheck, pileOfAcme, verdict } from "./support/check.mjs";
import { assertFits, heading, tabTo } from "./support/page.mjs";
import { startGateway } from "./support/programs.mjs";

let made;

before(() => {
  made = pileOfAcme();
  made.client("reporting", "/O=Acme/CN=reporting", "serverAuth");
});

after(() => made.remove());

test("each file can be taken away again, with the keyboard too", async (t) => {
  const { page } = await openCheck(t);
  await drop(page, ["root.crt", "billing.crt", "reporting.crt"].map(made.file));
  await verdict(page, "1 accepted, 1 refused");
  await card(page, "reporting").getByRole("button", { name: "Take away reporting.crt" }).click();
  await verdict(page, "1 accepted");
  await page.getByText("2 files", { exact: true }).click();
  await page.getByRole("button", { name: "Take away root.crt" }).click();
  await verdict(page, "1 refused");
  await tabTo(page, "Take away billing.crt");
  await page.keyboard.press("Enter");
  await verdict(page, "Check certificates");
  await page.getByRole("heading", { name: "Load an example" }).waitFor();
});

test("a file that cannot be used has a card with the command that helps, and counts", async (t) => {
  made.openssl("pkcs12", "-export", "-in", "billing.crt", "-inkey", "billing.key", "-passout", "pass:x", "-out", "billing.p12");
  const { page } = await openCheck(t);
  const readme = made.fileOf("README.md", "# Certificates of Acme\n");
  await drop(page, [...["root.crt", "billing.crt", "billing.p12"].map(made.file), readme]);
  await verdict(page, "1 accepted, 2 not read");
  await page.getByRole("alert").filter({ hasText: "README.md" }).waitFor();
  // One count, in the title, above and below, and what was read is the rest.
  await page.getByText("2 files read, with 2 certificates.").waitFor();
  await page.getByRole("link", { name: "2 files were not read" }).click();
  const section = page.getByRole("region", { name: "2 files not read" });
  assert.equal(await section.getByRole("article").count(), 2);
  await page.getByText("2 files", { exact: true }).waitFor();
  const store = card(page, "billing.p12");
  await store.getByRole("region", { name: "Command" }).filter({ hasText: "openssl pkcs12 -in billing.p12" }).waitFor();
  for (const name of ["To fix", "To look at"]) {
    assert.equal(await page.getByRole("heading", { name, exact: true }).count(), 0, name);
  }
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "a file that was not read");
  await pictures(page, "check-not-read");
  await store.getByRole("button", { name: "Take away billing.p12" }).click();
  await verdict(page, "1 accepted, 1 not read");
});

test("of many files that cannot be used a page of cards is shown, and more when asked", async (t) => {
  const { page } = await openCheck(t);
  const list = "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n";
  const lists = Array.from({ length: 30 }, (_, index) => made.fileOf(`list-${index}.crl`, list));
  await drop(page, [made.file("root.crt"), made.file("billing.crt"), ...lists]);
  await verdict(page, "1 accepted, 30 not read");
  const section = page.getByRole("region", { name: "30 files not read" });
  assert.equal(await section.getByRole("article").count(), 25);
  await section.getByRole("button", { name: "Show 5 more" }).click();
  await section.getByRole("article").nth(29).waitFor();
  assert.equal(await section.getByRole("button", { name: "Show" }).count(), 0);
  // Private keys are listed in the same way.
  const keys = Array.from({ length: 27 }, (_, index) => made.fileOf(`${index}.key`, made.text("billing.key")));
  await drop(page, keys);
  await page.getByRole("button", { name: "Show 2 more" }).click();
  await page.getByText("26.key, line 1: ").waitFor();
  await assertAccessibleInBothThemes(page);
});

test("green stands only where the client gets in", async (t) => {
  const { page } = await openCheck(t);
  const stranger = made.fileOf("billing.pem", made.text("billing.crt"), made.text("shipping.key"));
  await drop(page, [made.file("root.crt"), stranger]);
  await verdict(page, "1 cannot log in");
  await card(page, "billing").getByText("does not belong to").first().waitFor();
  await page.getByRole("button", { name: "Start over" }).click();

  const long = made.withCommonName("billing", "n".repeat(1077));
  await drop(page, [made.file("root.crt"), made.fileOf("long.pem", long)]);
  await verdict(page, "1 cannot log in");
  await assertAccessibleInBothThemes(page);
  await pictures(page, "check-cannot-log-in");
});

test("one certificate in two files is one client, and says where it does not get in", async (t) => {
  const { page } = await openCheck(t);
  const whole = made.fileOf("shipping-chain.pem", made.text("shipping.crt"), made.text("issuing.crt"));
  await drop(page, [made.file("root.crt"), made.file("shipping.crt"), whole]);
  await verdict(page, "1 accepted");
  assert.equal(await page.getByRole("article").count(), 1);
  await card(page, "shipping").getByText("With what stands beside it in shipping.crt, it is refused.").waitFor();
  await assertAccessibleInBothThemes(page);
});

test("root, intermediate and client in one pasted text are one pile, in any order", async (t) => {
  const texts = ["shipping.crt", "issuing.crt", "root.crt"].map(made.text);
  for (const order of [texts, texts.toReversed(), [texts[2], texts[0], texts[1]]]) {
    const { page } = await openCheck(t);
    await page.getByText("Paste text instead").click();
    await page.getByLabel("Certificates as text").fill(order.join("\n"));
    await page.getByRole("button", { name: "Check this text" }).click();
    await verdict(page, "1 accepted");
    assert.equal(await page.getByText("No authority yet").count(), 0);
  }
});

test("the same file given again is there once, and two files of one name are told apart", async (t) => {
  const { page } = await openCheck(t);
  await drop(page, ["root.crt", "billing.crt"].map(made.file));
  await verdict(page, "1 accepted");
  const other = { ...made.file("reporting.crt"), name: "billing.crt" };
  await drop(page, [made.file("billing.crt"), other]);
  await verdict(page, "1 accepted, 1 refused");
  await page.getByText("3 files", { exact: true }).click();
  await page.getByRole("button", { name: "Take away billing.crt (2)" }).first().click();
  await verdict(page, "1 accepted");
});

test("the PEM of a client whose intermediate is missing says so", async (t) => {
  const { page } = await openCheck(t);
  await drop(page, ["root.crt", "shipping.crt", "shipping.key"].map(made.file));
  await verdict(page, "1 refused");
  await card(page, "shipping").getByText("The file holds this certificate and its key, no intermediate.").waitFor();
  await drop(page, [made.file("issuing.crt")]);
  await verdict(page, "1 accepted");
  assert.equal(await page.getByText("no intermediate").count(), 0);
});

test("a folder can be dropped, and what is in the folders in it comes too", async (t) => {
  const { page, context } = await openCheck(t);
  const folder = join(made.folder, "certificates");
  mkdirSync(join(folder, "clients"), { recursive: true });
  writeFileSync(join(folder, "root.crt"), made.text("root.crt"));
  writeFileSync(join(folder, ".DS_Store"), "noise");
  writeFileSync(join(folder, "clients", "billing.crt"), made.text("billing.crt"));
  // A real drag, for a page cannot make one up that has a folder in it.
  const session = await context.newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await session.send("Input.dispatchDragEvent", { type, x: 200, y: 300, data });
  }
  await verdict(page, "1 accepted");
});

test("a line of many clients has the user name", async (t) => {
  const { page } = await openCheck(t);
  const files = [made.file("root.crt")];
  for (let index = 0; index < 13; index++) {
    made.sign("billing", `many-${index}`, "clientAuth", ["-subj", `/O=Acme/CN=many ${index}`]);
    files.push(made.file(`many-${index}.crt`));
  }
  await drop(page, files);
  await verdict(page, "13 accepted");
  await page.locator("summary").filter({ hasText: "CN=many 7,O=Acme" }).waitFor();
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "many clients");
  await pictures(page, "check-many");
});

test("a name of a thousand characters fits on every screen", async (t) => {
  const { page } = await openCheck(t);
  const long = made.withCommonName("billing", "n".repeat(1000));
  await drop(page, [made.file("root.crt"), made.fileOf(`${"long-".repeat(40)}.pem`, long)]);
  await verdict(page, "1 accepted");
  await page.getByRole("button", { name: "Details", exact: true }).click();
  await page.getByText("SHA-256", { exact: true }).waitFor();
  await assertFits(page, "a long name");
  await pictures(page, "check-long");
});

test("Setup takes the files over from Check, keys too", async (t) => {
  const gateway = await startGateway(t);
  const { page } = await openBrowser(t);
  await page.goto(gateway.address);
  await verdict(page, "Check certificates");
  await drop(page, ["root.crt", "billing.crt", "billing.key"].map(made.file));
  await verdict(page, "1 accepted");
  await page.getByRole("button", { name: "Use these in Setup" }).click();
  await heading(page, "Connect to Atlas");
  await page.getByText("Your files are here.").waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  await heading(page, "Choose the project");
  await page.getByRole("radio", { name: "Acme Staging" }).check();
  await page.getByRole("heading", { name: "How things stand in Acme Staging" }).waitFor();

  // Again, with one more: only that one comes.
  await page.getByRole("link", { name: "Check" }).click();
  await drop(page, [made.file("reporting.crt")]);
  await verdict(page, "1 accepted, 1 refused");
  await page.getByRole("button", { name: "Use these in Setup" }).click();
  await heading(page, "Whose certificates the project trusts");
  await page.getByText("2 client certificates wait for the next step.").waitFor();
  await page.getByText("A private key was left out.").filter({ visible: true }).waitFor();
  const kept = await page.evaluate(() => sessionStorage.getItem("setup"));
  assert.deepEqual(
    JSON.parse(kept).files.map(({ name }) => name),
    ["root.crt", "billing.crt", "reporting.crt"],
  );

  // What came over can go again.
  await page.getByText("4 files", { exact: true }).filter({ visible: true }).click();
  await page.getByRole("button", { name: "Take away reporting.crt" }).filter({ visible: true }).click();
  await page.getByText("1 client certificate waits for the next step.").waitFor();
});

test("an address that is nobody's says so and leads back", async (t) => {
  const { origin } = await openCheck(t);
  for (const path of ["/nope", "/setup/nope"]) {
    const { page } = await openBrowser(t);
    await page.goto(`${origin}${path}`);
    await heading(page, "There is no page at this address");
    assert.match(await page.title(), /^No page here/);
    await page.getByText(path, { exact: true }).waitFor();
    await assertAccessibleInBothThemes(page);
    await page.locator("main").getByRole("link", { name: "Check" }).click();
    await verdict(page, "Check certificates");
  }
});

test("the name of a place is an address that leads there", async (t) => {
  const { address, origin } = await startGateway(t);
  const { page } = await openBrowser(t);
  await page.goto(address);
  await verdict(page, "Check certificates");
  for (const [path, title, end] of [
    ["/setup", "Connect to Atlas", "/setup/connect"],
    ["/check", "Check certificates", "/"],
    ["/setup/", "Connect to Atlas", "/setup/connect"],
    ["/check/", "Check certificates", "/"],
  ]) {
    await page.goto(`${origin}${path}`);
    await heading(page, title);
    assert.equal(new URL(page.url()).pathname, end);
  }
});

test("the theme is an icon and a word, and holds over a reload", async (t) => {
  const { page } = await openCheck(t);
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  await page.getByLabel("Theme").selectOption("Dark");
  assert.equal(await theme(), "dark");
  await page.reload();
  assert.equal(await theme(), "dark");
  await page.getByLabel("Theme").selectOption("Like the system");
  assert.equal(await theme(), undefined);
});
