// What a State signs: its keys, and its entries for its parties; shape only (spec 12.2, 12.3).

import { hasChecksum } from "./bech32.js";
import { unpadded } from "./bytes.js";
import { demand, Fault, within } from "./faults.js";
import { decode, listOf, MAX_INTEGER, members } from "./json.js";
import { expectTyp, parseJws, signs } from "./jws.js";
import { parseKey } from "./keys.js";
import { parseOrigin } from "./log.js";
import {
  charsOf, digest, orNull, parseDigest, parseMode, parseParty, parseState, parseTime, PROTOCOL,
  stateOf,
} from "./values.js";

const MAX_STATE_BYTES = 64 * 1024;
const MAX_STATE_KEYS = 8;
const MAX_ENTRY_BYTES = 512 * 1024;
const MANY = 256;
const USES = new Set([
  "message", "receipt", "log", "transport", "export", "sealing", "officer-ca", "credential",
]);
const STATUSES = new Set(["active", "retired", "revoked"]);
const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;
const SLUG = /^[a-z0-9]+([.-][a-z0-9]+)*$/;
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
const HOST = "(\\[[0-9a-fA-F:.]+\\]|[^\\s/?#@:[\\]]+)";
const URL_PARTS = new RegExp(`^(https?)://${HOST}(?::([0-9]{0,5}))?(?:/[^?#]*)?$`, "i");
const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;

function malformed(holds, reason) {
  demand(holds, "entry-malformed", reason);
}

function number(value, least, most = 1_000_000) {
  const fits = typeof value === "number" && value >= least && value <= most;
  demand(fits, "member-malformed", `expected an integer from ${least} to ${most}`);
  return value;
}

function short(pattern, value) {
  const fits = typeof value === "string" && value.length <= 64 && pattern.test(value);
  demand(fits, "member-malformed", "not a name of this form");
  return value;
}

function line(value, most = 4096) {
  const text = typeof value === "string" && value !== "" && charsOf(value) <= most;
  demand(text && !UNPRINTABLE.test(value), "member-malformed", "expected a printable line");
  return value;
}

const slug = (value) => short(SLUG, value);
const language = (value) => short(LANGUAGE, value);

/** Keys of which a threshold decides: {keys: kid -> key, threshold}. */
export function parseKeySet(values, threshold) {
  const fits = values.length >= 1 && values.length <= MAX_STATE_KEYS;
  demand(fits, "state-malformed", "one to 8 keys are allowed");
  const keys = new Map(values.map(parseKey).map((key) => [key.kid, key]));
  number(threshold, 1, MAX_STATE_KEYS);
  demand(keys.size === values.length, "state-malformed", "a key stands twice");
  demand(threshold <= keys.size, "state-malformed", "a threshold that nobody can reach");
  return { keys, threshold };
}

export function sameKeySet(one, other) {
  const kids = [...one.keys.keys()];
  const alike = kids.length === other.keys.size && kids.every((kid) => other.keys.has(kid));
  return alike && one.threshold === other.threshold;
}

/** Number of keys of a set that signed well; foreign and broken signatures do not count. */
function goodSigners(jws, { keys }) {
  return jws.signatures.filter((one) => keys.has(one.kid) && signs(keys.get(one.kid), one)).length;
}

export function signedBy(jws, keySet) {
  return goodSigners(jws, keySet) >= keySet.threshold;
}

/** State record of untrusted JWS bytes. */
export function parseStateRecord(bytes, mode) {
  const jws = parseJws(bytes, MAX_STATE_BYTES);
  expectTyp(jws, "state", mode);
  const record = parseStatePayload(jws.payload);
  demand(record.mode === mode, "mode-mismatch", "a record of the other mode");
  return { ...record, jws };
}

