// What a step writes down: what does not hold, what is only attested, what nobody knows.
//
// What is attested or unknown is {say, ...facts}: `say` names a sentence in every language's words.

import { Fault } from "./faults.js";

const MOST = 1000; // findings of one step; a bundle that is spoilt throughout stays readable

export class Notes {
  constructor() {
    this.findings = [];
    this.attested = [];
    this.unknown = [];
    this.unchecked = []; // what this page cannot check: the verdict is then at most consistent
    this.claimed = true;
  }

  fail(code, path, reason) {
    const same = (one) => one.code === code && one.path === path && one.reason === reason;
    if (this.findings.length >= MOST || this.findings.some(same)) return;
    this.findings.push({ code, path, reason });
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
