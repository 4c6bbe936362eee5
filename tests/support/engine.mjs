// The worker that the page's engine runs in.

/** The worker, once it listens. */
export async function engine(page) {
  const worker = page.workers()[0] ?? (await page.waitForEvent("worker"));
  await worker.evaluate(async () => {
    while (!self.onmessage) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  return worker;
}

/** Reading a file takes until the answer is called: any file, or the one of this name. */
export async function hold(page, name) {
  const worker = await engine(page);
  await worker.evaluate((name) => {
    const read = Blob.prototype.arrayBuffer;
    const released = new Promise((resolve) => (self.release = resolve));
    Blob.prototype.arrayBuffer = async function () {
      if (!name || this.name === name) {
        await released;
      }
      return read.call(this);
    };
  }, name);
  return () => worker.evaluate(() => self.release());
}
