// What members say that they hold of each other's word, compared with what the bundle shows.
//
// Who of the two is wrong, nobody can tell from that alone, so no step fails by it.

import { equal } from "./bytes.js";
import { Fault } from "./faults.js";
import { flat, receiptPath } from "./layout.js";
import { parseOrigin } from "./log.js";
import { digest } from "./values.js";

/** Which receipts a member holds, as it says, that are not here. */
export function heardReceipts(bundle, notes) {
  const there = new Set();
  for (const { jws, to } of bundle.receipts.values()) {
    there.add(`${to} ${digest("content", jws.payload)}`);
  }
  const gone = notReceived(bundle);
  for (const { path, author, party, receipts } of heard(bundle)) {
    for (const content of receipts) {
      const known = there.has(`${party} ${content}`) || gone.has(`${author} ${party}`);
      if (!known) notes.unknown.push({ say: "heard-receipt", author, party, path });
    }
  }
}

/** Which trees of the exporter's log others hold, as they say, that it is not shown to have had. */
export function heardTrees(bundle, notes, proofsOf, continues) {
  const exporter = bundle.statement?.exporter;
  for (const { path, author, party, tree } of heard(bundle)) {
    if (tree === null || party !== exporter) continue;
    if (!isShown(bundle, tree, proofsOf, continues)) {
      const { origin, size } = tree;
      notes.unknown.push({ say: "heard-tree", author, count: size, origin, path });
    }
  }
}

function isShown(bundle, { origin, root, size }, proofsOf, continues) {
  const { party, epoch } = parseOrigin(origin);
  const log = `${flat(party)}/${epoch}`;
  const newest = bundle.checkpoints.get(log)?.checkpoint;
  if (newest === undefined || newest.origin !== origin) return false;
  if (size === newest.size) return equal(root, newest.root);
  try {
    const proof = proofsOf(log).get(size);
    if (proof === undefined) return false;
    continues(size, root, newest, proof);
    return true;
  } catch (fault) {
    if (fault instanceof Fault) return false;
    throw fault;
  }
}

function* heard(bundle) {
  for (const [path, message] of bundle.messages) {
    const parties = [...message.heard.keys()].sort();
    for (const party of parties) {
      yield { path, author: message.author, party, ...message.heard.get(party) };
    }
  }
}

/** "author addressee" of messages whose receipt is withheld: one may be this one. */
function notReceived(bundle) {
  const found = new Set();
  for (const { author, members, record } of bundle.messages.values()) {
    for (const party of members) {
      if (bundle.withheld.has(receiptPath(record, party))) found.add(`${author} ${party}`);
    }
  }
  return found;
}
