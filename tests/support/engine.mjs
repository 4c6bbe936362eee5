// The workers that the page's engines run in: Check and Setup have one each.

/** The workers that there are, once they listen. */
async function engines(page) {
  const workers = page.workers().length > 0 ? page.workers() : [await page.waitForEvent("worker")];
  await Promise.all(
    workers.map((worker) =>
      worker.evaluate(async () => {
        while (!self.onmessage) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }),
    ),
  );
  return workers;
}

/** The worker of a page with one, once it listens. */
export async function engine(page) {
  const [worker] = await engines(page);
  return worker;
}

/** Reading a file takes until the answer is called: any file, or the one of this name. */
export async function hold(page, name) {
  const workers = await engines(page);
  const hold = (name) => {
    const read = Blob.prototype.arrayBuffer;
    const released = new Promise((resolve) => (self.release = resolve));
    Blob.prototype.arrayBuffer = async function () {
      if (!name || this.name === name) {
        await released;
      }
      return read.call(this);
    };
  };
  await Promise.all(workers.map((worker) => worker.evaluate(hold, name)));
  // One may have been given up meanwhile, with what it was reading.
  return () => Promise.all(workers.map((worker) => worker.evaluate(() => self.release()).catch(() => {})));
}
