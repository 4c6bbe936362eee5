// The history of a project: who came to its clusters and why they were refused, who changed what, and why a
// client that is given is refused.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { pictures } from "./support/browser.mjs";
import { assertFits, heading } from "./support/page.mjs";
import { openSettings } from "./support/settings.mjs";
import { read } from "./support/setup.mjs";

const SERVICES = "/C=US/O=Acme/OU=Services";
const SHIPPING = "CN=shipping,OU=Services,O=Acme,C=US";

let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "atlas-x509-history-"));
  writeFileSync(join(folder, "client"), "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth\n");
  for (const name of ["trusted", "foreign"]) {
    openssl(
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", `/O=Acme/CN=${name}`],
      ...["-addext", "keyUsage=critical,keyCertSign", "-keyout", `${name}.key`, "-out", `${name}.crt`],
    );
  }
  issue("orders", "trusted");
  issue("shipping", "trusted");
  expired("billing", "trusted");
  issue("stranger", "foreign");
  openssl("dsaparam", "-out", "dsa.pem", "2048");
  issue("archiver", "trusted", "dsa:dsa.pem");
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("the history tells who came, who was refused and why, and who changed what", async (t) => {
  const { page } = await openSettings(t, "Acme Production", { path: "/settings/history" });
  await heading(page, "History");
  const attempts = page.getByRole("region", { name: "Logins and refusals" });
  const shipping = attempts.getByRole("listitem").filter({ hasText: SHIPPING });
  await shipping.getByText("Refused").waitFor();
  await shipping.getByText("no such user").click();
  await shipping.getByText("No database user has this name.").waitFor();
  await shipping.getByText(`UserNotFound: Could not find user "${SHIPPING}"`).waitFor();
  await attempts.getByText("Atlas keeps no access history of prototype").waitFor();
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "history");
  await pictures(page, "history");

  await attempts.getByRole("button", { name: "Every attempt" }).click();
  await attempts.getByRole("button", { name: "Refusals" }).click();
  await attempts.getByRole("searchbox").fill("billing");
  await attempts.getByText("certificate expired").first().waitFor();
  assert.equal(await attempts.getByText("no such user").count(), 0);
  await attempts.getByLabel("Cluster").selectOption("analytics");
  await attempts.getByRole("searchbox").fill("");
  await attempts.getByText("Nobody matches.").waitFor();
  await attempts.getByRole("button", { name: "All" }).click();
  await attempts.getByText("CN=alice", { exact: true }).first().waitFor();

  const events = page.getByRole("region", { name: "Changes" });
  await events.getByText("A database user was changed").first().waitFor();
  await events.getByText("by jane@acme.example").first().waitFor();
});

test("why a client is refused is answered from everything that is known", async (t) => {
  const { page, why, ask, takenUp } = await open(t);
  const answer = why.getByRole("status").filter({ hasText: "user name" });
  const first = answer.locator(".alert").first();
  for (const [name, cluster, says] of [
    ["billing", "orders", "expired"],
    ["stranger", "orders", "bundle"],
    ["shipping", "orders", "but one is called C=US,O=Acme,OU=Services,CN=shipping"],
    ["archiver", "analytics", "analytics asks for TLS 1.3, and a DSA 2048 key can't be used with it."],
  ]) {
    await ask(name, cluster);
    await first.getByText(says).first().waitFor();
    const command = why.getByRole("region", { name: "Command that logs in once" });
    assert.match(await command.innerText(), new RegExp(`^atlas-x509 login --pem ${name}\\.pem --uri "mongodb`));
    if (name === "shipping") {
      await assertAccessibleInBothThemes(page);
      await assertFits(page, "why");
      await pictures(page, "why");
    }
  }
  await ask("orders", "orders");
  await takenUp("orders");
  const again = answer.getByRole("button", { name: "Check again" });
  if (await again.isVisible()) {
    await first.getByText("orders hasn't taken up the last change yet (PENDING).").waitFor();
    await again.click();
  }
  await answer.getByText("Nothing that we can see keeps this client out.").waitFor();
  await answer.getByText("It logged in last on").waitFor();
  await why.getByLabel("Database").fill("invoices");
  await first.getByText("has no role on invoices.").waitFor();
});

