// The protocol's small values: times, digests, names (spec sections 3 and 4).

import { hex, utf8 } from "./bytes.js";
import { demand } from "./faults.js";
import { sha256 } from "./sha256.js";

export const PROTOCOL = "comity/1";
const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const PARTY = /^[a-z]{2}\/[a-z0-9]+(-[a-z0-9]+)*$/;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Seconds since 1970 of a time text. */
export function parseTime(text) {
  const match = typeof text === "string" ? TIME.exec(text) : null;
  demand(match !== null, "time-malformed", "expected YYYY-MM-DDThh:mm:ssZ");
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const exists = year > 0 && timeText(date.getTime() / 1000) === text;
  demand(exists, "time-malformed", "no such moment");
  return date.getTime() / 1000;
}

export function timeText(seconds) {
  const text = new Date(Math.floor(seconds) * 1000).toISOString();
  return `${text.slice(0, 19)}Z`;
}

/** digest(domain, data) of spec section 4, as text. */
export function digest(domain, ...parts) {
  return `sha256:${hex(digestBytes(domain, ...parts))}`;
}

export function digestBytes(domain, ...parts) {
  return sha256(utf8(`comity/1/${domain}\0`), ...parts);
}

/** The text, if it is a digest. */
export function parseDigest(text) {
  const fits = typeof text === "string" && DIGEST.test(text);
  demand(fits, "digest-malformed", "expected sha256: and 64 lower-case hex digits");
  return text;
}

export function orNull(parse, value) {
  return value === null ? null : parse(value);
}

export function digestHex(text) {
  return text.slice(7);
}

export function parseParty(text) {
  const fits = typeof text === "string" && text.length <= 64 && PARTY.test(text);
  demand(fits, "name-malformed", "expected a party such as vn/contact-point");
  return text;
}

export function parseState(text) {
  const fits = typeof text === "string" && /^[a-z]{2}$/.test(text);
  demand(fits, "name-malformed", "expected two lower-case letters");
  return text;
}

export function stateOf(party) {
  return party.slice(0, 2);
}

export function parseMode(text) {
  demand(text === "live" || text === "exercise", "name-malformed", "expected live or exercise");
  return text;
}

export function parseId(text) {
  const fits = typeof text === "string" && ID.test(text);
  demand(fits, "name-malformed", "expected a lower-case UUIDv7");
  return text;
}

/** Number of characters, as people count them: code points. */
export function charsOf(text) {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
