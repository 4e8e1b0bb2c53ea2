// The state of a conversation, as one function of the set of its messages (spec section 8).
//
// A past is written as one count a member: pasts are closed, so the counts name one set.

import { editionOf, PRIVATE, rowIn, UNKNOWN } from "./editions.js";
import { after } from "./legality.js";
import { Line } from "./line.js";

const MEMO = 64; // states remembered in one replay; more saves no time in conversations of two
const UNKNOWN_TYPE = "refused:type-unknown"; // its type is outside the edition in force

/**
 * Replay messages of one conversation: {state, order, standing, heads, doubles, ...}: `lacking` has
 * editions in force that are not known here, `editions` maps a content digest to the one in force
 * in that message's past, `outside` has those whose type is outside it (section 8.7).
 * `refused` maps a content digest to the outcome of a message that its addressee refused for what
 * it says: it keeps its place and has no effect (section 8.2).
 * `standing` maps a content digest to applied, overtaken, held, held:double-speak, or refused:...
 */
export function replay(messages, refused = new Map()) {
  const found = new Map(messages.map((message) => [message.content, message]));
  return new Merge([...found.values()], refused, new Map()).result();
}

class Merge {
  constructor(messages, refused, judged) {
    this.messages = messages;
    this.refused = refused;
    this.judged = judged; // content -> state of its own past, of messages beside a twin
    this.byContent = new Map(messages.map((message) => [message.content, message]));
    this.cuts = new Map(); // party -> sequence of its first double
    this.strays = new Set(); // messages in whose past a twin stands that does not count
    this.standing = new Map(messages.map((message) => [message.content, "held"]));
    const openings = messages.filter((message) => message.opening);
    this.first = openings.length === 1 ? openings[0] : null;
    this.fresh = { main: "new", tracks: {}, edition: this.first?.edition, raised: new Map() };
    this.rows = new Map(); // content -> row of its type in the edition in force in its past
    this.editions = new Map(); // content -> that edition
    this.lacking = new Set(); // editions in force here that are not known
    this.members = this.first?.members ?? [];
    this.doubles = [];
    this.chains = this.members.map((party) => this.chain(party));
    this.pasts = new Map();
    this.states = new Map(); // the last of them, by the counts that name their sets
    this.line = new Line((a, b) => this.precedence(a, b));
  }

  role(message) {
    return message.author === this.first.author ? "R" : "Q";
  }

  /** State after a message, unchanged where it was refused, or null if it is no legal move. */
  step(state, message) {
    const move = this.rows.get(message.content);
    if (this.refused.has(message.content) || move === UNKNOWN || move === PRIVATE) return state;
    const [least, most] = move.members;
    if (this.members.length < least || this.members.length > most) return null;
    return after(state, message, move, this.role(message));
  }

  /**
   * Messages 1, 2, 3 ... of a party up to the first gap or break; from its first double on, only
   * what stands in the past of another member's message (section 8.6).
   */
  chain(party) {
    const mine = this.messages.filter((message) => message.author === party);
    mine.sort((a, b) => a.sequence - b.sequence || (a.content < b.content ? -1 : 1));
    const spoilt = this.findDoubles(party, mine);
    const first = Math.min(...spoilt);
    if (spoilt.size > 0) this.cuts.set(party, first);
    const witnessed = spoilt.size > 0 ? this.witnessed(party) : new Set();
    const bySequence = new Map();
    for (const message of mine) {
      bySequence.set(message.sequence, [...(bySequence.get(message.sequence) ?? []), message]);
    }
    const chain = [];
    let broken = Infinity;
    for (;;) {
      const sequence = chain.length + 1;
      const previous = chain.at(-1)?.content ?? null;
      const counts = ({ content, id }) =>
        sequence < first || (witnessed.has(content) && !chain.some((one) => one.id === id));
      const ready = (bySequence.get(sequence) ?? []).filter((m) => m.previous === previous);
      const next = ready.find(counts); // the lower digest, if members saw different twins
      if (!next) {
        this.refuse(chain.splice(broken));
        return chain;
      }
      if (!this.keeps(next, chain.at(-1))) broken = Math.min(broken, chain.length);
      chain.push(next);
    }
  }

