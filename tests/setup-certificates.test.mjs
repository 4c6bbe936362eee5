// The steps of a set-up in which certificates are given: the bundle as it will be, and the clients
// with their user names. Certificates are made by the openssl program while the test runs.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { openBrowser, picture } from "./support/browser.mjs";
import { hold } from "./support/engine.mjs";
import { assertFits, focused, heading, tabTo } from "./support/page.mjs";
import { startGateway } from "./support/programs.mjs";
import { V1, project as projectOf } from "./support/setup.mjs";

const CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n";
const CLIENT = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n";
const SERVICES = "/C=US/O=Acme/OU=Services";

let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "atlas-x509-setup-"));
  root("root", "/O=Acme/CN=Acme Root");
  root("successor", "/O=Acme/CN=Acme Root 2");
  endedRoot("ended", "/O=Acme/CN=Acme Old Root");
  issue("issuing", "/O=Acme/CN=Acme Issuing", CA);
  issue("billing", `${SERVICES}/CN=billing`, CLIENT);
  for (const name of ["shipping", "inventory", "reports"]) {
    issue(name, `${SERVICES}/CN=${name}`, CLIENT);
  }
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("a root and a client: the client is accepted, with the exact name", async (t) => {
  const { page } = await openStep(t, "Acme Staging");
  await page.getByText("self-managed X.509 is off in this project").waitFor();
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-authorities-empty");
  await drop(page, ["root.crt", "billing.crt"]);
  await page.getByText("1 added.").waitFor();
  await page.getByText("1 client certificate waits for the next step.").waitFor();
  await page.getByText("The nodes of 1 cluster restart, one at a time: staging.").waitFor();
  await assertAccessibleInBothThemes(page);
  await goOn(page, "Client certificates and their user names");
  const card = client(page, "billing");
  await card.getByText("Accepted").waitFor();
  await card.getByText("CN=billing,OU=Services,O=Acme,C=US", { exact: true }).waitFor();
  await card.getByText("Atlas has no user of this name yet.").waitFor();
  await card.getByText("Its private key isn't here").waitFor();
  await assertAccessibleInBothThemes(page);
  await pictures(page, "setup-clients");
  await assertFits(page, "clients");

  await drop(page, ["billing.key"]);
  await card.getByText("its private key is in billing.key").waitFor();
  // A reload keeps what was given, and no key.
  await page.reload();
  await card.getByText("CN=billing,OU=Services,O=Acme,C=US", { exact: true }).waitFor();
  await card.getByText("Its private key isn't here").waitFor();
  await page.getByText("aren't kept when the page is reloaded. To use them, drop them again: billing.key.").waitFor();
  const kept = await page.evaluate(() => JSON.stringify(sessionStorage));
  assert.doesNotMatch(kept, /PRIVATE KEY/);

  await drop(page, ["billing.key"]);
  await card.getByText("its private key is in billing.key").waitFor();
  assert.equal(await page.getByText("aren't kept when the page is reloaded").count(), 0, "it is here again");

  await card.getByRole("button", { name: "Leave out billing" }).click();
  await page.getByText("You don't need any").waitFor();
  await page.getByRole("button", { name: "Take back billing" }).click();
  await card.getByText("Accepted").waitFor();
});

test("an intermediate without its root is refused, with the way out", async (t) => {
  const { page } = await openStep(t, "Acme Staging");
  await drop(page, ["issuing.crt"]);
  await page.getByText("1 added.").waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  const problems = page.getByRole("alert").filter({ hasText: "Before you go on" });
  await problems.getByText("The bundle holds the intermediate “Acme Issuing” but not its root").waitFor();
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-authorities-refused");
  await problems.getByRole("link").first().click();
  assert.equal(await page.evaluate(() => document.activeElement.id), "bundle");
  await drop(page, ["root.crt"]);
  await page.getByText("2 added.").waitFor();
  await goOn(page, "Client certificates and their user names");
});

