// What was measured, as tables and a picture: `docs/performance.md`, between its marks, and `docs/performance.svg`.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { KINDS } from "./piles.mjs";

const [BEGIN, END] = ["<!-- browser: begin -->", "<!-- browser: end -->"];

const TOOLS = {
  ours: "Atlas X.509",
  pkijs: "PKI.js",
  peculiar: "@peculiar/x509",
  forge: "node-forge",
  "pkijs-bare": "PKI.js, signatures alone",
  "peculiar-bare": "@peculiar/x509, signatures alone",
};
const WORKLOADS = [
  ["one", "1 client"],
  ["chain", "1 chain of 3"],
  ["100", "100"],
  ["1000", "1,000"],
  ["5000", "4,998"],
];
const PLACES = { chromium: "Chromium", node: "Node.js" };

/** At most this part of whose time ours is to take, for 1,000 clients in Chromium. */
const GOALS = {
  "RSA-2048": ["pkijs", 8],
  "P-256": ["pkijs", 6],
  "P-384": ["pkijs", 3],
  "P-521": ["pkijs", 2.5],
  Ed25519: ["peculiar", 10],
};

/** Milliseconds, above which a task holds up whoever uses the page. */
const LONG_TASK = 50;
/** Five times the clients are to take about five times as long. */
const LINEAR = [4.5, 5.5];

const NEW = `# How fast certificates are judged

${BEGIN}
${END}
`;

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const seconds = (ms) => (ms < 995 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 9950 ? 2 : 1)} s`);

/** `1.50 s (1.42 s – 1.61 s)`: the median, the fastest and the slowest, and how many runs there were if not five. */
function cell(row) {
  if (!row || row.error) {
    return "–";
  }
  const [least, most] = [Math.min(...row.ms), Math.max(...row.ms)].map(seconds);
  const runs = row.ms.length === 5 ? "" : `; ${row.ms.length} runs`;
  return `${seconds(median(row.ms))} (${least} – ${most}${runs})`;
}

const line = (cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) => [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");

export function write(root, folder) {
  const results = KINDS.map((kind) => join(folder, `${kind}.json`))
    .filter(existsSync)
    .map((file) => JSON.parse(readFileSync(file)));
  const path = join(root, "docs/performance.md");
  const before = existsSync(path) ? readFileSync(path, "utf8") : NEW;
  const [head, rest] = before.split(BEGIN);
  const tail = rest.split(END)[1];
  writeFileSync(path, `${head}${BEGIN}\n${text(results)}\n${END}${tail}`);
  writeFileSync(join(root, "docs/performance.svg"), picture(results));
  console.log(`${path} and performance.svg beside it are written.`);
}

const finder = (rows) => (place, workload, tool) =>
  rows.find((row) => row.place === place && row.workload === workload && row.tool === tool && !row.error);

/** Those of which 1,000 clients were judged in Chromium. */
const measured = (results) => results.filter(({ rows }) => finder(rows)("chromium", "1000", "ours"));

function text(results) {
  const { machine, tools } = results.at(-1);
  const dates = [...new Set(results.map(({ date }) => date))].join(", ");
  const loads = results.filter(({ load }) => load !== undefined).map(({ kind, load }) => `${load.toFixed(1)} (${kind})`);
  const busy = loads.length > 0 ? `\n\nThe system's load before each kind: ${loads.join(", ")}.` : "";
  const versions = Object.entries(tools).map(([name, version]) => `${name} ${version}`);
  return `
## In the browser, beside libraries in JavaScript

Made by \`cargo xtask bench engine --browser\` on ${dates}: ${machine}; ${versions.join(", ")}.${busy}

![Seconds for 1,000 clients in Chromium](performance.svg)

A pile is one file with the clients and one with the CA (a root and an intermediate, which issued the clients; for "1
client" the root alone), all of one kind of key. Every run is in a new page or a new Node.js, and the tools take turns. A
page has been open for a second, which our engine uses to run a small sample of its own, so that the browser compiles it
well; nothing else is warm. In Chromium the time goes from the moment the files are in the page's field until the heading with the
outcome has been painted. For us that is the page itself: every certificate read, each client judged at both security
levels, with what is to be said of it, its user name and what a person sees. The others split the PEM, read the
certificates, and build and verify the chain of each client: PKI.js with \`CertificateChainValidationEngine\`,
@peculiar/x509 with \`X509ChainBuilder\` and a look at the dates, node-forge (RSA only) with \`verifyCertificateChain\`.
They are asked for all clients at once. *Signatures alone* is the least that they can do: \`certificate.verify\` with the
issuer that is known beforehand, and the dates. PKI.js does not know Ed25519.

Each time is the median of five runs, with the fastest and the slowest; what takes more than ten seconds was run twice.

### 1,000 clients in Chromium, and what we want

${goals(results)}

${results.map(ofKind).join("\n\n")}

### Five times as many clients, and the page meanwhile

No task of the page's main thread is to take more than ${LONG_TASK} ms, and 4,998 clients (with the CA as many
certificates as the page looks at together) are to take ${LINEAR[0]} to
${LINEAR[1]} times as long as 1,000. The tasks are those that Chromium tells (\`longtask\`, from 50 ms on), over all runs.

${scaling(results)}
`;
}

