// The first two steps of a set-up: whose credential it is, and how things stand in a project.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { openBrowser, picture } from "./support/browser.mjs";
import { servePage } from "./support/folder.mjs";
import { assertFits, focused, heading, tabTo } from "./support/page.mjs";
import { startGateway, startSandbox } from "./support/programs.mjs";
import { V1, faults, openWithDraft, project } from "./support/setup.mjs";

test("a sandbox is called one in every place", async (t) => {
  const { page } = await openGateway(t);
  const notice = page.getByText("A stand-in for Atlas: whatever you set up here is not real.");
  await notice.waitFor();
  await page.getByRole("link", { name: "Setup" }).click();
  await heading(page, "Connect to Atlas");
  await notice.waitFor();
  await page.getByText("This is the sandbox").waitFor();
  await page.getByText("Connected.").waitFor();
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-connect");
});

test("why Atlas refuses the connection is said in words, and trying again mends it", async (t) => {
  const { page, gateway } = await openGateway(t, { expectedMessages: [/status of (402|403|429)/] });
  const sandbox = { origin: gateway.sandbox };
  const said = (text) => page.getByRole("alert").filter({ hasText: text }).waitFor();
  const again = () => page.getByRole("button", { name: "Try again" }).click();

  // Only Atlas knows from which address it was called.
  const groups = /\/api\/atlas\/v2\/groups(\?|$)/;
  const refusal = { error: 403, errorCode: "IP_ADDRESS_NOT_ON_ACCESS_LIST", parameters: ["198.51.100.7"] };
  await page.route(groups, (route) => route.fulfill({ status: 403, json: refusal }));
  await page.getByRole("link", { name: "Setup" }).click();
  await said("the address 198.51.100.7 is not on the API access list of this credential");
  await said("Add it in Atlas, under the organization's Identity & Access → Applications");
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-connect-refused");
  await page.unroute(groups);

  for (const [fault, what, next] of [
    [{ status: 403, errorCode: "ORG_REQUIRES_ACCESS_LIST" }, "takes calls from listed addresses only", "API access list"],
    [{ status: 402, errorCode: "ACCOUNT_SUSPENDED" }, "Atlas has suspended the account.", "Settle the bill in Atlas"],
    // Longer than the page waits by itself.
    [{ status: 429, errorCode: "RATE_LIMITED", retryAfter: 600 }, "Atlas takes no more calls", "Wait a minute"],
  ]) {
    await faults(sandbox, [{ path: "/groups", fault }]);
    await again();
    await said(what);
    await said(next);
  }
  await again();
  await page.getByText("Connected.").waitFor();
});

test("an API key whose roles are too low is named, with what will not work", async (t) => {
  const { page, gateway } = await openGateway(t);
  const apiKey = { publicKey: "abcdefgh", roles: [{ roleName: "GROUP_READ_ONLY" }, { roleName: "ORG_MEMBER" }] };
  const status = await (await gateway.fetch("/api/atlas/v2/", { headers: V1 })).json();
  await page.route(/\/api\/atlas\/v2\/?$/, (route) => route.fulfill({ json: { ...status, apiKey } }));
  await page.getByRole("link", { name: "Setup" }).click();
  await page.getByText("It is the API key abcdefgh with the roles Organization Member and Project Read Only.").waitFor();
  await page.getByText("None of these roles may change a bundle.").waitFor();
  await page.getByText("You can look at projects and see what would change. To apply it,").waitFor();
  await assertAccessibleInBothThemes(page);
});

