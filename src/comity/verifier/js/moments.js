// Moments that parties claim, held against those that others claim before and after (section 16).
//
// A message is later than all that it has seen, and earlier than all that has seen it. Clocks
// differ, and a message may be dated a little ahead when it arrives: a difference within is none.

import { EFFECTIVE } from "./contents.js";
import { assertion } from "./notes.js";
import { stateOf, timeText } from "./values.js";

export const AHEAD_S = 300; // spec section 6

function compare(one, other) {
  if (one.at !== other.at) return one.at - other.at;
  for (const name of ["by", "path", "say"]) {
    if (one[name] !== other[name]) return one[name] < other[name] ? -1 : 1;
  }
  return 0;
}

export function asserted({ at, by, path, say }) {
  return assertion(by, path, say, { time: timeText(at) });
}

/** The latest of moments, or undefined. */
export function latest(moments) {
  return [...moments].sort(compare).at(-1);
}

function earliest(moments) {
  return [...moments].sort(compare)[0];
}

/** Keep, for each State, the latest or the earliest of its moments. */
function keep(known, moments, pick) {
  for (const moment of moments) {
    const state = stateOf(moment.by);
    known.set(state, known.has(state) ? pick([known.get(state), moment]) : moment);
  }
}

function sent(bundle, { author, record, sentAt }) {
  return { at: sentAt, by: author, path: bundle.pathOf.get(record), say: "sent-at" };
}

function received(path, { at, to }) {
  return { at, by: to, path, say: "received-at" };
}

/** Content -> latest moments before a message, and earliest after it, by State. */
function bounds(bundle) {
  const before = new Map();
  const after = new Map();
  const order = inOrder(bundle);
  const given = new Map(); // record -> moments of its good receipts
  const heard = new Map(); // content -> moments of the receipts that its author held
  for (const [path, receipt] of bundle.receipts) {
    const moment = received(path, receipt);
    if (bundle.good(path)) push(given, receipt.record, moment);
    for (const { content } of bundle.hearing(path)) push(heard, content, moment);
  }
  for (const message of order) {
    const known = new Map();
    for (const parent of parents(bundle, message)) {
      keep(known, (before.get(parent.content) ?? new Map()).values(), latest);
      keep(known, [sent(bundle, parent)], latest);
    }
    keep(known, heard.get(message.content) ?? [], latest);
    before.set(message.content, known);
  }
  for (const message of order.reverse()) {
    if (!after.has(message.content)) after.set(message.content, new Map());
    const mine = after.get(message.content);
    keep(mine, given.get(message.record) ?? [], earliest);
    for (const { content } of parents(bundle, message)) {
      if (!after.has(content)) after.set(content, new Map());
      keep(after.get(content), [...mine.values(), sent(bundle, message)], earliest);
    }
  }
  return { before, after };
}

function push(found, name, value) {
  if (!found.has(name)) found.set(name, []);
  found.get(name).push(value);
}

/** All messages, those that keep their place after all that they have seen. */
function inOrder({ byContent, replays }) {
  const placed = new Set([...replays.values()].flatMap(({ order }) => order));
  const rest = [...byContent.values()].filter(({ content }) => !placed.has(content));
  rest.sort((a, b) => a.sequence - b.sequence || (a.content < b.content ? -1 : 1));
  return [...[...placed].map((content) => byContent.get(content)), ...rest];
}

function parents({ byContent }, { previous, seen }) {
  const named = [...[...seen.values()].map(({ content }) => content), previous];
  return named.map((content) => byContent.get(content)).filter((one) => one !== undefined);
}

/** Claim when each message was sent and received: whose word it is, and within what. */
export function claimMoments(bundle, notes) {
  const known = bounds(bundle);
  const disputed = new Set();
  for (const [path, receipt] of bundle.receipts) {
    const message = bundle.byRecord.get(receipt.record);
    if (message === undefined || bundle.good(path) === undefined) continue;
    const mine = received(path, receipt);
    const before = new Map(known.before.get(message.content));
    keep(before, [sent(bundle, message)], latest);
    const after = new Map();
    keep(after, bundle.hearing(path).map((one) => sent(bundle, one)), earliest);
    const own = seenBefore(bundle, mine, message);
    if (own !== undefined) {
      const facts = { path, time: timeText(mine.at) };
      const both = [asserted(mine), asserted(own)];
      notes.claim("received-at", "contradicted", [mine.by], facts, both);
    }
    if (own !== undefined || claim(notes, "received-at", mine, before, after)) disputed.add(path);
  }
  for (const message of bundle.messages.values()) {
    const less = (found) => new Map([...found].filter(([, { path }]) => !disputed.has(path)));
    const before = less(known.before.get(message.content));
    const after = less(known.after.get(message.content));
    const standing = bundle.replays.get(message.conversation)?.standing.get(message.content);
    const inert = !EFFECTIVE.has(standing);
    claim(notes, "sent-at", sent(bundle, message), before, after, inert);
  }
}

/** When a party's own message had seen one that it received later, as it says; or undefined. */
function seenBefore(bundle, mine, message) {
  const later = bundle.seeing.get(`${mine.by} ${message.content}`);
  if (later === undefined || later.content === message.content) return undefined;
  return later.sentAt + AHEAD_S < mine.at ? sent(bundle, later) : undefined;
}

/** Claim a moment; tell whether it is disputed. */
function claim(notes, name, mine, before, after, inert = false) {
  const foreign = (found) =>
    [...found].filter(([state]) => state !== stateOf(mine.by)).map(([, moment]) => moment);
  const lower = latest(foreign(before));
  const upper = earliest(foreign(after));
  const facts = {
    after: lower === undefined ? "" : timeText(lower.at),
    before: upper === undefined ? "" : timeText(upper.at),
    path: mine.path,
    time: timeText(mine.at),
  };
  let other;
  if (lower !== undefined && mine.at + AHEAD_S < lower.at) other = lower;
  else if (upper !== undefined && upper.at + AHEAD_S < mine.at) other = upper;
  if (other === undefined || inert) {
    notes.claim(name, "attested", [mine.by], facts);
    return false;
  }
  notes.claim(name, "disputed", [mine.by, other.by], facts, [asserted(mine), asserted(other)]);
  return true;
}
