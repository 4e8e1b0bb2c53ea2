// Runs the project's vectors against the page's own modules: each gives `ok` or an error's code.

import { b64, equal, hex, unb64, unhex, unpadded, utf8 } from "../../../src/comity/verifier/js/bytes.js";
import { checkApprovals, lateAllowed, readCountersignature } from "../../../src/comity/verifier/js/approvals.js";
import { verifyChain } from "../../../src/comity/verifier/js/custody.js";
import { Directory } from "../../../src/comity/verifier/js/directory.js";
import { editionOf, learn } from "../../../src/comity/verifier/js/editions.js";
import { demand, Fault, within } from "../../../src/comity/verifier/js/faults.js";
import { decode, encode, decodeLoose } from "../../../src/comity/verifier/js/json.js";
import { jwsOfValue, parseJws, verifyJws } from "../../../src/comity/verifier/js/jws.js";
import { parseKey } from "../../../src/comity/verifier/js/keys.js";
import { parseOpening, parseOrigin, parseProof, parseSuccessor, verifyOpening, verifyProof } from "../../../src/comity/verifier/js/log.js";
import { verifyConsistency, verifyInclusion } from "../../../src/comity/verifier/js/merkle.js";
import { parseMessage, parsePayload, parseSection } from "../../../src/comity/verifier/js/message.js";
import { replay } from "../../../src/comity/verifier/js/conversation.js";
import { openCheckpoint, openNote, parseVerifierKey } from "../../../src/comity/verifier/js/note.js";
import { parseOffer } from "../../../src/comity/verifier/js/offer.js";
import { parseEntry, parseEntryPayload, parseStatePayload, parseStateRecord } from "../../../src/comity/verifier/js/records.js";
import { checkReceipt, linked } from "../../../src/comity/verifier/js/receipt.js";
import { checkBody } from "../../../src/comity/verifier/js/schema.js";
import { isPrivate } from "../../../src/comity/verifier/js/step_messages.js";
import { parseTrust } from "../../../src/comity/verifier/js/trust.js";
import { parseRoots, verifyStamp } from "../../../src/comity/verifier/js/timestamp.js";
import { digest, parseTime, timeText } from "../../../src/comity/verifier/js/values.js";

/** Bytes of a JSON value as it came from JSON.parse: all vectors are protocol values. */
const canonical = (value) => encode(decodeLoose(utf8(JSON.stringify(value)), 1 << 26));
const value = (given) => decode(canonical(given), 1 << 26);
const raw = (given) => (typeof given === "string" ? utf8(given) : unpadded(given.base64));

/** A registry of the public test keys (vectors/keys.json). */
function registry(book, mode, { at = 0, invalidFrom = {}, policy = null } = {}) {
  const rows = new Map();
  for (const { kid, mode: of, party, private_jwk: jwk, use } of book.keys) {
    const { d: _, ...open } = jwk;
    if (of === mode) rows.set(`${party} ${kid}`, { use, key: parseKey(value(open)) });
  }
  return {
    mode,
    key(party, kid, use) {
      const row = rows.get(`${party} ${kid}`);
      demand(row !== undefined, "key-unknown", "no such key");
      demand(row.use === use, "key-use", "another use");
      const until = invalidFrom[kid];
      demand(until === undefined || at < parseTime(until), "key-revoked", "revoked");
      return row.key;
    },
    policy: () => policy,
    logKeys: (party, origin) =>
      book.logs
        .filter((log) => log.party === party && log.origin === origin)
        .map((log) => parseVerifierKey(log.verifier)),
  };
}

function record(bytes, mode) {
  const { typ } = parseJws(bytes, 512 * 1024);
  const thing = typ.split(".")[1];
  demand(thing === "state" || thing === "entry", "typ-mismatch", "neither record nor entry");
  return thing === "state" ? parseStateRecord(bytes, mode) : parseEntry(bytes, mode);
}

