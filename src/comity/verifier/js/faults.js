// What does not hold: a stable code (spec section 14) and one sentence.

export class Fault extends Error {
  constructor(code, reason) {
    super(reason);
    this.code = code;
    this.reason = reason;
  }
}

/** Throw a fault unless a rule holds. */
export function demand(holds, code, reason) {
  if (!holds) throw new Fault(code, reason);
}

/** Run; turn any fault whose code is not in `kept` into one of `code`. */
export function within(code, kept, run) {
  try {
    return run();
  } catch (fault) {
    if (!(fault instanceof Fault) || kept.includes(fault.code)) throw fault;
    throw new Fault(code, `malformed within: ${fault.code}`);
  }
}
