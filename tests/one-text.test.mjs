// What people have in one file: everything in one text, wrapped in another, in an archive, or a request.

import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";

import { card, drop, openCheck, pileOfAcme, verdict } from "./support/check.mjs";

let made;

before(() => {
  made = pileOfAcme();
});

after(() => made.remove());

const all = (...names) => names.map((name) => made.text(`${name}.crt`)).join("");

test("one text may hold root, intermediate and client, in any order", async (t) => {
  const { page } = await openCheck(t);
  for (const names of [
    ["root", "issuing", "shipping"],
    ["shipping", "issuing", "root"],
    ["issuing", "shipping", "root", "billing"],
  ]) {
    await drop(page, [made.fileOf("all.pem", all(...names))]);
    await verdict(page, `${names.length - 2} accepted`);
    await page.getByRole("button", { name: "Start over" }).click();
    await verdict(page, "Check certificates");
  }
});

test("a text in another one is read, and the page says how it was wrapped", async (t) => {
  const { page } = await openCheck(t);
  const base64 = (text) => Buffer.from(text).toString("base64");
  const json = (text) => JSON.stringify({ bundle: text });
  const text = all("root", "issuing", "shipping");
  for (const [name, wrapped, how] of [
    ["values.json", json(json(text)), "escaped twice over"],
    ["secret.yaml", `data:\n  all: ${base64(base64(text))}\n`, "in base64 twice over"],
    ["mongo.env", `ALL="${text.replaceAll("\n", "\\n")}"\n`, "escaped, as in a JSON or environment file"],
  ]) {
    await drop(page, [made.fileOf(name, wrapped)]);
    await verdict(page, "1 accepted");
    await page.getByRole("main").filter({ hasText: how }).waitFor();
    await page.getByRole("button", { name: "Start over" }).click();
    await verdict(page, "Check certificates");
  }
});

test("an archive is named and not read, whatever it stores", async (t) => {
  execFileSync("tar", ["-cf", "certs.tar", "billing.crt", "shipping.crt"], { cwd: made.folder });
  const { page } = await openCheck(t);
  await drop(page, ["root.crt", "billing.crt", "certs.tar"].map(made.file));
  await verdict(page, "1 accepted, 1 not read");
  const archive = card(page, "certs.tar").filter({ hasText: "This is a tar archive." });
  await archive.getByRole("region", { name: "Command" }).filter({ hasText: "tar -xf certs.tar" }).waitFor();
});

test("a request says which user it leads to", async (t) => {
  const { page } = await openCheck(t);
  await drop(page, ["root.crt", "billing.crt", "shipping.csr"].map(made.file));
  await verdict(page, "1 accepted, 1 not read");
  const request = card(page, "shipping.csr");
  await request.filter({ hasText: "would log in as CN=shipping,O=Acme. Atlas takes this user name." }).waitFor();
});

test("a file of more than a mebibyte is read, and one of more than sixteen is not", async (t) => {
  const { page } = await openCheck(t);
  const text = all("root", "billing");
  await drop(page, [made.fileOf("large.pem", "# comment\n".repeat(200_000), text)]);
  await verdict(page, "1 accepted");
  await drop(page, [made.fileOf("disk.img", "-".repeat(17 << 20))]);
  await page.getByRole("alert").filter({ hasText: "“disk.img” has 17.0 MiB; a file may have 16." }).waitFor();
});
