// What a log of this protocol holds: origins, leaves, proof files, successor statements (spec 10).

import { concat, equal, fromAscii, unb64, unpadded, utf8 } from "./bytes.js";
import { demand, Fault, within } from "./faults.js";
import { decode, encode, isObject, members } from "./json.js";
import { leafHash, verifyInclusion } from "./merkle.js";
import { openCheckpoint, parseDecimal, peekCheckpoint } from "./note.js";
import {
  digestBytes, parseDigest, parseMode, parseParty, parseTime, PROTOCOL,
} from "./values.js";

const HOST = /(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])/.source;
const PREFIX = `${HOST}(?::[1-9][0-9]{0,4})?(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*`;
const ORIGIN = new RegExp(`^(${PREFIX})/log/([a-z]+)/([^/\\n]+/[^/\\n]+)/([1-9][0-9]{0,8})$`);
const MAX_ORIGIN = 200;
const MAX_PREFIX = 100;
const KINDS = new Set([
  "message.sent", "message.received", "receipt.received", "directory.snapshot",
  "officer.certified", "evidence.sealed", "evidence.opened", "evidence.served",
  "evidence.destroyed", "domestic.note", "epoch.opened", "audit.anchored",
]);
export const RECEIVED = "message.received"; // the one kind whose leaf says an outcome
const OUTCOME = /^(applied|overtaken|held|held:double-speak|refused:[a-z0-9]+(-[a-z0-9]+)*)$/;
const REASONS = new Set(["restored-backup", "key-lost", "migration"]);
const MAX_EXTRA_BYTES = 65_536;
const MAX_PROOF_BYTES = 1_000_000 + 2 * MAX_EXTRA_BYTES;
const MAX_PATH = 63;
const PROOF = /^c2sp\.org\/tlog-proof@v1\n(?:extra ([^\n]*)\n)?index ([^\n]*)\n((?:[^\n]+\n)*)$/;

/** Codes of faults in what somebody says about a log. */
const LEDGER_CODES = new Set([
  "ledger", "proof-mismatch", "proof-range", "number-malformed", "base64-text-malformed",
  "note-malformed", "note-oversize", "note-signature-bad", "note-unsigned", "note-key-malformed",
  "note-algorithm-unknown", "checkpoint-malformed", "checkpoint-unsigned",
  "cosignature-malformed", "log-proof-malformed", "leaf-malformed", "leaf-mismatch",
  "origin-malformed", "successor-malformed",
]);

/** {prefix, mode, party, epoch} of an origin in its only spelling. */
export function parseOrigin(text) {
  const readable = typeof text === "string" && text.length <= MAX_ORIGIN;
  const match = readable ? ORIGIN.exec(text) : null;
  const fits = match !== null && match[1].length <= MAX_PREFIX;
  demand(fits, "origin-malformed", "expected HOST/log/<mode>/<party>/<epoch>");
  return within("origin-malformed", [], () => ({
    prefix: match[1],
    mode: parseMode(match[2]),
    party: parseParty(match[3]),
    epoch: Number(match[4]),
  }));
}

/** Opening of a leaf: {kind, outcome, record, salt, time} with the entry it explains. */
export function parseOpening(value) {
  return within("leaf-malformed", ["leaf-malformed"], () => {
    const told = isObject(value) && "outcome" in value ? { outcome: "string" } : {};
    const { kind, outcome, record, salt, time } = members(value, {
      kind: "string",
      record: "string",
      salt: "string",
      time: "string",
      ...told,
    });
    const bytes = unb64(salt, 32);
    demand(KINDS.has(kind), "leaf-malformed", "no such kind of leaf");
    const due = kind === RECEIVED ? isOutcome(outcome) : outcome === undefined;
    demand(due, "leaf-malformed", "an outcome is said of a message received, and of nothing else");
    const at = parseTime(time);
    const entry = entryOf({ kind, outcome, record, time }, bytes);
    return { kind, record: parseDigest(record), outcome, at, entry };
  });
}

