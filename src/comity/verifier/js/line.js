// The merged order of a conversation while it grows, and the state of any past in it.
//
// The merge takes, at each step, the candidate of the lowest precedence (spec section 8.3). What it
// takes of a closed part of a set is what it takes of the whole set, the rest left out. So all
// messages stand in one line: a new one comes behind its past and before the first of a higher
// precedence, and a past is the beginning of the line up to the first message that it lacks, and
// some of what follows.

const STRIDE = 16; // messages between two states that are remembered

export class Line {
  /** `compare` tells which of two concurrent messages goes first: below zero if the first does. */
  constructor(compare) {
    this.compare = compare;
    this.waiting = [];
    this.places = []; // {seat, message} in merged order
    this.states = []; // after 0, STRIDE, 2 * STRIDE ... messages
  }

  /**
   * Put a message in after all of its past was; `past` counts how many of each member are in it.
   * Most conversations never ask for its place.
   */
  add(seat, message, past) {
    this.waiting.push({ place: { seat, message }, past });
  }

  /** State of the set that counts name; `step` gives the state after a message, or null. */
  stateAt(limit, fresh, step) {
    for (const { place, past } of this.waiting.splice(0)) this.insert(place, past);
    const isIn = ({ seat, message }) => message.sequence <= limit[seat];
    let lacking = this.places.length - limit.reduce((sum, count) => sum + count, 0);
    let begin = this.places.length;
    while (lacking > 0) {
      begin--;
      if (!isIn(this.places[begin])) lacking--;
    }
    let state = this.beginning(begin, fresh, step);
    for (let at = begin; at < this.places.length; at++) {
      const place = this.places[at];
      if (isIn(place)) state = step(state, place.message) ?? state;
    }
    return state;
  }

  insert(place, past) {
    const { places } = this;
    let at = places.length;
    while (at > 0 && places[at - 1].message.sequence > past[places[at - 1].seat]) at--;
    while (at < places.length && this.compare(places[at].message, place.message) < 0) at++;
    places.splice(at, 0, place);
    this.states.splice(Math.floor(at / STRIDE) + 1);
  }

  /** State after the first messages of the line. */
  beginning(count, fresh, step) {
    if (this.states.length === 0) this.states.push(fresh);
    const known = Math.min(this.states.length - 1, Math.floor(count / STRIDE));
    let state = this.states[known];
    for (let at = known * STRIDE; at < count; at++) {
      state = step(state, this.places[at].message) ?? state;
      if (at + 1 === this.states.length * STRIDE) this.states.push(state);
    }
    return state;
  }
}
