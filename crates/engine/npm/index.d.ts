/**
 * What a MongoDB server does with certificates: accepted or refused, why, and the database user name of each client.
 *
 * The verdicts are OpenSSL's as mongod uses it, error for error, and the same as those of `atlas-x509 check`. Nothing
 * is sent anywhere. The WebAssembly module is loaded with the first call.
 */

/** A file, as it is: PEM, DER, PKCS#7, text with certificates in it. What it holds is found by looking, not by its name. */
export interface File {
  /** What the report calls it. */
  name: string;
  /** Its content. A string is taken as UTF-8. */
  bytes: Uint8Array | ArrayBuffer | string;
  /**
   * What it is there for.
   *
   * - `"bundle"`: the server trusts every certificate in it, as with `atlas-x509 check --ca`.
   * - `"client"`: it is one client, its certificate and what it sends along, as with `--client`.
   * - absent: its content tells, as on the page. Authorities make up the bundle, every other certificate is a client.
   */
  as?: "bundle" | "client";
}

export interface CheckOptions {
  /**
   * The moment for which the verdicts are to hold: a `Date`, or a string such as `2027-01-01` (its midnight UTC) or
   * `2027-01-01T09:00:00Z`. Now, unless you say otherwise.
   */
  at?: Date | string;
  /** The security level of the server's OpenSSL. 2, unless you say otherwise. */
  level?: 1 | 2;
  /**
   * Whether the platform's own cryptography (`crypto.subtle`) may verify usual signatures beforehand, which is several
   * times as fast. Verdicts are the same without it. `true`, unless you say otherwise.
   */
  platform?: boolean;
  /** Stops the work: the promise is rejected with the signal's `reason`. */
  signal?: AbortSignal;
}

/** How far the work has come. */
export interface Progress {
  /** Pieces of work done; not all are of one size. */
  done: number;
  /** Pieces of work in all, as far as is known yet. */
  total: number;
}

/**
 * Judges certificates, and says what a person should know about them.
 *
 * Works for some 40 ms at a time, then lets other events in; of many certificates a page still does better to have it in
 * a worker. A file may have 16 MiB, all of them together 64 MiB and 5,000 certificates.
 *
 * @param onProgress Called between two pieces of work, and never for a few certificates. What it throws ends the work
 * and rejects the promise.
 * @returns The report; it has the form of `atlas-x509 check --format json`.
 * @throws {TypeError} When something given here is not what it should be.
 * @throws {Error} When `at` cannot be read, when the files are too large or too many, or when the module cannot be loaded.
 * What is wrong with a certificate or a file is in the report, not an error.
 */
export function check(
  files: readonly File[],
  options?: CheckOptions | null,
  onProgress?: ((progress: Progress) => void) | null,
): Promise<Report>;

/**
 * The database user name that mongod derives from a client's certificate, byte for byte. What else its file holds does
 * not matter.
 *
 * @param name What an error calls the file.
 * @throws {Error} When there is none; the message says why, and what to do.
 */
export function username(bytes: Uint8Array | ArrayBuffer | string, name?: string): Promise<string>;

/** Every finding that there is, with its documentation. */
export function findings(): Promise<FindingRule[]>;

/** Everything that is known of the files. */
export interface Report {
  /** The version of this form. Another one would misread it. */
  schema: 1;
  /** The moment for which the verdicts hold. */
  at: Moment;
  /** The security level of OpenSSL for which the verdicts hold. */
  level: 1 | 2;
  /** One for each client, in the order given. */
  clients: Client[];
  /** Every certificate that could be read, once. */
  certificates: Certificate[];
  /** What a person should know, the gravest first. */
  findings: Finding[];
}

/** RFC 3339 in UTC, such as `2026-11-24T00:00:00Z`. */
export type Moment = string;

/** The SHA-256 digest of a certificate's encoding, in lower-case hexadecimal, by which the report names it. */
export type Sha256 = string;