function held(trust, records, now) {
  const { mode, pins } = parseTrust(canonical(trust));
  const directory = new Directory(mode, pins);
  directory.take(records.map((text) => record(utf8(text), mode)), now);
  return directory;
}

const OPERATIONS = {
  "decode-canonical": ({ bytes }) => void decode(unhex(bytes), 1024),
  digest: ({ domain, data, digest: due }) => (digest(domain, unhex(data)) === due ? "ok" : "differs"),
  "verify-jws": ({ thing, mode, keys, jws }) => {
    const known = new Map(
      keys.map(({ d: _, ...open }) => parseKey(value(open))).map((key) => [key.kid, key]),
    );
    verifyJws(parseJws(canonical(jws)), (kid) => known.get(kid), thing, mode);
  },
  "check-approvals": (i, book) => {
    const message = parsePayload(value(i.payload));
    const at = parseTime(i.proved_at);
    const { due } = checkApprovals(message, registry(book, i.mode, { at, policy: i.policy }), i.late_allowed);
    return { second_due_hours: due };
  },
  "read-countersignature": (i, book) => {
    const earlier = parseMessage(jwsOfValue(value(i.earlier)));
    const later = parsePayload(value(i.later));
    readCountersignature(value(i.section), earlier, later, registry(book, i.mode, { at: parseTime(i.proved_at) }));
  },
  "accept-parcel": (i, book) => acceptParcel(i, book),
  "check-receipt": (i, book) => {
    const message = parseMessage(jwsOfValue(value(i.message)));
    const receipt = checkReceipt(jwsOfValue(value(i.receipt)), message, registry(book, i.mode));
    const { known } = i;
    const tree = known && { origin: known.origin, size: BigInt(known.tree_size), root: unb64(known.root, 32) };
    return { linked: linked(receipt, tree ?? null) };
  },
  replay: ({ editions = [], payloads, judged }, book) => {
    know(editions, book);
    const messages = payloads.map((payload) => parsePayload(value(payload)));
    const found = replay(messages);
    const standing = found.standing.get(messages[judged].content);
    const counts = standing === "applied" || standing === "overtaken";
    return { verdict: counts ? "ok" : standing, found: told(found) };
  },
  accept: (i) => {
    const now = parseTime(i.now);
    const directory = held(i.trust, i.held, now);
    const offered = record(utf8(i.record), directory.mode);
    const word = directory.take([offered], now).get(offered);
    if (word instanceof Fault) throw word;
    return word === "reset-pending" ? word : "ok";
  },
  "signing-key": (i) => {
    const directory = held(i.trust, i.records, parseTime("2026-06-01T00:00:00Z"));
    directory.keyAt(i.party, i.kid, i.use, parseTime(i.proved_at));
  },
  entry: ({ payload }) => void parseEntryPayload(utf8(payload)),
  "state-record": ({ payload }) => void parseStatePayload(utf8(payload)),
  trust: ({ file }) => void parseTrust(utf8(file)),
  "open-note": (i) => void openNote(raw(i.note), i.verifier_keys.map(parseVerifierKey)),
  "open-checkpoint": (i) => void openCheckpoint(raw(i.note), i.verifier_keys.map(parseVerifierKey)),
  "parse-verifier-key": ({ text }) => void parseVerifierKey(text),
  "parse-origin": ({ text }) => void parseOrigin(text),
  "parse-successor": ({ statement }) => void parseSuccessor(raw(statement)),
  "leaf-entry": ({ opening, entry }) => verifyOpening(parseOpening(value(opening)), unhex(entry)),
  "verify-proof": (i) => {
    verifyProof(parseProof(raw(i.proof)), unpadded(i.entry), i.verifier_keys.map(parseVerifierKey));
  },
  "verify-inclusion": (i) =>
    verifyInclusion({
      leaf: unpadded(i.leaf_hash),
      index: BigInt(i.index),
      size: BigInt(i.tree_size),
      path: i.path.map((hash) => unpadded(hash)),
      root: unpadded(i.root),
    }),
  "verify-consistency": (i) =>
    verifyConsistency({
      oldSize: BigInt(i.old_size),
      newSize: BigInt(i.new_size),
      path: i.proof.map((hash) => unpadded(hash)),
      oldRoot: unpadded(i.old_root),
      newRoot: unpadded(i.new_root),
    }),
  "verify-stamp": ({ nonce, note, policy, response, roots }) => {
    const stamp = verifyStamp(unb64(response), utf8(note), parseRoots(roots));
    const asked = nonce === null || stamp.nonce === BigInt(nonce);
    demand(asked, "timestamp-nonce", "another request"); // a requester's rule, not a verifier's
    demand(policy === null || stamp.policy === policy, "timestamp-policy", "another policy");
    const { by: authority, serial } = stamp;
    const says = { at: timeText(stamp.at), authority, policy: stamp.policy };
    return { says: { ...says, serial: serial.toString() } };
  },
  custody: ({ chain, head }) => void verifyChain(value(chain), head === null ? null : value(head)),
  offer: ({ offer }) =>
    void within("offer-malformed", ["offer-malformed"], () => parseOffer(decode(utf8(offer), 1 << 16))),
};

