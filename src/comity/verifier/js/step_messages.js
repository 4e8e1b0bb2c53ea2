// Step 4: what the parties said: signatures, sections, approvals, and each author's chain.

import {
  checkApprovals, COUNTERSIGNATURE, COUNTERSIGNED, lateAllowed, readCountersignature,
} from "./approvals.js";
import { PRIVATE, PRIVATE_PREFIX } from "./editions.js";
import { demand, Fault } from "./faults.js";
import { listed } from "./directory.js";
import { verifyJws } from "./jws.js";
import { messagePath, sectionPath } from "./layout.js";
import { checkBody } from "./schema.js";

export function messages(bundle, notes) {
  const totals = { messages: bundle.messages.size, sections: 0, approvals: 0, approved: 0 };
  notes.take(bundle.faultsOf("message", "section"));
  const twice = countersigned(bundle);
  for (const [path, message] of bundle.messages) {
    const registry = listed(bundle.directory, message.sentAt);
    const word = bundle.pinned(message.author) ? "proved" : "attested";
    const signed = notes.guard(path, () => {
      verifySignature(message, registry);
      const told = { ...bundle.told(message), type: message.type };
      notes.claim("message-signed", word, [message.author], told);
    });
    const good = checkSections(bundle, notes, path, message, signed ? word : "attested");
    if (!bundle.counted.has(message.content)) continue;
    const own = checkAll(bundle, notes, path, message, { good, twice });
    totals.approvals += own;
    totals.approved += Number(own > 0);
    if (message.author === bundle.exporter) {
      notes.guard(path, () => (totals.approvals += secondSignature(bundle, message, registry)));
    } else totals.approvals += Number(bringsOne(bundle, message)); // else nobody could judge it
  }
  for (const [content, found] of bundle.sections) {
    totals.sections += found.size;
    if (bundle.byContent.has(content)) continue;
    for (const name of found.keys()) {
      notes.fail("bundle-section", sectionPath(content, name), "a section of no message here");
    }
  }
  checkChains(bundle, notes);
  return { ...totals, free: totals.messages - totals.approved };
}

export function verifySignature(message, registry) {
  const keyOf = (kid) => registry.key(message.author, kid, "message");
  verifyJws(message.jws, keyOf, "message", registry.mode);
}

/** Check the sections that are there; return name -> value of those that hold. */
function checkSections(bundle, notes, path, message, word) {
  const found = bundle.sectionsOf(message);
  const good = new Map();
  for (const [name, section] of found) {
    notes.guard(sectionPath(message.content, name), () => {
      const same = message.body.get(name) === section.commitment;
      demand(same, "section-mismatch", "the message commits to another section");
      const facts = { path: sectionPath(message.content, name) };
      notes.claim("section-content", word, [message.author], facts);
      // of another type or of private use: what it says cannot be judged here; of one that is set
      // aside, its receipt has judged it
      const listed = message.known && Object.hasOwn(message.move.sections, name);
      if (!listed || !bundle.counted.has(message.content)) return;
      checkBody(name, section.value);
      good.set(name, section.value);
    });
  }
  if (bundle.counted.has(message.content)) notes.guard(path, () => checkListed(message));
  const absent = [...message.body.keys()].filter((name) => !found.has(name)).sort();
  for (const name of absent) tellAbsent(bundle, notes, sectionPath(message.content, name));
  return good;
}

/** Tell whether a section is of private use: its shape is nobody else's matter. */
export function isPrivate({ move }, name) {
  return move === PRIVATE && name.startsWith(PRIVATE_PREFIX);
}

export function checkListed(message) {
  const { body, known, move } = message;
  if (!known) return;
  const names = Object.keys(move.sections);
  const whole = names.every((name) => !move.sections[name] || body.has(name));
  const own = [...body.keys()].every((name) => names.includes(name) || isPrivate(message, name));
  demand(whole && own, "body-malformed", "the type has other sections");
}

function tellAbsent(bundle, notes, path) {
  const why = bundle.withheld.get(path);
  if (why === undefined) notes.fail("bundle-section", path, "neither there nor listed as withheld");
  else notes.claim("section-content", "unknown", [bundle.exporter], whyNot(why));
}

/** Facts of what is withheld; no decision is empty. */
export function whyNot({ decision, path, reason }) {
  return { decision: decision ?? "", path, reason };
}

function checkAll(bundle, notes, path, message, { good, twice }) {
  const hidden = message.body.has("request") && !good.has("request");
  const registry = listed(bundle.directory, recordedAt(bundle, message));
  let found = { count: 0, due: null };
  notes.guard(path, () => {
    const late = hidden || lateAllowed(good.get("request"));
    found = checkApprovals(message, registry, late);
  });
  const told = bundle.told(message);
  const { count, due } = found;
  if (count) notes.claim("approval", "attested", [message.author], { ...told, count });
  if (due === null) return count;
  const why = hidden ? "withheld" : "absent";
  if (!hidden && twice.has(message.content)) {
    notes.claim("second-approval", "attested", [message.author], told);
  } else notes.claim("second-approval", "unknown", [], { ...told, why });
  return count;
}

/** Contents of the messages for which a second signature is here that holds. */
function countersigned(bundle) {
  const later = [...bundle.counted.values()].filter((message) => bringsOne(bundle, message));
  return new Set(later.map(({ about }) => about));
}

/** Tell whether a message brings a second signature that holds for a message that is here. */
function bringsOne(bundle, message) {
  try {
    return secondSignature(bundle, message, listed(bundle.directory, message.sentAt)) > 0;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return false;
  }
}

/** Check the approval that a message brings for an earlier one; return how many it brings. */
export function secondSignature(bundle, message, registry) {
  const section = bundle.sectionsOf(message).get(COUNTERSIGNATURE);
  if (message.type !== COUNTERSIGNED || section === undefined || !message.known) return 0;
  const earlier = bundle.byContent.get(message.about);
  demand(earlier !== undefined, "bundle-message-missing", "the message it countersigns is gone");
  if (!earlier.known) return 0; // of an edition that is not known here, what waits for one is not
  readCountersignature(section.value, earlier, message, registry);
  return 1;
}

/** When another party says it recorded a message; else the author's own claim. */
function recordedAt(bundle, message) {
  const receipts = [...bundle.receipts.values()].filter((one) => one.record === message.record);
  return receipts.length ? Math.min(...receipts.map((one) => one.at)) : message.sentAt;
}

function checkChains(bundle, notes) {
  const chains = new Map(); // "conversation author" -> sequence -> messages
  for (const message of bundle.messages.values()) {
    const name = `${message.conversation} ${message.author}`;
    if (!chains.has(name)) chains.set(name, new Map());
    const chain = chains.get(name);
    chain.set(message.sequence, [...(chain.get(message.sequence) ?? []), message]);
  }
  for (const chain of chains.values()) {
    for (const message of [...chain.values()].flat()) {
      if (bundle.setAside(message)) continue; // step 11 says what it names in vain
      if (message.sequence > 1) checkPrevious(bundle, notes, chain, message);
    }
  }
}

function checkPrevious(bundle, notes, chain, message) {
  const { author, conversation, previous, sequence } = message;
  const before = chain.get(sequence - 1);
  if (before === undefined) {
    const missing = messagePath(conversation, author, sequence - 1);
    notes.fail("bundle-message-missing", missing, "a later one follows it");
  } else if (!before.some((one) => one.content === previous)) {
    const path = bundle.pathOf.get(message.record);
    notes.fail("bundle-chain", path, "its author's message before it is another");
  }
}
