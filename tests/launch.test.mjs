// How a tab comes by its token, and that nobody else does: what was left in the browser by whoever served the address
// before, and what the browser writes down.

import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join, relative } from "node:path";
import { test } from "node:test";

import { assertAccessibleInBothThemes } from "./support/accessibility.mjs";
import { openBrowser, openProfile } from "./support/browser.mjs";
import { OTHERS, until } from "./support/others.mjs";
import { enter, heading } from "./support/page.mjs";
import { startGateway } from "./support/programs.mjs";

/** A page that takes the code out of its address, as a thief would, and says what came of it. */
const THIEF = `<!doctype html><title>Thief</title><h1>Not started</h1><script type="module">
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ code }) };
  const answer = await fetch("/api/launch", init).catch((error) => ({ status: error.message }));
  document.querySelector("h1").textContent = "Got " + answer.status;
</script>`;

/** A service worker that answers every address but calls with that page. */
const WORKER = `
  addEventListener("install", () => skipWaiting());
  addEventListener("activate", (event) => event.waitUntil(clients.claim()));
  const thief = ${JSON.stringify(THIEF)};
  addEventListener("fetch", (event) => {
    if (event.request.mode === "navigate") {
      event.respondWith(new Response(thief, { headers: { "Content-Type": "text/html" } }));
    }
  });`;

const ATTACKS = {
  "a cached page": {
    answers: { "/": [THIEF, "text/html", "public, max-age=31536000, immutable"] },
    plant: (page) => page.getByText("Got 404").waitFor(),
  },
  "a service worker": {
    answers: {
      "/": ["<h1>Harmless</h1>", "text/html", "no-store"],
      "/worker.js": [WORKER, "text/javascript", "no-store"],
    },
    plant: (page) =>
      page.evaluate(async () => {
        await navigator.serviceWorker.register("/worker.js");
        await navigator.serviceWorker.ready;
      }),
  },
};

for (const [what, { answers, plant }] of Object.entries(ATTACKS)) {
  test(`${what} that was left at the address never gets the token, and the person reaches the right page`, async (t) => {
    const { page } = await openProfile(t);
    const { port, close } = await serve(answers);
    await page.goto(`http://127.0.0.1:${port}/`);
    await plant(page);
    await close();

    const gateway = await startGateway(t, { port });
    await page.goto(gateway.address);
    await heading(page, "Check certificates");
    await page.getByRole("link", { name: "Setup" }).click();
    await page.getByText("Connected.").waitFor();

    // What was left is still there: only the page's own name keeps it away.
    const { hash } = new URL(gateway.address);
    await page.goto(`http://127.0.0.1:${port}/${hash}`);
    await heading(page, "Got 403");
  });
}

test("at the bare address there is a page that says where to go, and it names nothing", async (t) => {
  const gateway = await startGateway(t);
  const { page } = await openBrowser(t, { expectedMessages: [/status of (403|404)/] });
  for (const path of ["/", "/setup/connect"]) {
    await page.goto(`http://127.0.0.1:${gateway.port}${path}`);
    await heading(page, "Atlas X.509");
    assert.ok(!(await page.content()).includes(new URL(gateway.origin).hostname));
  }
  await page.goto(`http://127.0.0.1:${gateway.port}/`);
  await page.getByText("Open the one that the server printed in its terminal").waitFor();
  await assertAccessibleInBothThemes(page);
});

test("what the browser has written down after a launch can call nothing", async (t) => {
  const gateway = await startGateway(t);
  const { address } = gateway;
  const code = new URL(address).hash.slice("#code=".length);
  const { page, folder, close } = await openProfile(t);
  await page.goto(address);
  await heading(page, "Check certificates");
  await page.getByRole("link", { name: "Setup" }).click();
  await page.getByText("Connected.").waitFor();
  assert.ok(!page.url().includes("#"), "the code leaves the address bar at once");
  await close();

  const holding = (text) => files(folder).filter((path) => [text, utf16(text)].some((it) => readFileSync(path).includes(it)));
  const withCode = holding(code).map((path) => relative(folder, path));
  t.diagnostic(`the code is in: ${withCode.join(", ") || "no file"}`);
  // The tab's own storage is what makes a reload lose nothing.
  for (const path of holding(gateway.token)) {
    assert.match(relative(folder, path), /\/Session Storage\//);
  }

  const launch = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ code }) };
  const again = await fetch(new URL("/api/launch", gateway.origin), launch);
  assert.equal(again.status, 410);
  assert.equal((await again.json()).errorCode, "LAUNCH_CODE_USED");
  assert.match(gateway.output(), /opened a second time/);
  const call = await fetch(new URL("/api/atlas/v2/groups", gateway.origin), { headers: { "X-Atlas-X509-Token": code } });
  assert.equal(call.status, 401);
});

