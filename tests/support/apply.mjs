// The last two steps of a set-up, with a plan that is put into the tab as the step before leaves it.

import { authority, certificates, keptFile, openWithDraft, plan, project, read, startBoth } from "./setup.mjs";

/** What the browser writes into its console when a call is refused or its server is gone. */
export const refused = [/status of (400|401|404|409|429|503)/, /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/];

/** A root, and a client of it. */
export function makeCertificates() {
  const made = certificates();
  const rootPem = made.authority("Root");
  return { made, rootPem, root: authority(rootPem), billing: made.client("billing", "Root") };
}

/** The names of new users. */
export const names = (count) =>
  Array.from({ length: count }, (_, index) => `CN=client-${String(index).padStart(3, "0")},O=Acme`);

/**
 * Sandbox and gateway, and a browser in the step with a plan for a project of this name. `files` are
 * those given before, as name and PEM; `replace` takes away what the present bundle holds; the rest
 * goes into the plan.
 */
export async function openApply(t, { name = "Acme Staging", files = [], replace = false, path, expectedMessages, ...wanted }) {
  const { sandbox, gateway } = await startBoth(t);
  const chosen = await project(gateway, name);
  if (replace) {
    wanted.removed = await present(gateway, chosen.id);
  }
  const draft = {
    project: chosen,
    files: files.map(([name, pem]) => keptFile(name, pem)),
    apply: plan(chosen.id, wanted),
  };
  const opened = await openWithDraft(t, gateway, draft, { path, expectedMessages });
  return { ...opened, sandbox, gateway, id: chosen.id };
}

/** The authorities of the present bundle. */
async function present(gateway, id) {
  const { customerX509 } = await read(gateway, id, "userSecurity");
  return customerX509.cas.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n/g).map(authority);
}

/** Presses the button that begins. */
export const begin = (page) => page.getByRole("button", { name: "Apply the changes" }).click();

/** Waits until the run stands so. */
export const standing = (page, text) =>
  page.getByRole("heading", { level: 2, name: text, exact: true }).waitFor({ timeout: 60_000 });
