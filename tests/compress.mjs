// Puts a .br and a .gz beside each file of a folder, as small as they get, for web servers that send
// files already compressed. Run by `cargo xtask dist`; one that would save nothing is left out.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const ENCODINGS = [
  [".br", brotli],
  [".gz", (bytes) => gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION })],
];

/** `quality`: of brotli; a lower one is there sooner, for a test that does not care how small. */
export function compress(folder, quality = constants.BROTLI_MAX_QUALITY) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      compress(path, quality);
    } else if (!ENCODINGS.some(([ending]) => entry.name.endsWith(ending))) {
      const bytes = readFileSync(path);
      for (const [ending, encode] of ENCODINGS) {
        const encoded = encode(bytes, quality);
        if (encoded.length < bytes.length) {
          writeFileSync(path + ending, encoded);
        }
      }
    }
  }
}

function brotli(bytes, quality) {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
  return brotliCompressSync(bytes, { params: { [BROTLI_PARAM_QUALITY]: quality, [BROTLI_PARAM_SIZE_HINT]: bytes.length } });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  compress(process.argv[2]);
}
