// Who is who: the records that stand against a trust file, and whose key counts when.

import { takeEntries } from "./entries.js";
import { demand, Fault } from "./faults.js";
import { parseOrigin } from "./log.js";
import { ED25519, verifierKey } from "./note.js";
import { takeStates } from "./states.js";

const AHEAD = 300; // seconds (spec section 12.3)

export class Directory {
  /** `pins` maps a State to the keys that a trust file pins for it. */
  constructor(mode, pins) {
    this.mode = mode;
    this.pins = pins;
    this.states = new Map();
    this.entries = new Map();
    this.resets = [];
  }

  /** Take parsed records in any order; return record -> word, or the fault of one that fails. */
  take(records, now) {
    const verdicts = new Map();
    const timely = records.filter((record) => {
      if (record.issuedAt <= now + AHEAD) return true;
      verdicts.set(record, new Fault("issued-ahead", "issued after the moment of export"));
      return false;
    });
    for (const [state, found] of grouped(timely, "state")) {
      const chain = this.states.get(state) ?? [];
      const taken = takeStates(chain, found, this.pins.get(state), verdicts, this.resets);
      if (taken.length) this.states.set(state, taken);
    }
    for (const [party, found] of grouped(timely, "entry")) {
      const versions = this.entries.get(party) ?? [];
      const taken = takeEntries(versions, found, this.states, verdicts);
      if (taken.length) this.entries.set(party, taken);
    }
    return verdicts;
  }

  has(party) {
    return this.entries.has(party);
  }

  /** Row of a party's key of a use, whatever its status, or undefined. */
  find(party, kid, use) {
    const row = this.entries.get(party)?.at(-1).rows.get(kid);
    return row?.use === use ? row : undefined;
  }

  /** The same, where there must be one. */
  row(party, kid, use) {
    const row = this.entries.get(party)?.at(-1).rows.get(kid);
    demand(row !== undefined, "key-unknown", `${party} has no such key`);
    demand(row.use === use, "key-use", `a ${row.use} key where a ${use} key is due`);
    return row;
  }

  /** Key, if a signature proved to exist at a moment counts (spec section 11.3). */
  keyAt(party, kid, use, at) {
    const row = this.row(party, kid, use);
    demand(at >= row.from, "key-not-yet", "proved before the key's validity");
    const valid = row.invalidFrom === null || at < row.invalidFrom;
    demand(valid, "key-revoked", "not proved before the key became invalid");
    demand(at <= row.until, "key-expired", "not proved within the key's validity");
    return row.key;
  }

  /** Approval policy of a type in the entry that was in force at a moment, or null. */
  policyAt(party, type, at) {
    const versions = this.entries.get(party) ?? [];
    const then = versions.filter((entry) => entry.issuedAt <= at);
    const entry = then.at(-1) ?? versions[0];
    return entry?.policies.get(type) ?? null;
  }

  /** Verifier keys of an origin: every log key the party ever had; none if it is another's. */
  logKeys(party, origin) {
    const entry = this.entries.get(party)?.at(-1);
    if (entry === undefined || !this.isOrigin(entry, origin)) return [];
    const rows = [...entry.rows.values()].filter((row) => row.use === "log");
    return rows.map((row) => verifierKey(origin, ED25519, row.key.raw));
  }

  /** One that is listed, or a later epoch of the newest: a restore opens it before an entry can. */
  isOrigin(entry, origin) {
    if (entry.origins.includes(origin)) return true;
    const newest = entry.origins.find((one) => parseOrigin(one).epoch === entry.epoch);
    const later = /\/([1-9][0-9]{0,8})$/.exec(origin);
    if (newest === undefined || later === null || Number(later[1]) <= entry.epoch) return false;
    return origin === newest.replace(/[0-9]+$/, later[1]);
  }
}

/** What is asked of a directory while times are not judged yet; policies are those of `at`. */
export function listed(directory, at) {
  return {
    mode: directory.mode,
    key: (party, kid, use) => directory.row(party, kid, use).key,
    policy: (party, type) => directory.policyAt(party, type, at),
    logKeys: (party, origin) => directory.logKeys(party, origin),
  };
}

/** The same, where a key counts only for what is proved in its time. */
export function dated(directory, at, proved) {
  const key = (party, kid, use) => {
    const { invalidFrom } = directory.row(party, kid, use);
    // Without proof, what a revoked key signed is as late as can be.
    const moment = proved || invalidFrom === null ? at : invalidFrom;
    return directory.keyAt(party, kid, use, moment);
  };
  return { ...listed(directory, at), key };
}

function grouped(records, thing) {
  const groups = new Map();
  for (const record of records) {
    if (record.thing !== thing) continue;
    if (!groups.has(record.subject)) groups.set(record.subject, []);
    groups.get(record.subject).push(record);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
