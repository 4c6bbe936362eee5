// Weighs what a browser loads, each file as brotli sends it: what it needs before the page works
// (index.html and every file it names), what it loads when somebody goes to another place, and the engine
// beside it. Run by `cargo xtask size`; the limits are
// in size.json.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const [what, folder] = process.argv.slice(2);
const limitsFile = new URL("size.json", import.meta.url);
const limits = JSON.parse(readFileSync(limitsFile, "utf8"));

const html = readFileSync(join(folder, "index.html"), "utf8");
const named = [...html.matchAll(/(?:href|src|data-module|data-wasm)="?\/([^"\s>]+)/g)].map((match) => match[1]);
const first = ["index.html", ...new Set(named)];
const engine = ["engine-worker.js", "engine.js", "engine_bg.wasm"];
const whole = ["engine-whole.js", "engine-whole_bg.wasm"];
const files = readdirSync(folder);
const later = files.filter((file) => /^(split|chunk)_.*\.wasm$/.test(file));
const others = files.filter((file) => ![...first, ...later, ...engine, ...whole].includes(file));

let failed = others.length > 0;
if (failed) {
  console.error(`Nobody weighs ${others.join(", ")}. Say in tests/size.mjs when a browser loads it.`);
}
for (const [name, title, files] of [
  ["first", "First load", first],
  ["later", "The other places, when somebody goes there", later],
  ["engine", "The engine, beside it", engine],
  ["whole", "The engine with what is rarely needed, in its place", whole],
]) {
  const total = files.map(weigh).reduce((sum, weight) => sum + weight, 0);
  const limit = limits[name];
  console.log(`${title}: ${total} bytes as brotli. Recorded: ${limit.recorded}; never above ${limit.ceiling}.\n`);
  // Two compilers make slightly different modules of the same source.
  const allowed = Math.min(Math.floor(limit.recorded * (1 + limits.tolerance)), limit.ceiling);
  if (what === "--record") {
    limit.recorded = total;
  } else if (what === "--check" && total > allowed) {
    failed = true;
    console.error(
      `That is ${total - allowed} bytes more than allowed. If they are worth it, ` +
        "`cargo xtask size --record` writes the new number into tests/size.json, up to the ceiling.",
    );
  }
}
if (what === "--record") {
  writeFileSync(limitsFile, `${JSON.stringify(limits, null, 2)}\n`);
}
process.exit(failed ? 1 : 0);

function weigh(file) {
  const bytes = readFileSync(join(folder, file));
  const weight = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;
  console.log(`${String(bytes.length).padStart(9)} ${String(weight).padStart(8)}  ${file}`);
  return weight;
}
