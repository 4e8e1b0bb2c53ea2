// Step 8: each key counts at the proved time of what it signed (spec section 11.3).

import { readApproval } from "./approvals.js";
import { dated, listed } from "./directory.js";
import { Fault } from "./faults.js";
import { recordOf } from "./jws.js";
import { flat, STATEMENT } from "./layout.js";
import { AHEAD_S, asserted, claimMoments, latest } from "./moments.js";
import { readStamps } from "./stamps.js";
import { secondSignature, verifySignature } from "./step_messages.js";
import { stateOf, timeText } from "./values.js";
import { earlier, Witnesses } from "./witnesses.js";

export function times(bundle, notes) {
  const clocks = { stamps: readStamps(bundle, notes), witnesses: new Witnesses(bundle) };
  const proving = new Map(); // record -> good receipts whose key counted
  for (const [path, receipt] of bundle.receipts) {
    notes.guard(path, () => {
      checkReceiptKey(bundle, receipt, clocks);
      const good = (bundle.held.get(receipt.record) ?? []).filter((one) => one.path === path);
      proving.set(receipt.record, [...(proving.get(receipt.record) ?? []), ...good]);
    });
  }
  for (const [path, message] of bundle.messages) {
    const proof = earliest(bundle, message, proving.get(message.record) ?? [], clocks);
    if (proof !== null) bundle.times.set(message.content, { ...proof, path });
    claimExisted(bundle, notes, message, clocks);
    notes.guard(path, () => checkKeys(bundle, message, proof));
    if (proof !== null) claimInTime(bundle, notes, message, proof);
  }
  claimMoments(bundle, notes);
  claimExport(bundle, notes, clocks);
  const { messages, times: proved } = bundle;
  return { proved: proved.size, messages: messages.size, stamps: clocks.stamps.length };
}

/** Earliest independent proof of a message: {at, by}, or null. */
function earliest(bundle, message, receipts, clocks) {
  const foreign = receipts.filter((one) => stateOf(one.to) !== stateOf(message.author));
  const found = foreign.map((one) => ({ at: one.at, by: one.to }));
  const dating = independent(bundle, message.record, clocks);
  if (dating !== null) found.push({ at: dating.at, by: dating.by.join(", ") });
  return earlier(found)[0] ?? null;
}

/** First moment that witnesses or a stamp show of trees with a record: {at, by: []}, or null. */
function independent(bundle, record, { stamps, witnesses }) {
  const found = [];
  for (const leaf of bundle.leavesOf(record)) {
    for (const { log, size, at, by } of stamps) {
      if (log === leaf.log && leaf.index < size) found.push({ at, by: [by] });
    }
  }
  const seen = witnesses.agreed(witnesses.moments(treesWith(bundle, record)));
  if (seen !== null) found.push(seen);
  const order = (a, b) => a.at - b.at || (a.by.join("\n") < b.by.join("\n") ? -1 : 1);
  return found.sort(order)[0] ?? null;
}

/** Newest checkpoints of the logs that are shown to hold a record. */
function treesWith(bundle, record) {
  const logs = new Set([...bundle.leavesOf(record)].map(({ log }) => log));
  return [...logs].map((log) => bundle.checkpoints.get(log)).filter((one) => one !== undefined);
}

/** Say so where only the exporter's clock puts a message before its key's revocation. */
function claimInTime(bundle, notes, message, { by }) {
  const { directory, exporter } = bundle;
  const { author, jws } = message;
  if (by !== exporter) return;
  const rows = jws.signatures.map(({ kid }) => directory.find(author, kid, "message"));
  for (const row of rows.filter((one) => one !== undefined && one.invalidFrom !== null)) {
    const facts = { ...bundle.told(message), time: timeText(row.invalidFrom) };
    notes.claim("key-in-time", "attested", [exporter], facts);
  }
}

/** Claim by when a message existed: witnesses or an authority prove it, one alone attests it. */
function claimExisted(bundle, notes, message, clocks) {
  const told = bundle.told(message);
  const proof = independent(bundle, message.record, clocks);
  if (proof !== null) {
    notes.claim("existed-by", "proved", proof.by, { ...told, time: timeText(proof.at) });
    return;
  }
  const foreign = ({ to }) => stateOf(to) !== stateOf(message.author);
  const received = (bundle.held.get(message.record) ?? []).filter(foreign);
  const seen = clocks.witnesses.moments(treesWith(bundle, message.record)).values();
  const [word] = earlier([...received.map(({ at, to }) => ({ at, by: to })), ...seen]);
  if (word === undefined) notes.claim("existed-by", "unknown", [], { ...told, why: "receipt" });
  else notes.claim("existed-by", "attested", [word.by], { ...told, time: timeText(word.at) });
}

/** Claim the moment of export; dispute it where something in the bundle is dated later. */
function claimExport(bundle, notes, { stamps, witnesses }) {
  const { checkpoints, exportedAt: at, exporter, receipts } = bundle;
  if (bundle.statement === null) return;
  const dated = (moment, origin) => ({ ...moment, path: origin, say: "dated" });
  const mine = { at, by: exporter, path: STATEMENT, say: "exported-at" };
  const found = [
    ...stamps.map(({ at, by, log }) => {
      return dated({ at, by }, checkpoints.get(log)?.checkpoint.origin ?? "");
    }),
    ...[...checkpoints.values()].flatMap((signed) =>
      [...witnesses.moments([signed]).values()].map((moment) =>
        dated(moment, signed.checkpoint.origin),
      ),
    ),
    ...[...receipts].map(([path, { at, to: by }]) => ({ at, by, path, say: "received-at" })),
    ...[...bundle.messages].map(([path, { author, sentAt }]) => {
      return { at: sentAt, by: author, path, say: "sent-at" };
    }),
  ];
  const time = timeText(at);
  const odd = [true, false].filter((own) => {
    const last = latest(found.filter(({ by }) => (by === exporter) === own)) ?? mine;
    if (last.at <= at + AHEAD_S) return false;
    const both = [asserted(mine), asserted(last)];
    const by = [...new Set([exporter, last.by])];
    notes.claim("exported-at", own ? "contradicted" : "disputed", by, { time }, both);
    return true;
  });
  if (odd.length === 0) notes.claim("exported-at", "attested", [exporter], { time });
}

/** A receipt by a key revoked later needs its own proof: another State's log, witness, stamp. */
function checkReceiptKey(bundle, receipt, clocks) {
  const record = recordOf(receipt.jws);
  const others = bundle.leavesOf(record).filter((leaf) => tookIn(bundle, leaf, receipt));
  const found = others.map((leaf) => leaf.opening.at);
  const dating = independent(bundle, record, clocks);
  if (dating !== null) found.push(dating.at);
  const at = found.length ? Math.min(...found) : receipt.at;
  const registry = dated(bundle.directory, at, found.length > 0);
  for (const { kid } of receipt.jws.signatures) registry.key(receipt.to, kid, "receipt");
}

function tookIn(bundle, leaf, receipt) {
  const { kind } = leaf.opening;
  const exporter = bundle.statement !== null && leaf.party === flat(bundle.statement.exporter);
  const other = stateOf(leaf.party) !== stateOf(receipt.to);
  return other && exporter && kind === "receipt.received";
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
  if (message.author === bundle.exporter) secondSignature(bundle, message, registry);
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
