// What a sender promises about a sealed package (spec section 15.3).

import { demand, within } from "./faults.js";
import { listOf, members } from "./json.js";
import { charsOf, digestHex, parseDigest, parseId } from "./values.js";

const CODE = "offer-malformed";
const LANGUAGE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
const LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"; // BIP 173
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const BYTES = { age: 32, age1pq: 1216 }; // X25519; ML-KEM-768 with X25519

/** Offer of a section's value: what a bundle can check of it. */
export function parseOffer(value) {
  return within(CODE, [CODE], () => {
    const found = members(value, {
      block_size_bytes: "number",
      description: "object",
      exhibit: "string",
      file_list: "string",
      files: "number",
      recipients: "array",
      root: "string",
      sealed_size_bytes: "number",
      tag_manifest: "string",
    });
    const { lang, text } = members(found.description, { lang: "string", text: "string" });
    const recipients = listOf(found.recipients, parseRecipient, 32);
    const rules = [
      found.block_size_bytes === 1024 * 1024,
      found.files >= 0,
      found.sealed_size_bytes > 0,
      recipients.length > 0,
      new Set(recipients).size === recipients.length,
      LANGUAGE.test(lang),
      text !== "" && charsOf(text) <= 4000,
      new Set(recipients.map((one) => one.startsWith("age1pq1"))).size === 1,
    ];
    demand(rules.every(Boolean), CODE, "a value outside what is allowed");
    return {
      description: text,
      exhibit: parseId(found.exhibit),
      fileList: digestHex(parseDigest(found.file_list)),
      files: found.files,
      root: digestHex(parseDigest(found.root)),
      sealedSize: found.sealed_size_bytes,
      tagManifest: digestHex(parseDigest(found.tag_manifest)),
    };
  });
}

/** The text, if it is an age recipient: bech32 in lower case, of a known kind and length. */
function parseRecipient(text) {
  const one = typeof text === "string" && text.length <= 4096 ? text.lastIndexOf("1") : -1;
  const values = one < 0 ? [-1] : [...text.slice(one + 1)].map((letter) => LETTERS.indexOf(letter));
  const prefix = one < 0 ? "" : text.slice(0, one);
  const due = Object.hasOwn(BYTES, prefix) ? BYTES[prefix] : -1;
  const whole = values.length === Math.ceil((due * 8) / 5) + 6 && !values.includes(-1);
  demand(whole && checksum(prefix, values) === 1, CODE, "not an age recipient");
  const spare = (values.length - 6) * 5 - due * 8;
  const padding = values.at(-7) & ((1 << spare) - 1);
  demand(padding === 0, CODE, "a recipient with stray bits");
  return text;
}

function checksum(prefix, values) {
  const codes = [...prefix].map((letter) => letter.charCodeAt(0));
  let check = 1;
  for (const value of [...codes.map((c) => c >> 5), 0, ...codes.map((c) => c & 31), ...values]) {
    const top = check >> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    GENERATOR.forEach((term, bit) => {
      if ((top >> bit) & 1) check ^= term;
    });
  }
  return check;
}