/** The outcome of one verification. */
export interface Judgement {
  /**
   * `null`: undetermined, and `undetermined` says why. `false` without errors: no version of TLS can shake hands with
   * the key.
   */
  accepted: boolean | null;
  undetermined: string | null;
  /** Every error raised, in OpenSSL's order. */
  errors: VerifyError[];
  /** The one that remains at the end, and that mongod logs. */
  final_error: VerifyError | null;
  /** As built, the client's certificate first, even when it was refused. */
  chain: Sha256[];
}

/** What the server does with a client that sends everything in its file. */
export interface Client extends Judgement {
  /** The file that its certificate came from. */
  file: string;
  /** Its certificate; `null` when none could be read. */
  leaf: Sha256 | null;
  /** Its subject as `openssl x509 -nameopt RFC2253` prints it. */
  subject_openssl: string | null;
  /** At which versions of TLS its key can take part in the handshake, whatever becomes of the chain. */
  handshake: Handshake;
  /** Why its certificate could not be read. */
  parse_error: string | null;
  /** The same for a client that sends its own certificate alone. */
  leaf_only: Judgement;
  /** The database user name that mongod derives. */
  username: string | null;
  /** Why there is none. */
  username_error: string | null;
}

export interface Handshake {
  /** `null`: it cannot be told, or there is no certificate. */
  tls12: boolean | null;
  /** `null`: it cannot be told, or there is no certificate. */
  tls13: boolean | null;
  /** Why one of them is not `true`. */
  reason: string | null;
}

/** An error as OpenSSL numbers it. */
export interface VerifyError {
  /** `X509_V_ERR_…` */
  code: number;
  /** The position in the chain it is about; 0 is the client's certificate. */
  depth: number;
  /** `X509_verify_cert_error_string`, which mongod logs. */
  name: string;
}

export interface Certificate {
  sha256: Sha256;
  /** Where it was found first. */
  file: string;
  /** The line, from 1, on which it begins; `null` in a binary file. */
  line: number | null;
  /** In the bundle that the server trusts, a client's own, or sent along by a client. */
  role: "authority" | "client" | "sent";
  /** As `openssl x509 -nameopt RFC2253` prints it. */
  subject: string;
  /** As `openssl x509 -nameopt RFC2253` prints it. */
  issuer: string;
  /** Lower-case hexadecimal. */
  serial: string;
  /** `null` when it is not written as RFC 5280 asks. */
  not_before: Moment | null;
  /** `null` when it is not written as RFC 5280 asks. */
  not_after: Moment | null;
  /** `RSA 2048`, `EC P-256`, `Ed25519`, else the algorithm's name or identifier. */
  key: string;
  /** `sha256WithRSAEncryption`, else the algorithm's identifier. */
  signature: string;
}

/** It will not work; it works, but; good to know. */
export type Severity = "error" | "warning" | "note";

/** Something a person should know. */
export interface Finding {
  /** Stable and dotted, such as `authority.expired`. */
  id: string;
  severity: Severity;
  /** The certificates it is about, the most concerned first. */
  certificates: Sha256[];
  /** The file it is about. */
  file: string | null;
  /** The line, from 1, in that file. */
  line: number | null;
  /** What is so. */
  message: string;
  /** What that means. */
  meaning: string;
  /** What to do. */
  fix: string;
  /** Where the rule stands: a section of an RFC, a page of MongoDB's manual, a measured error. */
  citation: string;
  /** A command that shows the same. */
  command: string | null;
}

/** A finding's documentation. */
export interface FindingRule {
  /** The `id` of its findings. */
  id: string;
  severity: Severity;
  /** On what the severity depends, where it does. */
  severity_note: string | null;
  /** What is looked for. */
  what: string;
  /** Why it matters. */
  why: string;
  /** What to do about it. */
  fix: string;
  /** Where the rule stands. */
  citation: string;
}
