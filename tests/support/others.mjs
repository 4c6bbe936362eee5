// Other browsers than Chromium, driven as far as opening an address and looking at what stands there: Firefox by
// Marionette, its own protocol, and WebKit (the engine of Safari and of GNOME's browser) by WebDriver.

import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { atEnd } from "./end.mjs";
import { found, freePort, start, temporary } from "./system.mjs";

/** How long a browser may take to start, and a page to say what is waited for. */
const WAIT = 30_000;

/**
 * The browsers that there are, by name. Each is started by `(t)` and gives `open(address)`, `run(script)`, which is
 * the body of a function in the page, and `saving(act)`: the text of the file that the page saves when `act` is done. It
 * ends with the test. `undefined` stands for one that is not installed.
 */
export const OTHERS = {
  Firefox: found("firefox-esr", "firefox") && firefox,
  WebKit: found("WebKitWebDriver") && found("Xvfb") && miniBrowser() && webkit,
};

/** Waits until `script` gives something true in the page, and returns it. */
export async function until(browser, script) {
  for (const end = Date.now() + WAIT; Date.now() < end; await pause(100)) {
    const value = await browser.run(script).catch(() => undefined);
    if (value) {
      return value;
    }
  }
  throw new Error(`${script} is not so; the page says ${await browser.run("return document.body.innerText")}`);
}

async function firefox(t) {
  const profile = temporary(t, "browser");
  const downloads = join(profile, "downloads");
  mkdirSync(downloads);
  const settings = {
    "marionette.port": 0,
    "browser.download.dir": downloads,
    "browser.download.folderList": 2,
    "browser.download.useDownloadDir": true,
    "browser.download.always_ask_before_handling_new_types": false,
  };
  const lines = Object.entries(settings).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, "user.js"), lines.join(""));
  quietly(t, found("firefox-esr", "firefox"), ["--marionette", "--headless", "--no-remote", "--profile", profile], {
    HOME: profile,
    MOZ_CRASHREPORTER_DISABLE: "1",
  });
  const file = join(profile, "MarionetteActivePort");
  const port = await eventually(() => existsSync(file) && Number(readFileSync(file, "utf8")));
  const say = await marionette(t, port);
  await say("WebDriver:NewSession");
  return {
    open: (url) => say("WebDriver:Navigate", { url }),
    run: async (script) => (await say("WebDriver:ExecuteScript", { script, args: [] })).value,
    saving: async (act) => {
      await act();
      // An empty file holds the name until all of it is there.
      const texts = () => readdirSync(downloads).map((name) => readFileSync(join(downloads, name), "utf8"));
      const isDone = () => !readdirSync(downloads).some((name) => name.endsWith(".part"));
      return eventually(() => isDone() && texts()[0], "a file was not saved");
    },
  };
}

/** Messages are JSON with their length before them: `[0, id, command, parameters]`, `[1, id, error, result]`. */
async function marionette(t, port) {
  const socket = connect(port, "127.0.0.1");
  atEnd(t, () => socket.destroy());
  const waiting = new Map();
  let bytes = Buffer.alloc(0);
  socket.on("data", (more) => {
    bytes = Buffer.concat([bytes, more]);
    for (;;) {
      const begin = bytes.indexOf(":") + 1;
      const end = begin + Number(bytes.subarray(0, begin - 1));
      if (begin === 0 || bytes.length < end) {
        return;
      }
      // The first message is a greeting, to nobody's question.
      const [, id, error, result] = [].concat(JSON.parse(bytes.subarray(begin, end)));
      waiting.get(id)?.(error, result);
      bytes = bytes.subarray(end);
    }
  });
  let last = 0;
  return (command, parameters = {}) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, (error, result) => (error ? reject(new Error(error.message)) : resolve(result)));
      const text = JSON.stringify([0, last, command, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
}

async function webkit(t) {
  const home = temporary(t, "browser");
  const screen = quietly(t, "Xvfb", ["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "1280x1024x24"]);
  const [display] = await once(createInterface({ input: screen.stdout }), "line");
  const folders = ["HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"];
  const port = await freePort();
  quietly(t, "WebKitWebDriver", [`--port=${port}`], {
    ...Object.fromEntries(folders.map((name) => [name, home])),
    DISPLAY: `:${display}`,
    LIBGL_ALWAYS_SOFTWARE: "1",
    NO_AT_BRIDGE: "1",
    WEBKIT_DISABLE_DMABUF_RENDERER: "1",
  });
  const say = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) {
      throw new Error(value.message);
    }
    return value;
  };
  await eventually(() => say("GET", "/status").catch(() => undefined));
  const browser = { binary: miniBrowser(), args: ["--automation"] };
  const { sessionId } = await say("POST", "/session", {
    capabilities: { alwaysMatch: { "webkitgtk:browserOptions": browser } },
  });
  const session = `/session/${sessionId}`;
  atEnd(t, () => say("DELETE", session).catch(() => {}));
  const run = (script) => say("POST", `${session}/execute/sync`, { script, args: [] });
  return {
    open: (url) => say("POST", `${session}/url`, { url }),
    run,
    // Where it saves files it cannot be told.
    saving: async (act) => {
      await run(`const make = URL.createObjectURL;
        URL.createObjectURL = (blob) => { blob.text().then((text) => { window.savedText = text; }); return make(blob); };`);
      await act();
      return eventually(() => run("return window.savedText"), "a file was not saved");
    },
  };
}

/** The browser that comes with the library, for each of Debian's architectures. */
function miniBrowser() {
  const folders = existsSync("/usr/lib") ? readdirSync("/usr/lib").filter((name) => name.endsWith("-linux-gnu")) : [];
  return folders.map((name) => `/usr/lib/${name}/webkit2gtk-4.1/MiniBrowser`).find(existsSync);
}

/** Starts a program of which nobody reads what it writes. */
function quietly(t, program, flags, environment) {
  const child = start(t, program, flags, environment);
  child.stdout.resume();
  child.stderr.resume();
  return child;
}

async function eventually(ask, otherwise = "the browser did not start") {
  for (const end = Date.now() + WAIT; Date.now() < end; await pause(50)) {
    const value = await ask();
    if (value) {
      return value;
    }
  }
  throw new Error(otherwise);
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
