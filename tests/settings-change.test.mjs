// A change is one, wherever it was decided: seen on every page of the settings, taken back, gone on with.

import assert from "node:assert/strict";
import { test } from "node:test";

import { standing } from "./support/apply.mjs";
import { openSettings } from "./support/settings.mjs";
import { plan, writes } from "./support/setup.mjs";

test("what is decided in Setup is seen in the settings, and taken back there", async (t) => {
  const { page, sandbox } = await openSettings(t, "Acme Production", { path: "/setup/authorities" });
  await page.locator("summary", { hasText: "Switch self-managed X.509 off" }).click();
  await page.getByRole("button", { name: "Take every authority out" }).click();
  await page.getByText("This switches self-managed X.509 off.").waitFor();
  await page.getByRole("link", { name: "Settings", exact: true }).click();
  await page.getByRole("link", { name: "See what will change" }).click();
  await page.getByRole("button", { name: "Leave everything as it is" }).click();
  await page.getByText("decided, not applied").waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Setup", exact: true }).click();
  await page.getByText("Atlas already trusts exactly these two authorities.").waitFor();
  assert.deepEqual(await writes(sandbox), []);
});

test("a change that was stopped is told on every page, and goes on from there", async (t) => {
  const stopped = (id) => ({ ...plan(id, { users: ["CN=new,O=Acme"] }), phase: { is: "stopped" } });
  const { page, sandbox } = await openSettings(t, "Acme Staging", { path: "/settings/off", apply: stopped });
  await page.getByText("A change that was begun is not finished.").waitFor();
  await page.getByRole("link", { name: "Go on with it" }).click();
  await page.getByRole("button", { name: "Resume" }).click();
  await standing(page, "Done");
  await page.getByText("A change that was begun is not finished.").waitFor({ state: "detached" });
  assert.deepEqual(await writes(sandbox), ["POST CN=new,O=Acme"]);
});

test("a gateway that applies nothing goes on with nothing, whatever was begun before", async (t) => {
  const stopped = (id) => ({ ...plan(id, { users: ["CN=new,O=Acme"] }), phase: { is: "stopped" } });
  const { page } = await openSettings(t, "Acme Staging", { apply: stopped, flags: ["--read-only"] });
  await page.getByRole("link", { name: "Go on with it" }).click();
  await standing(page, "Stopped");
  await page.getByText("Start it without to do that.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Resume" }).count(), 0);
});