test("an expired authority is refused, and can be left out again", async (t) => {
  const { page } = await openStep(t, "Acme Staging");
  await drop(page, ["ended.crt", "root.crt"]);
  const refusal = page.getByText("“Acme Old Root” expired on 1 January 2020, and Atlas takes no bundle");
  await refusal.first().waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("alert").filter({ hasText: "Before you go on" }).getByRole("link", { name: /^“Acme Old Root” expired/ }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/setup/authorities");
  await page.getByRole("button", { name: "Leave out Acme Old Root" }).click();
  await page.getByText("Given and left out").waitFor();
  await page.getByText("1 added.").waitFor();
  assert.equal(await refusal.count(), 0);
  await assertAccessibleInBothThemes(page);
  await page.getByRole("button", { name: "Put back Acme Old Root" }).click();
  await refusal.first().waitFor();
});

test("a client with another one's key cannot log in, not after a reload either", async (t) => {
  writeFileSync(
    join(folder, "stranger.pem"),
    ["billing.crt", "shipping.key"].map((name) => readFileSync(join(folder, name), "utf8")).join(""),
  );
  const { page } = await openStep(t, "Acme Staging");
  await drop(page, ["root.crt", "stranger.pem"]);
  await page.getByText("1 added.").waitFor();
  await goOn(page, "Client certificates and their user names");
  const card = client(page, "billing");
  await card.getByText("Cannot log in", { exact: true }).waitFor();
  await page.reload();
  await card.getByText("Cannot log in", { exact: true }).waitFor();
  await card.getByText("does not belong to it").first().waitFor();
});

test("nothing to change is said, and replacing an authority names what it breaks", async (t) => {
  const { page } = await openStep(t, "Acme Production", readFileSync(join(folder, "root.crt"), "utf8"));
  await page.getByText("Atlas already trusts exactly this authority.").waitFor();
  await drop(page, ["successor.crt", "billing.crt"]);
  await page.getByText("1 added and 1 kept.").waitFor();
  await page.getByRole("radio", { name: "Replace it" }).check();
  await page.getByText("1 added and 1 removed.").waitFor();
  await page.getByText("Its removal locks out 1 client given here:").waitFor();
  await page.getByText("CN=billing,OU=Services,O=Acme,C=US", { exact: true }).waitFor();
  await page.getByText("Atlas doesn't know who depends on an authority.").waitFor();
  await page.getByText("6 users of this project are here without a certificate").waitFor();
  await assertAccessibleInBothThemes(page);
  await pictures(page, "setup-authorities");
  await assertFits(page, "authorities");
  await goOn(page, "Client certificates and their user names");
  await client(page, "billing").getByText("It can log in today, and can't with the new bundle.").waitFor();
  await client(page, "billing").getByText("Atlas has this user already: readWrite on billing.").waitFor();
  await assertAccessibleInBothThemes(page);

  await page.getByRole("link", { name: "Back" }).click();
  await page.getByRole("radio", { name: "Add to it" }).check();
  await page.getByRole("button", { name: "Take out Acme Root", exact: true }).click();
  await page.getByText("Its removal locks out 1 client given here:").waitFor();
  await page.getByRole("button", { name: "Put back Acme Root", exact: true }).click();
  await page.getByText("1 added and 1 kept.").waitFor();
});

test("a private key in a file of the bundle is left out, and said", async (t) => {
  const { page } = await openStep(t, "Acme Staging");
  await drop(page, ["root.crt", "root.key"]);
  await page.getByText("A private key was left out.").waitFor();
  const kept = await page.evaluate(() => JSON.stringify(sessionStorage));
  assert.doesNotMatch(kept, /PRIVATE KEY/);
  await assertAccessibleInBothThemes(page);
});

test("files that wait after a stop are not forgotten over another choice", async (t) => {
  const { page } = await openStep(t, "Acme Production");
  await page.getByText("Atlas already trusts exactly these two authorities").waitFor();
  const release = await hold(page, "root.crt");
  await drop(page, ["root.crt", "successor.crt"]);
  await tabTo(page, "Stop");
  await page.keyboard.press("Enter");
  const goOn = page.getByRole("button", { name: "Go on" });
  await goOn.waitFor();
  assert.equal(await focused(page), "Go on");
  await drop(page, ["billing.crt"]);
  await page.getByText("What was read is kept. 3 files wait until you go on.").waitFor();
  await page.getByRole("radio", { name: "Replace it" }).check();
  await page.getByText("The new bundle is empty.").waitFor();
  await goOn.waitFor();
  await release();
  await page.getByRole("radio", { name: "Add to it" }).check();
  await page.getByText("Atlas already trusts exactly these two authorities").waitFor();
  await page.getByRole("link", { name: /^Review/ }).click();
  await page.getByText("Judging the certificates was stopped").waitFor();
  await page.getByText("Judging was stopped. Press “Go on” first.").waitFor();
  await page.getByRole("link", { name: "Mend it in Authorities" }).click();
  await goOn.focus();
  await page.keyboard.press("Enter");
  await page.getByText("2 added and 2 kept.").waitFor();
  await page.getByText("1 client certificate waits for the next step.").waitFor();
  assert.equal(await goOn.count(), 0);
  assert.match(await focused(page), /^(Stop|The bundle)$/, "not the body");
});

test("a file that takes long to read is judged though others came after it", async (t) => {
  const { page } = await openStep(t, "Acme Staging");
  await page.getByText("No authority yet").waitFor();
  const release = await hold(page, "root.crt");
  await drop(page, ["root.crt"]);
  await page.getByText("Reading 1 file", { exact: true }).waitFor();
  await drop(page, ["successor.crt"]);
  await page.getByText("1 added.").waitFor();
  await page.getByText("Reading 2 files", { exact: true }).waitFor();
  await release();
  await page.getByText("2 added.").waitFor();
  assert.equal(await page.getByText(/^Reading/).filter({ visible: true }).count(), 0);
});

test("looking ahead shows what will have ended by then", async (t) => {
  const { page } = await openStep(t, "Acme Staging");
  await drop(page, ["root.crt", "billing.crt"]);
  await page.getByText("1 added.").waitFor();
  await page.getByRole("button", { name: "Look ahead to another day" }).click();
  await page.getByLabel("Judge for noon (UTC) of").fill("2090-01-01");
  await page.getByRole("button", { name: "Judge", exact: true }).click();
  await page.getByText("Everything is judged for 1 January 2090, not for today.").waitFor();
  // Counted from that day, as everything else is.
  await page.getByText("“Acme Root” ended on").waitFor();
  assert.equal(await page.getByText("expires on").count(), 0);
  await assertAccessibleInBothThemes(page);
  await page.reload();
  await page.getByText("Everything is judged for 1 January 2090, not for today.").waitFor();
  await page.getByRole("button", { name: "Back to today" }).click();
  await page.getByText("Judged for today").waitFor();
});

test("names typed by hand stand beside the names that the server derives", async (t) => {
  const { page } = await openStep(t, "Acme Production", readFileSync(join(folder, "root.crt"), "utf8"));
  await drop(page, ["shipping.crt", "inventory.crt", "reports.crt"]);
  await page.getByText("3 client certificates wait for the next step.").waitFor();
  await goOn(page, "Client certificates and their user names");
  const note = page.locator(".alert").filter({ hasText: "nearly have a client's name" });
  for (const [old, way] of [
    ["C=US,O=Acme,OU=Services,CN=shipping", "in another order"],
    ["CN=inventory, OU=Services, O=Acme, C=US", "with other spaces"],
    ["cn=reports,ou=services,o=acme,c=us", "with other capitals"],
  ]) {
    const pair = note.getByRole("listitem").filter({ has: page.getByText(old, { exact: true }) });
    await pair.getByText(way).waitFor();
  }
  await note.getByRole("button", { name: /^Give its rights .*keep both for now.*CN=shipping$/ }).click();
  await note.getByText("The client's name gets its rights, and both stay for now.").waitFor();
  await note.getByRole("button", { name: /^Plan to delete the old one.*CN=shipping$/ }).click();
  await note.getByText("It will be deleted, last of all changes.").waitFor();
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-clients-lookalikes");
  await page.reload();
  await note.getByText("It will be deleted, last of all changes.").waitFor();
  await note.getByRole("button", { name: /^Keep the old one/ }).click();
  assert.equal(await note.getByText("It will be deleted").count(), 0);
});

test("a file without a certificate says in either step what it is and what to do", async (t) => {
  const { page } = await openStep(t, "Acme Staging");
  await drop(page, ["root.crt", "billing.csr"]);
  await page.getByText("1 added.").waitFor();
  const card = client(page, "billing.csr");
  const way = "Send it to your certificate authority and add the certificate that comes back.";
  await card.getByText(way).waitFor();
  assert.equal(await page.getByRole("heading", { name: "To look at" }).count(), 0, "the card says it");
  await assertAccessibleInBothThemes(page);
  await goOn(page, "Client certificates and their user names");
  await card.getByText(way).waitFor();
  await card.getByRole("button", { name: "Take away billing.csr" }).click();
  await card.waitFor({ state: "detached" });
});

test("all of it works with the keyboard alone", async (t) => {
  const { page } = await openStep(t, "Acme Staging");
  // Well before it opens: the driver tells the browser only now that it will choose the files.
  const chooser = page.waitForEvent("filechooser");
  await tabTo(page, "Choose files");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(["root.crt", "ended.crt", "billing.crt"].map((name) => join(folder, name)));
  await page.getByText("2 added.").waitFor();
  await tabTo(page, "Leave out Acme Old Root");
  await page.keyboard.press("Enter");
  await page.getByText("1 added.").waitFor();
  await tabTo(page, "Continue");
  await page.keyboard.press("Enter");
  await heading(page, "Client certificates and their user names");
  await tabTo(page, "Leave out billing");
  await page.keyboard.press("Space");
  await page.getByText("You don't need any").waitFor();
});

/** Opens the step Authorities of a project, to which `bundle` is given before. */
async function openStep(t, project, bundle) {
  const gateway = await startGateway(t);
  if (bundle) {
    const { id } = await projectOf(gateway, project);
    const answer = await gateway.fetch(`/api/atlas/v2/groups/${id}/userSecurity`, {
      method: "PATCH",
      headers: { ...V1, "Content-Type": V1.Accept },
      body: JSON.stringify({ customerX509: { cas: bundle } }),
    });
    assert.equal(answer.status, 202);
  }
  const { page } = await openBrowser(t);
  await page.goto(gateway.address);
  await page.getByRole("link", { name: "Setup" }).click();
  await page.getByText("Connected.").waitFor();
  await goOn(page, "Choose the project");
  await page.getByRole("radio", { name: project }).check();
  await page.getByRole("heading", { name: `How things stand in ${project}` }).waitFor();
  await goOn(page, "Whose certificates the project trusts");
  return { page, gateway };
}

async function goOn(page, name) {
  await page.getByRole("button", { name: "Continue" }).click();
  await heading(page, name);
}

function client(page, name) {
  return page.getByRole("article").filter({ has: page.getByRole("heading", { level: 3, name }) });
}

function drop(page, names) {
  return page.locator(".setup input[type=file]").setInputFiles(names.map((name) => join(folder, name)));
}

/** Pictures of every width that matters, light and dark. */
async function pictures(page, name) {
  for (const width of [360, 1024, 1600]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await picture(page, `${name}-${width}-${colorScheme}`);
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize({ width: 1280, height: 720 });
}

function openssl(...command) {
  return execFileSync("openssl", command, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
}

function request(name, subject) {
  openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", `${name}.key`);
  openssl("req", "-new", "-key", `${name}.key`, "-subj", subject, "-out", `${name}.csr`);
}

function root(name, subject) {
  request(name, subject);
  sign(name, CA, ["-signkey", `${name}.key`, "-days", "3650"]);
}

/** A root that was valid until 2020. Only `openssl ca` takes dates of the past. */
function endedRoot(name, subject) {
  request(name, subject);
  const settings = "[ca]\ndefault_ca=it\n[it]\ndatabase=index\nserial=serial\nnew_certs_dir=.\npolicy=any\n[any]\nO=optional\nCN=supplied\n";
  for (const [file, text] of Object.entries({ index: "", serial: "01\n", settings, extensions: CA })) {
    writeFileSync(join(folder, file), text);
  }
  openssl(
    ...["ca", "-batch", "-notext", "-config", "settings", "-selfsign", "-keyfile", `${name}.key`, "-md", "sha256"],
    ...["-in", `${name}.csr`, "-extfile", "extensions", "-out", `${name}.crt`],
    ...["-startdate", "20150101000000Z", "-enddate", "20200101000000Z"],
  );
}

function issue(name, subject, extensions) {
  request(name, subject);
  sign(name, extensions, ["-CA", "root.crt", "-CAkey", "root.key", "-days", "365"]);
}

function sign(name, extensions, how) {
  writeFileSync(join(folder, "extensions"), extensions);
  openssl("x509", "-req", "-in", `${name}.csr`, "-extfile", "extensions", "-out", `${name}.crt`, ...how);
}
