// The TypeScript implementation of age as a judge: one JSON case a line in, one verdict a line out.
//
// {"do": "seal", "data", "recipients" | "passphrase", "armor"} gives {"data"};
// {"do": "open", "data", "identities" | "passphrase"} gives {"data"} or {"error"};
// {"do": "recipient", "identity"} gives {"recipient"}. All data is base64.

import { createInterface } from "node:readline";
import * as age from "age-encryption";

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const text = (value) => Buffer.from(value).toString("base64");

async function seal(given) {
  const encrypter = new age.Encrypter();
  for (const recipient of given.recipients ?? []) encrypter.addRecipient(recipient);
  if (given.passphrase !== undefined) encrypter.setPassphrase(given.passphrase);
  const sealed = await encrypter.encrypt(bytes(given.data));
  return given.armor ? Buffer.from(age.armor.encode(sealed)) : sealed;
}

async function open(given) {
  const decrypter = new age.Decrypter();
  for (const identity of given.identities ?? []) decrypter.addIdentity(identity);
  if (given.passphrase !== undefined) decrypter.addPassphrase(given.passphrase);
  const file = bytes(given.data);
  return decrypter.decrypt(given.armor ? age.armor.decode(Buffer.from(file).toString()) : file);
}

async function judge(given) {
  try {
    if (given.do === "recipient") return { recipient: await age.identityToRecipient(given.identity) };
    return { data: text(given.do === "seal" ? await seal(given) : await open(given)) };
  } catch (error) {
    return { error: error.message };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await judge(JSON.parse(line))));
}