function goals(results) {
  const rows = measured(results).map(({ kind, rows }) => {
    const of = finder(rows);
    const time = (tool) => of("chromium", "1000", tool);
    const ours = median(time("ours").ms);
    const times = (tool) => (time(tool) ? `${(median(time(tool).ms) / ours).toFixed(1)}` : "–");
    const [rival, goal] = GOALS[kind];
    const met = median(time(rival).ms) / ours >= goal ? "met" : "missed";
    const others = ["pkijs", "peculiar", "forge", "pkijs-bare", "peculiar-bare"].map(times);
    return [kind, seconds(ours), ...others, `${goal} times ${TOOLS[rival]}: ${met}`];
  });
  const names = ["pkijs", "peculiar", "forge", "pkijs-bare", "peculiar-bare"].map((tool) => TOOLS[tool]);
  return `How many times as long as ours the others take:\n\n${table(["", "ours", ...names, "goal"], rows)}`;
}

function ofKind({ kind, rows }) {
  const of = finder(rows);
  const tools = Object.keys(TOOLS).filter((tool) => rows.some((row) => row.tool === tool && !row.error));
  const lines = Object.entries(PLACES).flatMap(([place, placeName]) =>
    WORKLOADS.filter(([workload]) => of(place, workload, "ours")).map(([workload, name]) => [
      `${placeName}, ${name}`,
      ...tools.map((tool) => cell(of(place, workload, tool))),
    ]),
  );
  return `### ${kind}\n\n${table(["", ...tools.map((tool) => TOOLS[tool])], lines)}`;
}

function scaling(results) {
  const rows = measured(results).map(({ kind, rows }) => {
    const of = finder(rows);
    const [few, many] = ["1000", "5000"].map((workload) => of("chromium", workload, "ours"));
    const tasks = (row) => {
      if (!row) {
        return "–";
      }
      const long = row.long.flat();
      return long.length > 0 ? `${long.length} in ${row.ms.length} runs, up to ${Math.round(Math.max(...long))} ms` : "none";
    };
    const factor = many ? median(many.ms) / median(few.ms) : NaN;
    const linear = factor < LINEAR[0] ? "less than linear" : factor > LINEAR[1] ? "missed" : "met";
    return [kind, tasks(few), tasks(many), many ? `${factor.toFixed(2)} (${linear})` : "–"];
  });
  return table(["", "tasks over 50 ms, 1,000", "tasks over 50 ms, 4,998", "4,998 to 1,000"], rows);
}

/** Bars of the medians for 1,000 clients in Chromium, with a line from the fastest run to the slowest. */
function picture(results) {
  const shown = ["ours", "pkijs", "peculiar", "forge"];
  const groups = measured(results).map(({ kind, rows }) => {
    const of = finder(rows);
    return { kind, bars: shown.flatMap((tool) => of("chromium", "1000", tool) ?? []) };
  });
  const most = Math.max(...groups.flatMap(({ bars }) => bars.flatMap(({ ms }) => ms)));
  const [left, right, bar, gap, top] = [150, 110, 20, 22, 62];
  const width = 760;
  const x = (ms) => left + (ms / most) * (width - left - right);
  const parts = [];
  let y = top;
  for (const { kind, bars } of groups) {
    parts.push(`<text class="kind" x="12" y="${y + (bars.length * bar) / 2 + 5}">${kind}</text>`);
    for (const { tool, ms } of bars) {
      const [least, middle, longest] = [Math.min(...ms), median(ms), Math.max(...ms)].map((ms) => x(ms).toFixed(1));
      const centre = y + (bar - 4) / 2;
      parts.push(
        `<rect class="${tool}" x="${left}" y="${y}" width="${(middle - left).toFixed(1)}" height="${bar - 4}"/>`,
        `<path class="spread" d="M${least} ${centre}H${longest}M${least} ${centre - 4}v8M${longest} ${centre - 4}v8"/>`,
        `<text class="value" x="${Number(longest) + 8}" y="${centre + 5}">${seconds(median(ms))}</text>`,
      );
      y += bar;
    }
    y += gap;
  }
  const keys = shown.map((tool, index) => {
    const at = left + index * 148;
    return `<rect class="${tool}" x="${at}" y="34" width="12" height="12"/><text x="${at + 18}" y="45">${TOOLS[tool]}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" role="img" aria-labelledby="title">
<title id="title">Time to judge 1,000 clients in Chromium, by kind of key: the median of the runs; the thin lines go from the fastest to the slowest</title>
<style>
text { fill: #1f2933; font: 13px system-ui, sans-serif; }
.kind, .head { font-weight: 600; }
.back { fill: #ffffff; }
.ours { fill: #0b7a4b; }
.pkijs { fill: #b45309; }
.peculiar { fill: #6d5bd0; }
.forge { fill: #7b8794; }
.spread { fill: none; stroke: #1f2933; stroke-width: 1; }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e7eb; }
  .back { fill: #12181f; }
  .ours { fill: #34c98a; }
  .pkijs { fill: #f0a04b; }
  .peculiar { fill: #a79bf5; }
  .forge { fill: #9aa5b1; }
  .spread { stroke: #e4e7eb; }
}
</style>
<rect class="back" width="${width}" height="${y}" rx="6"/>
<text class="head" x="12" y="22">1,000 clients in Chromium, from the file to the verdict on the screen</text>
${keys.join("\n")}
${parts.join("\n")}
</svg>
`;
}
