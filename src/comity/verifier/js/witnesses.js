// What witnesses make: a time, or one branch of a log, where enough independent ones agree
// (spec 16, Witnesses). A witness counts if the trust file lists it and its State has no part here.

import { byCodePoint } from "./bytes.js";
import { cosignedAt } from "./note.js";
import { stateOf } from "./values.js";

export class Witnesses {
  constructor({ trust, messages, exporter }) {
    const parties = [...messages.values()].flatMap((message) => message.members);
    const involved = new Set([...parties, exporter].filter(Boolean).map(stateOf));
    const counted = (trust?.witnesses ?? []).filter(({ state }) => !involved.has(state));
    this.due = trust?.witnessesDue ?? 1;
    this.counting = counted.map(({ name, state }) => ({ name, state }));
    this.counting.sort((a, b) => byCodePoint(a.name, b.name) || byCodePoint(a.state, b.state));
    this.states = new Map(counted.map(({ identity, state }) => [identity, state]));
  }

  /** States whose witnesses signed a checkpoint, with a name for each: Map. */
  operators(signed) {
    const found = new Map();
    for (const { name, state } of this.counted(signed)) {
      const held = found.get(state);
      found.set(state, held === undefined || name < held ? name : held);
    }
    return found;
  }

  /** For each State, when its first witness signed the first of some trees: Map of {at, by}. */
  moments(trees) {
    const found = new Map();
    for (const one of trees.flatMap((signed) => this.counted(signed))) {
      const at = cosignedAt(one);
      if (at === null) continue;
      const told = { at, by: one.name };
      found.set(one.state, earlier([told, found.get(one.state) ?? told])[0]);
    }
    return found;
  }

  /** Moment at which the last of as many witnesses as are due had signed: {at, by: []}, or null. */
  agreed(found) {
    const first = earlier([...found.values()]).slice(0, this.due);
    if (first.length < this.due) return null;
    return { at: first.at(-1).at, by: [...new Set(first.map(({ by }) => by))].sort() };
  }

  counted({ checkpoint, verified }) {
    const others = verified.filter(({ name }) => name !== checkpoint.origin);
    const named = others.map((one) => ({ ...one, state: this.states.get(one.identity) }));
    return named.filter(({ state }) => state !== undefined);
  }
}

/** Moments in order, those of one time by name. */
export function earlier(found) {
  return found.sort((a, b) => a.at - b.at || (a.by < b.by ? -1 : 1));
}
