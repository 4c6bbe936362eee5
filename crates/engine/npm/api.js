// What the package can do, over a module that is loaded with the first call. Looks at what a program gave,
// so that whatever is wrong with it is a sentence; everything else is the module's.

/** The functions of index.d.ts. `load` gives the module, ready to be called. */
export function api(load) {
  let loading;
  const engine = () =>
    (loading ??= load().catch((cause) => {
      // The next call tries again.
      loading = undefined;
      throw new Error(`The engine could not be loaded: ${cause.message}`, { cause });
    }));

  async function check(files, options, onProgress) {
    const { at = new Date(), level = 2, platform = true, signal } = options ?? {};
    signal?.throwIfAborted();
    if (level !== 1 && level !== 2) {
      throw new TypeError("`level` is 1 or 2.");
    }
    const moment = momentOf(at);
    const given = filesOf(files);
    let failure;
    const goesOn = (done, total) => {
      if (signal?.aborted) {
        return false;
      }
      try {
        onProgress?.({ done, total });
        return true;
      } catch (error) {
        failure = { error };
        return false;
      }
    };
    const [names, octets, parts] = ["name", "octets", "part"].map((what) => given.map((file) => file[what]));
    const module = await engine();
    const report = await module.check(names, octets, parts, moment, level, Boolean(platform), goesOn);
    if (failure) {
      throw failure.error;
    }
    signal?.throwIfAborted();
    return JSON.parse(report);
  }

  async function username(bytes, name = "the file") {
    const octets = octetsOf(bytes, "`bytes`");
    return (await engine()).username(String(name), octets);
  }

  async function findings() {
    return JSON.parse((await engine()).findings());
  }

  return { check, username, findings };
}

function filesOf(files) {
  if (!Array.isArray(files)) {
    throw new TypeError("`files` is an array of { name, bytes }.");
  }
  return files.map((file, index) => {
    const what = `files[${index}]`;
    if (typeof file?.name !== "string") {
      throw new TypeError(`${what}.name is a string: the file's name, which the report calls it by.`);
    }
    if (![undefined, "bundle", "client"].includes(file.as)) {
      throw new TypeError(`${what}.as is "bundle", "client" or absent.`);
    }
    return { name: file.name, octets: octetsOf(file.bytes, `${what}.bytes`), part: file.as ?? "" };
  });
}

// What comes from another realm, as in a test runner, is no instance of our Uint8Array.
function octetsOf(bytes, what) {
  if (typeof bytes === "string") {
    return new TextEncoder().encode(bytes);
  }
  if (ArrayBuffer.isView(bytes)) {
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  if (Object.prototype.toString.call(bytes) === "[object ArrayBuffer]") {
    return new Uint8Array(bytes);
  }
  throw new TypeError(`${what} is a string, a Uint8Array or an ArrayBuffer.`);
}

function momentOf(at) {
  if (typeof at === "string") {
    return at;
  }
  if (typeof at?.getTime !== "function" || Number.isNaN(at.getTime())) {
    throw new TypeError("`at` is a Date that exists, or a string such as 2027-01-01 or 2027-01-01T09:00:00Z.");
  }
  return at.toISOString();
}
