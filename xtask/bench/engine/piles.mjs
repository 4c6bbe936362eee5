// The certificates that are judged: a root, an intermediate, and as many clients as a pile has, all of one kind of
// key. Written with Node's own cryptography and a few lines of DER, for openssl would need minutes.

import { createHash, generateKeyPairSync, generatePrimeSync, randomBytes, sign } from "node:crypto";

const CURVES = { "P-256": ["prime256v1", "sha256"], "P-384": ["secp384r1", "sha384"], "P-521": ["secp521r1", "sha512"] };

export const KINDS = ["RSA-2048", ...Object.keys(CURVES), "Ed25519"];

/** So many primes make a modulus for each client: any two of them. A key for each would take ten minutes. */
const PRIMES = 102;

const tlv = (tag, ...parts) => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const long = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...(length < 128 ? [length] : long)]), content]);
};
const sequence = (...parts) => tlv(0x30, ...parts);
const der = (hex) => Buffer.from(hex, "hex");
const integer = (value) => tlv(2, der(`00${value.toString(16).padStart(512, "0")}`));
const bits = (content) => tlv(3, der("00"), content);

/** Algorithm identifiers, each whole. */
const SIGNED_WITH = {
  "RSA-2048": der("300d06092a864886f70d01010b0500"),
  "P-256": der("300a06082a8648ce3d040302"),
  "P-384": der("300a06082a8648ce3d040303"),
  "P-521": der("300a06082a8648ce3d040304"),
  Ed25519: der("300506032b6570"),
};
const RSA = der("300d06092a864886f70d0101010500");
const EXPONENT = der("0203010001");

const attribute = (type, value) => tlv(0x31, sequence(der(type), tlv(0x0c, Buffer.from(value))));
const name = (common) => sequence(attribute("060355040a", "Acme"), attribute("0603550403", common));
const extension = (type, isCritical, content) =>
  sequence(der(type), ...(isCritical ? [der("0101ff")] : []), tlv(4, content));

const AUTHORITY = [
  extension("0603551d13", true, sequence(der("0101ff"))),
  extension("0603551d0f", true, der("03020106")),
];
const CLIENT = [
  extension("0603551d13", true, sequence()),
  extension("0603551d0f", true, der("03020780")),
  extension("0603551d25", false, sequence(der("06082b06010505070302"))),
];

const YEAR = 365 * 24 * 3600e3;
const time = (moment) => tlv(0x18, Buffer.from(`${new Date(moment).toISOString().replace(/[-:T]|\..*/g, "")}Z`));

/** The SubjectPublicKeyInfo of a new key, and what signs with it. */
function keyPair(kind) {
  const [namedCurve, digest] = CURVES[kind] ?? [];
  const { publicKey, privateKey } =
    kind === "RSA-2048"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : kind === "Ed25519"
        ? generateKeyPairSync("ed25519")
        : generateKeyPairSync("ec", { namedCurve });
  const hash = kind === "RSA-2048" ? "sha256" : (digest ?? null);
  return { spki: publicKey.export({ format: "der", type: "spki" }), sign: (octets) => sign(hash, octets, privateKey) };
}

/** The public keys of as many clients as are asked for. */
function* clientKeys(kind) {
  if (kind !== "RSA-2048") {
    for (;;) {
      yield keyPair(kind).spki;
    }
  }
  const primes = Array.from({ length: PRIMES }, () => generatePrimeSync(1024, { bigint: true }));
  for (const [index, p] of primes.entries()) {
    for (const q of primes.slice(0, index)) {
      yield sequence(RSA, bits(sequence(integer(p * q), EXPONENT)));
    }
  }
}

function certificate(kind, common, spki, issuer, extensions) {
  const identifier = (spki) => createHash("sha1").update(spki).digest();
  const serial = Buffer.concat([der("4d"), randomBytes(15)]);
  const now = Date.now();
  const body = sequence(
    der("a003020102"),
    tlv(2, serial),
    SIGNED_WITH[kind],
    name(issuer.common),
    sequence(time(now - YEAR / 12), time(now + YEAR)),
    name(common),
    spki,
    tlv(
      0xa3,
      sequence(
        ...extensions,
        extension("0603551d0e", false, tlv(4, identifier(spki))),
        extension("0603551d23", false, sequence(tlv(0x80, identifier(issuer.spki)))),
      ),
    ),
  );
  return sequence(body, SIGNED_WITH[kind], bits(issuer.sign(body)));
}

function pem(certificate) {
  const lines = certificate.toString("base64").match(/.{1,64}/g);
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

/** A root, its intermediate, and so many clients of the intermediate or of the root itself, each as PEM. */
export function pile(kind, count, under = "intermediate") {
  const root = { common: "Root", ...keyPair(kind) };
  const issuing = { common: "Issuing", ...keyPair(kind) };
  const issuer = under === "root" ? root : issuing;
  const keys = clientKeys(kind);
  const clients = Array.from({ length: count }, (_, index) => {
    const common = `client-${String(index + 1).padStart(5, "0")}`;
    return pem(certificate(kind, common, keys.next().value, issuer, CLIENT));
  });
  return {
    root: pem(certificate(kind, root.common, root.spki, root, AUTHORITY)),
    intermediate: pem(certificate(kind, issuing.common, issuing.spki, root, AUTHORITY)),
    clients,
  };
}
