// Whose word each answer to a message is, and what does not fit it (spec section 16).
//
// An exporter can make its own leaf and receipt anew. They are proved once another key authority
// has signed that it holds that very receipt.

import { checkApprovals, lateAllowed } from "./approvals.js";
import { EFFECTIVE } from "./contents.js";
import { replay } from "./conversation.js";
import { listed } from "./directory.js";
import { Fault } from "./faults.js";
import { messagePath, STATEMENT } from "./layout.js";
import { assertion } from "./notes.js";
import { parentsOf } from "./pasts.js";
import { isOutside, spokenBy } from "./within_edition.js";
import { checkBody } from "./schema.js";
import { checkListed, isPrivate } from "./step_messages.js";

const REFUSED = "refused:";
const ILLEGAL = "refused:illegal-move";
const UNKNOWN_TYPE = "type-unknown";

/** Claim each receipt that holds, with the outcome that it tells. */
export function claimAnswers(bundle, notes) {
  const built = builtUpon(bundle);
  for (const [path, receipt] of bundle.receipts) {
    const message = bundle.byRecord.get(receipt.record);
    if (message === undefined || bundle.good(path) === undefined) continue;
    const { outcome, to } = receipt;
    const facts = { ...bundle.told(message), addressee: to, outcome, path };
    const said = assertion(to, path, "answered", { outcome });
    const later = built.first.get(`${to} ${message.content}`);
    const spoken = spokenBy(bundle, message, receipt);
    const against = againstIt(bundle, message, receipt, said, built);
    if (later !== undefined) {
      const both = [said, assertion(to, bundle.pathOf.get(later.record), "built")];
      notes.claim("receipt", "contradicted", [to], facts, both);
    } else if (spoken !== null) {
      notes.claim("receipt", "contradicted", [to], facts, [said, spoken]);
    } else if (against.length > 0) {
      notes.claim("receipt", "disputed", against.map(({ by }) => by), facts, against);
    } else notes.claim("receipt", isCarried(bundle, path, to) ? "proved" : "attested", [to], facts);
    if (outcome.startsWith(REFUSED) && outcome !== ILLEGAL) {
      notes.claim("refusal-ground", ground(bundle, message, receipt), [to], facts);
    }
    claimHead(bundle, notes, path, message, receipt);
  }
}

/** Tell whether another key authority than the exporter signed an answer, or heard it. */
function isCarried(bundle, path, to) {
  const parties = [to, ...bundle.hearing(path).map(({ author }) => author)];
  return parties.some((party) => bundle.independent(party));
}

/** How sure the fault is for which a message was refused. */
function ground(bundle, message, receipt) {
  if (!groundShown(bundle, message, receipt)) return "unknown";
  const pinned = [message.author, receipt.to].every((party) => bundle.pinned(party));
  return pinned ? "proved" : "attested";
}

/** Tell whether the fault for which a message was refused is found again in what is here. */
function groundShown(bundle, message, { at, outcome }) {
  const code = outcome.slice(REFUSED.length);
  if (code === UNKNOWN_TYPE) return isOutside(bundle, message);
  if (!message.known) return false;
  const sections = bundle.sectionsOf(message);
  const whole = sections.size === message.body.size;
  if (!whole || ![...sections.keys()].every((name) => message.body.has(name))) return false;
  try {
    checkContent(message, sections, listed(bundle.directory, at));
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return fault.code === code;
  }
  return false;
}

/** Steps 5 to 7 of section 6: sections, body, approvals. */
function checkContent(message, sections, registry) {
  for (const [name, { commitment }] of sections) {
    if (message.body.get(name) !== commitment) throw new Fault("section-mismatch", "another");
  }
  checkListed(message);
  for (const [name, { value }] of sections) {
    if (!isPrivate(message, name)) checkBody(name, value);
  }
  checkApprovals(message, registry, lateAllowed(sections.get("request")?.value));
}

