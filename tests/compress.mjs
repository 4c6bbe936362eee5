// Puts a .br and a .gz beside each file of a folder, as small as they get, for web servers that send
// files already compressed. Run by `cargo xtask dist`; one that would save nothing is left out.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const ENCODINGS = [
  [".br", (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } })],
  [".gz", (bytes) => gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION })],
];

export function compress(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      compress(path);
    } else if (!ENCODINGS.some(([ending]) => entry.name.endsWith(ending))) {
      const bytes = readFileSync(path);
      for (const [ending, encode] of ENCODINGS) {
        const encoded = encode(bytes);
        if (encoded.length < bytes.length) {
          writeFileSync(path + ending, encoded);
        }
      }
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  compress(process.argv[2]);
}
