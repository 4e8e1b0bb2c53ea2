// C2SP signed notes: a text with signature lines under it, and the keys that sign them.

import { concat, equal, fromBigInt, fromUtf8, hex, unpadded, utf8 } from "./bytes.js";
import { demand, Fault, within } from "./faults.js";
import { ed25519Holds, once } from "./keys.js";
import { verifyMldsa44 } from "./mldsa.js";
import { sha256 } from "./sha256.js";

export const ED25519 = 0x01;
const COSIGNATURE_MLDSA44 = 0x06;
const KEY_BYTES = { 0x01: 32, 0x04: 32, 0x06: 1312 };
const MAX_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;
const MAX_KEY_CHARS = 4096;
const LAST_SECOND = 253_402_300_799n; // the end of year 9999
const CONTROL = /[\x00-\x09\x0b-\x1f]/;
const LINE = /^\u2014 ([^ +]+) ([A-Za-z0-9+/=]+)$/;
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

function isKeyName(name) {
  return name !== "" && !name.includes("+") && !SPACES.test(name);
}

/** Verifier key of a name, a signature type and public bytes. */
export function verifierKey(name, algorithm, raw) {
  const typed = concat(Uint8Array.of(algorithm), raw);
  const id = sha256(utf8(`${name}\n`), typed).subarray(0, 4);
  return { name, algorithm, raw, id, identity: `${name}+${hex(id)}` };
}

/** Verifier key of a text `name+id+base64` (signed-note, Verifier keys). */
export function parseVerifierKey(text) {
  const code = "note-key-malformed";
  const match = text.length <= MAX_KEY_CHARS && /^([^+]*)\+([0-9a-f]{8})\+([^]*)$/.exec(text);
  demand(match && isKeyName(match[1]), code, "expected name+id+base64");
  demand(!/\p{Surrogate}/u.test(match[1]), code, "the name is no text");
  const typed = within(code, [], () => unpadded(match[3]));
  const due = KEY_BYTES[typed[0]] ?? typed.length - 1;
  demand(typed.length >= 2 && due === typed.length - 1, code, "the length is not its type's");
  const key = verifierKey(match[1], typed[0], typed.subarray(1));
  demand(hex(key.id) === match[2], code, "the id is not that of this name and key");
  return key;
}

/** Tell whether this page can check signatures of such a key. */
export function canVerify(key) {
  return Object.hasOwn(KEY_BYTES, key.algorithm);
}

/** Text and signature lines of a note, nothing verified. */
export function parseNote(bytes) {
  demand(bytes.length <= MAX_BYTES, "note-oversize", "a note has at most 1,000,000 bytes");
  const whole = fromUtf8(bytes);
  const plain = whole !== null && !CONTROL.test(whole);
  demand(plain, "note-malformed", "not UTF-8, or a control character");
  const cut = whole.lastIndexOf("\n\n");
  const below = whole.slice(cut + 2);
  demand(cut >= 0 && below !== "", "note-malformed", "no signature lines after an empty line");
  return { text: whole.slice(0, cut + 1), signatures: signatureLines(below) };
}

function signatureLines(block) {
  const lines = block.split("\n");
  demand(lines.pop() === "" && lines.length > 0, "note-malformed", "the last line does not end");
  demand(lines.length <= MAX_SIGNATURES, "note-oversize", "a note has at most 100 signatures");
  return lines.map(signatureLine);
}

function signatureLine(line) {
  const match = LINE.exec(line);
  demand(match && isKeyName(match[1]), "note-malformed", "not a signature line");
  const value = within("note-malformed", [], () => unpadded(match[2]));
  demand(value.length >= 5, "note-malformed", "a signature shorter than its key id and one byte");
  const identity = `${match[1]}+${hex(value.subarray(0, 4))}`;
  return { name: match[1], identity, value: value.subarray(4) };
}

