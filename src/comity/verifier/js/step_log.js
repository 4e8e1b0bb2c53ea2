// Step 7: the logs tell one history: checkpoints, cosignatures, leaves, successors.

import { equal } from "./bytes.js";
import { demand, Fault } from "./faults.js";
import { decode } from "./json.js";
import { parseJws, recordOf, verifyJws } from "./jws.js";
import { flat, logPath, SNAPSHOT, SNAPSHOT_PROOF } from "./layout.js";
import { claimOrder } from "./log_order.js";
import {
  parseOpening, parseOrigin, parseProof, parseSuccessor, verifyOpening, verifyProof,
} from "./log.js";
import { canVerify, openCheckpoint, parseNote, peekCheckpoint, sameCheckpoint } from "./note.js";
import { isLost } from "./heard.js";
import { oneHistory } from "./history.js";
import { digest, timeText } from "./values.js";
import { Witnesses } from "./witnesses.js";

export function log(bundle, notes) {
  for (const path of bundle.of("checkpoint")) notes.guard(path, () => readCheckpoint(bundle, path));
  for (const path of bundle.of("stamped")) notes.guard(path, () => readStamped(bundle, path));
  readLeaves(bundle, notes);
  for (const path of bundle.of("successor")) {
    notes.guard(path, () => checkSuccessor(bundle, notes, path));
  }
  checkDue(bundle, notes);
  oneHistory(bundle, notes);
  checkSnapshot(bundle, notes);
  claimSingle(bundle, notes);
  claimOrder(bundle, notes);
  for (const { name } of (bundle.trust?.witnesses ?? []).filter((key) => !canVerify(key))) {
    notes.unchecked.push({ say: "witness-unchecked", party: name });
  }
  const { checkpoints, goodLeaves } = bundle;
  const names = new Set([...checkpoints.values()].flatMap(cosigners));
  return { checkpoints: checkpoints.size, leaves: goodLeaves.length, witnesses: names.size };
}

/** Claim of each member's log that others see no other branch; left out, it is unknown. */
function claimSingle(bundle, notes) {
  const members = [...bundle.messages.values()].flatMap((message) => message.members);
  const told = notes.claims.filter(({ claim }) => claim === "log-single");
  const forked = new Set(told.flatMap(({ by }) => by));
  const named = new Set([...members, bundle.exporter]);
  const parties = [...named].filter((party) => party && !forked.has(party)).sort();
  const witnesses = new Witnesses(bundle);
  for (const party of parties) {
    const own = ([log]) => log.split("/")[0] === flat(party);
    const trees = [...bundle.checkpoints].filter(own);
    const signers = trees.map(([, signed]) => witnesses.operators(signed));
    const everywhere = (state) => signers.every((names) => names.has(state));
    const states = [...(signers[0]?.keys() ?? [])].filter(everywhere);
    const by = signers.flatMap((names) => states.map((state) => names.get(state)));
    if (states.length < witnesses.due) notes.claim("log-single", "unknown", [], { party });
    else notes.claim("log-single", "proved", [...new Set(by)].sort(), { party });
  }
}

/** Names of the known keys that signed a checkpoint, but the log's own. */
function cosigners({ checkpoint, verified }) {
  return verified.map((one) => one.name).filter((name) => name !== checkpoint.origin);
}

/** Keys that may vouch for a note: its own log's, and the trust file's witnesses. */
function keysFor(bundle, note) {
  const { origin } = peekCheckpoint(note);
  const own = bundle.directory.logKeys(parseOrigin(origin).party, origin);
  return [...own, ...(bundle.trust?.witnesses ?? [])];
}

function readCheckpoint(bundle, path) {
  const note = bundle.read(path);
  const signed = openCheckpoint(note, keysFor(bundle, note));
  const { party, epoch } = parseOrigin(signed.checkpoint.origin);
  const own = path === logPath(party, epoch, "checkpoint");
  demand(own, "bundle-name", "a checkpoint of another log");
  bundle.checkpoints.set(`${flat(party)}/${epoch}`, { ...signed, path });
}

function readStamped(bundle, path) {
  const note = bundle.read(path);
  const { origin, size } = peekCheckpoint(note);
  const { party, epoch } = parseOrigin(origin);
  const own = path === logPath(party, epoch, `stamped/${size}.note`);
  demand(own, "bundle-name", "a checkpoint of another log, or of another size");
  const { checkpoint, verified } = openCheckpoint(note, bundle.directory.logKeys(party, origin));
  const alone = verified.length === parseNote(note).signatures.length;
  demand(alone, "note-malformed", "its own log's signature is due, and no other");
  bundle.stamped.set(path, { log: `${flat(party)}/${epoch}`, checkpoint });
}

function readLeaves(bundle, notes) {
  notes.take(bundle.faultsOf("leaf"));
  const known = bundle.knownRecords();
  for (const path of bundle.of("successor")) {
    const { bytes } = bundle.files.get(path);
    if (bytes !== null) known.add(digest("record", bytes)); // else `checkSuccessor` says so
  }
  for (const [path, leaf] of bundle.leaves) {
    notes.guard(path, () => {
      checkLeaf(bundle, leaf);
      bundle.goodLeaves.push(leaf);
      const { kind, record } = leaf.opening;
      if (!known.has(record)) notes.claim("log-entry", "unknown", [], { path, kind });
    });
  }
}

