// Logging in after a plan was carried out, and keeping a set-up as a file. The plan is put into the tab
// as the step before leaves it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { begin, makeCertificates, names, openApply, refused, standing } from "./support/apply.mjs";
import { picture } from "./support/browser.mjs";
import { hold } from "./support/engine.mjs";
import { assertFits, focused, heading, tabTo } from "./support/page.mjs";
import { faults, writes } from "./support/setup.mjs";

let made;
let root;
let rootPem;
let billing;
let files;

before(() => {
  ({ made, root, rootPem, billing } = makeCertificates());
  files = [
    ["root.crt", rootPem],
    ["billing.crt", billing.certificate],
  ];
});

after(() => made.remove());

test("the straight road leads to users who can log in", async (t) => {
  const { page, sandbox } = await openApply(t, { added: [root], users: [billing.username], files });
  await begin(page);
  await standing(page, "Done");
  assert.deepEqual(await writes(sandbox), ["PATCH userSecurity", `POST ${billing.username}`]);
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-apply-done");

  await page.getByRole("link", { name: "Go on: see how to log in" }).click();
  await heading(page, "Log in with your certificates");
  await page.getByRole("heading", { name: "Your users can't log in yet" }).waitFor();
  const string = page.getByRole("region", { name: "String to copy" });
  await string.waitFor();
  assert.match(
    await string.innerText(),
    /^mongodb:\/\/127\.0\.0\.1:\d+\/\?tls=true&replicaSet=atlas-k2vqa-shard-0&tlsCAFile=\S+\/server-ca\.pem&authSource=%24external&authMechanism=MONGODB-X509&tlsCertificateKeyFile=billing\.pem$/,
  );
  await page.getByText(`[ { user: '${billing.username}', db: '$external' } ]`).waitFor();
  await page.getByRole("row").filter({ hasText: "Could not find user" }).waitFor();
  await page.getByText("The network access list is empty").waitFor();
  for (const language of ["Node.js", "Python", "Java", "Go", "C#", "Rust", "mongosh"]) {
    await page.getByRole("button", { name: language, exact: true }).click();
    await page.getByRole("region", { name: language, exact: true }).waitFor();
  }
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-finish");
});

test("who has logged in, who was refused and who never came are told apart", async (t) => {
  const users = ["CN=new,O=Acme"];
  const expectedMessages = [...refused, /status of 403/];
  const { page, sandbox } = await openApply(t, { name: "Acme Production", users, path: "/setup/finish", expectedMessages });
  const arrived = page.getByRole("region", { name: "Has it logged in yet?" });
  await arrived.getByText("2 of 7 users have logged in. 1 was refused.").waitFor();
  const user = (name) => arrived.getByRole("listitem").filter({ hasText: name });
  await user("CN=orders,").getByText("Logged in").waitFor();
  await user("CN=orders,").getByText(/^Last login: .+, on orders, from 203\.0\.113\.21\.$/).waitFor();
  await user("CN=billing,").getByText("Refused").waitFor();
  await user("CN=billing,").getByText("certificate expired").click();
  await user("CN=billing,").getByText("Issue a new certificate from the same authority").waitFor();
  await user("cn=reports,").getByText("Not yet").waitFor();
  await arrived.getByText("leaves no trace there").waitFor();
  await arrived.getByText("Atlas keeps no access history of prototype").waitFor();
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "arrived");

  // A role that is too low for it, and back again.
  const fault = { status: 403, errorCode: "USER_UNAUTHORIZED" };
  await faults(sandbox, [{ method: "GET", path: "/dbAccessHistory/clusters/{name}", times: 3, fault }]);
  const again = arrived.getByRole("button", { name: "Check again" });
  await again.click();
  await arrived.getByText("We can't tell: no access history could be read.").waitFor();
  await arrived.getByText("This credential may not read the access history of orders.").waitFor();
  await user("CN=orders,").getByText("Not known").waitFor();
  await again.click();
  await arrived.getByText("2 of 7 users have logged in.").waitFor();
});

