// The page in Firefox and in WebKit, the engine of Safari: the same verdicts, the same files, the same road.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { pileOfAcme } from "./support/check.mjs";
import { servePage } from "./support/folder.mjs";
import { OTHERS, until } from "./support/others.mjs";
import { startBoth, writes } from "./support/setup.mjs";

const PASSWORD = "Grüße, 雪!";
/** So many clients that reading and judging them takes more than one turn. */
const MANY = 120;
let made;
let many;

before(() => {
  made = pileOfAcme();
  made.openssl(
    ...["pkcs12", "-export", "-in", "billing.crt", "-inkey", "billing.key", "-passout", `pass:${PASSWORD}`],
    ...["-out", "billing.p12", "-legacy"],
  );
  many = Array.from({ length: MANY }, (_, index) => made.withCommonName("billing", `client ${index}`)).join("");
});

after(() => made.remove());

for (const [name, start] of Object.entries(OTHERS)) {
  const options = { skip: !start && `${name} is not installed` };

  test(`${name} judges a pile, opens a file with its password and joins a PEM`, options, async (t) => {
    const { origin } = await servePage(t);
    const person = await atWork(start, t);
    await person.open(origin);
    await person.sees("Check certificates");
    await person.gives("#main input[type=file]", [made.file("root.crt"), made.fileOf("many.pem", many)]);
    await person.sees(`${MANY} accepted`);
    await person.sees("CN=client 0");
    await person.presses("Start over");
    await person.sees("Check certificates");

    await person.gives("#main input[type=file]", ["root.crt", "billing.p12"].map(made.file));
    await person.fills("Password of billing.p12", "wrong");
    await person.presses("Open");
    await person.sees("The password is wrong.");
    await person.fills("Password of billing.p12", PASSWORD);
    await person.presses("Open");
    await person.sees("1 accepted");
    await person.sees("CN=billing,O=Acme");
    const pem = await person.saving(() => person.presses("Make its PEM"));
    const file = join(made.folder, `${name}.pem`);
    writeFileSync(file, pem);
    const openssl = (...words) => execFileSync("openssl", words, { encoding: "utf8" });
    assert.equal(openssl("pkey", "-in", file, "-pubout"), openssl("x509", "-in", file, "-noout", "-pubkey"));
  });

  test(`${name} goes the whole road of a set-up`, options, async (t) => {
    const { sandbox, gateway } = await startBoth(t);
    const person = await atWork(start, t);
    await person.open(gateway.address);
    await person.sees("Check certificates");
    await person.presses("Setup");
    await person.sees("Connected.");
    await person.presses("Continue");
    await person.presses("Acme Staging");
    await person.sees("How things stand in Acme Staging");
    await person.presses("Continue");
    await person.sees("Whose certificates the project trusts");
    const zone = ".setup input[type=file]:not([accept])";
    await person.gives(zone, [made.file("root.crt")]);
    await person.sees("1 added.");
    await person.presses("Continue");
    await person.sees("Client certificates and their user names");
    await person.gives(zone, ["billing.crt", "billing.key"].map(made.file));
    await person.sees("CN=billing,O=Acme");
    await person.presses("Continue");
    await person.sees("What the users may do");
    await person.presses("Add a role");
    await person.fills("Database", "sales");
    await person.presses("Continue");
    await person.sees("Check what will change");
    await person.presses("I understand that the nodes restart");
    await person.presses("Apply 2 changes");
    await person.presses("Go on: see how to log in");
    await person.sees("Your users can't log in yet");
    assert.deepEqual(await writes(sandbox), ["PATCH userSecurity", "POST CN=billing,O=Acme"]);
  });
}

/** What a person does in a browser in which only scripts can be run. */
async function atWork(start, t) {
  const browser = await start(t);
  const run = (script) => until(browser, `${FIND} ${script}`);
  const text = JSON.stringify;
  return {
    open: browser.open,
    saving: browser.saving,
    sees: (what) => until(browser, `return document.body.innerText.includes(${text(what)})`),
    presses: (name) =>
      run(`const it = find("button:enabled, a, label", (it) => said(it).startsWith(${text(name)})); it?.click(); return !!it`),
    fills: (label, value) =>
      run(`const it = find("label", (it) => it.textContent === ${text(label)});
        const field = document.getElementById(it?.htmlFor) ?? it?.querySelector("input");
        if (!field) return false;
        field.value = ${text(value)};
        for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
        return true`),
    gives: (input, files) =>
      run(`const it = document.querySelector(${text(input)});
        if (!it) return false;
        const given = new DataTransfer();
        for (const [name, base64] of ${text(files.map(({ name, buffer }) => [name, buffer.toString("base64")]))}) {
          given.items.add(new File([Uint8Array.from(atob(base64), (digit) => digit.charCodeAt(0))], name));
        }
        it.files = given.files;
        it.dispatchEvent(new Event("change", { bubbles: true }));
        return true`),
  };
}

/** The first element of a kind that can be seen and is the one. */
const FIND = `
  const said = (it) => it.innerText.trim();
  const find = (kind, isIt) => [...document.querySelectorAll(kind)].find((it) => it.getClientRects().length > 0 && isIt(it));
`;
