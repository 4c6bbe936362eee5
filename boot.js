// Starts the page, and says so in plain words when it cannot start.

// The colours a person chose, before anything is painted in other ones (src/ui/theme.rs).
try {
  const theme = localStorage.getItem("theme");
  if (theme) {
    document.documentElement.dataset.theme = theme;
  }
} catch {
  // Without storage the page goes with the system.
}

// Exchanges the code in the address for the token of this tab, and goes back to where the person was
// last with Atlas (src/api/launch.rs, src/address.rs). The code works once, so that what the browser
// writes down of the address is worthless.
async function launch() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (!code) {
    return;
  }
  let path = location.pathname;
  try {
    path = path === "/" ? (sessionStorage.getItem("last-path") ?? path) : path;
  } catch {
    // Without storage there is nowhere to go back to.
  }
  history.replaceState(null, "", path);
  const answer = await fetch("/api/launch", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code }),
    credentials: "omit",
  });
  if (!answer.ok) {
    // Setup says so when it makes its first call.
    return;
  }
  const { token } = await answer.json();
  try {
    sessionStorage.setItem("launch-token", token);
  } catch {
    // Without storage the token lasts until the page is loaded anew.
    globalThis.launchToken = token;
  }
}

const tryToLaunch = () => launch().catch((error) => console.error(error));
let launched = tryToLaunch();

// An address that differs in its fragment alone is not loaded anew.
addEventListener("hashchange", () => {
  launched = tryToLaunch().then(() => {
    dispatchEvent(new Event("popstate"));
    dispatchEvent(new Event("launched"));
  });
});

// The only script that this page may start: the engine's worker (src/engine/worker.rs).
const ENGINE = "/engine-worker.js";
const scripts = globalThis.trustedTypes?.createPolicy("engine", {
  createScriptURL(url) {
    if (url !== ENGINE) {
      throw new TypeError(`${url} is not a script of this page`);
    }
    return url;
  },
});
globalThis.startEngine = () =>
  new Worker(scripts?.createScriptURL(ENGINE) ?? ENGINE, { type: "module", name: "engine" });

async function start() {
  if (typeof WebAssembly !== "object") {
    throw new Error("WebAssembly is switched off in this browser");
  }
  const program = document.getElementById("program").dataset;
  const wasm = fetch(program.wasm);
  wasm.catch(() => {});
  const module = await import(program.module);
  await launched;
  await module.default({ module_or_path: await wasm });
}

// Every place says so when there is a sandbox behind the page.
fetch("/config.json")
  .then((answer) => (answer.ok ? answer.json() : {}))
  .then(({ mode }) => {
    if (mode === "sandbox") {
      document.documentElement.dataset.mode = mode;
    }
  })
  .catch(() => {
    // Checking certificates works without a server.
  });

try {
  await start();
} catch (error) {
  const message = document.getElementById("shell-message");
  if (message) {
    message.setAttribute("role", "alert");
    message.textContent =
      `The page could not start: ${error.message}. It needs a browser with WebAssembly, ` +
      "and all its files from this address. Try a current browser, then load the page again.";
  }
  console.error(error);
}
