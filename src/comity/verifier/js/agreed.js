// How far the other side's signatures carry the state of a conversation (spec section 16).
//
// The exporter can leave out what came last, and can refuse what it had accepted; what another key
// authority signed later holds it to its word.

import { equal } from "./bytes.js";
import { EFFECTIVE } from "./contents.js";
import { replay } from "./conversation.js";
import { encode } from "./json.js";

/** Claim the state: proved up to the other side's newest statement; attested where it differs. */
export function claimState(bundle, notes, { conversation, members }) {
  const { lacking } = bundle.replays.get(conversation);
  for (const edition of [...lacking].sort()) {
    notes.claim("state", "unknown", [], { conversation, edition });
  }
  if (lacking.size > 0) return;
  const others = members.filter((party) => bundle.independent(party)).sort();
  const { state } = bundle.replays.get(conversation);
  const spoilt = bundle.spoilt || notes.findings.length > 0; // they may have had what is missing
  const { by, known } = spoilt ? { known: null } : stateKnown(bundle, conversation, others);
  if (known !== null) notes.claim("state", "proved", by, { conversation, main: known.main });
  if (known !== null && equal(encode(known), encode(state))) return;
  notes.claim("state", "attested", [bundle.exporter], { conversation, main: state.main });
}

/** State of all that others' statements build on, or null if there is nothing; who made them. */
function stateKnown(bundle, conversation, others) {
  const messages = [...bundle.byContent.values()].filter((m) => m.conversation === conversation);
  const of = new Map(messages.map((message) => [message.content, message]));
  const counts = ([path, { content }]) => of.has(content) && bundle.good(path);
  const good = [...bundle.receipts].filter(counts);
  const counted = good
    .filter(([path, { to }]) =>
      [to, ...bundle.hearing(path).map(({ author }) => author)].some((one) => others.includes(one)),
    )
    .map(([, receipt]) => receipt);
  const placed = new Set(bundle.replays.get(conversation).order);
  const theirs = messages.filter((m) => others.includes(m.author) && placed.has(m.content));
  const first = theirs.map(({ content }) => content);
  const by = new Set(theirs.map(({ author }) => author));
  const alone = [];
  for (const [, { content, head, outcome, to }] of good) {
    // not theirs; or its author knew of more than is here
    if (!others.includes(to) || (head !== null && !placed.has(head.content))) continue;
    alone.push(of.get(content));
    by.add(to);
    // whoever holds or refuses a message may lack what stands before it
    if (EFFECTIVE.has(outcome)) first.push(content);
    first.push(head?.content);
  }
  const past = [...new Set([...pastOf(of, first).values(), ...alone])];
  const { order, state } = replay(past, bundle.refusals(past, counted));
  return { by: [...by].sort(), known: order.length > 0 ? state : null };
}

/** Messages that are there of some, and of all that these name as before them. */
function pastOf(of, first) {
  const found = new Map();
  const waiting = [...first];
  while (waiting.length > 0) {
    const message = of.get(waiting.pop());
    if (message === undefined || found.has(message.content)) continue;
    found.set(message.content, message);
    waiting.push(...[...message.seen.values()].map(({ content }) => content), message.previous);
  }
  return found;
}