  /** Contents of a party's messages in the past of another member's message. */
  witnessed(party) {
    const others = this.messages.filter(({ author }) => author !== party);
    const waiting = others.map(({ seen }) => seen.get(party)?.content);
    const found = new Set();
    while (waiting.length > 0) {
      const message = this.byContent.get(waiting.pop());
      if (message?.author !== party || found.has(message.content)) continue;
      found.add(message.content);
      waiting.push(message.previous);
    }
    return found;
  }

  /** Note each pair under one sequence or id; return the sequences spoilt by it (section 8.6). */
  findDoubles(party, mine) {
    const spoilt = new Set();
    const first = new Map();
    for (const message of mine) {
      const names = [message.sequence, message.id];
      for (const twin of new Set(names.map((name) => first.get(name)).filter(Boolean))) {
        this.doubles.push({ party, one: twin, other: message });
        for (const one of [twin, message]) {
          spoilt.add(one.sequence);
          this.standing.set(one.content, "held:double-speak");
        }
      }
      for (const name of names) if (!first.has(name)) first.set(name, message);
    }
    return spoilt;
  }

  refuse(messages) {
    for (const { content } of messages) this.standing.set(content, "refused:illegal-move");
  }

  /** Tell whether a message keeps what its conversation and its author's chain have fixed. */
  keeps(message, before) {
    const first = this.first;
    const here = message === first || message.conversation === first.content;
    const same = message.members.join() === first.members.join();
    if (!here || !same || message.instrument !== first.instrument) return false;
    return [...(before?.seen ?? [])].every(
      ([party, mark]) => (message.seen.get(party)?.sequence ?? 0) >= mark.sequence,
    );
  }

  /** Past of a message, or null while part of it is missing (section 8.1). */
  past(message) {
    const seat = this.members.indexOf(message.author);
    const tops = message.sequence > 1 ? [this.chains[seat][message.sequence - 2]] : [];
    for (const [party, mark] of message.seen) {
      const chain = this.chains[this.members.indexOf(party)];
      const top = chain[mark.sequence - 1];
      if (top?.content === mark.content) {
        tops.push(top);
        continue;
      }
      if (!this.isBeside(party, mark)) return null;
      this.strays.add(message.content);
      tops.push(...chain.slice(0, this.cuts.get(party)).slice(-1));
    }
    if (tops.some(({ content }) => this.strays.has(content))) this.strays.add(message.content);
    const counts = this.members.map(() => 0);
    for (const top of tops) {
      const past = this.pasts.get(top.content);
      if (past === undefined) return null;
      past.forEach((count, i) => (counts[i] = Math.max(counts[i], count)));
      const own = this.members.indexOf(top.author);
      counts[own] = Math.max(counts[own], top.sequence);
    }
    return counts[seat] === message.sequence - 1 ? counts : null;
  }

  /** Tell whether a mark names a twin that does not count, or what its author said on it. */
  isBeside(party, mark) {
    const first = this.cuts.get(party) ?? 0;
    let message = this.byContent.get(mark.content);
    while (message?.author === party && first > 0) {
      if (this.standing.get(message.content) === "refused:illegal-move") return false;
      if (message.sequence <= first) return true;
      message = this.byContent.get(message.previous);
    }
    return false;
  }

  /** State of a message's own past, as its author saw it. */
  before(message, past) {
    const { content } = message;
    if (!this.strays.has(content)) return this.stateOf(past);
    if (!this.judged.has(content)) {
      const own = new Merge(this.allBefore(message), this.refused, this.judged).settled();
      this.judged.set(content, own.state);
    }
    return this.judged.get(content);
  }

  /** Note the row of a message in the edition in force in its past; false if that is not known. */
  findRow({ content, type }, { edition: name }) {
    const edition = editionOf(name);
    if (edition === undefined) this.lacking.add(name);
    else {
      this.rows.set(content, rowIn(edition, type) ?? UNKNOWN);
      this.editions.set(content, name);
    }
    return edition !== undefined;
  }

