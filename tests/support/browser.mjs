// A browser for one test: a profile of its own in the Chromium of the file, which fails the test on anything that a
// person would call broken even if every assertion holds: a message in the console, an exception, a
// request that leaves the page's own origin.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { chromium } from "playwright-core";

import { atEnd } from "./end.mjs";
import { found } from "./system.mjs";

const FLAGS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
  "--no-sandbox",
];

/** How long a test waits for something to appear, in milliseconds: other tests run beside it. */
const WAIT = 20_000;

/** How much faster timers run in a browser that hurries. */
const HURRY = 10;

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The program of Chromium: ATLAS_X509_CHROMIUM, or the first one found on PATH. */
function program() {
  const path = process.env.ATLAS_X509_CHROMIUM ?? found(...NAMES);
  if (!path) {
    throw new Error("No Chromium on PATH: run `cargo xtask setup`, or set ATLAS_X509_CHROMIUM.");
  }
  return path;
}

let browser;

/** One Chromium for all tests of a file: starting it takes longer than most of them. */
function running() {
  browser ??= chromium.launch({ executablePath: program(), args: FLAGS, headless: true });
  return browser;
}

after(async () => (await browser)?.close());

/**
 * Opens a browser that closes with the test `t`. Returns Playwright's context, and `page`, its first
 * tab.
 *
 * `options` go to Playwright (`viewport`, `colorScheme`, `reducedMotion`, `offline`, …), except:
 * - `origin`: where the page may talk to; without it, the origin of the first address opened;
 * - `expectedMessages`: patterns of console messages that the test provokes on purpose;
 * - `hurry`: the page's own pauses (before it asks the clusters again, before it tries again) take a
 *   tenth of their time. What the servers need takes as long as ever.
 */
export async function openBrowser(t, { origin, expectedMessages = [], hurry = false, ...options } = {}) {
  const context = await (await running()).newContext({ locale: "en-GB", timezoneId: "UTC", ...options });
  context.setDefaultTimeout(WAIT);
  if (hurry) {
    await context.addInitScript((factor) => {
      const { setTimeout } = window;
      window.setTimeout = (act, pause, ...more) => setTimeout(act, pause / factor, ...more);
    }, HURRY);
  }
  const complaints = [];
  context.on("page", (page) => watch(page, complaints, expectedMessages));

  let home = origin;
  await context.route("**/*", (route) => {
    const address = new URL(route.request().url());
    home ??= address.origin;
    if (address.origin === home || ["blob:", "data:"].includes(address.protocol)) {
      return route.continue();
    }
    complaints.push(`a request left the page's origin: ${route.request().method()} ${address.href}`);
    return route.abort();
  });

  atEnd(t, async () => {
    await context.close();
    if (complaints.length > 0) {
      throw new Error(`The browser complained:\n- ${complaints.join("\n- ")}`);
    }
  });
  return { context, page: await context.newPage(), complaints };
}

/**
 * Opens a Chromium of its own, with a profile in a new folder, as a person's: it keeps a cache, service workers and a
 * history, which no other browser of these tests does. Returns the `page`, the `folder`, and `close()`, after which
 * everything is written down; it closes with the test at the latest.
 */
export async function openProfile(t) {
  const folder = mkdtempSync(join(tmpdir(), "atlas-x509-profile-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: program(),
    args: FLAGS,
    headless: true,
    locale: "en-GB",
  });
  context.setDefaultTimeout(WAIT);
  atEnd(t, async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  return { page: context.pages()[0] ?? (await context.newPage()), folder, close: () => context.close() };
}

function watch(page, complaints, expected) {
  page.on("console", (message) => {
    if (!expected.some((pattern) => pattern.test(message.text()))) {
      complaints.push(`console.${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => {
    if (!expected.some((pattern) => pattern.test(error.message))) {
      complaints.push(`an exception: ${error.stack ?? error.message}`);
    }
  });
}

/**
 * Keeps a picture of the page under `target/screenshots/`, to be looked at by people. Nothing is
 * compared with it.
 */
export async function picture(page, name) {
  const folder = new URL("../../target/screenshots/", import.meta.url).pathname;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/**
 * Keeps pictures of the page in the folder ATLAS_X509_PICTURES, if there is one: light and dark, on a
 * narrow screen and on a wide one. `docs/setup` holds those of a set-up.
 */
export async function pictures(page, name) {
  const folder = process.env.ATLAS_X509_PICTURES;
  if (!folder) {
    return;
  }
  mkdirSync(folder, { recursive: true });
  const before = page.viewportSize();
  for (const width of [360, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // Two frames, until everything has its new colours.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      // Text may fade into them.
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize(before);
}
