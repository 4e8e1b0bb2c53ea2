// One counted chain of events per exhibit, so that an omitted event shows (spec section 15.4).

import { demand, within } from "./faults.js";
import { encode, members } from "./json.js";
import {
  charsOf, digest, orNull, parseDigest, parseId, parseParty, parseTime, PROTOCOL,
} from "./values.js";

const EVENTS = new Set([
  "acquired", "derived", "sealed", "offered", "received", "opened", "reverified", "extracted",
  "copied", "redacted", "held", "hold-lifted", "exported", "returned", "destroyed",
]);
const ATTESTED = new Set(["acquired", "derived", "destroyed"]);
const NAMING = new Set(["derived", "extracted", "copied"]);
const CODES = [
  "custody-event", "custody-missing", "custody-order", "custody-altered", "custody-rule",
];
const MAX_EVENTS = 100_000;
const MAX_NAME_CHARS = 200;
const MAX_TEXT_CHARS = 4000;

function formed(holds, reason) {
  demand(holds, "custody-event", reason);
}

function filled(text, most) {
  return text !== "" && charsOf(text) <= most;
}

function parseEvent(value) {
  return within("custody-event", CODES, () => {
    const event = members(value, {
      at: "string",
      attested: "boolean",
      by: "string",
      certificate: "string|null",
      digest_after: "string|null",
      digest_before: "string|null",
      event: "string",
      exhibit: "string",
      number: "number",
      party: "string",
      place: "string|null",
      previous: "string|null",
      protocol: "string",
      reason: "string",
      related: "object|null",
    });
    formed(event.protocol === PROTOCOL && EVENTS.has(event.event), "no event of this protocol");
    formed(event.number >= 1 && event.number <= MAX_EVENTS, "a number outside its bounds");
    formed(filled(event.by, MAX_NAME_CHARS) && filled(event.reason, MAX_TEXT_CHARS), "who, or why");
    formed(charsOf(event.place ?? "") <= MAX_NAME_CHARS, "a place too long");
    const marked = event.attested || !ATTESTED.has(event.event);
    demand(marked, "custody-rule", `event ${event.number} must be marked attested`);
    [event.certificate, event.digest_after, event.digest_before, event.previous].forEach((one) =>
      orNull(parseDigest, one),
    );
    parseParty(event.party);
    parseId(event.exhibit);
    checkRelated(event);
    return { ...event, seconds: parseTime(event.at), digest: digest("custody", encode(event)) };
  });
}

function checkRelated({ event, exhibit, related }) {
  if (related === null) {
    formed(!NAMING.has(event), `${event} names the other exhibit`);
    return;
  }
  formed(NAMING.has(event) || event === "redacted", `${event} names no other exhibit`);
  const { exhibit: other, name } = members(related, { exhibit: "string", name: "string|null" });
  formed(name === null || filled(name, MAX_TEXT_CHARS), "the name of a part is empty or too long");
  formed(parseId(other) !== exhibit, "an exhibit is not taken out of itself");
}

/** Head of a chain: {count, digest}. */
export function parseHead(value) {
  const head = within("custody-event", CODES, () => {
    const found = members(value, { count: "number", digest: "string|null" });
    orNull(parseDigest, found.digest);
    return found;
  });
  const sane = head.count >= 0 && head.count <= MAX_EVENTS;
  formed(sane && (head.count === 0) === (head.digest === null), "a head contradicts itself");
  return head;
}

/** Events of a chain given as a JSON array, checked from the first, up to a head if given. */
export function verifyChain(values, head = null) {
  formed(Array.isArray(values) && values.length <= MAX_EVENTS, "a chain is an array of events");
  const events = values.map(parseEvent);
  const wanted = head === null ? null : parseHead(head);
  const numbers = new Set(events.map((event) => event.number));
  const rules = new Rules();
  let before = null;
  events.forEach((event, i) => {
    checkNumber(event, i + 1, events[0].exhibit, numbers);
    const follows = event.previous === (before?.digest ?? null);
    demand(follows, "custody-altered", `event ${i} is not the one that event ${i + 1} follows`);
    rules.check(event);
    const handed = wanted?.count !== i + 1 || wanted.digest === event.digest;
    demand(handed, "custody-altered", `event ${i + 1} is not the one handed over`);
    before = event;
  });
  const reached = wanted === null || wanted.count <= events.length;
  demand(reached, "custody-missing", `event ${events.length + 1} is missing`);
  return events;
}

function checkNumber(event, due, exhibit, numbers) {
  formed(event.exhibit === exhibit, `event ${due} is of another exhibit`);
  const first = (event.number === 1) === (event.previous === null);
  formed(first, `event ${event.number} must follow one exactly if it is not the first`);
  if (event.number === due) return;
  const missing = event.number > due && !numbers.has(due);
  demand(!missing, "custody-missing", `event ${due} is missing`);
  demand(false, "custody-order", `event ${event.number} stands where event ${due} is due`);
}

/** What may follow what: nothing after destruction, none under a hold, no party back in time. */
class Rules {
  constructor() {
    this.destroyed = false;
    this.held = false;
    this.last = new Map();
  }

  check(event) {
    const rule = (holds, reason) =>
      demand(holds, "custody-rule", `event ${event.number} ${reason}`);
    rule(!this.destroyed, "comes after destruction");
    const before = this.last.get(event.party) ?? -Infinity; // clocks of two parties may differ
    rule(event.seconds >= before, "is dated before the one before it");
    this.last.set(event.party, event.seconds);
    if (event.event === "held") this.held = true;
    if (event.event === "hold-lifted") this.held = false;
    if (event.event !== "destroyed") return;
    rule(!this.held, "destroys what is under a legal hold");
    this.destroyed = true;
  }
}
