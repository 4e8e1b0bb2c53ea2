// All checkpoints of one log, the receipts' and the stamped ones too, belong to one growing tree.

import { equal, unb64 } from "./bytes.js";
import { demand, Fault } from "./faults.js";
import { heardTrees, isLost } from "./heard.js";
import { decode, members } from "./json.js";
import { flat } from "./layout.js";
import { parseOrigin } from "./log.js";
import { verifyConsistency } from "./merkle.js";

export function oneHistory(bundle, notes) {
  const trees = new Map(); // origin -> size -> root
  const places = new Map(); // "size origin" -> path of the first
  const add = ({ origin, size, root }, path) => {
    if (!trees.has(origin)) trees.set(origin, new Map());
    const sizes = trees.get(origin);
    if (!sizes.has(size)) {
      sizes.set(size, root);
      places.set(`${size} ${origin}`, path);
    }
    if (equal(sizes.get(size), root)) return;
    const { party } = parseOrigin(origin);
    if (party === bundle.exporter) {
      notes.fail("bundle-fork", path, `two roots for ${size} leaves of one log`);
    } else tellFork(notes, party, size, [places.get(`${size} ${origin}`), path]);
  };
  for (const { checkpoint, path } of bundle.checkpoints.values()) add(checkpoint, path);
  for (const [path, { checkpoint }] of bundle.stamped) add(checkpoint, path);
  const given = heldReceipts(bundle);
  for (const { checkpoint, path } of given) add(checkpoint, path);
  const linked = new Map([...trees.keys()].map((origin) => [origin, new Set()]));
  for (const { checkpoint, known, path } of given) {
    const root = known && trees.get(checkpoint.origin).get(known.size);
    if (!root) continue;
    const { party } = parseOrigin(checkpoint.origin);
    const link = () => {
      continues(known.size, root, checkpoint, known.path);
      linked.get(checkpoint.origin).add(checkpoint.size);
    };
    if (party === bundle.exporter) notes.guard(path, link);
    else orNothing(link);
  }
  checkProofs(bundle, notes, trees);
  const read = new Map(); // each file once, however many messages name a tree of its log
  const proofs = (log) => {
    if (!read.has(log)) read.set(log, proofsOf(bundle, log));
    return read.get(log);
  };
  heardTrees(bundle, notes, proofs, continues);
  tellUnlinked(bundle, notes, trees, linked);
  tellUnexplained(bundle, notes, [...trees.keys()].sort());
}

/** Say which logs go on in an epoch that no entry lists and no statement here explains. */
function tellUnexplained(bundle, notes, origins) {
  for (const origin of origins) {
    const { party, epoch } = parseOrigin(origin);
    const listed = bundle.directory.entries.get(party)?.at(-1).origins ?? [];
    if (listed.includes(origin) || bundle.begun.has(`${flat(party)}/${epoch}`)) continue;
    notes.claim("log-epoch", "unknown", [party], { origin });
  }
}

/** A partner showed two branches of its log: its contradiction, and no fault of the bundle. */
function tellFork(notes, party, size, paths) {
  const facts = { count: Number(size) };
  const both = paths.map((path) => ({ by: party, path, say: "holds-tree", facts }));
  notes.claim("log-single", "contradicted", [party], { path: paths[1] }, both);
}

/** A partner's proof that does not hold shows nothing. */
function orNothing(run) {
  try {
    run();
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
  }
}

/** Receipts that step 6 found good, in the order of their paths. */
function heldReceipts(bundle) {
  const held = new Map([...bundle.held.values()].flat().map((one) => [one.path, one]));
  return [...bundle.receipts.keys()].filter((path) => held.has(path)).map((path) => held.get(path));
}

function continues(size, root, tree, path) {
  demand(tree.size >= size, "bundle-fork", "a log that became smaller");
  const proof = { oldSize: size, newSize: tree.size, path, oldRoot: root, newRoot: tree.root };
  verifyConsistency(proof);
}

/** A newest tree continues every stamped one, and the exporter's every tree known of it. */
function checkProofs(bundle, notes, trees) {
  const exporter = bundle.statement === null ? "" : flat(bundle.statement.exporter);
  for (const [path, { log }] of bundle.stamped) {
    const newest = bundle.checkpoints.has(log);
    if (!newest) notes.fail("bundle-consistency", path, "the log's newest checkpoint is not there");
  }
  for (const [log, { checkpoint }] of bundle.checkpoints) {
    const own = log.split("/")[0] === exporter;
    const due = own ? trees.get(checkpoint.origin) : stampedTrees(bundle, checkpoint.origin);
    const path = `data/log/${log}/consistency.json`;
    let proofs = new Map();
    if (bundle.files.has(path)) notes.guard(path, () => (proofs = readProofs(bundle.read(path))));
    for (const [size, root] of due) {
      if (size === checkpoint.size || isLost(bundle, log, size)) continue;
      notes.guard(path, () => {
        demand(proofs.has(size), "bundle-consistency", `no proof from the tree of ${size} leaves`);
        continues(size, root, checkpoint, proofs.get(size));
      });
    }
  }
}

function stampedTrees(bundle, origin) {
  const all = [...bundle.stamped.values()].map(({ checkpoint }) => checkpoint);
  const trees = all.filter((tree) => tree.origin === origin);
  return new Map(trees.map(({ size, root }) => [size, root]));
}

function proofsOf(bundle, log) {
  const path = `data/log/${log}/consistency.json`;
  return bundle.files.has(path) ? readProofs(bundle.read(path)) : new Map();
}

function readProofs(bytes) {
  const rows = decode(bytes, bytes.length);
  demand(Array.isArray(rows), "bundle-consistency", "a list of proofs is due");
  return new Map(
    rows.map((row) => {
      const { from, path } = members(row, { from: "number", path: "array" });
      return [BigInt(from), path.map((hash) => unb64(hash, 32))];
    }),
  );
}

/** Say where partners' trees are not shown to belong to one history. */
function tellUnlinked(bundle, notes, trees, linked) {
  for (const [origin, sizes] of trees) {
    const { party } = parseOrigin(origin);
    if (party === bundle.statement?.exporter) continue;
    const loose = [...sizes.keys()].filter((size) => !linked.get(origin).has(size));
    loose.sort((a, b) => (a < b ? -1 : 1));
    if (loose.length > 1) {
      const facts = { origin, sizes: loose.slice(1).join(", ") };
      notes.claim("log-continues", "unknown", [], facts);
    }
  }
}