test("twenty thousand attempts are shown by pages, and looked through at once", async (t) => {
  const { page } = await openSettings(t, "Acme Big", { path: "/settings/history" });
  const attempts = page.getByRole("region", { name: "Logins and refusals" });
  await attempts.getByText("Atlas tells the last 20,000 attempts").waitFor();
  await page.evaluate(() => {
    globalThis.long = [];
    new PerformanceObserver((list) => globalThis.long.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: "longtask",
    });
  });
  await attempts.getByRole("button", { name: "Every attempt" }).click();
  await attempts.getByText(/of 20,\d{3} shown|of 2\d,\d{3} shown/).waitFor();
  await attempts.getByRole("searchbox").fill("device-042");
  await attempts.getByText(/^\d{3} attempts/).waitFor();
  await attempts.getByRole("button", { name: /^Show 25 more/ }).click();
  t.diagnostic(`long tasks: ${JSON.stringify(await page.evaluate(() => globalThis.long))}`);
});

/** A browser in the history of Acme Production, whose bundle is the test's own authority, with all clients given. */
async function open(t) {
  const trusts = readFileSync(join(folder, "trusted.crt"), "utf8");
  const { page, gateway, id } = await openSettings(t, "Acme Production", { path: "/settings/history", trusts });
  await heading(page, "History");
  const names = ["orders", "shipping", "billing", "stranger", "archiver"];
  await page.locator("input[type=file]").last().setInputFiles(names.map((name) => join(folder, `${name}.crt`)));
  const why = page.getByRole("region", { name: "Why was I refused?" });
  const ask = async (name, cluster) => {
    await why.getByLabel("Client").selectOption(`CN=${name},OU=Services,O=Acme,C=US`);
    await why.getByLabel("Cluster").selectOption(cluster);
  };
  const takenUp = async (cluster) => {
    while ((await read(gateway, id, `clusters/${cluster}/status`)).changeStatus !== "APPLIED") {
      await setTimeout(200);
    }
  };
  return { page, why, ask, takenUp };
}

function request(name, key = "rsa:2048") {
  openssl(
    ...["req", "-new", "-newkey", key, "-nodes", "-subj", `${SERVICES}/CN=${name}`],
    ...["-keyout", `${name}.key`, "-out", `${name}.csr`],
  );
}

function issue(name, authority, key) {
  request(name, key);
  const by = ["-CA", `${authority}.crt`, "-CAkey", `${authority}.key`, "-CAcreateserial"];
  openssl("x509", "-req", "-in", `${name}.csr`, "-days", "365", ...by, "-extfile", "client", "-out", `${name}.crt`);
}

/** One that ended in 2024. */
function expired(name, authority) {
  request(name);
  const settings =
    "[ca]\ndefault_ca=it\n[it]\ndatabase=index\nserial=serial\nnew_certs_dir=.\npolicy=any\n" +
    "[any]\nC=optional\nO=optional\nOU=optional\nCN=supplied\n";
  for (const [file, text] of Object.entries({ index: "", serial: "01\n", settings })) {
    writeFileSync(join(folder, file), text);
  }
  openssl(
    ...["ca", "-batch", "-notext", "-config", "settings", "-cert", `${authority}.crt`, "-keyfile", `${authority}.key`],
    ...["-md", "sha256", "-preserveDN", "-in", `${name}.csr`, "-out", `${name}.crt`],
    ...["-extfile", "client", "-startdate", "20240101000000Z", "-enddate", "20240201000000Z"],
  );
}

function openssl(...words) {
  execFileSync("openssl", words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
}