test("an address that was opened before says so in Setup, and another one goes on there", async (t) => {
  const gateway = await startGateway(t);
  const { address } = gateway;
  const { page, context } = await openBrowser(t, { expectedMessages: [/status of (410|401)/] });
  await page.goto(address);
  await heading(page, "Check certificates");

  const second = await context.newPage();
  await second.goto(address);
  await heading(second, "Check certificates");
  await second.getByRole("link", { name: "Setup" }).click();
  await second.getByText("This tab wasn't opened with the gateway's address.").waitFor();
  await second.getByText("Press Enter in the gateway's terminal").first().waitFor();
  await assertAccessibleInBothThemes(second);
  await second.getByLabel("The line after “Open”").fill(`Open ${gateway.address}`);
  await second.getByRole("button", { name: "Go on" }).click();
  await second.getByText("Connected.").waitFor();

  // The first tab has lost nothing.
  await page.getByRole("link", { name: "Setup" }).click();
  await page.getByText("Connected.").waitFor();
});

test("without storage the page works until it is loaded anew, and then says what to do", async (t) => {
  const gateway = await startGateway(t);
  const { page, context } = await openBrowser(t, { expectedMessages: [/status of 401/] });
  await context.addInitScript(() => {
    for (const name of ["sessionStorage", "localStorage"]) {
      const get = () => {
        throw new DOMException("Storage is off", "SecurityError");
      };
      Object.defineProperty(window, name, { get });
    }
  });
  await page.goto(gateway.address);
  await heading(page, "Check certificates");
  await page.getByRole("link", { name: "Setup" }).click();
  await page.getByText("Connected.").waitFor();
  await page.reload();
  await page.getByText("This tab wasn't opened with the gateway's address.").waitFor();
  await page.goto(gateway.address);
  await page.getByRole("link", { name: "Setup" }).click();
  await page.getByText("Connected.").waitFor();
});

test("a gateway that is started again is the same origin, so that a tab keeps what was entered", async (t) => {
  const gateway = await startGateway(t);
  const { page } = await openBrowser(t);
  await enter(page, gateway);
  await page.evaluate(() => sessionStorage.setItem("kept", "yes"));
  await gateway.kill();
  const again = await startGateway(t, { port: gateway.port });
  assert.equal(again.origin, gateway.origin);
  await enter(page, again);
  assert.equal(await page.evaluate(() => sessionStorage.getItem("kept")), "yes");
});

for (const [name, start] of Object.entries(OTHERS)) {
  test(`the printed address opens in ${name}`, { skip: !start && `${name} is not installed` }, async (t) => {
    const gateway = await startGateway(t);
    const browser = await start(t);
    await browser.open(gateway.address);
    await until(browser, "return document.querySelector('h1')?.textContent === 'Check certificates'");
    assert.deepEqual(await browser.run("return [location.hash, isSecureContext, !!crypto.subtle]"), ["", true, true]);
    await browser.open(new URL("/setup/connect", gateway.origin).href);
    await until(browser, "return document.body.innerText.includes('Connected.')");
  });
}

/** A server on a free port that gives these answers, and to anything else that there is nothing. */
async function serve(answers) {
  const server = createServer((request, response) => {
    const [body, type, cache] = answers[request.url] ?? [];
    if (body === undefined) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200, { "Content-Type": type, "Cache-Control": cache }).end(body);
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return { port: server.address().port, close };
}

function files(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

const utf16 = (text) => Buffer.from(text, "utf16le");