/** The 33 bytes that a log holds; `said` has an outcome for a message received, else none. */
export function entryOf({ kind, outcome, record, time }, salt) {
  const told = outcome === undefined ? {} : { outcome };
  const explained = encode({ kind, record, time, ...told });
  return concat(Uint8Array.of(1), digestBytes("leaf", salt, explained));
}

/** Whether a value says what became of a message (spec 11.1). */
export function isOutcome(value) {
  return typeof value === "string" && value.length <= 80 && OUTCOME.test(value);
}

export function verifyOpening(opening, entry) {
  const formed = entry.length === 33 && entry[0] === 1;
  demand(formed, "leaf-malformed", "not an entry of version 1");
  demand(equal(opening.entry, entry), "leaf-mismatch", "the opening explains another entry");
}

/** What a tlog-proof file says: {index, path, note, checkpoint, extra}; nothing verified. */
export function parseProof(bytes) {
  const code = "log-proof-malformed";
  const cut = emptyLine(bytes);
  demand(bytes.length <= MAX_PROOF_BYTES && cut >= 0, code, "too large, or no empty line");
  const head = fromAscii(bytes.subarray(0, cut));
  const match = head === null ? null : PROOF.exec(`${head}\n`);
  demand(match !== null, code, "the first lines are not those of a proof");
  const lines = match[3].split("\n").slice(0, -1);
  demand(lines.length <= MAX_PATH, code, "a path longer than any tree is high");
  return within(code, [code], () => {
    const extra = match[1] === undefined ? null : unpadded(match[1]);
    demand((extra?.length ?? 0) <= MAX_EXTRA_BYTES, code, "extra data too long");
    const note = bytes.subarray(cut + 2);
    const checkpoint = peekCheckpoint(note);
    const path = lines.map((line) => unpadded(line, 32));
    return { index: parseDecimal(match[2]), path, note, checkpoint, extra };
  });
}

function emptyLine(bytes) {
  for (let i = 0; i + 1 < bytes.length; i++) if (bytes[i] === 10 && bytes[i + 1] === 10) return i;
  return -1;
}

/** Checkpoint under which an entry is proved to stand where the proof says. */
export function verifyProof(proof, entry, keys) {
  const signed = openCheckpoint(proof.note, keys);
  const { size, root } = signed.checkpoint;
  verifyInclusion({ leaf: leafHash(entry), index: proof.index, size, path: proof.path, root });
  return signed;
}

/** Statement that opens a later epoch of a party's log: {old, origin, note}. */
export function parseSuccessor(payload) {
  const code = "successor-malformed";
  return within(code, [code], () => {
    const found = members(decode(payload, 65_536), {
      checkpoint: "string",
      mode: "string",
      origin_new: "string",
      origin_old: "string",
      party: "string",
      protocol: "string",
      reason: "string",
      stated_at: "string",
    });
    const old = parseOrigin(found.origin_old);
    demand(found.protocol === PROTOCOL, code, "another protocol");
    const same = parseMode(found.mode) === old.mode && parseParty(found.party) === old.party;
    demand(same, code, "mode or party is not the old origin's");
    const following = parseOrigin(found.origin_new);
    parseTime(found.stated_at);
    checkSuccession(old, following, found);
    const { checkpoint, origin_old, reason } = found;
    return { old: origin_old, following, note: utf8(checkpoint), reason };
  });
}

function checkSuccession(old, following, found) {
  const code = "successor-malformed";
  const later = following.mode === old.mode && following.party === old.party;
  demand(later && following.epoch > old.epoch, code, "no later epoch of the old log");
  demand(REASONS.has(found.reason), code, "no such reason");
  const last = peekCheckpoint(utf8(found.checkpoint));
  demand(last.origin === found.origin_old, code, "the last checkpoint is of another log");
}

/** Turn any fault about a log into one of `code`. */
export function aboutLog(code, run) {
  try {
    return run();
  } catch (fault) {
    const log = fault instanceof Fault && LEDGER_CODES.has(fault.code);
    throw log ? new Fault(code, `the log's proof does not hold (${fault.code})`) : fault;
  }
}
