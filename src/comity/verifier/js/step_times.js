// Step 8: each key counts at the proved time of what it signed (spec section 11.3).

import { readApproval } from "./approvals.js";
import { dated, listed } from "./directory.js";
import { Fault } from "./faults.js";
import { recordOf } from "./jws.js";
import { flat } from "./layout.js";
import { cosignedAt } from "./note.js";
import { readStamps } from "./stamps.js";
import { secondSignature, verifySignature } from "./step_messages.js";
import { stateOf, timeText } from "./values.js";

export function times(bundle, notes) {
  const stamps = readStamps(bundle, notes);
  const proving = new Map(); // record -> good receipts whose key counted
  for (const [path, receipt] of bundle.receipts) {
    notes.guard(path, () => {
      checkReceiptKey(bundle, receipt, stamps);
      const good = (bundle.held.get(receipt.record) ?? []).filter((one) => one.path === path);
      proving.set(receipt.record, [...(proving.get(receipt.record) ?? []), ...good]);
    });
  }
  for (const [path, message] of bundle.messages) {
    const proof = earliest(bundle, message, proving.get(message.record) ?? [], stamps);
    if (proof === null) {
      notes.attested.push({ say: "sent-at", path, time: timeText(message.sentAt) });
    } else bundle.times.set(message.content, { ...proof, path });
    notes.guard(path, () => checkKeys(bundle, message, proof));
  }
  const clocks = [...new Set([...bundle.times.values()].map(({ by }) => by))].sort();
  if (clocks.length) notes.attested.push({ say: "clocks", names: clocks.join(", ") });
  if (stamps.length === 0) notes.unknown.push({ say: "no-stamp" });
  return { proved: bundle.times.size, messages: bundle.messages.size, stamps: stamps.length };
}

/** Earliest independent proof of a message: {at, by}, or null. */
function earliest(bundle, message, receipts, stamps) {
  const foreign = receipts.filter((one) => stateOf(one.to) !== stateOf(message.author));
  const found = foreign.map((one) => ({ at: one.at, by: one.to }));
  found.push(...independent(bundle, message.record, stamps));
  found.sort((a, b) => a.at - b.at || (a.by < b.by ? -1 : 1));
  return found[0] ?? null;
}

/** Trusted cosignatures and time stamps over trees that are shown to hold a record. */
function independent(bundle, record, stamps) {
  const found = [];
  for (const leaf of bundle.goodLeaves.filter((one) => one.opening.record === record)) {
    const { checkpoint, verified } = bundle.checkpoints.get(leaf.log);
    for (const one of verified.filter(({ name }) => name !== checkpoint.origin)) {
      const at = cosignedAt(one);
      if (at !== null) found.push({ at, by: one.name });
    }
    for (const { log, size, at, by } of stamps) {
      if (log === leaf.log && leaf.index < size) found.push({ at, by });
    }
  }
  return found;
}

/** A receipt by a key revoked later needs its own proof: another State's log, witness, stamp. */
function checkReceiptKey(bundle, receipt, stamps) {
  const record = recordOf(receipt.jws);
  const others = bundle.goodLeaves.filter((leaf) => tookIn(bundle, leaf, record, receipt));
  const found = others.map((leaf) => leaf.opening.at);
  found.push(...independent(bundle, record, stamps).map(({ at }) => at));
  const at = found.length ? Math.min(...found) : receipt.at;
  const registry = dated(bundle.directory, at, found.length > 0);
  for (const { kid } of receipt.jws.signatures) registry.key(receipt.to, kid, "receipt");
}

function tookIn(bundle, leaf, record, receipt) {
  const { kind, record: of } = leaf.opening;
  const exporter = bundle.statement !== null && leaf.party === flat(bundle.statement.exporter);
  const other = stateOf(leaf.party) !== stateOf(receipt.to);
  return other && exporter && kind === "receipt.received" && of === record;
}

/** Check that message key, officer-ca and certificates counted at the proved time. */
function checkKeys(bundle, message, proof) {
  const at = proof?.at ?? message.sentAt;
  const registry = dated(bundle.directory, at, proof !== null);
  verifySignature(message, registry);
  if (!bundle.counted.has(message.content)) return;
  for (const value of message.approvals) {
    const good = isGood(value, message, listed(bundle.directory, at));
    if (good) readApproval(value, message, registry);
  }
  secondSignature(bundle, message, registry);
}

/** Tell whether step 4 has found an approval good; what it found bad it has named. */
function isGood(value, message, registry) {
  try {
    readApproval(value, message, registry);
    return true;
  } catch (fault) {
    if (fault instanceof Fault) return false;
    throw fault;
  }
}
