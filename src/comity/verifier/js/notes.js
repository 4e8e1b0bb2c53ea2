// What a step writes down: what does not hold, and what is claimed, by whom, and how surely.
//
// A claim is {claim, word, by, facts, statements}: `claim` with `word` names a sentence in every
// language's words; `facts` fill it, and a statement of a dispute has facts of its own.

import { Fault } from "./faults.js";

const MOST = 1000; // findings of one step; a bundle that is spoilt throughout stays readable

/** What a party says in a file, where statements do not fit together. */
export function assertion(by, path, say, facts = {}) {
  return { by, facts, path, say };
}

export class Notes {
  constructor() {
    this.findings = [];
    this.claims = [];
    this.unchecked = []; // what this page cannot check: nobody can then rely on its verdict alone
    this.claimed = true;
  }

  fail(code, path, reason) {
    const same = (one) => one.code === code && one.path === path && one.reason === reason;
    if (this.findings.length >= MOST || this.findings.some(same)) return;
    this.findings.push({ code, path, reason });
  }

  /** Write down a claim; `by` is whose word it is. */
  claim(claim, word, by, facts = {}, statements = []) {
    this.claims.push({ claim, word, by: [...new Set(by)].sort(), facts, statements });
  }

  /** Write down faults that were met before: [[path, fault]]. */
  take(faults) {
    for (const [path, { code, reason }] of faults) this.fail(code, path, reason);
  }

  /** Run; write down a fault about a file and go on. */
  guard(path, run) {
    try {
      run();
      return true;
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      this.fail(fault.code, path, fault.reason);
      return false;
    }
  }
}