test("the command that logs in once is there for the file and the cluster that are chosen", async (t) => {
  const users = ["CN=new,O=Acme"];
  const { page } = await openApply(t, { name: "Acme Production", users, path: "/setup/finish" });
  const command = page.getByRole("region", { name: "Command that logs in once" });
  await command.waitFor();
  await page.getByLabel("User", { exact: true }).selectOption("CN=orders,OU=Services,O=Acme,C=US");
  assert.match(await command.innerText(), /^atlas-x509 login --pem orders\.pem --uri "mongodb.+MONGODB-X509"$/);
  await page.getByLabel("Path of the PEM file").fill("/etc/tls/my orders.pem");
  await page.getByText("atlas-x509 login --pem '/etc/tls/my orders.pem' --uri").waitFor();
});

test("the file for the client is joined here when its key is, and else a command says how", async (t) => {
  const { page } = await openApply(t, { added: [root], users: [billing.username], files });
  await begin(page);
  await standing(page, "Done");
  await page.getByRole("link", { name: "Go on: see how to log in" }).click();
  const command = page.getByText("cat billing.crt billing.key > billing.pem");
  await command.waitFor();
  await page.getByLabel("Path of the PEM file").fill("/etc/tls/my billing.pem");
  await page.getByText("cat billing.crt 'my billing.key' > '/etc/tls/my billing.pem'").waitFor();

  await page.locator(".setup input[type=file]:not([accept])").setInputFiles(join(made.folder, "billing.key"));
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save my billing.pem" }).click();
  const saved = join(made.folder, "saved.pem");
  await (await saving).saveAs(saved);
  const text = readFileSync(saved, "utf8");
  assert.match(text, /^-----BEGIN CERTIFICATE-----[^]*-----BEGIN (EC )?PRIVATE KEY-----/);
  const output = execFileSync("openssl", ["x509", "-in", saved, "-noout", "-subject", "-nameopt", "RFC2253"]);
  assert.match(String(output), /CN=billing,O=Acme/);
  await assertAccessibleInBothThemes(page);
});

test("an encrypted key is joined with the certificate of its name, and its password is asked for", async (t) => {
  const { page } = await openApply(t, { added: [root], users: [billing.username], files });
  await begin(page);
  await standing(page, "Done");
  await page.getByRole("link", { name: "Go on: see how to log in" }).click();
  const folder = join(made.folder, "encrypted");
  mkdirSync(folder, { recursive: true });
  const key = join(folder, "billing.key");
  const openssl = (...words) => String(execFileSync("openssl", words, { cwd: made.folder }));
  openssl("pkcs8", "-topk8", "-in", "billing.key", "-passout", "pass:secret", "-out", key);
  await page.locator(".setup input[type=file]:not([accept])").setInputFiles(key);
  await page.getByText("The key is encrypted, so we couldn't compare it").waitFor();
  await page.getByRole("button", { name: "Node.js", exact: true }).click();
  await page.getByRole("listitem").filter({ hasText: "tlsCertificateKeyFilePassword" }).waitFor();
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save billing.pem" }).click(),
  ]);
  const joined = join(folder, "joined.pem");
  await saved.saveAs(joined);
  const ofKey = openssl("pkey", "-in", joined, "-passin", "pass:secret", "-pubout");
  assert.equal(ofKey, openssl("x509", "-in", joined, "-noout", "-pubkey"));
  await assertAccessibleInBothThemes(page);

  // With its password the saved file needs none.
  await page.getByLabel("Password of billing.key").fill("secret");
  await page.keyboard.press("Enter");
  await page.getByText("The key is encrypted, so").waitFor({ state: "detached" });
  assert.equal(await focused(page), "The file for the client");
  const [open] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save billing.pem" }).click(),
  ]);
  assert.doesNotMatch(readFileSync(await open.path(), "utf8"), /ENCRYPTED/);
});

test("the key in a PKCS#12 file is had with its password where the file for the client is made", async (t) => {
  const { page } = await openApply(t, { added: [root], users: [billing.username], files });
  await begin(page);
  await standing(page, "Done");
  await page.getByRole("link", { name: "Go on: see how to log in" }).click();
  const box = join(made.folder, "store.p12");
  execFileSync("openssl", [
    ...["pkcs12", "-export", "-in", join(made.folder, "billing.crt"), "-inkey", join(made.folder, "billing.key")],
    ...["-passout", "pass:secret", "-out", box],
  ]);
  await page.locator(".setup input[type=file]:not([accept])").setInputFiles(box);
  await page.getByText("The key may be in store.p12, which needs a password.").waitFor();
  await assertAccessibleInBothThemes(page);
  await page.getByLabel("Password of store.p12").fill("secret");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Save billing.pem" }).waitFor();
});

