// The package in Node.js, which reads the module from the package's own folder.

import { readFile } from "node:fs/promises";

import { api } from "./api.js";
import start, * as engine from "./engine.js";

export const { check, username, findings } = api(async () => {
  await start({ module_or_path: await readFile(new URL("engine_bg.wasm", import.meta.url)) });
  return engine;
});
