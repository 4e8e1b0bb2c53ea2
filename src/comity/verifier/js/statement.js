// What the exporter signs about a bundle: data/bundle.json (spec section 16).

import { byCodePoint } from "./bytes.js";
import { parseHead } from "./custody.js";
import { demand, within } from "./faults.js";
import { decode, members } from "./json.js";
import { parseJws } from "./jws.js";
import { parseMark } from "./message.js";
import {
  charsOf, parseDigest, parseId, parseMode, parseParty, parseTime, PROTOCOL,
} from "./values.js";

const CODE = "bundle-statement";
const KEPT = [CODE, "custody-event"];
const MAX_BYTES = 256 * 1024 * 1024;

/** Statement of untrusted bytes, shape only. */
export function parseStatement(bytes) {
  const jws = parseJws(bytes, MAX_BYTES);
  const fields = members(decode(jws.payload, MAX_BYTES), {
    conversations: "array",
    custody: "object",
    exported_at: "string",
    exporter: "string",
    files: "object",
    mode: "string",
    protocol: "string",
    state: "object",
    withheld: "array",
  });
  const ours = fields.protocol === PROTOCOL && jws.signatures.length === 1;
  demand(ours, CODE, "another protocol, or not exactly one signature");
  return { ...within(CODE, KEPT, () => read(fields)), jws };
}

function read(fields) {
  const conversations = fields.conversations.map(readConversation);
  const names = new Set(conversations.map((told) => told.conversation));
  const states = Object.keys(fields.state);
  const one = names.size === conversations.length && names.size === states.length;
  demand(one && states.every((name) => names.has(name)), CODE, "each conversation has one state");
  Object.values(fields.files).forEach(parseDigest);
  const withheld = fields.withheld.map(readWithheld);
  const paths = withheld.map((item) => item.path);
  const sorted = paths.every((path, i) => i === 0 || byCodePoint(paths[i - 1], path) < 0);
  demand(sorted, CODE, "the same thing stands there twice, or out of order");
  return {
    mode: parseMode(fields.mode),
    exporter: parseParty(fields.exporter),
    exportedAt: parseTime(fields.exported_at),
    exportedText: fields.exported_at,
    conversations,
    state: fields.state,
    custody: new Map(
      Object.entries(fields.custody).map(([exhibit, head]) => [parseId(exhibit), parseHead(head)]),
    ),
    files: new Map(Object.entries(fields.files)),
    withheld: new Map(withheld.map((item) => [item.path, item])),
  };
}

function readConversation(value) {
  const told = members(value, { conversation: "string", heads: "object", members: "array" });
  return {
    conversation: parseDigest(told.conversation),
    members: told.members.map(parseParty),
    heads: new Map(
      Object.entries(told.heads).map(([party, mark]) => [parseParty(party), parseMark(mark)]),
    ),
  };
}

function readWithheld(value) {
  const item = members(value, { decision: "string|null", path: "string", reason: "string" });
  const reasoned = item.reason !== "" && charsOf(item.reason) <= 4096;
  demand(reasoned, CODE, "what is withheld has a reason");
  const decided = (text) => text !== "" && charsOf(text) <= 1024;
  demand(item.decision === null || decided(item.decision), CODE, "a decision says something");
  return item;
}
