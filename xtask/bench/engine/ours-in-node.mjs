// The page's engine in Node: the module that its worker loads, asked as the page asks it. crates/pki/src/message.rs
// has what is said, in Borsh; the few words that are needed are written by hand here.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const TAKE = new Uint8Array([0]);

/** Question { at, level: 2, bundle: "", placed: [], strangers: [], before: None } of Request::Judge. */
function question() {
  const octets = new Uint8Array(1 + 8 + 1 + 4 + 4 + 4 + 1);
  const view = new DataView(octets.buffer);
  view.setUint8(0, 5);
  view.setBigInt64(1, BigInt(Math.floor(Date.now() / 1000)), true);
  view.setUint8(9, 2);
  return octets;
}

/** Of Reply: which variants are the last, and which one is a piece of the view. */
const [PIECE, JUDGED, DONE] = [3, 4, 7];
/** Of Piece. */
const CLIENTS = 1;

/** Loads the module from the folder of the built page. What it gives judges files, and says how many clients there are. */
export async function load(dist) {
  const { default: start, serve } = await import(pathToFileURL(join(dist, "engine.js")));
  let heard;
  globalThis.postMessage = (message) => heard?.(message);
  await start({ module_or_path: await readFile(join(dist, "engine_bg.wasm")) });
  serve();

  const ask = (number, request, ...files) =>
    new Promise((resolve) => {
      let clients = 0;
      heard = ([, reply]) => {
        if (reply?.[0] === PIECE && reply[2] === CLIENTS) {
          clients += new DataView(reply.buffer).getUint32(3, true);
        }
        if (reply?.[0] === JUDGED || reply?.[0] === DONE) {
          resolve(clients);
        }
      };
      globalThis.onmessage({ data: [number, request, ...files] });
    });
  return async (ca, clients) => {
    await ask(1, TAKE, [new File([ca], "ca.pem"), new File([clients], "clients.pem")]);
    return ask(2, question());
  };
}
