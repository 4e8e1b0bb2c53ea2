// Receipts: a party's provable statement that it has recorded a message (spec section 11).

import { unb64, utf8 } from "./bytes.js";
import { demand } from "./faults.js";
import { decode, members } from "./json.js";
import { verifyJws } from "./jws.js";
import { aboutLog, entryOf, isOutcome, RECEIVED } from "./log.js";
import { leafHash, verifyConsistency, verifyInclusion } from "./merkle.js";
import { parseMark } from "./message.js";
import { openCheckpoint, peekCheckpoint } from "./note.js";
import { orNull, parseDigest, parseMode, parseParty, parseTime, PROTOCOL } from "./values.js";

const CODE = "receipt-mismatch";

/** Receipt of a payload, shape only. */
export function parseReceipt(payload) {
  const fields = members(decode(payload, 32 * 1024), {
    checkpoint: "string",
    consistency: "object|null",
    content: "string",
    from: "string",
    head: "object|null",
    inclusion: "array",
    leaf: "object",
    mode: "string",
    outcome: "string",
    protocol: "string",
    received_at: "string",
    record: "string",
    to: "string",
  });
  const leaf = members(fields.leaf, { index: "number", salt: "string" });
  const ours = fields.protocol === PROTOCOL && leaf.index >= 0;
  [fields.record, fields.content].forEach(parseDigest);
  demand(ours, CODE, "another protocol, or an index out of range");
  demand(isOutcome(fields.outcome), CODE, "not an outcome");
  const { outcome, record, received_at: time } = fields;
  const said = { kind: RECEIVED, outcome, record, time };
  return {
    mode: parseMode(fields.mode),
    record,
    content: fields.content,
    from: parseParty(fields.from),
    to: parseParty(fields.to),
    at: parseTime(time),
    outcome,
    head: orNull(parseMark, fields.head),
    index: BigInt(leaf.index),
    entry: entryOf(said, unb64(leaf.salt, 32)),
    note: utf8(fields.checkpoint),
    inclusion: parsePath(fields.inclusion),
    known: orNull(parseConsistency, fields.consistency),
  };
}

function parsePath(value) {
  demand(value.length <= 64, CODE, "a path longer than any tree is high");
  return value.map((item) => unb64(item, 32));
}

function parseConsistency(value) {
  const fields = members(value, { from: "number", path: "array" });
  demand(fields.from >= 1, CODE, "no proof begins at an empty tree");
  return { size: BigInt(fields.from), path: parsePath(fields.path) };
}

/** Check that a receipt proves what it says about a message; return it with its checkpoint. */
export function checkReceipt(jws, message, registry) {
  const receipt = parseReceipt(jws.payload);
  const keyOf = (kid) => registry.key(receipt.to, kid, "receipt");
  verifyJws(jws, keyOf, "receipt", registry.mode);
  demand(receipt.record === message.record, CODE, "a receipt for another message");
  const addressed = message.members.includes(receipt.to) && receipt.to !== message.author;
  const same = receipt.content === message.content && receipt.from === message.author;
  demand(same && addressed, CODE, "the receipt's members contradict the message");
  demand(receipt.mode === registry.mode, CODE, "a receipt of the other mode");
  const checkpoint = aboutLog("receipt-unproved", () => proved(receipt, registry));
  return { ...receipt, checkpoint };
}

function proved(receipt, registry) {
  const { origin } = peekCheckpoint(receipt.note);
  const { checkpoint } = openCheckpoint(receipt.note, registry.logKeys(receipt.to, origin));
  verifyInclusion({
    leaf: leafHash(receipt.entry),
    index: receipt.index,
    size: checkpoint.size,
    path: receipt.inclusion,
    root: checkpoint.root,
  });
  return checkpoint;
}

/** Tell whether a receipt shows that its log continues a checkpoint its sender held (11.2). */
export function linked(receipt, known) {
  const { checkpoint, known: proof } = receipt;
  if (known === null || known.origin !== checkpoint.origin) return false;
  const claims = proof !== null && proof.size === known.size;
  if (checkpoint.size !== known.size && (!claims || checkpoint.size < known.size)) return false;
  aboutLog("receipt-unproved", () =>
    verifyConsistency({
      oldSize: known.size,
      newSize: checkpoint.size,
      path: checkpoint.size === known.size ? [] : proof.path,
      oldRoot: known.root,
      newRoot: checkpoint.root,
    }),
  );
  return true;
}
