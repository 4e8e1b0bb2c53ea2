// Which entries stand: signed by their State, adding to history, vouched for (spec section 12.3).

import { demand, Fault } from "./faults.js";
import { signedBy } from "./records.js";

const AFTER = {
  active: ["active", "retired", "revoked"],
  retired: ["retired", "revoked"],
  revoked: ["revoked"],
};

/**
 * Take entries of one party, of which `versions` stand already; return the new versions, ascending,
 * and set `verdicts` (entry -> word or fault). `chains` maps a State to its records.
 */
export function takeEntries(versions, found, chains, verdicts) {
  const good = [];
  for (const entry of found) {
    if (judged(entry, verdicts, () => checkSigned(entry, chains))) good.push(entry);
  }
  good.sort((a, b) => a.version - b.version);
  const vouched = vouchedFor(versions, good, chains);
  const newest = versions.at(-1)?.version ?? 0;
  const history = good.filter((entry) => entry.version <= newest).reverse();
  let held = versions;
  for (const entry of [...history, ...good.filter((one) => one.version > newest)]) {
    judged(entry, verdicts, () => {
      const before = held;
      held = withEntry(held, entry, vouched);
      verdicts.set(entry, held === before ? "known" : "entry");
    });
  }
  return held;
}

function judged(entry, verdicts, run) {
  try {
    run();
    return true;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    verdicts.set(entry, fault);
    return false;
  }
}

function checkSigned(entry, chains) {
  const chain = chains.get(entry.state) ?? [];
  demand(entry.stateVersion <= chain.length, "state-unknown", "no such State record is held");
  const { keySet } = chain[entry.stateVersion - 1];
  if (!signedBy(entry.jws, keySet)) {
    demand(!foreign(entry, chains), "entry-foreign", "signed by the keys of another State");
    throw new Fault("threshold-missed", `fewer good signatures than ${keySet.threshold}`);
  }
  const kids = chain.flatMap((record) => [...record.keySet.keys.keys()]);
  const own = kids.some((kid) => entry.rows.has(kid));
  demand(!own, "key-use", "a key of the State stands in an entry");
}

function foreign(entry, chains) {
  const kids = entry.jws.signatures.map((one) => one.kid);
  return [...chains].some(
    ([state, chain]) =>
      state !== entry.state &&
      chain.some((record) => kids.some((kid) => record.keySet.keys.has(kid))),
  );
}

/** Content digests that a held version, or one under the newest State record, leads down to. */
function vouchedFor(versions, good, chains) {
  const wanted = new Set(versions.map((entry) => entry.previous));
  const vouched = new Set();
  for (const entry of [...good].reverse()) {
    const newest = chains.get(entry.state).length;
    if (entry.stateVersion === newest || wanted.has(entry.content)) {
      vouched.add(entry.content);
      wanted.add(entry.previous);
    }
  }
  return vouched;
}

function withEntry(versions, entry, vouched) {
  const twin = versions.find((one) => one.version === entry.version);
  if (twin !== undefined) {
    demand(twin.content === entry.content, "entry-double-speak", "two payloads of one version");
    return versions;
  }
  const older = versions.filter((one) => one.version < entry.version);
  const newer = versions.filter((one) => one.version > entry.version);
  const named = newer.length === 0 || newer[0].previous === entry.content;
  demand(named, "entry-rollback", "an older version that the next one does not name");
  demand(vouched.has(entry.content), "entry-old-keys", "signed under a replaced State record");
  if (older.length) checkHistory(older.at(-1), entry);
  if (newer.length) checkHistory(entry, newer[0]);
  return [...older, entry, ...newer];
}

function checkHistory(older, newer) {
  const rule = (holds, reason) => demand(holds, "entry-history", reason);
  const next = newer.version !== older.version + 1 || newer.previous === older.content;
  rule(next, "names another previous version");
  rule(newer.stateVersion >= older.stateVersion, "goes back to older keys of the State");
  const epochs = older.origins.every((origin) => newer.origins.includes(origin));
  rule(newer.epoch >= older.epoch && epochs, "forgets an epoch of the log");
  for (const [kid, row] of older.rows) {
    const after = newer.rows.get(kid);
    rule(after !== undefined, "a key is gone");
    checkRow(row, after, rule);
  }
}

function checkRow(before, after, rule) {
  const same = ["public", "use", "alg", "from"].every((name) => before[name] === after[name]);
  rule(same, "a key has become another");
  rule(AFTER[before.status].includes(after.status), "a key comes back to life");
  if (before.invalidFrom === null) return;
  const earlier = after.invalidFrom !== null && after.invalidFrom <= before.invalidFrom;
  rule(earlier, "invalid_from moves later");
  const index = after.lastGood;
  const shrinks = before.lastGood === null || (index !== null && index <= before.lastGood);
  rule(shrinks, "last_good_index grows");
}
