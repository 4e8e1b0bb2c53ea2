// A message: the payload that is signed, and what its members may say (spec section 6).

import { unb64 } from "./bytes.js";
import { editionOf, rowIn, rowOf, UNKNOWN } from "./editions.js";
import { demand, within } from "./faults.js";
import { decode, encode, isObject, members } from "./json.js";
import { recordOf } from "./jws.js";
import { parseOrigin } from "./log.js";
import {
  digest, orNull, parseDigest, parseId, parseParty, parseTime, PROTOCOL,
} from "./values.js";

const MAX_PAYLOAD_BYTES = 256 * 1024;
const MAX_SEQUENCE = 1000;
const MAX_HEARD = 1000; // receipts of one member
const TYPE = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/;
const KINDS = {
  about: "string|null",
  approvals: "array",
  body: "object",
  conversation: "string|null",
  edition: "string|null",
  from: "string",
  heard: "object",
  id: "string",
  instrument: "string|null",
  members: "array",
  previous: "string|null",
  protocol: "string",
  seen: "object",
  sent_at: "string",
  sequence: "number",
  type: "string",
};

/** Message of a JWS, shape only: its members, with digests `content` and `record`. */
export function parseMessage(jws) {
  const value = decode(jws.payload, MAX_PAYLOAD_BYTES);
  const single = jws.signatures.length === 1;
  demand(single, "message-malformed", "a message has exactly one signature");
  return { ...parsePayload(value), jws, record: recordOf(jws) };
}

/** Message of a payload's value alone. */
export function parsePayload(value) {
  const other = isObject(value) && value.protocol !== PROTOCOL;
  demand(!other, "protocol-unknown", "another protocol than comity/1");
  const fields = members(value, KINDS);
  const edition = orNull(parseDigest, fields.edition);
  const move = rowFor(fields);
  const full = fields.sequence > MAX_SEQUENCE;
  demand(!full, "conversation-full", "at most 1,000 messages of one author");
  demand(fields.approvals.length <= 8, "message-malformed", "at most 8 approvals");
  const content = digest("content", encode(value));
  const message = {
    fields,
    known: move !== undefined,
    move: move ?? UNKNOWN,
    edition,
    content,
    id: parseId(fields.id),
    opening: orNull(parseDigest, fields.conversation) === null,
    conversation: fields.conversation ?? content,
    author: parseParty(fields.from),
    members: fields.members.slice(0, 17).map(parseParty),
    instrument: orNull(parseDigest, fields.instrument),
    sequence: fields.sequence,
    previous: orNull(parseDigest, fields.previous),
    seen: parseSeen(fields.seen),
    heard: parseHeard(fields.heard),
    sentAt: parseTime(fields.sent_at),
    type: fields.type,
    about: orNull(parseDigest, fields.about),
    body: parseBody(fields.body),
    approvals: fields.approvals,
  };
  checkShape(message);
  return message;
}

/**
 * Row of a message's type as far as it is known: of an opening, in the edition that it pins. What
 * any other message carries is the same in every edition that has its type.
 */
function rowFor({ conversation, edition, type }) {
  const named = type.length <= 40 && TYPE.test(type);
  demand(named, "type-unknown", "no name of a type");
  if (conversation !== null) return rowOf(type);
  demand(edition !== null, "message-malformed", "an opening pins an edition of the registry");
  const pinned = editionOf(edition);
  const found = pinned && rowIn(pinned, type);
  const inside = pinned === undefined || found !== undefined;
  demand(inside, "type-unknown", "a type outside the edition opens no conversation");
  return found;
}

function parseSeen(value) {
  return new Map(
    Object.entries(value).map(([party, mark]) => [parseParty(party), parseMark(mark)]),
  );
}

/** A place in a chain, as `seen` and the heads of a bundle name it: {content, sequence}. */
export function parseMark(value) {
  const mark = members(value, { content: "string", sequence: "number" });
  parseDigest(mark.content);
  demand(mark.sequence >= 1, "message-malformed", "a chain counts from 1");
  return mark;
}

/** What an author holds of other members' own word: party -> {tree, receipts}. */
function parseHeard(value) {
  const one = ([party, said]) => [parseParty(party), parseHeardOf(said)];
  return new Map(Object.entries(value).map(one));
}

function parseHeardOf(value) {
  const { checkpoint, receipts } = members(value, {
    checkpoint: "object|null",
    receipts: "array",
  });
  receipts.slice(0, MAX_HEARD + 1).forEach(parseDigest);
  const sorted = receipts.every((record, i) => i === 0 || receipts[i - 1] < record);
  const listed = receipts.length <= MAX_HEARD && sorted;
  demand(listed, "message-malformed", "heard receipts are too many, not sorted, or doubled");
  const any = checkpoint !== null || receipts.length > 0;
  demand(any, "message-malformed", "heard names a member of whom nothing was heard");
  return { tree: orNull(parseHeardTree, checkpoint), receipts };
}

function parseHeardTree(value) {
  const { origin, root, size } = members(value, {
    origin: "string",
    root: "string",
    size: "number",
  });
  demand(size >= 1, "message-malformed", "nothing is heard of an empty tree");
  within("message-malformed", [], () => parseOrigin(origin));
  return { origin, size: BigInt(size), root: unb64(root, 32) };
}

function parseBody(value) {
  const found = Object.entries(value);
  demand(found.length <= 16, "section-mismatch", "at most 16 sections");
  return new Map(found.map(([name, commitment]) => [name, parseDigest(commitment)]));
}

function checkShape(m) {
  const judged = m.opening && m.known; // whoever goes on is judged in its past
  const [least, most] = judged ? m.move.members : UNKNOWN.members;
  const names = (m.edition !== null) === (m.move.edition === "raises");
  const sorted = m.members.every((party, i) => i === 0 || m.members[i - 1] < party);
  const strangers = [...m.seen.keys()].filter((party) => !m.members.includes(party));
  const rules = [
    [sorted, "members are not sorted, or doubled"],
    [m.members.length >= least && m.members.length <= most, "too few or too many members"],
    [m.members.includes(m.author), "the author is no member"],
    [strangers.length === 0, "seen names a stranger"],
    [!m.seen.has(m.author), "seen names its author"],
    [[...m.heard.keys()].every((party) => m.members.includes(party)), "heard names a stranger"],
    [!m.heard.has(m.author), "heard names its author"],
    [m.sequence >= 1, "sequence begins at 1"],
    [(m.sequence === 1) === (m.previous === null), "previous does not fit sequence"],
    [!judged || m.move.main.includes("new"), "the type opens no conversation"],
    [m.opening || names, "an opening and a proposal name an edition, and nothing else does"],
    [!m.opening || m.sequence === 1, "an opening is its author's first message"],
    [!m.opening || m.seen.size === 0, "an opening has seen nothing"],
    [m.opening || m.sequence > 1 || m.seen.size > 0, "an answer has seen the opening"],
  ];
  for (const [holds, rule] of rules) demand(holds, "message-malformed", rule);
}

/** Section of an untrusted value: {salt, value, commitment}. */
export function parseSection(value) {
  const exact = isObject(value) && Object.keys(value).sort().join() === "salt,value";
  demand(exact, "section-mismatch", "a section holds exactly salt and value");
  const salt = unb64(value.salt, 32);
  return { value: value.value, commitment: digest("section", salt, encode(value.value)) };
}

