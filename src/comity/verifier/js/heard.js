// What members say that they hold of each other's word, compared with what the bundle shows.
//
// Who of the two is wrong, nobody can tell from that alone, so no step fails by it.

import { equal } from "./bytes.js";
import { Fault } from "./faults.js";
import { flat, logPath, receiptPath, STATEMENT } from "./layout.js";
import { parseOrigin } from "./log.js";
import { assertion } from "./notes.js";

/** Claim of receipts that a member holds, as it says, and that are not here. */
export function heardReceipts(bundle, notes) {
  const [withheld, missing, told] = [notReceived(bundle), new Map(), new Map()];
  for (const { path, author, party, receipts } of heard(bundle)) {
    const gone = receipts.filter((content) => !bundle.receiptPaths.has(`${party} ${content}`));
    for (const content of gone) told.set(`${author} ${party} ${content}`, { path, author, party });
  }
  for (const { path, author, party } of told.values()) {
    const pair = `${author} ${party}`;
    missing.set(pair, (missing.get(pair) ?? 0) + 1); // each withheld one may be one of them
    if (missing.get(pair) > (withheld.get(pair) ?? 0)) notThere(bundle, notes, path, author, party);
  }
}

function notThere({ exporter }, notes, path, author, party) {
  const facts = { addressee: party, party: author, path };
  const holds = assertion(author, path, "holds-receipt", { party });
  const both = [holds, assertion(exporter, STATEMENT, "no-receipt", { party })];
  if (author === exporter) notes.claim("receipt", "contradicted", [exporter], facts, both);
  else if (party === exporter) notes.claim("receipt", "disputed", [author, exporter], facts, both);
  else notes.claim("receipt", "unknown", [author], { ...facts, reason: "", decision: "" });
}

/** Claim that the exporter's log has grown from each tree that others signed that they hold. */
export function heardTrees(bundle, notes, proofsOf, continues) {
  const { exporter } = bundle;
  for (const { path, author, party, tree } of heard(bundle)) {
    if (tree === null || party !== exporter) continue;
    const count = Number(tree.size);
    const facts = { count, origin: tree.origin, party: author, path };
    if (isShown(bundle, tree, proofsOf, continues)) {
      const word = bundle.independent(author) ? "proved" : "attested";
      notes.claim("log-heard", word, [author], facts);
      continue;
    }
    const { epoch, party: of } = parseOrigin(tree.origin);
    if (isLost(bundle, `${flat(of)}/${epoch}`, tree.size)) {
      notes.claim("log-heard", "unknown", [author], facts);
      continue;
    }
    const place = logPath(exporter, epoch, "checkpoint");
    notes.claim("log-heard", "disputed", [author, exporter], facts, [
      assertion(author, path, "holds-tree", { count }),
      assertion(exporter, place, "no-tree", { count }),
    ]);
  }
}

/** Whether a tree is of an epoch that ended, and beyond what its party still has of it. */
export function isLost({ checkpoints, ended }, log, size) {
  const kept = checkpoints.get(log);
  return ended.has(log) && (kept === undefined || size > kept.checkpoint.size);
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

/** "author addressee" -> how many receipts of the one for the other are withheld. */
function notReceived(bundle) {
  const found = new Map();
  for (const { author, members, record } of bundle.messages.values()) {
    for (const party of members) {
      const pair = `${author} ${party}`;
      const gone = bundle.withheld.has(receiptPath(record, party));
      if (gone) found.set(pair, (found.get(pair) ?? 0) + 1);
    }
  }
  return found;
}
