// Whether the exporter's log tells one order: its times never fall, and it heard before it spoke.

import { flat } from "./layout.js";
import { assertion } from "./notes.js";
import { inOrder, parentsOf } from "./pasts.js";
import { timeText } from "./values.js";

/** Claim the order of the exporter's log: attested by it, or contradicted by its own word. */
export function claimOrder(bundle, notes) {
  const { exporter, goodLeaves } = bundle;
  const own = goodLeaves.filter((leaf) => leaf.party === flat(exporter));
  if (own.length === 0) return;
  own.sort((a, b) => (isAfter(a, b) ? 1 : -1));
  const again = toldAgain(bundle, own);
  const fresh = own.filter((leaf) => !again.has(leaf));
  const against = [...falling(exporter, fresh), ...spokeFirst(bundle, exporter, own, again)];
  for (const both of against) {
    notes.claim("log-order", "contradicted", [exporter], { path: both[0].path }, both);
  }
  if (against.length === 0) notes.claim("log-order", "attested", [exporter], { count: own.length });
}

function epochOf({ log }) {
  return Number(log.split("/")[1]);
}

function isAfter(one, other) {
  const epochs = epochOf(one) - epochOf(other);
  return epochs > 0 || (epochs === 0 && one.index > other.index);
}

/**
 * Leaves no younger than their epoch: they tell a lost log again. Times are to the second, and a
 * log may be lost in the second in which the next epoch begins.
 */
function toldAgain({ begun }, own) {
  const opened = own.filter(({ index, log, opening: { kind, record } }) => {
    return index === 0n && kind === "epoch.opened" && begun.get(log) === record;
  });
  const at = new Map(opened.map(({ log, opening }) => [log, opening.at]));
  return new Set(
    own.filter(({ index, log, opening }) => index > 0n && at.has(log) && opening.at <= at.get(log)),
  );
}

function falling(party, own) {
  const dated = (leaf) => {
    const facts = { time: timeText(leaf.opening.at) };
    return assertion(party, pathOf(leaf), "dated", facts);
  };
  return own
    .slice(1)
    .map((leaf, i) => [own[i], leaf])
    .filter(([one, other]) => one.log === other.log && other.opening.at < one.opening.at)
    .map((both) => both.map(dated));
}

/**
 * Pairs of leaves: a message was sent before one that it had seen was received. Who has seen one
 * has seen all of its past. In what order a partner gave back what is told again says nothing.
 */
function spokeFirst(bundle, party, own, again) {
  const place = new Map(own.map((leaf) => [`${leaf.opening.kind} ${leaf.opening.record}`, leaf]));
  const fresh = new Map([...place].filter(([, leaf]) => !again.has(leaf)));
  const [latest, latestFresh] = [place, fresh].map((found) => latestReceived(bundle, found));
  const found = [];
  for (const message of bundle.messages.values()) {
    const sent = place.get(`message.sent ${message.record}`);
    if (message.author !== party || sent === undefined) continue;
    const seen = again.has(sent) ? latestFresh : latest;
    const before = parentsOf(message, bundle.byContent).map((content) => seen.get(content));
    const leaf = lastOf(before);
    if (leaf === undefined || !isAfter(leaf, sent)) continue;
    found.push([sent, leaf].map((one) => at(party, one)));
  }
  return found;
}

/** Content digest -> the last leaf of a message and of what its author had seen before it. */
function latestReceived({ byContent }, place) {
  const latest = new Map();
  for (const message of inOrder(byContent)) {
    const before = parentsOf(message, byContent).map((content) => latest.get(content));
    const leaf = lastOf([place.get(`message.received ${message.record}`), ...before]);
    if (leaf !== undefined) latest.set(message.content, leaf);
  }
  return latest;
}

function lastOf(leaves) {
  const there = leaves.filter((leaf) => leaf !== undefined);
  return there.sort((a, b) => (isAfter(a, b) ? -1 : 1))[0];
}

function pathOf({ index, log }) {
  return `data/log/${log}/leaves/${index}.json`;
}

function at(party, leaf) {
  return assertion(party, pathOf(leaf), leaf.opening.kind, { index: Number(leaf.index) });
}
