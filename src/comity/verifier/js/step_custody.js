// Step 9: the custody chains are whole, and those that were handed over.

import { byCodePoint } from "./bytes.js";
import { parseHead, verifyChain } from "./custody.js";
import { demand } from "./faults.js";
import { isObject } from "./json.js";
import { custodyPath, placeOf, sectionPath } from "./layout.js";
import { whyNot } from "./step_messages.js";

const TAKEN = ["received", "returned"]; // by these a party has an exhibit from another

export function custody(bundle, notes) {
  const heads = bundle.statement?.custody ?? new Map();
  const chains = readChains(bundle, notes, heads);
  checkStated(bundle, notes, heads, chains);
  const due = new Map([...withheldChains(bundle, notes), ...offeredExhibits(bundle)]);
  const signed = new Map(); // "exhibit party" -> how many events that party's messages hand over
  for (const handover of handovers(bundle, notes)) {
    const { exhibit } = handover;
    if (chains.has(exhibit)) compareChain(notes, chains.get(exhibit), handover, signed);
    else if (!due.has(exhibit)) due.set(exhibit, "a message hands it over");
  }
  for (const exhibit of [...due.keys()].sort(byCodePoint)) {
    const there = bundle.chains.has(custodyPath(exhibit)); // what is wrong with it is said already
    if (!there) tellMissing(bundle, notes, exhibit, due.get(exhibit));
  }
  const officers = bundle.officers();
  for (const [exhibit, events] of chains) {
    claimEvents({ bundle, notes, officers, signed }, exhibit, events);
    claimHandOvers(bundle, notes, exhibit, events, signed);
  }
  notes.claimed = chains.size + heads.size + notes.claims.length > 0;
  return { chains: chains.size, events: [...chains.values()].flat().length };
}

/** Exhibit -> events of a chain that is whole in itself; each is held against its stated head. */
function readChains(bundle, notes, heads) {
  const chains = new Map();
  notes.take(bundle.faultsOf("custody"));
  for (const [path, values] of bundle.chains) {
    const { exhibit } = bundle.files.get(path).place.parts;
    notes.guard(path, () => {
      const events = verifyChain(values);
      chains.set(exhibit, events);
      const own = events.length > 0 && events[0].exhibit === exhibit;
      demand(own, "bundle-custody", "a chain of another exhibit, or of none");
      const head = heads.get(exhibit);
      const same = head?.count === events.length && head.digest === events.at(-1).digest;
      demand(same, "bundle-head", `the chain ends at event ${events.length}, not as stated`);
    });
  }
  return chains;
}

function checkStated(bundle, notes, heads, chains) {
  for (const exhibit of [...heads.keys()].sort()) {
    const path = custodyPath(exhibit);
    if (chains.has(exhibit) || bundle.chains.has(path) || bundle.faults.has(path)) continue;
    notes.fail("bundle-custody", path, "a head is stated, and the chain is not there");
  }
}

/** [exhibit, why its chain is due] of withheld chains; also tells of withheld hand-overs. */
function withheldChains(bundle, notes) {
  const found = [];
  for (const path of bundle.withheld.keys()) {
    const { kind, parts } = placeOf(path) ?? {};
    if (kind === "custody") found.push([parts.exhibit, "it is listed as withheld"]);
    else if (kind === "section" && parts.name === "custody") {
      notes.claim("hand-over", "unknown", [], { path });
    }
  }
  return found;
}

/** [exhibit, why its chain is due] of what messages that count offer. */
function offeredExhibits(bundle) {
  const paths = [...bundle.counted.keys()].map((content) => sectionPath(content, "offer"));
  const offers = paths.map((path) => bundle.offers.get(path)).filter((one) => one !== undefined);
  return offers.map(({ exhibit }) => [exhibit, "a message offers the exhibit"]);
}

/** Head, exhibit and author of every hand-over in the messages. */
function handovers(bundle, notes) {
  const found = [];
  for (const message of bundle.counted.values()) {
    const section = bundle.sectionsOf(message).get("custody");
    if (section === undefined || !message.body.has("custody")) continue;
    const path = sectionPath(message.content, "custody");
    notes.guard(path, () => {
      const { value } = section;
      const named = isObject(value) && typeof value.exhibit === "string";
      demand(named, "bundle-custody", "a hand-over names its exhibit");
      const head = parseHead({ count: value.count ?? null, digest: value.digest ?? null });
      found.push({ path, exhibit: value.exhibit, head, party: message.author });
    });
  }
  return found;
}

function compareChain(notes, events, { path, exhibit, head, party }, signed) {
  if (events[head.count - 1]?.digest !== head.digest) {
    notes.fail("bundle-custody", custodyPath(exhibit), `not the chain that ${path} hands over`);
    return;
  }
  const name = `${exhibit} ${party}`;
  signed.set(name, Math.max(head.count, signed.get(name) ?? 0));
}

function tellMissing(bundle, notes, exhibit, reason) {
  const path = custodyPath(exhibit);
  const why = bundle.withheld.get(path);
  if (why !== undefined) {
    notes.claim("evidence-withheld", "unknown", [bundle.exporter], whyNot(why));
  } else notes.fail("bundle-custody", path, `${reason}, and it is not there`);
}

/** Claim each event: by whoever wrote it; unknown if no message of that party hands it over. */
function claimEvents({ bundle, notes, officers, signed }, exhibit, events) {
  for (const one of events) {
    const { at, event, number, party, by: officer } = one;
    const facts = { at, event, exhibit, number, officer, party, roles: rolesOf(officers, one) };
    const covered = number <= (signed.get(`${exhibit} ${party}`) ?? 0);
    if (covered || party === bundle.exporter) {
      notes.claim("custody-event", "attested", [party], facts);
    } else notes.claim("custody-event", "unknown", [bundle.exporter], facts);
  }
}

/** Roles that the officer's certificate gives, with blanks between; empty if it is not here. */
function rolesOf(officers, { by, certificate, party }) {
  const found = officers.get(certificate);
  const own = found !== undefined && found.party === party && found.officer === by;
  return own ? [...found.roles].sort().join(" ") : "";
}

/** Claim each hand-over: proved where both signed, the party that gave and the one that took. */
function claimHandOvers(bundle, notes, exhibit, events, signed) {
  events.slice(1).forEach((after, i) => {
    const both = [events[i], after];
    const parties = both.map(({ party }) => party);
    if (parties[0] === parties[1] || !TAKEN.includes(after.event)) return;
    const covered = ({ number, party }) => number <= (signed.get(`${exhibit} ${party}`) ?? 0);
    const taken = both.every(covered);
    const pinned = parties.every((party) => bundle.pinned(party));
    const by = taken ? parties : [bundle.exporter];
    const facts = { exhibit, number: after.number };
    notes.claim("hand-over", taken && pinned ? "proved" : "attested", by, facts);
  });
}
