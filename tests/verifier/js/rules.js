// Single rules of the page, for comparison with the program's.

import { verifyChain } from "../../../src/comity/verifier/js/custody.js";
import { utf8 } from "../../../src/comity/verifier/js/bytes.js";
import { replay } from "../../../src/comity/verifier/js/conversation.js";
import { Fault } from "../../../src/comity/verifier/js/faults.js";
import { decodeLoose } from "../../../src/comity/verifier/js/json.js";
import { parsePayload } from "../../../src/comity/verifier/js/message.js";
import { checkBody } from "../../../src/comity/verifier/js/schema.js";

const value = (text) => decodeLoose(utf8(text), 1 << 26);

function code(run) {
  try {
    return run() ?? "ok";
  } catch (fault) {
    if (fault instanceof Fault) return fault.code;
    throw fault;
  }
}

globalThis.comity = {
  body: (name, text) => code(() => checkBody(name, value(text))),
  chain: (text) => code(() => `${verifyChain(value(text)).length} events`),
  decode: (text) => code(() => void value(text)),
  replay: (texts) => {
    const found = replay(texts.map((text) => parsePayload(value(text))));
    return { order: found.order, state: found.state, standing: Object.fromEntries(found.standing) };
  },
};
