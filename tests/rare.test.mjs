// What the engine that the page loads first has not got, and the whole one has (crates/engine/src/hand_over.rs).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { openBrowser } from "./support/browser.mjs";
import { card, drop, openCheck, pileOfAcme, verdict } from "./support/check.mjs";
import { hold } from "./support/engine.mjs";
import { servePage } from "./support/folder.mjs";

let made;

before(() => {
  made = pileOfAcme();
  const request = ["req", "-x509", "-days", "365", "-nodes", "-subj", "/CN=Rare"];
  const keys = { brainpool: "EC -pkeyopt ec_paramgen_curve:brainpoolP256r1", ed448: "ED448" };
  for (const [name, algorithm] of Object.entries(keys)) {
    made.openssl("genpkey", "-algorithm", ...algorithm.split(" "), "-out", `${name}.key`);
    made.openssl(...request, "-key", `${name}.key`, "-out", `${name}.crt`);
    made.sign("billing", `billing-${name}`, "clientAuth", [], name);
  }
});

after(() => made.remove());

/** The names of the engine's files that a page asks for. */
function loaded(page) {
  const names = [];
  page.context().on("request", (request) => names.push(new URL(request.url()).pathname));
  return () => names.filter((name) => name.includes("engine")).sort();
}

const FIRST = ["/engine-worker.js", "/engine.js", "/engine_bg.wasm"];
const WHOLE = ["/engine-whole.js", "/engine-whole_bg.wasm"];

for (const name of ["brainpool", "ed448"]) {
  test(`an authority with a key of ${name} has the whole engine loaded, which knows what was given before`, async (t) => {
    const { origin } = await servePage(t);
    const { page } = await openBrowser(t, {});
    const files = loaded(page);
    await page.goto(origin);
    await verdict(page, "Check certificates");
    await drop(page, ["root.crt", "issuing.crt", "billing.crt", "billing.key"].map(made.file));
    await verdict(page, "1 accepted");
    assert.deepEqual(files(), FIRST, "what is usual needs no more");
    // Another file is still being read when the engine changes.
    const release = await hold(page, "shipping.crt");
    await drop(page, [`${name}.crt`, `billing-${name}.crt`, "shipping.crt"].map(made.file));
    await release();
    await verdict(page, "3 accepted");
    assert.deepEqual(files(), [...FIRST, ...WHOLE].sort());
    // The key was given to the first engine.
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      card(page, "billing").first().getByRole("button", { name: /Make its PEM/ }).click(),
    ]);
    assert.match(readFileSync(await download.path(), "utf8"), /PRIVATE KEY/);
  });
}

test("a whole engine that cannot be loaded is told, and is tried again", async (t) => {
  const { page } = await openCheck(t, { expectedMessages: [/ERR_FAILED/, /Failed to fetch/] });
  await page.route("**/engine-whole_bg.wasm", (route) => route.abort());
  await drop(page, ["root.crt", "issuing.crt", "billing.crt"].map(made.file));
  await verdict(page, "1 accepted");
  await drop(page, ["brainpool.crt", "billing-brainpool.crt"].map(made.file));
  await page.getByText("could not be loaded").first().waitFor();
  await page.unroute("**/engine-whole_bg.wasm");
  await page.getByRole("button", { name: "Go on" }).click();
  await verdict(page, "2 accepted");
});
