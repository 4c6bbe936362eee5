// The settings of a project: every screen, and a browser on one of them.

import { refused } from "./apply.mjs";
import { V1, openWithDraft, project, read } from "./setup.mjs";
import { startGateway, startSandbox } from "./programs.mjs";

/** Every screen, by its address and its heading. A new page adds a line. */
export const SCREENS = [
  ["/settings", "How things stand"],
  ["/settings/authorities", "Authorities"],
  ["/settings/users", "Users"],
  ["/settings/rotate", "Replace an authority"],
  ["/settings/off", "Switch self-managed X.509 off"],
  ["/settings/history", "History"],
];

/**
 * Both programs, and a browser on a screen of the settings of the project called `name`: `{ page, sandbox,
 * gateway, id, bundle }`. `files` are those given before, as a draft keeps them; `apply` makes what is being
 * applied to the project with this id; `trusts` is a bundle that the project has in place of its own; `flags` are the gateway's.
 */
export async function openSettings(t, name, { path = "/settings", files = [], apply = () => null, trusts, flags = [], ...options } = {}) {
  const sandbox = await startSandbox(t);
  const gateway = await startGateway(t, { flags: ["--sandbox-at", sandbox.origin, ...flags] });
  const chosen = await project(gateway, name);
  if (trusts) {
    const body = JSON.stringify({ customerX509: { cas: trusts } });
    const headers = { ...V1, "Content-Type": V1.Accept };
    await gateway.fetch(`/api/atlas/v2/groups/${chosen.id}/userSecurity`, { method: "PATCH", headers, body });
  }
  const draft = { project: chosen, files, apply: apply(chosen.id) };
  const opened = await openWithDraft(t, gateway, draft, { path, expectedMessages: [...refused, /status of 403/], ...options });
  const bundle = async () => (await read(gateway, chosen.id, "userSecurity")).customerX509.cas;
  return { ...opened, sandbox, gateway, id: chosen.id, bundle };
}

/** Goes to a page of the settings by their navigation. */
export const go = (page, name) =>
  page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name, exact: true }).click();
