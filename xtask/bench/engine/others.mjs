// The others: each reads the same files, builds and verifies the chain of each client, and counts those that are good.
// In the form that its documentation shows, and `-bare`: every signature checked against the issuer that is known
// beforehand, which is less than a verdict.
//
// Bundled for a page and for Node. They are asked for all clients at once, so that the platform verifies several
// signatures side by side.

import "reflect-metadata";

import { X509Certificate, X509ChainBuilder } from "@peculiar/x509";
import forge from "node-forge";
import { Certificate, CertificateChainValidationEngine, CryptoEngine, setEngine } from "pkijs";

setEngine("platform", new CryptoEngine({ name: "platform", crypto: globalThis.crypto }));

const PEM = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g;

function ders(text) {
  return Array.from(text.matchAll(PEM), ([, base64]) => {
    const binary = atob(base64);
    const octets = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at++) {
      octets[at] = binary.charCodeAt(at);
    }
    return octets;
  });
}

/** How many of all these are true in the end. */
const count = async (promises) => (await Promise.all(promises)).filter(Boolean).length;

const isNow = (from, to) => from <= Date.now() && Date.now() <= to;

async function pkijs(ca, text) {
  const [root, ...intermediates] = ders(ca).map((der) => Certificate.fromBER(der));
  const chain = async (der) => {
    const certs = [...intermediates, Certificate.fromBER(der)];
    const engine = new CertificateChainValidationEngine({ trustedCerts: [root], certs });
    return (await engine.verify()).result;
  };
  return count(ders(text).map(chain));
}

async function pkijsBare(ca, text) {
  const [root, intermediate] = ders(ca).map((der) => Certificate.fromBER(der));
  const signed = async (certificate, issuer) =>
    isNow(certificate.notBefore.value, certificate.notAfter.value) && (await certificate.verify(issuer));
  const good = await signed(intermediate, root);
  return good ? count(ders(text).map((der) => signed(Certificate.fromBER(der), intermediate))) : 0;
}

async function peculiar(ca, text) {
  const certificates = ders(ca).map((der) => new X509Certificate(der));
  const builder = new X509ChainBuilder({ certificates });
  const chain = async (der) => {
    const built = await builder.build(new X509Certificate(der));
    return built.length === certificates.length + 1 && built.every(({ notBefore, notAfter }) => isNow(notBefore, notAfter));
  };
  return count(ders(text).map(chain));
}

async function peculiarBare(ca, text) {
  const [root, intermediate] = ders(ca).map((der) => new X509Certificate(der));
  // Without a date it is today.
  const good = await intermediate.verify({ publicKey: root });
  const signed = (der) => new X509Certificate(der).verify({ publicKey: intermediate });
  return good ? count(ders(text).map(signed)) : 0;
}

/** It has RSA only, in JavaScript of its own. */
async function nodeForge(ca, text) {
  const read = (text) => text.match(PEM).map((pem) => forge.pki.certificateFromPem(pem));
  const [root, ...intermediates] = read(ca);
  const store = forge.pki.createCaStore([root]);
  return read(text).filter((client) => forge.pki.verifyCertificateChain(store, [client, ...intermediates])).length;
}

const tools = { pkijs, "pkijs-bare": pkijsBare, peculiar, "peculiar-bare": peculiarBare, forge: nodeForge };

/** How many clients are good to this tool. */
export const judge = (tool, ca, clients) => tools[tool](ca, clients);

// A page has a field for files, as ours, and says in its heading what came of them.
globalThis.document?.querySelector("input").addEventListener("change", async ({ target }) => {
  const heading = document.querySelector("h1");
  try {
    const [ca, clients] = await Promise.all(Array.from(target.files, (file) => file.text()));
    heading.textContent = `${await judge(location.hash.slice(1), ca, clients)} accepted`;
  } catch (error) {
    heading.textContent = `Error: ${error.message}`;
  }
});
