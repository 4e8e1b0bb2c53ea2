// Which State records stand: the first by its pin, the next by their predecessors (spec 12.2).

import { demand, Fault } from "./faults.js";
import { sameKeySet, signedBy } from "./records.js";

/** Tell whether a record is the older one's next version, signed by a threshold of both. */
function follows(newer, older) {
  const next = newer.version === older.version + 1 && newer.previous === older.content;
  return next && signedBy(newer.jws, older.keySet) && signedBy(newer.jws, newer.keySet);
}

/**
 * Take records of one State, of which `chain` stands already (maybe empty); return the new chain,
 * and set `verdicts` (record -> word or fault) and `resets` (records that wait for a person).
 */
export function takeStates(chain, found, pin, verdicts, resets) {
  const sorted = [...found].sort((a, b) => a.version - b.version);
  let held = chain;
  if (held.length === 0) {
    held = beginning(sorted, pin);
    for (const record of held) verdicts.set(record, "state");
  }
  for (const record of sorted.filter((one) => !held.includes(one))) {
    try {
      const word = judge(held, record, pin, resets);
      verdicts.set(record, word);
      if (word === "state") held = [...held, record];
      if (word === "reset-pending") resets.push(record);
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      verdicts.set(record, fault);
    }
  }
  return held;
}

/** The whole history from version 1 in which the pinned keys stand; empty if there is none. */
function beginning(sorted, pin) {
  if (pin === undefined) return [];
  const signed = sorted.filter((record) => signedBy(record.jws, record.keySet));
  const own = new Map(signed.map((record) => [record.content, record]));
  for (const last of [...sorted].reverse()) {
    if (!own.has(last.content) || !sameKeySet(last.keySet, pin)) continue;
    const chain = [last];
    while (chain[0].previous !== null) {
      const before = own.get(chain[0].previous);
      if (before?.version !== chain[0].version - 1) break;
      chain.unshift(before);
    }
    if (chain[0].previous === null) return chain;
  }
  return [];
}

function judge(chain, record, pin, resets) {
  if (chain.length === 0) throw unfounded(record, pin);
  if (record.version <= chain.length) return judgeHeld(chain, record);
  const last = chain.at(-1);
  demand(record.version === last.version + 1, "state-gap", "the version before it is missing");
  if (follows(record, last)) return "state";
  const itself = signedBy(record.jws, record.keySet);
  demand(itself, "threshold-missed", "too few good signatures for a change of keys");
  demand(record.previous === last.content, "state-gap", "names another previous version");
  const known = resets.some((reset) => reset.content === record.content);
  return known ? "known" : "reset-pending";
}

function unfounded(record, pin) {
  if (!signedBy(record.jws, record.keySet)) {
    return new Fault("threshold-missed", "too few good signatures of its own keys");
  }
  if (pin === undefined) return new Fault("state-unpinned", "nobody vouches for this State");
  if (record.version > 1) return new Fault("state-gap", "the versions before it are missing");
  return new Fault("state-unpinned", "the keys are not those pinned: either may be wrong");
}

function judgeHeld(chain, record) {
  const held = chain[record.version - 1];
  if (held.content === record.content) return "known";
  const genuine =
    record.version > 1
      ? follows(record, chain[record.version - 2])
      : signedBy(record.jws, held.keySet);
  demand(!genuine, "state-double-speak", "two records of one version");
  throw new Fault("state-rollback", "an old version, and not the one held");
}