test("the alert before an authority expires is created when there is none", async (t) => {
  const { page, sandbox } = await openApply(t, { users: ["CN=a,O=Acme"], path: "/setup/finish", name: "Acme Big" });
  await page.getByRole("button", { name: "Create the alert" }).click();
  await page.getByText("The alert is created.").waitFor();
  assert.deepEqual(await writes(sandbox), ["POST alertConfigs"]);
});

test("the set-up is saved as a file and gone on from", async (t) => {
  const { page, sandbox } = await openApply(t, { added: [root], users: [billing.username], files });
  const open_ = () => page.getByText("Save this set-up, or start over").click();
  await open_();
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the set-up as a file" }).click();
  const file = await saving;
  assert.equal(file.suggestedFilename(), "x509-setup-acme-staging.json");
  const saved = join(made.folder, "setup.json");
  await file.saveAs(saved);
  assert.doesNotMatch(readFileSync(saved, "utf8"), /PRIVATE KEY/);
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-keeping");

  await page.getByRole("button", { name: "Start over", exact: true }).click();
  await page.getByRole("button", { name: "Forget it and start over" }).click();
  await heading(page, "Connect to Atlas");
  assert.equal(await page.evaluate(() => sessionStorage.getItem("setup")), null);
  assert.equal(await page.evaluate(() => sessionStorage.getItem("setup-apply")), null);

  const input = page.locator("input[accept]");
  const wrong = join(made.folder, "wrong.json");
  writeFileSync(wrong, "{}");
  await input.setInputFiles(wrong);
  await page.getByText("It is JSON, but not a set-up that this page saved.").waitFor();
  await input.setInputFiles(saved);
  await heading(page, "Choose the project");
  await page.getByRole("heading", { name: "How things stand in Acme Staging" }).waitFor();
  await page.getByRole("link", { name: "Apply", exact: true }).click();
  await begin(page);
  await standing(page, "Done");
  assert.equal((await writes(sandbox)).length, 2);
});

test("a set-up whose changes are being made keeps its place", async (t) => {
  const { page, sandbox } = await openApply(t, { users: names(3) });
  await faults(sandbox, [{ method: "POST", path: "/databaseUsers", fault: { stall_ms: 3_000 } }]);
  await page.getByText("Save this set-up, or start over").click();
  const startOver = page.getByRole("button", { name: "Start over", exact: true });
  const goOn = page.getByRole("button", { name: "Go on from a saved set-up" });
  await begin(page);
  await page.getByText("before you start over or go on from a saved set-up").waitFor();
  assert.deepEqual([await startOver.isDisabled(), await goOn.isDisabled()], [true, true]);
  assert.equal(await page.getByRole("button", { name: "Forget it and start over" }).count(), 0);
  await page.getByRole("button", { name: "Stop" }).click();
  await standing(page, "Stopped");
  assert.deepEqual([await startOver.isDisabled(), await goOn.isDisabled()], [false, false]);
});

test("the way back to the former bundle is not given up without a question", async (t) => {
  const { page } = await openApply(t, { added: [root] });
  await begin(page);
  await standing(page, "Done");
  await page.getByText("Save this set-up, or start over").click();
  await page.getByRole("button", { name: "Start over", exact: true }).click();
  await page.getByRole("dialog").getByText("The former bundle goes with it.").waitFor();
  await page.keyboard.press("Escape");
  const saved = join(made.folder, "other.json");
  writeFileSync(saved, JSON.stringify({ atlas_x509_setup: 1, draft: {} }));
  await page.locator("input[accept]").setInputFiles(saved);
  const question = page.getByRole("dialog").filter({ hasText: "Go on from “other.json”?" });
  await question.waitFor();
  await assertAccessibleInBothThemes(page);
  await page.getByRole("button", { name: "Keep what is here" }).click();
  await question.waitFor({ state: "detached" });
  assert.equal(await focused(page), "Go on from a saved set-up");
  await standing(page, "Done");
  await page.locator("input[accept]").setInputFiles(saved);
  await page.getByRole("button", { name: "Forget it and go on from the file" }).click();
  await heading(page, "Choose the project");
  await question.waitFor({ state: "detached" });
  assert.equal(await focused(page), "Choose the project");
  assert.equal(await page.evaluate(() => sessionStorage.getItem("setup-apply")), null);
});

