// How things stand: what needs somebody, most urgent first, each with what mends it; and how one comes in.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { openBrowser, pictures } from "./support/browser.mjs";
import { assertFits, enter, focused, heading } from "./support/page.mjs";
import { startGateway } from "./support/programs.mjs";
import { openSettings } from "./support/settings.mjs";
import { certificates, faults, startBoth, writes } from "./support/setup.mjs";

const needs = (page) => page.getByRole("region", { name: "What needs somebody" }).locator(".need");

test("an authority that is about to expire is the first thing that one sees, with its days", async (t) => {
  const { page } = await openSettings(t, "Acme Production");
  await heading(page, "How things stand");
  await page.getByText("Self-managed X.509 is on, with 2 authorities and 7 users.").waitFor();
  await page.getByText(/Authorities or LDAP were last changed on \d+ \w+ \d{4} by jane@acme\.example\./).waitFor();
  await needs(page).first().waitFor();
  const first = await needs(page).first().textContent();
  assert.match(first, /“Acme Client CA 2023” expires in (19|20) days/);
  const all = await needs(page).allTextContents();
  const named = all.find((text) => text.includes("no certificate can have"));
  assert.match(named, /CN=inventory, OU=Services, O=Acme, C=US/, "told before any certificate is here");
  assert.match(all.join("\n"), /hardly any certificate has.*C=US,O=Acme,OU=Services,CN=shipping/s);
  await assertAccessibleInBothThemes(page);
  await assertFits(page, "overview");
  await pictures(page, "overview");
});

test("whoever has no project yet chooses it there, and is where they wanted to be", async (t) => {
  const { gateway } = await startBoth(t);
  const { page } = await openBrowser(t, { hurry: true });
  await enter(page, gateway);
  const calls = [];
  page.on("request", (request) => calls.push(new URL(request.url()).pathname));
  await page.getByRole("heading", { level: 1 }).waitFor();
  assert.deepEqual(calls.filter((path) => path.startsWith("/api/")), [], "Check asks Atlas nothing");
  await page.goto(`${gateway.origin}/settings/off`);
  await heading(page, "Choose the project");
  await page.getByLabel("Acme Production").check();
  await page.getByText("How things stand in Acme Production").waitFor();
  await page.getByRole("button", { name: "Go on with Acme Production" }).click();
  await heading(page, "Switch self-managed X.509 off");
  assert.equal(await focused(page), "Switch self-managed X.509 off");
  assert.match(await page.title(), /^Switch self-managed X.509 off – Acme Production – Settings/);
  await page.reload();
  await heading(page, "Switch self-managed X.509 off");
  await page.getByRole("button", { name: "Change project" }).click();
  await heading(page, "Choose the project");
  await page.getByRole("link", { name: "Check", exact: true }).click();
  await page.getByRole("link", { name: "Settings", exact: true }).click();
  await heading(page, "Switch self-managed X.509 off");
});

test("a certificate that is dropped in the settings is looked at and makes no user", async (t) => {
  const made = certificates();
  t.after(() => made.remove());
  made.authority("Other Root");
  const billing = made.client("billing", "Other Root");
  const { page } = await openSettings(t, "Acme Staging");
  await heading(page, "How things stand");
  await page.locator("input[type=file]").setInputFiles({
    name: "billing.pem",
    mimeType: "application/x-pem-file",
    buffer: Buffer.from(billing.certificate),
  });
  await page.getByText("1 client certificate is here.").waitFor();
  assert.equal(await page.getByText("decided, not applied").count(), 0);
});

test("a gateway that was started anew is told on every page, and leads back there", async (t) => {
  const { page, gateway } = await openSettings(t, "Acme Production", { path: "/settings/off" });
  await heading(page, "Switch self-managed X.509 off");
  await page.evaluate(() => sessionStorage.setItem("launch-token", "x".repeat(43)));
  await page.reload();
  await page.getByText("The gateway doesn't know this tab.").waitFor();
  await assertAccessibleInBothThemes(page);
  await page.goto(gateway.address);
  await heading(page, "Switch self-managed X.509 off");
  await page.getByRole("heading", { name: "Who loses access" }).waitFor();
});

test("a call that Atlas refuses hides nothing else", async (t) => {
  const { page, sandbox } = await openSettings(t, "Acme Production");
  await needs(page).first().waitFor();
  const forbidden = { status: 403, errorCode: "USER_UNAUTHORIZED" };
  await faults(sandbox, [
    { method: "GET", path: "/events", nth: 1, times: 99, fault: forbidden },
    { method: "GET", path: "/alertConfigs", nth: 1, times: 99, fault: forbidden },
  ]);
  await page.reload();
  await needs(page).first().waitFor();
  assert.match(await needs(page).first().textContent(), /Acme Client CA 2023/);
  assert.equal(await page.getByText("were last changed on").count(), 0);
});
