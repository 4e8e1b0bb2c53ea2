// JSON as the protocol allows it: read strictly, written in the one spelling of RFC 8785 (spec 3).
//
// Objects have no prototype, so that any member name is just a name.

import { equal, fromUtf8, utf8 } from "./bytes.js";
import { demand, Fault } from "./faults.js";

export const MAX_INTEGER = Number.MAX_SAFE_INTEGER;
const MAX_DEPTH = 32;
const LONE_SURROGATE = /\p{Surrogate}/u;
const NUMBER = /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const SPACE = /[ \t\n\r]*/y;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const NAMES = { true: true, false: false, null: null };

function bad(reason) {
  throw new Fault("not-canonical", reason);
}

/** Depth of nesting, counted before anything is parsed; strings are skipped. */
function tooDeep(bytes) {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (quoted) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) quoted = false;
    } else if (byte === 0x22) quoted = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > MAX_DEPTH) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}

class Reader {
  constructor(text, foreign = false) {
    this.text = text;
    this.at = 0;
    this.foreign = foreign; // any number of RFC 8259
  }

  space() {
    SPACE.lastIndex = this.at;
    SPACE.exec(this.text);
    this.at = SPACE.lastIndex;
  }

  next(letter) {
    if (this.text[this.at] !== letter) return false;
    this.at++;
    return true;
  }

  value() {
    this.space();
    const letter = this.text[this.at];
    if (letter === "{") return this.object();
    if (letter === "[") return this.array();
    if (letter === '"') return this.string();
    for (const [name, value] of Object.entries(NAMES)) {
      if (this.text.startsWith(name, this.at)) {
        this.at += name.length;
        return value;
      }
    }
    return this.number();
  }

  object() {
    const found = Object.create(null);
    this.at++;
    this.space();
    if (this.next("}")) return found;
    do {
      this.space();
      if (this.text[this.at] !== '"') bad("a member has no name");
      const name = this.string();
      demand(!(name in found), "duplicate-member", "an object names a member twice");
      this.space();
      if (!this.next(":")) bad("a member has no value");
      found[name] = this.value();
      this.space();
    } while (this.next(","));
    if (!this.next("}")) bad("an object does not end");
    return found;
  }

  array() {
    const found = [];
    this.at++;
    this.space();
    if (this.next("]")) return found;
    do {
      found.push(this.value());
      this.space();
    } while (this.next(","));
    if (!this.next("]")) bad("an array does not end");
    return found;
  }

  string() {
    let found = "";
    this.at++;
    for (;;) {
      PLAIN.lastIndex = this.at;
      found += PLAIN.exec(this.text)[0];
      this.at = PLAIN.lastIndex;
      const letter = this.text[this.at++];
      if (letter === '"') return found;
      if (letter !== "\\") bad("a string does not end, or holds a control character");
      found += this.escape();
    }
  }

  escape() {
    const letter = this.text[this.at++];
    if (letter === "u") {
      const digits = this.text.slice(this.at, this.at + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) bad("an escape is not one");
      this.at += 4;
      return String.fromCharCode(parseInt(digits, 16));
    }
    if (letter === undefined || !(letter in ESCAPES)) bad("an escape is not one");
    return ESCAPES[letter];
  }

  number() {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null) bad("no value");
    this.at = NUMBER.lastIndex;
    const value = Number(match[0]);
    if (this.foreign) return value;
    if (match[2] !== undefined || match[3] !== undefined) bad("not an integer");
    if (match[0].length > 17 || Math.abs(value) > MAX_INTEGER) bad("an integer beyond 2^53-1");
    return value || 0; // -0 is 0
  }
}

/** Value of bytes in any layout; every other rule holds (what people write: a trust file). */
export function decodeLoose(bytes, maxBytes) {
  return read(bytes, maxBytes, false);
}

/** Value that another format's program wrote: as decodeLoose, with any number. */
export function decodeForeign(bytes, maxBytes) {
  return read(bytes, maxBytes, true);
}

function read(bytes, maxBytes, foreign) {
  demand(bytes.length <= maxBytes, "oversize", `${bytes.length} bytes, more than ${maxBytes}`);
  demand(!tooDeep(bytes), "too-deep", `nested deeper than ${MAX_DEPTH}`);
  const text = fromUtf8(bytes);
  if (text === null) bad("not UTF-8");
  const reader = new Reader(text, foreign);
  const value = reader.value();
  reader.space();
  if (reader.at !== text.length) bad("more than one value");
  if (text.includes("\\u") && LONE_SURROGATE.test(write(value))) bad("an unpaired surrogate");
  return value;
}

/** Value whose RFC 8785 form is exactly these bytes. */
export function decode(bytes, maxBytes) {
  const value = decodeLoose(bytes, maxBytes);
  demand(equal(encode(value), bytes), "not-canonical", "not the canonical form of its value");
  return value;
}

/** RFC 8785 bytes of a value that came from `decode`, or is made of such values. */
export function encode(value) {
  return utf8(write(value));
}

function write(value) {
  if (value === null || typeof value === "boolean" || typeof value === "number") return `${value}`;
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  const names = Object.keys(value).sort(); // by UTF-16 units, RFC 8785 section 3.2.3
  return `{${names.map((name) => `${quote(name)}:${write(value[name])}`).join(",")}}`;
}

/** RFC 8785 section 3.2.2.2; JSON.stringify would hide a lone surrogate behind an escape. */
function quote(text) {
  const quoted = JSON.stringify(text);
  return LONE_SURROGATE.test(text) ? `"${text}"` : quoted;
}

/** Tell whether a value is a JSON object. */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value; // only integers are numbers here
}

/** The object, if it has exactly these members; `kinds`: name -> kinds such as "string|null". */
export function members(value, kinds) {
  demand(isObject(value), "member-malformed", "expected an object");
  for (const [name, kind] of Object.entries(kinds)) {
    demand(name in value, "member-malformed", `member ${name} is missing`);
    const fits = kind.split("|").includes(kindOf(value[name]));
    demand(fits, "member-malformed", `member ${name} is of the wrong kind`);
  }
  const known = Object.keys(value).every((name) => Object.hasOwn(kinds, name));
  demand(known, "member-malformed", "an unknown member stands here");
  return value;
}

/** An array of at most `most` items, each read by `read`. */
export function listOf(value, read, most) {
  const fits = Array.isArray(value) && value.length <= most;
  demand(fits, "member-malformed", `expected a list of at most ${most}`);
  return value.map(read);
}