  allBefore(message) {
    const found = new Map();
    const waiting = [message];
    while (waiting.length > 0) {
      const { previous, seen } = waiting.pop();
      for (const content of [previous, ...[...seen.values()].map((mark) => mark.content)]) {
        const before = this.byContent.get(content);
        if (before === undefined || found.has(content)) continue;
        found.set(content, before);
        waiting.push(before);
      }
    }
    return [...found.values()];
  }

  /** Give each message its past; cut chains at what is missing, or illegal in its past (8.2). */
  settle() {
    const done = this.members.map(() => 0);
    for (let moving = true; moving; ) {
      moving = false;
      this.chains.forEach((chain, seat) => {
        while (done[seat] < chain.length) {
          const message = chain[done[seat]];
          const past = this.past(message);
          if (past === null) return;
          const before = this.before(message, past);
          if (!this.findRow(message, before)) return;
          if (this.step(before, message) === null) {
            this.refuse(chain.splice(done[seat]));
            return;
          }
          this.pasts.set(message.content, past);
          this.line.add(seat, message, past);
          done[seat]++;
          moving = true;
        }
      });
    }
    this.chains.forEach((chain, seat) => chain.splice(done[seat]));
  }

  stateOf(limit) {
    const name = limit.join();
    const state = this.states.get(name) ?? this.goOn(limit) ?? this.ofLine(limit);
    this.states.set(name, state);
    if (this.states.size > MEMO) this.states.delete(this.states.keys().next().value);
    return state;
  }

  ofLine(limit) {
    return this.line.stateAt(limit, this.fresh, (state, message) => this.step(state, message));
  }

  /** State of a set one message of which has seen all others, so is merged last; else null. */
  goOn(limit) {
    const size = (counts) => counts.reduce((sum, count) => sum + count, 0);
    for (const [seat, count] of limit.entries()) {
      const last = count ? this.chains[seat][count - 1] : null;
      const past = last && this.pasts.get(last.content);
      if (!past || size(past) + 1 !== size(limit)) continue;
      const before = this.states.get(past.join());
      if (before !== undefined) return this.step(before, last) ?? before;
    }
    return null;
  }

  /** Merge the set that counts name (section 8.3). */
  merge(limit) {
    const at = limit.map(() => 0);
    const order = [];
    const overtaken = new Set();
    let state = this.fresh;
    for (;;) {
      const ready = this.chains
        .map((chain, seat) => (at[seat] < limit[seat] ? { seat, message: chain[at[seat]] } : null))
        .filter((one) => one && this.pasts.get(one.message.content).every((n, i) => n <= at[i]));
      if (ready.length === 0) return { state, order, overtaken };
      ready.sort((a, b) => this.precedence(a.message, b.message));
      const { seat, message } = ready[0];
      const next = this.step(state, message);
      if (next === null) overtaken.add(message.content);
      else state = next;
      order.push(message.content);
      at[seat]++;
    }
  }

  /** Lower rank first; then the requested party; then the lower name. */
  precedence(a, b) {
    const rank = ({ content }) =>
      (this.refused.get(content) === UNKNOWN_TYPE ? UNKNOWN : this.rows.get(content)).rank;
    const roles = Number(this.role(a) === "R") - Number(this.role(b) === "R");
    return rank(a) - rank(b) || roles || (a.author < b.author ? -1 : 1);
  }

  /** All that can be merged, merged. */
  settled() {
    this.settle();
    return this.merge(this.chains.map((chain) => chain.length));
  }

  result() {
    const { state, order, overtaken } = this.settled();
    for (const content of order) {
      const standing = overtaken.has(content) ? "overtaken" : "applied";
      const outside = this.rows.get(content) === UNKNOWN;
      const refused = outside ? UNKNOWN_TYPE : this.refused.get(content);
      this.standing.set(content, refused ?? standing);
    }
    const heads = new Map(
      this.chains.filter((chain) => chain.length).map((chain) => [chain[0].author, chain.at(-1)]),
    );
    const { doubles, editions, lacking, standing } = this;
    const outside = new Set([...this.rows.keys()].filter((c) => this.rows.get(c) === UNKNOWN));
    const told = { main: state.main, tracks: state.tracks };
    return { state: told, order, standing, heads, doubles, editions, lacking, outside };
  }
}
