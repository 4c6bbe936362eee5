// Weighs what a browser loads before the page works: index.html and every file it names, each as
// brotli sends it. Run by `cargo xtask size`; the limits are in size.json.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const [what, folder] = process.argv.slice(2);
const limitsFile = new URL("size.json", import.meta.url);
const limits = JSON.parse(readFileSync(limitsFile, "utf8"));

const html = readFileSync(join(folder, "index.html"), "utf8");
const named = [...html.matchAll(/(?:href|src|data-module|data-wasm)="\/([^"]+)"/g)].map((match) => match[1]);
const files = ["index.html", ...new Set(named)];

let total = 0;
for (const file of files) {
  const bytes = readFileSync(join(folder, file));
  const weight = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;
  total += weight;
  console.log(`${String(bytes.length).padStart(9)} ${String(weight).padStart(8)}  ${file}`);
}
console.log(`First load: ${total} bytes as brotli. Recorded: ${limits.recorded}; never above ${limits.ceiling}.`);

if (what === "--record") {
  limits.recorded = total;
  writeFileSync(limitsFile, `${JSON.stringify(limits, null, 2)}\n`);
} else if (what === "--check") {
  // Two compilers make slightly different modules of the same source.
  const allowed = Math.min(Math.floor(limits.recorded * (1 + limits.tolerance)), limits.ceiling);
  if (total > allowed) {
    console.error(
      `That is ${total - allowed} bytes more than allowed. If they are worth it, ` +
        "`cargo xtask size --record` writes the new number into tests/size.json, up to the ceiling.",
    );
    process.exit(1);
  }
}
