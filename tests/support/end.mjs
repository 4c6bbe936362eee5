// What a test started ends with it, the newest first: a browser before the server it talks to, a program before the
// folder it writes into. (The hooks of node:test run the oldest first, and none after one that failed.)

const started = new WeakMap();

/** Has `act` done when the test `t` is over, before all that was asked for earlier. */
export function atEnd(t, act) {
  const acts = started.get(t);
  if (acts) {
    acts.push(act);
    return;
  }
  const first = [act];
  started.set(t, first);
  t.after(async () => {
    const failed = [];
    while (first.length > 0) {
      await Promise.resolve()
        .then(first.pop())
        .catch((error) => failed.push(error));
    }
    if (failed.length > 0) {
      throw failed.length === 1 ? failed[0] : new AggregateError(failed, failed.map(String).join("\n"));
    }
  });
}

/** How long a program may take to end when it is asked to. */
const ENDS_WITHIN = 5_000;

/** Ends the program `child`, whether it wants to or not. `ended` is what its `close` settles. */
export async function ends(child, ended) {
  child.kill();
  const timer = setTimeout(() => child.kill("SIGKILL"), ENDS_WITHIN);
  await ended;
  clearTimeout(timer);
}