/** Statements of a dispute: the answer, and what the messages come to; none if they agree. */
function againstIt({ exporter, pathOf, replays }, message, receipt, said, built) {
  const { content, conversation, author, record } = message;
  if (replays.get(conversation)?.lacking.size > 0) return []; // what they come to is not known
  const standing = replays.get(conversation)?.standing.get(content) ?? "held";
  const counted = EFFECTIVE.has(receipt.outcome) && (standing === ILLEGAL || standing === "held");
  const refused = receipt.outcome === ILLEGAL && EFFECTIVE.has(standing);
  if (!counted && !refused) return [];
  if (built.every.has(content)) return []; // its author contradicts itself by it
  const by = receipt.to === exporter ? author : exporter;
  return [said, assertion(by, pathOf.get(record), "comes-to", { outcome: standing })];
}

/**
 * What parties built on what they had refused: `first` has "party content" of a message that a
 * party refused -> its own first message built on it, one that is in order only if the party's
 * refusals are left out; `every` the contents of all such messages.
 */
function builtUpon(bundle) {
  const given = [...bundle.receipts.values()];
  const first = new Map();
  const every = new Set();
  for (const conversation of bundle.replays.keys()) {
    const of = [...bundle.messages.values()].filter((m) => m.conversation === conversation);
    const refused = bundle.refusals(of, given);
    for (const party of [...new Set(of.map(({ author }) => author))].sort()) {
      const own = refusedBy(party, of, given);
      if (own.size === 0) continue;
      const kept = replay(of, new Map([...refused, ...own]));
      const without = replay(of, new Map([...refused].filter(([content]) => !own.has(content))));
      const later = of.filter((message) => onlyThen(message, party, kept, without));
      let aware = false;
      for (const [message, seen] of withPasts(later, bundle.byContent)) {
        aware ||= [...seen].some((content) => own.has(content));
        if (aware || own.has(message.about)) every.add(message.content);
        for (const content of [...seen, message.about].filter((one) => own.has(one))) {
          const name = `${party} ${content}`;
          if (!first.has(name)) first.set(name, message);
        }
      }
    }
  }
  return { first, every };
}

/** Content -> outcome, of messages that a party refused for what they say. */
function refusedBy(party, of, given) {
  const there = new Map(of.map(({ content, record }) => [record, content]));
  const mine = given.filter(({ outcome, record, to }) => {
    const refuses = outcome.startsWith(REFUSED) && outcome !== ILLEGAL;
    return to === party && refuses && there.has(record);
  });
  return new Map(mine.map(({ outcome, record }) => [there.get(record), outcome]));
}

function onlyThen({ author, content }, party, kept, without) {
  const only = !EFFECTIVE.has(kept.standing.get(content));
  return author === party && only && EFFECTIVE.has(without.standing.get(content));
}

/** Messages of one chain, each with what it had seen and the one before it had not. */
function withPasts(own, byContent) {
  const before = new Set();
  return [...own]
    .sort((a, b) => a.sequence - b.sequence)
    .map((message) => {
      const seen = new Set();
      const waiting = [message.content];
      while (waiting.length > 0) {
        for (const content of parentsOf(byContent.get(waiting.pop()), byContent)) {
          if (before.has(content)) continue;
          before.add(content);
          seen.add(content);
          waiting.push(content);
        }
      }
      return [message, seen];
    });
}

/** Compare the author's own newest message, as its receipt names it, with what is there. */
function claimHead({ byContent, exporter, messages }, notes, path, { conversation }, receipt) {
  const { head, to } = receipt;
  if (head === null || byContent.has(head.content)) return;
  const { sequence } = head;
  const said = assertion(to, path, "sent", { sequence });
  const place = messagePath(conversation, to, sequence);
  const facts = { party: to, path, sequence };
  if (messages.has(place)) {
    const both = [said, assertion(to, place, "message", { sequence })];
    notes.claim("one-message-a-place", "contradicted", [to], facts, both);
  } else if (to === exporter) {
    const both = [said, assertion(exporter, STATEMENT, "not-there")];
    notes.claim("message-named", "contradicted", [exporter], facts, both);
  } else notes.claim("message-named", "unknown", [to], facts);
}
