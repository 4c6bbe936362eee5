// The page from a plain web server: files and nothing else, as on a host of static sites. It sends
// the Content-Security-Policy that the page promises to work under.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { atEnd } from "./end.mjs";

export const PAGE = fileURLToPath(new URL(process.env.ATLAS_X509_PAGE ?? "../../dist/", import.meta.url));

const POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "img-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types engine",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
].join("; ");

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** What such a host says of itself: the person gives a service account in the page. */
const CONFIG = {
  version: "0",
  mode: "atlas",
  credential: "page",
  upstream: "cloud.mongodb.com",
  api: "/api/atlas/v2",
  oauth: "/api/oauth",
  readOnly: false,
  token: false,
};

/**
 * Serves the built page, or another `folder`, on a free port until the test ends, and forwards `/api/` to the
 * origin `forward` if there is one. Returns its `origin`.
 */
export async function servePage(t, { folder = PAGE, config = CONFIG, forward } = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://page");
    if (forward && pathname.startsWith("/api/")) {
      await passOn(request, response, forward).catch((error) => response.writeHead(502).end(error.message));
      return;
    }
    const named = extname(pathname) ? pathname : "/index.html";
    const own = pathname === "/config.json" && config;
    const body = own ? JSON.stringify(config) : await readFile(join(folder, named)).catch(() => undefined);
    if (body === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "Content-Type": TYPES[extname(named)], "Content-Security-Policy": POLICY }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(t, async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { origin: `http://127.0.0.1:${server.address().port}` };
}

async function passOn(request, response, origin) {
  const { accept, authorization, "content-type": type } = request.headers;
  const headers = Object.entries({ Accept: accept, Authorization: authorization, "Content-Type": type });
  const hasBody = !["GET", "HEAD", "DELETE"].includes(request.method);
  const answer = await fetch(new URL(request.url, origin), {
    method: request.method,
    headers: Object.fromEntries(headers.filter(([, value]) => value)),
    body: hasBody ? await buffer(request) : undefined,
  });
  response.writeHead(answer.status, { "Content-Type": answer.headers.get("Content-Type") ?? "text/plain" });
  response.end(Buffer.from(await answer.arrayBuffer()));
}