function checkLeaf(bundle, leaf) {
  verifyOpening(leaf.opening, leaf.entry);
  const proof = parseProof(leaf.proof);
  demand(proof.index === leaf.index, "bundle-name", "the proof is of another place in the log");
  const { checkpoint } = verifyProof(proof, leaf.entry, keysFor(bundle, proof.note));
  const newest = bundle.checkpoints.get(leaf.log);
  const same = newest !== undefined && sameCheckpoint(newest.checkpoint, checkpoint);
  demand(same, "bundle-leaf", "proved by another tree than the log's checkpoint in the bundle");
}

/** The exporter's log holds every message, and every receipt it took in. */
function checkDue(bundle, notes) {
  if (bundle.statement === null) return;
  const { exporter } = bundle.statement;
  const own = bundle.goodLeaves.filter((leaf) => leaf.party === flat(exporter));
  const leaves = new Map();
  for (const leaf of own) {
    const key = `${leaf.opening.kind} ${leaf.opening.record}`;
    leaves.set(key, [...(leaves.get(key) ?? []), leaf]);
  }
  for (const [path, message] of bundle.messages) {
    const kind = message.author === exporter ? "message.sent" : "message.received";
    if (leaves.has(`${kind} ${message.record}`)) continue;
    notes.fail("bundle-leaf-missing", path, `no leaf of kind ${kind} is proved for it`);
  }
  for (const [path, receipt] of bundle.receipts) {
    if (receipt.to === exporter) {
      const there = leaves.get(`message.received ${receipt.record}`) ?? [];
      const same = there.length === 0 || there.some((leaf) => isLeafOf(bundle, leaf, receipt));
      if (!same) notes.fail("bundle-leaf", path, "the log's leaf is not the receipt's");
    } else if (!leaves.has(`receipt.received ${recordOf(receipt.jws)}`)) {
      notes.fail("bundle-leaf-missing", path, "no leaf is proved for this receipt");
    }
  }
}

/** Epoch of a receipt's log; null where its checkpoint is none, which step 6 names. */
function epochOf({ note }) {
  try {
    return parseOrigin(peekCheckpoint(note).origin).epoch;
  } catch (fault) {
    if (fault instanceof Fault) return null;
    throw fault;
  }
}

/** Whether a leaf is the receipt's, or tells it again after its log was lost. */
function isLeafOf(bundle, leaf, receipt) {
  const here = Number(leaf.log.split("/")[1]);
  const epoch = epochOf(receipt) ?? here;
  if (here === epoch) return leaf.index === receipt.index && equal(leaf.entry, receipt.entry);
  const lost = isLost(bundle, `${leaf.party}/${epoch}`, receipt.index + 1n);
  const { kind, at, outcome } = leaf.opening;
  const same = kind === "message.received" && at === receipt.at && outcome === receipt.outcome;
  return here > epoch && lost && same;
}

function checkSuccessor(bundle, notes, path) {
  const jws = parseJws(bundle.read(path));
  const { directory, mode } = bundle;
  demand(jws.typ === `comity-1.successor.${mode}`, "typ-mismatch", "no successor statement here");
  const { old, following, note, reason } = parseSuccessor(jws.payload);
  const { party, epoch } = following;
  const own = logPath(party, epoch, "successor.json") === path;
  demand(own, "bundle-name", "a statement about another log");
  verifyJws(jws, (kid) => directory.row(party, kid, "log").key, "successor", mode);
  openCheckpoint(note, directory.logKeys(party, old));
  const record = recordOf(jws);
  const name = `${flat(party)}/${epoch}`;
  const first = bundle.goodLeaves.find((leaf) => leaf.log === name && leaf.index === 0n);
  const same = first === undefined || first.opening.record === record;
  demand(same, "bundle-leaf", "the epoch's first leaf is of another statement");
  bundle.begun.set(name, record);
  for (let ended = parseOrigin(old).epoch; ended < epoch; ended += 1) {
    bundle.ended.add(`${flat(party)}/${ended}`);
  }
  notes.claim("log-epoch", "attested", [party], { path, reason, epoch });
}

/** What the directory said then, where the secretariat's log proves it. */
function checkSnapshot(bundle, notes) {
  if (!bundle.files.has(SNAPSHOT)) {
    notes.claim("directory-dated", "unknown", [], { why: "snapshot" });
    return;
  }
  if (!bundle.files.has(SNAPSHOT_PROOF)) {
    notes.claim("directory-dated", "unknown", [], { why: "log" });
    return;
  }
  notes.guard(SNAPSHOT_PROOF, () => {
    const proof = parseProof(bundle.read(SNAPSHOT_PROOF));
    const opening = parseOpening(decode(proof.extra ?? new Uint8Array(0), 4096));
    const record = digest("snapshot", bundle.read(SNAPSHOT));
    const same = opening.kind === "directory.snapshot" && opening.record === record;
    demand(same, "bundle-leaf", "the leaf is of another snapshot");
    const { checkpoint } = verifyProof(proof, opening.entry, keysFor(bundle, proof.note));
    const facts = { time: timeText(opening.at) };
    notes.claim("directory-dated", "attested", [checkpoint.origin], facts);
  });
}
