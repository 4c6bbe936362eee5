// One run of one tool in a Node of its own, so that nothing is warm from the run before:
// `node in-node.mjs TOOL CA CLIENTS PAGE BUNDLE`, which prints milliseconds and how many clients were good.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { load } from "./ours-in-node.mjs";

const [tool, ca, clients, page, bundle] = process.argv.slice(2);

const judge =
  tool === "ours" ? await load(page) : createRequire(import.meta.url)(bundle).judge.bind(undefined, tool);

const begun = performance.now();
try {
  const good = await judge(await readFile(ca, "utf8"), await readFile(clients, "utf8"));
  console.log(JSON.stringify({ ms: performance.now() - begun, good }));
} catch (error) {
  console.log(JSON.stringify({ error: String(error.message) }));
}
process.exit(0);
