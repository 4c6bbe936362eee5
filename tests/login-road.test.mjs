// The promise in one piece: from the first command to clients that are logged in, with what the page prints and saves,
// once with files of `atlas-x509 practice` and once with files that openssl made.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { openBrowser } from "./support/browser.mjs";
import { certificates } from "./support/clusters.mjs";
import { MONGOSH, PYTHON, finished } from "./support/drivers.mjs";
import { atEnd } from "./support/end.mjs";
import { heading } from "./support/page.mjs";
import { run } from "./support/programs.mjs";
import { startBoth } from "./support/setup.mjs";

/** What a person types into the shell once it is there. */
const WHO = "db.runCommand({ connectionStatus: 1 }).authInfo.authenticatedUsers";

test("with files of `practice`, the clients log in as the page says", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "atlas-x509-road-"));
  atEnd(t, () => rmSync(folder, { recursive: true, force: true }));
  const began = Date.now();
  const given = join(folder, "practice");
  const { code, stderr } = await run(["practice", given]);
  assert.equal(code, 0, stderr);
  const names = await usernames(["billing", "reports", "zoe"].map((name) => join(given, `${name}.pem`)));
  await walk(t, { began, given, authorities: ["authorities.pem"], clients: ["billing.pem", "reports.pem", "zoe.pem"], names });
});

test("with files that openssl made, the clients log in as the page says", async (t) => {
  const began = Date.now();
  const made = certificates(t);
  made.authority("root", "/O=Acme/CN=Acme Root");
  made.client("billing", "/O=Acme, Inc./CN=billing");
  made.client("shipping", "/O=Acme/CN=shipping/emailAddress=ops@acme.example");
  const names = await usernames(["billing", "shipping"].map((name) => join(made.folder, `${name}.crt`)));
  const clients = ["billing.crt", "billing.key", "shipping.crt", "shipping.key"];
  await walk(t, { began, given: made.folder, authorities: ["root.crt"], clients, names });
});

/** What `atlas-x509 username` prints of each file. */
async function usernames(files) {
  const all = await Promise.all(files.map((file) => run(["username", file])));
  return all.map(({ stdout }) => stdout.trimEnd());
}

/** Through the wizard with these files, and then what it printed, as printed, in a folder with what it saved. */
async function walk(t, { began, given, authorities, clients, names }) {
  const { gateway } = await startBoth(t);
  const { page } = await openBrowser(t, { hurry: true });
  const on = async (text) => {
    await page.getByRole("button", { name: "Continue" }).click();
    await heading(page, text);
  };
  const give = (files) =>
    page.locator(".setup input[type=file]:not([accept])").setInputFiles(files.map((file) => join(given, file)));
  await page.goto(gateway.address);
  await page.getByRole("link", { name: "Setup" }).click();
  await page.getByText("Connected.").waitFor();
  await on("Choose the project");
  await page.getByRole("radio", { name: "Acme Staging" }).check();
  await page.getByRole("heading", { name: "How things stand in Acme Staging" }).waitFor();
  await on("Whose certificates the project trusts");
  await give(authorities);
  await on("Client certificates and their user names");
  await give(clients);
  for (const name of names) {
    await page.getByText(name).filter({ visible: true }).first().waitFor();
  }
  await on("What the users may do");
  const all = page.getByRole("region", { name: "Give several users the same rights" });
  await all.getByRole("button", { name: /^Add a role/ }).click();
  await all.getByLabel("Database").fill("sales");
  await all.getByRole("button", { name: /^Give these rights to \d users/ }).click();
  await on("Check what will change");
  await page.getByLabel("I understand that the nodes restart").check();
  await page.getByRole("button", { name: /^Apply \d changes/ }).click();
  await page.getByRole("heading", { level: 2, name: "Done", exact: true }).waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "Go on: see how to log in" }).click();

  const folder = mkdtempSync(join(tmpdir(), "atlas-x509-road-"));
  atEnd(t, () => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(import.meta.dirname, "node_modules"), join(folder, "node_modules"));
  const printed = async (language) => {
    await page.getByRole("button", { name: language, exact: true }).click();
    return page.getByRole("region", { name: language, exact: true }).innerText();
  };
  for (const name of names) {
    await page.getByLabel("User", { exact: true }).selectOption(name);
    const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /^Save .+\.pem$/ }).click()]);
    await saved.saveAs(join(folder, saved.suggestedFilename()));
    const shell = `${(await printed("mongosh")).trim()} --quiet --norc --eval '${WHO}'`;
    const said = await inShell(shell, folder);
    const answer = said.trim().replaceAll(/\s+/g, " ");
    await page.getByText(answer, { exact: true }).waitFor();
    t.diagnostic(`${Date.now() - began} ms until mongosh said ${answer}`);
  }
  writeFileSync(join(folder, "printed.mjs"), await printed("Node.js"));
  writeFileSync(join(folder, "printed.py"), await printed("Python"));
  const last = names.at(-1);
  const quoted = JSON.stringify(last).slice(1, -1);
  for (const command of [`'${process.execPath}' printed.mjs`, `'${PYTHON}' printed.py`]) {
    const said = await inShell(command, folder);
    assert.ok(said.includes(quoted), `${command} says ${said}`);
  }
  const login = page.getByRole("region", { name: "Command that logs in once" });
  const { stdout } = await run((await words(await login.innerText())).slice(1), { folder });
  assert.ok(stdout.includes(last), stdout);

  const arrived = page.getByRole("region", { name: "Has it logged in yet?" });
  await arrived.getByRole("button", { name: "Check again" }).click();
  await arrived.getByText("All users have logged in.").waitFor();
}

/** What a command writes in the shell, in a folder. mongosh is found as a person's would be. */
async function inShell(command, folder) {
  const { stdout, stderr } = await finished("sh", ["-c", command], {
    cwd: folder,
    PATH: `${join(MONGOSH, "..")}:${process.env.PATH}`,
  });
  return stdout || stderr;
}

/** The words of a command, as the shell takes them. */
async function words(command) {
  const { stdout } = await finished("sh", ["-c", `printf '%s\\0' ${command}`]);
  return stdout.split("\0").slice(0, -1);
}