test("connecting and choosing a project work with the keyboard alone", async (t) => {
  const { page } = await openGateway(t);
  await tabTo(page, "Setup");
  await page.keyboard.press("Enter");
  await page.getByText("Connected.").waitFor();
  await tabTo(page, "Continue");
  await page.keyboard.press("Enter");
  await heading(page, "Choose the project");
  await tabTo(page, "", { type: "radio" });
  await page.keyboard.press("Space");
  await page.getByRole("heading", { name: "How things stand in Acme Big" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.getByRole("heading", { name: "How things stand in Acme LDAP" }).waitFor();
  await tabTo(page, "Continue");
  await page.keyboard.press("Enter");
  await heading(page, "Whose certificates the project trusts");
});

test("a project shows how things stand in it before anything is changed", async (t) => {
  const { page } = await openProject(t, "Acme Production");
  for (const text of [
    "On, with 2 authorities",
    "7 with self-managed X.509, 2 with certificates that Atlas made",
    "The network access list has 2 entries.",
    "of them have names that no certificate, or hardly one, can have",
    "It has gone off: an authority is about to expire.",
    "archive",
  ]) {
    await page.getByText(text).first().waitFor();
  }
  await assertAccessibleInBothThemes(page);
  await picture(page, "setup-project");
  await assertFits(page, "project");
});

test("a tick stands only at a step that was gone through", async (t) => {
  const { page } = await openProject(t, "Acme Production");
  await page.getByRole("heading", { name: "How things stand in Acme Production" }).waitFor();
  const steps = page.getByRole("navigation", { name: "Steps" }).getByRole("listitem");
  const ticks = async () => {
    const texts = await steps.allInnerTexts();
    return texts.filter((text) => text.includes("completed")).map((text) => text.replace(/[^a-z ]|completed/gi, "").trim());
  };
  assert.deepEqual(await ticks(), ["Connect"], "Atlas has a bundle and users, and nobody looked at them");
  await page.getByRole("link", { name: /Review/ }).click();
  await page.getByText("Nothing to change: Atlas already has exactly this.").waitFor();
  assert.deepEqual(await ticks(), ["Connect", "Project"]);
  await page.getByRole("link", { name: "Authorities", exact: true }).click();
  await heading(page, "Whose certificates the project trusts");
  await page.getByText("Atlas already trusts exactly these two authorities.").waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  await heading(page, "Client certificates and their user names");
  assert.deepEqual(await ticks(), ["Connect", "Project", "Authorities"]);
  await page.reload();
  await page.getByRole("link", { name: /Authorities.*completed/ }).waitFor();
  await page.getByRole("link", { name: /Authorities/ }).click();
  await page.getByRole("button", { name: "Take out Acme Client CA 2023", exact: true }).click();
  await page.getByRole("button", { name: "Take out Acme Client CA 2026", exact: true }).click();
  await page.getByText("This switches self-managed X.509 off.").waitFor();
  await page.getByRole("link", { name: /Project.*completed/ }).click();
  await heading(page, "Choose the project");
  await page.getByRole("radio", { name: "Acme Staging" }).click();
  await page.getByRole("button", { name: /^Forget it and choose/ }).click();
  await page.getByRole("heading", { name: "How things stand in Acme Staging" }).waitFor();
  assert.deepEqual(await ticks(), ["Connect"], "it was another project");
});

test("a role that is too low is named, with what will not work", async (t) => {
  // The browser says in its console that a call was answered with 401.
  const { page } = await openProject(t, "Acme Read Only", { expectedMessages: [/status of 401/] });
  await page
    .getByRole("alert")
    .filter({ hasText: "can't be read with this credential" })
    .filter({ hasText: "Project Owner" })
    .waitFor();
  for (const text of ["can't be read with this credential", "The credential may not do this."]) {
    assert.ok((await page.getByText(text).count()) < 2, `${text} is said once`);
  }
  assert.equal(await page.getByText("could not be read").count(), 0, "that is said above");
  await assertAccessibleInBothThemes(page);
});

test("another failure is not taken for a role that is too low, and trying again mends it", async (t) => {
  const { page, gateway } = await openProject(t, "Acme Big", { expectedMessages: [/status of 402/] });
  const { id } = await project(gateway, "Acme Staging");
  const fault = { status: 402, errorCode: "ACCOUNT_SUSPENDED", detail: "The account is suspended." };
  await faults({ origin: gateway.sandbox }, [{ path: `/groups/${id}/userSecurity`, times: 2, fault }]);
  await page.getByRole("radio", { name: "Acme Staging" }).check();
  const failure = page.getByRole("alert").filter({ hasText: "Atlas has suspended the account." });
  await failure.waitFor();
  assert.equal(await page.getByText("with this credential").count(), 0);
  await page.getByRole("link", { name: /^Review/ }).click();
  await heading(page, "Check what will change");
  await failure.waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Read from Atlas just now.").waitFor();
});

test("a slow answer about another project comes too late", async (t) => {
  const { page, gateway } = await openProject(t, "Acme Big");
  const { id } = await project(gateway, "Acme Staging");
  const path = `/groups/${id}/userSecurity`;
  await faults({ origin: gateway.sandbox }, [{ path, fault: { stall_ms: 1_500 } }]);
  const late = page.waitForResponse((response) => response.url().endsWith(path));
  await page.getByRole("radio", { name: "Acme Staging" }).check();
  await page.getByRole("radio", { name: "Acme LDAP" }).check();
  await page.getByText("Authorisation is on").waitFor();
  await (await late).finished();
  await page.waitForTimeout(100);
  await page.getByRole("heading", { name: "How things stand in Acme LDAP" }).waitFor({ timeout: 100 });
});

test("another project is not chosen over what was decided without a question", async (t) => {
  const gateway = await startGateway(t);
  const chosen = await project(gateway, "Acme Production");
  const draft = { project: chosen, deleted: ["CN=a,O=Acme"] };
  const { page } = await openWithDraft(t, gateway, draft, { path: "/setup/project" });
  await page.getByRole("heading", { name: "How things stand in Acme Production" }).waitFor();
  const mark = (name) => page.getByRole("radio", { name });
  const hasFocus = (name) => mark(name).evaluate((element) => element === document.activeElement);
  const question = page.getByRole("dialog").filter({ hasText: "which users are deleted" });
  await tabTo(page, "", { type: "radio" });
  for (let round = 0; round < 2; round++) {
    await page.keyboard.press("ArrowDown");
    await question.waitFor();
    assert.ok(await mark("Acme Production").isChecked(), "it is still the one");
    await assertAccessibleInBothThemes(page);
    if (round === 0) {
      assert.equal(await focused(page), "Keep Acme Production");
      await page.getByRole("button", { name: "Continue" }).click({ timeout: 500 }).then(
        () => assert.fail("it goes on beside the question"),
        () => {},
      );
      await page.keyboard.press("Enter");
    } else {
      await page.keyboard.press("Escape");
    }
    await question.waitFor({ state: "detached" });
    assert.ok((await hasFocus("Acme Production")) && (await mark("Acme Production").isChecked()));
  }
  await mark("Acme Staging").click();
  await question.waitFor();
  assert.ok(await mark("Acme Production").isChecked());

  const { id } = await project(gateway, "Acme Staging");
  await faults({ origin: gateway.sandbox }, [{ path: `/groups/${id}/userSecurity`, fault: { stall_ms: 2_000 } }]);
  await tabTo(page, "Forget it and choose Acme Staging");
  await page.keyboard.press("Enter");
  await question.waitFor({ state: "detached" });
  assert.ok((await hasFocus("Acme Staging")) && (await mark("Acme Staging").isChecked()));
  // The bundle of the project before is not taken for one that comes to this one's.
  await page.getByRole("link", { name: /^Authorities/ }).click();
  await page.getByText("Reading the project.").waitFor();
  await page.getByText("No authority yet").waitFor({ timeout: 1_000 });
  assert.equal(await page.getByText(/\d added/).count(), 0);
  assert.doesNotMatch(await page.evaluate(() => sessionStorage.getItem("setup")), /CN=a/);
});

test("LDAP authorisation is said with its effect", async (t) => {
  const { page } = await openProject(t, "Acme LDAP");
  await page.getByText("users with certificates that Atlas made cannot connect").waitFor();
});

test("what is missing is said instead of a step that cannot be entered", async (t) => {
  const { page, origin } = await openGateway(t);
  await page.goto(`${origin}/setup/review`);
  await page.getByText("No project is chosen yet.").waitFor();
  await page.getByRole("link", { name: "Choose the project" }).click();
  await heading(page, "Choose the project");
  await page.getByRole("button", { name: "Continue" }).click();
  const problems = page.getByRole("alert").filter({ hasText: "Before you go on" });
  await problems.waitFor();
  assert.ok(await problems.evaluate((element) => element === document.activeElement));
  await assertAccessibleInBothThemes(page);
});

test("the choice outlives a reload and a look at another place", async (t) => {
  const { page } = await openProject(t, "Acme Staging");
  await page.getByRole("link", { name: "Check" }).click();
  await heading(page, "Check certificates");
  await page.getByRole("link", { name: "Setup" }).click();
  await heading(page, "Choose the project");
  await page.reload();
  await page.getByRole("heading", { name: "How things stand in Acme Staging" }).waitFor();
  assert.ok(await page.getByRole("radio", { name: "Acme Staging" }).isChecked());
});

test("without a gateway the service account is given in the page, and kept nowhere", async (t) => {
  const sandbox = await startSandbox(t);
  const { origin } = await servePage(t, { forward: sandbox.origin });
  // The browser says in its console that the wrong secret was answered with 401.
  const { page } = await openBrowser(t, { expectedMessages: [/status of 401/] });
  await page.goto(`${origin}/setup/connect`);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByText("Both the client ID and the secret are needed.").waitFor();
  await page.getByLabel("Client ID").fill(sandbox.credentials.ATLAS_CLIENT_ID);
  await page.getByLabel("Client secret").fill("mdb_sa_sk_wrong");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByRole("alert").filter({ hasText: "does not know this service account" }).waitFor();
  await assertAccessibleInBothThemes(page);

  const secret = sandbox.credentials.ATLAS_CLIENT_SECRET;
  await page.getByLabel("Client secret").fill(secret);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByText("Connected.").waitFor();
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.ok(!stored.includes(secret));
});

test("a gateway that was started anew is given its new address, and nothing is lost", async (t) => {
  const { page, gateway } = await openProject(t, "Acme Staging", { expectedMessages: [/status of 401/] });
  await page.evaluate(() => sessionStorage.setItem("launch-token", "x".repeat(43)));
  await page.getByRole("button", { name: "Read again" }).click();
  await page.getByText("The gateway doesn't know this tab").waitFor();
  await page.getByLabel("The line after “Open”").fill("http://127.0.0.1:1/");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("There is no code in it.").waitFor();
  await assertAccessibleInBothThemes(page);
  await page.getByLabel("The line after “Open”").fill(gateway.address);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("The gateway doesn't know this tab").waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "How things stand in Acme Staging" }).waitFor();
  assert.equal(await page.getByText("The gateway doesn't know this tab").count(), 0);
});

test("a new tab without the gateway's address is told so, and nothing else", async (t) => {
  const { gateway, origin } = await openGateway(t);
  const { page } = await openBrowser(t, { expectedMessages: [/status of 401/] });
  await page.goto(`${origin}/setup/connect`);
  await page.getByText("This tab wasn't opened with the gateway's address.").waitFor();
  assert.equal(await page.getByText("Nothing is lost").count(), 0);
  await page.getByLabel("The line after “Open”").fill(gateway.address);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("Connected.").waitFor();
  await page.goto("about:blank");
});

async function openGateway(t, options) {
  const gateway = await startGateway(t);
  const { page } = await openBrowser(t, options);
  await page.goto(gateway.address);
  await heading(page, "Check certificates");
  return { page, gateway, origin: gateway.origin };
}

async function openProject(t, name, options) {
  const opened = await openGateway(t, options);
  const { page } = opened;
  await page.getByRole("link", { name: "Setup" }).click();
  await page.getByText("Connected.").waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  await heading(page, "Choose the project");
  await page.getByRole("radio", { name }).check();
  await page.getByRole("heading", { name: `How things stand in ${name}` }).waitFor();
  return opened;
}