test("what is still being read when all is forgotten does not come to what is begun then", async (t) => {
  const { page } = await openApply(t, { path: "/setup/authorities" });
  await page.getByText("No authority yet").waitFor();
  const release = await hold(page);
  const files = ["billing.key", "Root.crt"].map((name) => join(made.folder, name));
  await page.locator(".setup input[type=file]:not([accept])").setInputFiles(files);
  await page.getByText("Reading").first().waitFor();
  await page.getByText("Save this set-up, or start over").click();
  await page.getByRole("button", { name: "Start over", exact: true }).click();
  await page.getByRole("button", { name: "Forget it and start over" }).click();
  await heading(page, "Connect to Atlas");
  await release();
  await page.waitForTimeout(500);
  assert.equal(await page.evaluate(() => sessionStorage.getItem("setup")), null);
  const dialogs = [];
  page.on("dialog", (dialog) => dialogs.push(dialog.type()) && dialog.accept());
  await page.reload();
  assert.deepEqual(dialogs, [], "no private key is held");
});

test("what does not fit into the tab is said, and leaving asks", async (t) => {
  const { page } = await openApply(t, { users: ["CN=a,O=Acme"], path: "/setup/project" });
  await page.getByRole("heading", { name: "How things stand in Acme Staging" }).waitFor();
  const dialogs = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.type());
    return dialog.accept();
  });
  await page.reload();
  assert.deepEqual(dialogs, [], "nothing would be lost");
  await page.getByRole("heading", { name: "How things stand in Acme Staging" }).waitFor();
  await page.evaluate(() => {
    sessionStorage.removeItem("setup");
    const fill = (size) => {
      for (let n = 0; ; n++) {
        try {
          sessionStorage.setItem(`full-${size}-${n}`, "x".repeat(size));
        } catch {
          return;
        }
      }
    };
    [1_000_000, 10_000, 100].forEach(fill);
  });
  await page.getByRole("radio", { name: "Acme Big" }).check();
  await page.getByText("This tab cannot keep the set-up over a reload").waitFor();
  await page.getByRole("button", { name: "Save the set-up as a file" }).first().waitFor();
  await assertAccessibleInBothThemes(page);
  await page.reload();
  assert.deepEqual(dialogs, ["beforeunload"]);
});

test("everything works with the keyboard alone", async (t) => {
  const { page } = await openApply(t, { added: [root], users: [billing.username] });
  await tabTo(page, "Apply the changes");
  await page.keyboard.press("Enter");
  await standing(page, "Done");
  await tabTo(page, "Go on: see how to log in");
  await page.keyboard.press("Enter");
  await heading(page, "Log in with your certificates");
  await tabTo(page, "Rust");
  await page.keyboard.press("Space");
  await page.getByRole("region", { name: "Rust", exact: true }).waitFor();
});

test("nothing is wider than the screen, however narrow", async (t) => {
  const users = [billing.username, ...names(4), "CN=a very long name, OU=Some department with a long name,O=Acme".replace(", ", "\\, ")];
  const { page, sandbox } = await openApply(t, { added: [root], users, files, expectedMessages: refused });
  const fault = { status: 400, errorCode: "ATLAS_INVALID_ROLE", detail: "No role readWrite." };
  await faults(sandbox, [{ method: "POST", path: "/databaseUsers", nth: 3, fault }]);
  await begin(page);
  await standing(page, "1 of 7 changes is not done");
  await assertFits(page, "apply-failed");
  await page.getByRole("button", { name: "Try again" }).click();
  await standing(page, "Done");
  await assertFits(page, "apply-done");
  await page.getByRole("link", { name: "Go on: see how to log in" }).click();
  await page.getByRole("heading", { name: "Your users can't log in yet" }).waitFor();
  await assertFits(page, "finish");
});
