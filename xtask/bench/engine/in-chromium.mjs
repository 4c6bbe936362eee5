// One run of one tool in a new page of Chromium: files are put into the page's field, and the time is taken until the
// heading that tells the outcome has been painted.

/** Before files are given, a page is there for as long as a person takes to choose some. */
const REST = 1_000;

/** Time for a long task to be told after it has ended, and for whatever a page does once the heading is there. */
const AFTER = 600;

const PATIENCE = 60_000;

export async function run(browser, tool, address, files) {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC" });
  context.setDefaultTimeout(PATIENCE);
  try {
    const page = await context.newPage();
    const started = tool === "ours" ? page.waitForEvent("worker") : undefined;
    await page.goto(address);
    const field = page.locator("input[type=file]").first();
    await field.waitFor({ state: "attached" });
    await listens(await started);
    await page.waitForTimeout(REST);
    const measured = await page.evaluateHandle(watch);
    await field.setInputFiles(files);
    return await measured.evaluate(({ outcome }, after) => outcome(after), AFTER);
  } finally {
    await context.close();
  }
}

/** Waits until the engine's module has been loaded. */
async function listens(worker) {
  await worker?.evaluate(async () => {
    while (!self.onmessage) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
}

/** In the page: begins to watch, and gives what there will have been to see. */
function watch() {
  const tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: "longtask" });
  const begun = new Promise((resolve) => {
    addEventListener("change", () => resolve(performance.now()), { capture: true, once: true });
  });
  const painted = new Promise((resolve) => {
    const look = () => {
      const said = document.querySelector("h1")?.textContent ?? "";
      if (/^\d|^Error|not read|No certificate found/.test(said)) {
        const { port1, port2 } = new MessageChannel();
        // Frames are begun before they are painted, messages come afterwards.
        port1.onmessage = () => resolve({ said, at: performance.now() });
        requestAnimationFrame(() => port2.postMessage(0));
        observer.disconnect();
      }
    };
    const observer = new MutationObserver(look);
    observer.observe(document.documentElement, { characterData: true, childList: true, subtree: true });
  });
  return {
    async outcome(after) {
      const from = await begun;
      const { said, at } = await painted;
      await new Promise((resolve) => setTimeout(resolve, after));
      const long = tasks.filter((task) => task.startTime + task.duration > from).map((task) => task.duration);
      return { ms: at - from, said, long };
    },
  };
}
