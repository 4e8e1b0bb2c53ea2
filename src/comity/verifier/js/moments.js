// Moments that parties claim, held against those that others claim before and after (section 16).
//
// A message is later than all that it has seen or heard, and earlier than all that has seen it.
// Clocks differ, and a message may be dated a little ahead when it arrives: a difference within is
// none. What the exporter says, and no other State has seen or heard, bounds nobody else's moment.

import { EFFECTIVE } from "./contents.js";
import { assertion } from "./notes.js";
import { ordered, parentsOf } from "./pasts.js";
import { stateOf, timeText } from "./values.js";

export const AHEAD_S = 300; // spec section 6
const SENT = "sent-at";
const RECEIVED = "received-at";

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

/**
 * Messages by content digest and good receipts by path, each after all that is in its past: a
 * receipt is after its message, and before who heard it. Without the receipts it is what messages
 * have seen: nobody has seen what another heard.
 */
function lineOf(bundle, receipts = bundle.receipts) {
  const { byContent, byRecord } = bundle;
  const moments = new Map();
  const parents = new Map();
  for (const [content, { author, record, sentAt }] of byContent) {
    const path = bundle.pathOf.get(record);
    moments.set(content, { at: sentAt, by: author, path, say: SENT });
    parents.set(content, parentsOf(byContent.get(content), byContent));
  }
  for (const [path, { at, record, to }] of receipts) {
    const message = byRecord.get(record);
    if (message === undefined || bundle.good(path) === undefined) continue;
    moments.set(path, { at, by: to, path, say: RECEIVED });
    parents.set(path, [message.content]);
    for (const { content } of bundle.hearing(path)) parents.get(content).push(path);
  }
  return { moments, parents, order: ordered(parents) };
}

/**
 * Name -> what is dated before it and after it, for each party the latest or the earliest of the
 * moments that count. What the exporter says, and no other State has seen or heard, stands apart.
 */
function boundsOf({ exporter }, { moments, parents, order }, counts) {
  const empty = () => new Map(order.map((name) => [name, new Map()]));
  const [before, after] = [empty(), empty()];
  const told = (moment, good) => [[`${good} ${moment.by}`, { good, moment }]];
  for (const name of order) {
    for (const parent of parents.get(name)) {
      keep(before.get(name), before.get(parent), latest);
      const moment = moments.get(parent);
      if (counts(moment)) keep(before.get(name), told(moment, true), latest);
    }
  }
  const vouched = new Set();
  for (const name of [...order].reverse()) {
    const moment = moments.get(name);
    const own = exporter !== "" && stateOf(moment.by) === stateOf(exporter);
    const good = vouched.has(name) || !own;
    for (const parent of parents.get(name)) {
      keep(after.get(parent), after.get(name), earliest);
      if (counts(moment)) keep(after.get(parent), told(moment, good), earliest);
      if (good) vouched.add(parent);
    }
  }
  return { before, after };
}

function keep(known, more, pick) {
  for (const [name, one] of more) {
    const moment = known.has(name) ? pick([known.get(name).moment, one.moment]) : one.moment;
    known.set(name, { ...one, moment });
  }
}

/** The latest moment of another State before a moment, and the earliest after it. */
function sidesOf({ before, after }, name, mine) {
  const foreign = ({ good, moment }) => good && stateOf(moment.by) !== stateOf(mine.by);
  const [lower, upper] = [before, after].map((known) =>
    [...known.get(name).values()].filter(foreign).map(({ moment }) => moment),
  );
  return { lower: latest(lower), upper: earliest(upper) };
}

/** Claim when each message was sent and received: whose word it is, and within what. */
export function claimMoments(bundle, notes) {
  const line = lineOf(bundle);
  const every = boundsOf(bundle, line, () => true);
  const said = boundsOf(bundle, line, ({ say }) => say === SENT);
  const seen = boundsOf(bundle, lineOf(bundle, []), () => true);
  const disputed = new Set();
  for (const path of bundle.receipts.keys()) {
    const mine = line.moments.get(path);
    if (mine === undefined) continue;
    const own = seenBefore(mine, seen.after.get(line.parents.get(path)[0]));
    if (own !== undefined) {
      const facts = { path, time: timeText(mine.at) };
      notes.claim(RECEIVED, "contradicted", [mine.by], facts, [asserted(mine), asserted(own)]);
    }
    const sides = sidesOf(every, path, mine);
    const other = beyond(mine, sides);
    if (own === undefined || other !== undefined) claim(notes, mine, sides, sides);
    if (own !== undefined || other !== undefined) disputed.add(path);
  }
  const agreed =
    disputed.size > 0 ? boundsOf(bundle, line, ({ path }) => !disputed.has(path)) : every;
  for (const { content, conversation } of bundle.messages.values()) {
    const mine = line.moments.get(content);
    const sides = sidesOf(said, content, mine);
    const wide = sidesOf(agreed, content, mine);
    const told = beyond(mine, wide) === undefined ? wide : sides; // a receipt disputes no sent_at
    const standing = bundle.replays.get(conversation)?.standing.get(content);
    claim(notes, mine, sides, told, !EFFECTIVE.has(standing));
  }
}

/** When a party's own message had seen one that it received later, as it says; or undefined. */
function seenBefore(mine, after) {
  const own = [...after.values()].map(({ moment }) => moment).filter(({ by }) => by === mine.by);
  const first = earliest(own);
  return first !== undefined && first.at + AHEAD_S < mine.at ? first : undefined;
}

/** Claim a moment within what others tell, disputed where it cannot be true beside a side. */
function claim(notes, mine, sides, { lower, upper }, inert = false) {
  const facts = {
    after: lower === undefined ? "" : timeText(lower.at),
    before: upper === undefined ? "" : timeText(upper.at),
    path: mine.path,
    time: timeText(mine.at),
  };
  const other = beyond(mine, sides);
  if (other === undefined || inert) {
    notes.claim(mine.say, "attested", [mine.by], facts);
    return;
  }
  notes.claim(mine.say, "disputed", [mine.by, other.by], facts, [asserted(mine), asserted(other)]);
}

/** The moment of another that one cannot be true beside, or undefined. */
function beyond(mine, { lower, upper }) {
  if (lower !== undefined && mine.at + AHEAD_S < lower.at) return lower;
  return upper !== undefined && upper.at + AHEAD_S < mine.at ? upper : undefined;
}
