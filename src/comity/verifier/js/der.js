// DER (ITU-T X.690) as far as signatures, certificates and time stamps need it: strict, bounded.

import { fromAscii, hex, toBigInt } from "./bytes.js";
import { demand } from "./faults.js";

const CODE = "der-malformed";
const RSASSA_PSS = "1.2.840.113549.1.1.10";
const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d*[1-9])?Z$/;

/** One element at the beginning of bytes: {tag, body, whole}; only minimal, definite lengths. */
function readElement(bytes, at = 0) {
  demand(at + 2 <= bytes.length, CODE, "an element is cut short");
  const tag = bytes[at];
  demand((tag & 31) !== 31, CODE, "a tag of several bytes");
  const [length, start] = readLength(bytes, at + 1);
  const end = start + length;
  demand(end <= bytes.length, CODE, "an element is cut short");
  return { tag, body: bytes.subarray(start, end), whole: bytes.subarray(at, end) };
}

function readLength(bytes, at) {
  const first = bytes[at];
  if (first < 128) return [first, at + 1];
  const count = first & 127;
  const digits = bytes.subarray(at + 1, at + 1 + count);
  const sane = count >= 1 && count <= 4 && digits.length === count && digits[0] !== 0;
  const length = sane ? Number(toBigInt(digits)) : 0;
  demand(sane && length >= 128, CODE, "a length is not in its only spelling");
  return [length, at + 1 + count];
}

/** The one element that bytes are, with nothing after it. */
export function readWhole(bytes) {
  const element = readElement(bytes);
  demand(element.whole.length === bytes.length, CODE, "bytes after the end");
  return element;
}

export const SEQUENCE = 0x30;
export const SET = 0x31;
export const FIRST = 0xa0; // [0], constructed

/** Elements inside one of a tag, at least so many. */
export function children(element, least = 0, tag = SEQUENCE) {
  demand(element?.tag === tag, CODE, "not what may stand here");
  const found = [];
  for (let at = 0; at < element.body.length; ) {
    const child = readElement(element.body, at);
    found.push(child);
    at += child.whole.length;
  }
  demand(found.length >= least, CODE, "too few elements");
  return found;
}

/** Number of an INTEGER in its only spelling. */
export function integer(element) {
  demand(element !== undefined, CODE, "not an integer");
  const { tag, body } = element;
  const idle = (body[0] === 0 && body[1] < 128) || (body[0] === 255 && body[1] > 127);
  const minimal = body.length === 1 || (body.length > 1 && !idle);
  demand(tag === 0x02 && minimal, CODE, "not an integer");
  const value = toBigInt(body);
  return body[0] < 128 ? value : value - (1n << BigInt(8 * body.length));
}

/** Dotted text of an OBJECT IDENTIFIER. */
export function oid(element) {
  demand(element?.tag === 0x06 && element.body.length > 0, CODE, "not an object identifier");
  const parts = [];
  let value = 0;
  for (const byte of element.body) {
    demand(value > 0 || byte !== 0x80, CODE, "an object identifier is not in its only spelling");
    value = value * 128 + (byte & 127);
    demand(value <= Number.MAX_SAFE_INTEGER, CODE, "an object identifier too large");
    if (byte < 128) {
      parts.push(value);
      value = 0;
    }
  }
  demand(element.body.at(-1) < 128, CODE, "an object identifier cut short");
  const top = Math.min(2, Math.floor(parts[0] / 40));
  return [top, parts[0] - 40 * top, ...parts.slice(1)].join(".");
}

/** Name of an AlgorithmIdentifier; only RSASSA-PSS, which is not checked here, has parameters. */
export function algorithm(element) {
  const [first, ...parameters] = children(element, 1);
  const name = oid(first);
  const none = parameters.every((one) => one.tag === 0x05 && one.body.length === 0);
  const fits = name === RSASSA_PSS || (none && parameters.length <= 1);
  demand(fits, CODE, "an algorithm with parameters");
  return name;
}

/** The two numbers of an ECDSA signature (RFC 3279 section 2.2.3). */
export function signaturePair(bytes) {
  const parts = children(readWhole(bytes));
  demand(parts.length === 2, CODE, "not a pair");
  return parts.map(integer);
}

/** Check that the elements of a SET OF stand in their order (X.690 section 11.6). */
export function demandSorted(elements) {
  const texts = elements.map((element) => hex(element.whole));
  const sorted = texts.every((text, i) => i === 0 || texts[i - 1] <= text);
  demand(sorted, CODE, "a set out of order");
  return elements;
}

/** Seconds since 1970 of a UTCTime or GeneralizedTime (RFC 5280 section 4.1.2.5; RFC 3161). */
export function time(element) {
  const text = element === undefined ? "" : (fromAscii(element.body) ?? "");
  const short = element?.tag === 0x17;
  demand(short || element?.tag === 0x18, CODE, "not a time");
  const match = (short ? UTC_TIME : GENERALIZED_TIME).exec(text);
  demand(match !== null, CODE, "not a time in its only spelling");
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const whole = short ? year + (year < 50 ? 2000 : 1900) : year;
  const seconds = Date.UTC(whole, month - 1, day, hour, minute, second) / 1000;
  const again = new Date(seconds * 1000).toISOString().replace(/[-:T]/g, "").slice(0, 14);
  demand(again.endsWith(text.slice(0, short ? 12 : 14)), CODE, "no such moment");
  return seconds;
}
