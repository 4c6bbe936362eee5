// What the tests of the Check place share: a folder of certificates made by the openssl program, and the
// few things that a person does there.

import { execFileSync } from "node:child_process";
import { createSign, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openBrowser } from "./browser.mjs";
import { servePage } from "./folder.mjs";

const CA = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"];
const CLIENT = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=";

/** A folder to make certificates in. Clients and intermediates are issued by `root` unless told otherwise. */
export function pile() {
  const folder = mkdtempSync(join(tmpdir(), "atlas-x509-check-"));
  const openssl = (...words) => execFileSync("openssl", words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const key = (name) =>
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", `${name}.key`);
  const request = (name, subject) => {
    key(name);
    openssl("req", "-new", "-utf8", "-key", `${name}.key`, "-subj", subject, "-out", `${name}.csr`);
  };
  const issue = (name, extensions, more) => {
    writeFileSync(join(folder, "extensions"), extensions);
    openssl("x509", "-req", "-extfile", "extensions", "-days", "365", "-out", `${name}.crt`, ...more);
  };
  const by = (issuer) => ["-CA", `${issuer}.crt`, "-CAkey", `${issuer}.key`];
  /** Issues the certificate `name` on the request `of`. */
  const sign = (of, name, usage, more = [], issuer = "root") =>
    issue(name, `${CLIENT}${usage}\n`, ["-in", `${of}.csr`, ...by(issuer), ...more]);
  return {
    folder,
    openssl,
    sign,
    /** A self-signed authority. */
    authority(name, subject) {
      key(name);
      openssl("req", "-x509", "-key", `${name}.key`, "-subj", subject, "-days", "3650", ...CA, "-out", `${name}.crt`);
    },
    /** An authority that another one issued. */
    intermediate(name, subject, issuer = "root") {
      request(name, subject);
      const extensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n";
      issue(name, extensions, ["-in", `${name}.csr`, ...by(issuer)]);
    },
    client(name, subject, usage = "clientAuth", issuer = "root") {
      request(name, subject);
      sign(name, name, usage, [], issuer);
    },
    /**
     * The certificate of `name` with another common name, however long (openssl's own tool writes 64
     * characters at most): PEM, signed by `root`.
     */
    withCommonName(name, commonName) {
      const { raw } = new X509Certificate(readFileSync(join(folder, `${name}.crt`)));
      const [signed, algorithm] = inside(raw);
      const fields = inside(signed);
      // CN is 2.5.4.3; the subject is the sixth field (RFC 5280 section 4.1).
      const attribute = tlv(0x30, Buffer.from([6, 3, 0x55, 4, 3]), tlv(0x0c, Buffer.from(commonName)));
      fields[5] = tlv(0x30, tlv(0x31, attribute));
      const body = tlv(0x30, ...fields);
      const signature = createSign("sha256").update(body).sign(readFileSync(join(folder, "root.key")));
      const der = tlv(0x30, body, algorithm, tlv(3, Buffer.from([0]), signature));
      const lines = der.toString("base64").match(/.{1,64}/g).join("\n");
      return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
    },
    text: (name) => readFileSync(join(folder, name), "utf8"),
    /** A file of the folder as a person gives it. */
    file: (name) => ({ name, mimeType: "application/octet-stream", buffer: readFileSync(join(folder, name)) }),
    /** A file that holds these texts. */
    fileOf: (name, ...texts) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(texts.join("")) }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** `root`, `issuing` below it, and a client of each: `billing` of the root, `shipping` of the intermediate. */
export function pileOfAcme() {
  const made = pile();
  made.authority("root", "/O=Acme/CN=Root");
  made.intermediate("issuing", "/O=Acme/CN=Issuing");
  made.client("billing", "/O=Acme/CN=billing");
  made.client("shipping", "/O=Acme/CN=shipping", "clientAuth", "issuing");
  return made;
}

/** The page, from a plain web server, with the Check place empty. */
export async function openCheck(t, options) {
  const { origin } = await servePage(t);
  const { page, context } = await openBrowser(t, options);
  await page.goto(origin);
  await verdict(page, "Check certificates");
  return { page, context, origin };
}

/** Waits for this heading. */
export const verdict = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();

/** The card with this in its heading. */
export const card = (page, name) =>
  page.getByRole("article").filter({ has: page.getByRole("heading", { level: 3, name }) });

export const drop = (page, files) => page.locator("#main input[type=file]").setInputFiles(files);

/** One element of DER: tag, length, content. */
function tlv(tag, ...parts) {
  const content = Buffer.concat(parts);
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

/** The elements inside one of DER, each whole. */
function inside(der) {
  const start = (at) => at + 2 + (der[at + 1] < 128 ? 0 : der[at + 1] - 128);
  const end = (at) => {
    const long = der[at + 1] - 128;
    return start(at) + (long < 0 ? der[at + 1] : der.readUIntBE(at + 2, long));
  };
  const found = [];
  for (let at = start(0); at < end(0); at = end(at)) {
    found.push(der.subarray(at, end(at)));
  }
  return found;
}
