// The state of a conversation, as one function of the set of its messages (spec section 8).
//
// A past is written as one count a member: pasts are closed, so the counts name one set.

import { UNKNOWN } from "./moves.js";

const UNKNOWN_TYPE = "refused:type-unknown"; // its author knows the type, its addressee does not
const FRESH = { main: "new", tracks: {} };

/** State a move leads to, or null if it is no legal move there (section 8.4). */
function step(state, message, role) {
  const { move, about } = message;
  if (!move.roles.includes(role) || !move.main.includes(state.main)) return null;
  const main = move.target ?? state.main;
  if (move.track === null) return { ...state, main };
  if (move.sources.length === 0) {
    return about === null ? moved(state, main, message.content, move) : null;
  }
  if (about === null) return move.about_optional ? { ...state, main } : null;
  const now = state.tracks[about] ?? "";
  const waiting = move.sources.some((source) => now === `${move.track}:${source}`);
  return waiting ? moved(state, main, about, move) : null;
}

function moved(state, main, instance, move) {
  return { main, tracks: { ...state.tracks, [instance]: `${move.track}:${move.becomes}` } };
}

/**
 * Replay messages of one conversation: {state, order, standing, heads, doubles}.
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
    this.judged = judged; // content -> whether it is legal in its own past, of those beside a twin
    this.byContent = new Map(messages.map((message) => [message.content, message]));
    this.cuts = new Map(); // party -> sequence of its first double
    this.strays = new Set(); // messages in whose past a twin stands that does not count
    this.standing = new Map(messages.map((message) => [message.content, "held"]));
    const openings = messages.filter((message) => message.opening);
    this.first = openings.length === 1 ? openings[0] : null;
    this.members = this.first?.members ?? [];
    this.doubles = [];
    this.chains = this.members.map((party) => this.chain(party));
    this.pasts = new Map();
    this.states = new Map();
  }

  role(message) {
    return message.author === this.first.author ? "R" : "Q";
  }

  /** State after a message, unchanged where it was refused, or null if it is no legal move. */
  step(state, message) {
    return this.refused.has(message.content) ? state : step(state, message, this.role(message));
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

  /** Tell whether a message is a legal move in its own past, as its author saw it. */
  isLegal(message, past) {
    const { content } = message;
    if (!this.strays.has(content)) return this.step(this.stateOf(past), message) !== null;
    if (!this.judged.has(content)) {
      const own = new Merge(this.allBefore(message), this.refused, this.judged).result();
      this.judged.set(content, this.step(own.state, message) !== null);
    }
    return this.judged.get(content);
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
          if (!this.isLegal(message, past)) {
            this.refuse(chain.splice(done[seat]));
            return;
          }
          this.pasts.set(message.content, past);
          done[seat]++;
          moving = true;
        }
      });
    }
    this.chains.forEach((chain, seat) => chain.splice(done[seat]));
  }

  stateOf(limit) {
    const name = limit.join();
    if (!this.states.has(name)) this.states.set(name, this.goOn(limit) ?? this.merge(limit).state);
    return this.states.get(name);
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
    let state = FRESH;
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
    const rank = ({ content, move }) =>
      this.refused.get(content) === UNKNOWN_TYPE ? UNKNOWN.rank : move.rank;
    const roles = Number(this.role(a) === "R") - Number(this.role(b) === "R");
    return rank(a) - rank(b) || roles || (a.author < b.author ? -1 : 1);
  }

  result() {
    this.settle();
    const { state, order, overtaken } = this.merge(this.chains.map((chain) => chain.length));
    for (const content of order) {
      const standing = overtaken.has(content) ? "overtaken" : "applied";
      this.standing.set(content, this.refused.get(content) ?? standing);
    }
    const heads = new Map(
      this.chains.filter((chain) => chain.length).map((chain) => [chain[0].author, chain.at(-1)]),
    );
    return { state, order, standing: this.standing, heads, doubles: this.doubles };
  }
}