export function parseStatePayload(payload) {
  const fields = members(decode(payload, MAX_STATE_BYTES), {
    issued_at: "string",
    keys: "array",
    mode: "string",
    previous: "string|null",
    protocol: "string",
    state: "string",
    threshold: "number",
    version: "number",
  });
  const ours = fields.protocol === PROTOCOL;
  demand(ours, "state-malformed", "a State record of another protocol");
  const record = {
    thing: "state",
    mode: parseMode(fields.mode),
    subject: parseState(fields.state),
    version: number(fields.version, 1),
    issuedAt: parseTime(fields.issued_at),
    keySet: parseKeySet(fields.keys, fields.threshold),
    previous: orNull(parseDigest, fields.previous),
    content: digest("content", payload),
  };
  const first = (record.version === 1) === (record.previous === null);
  demand(first, "state-malformed", "version 1, and only it, has no previous version");
  return record;
}

/** Entry of untrusted JWS bytes. */
export function parseEntry(bytes, mode) {
  const jws = parseJws(bytes, MAX_ENTRY_BYTES);
  expectTyp(jws, "entry", mode);
  const entry = parseEntryPayload(jws.payload);
  demand(entry.mode === mode, "mode-mismatch", "an entry of the other mode");
  return { ...entry, jws };
}

export function parseEntryPayload(payload) {
  const fields = members(decode(payload, MAX_ENTRY_BYTES), {
    approval_policy: "object",
    conditions: "array",
    duty_phone: "string|null",
    editions: "array",
    endpoint: "object",
    expires_at: "string",
    functions: "array",
    instruments: "array",
    issued_at: "string",
    keys: "array",
    languages: "array",
    log: "object",
    mode: "string",
    party: "string",
    previous: "string|null",
    protocol: "string",
    state_version: "number",
    version: "number",
  });
  malformed(fields.protocol === PROTOCOL, "an entry of another protocol");
  const log = members(fields.log, { epoch: "number", origins: "array" });
  const entry = {
    thing: "entry",
    mode: parseMode(fields.mode),
    subject: parseParty(fields.party),
    state: stateOf(fields.party),
    version: number(fields.version, 1),
    stateVersion: number(fields.state_version, 1),
    issuedAt: parseTime(fields.issued_at),
    expiresAt: parseTime(fields.expires_at),
    rows: parseRows(fields.keys),
    epoch: number(log.epoch, 1, 100_000),
    origins: listOf(log.origins, (text) => line(text), MANY),
    previous: orNull(parseDigest, fields.previous),
    policies: parsePolicies(fields.approval_policy),
    editions: fields.editions,
    content: digest("content", payload),
  };
  checkForReaders(fields);
  checkEntry(entry);
  return entry;
}

/** Check what an entry says to people and nodes; no verdict rests on it. */
function checkForReaders(fields) {
  checkEndpoint(fields.endpoint);
  orNull((text) => line(text, 64), fields.duty_phone);
  const { editions } = fields;
  editions.slice(0, MANY + 1).forEach(parseDigest);
  const sorted = editions.every((one, i) => i === 0 || editions[i - 1] < one);
  const listed = editions.length >= 1 && editions.length <= MANY && sorted;
  malformed(listed, "the editions are none, too many, not sorted, or doubled");
  listOf(fields.functions, slug, MANY);
  listOf(fields.languages, language, MANY);
  const texts = (value) => several(value).forEach(checkText);
  texts(fields.conditions);
  for (const item of several(fields.instruments)) {
    const { name, reservations, status } = members(item, {
      name: "string",
      reservations: "array",
      status: "string",
    });
    [name, status].forEach(slug);
    texts(reservations);
  }
}

function several(value) {
  malformed(value.length <= MANY, `at most ${MANY} items`);
  return value;
}

function checkText(value) {
  const fields = members(value, { lang: "string", text: "string" });
  language(fields.lang);
  line(fields.text);
}

function checkEndpoint(value) {
  const kinds = { kind: "string", tls_certificate: "string|null", url: "string|null" };
  const fields = members(value, kinds);
  const { kind, tls_certificate: certificate, url } = fields;
  malformed(["url", "outbound-only", "by-document"].includes(kind), "unknown kind of endpoint");
  malformed((kind === "url") === (url !== null), "a URL exactly for an endpoint of kind url");
  if (url !== null) checkUrl(line(url, 512));
  if (certificate === null) return;
  malformed(url !== null, "a certificate without a URL");
  let size = 0;
  try {
    size = unpadded(certificate).length;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
  }
  malformed(size >= 1 && size <= 16 * 1024, "the certificate is not base64, or too long");
}

