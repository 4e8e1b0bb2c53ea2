// Replays conversations under node and counts how often the replay looks at a message's members.

import { replay } from "../../../src/comity/verifier/js/conversation.js";
import { decode, decodeLoose, encode } from "../../../src/comity/verifier/js/json.js";
import { parsePayload } from "../../../src/comity/verifier/js/message.js";
import { utf8 } from "../../../src/comity/verifier/js/bytes.js";

const { readFileSync } = require("node:fs");

const value = (text) => decode(encode(decodeLoose(utf8(text), 1 << 26)), 1 << 26);

function cost(payloads) {
  let looks = 0;
  const get = (message, name) => {
    looks++;
    return message[name];
  };
  const messages = payloads.map((payload) => new Proxy(parsePayload(value(payload)), { get }));
  const { standing } = replay(messages);
  return { applied: [...standing.values()].every((word) => word === "applied"), looks };
}

const given = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(given.map(cost)));