function told({ state, order, standing, heads, doubles }) {
  return {
    doubles: doubles.map(({ party, one, other }) => [party, one.content, other.content]),
    heads: Object.fromEntries([...heads].map(([party, head]) => [party, head.content])),
    order,
    standing: Object.fromEntries(standing),
    state,
  };
}

/** Know the editions of the registry that a vector names; the page knows the current one. */
function know(names, book) {
  for (const edition of book.editions.map(value)) {
    if (names.includes(digest("edition", encode(edition)))) learn(edition);
  }
}

/** What the receiver of spec 6 does, as far as a verifier has the same rules. */
function acceptParcel(i, book) {
  know(i.editions ?? [], book);
  const at = parseTime(i.received_at);
  const keys = registry(book, i.mode, { at, invalidFrom: i.invalid_from });
  const message = parseMessage(jwsOfValue(value(i.parcel.message)));
  const sections = new Map(
    Object.entries(value(i.parcel.sections)).map(([name, one]) => [name, parseSection(one)]),
  );
  const lacks = message.opening && editionOf(message.edition) === undefined;
  demand(!lacks, "edition-unknown", "an edition of the registry that is not known");
  const ours = message.members.includes(i.us) && message.author !== i.us;
  demand(ours, "not-for-us", "between others");
  demand(message.sentAt <= at + 300, "sent-ahead", "from the future");
  verifyJws(message.jws, (kid) => keys.key(message.author, kid, "message"), "message", i.mode);
  for (const name of new Set([...message.body.keys(), ...sections.keys()])) {
    const same = sections.get(name)?.commitment === message.body.get(name);
    demand(same, "section-mismatch", name);
  }
  demand(message.known, "type-unknown", "a type this version does not know");
  const listed = message.move.sections;
  const own = (name) => isPrivate(message, name);
  const fits = [...message.body.keys()].every((name) => own(name) || Object.hasOwn(listed, name));
  const whole = Object.keys(listed).every((name) => !listed[name] || message.body.has(name));
  demand(fits && whole, "body-malformed", "other sections");
  for (const [name, section] of sections) if (!own(name)) checkBody(name, section.value);
  checkApprovals(message, keys, lateAllowed(sections.get("request")?.value));
}

/** Verdict of one vector, with what else it states. */
export function run(operation, input, book) {
  try {
    const found = OPERATIONS[operation](input, book);
    if (typeof found === "string") return { verdict: found };
    return { verdict: "ok", ...found };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { verdict: fault.code };
  }
}

export function operations() {
  return Object.keys(OPERATIONS);
}

globalThis.comity = { run, operations, b64, hex, equal };
