// `cargo xtask bench engine --browser [KIND… PLACE… WORKLOAD…]`: the certificate engine beside libraries that do the same in
// JavaScript, in Chromium and in Node, and the document that says what came of it.
//
// Every run is in a page or a Node of its own, and the tools take turns, so that whatever else this computer does
// falls on all of them. What was measured of a kind stays in `target/bench/engine` until that kind is measured again.

import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { build } from "esbuild";

import { startGateway } from "../../../tests/support/programs.mjs";
import { found } from "../../../tests/support/system.mjs";
import { run as runInChromium } from "./in-chromium.mjs";
import { KINDS, pile } from "./piles.mjs";
import { write } from "./report.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const root = here("../../../");
const folder = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "bench/engine");
const { chromium } = createRequire(join(root, "tests/package.json"))("playwright-core");

const RUNS = 5;
/** What takes longer than this, in milliseconds, is run twice. */
const LONG = 10_000;

const OURS = "ours";
const CHAINS = ["pkijs", "peculiar"];
const PLACES = ["chromium", "node"];
const BARE = ["pkijs-bare", "peculiar-bare"];

/** What is judged, and by whom. */
const WORKLOADS = [
  { name: "one", count: 1, under: "root", tools: CHAINS, places: ["chromium", "node"] },
  { name: "chain", count: 1, tools: CHAINS, places: ["chromium", "node"] },
  { name: "100", count: 100, tools: CHAINS, places: ["chromium", "node"] },
  { name: "1000", count: 1000, tools: [...CHAINS, ...BARE], places: ["chromium", "node"] },
  // With the CA as many certificates as are looked at together (`input/limits.rs`).
  { name: "5000", count: 4998, tools: CHAINS, places: ["chromium"] },
];

const ends = [];
const t = { after: (end) => ends.push(end) };

/** The others as a page and as a module for Node, and the origin of the page. */
async function others() {
  const options = { entryPoints: [here("others.mjs")], bundle: true, minify: true, logLevel: "warning" };
  const bundle = join(folder, "others.cjs");
  await build({ ...options, format: "cjs", platform: "node", outfile: bundle });
  const script = join(folder, "others.js");
  await build({ ...options, format: "esm", platform: "browser", outfile: script });
  const html =
    '<!doctype html><meta charset="utf-8"><title>Others</title><h1>Others</h1><input type="file" multiple>' +
    '<script type="module" src="/others.js"></script>';
  const server = createServer(({ url }, response) => {
    const [type, body] = url === "/others.js" ? ["text/javascript", readFileSync(script)] : ["text/html", html];
    response.writeHead(200, { "Content-Type": type }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return { bundle, origin: `http://127.0.0.1:${server.address().port}` };
}

/** The files of each workload: authorities, and clients. */
function files(kind) {
  const large = pile(kind, Math.max(...WORKLOADS.map(({ count }) => count)));
  const single = pile(kind, 1, "root");
  return ({ name, count, under }) => {
    const { root, intermediate, clients } = under ? single : large;
    const texts = { ca: root + (under ? "" : intermediate), clients: clients.slice(0, count).join("") };
    return Object.entries(texts).map(([role, text]) => {
      const path = join(folder, `${name}-${role}.pem`);
      writeFileSync(path, text);
      return path;
    });
  };
}

async function measure(kind, runners) {
  const filesOf = files(kind);
  const rows = [];
  for (const workload of WORKLOADS.filter(({ name }) => workloads.includes(name))) {
    const given = filesOf(workload);
    for (const place of workload.places.filter((place) => places.includes(place))) {
      const tools = [OURS, ...workload.tools, ...(kind.startsWith("RSA") && workload.count <= 1000 ? ["forge"] : [])];
      const measured = tools.map((tool) => ({ place, workload: workload.name, tool, ms: [], long: [] }));
      for (let round = 0; round < RUNS; round++) {
        for (const row of measured) {
          if (row.error || (round >= 2 && row.ms[0] > LONG)) {
            continue;
          }
          const { ms, good, error, long = [] } = await runners[place](row.tool, given);
          if (error ?? good !== workload.count) {
            row.error = error ?? `${good} of ${workload.count}`;
            row.ms = [];
            continue;
          }
          row.ms.push(ms);
          row.long.push(long);
        }
      }
      rows.push(...measured);
      for (const { tool, ms, error } of measured) {
        console.log(kind, place, workload.name, tool, error ?? ms.map(Math.round).join(" "));
      }
    }
  }
  return rows;
}

const names = WORKLOADS.map(({ name }) => name);
const commandLine = process.argv.slice(2);
const unknown = commandLine.find((word) => ![KINDS, PLACES, names].flat().includes(word));
if (unknown) {
  const [kinds, places, workloads] = [KINDS, PLACES, names].map((all) => all.join(", "));
  console.error(`${unknown} is not known. There are the kinds ${kinds}, the places ${places} and the piles ${workloads}.`);
  process.exit(2);
}
/** Those of `all` that were asked for; all if none was. */
const asked = (all) => {
  const some = all.filter((word) => commandLine.includes(word));
  return some.length > 0 ? some : all;
};
const [kinds, places, workloads] = [KINDS, PLACES, names].map(asked);

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.ATLAS_X509_CHROMIUM ?? found("chromium", "chromium-browser", "google-chrome"),
  args: ["--disable-background-networking", "--disable-component-update", "--disable-gpu", "--disable-sync", "--no-sandbox"],
});
t.after(() => browser.close());
try {
  const { bundle, origin } = await others();
  const gateway = await startGateway(t);
  const runners = {
    async chromium(tool, given) {
      const address = tool === OURS ? gateway.origin : `${origin}/#${tool}`;
      const { said, ...measured } = await runInChromium(browser, tool, address, given);
      const good = /^([\d,]+) accepted$/.exec(said)?.[1];
      return good ? { ...measured, good: Number(good.replaceAll(",", "")) } : { error: said };
    },
    async node(tool, given) {
      const words = [here("in-node.mjs"), tool, ...given, join(root, "dist"), bundle];
      const { stdout } = await promisify(execFile)(process.execPath, words);
      return JSON.parse(stdout.trim().split("\n").at(-1));
    },
  };
  const versions = JSON.parse(readFileSync(here("package.json"))).devDependencies;
  for (const kind of kinds) {
    // Two or more says that something else was running, too.
    const [load] = loadavg();
    const rows = await measure(kind, runners);
    const machine = `${cpus()[0].model.trim()}, ${cpus().length} processors, ${Math.round(totalmem() / 2 ** 30)} GiB`;
    const tools = { Chromium: browser.version(), "Node.js": process.version.slice(1), ...versions };
    const result = { kind, date: new Date().toISOString().slice(0, 10), machine, load, tools, rows };
    writeFileSync(join(folder, `${kind}.json`), JSON.stringify(result, null, 1));
    write(root, folder);
  }
} finally {
  for (const end of ends.reverse()) {
    await end();
  }
}
process.exit(0);