function checkUrl(url) {
  const match = /^[\x21-\x7e]*$/.test(url) ? URL_PARTS.exec(url) : null;
  malformed(match !== null && Number(match[3] || 0) <= 65_535, "not a URL, or one with more parts");
  const host = match[2].toLowerCase();
  const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host);
  const safe = match[1].toLowerCase() === "https" || loopback;
  malformed(safe, "plain HTTP is for loopback addresses only");
}

function parsePolicies(value) {
  const found = Object.entries(value);
  malformed(found.length <= MANY, "too many approval policies");
  return new Map(found.map(([name, policy]) => [slug(name), parsePolicy(policy)]));
}

function parsePolicy(value) {
  const kinds = { approver: "number", author: "number", late_hours: "number|null" };
  const policy = members(value, kinds);
  number(policy.author, 0, 16);
  number(policy.approver, 0, 16);
  orNull((hours) => number(hours, 1, 720), policy.late_hours);
  return policy;
}

function parseRows(values) {
  malformed(values.length <= 512, "at most 512 keys");
  const rows = new Map(values.map(parseRow).map((row) => [row.kid, row]));
  malformed(rows.size === values.length, "a key stands twice, so it would have two uses");
  return rows;
}

function parseRow(value) {
  const fields = members(value, {
    alg: "string",
    invalid_from: "string|null",
    kid: "string",
    last_good_index: "number|null",
    not_after: "string",
    not_before: "string",
    public: "object|string",
    status: "string",
    use: "string",
  });
  const { alg, kid, status, use } = fields;
  malformed(USES.has(use) && STATUSES.has(status), "unknown use or status of a key");
  const row = {
    alg,
    kid,
    status,
    use,
    public: JSON.stringify(fields.public),
    from: parseTime(fields.not_before),
    until: parseTime(fields.not_after),
    invalidFrom: orNull(parseTime, fields.invalid_from),
    lastGood: orNull((index) => number(index, 0, MAX_INTEGER), fields.last_good_index),
    key: null,
  };
  malformed((use === "sealing") === (alg === "age-x25519"), "sealing keys are age recipients");
  const name = use === "sealing" ? recipient(fields.public) : signing(row, fields.public);
  malformed(name === kid, "a kid is not the name of its key");
  malformed(row.from < row.until, "a key's validity is empty");
  const revoked = (status === "revoked") === (row.invalidFrom !== null);
  malformed(revoked, "a key is revoked with invalid_from, or not at all");
  malformed(row.lastGood === null || status === "revoked", "last_good_index without revocation");
  return row;
}

function recipient(text) {
  const fits = typeof text === "string" && RECIPIENT.test(text);
  demand(fits, "member-malformed", "expected an age recipient");
  malformed(hasChecksum(text), "a sealing key is no age recipient: its checksum does not fit");
  return text;
}

function signing(row, jwk) {
  row.key = parseKey(jwk);
  malformed(row.key.alg === row.alg, "the algorithm is not the key's");
  malformed(row.use !== "log" || row.alg === "Ed25519", "a log key is Ed25519");
  return row.key.kid;
}

function checkEntry(entry) {
  malformed(entry.subject.slice(3) !== "state", "no party is called state");
  const first = (entry.version === 1) === (entry.previous === null);
  malformed(first, "version 1, and only it, has no previous version");
  malformed(entry.issuedAt < entry.expiresAt, "an entry expires after it is issued");
  checkOrigins(entry);
}

/** Each epoch has one name at most: with two, one host could hide a fork. */
function checkOrigins(entry) {
  const found = within("entry-malformed", [], () => entry.origins.map(parseOrigin));
  const own = found.every(({ mode, party }) => mode === entry.mode && party === entry.subject);
  malformed(own, "a log origin of another mode or party");
  const epochs = new Set(found.map(({ epoch }) => epoch));
  malformed(epochs.size === found.length, "two log origins of one epoch");
  const current = found.length === 0 || Math.max(...epochs) === entry.epoch;
  malformed(current, "the newest log origin is not that of the current epoch");
}
