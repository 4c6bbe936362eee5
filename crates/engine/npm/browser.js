// The package in a browser, which fetches the module from beside this file. A bundler that knows this form of
// address puts it there.

import { api } from "./api.js";
import start, * as engine from "./engine.js";

export const { check, username, findings } = api(async () => {
  await start({ module_or_path: new URL("engine_bg.wasm", import.meta.url) });
  return engine;
});