/** Note with at least one good signature by a known key and no bad one: {text, verified}. */
export function openNote(bytes, keys) {
  const { text, signatures } = parseNote(bytes);
  const known = new Map(keys.filter(canVerify).map((key) => [key.identity, key]));
  const verified = new Map();
  for (const one of signatures) {
    const key = known.get(one.identity);
    if (key === undefined) continue;
    const good = signatureHolds(key, text, one.value);
    demand(good, "note-signature-bad", "a known key's signature does not verify");
    if (!verified.has(one.identity)) verified.set(one.identity, { ...one, key });
  }
  demand(verified.size > 0, "note-unsigned", "no known key signed this note");
  return { text, verified: [...verified.values()] };
}

function signatureHolds(key, text, value) {
  if (key.algorithm === ED25519) return ed25519Holds(key.raw, value, utf8(text));
  const seconds = value.length > 8 ? timestampOf(value) : LAST_SECOND + 1n;
  const checkpoint = seconds <= LAST_SECOND ? checkpointOrNull(text) : null;
  if (checkpoint === null) return false;
  const signature = value.subarray(8);
  if (key.algorithm === COSIGNATURE_MLDSA44) return mldsaHolds(key, signature, checkpoint, value);
  const message = utf8(`cosignature/v1\ntime ${seconds}\n${text}`);
  return ed25519Holds(key.raw, signature, message);
}

/** Type 0x06: what is signed has no room for extension lines, and names have at most 255 bytes. */
function mldsaHolds(key, signature, { extended, origin, root, size }, value) {
  const names = [utf8(key.name), utf8(origin)];
  const empty = size > 0n || equal(root, sha256());
  if (extended || !empty || names.some((name) => name.length > 255)) return false;
  const [name, log] = names.map((bytes) => concat(Uint8Array.of(bytes.length), bytes));
  const count = fromBigInt(size, 8);
  const stamp = value.subarray(0, 8);
  const head = utf8("subtree/v1\n\0");
  const message = concat(head, name, stamp, log, new Uint8Array(8), count, root);
  return once(`${hex(key.id)}${hex(sha256(key.raw, signature, message))}`, () =>
    verifyMldsa44(key.raw, signature, message),
  );
}

function timestampOf(value) {
  return new DataView(value.buffer, value.byteOffset, 8).getBigUint64(0);
}

/** Time of a verified cosignature in seconds; null: the tree is consistent, it says not when. */
export function cosignedAt(one) {
  const dated = one.key.algorithm !== ED25519 && timestampOf(one.value) !== 0n;
  return dated ? Number(timestampOf(one.value)) : null;
}

/** Number of an ASCII decimal without leading zeros, at most 2^63-1. */
export function parseDecimal(text) {
  const value = /^(0|[1-9][0-9]{0,18})$/.test(text) ? BigInt(text) : 2n ** 63n;
  demand(value < 2n ** 63n, "number-malformed", "expected a decimal without leading zeros");
  return value;
}

/** Checkpoint of a note's text: {origin, size, root, text} (tlog-checkpoint, Note text). */
function parseCheckpoint(text) {
  const lines = text.split("\n");
  const whole = lines.pop() === "" && lines.length >= 3 && lines.every((line) => line !== "");
  demand(whole, "checkpoint-malformed", "expected at least three lines, none empty");
  const [size, root] = within("checkpoint-malformed", [], () => [
    parseDecimal(lines[1]),
    unpadded(lines[2], 32),
  ]);
  return { origin: lines[0], size, root, text, extended: lines.length > 3 };
}

function checkpointOrNull(text) {
  try {
    return parseCheckpoint(text);
  } catch (fault) {
    if (fault instanceof Fault) return null;
    throw fault;
  }
}

export function peekCheckpoint(bytes) {
  return parseCheckpoint(parseNote(bytes).text);
}

/** Checkpoint that its own log signed, under its origin: {checkpoint, verified}. */
export function openCheckpoint(bytes, keys) {
  const { text, verified } = openNote(bytes, keys);
  const checkpoint = parseCheckpoint(text);
  const own = verified.some((one) => one.name === checkpoint.origin);
  demand(own, "checkpoint-unsigned", "the log did not sign its checkpoint");
  return { checkpoint, verified };
}

export function sameCheckpoint(one, other) {
  return one.text === other.text && equal(one.root, other.root);
}
