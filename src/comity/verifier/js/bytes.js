// Byte strings: joining, comparing, hex, UTF-8, and base64 in its only canonical spelling.

import { demand } from "./faults.js";

const HEX = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, "0"));
const PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE = PLAIN.slice(0, 62) + "-_";
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function hex(bytes) {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** Bytes of lower- or upper-case hex digits, which the caller has checked. */
export function unhex(text) {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

export function utf8(text) {
  return encoder.encode(text);
}

/** Text of UTF-8 bytes, or null if they are none. */
export function fromUtf8(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** Text of ASCII bytes, or null if one is beyond it. */
export function fromAscii(bytes) {
  return bytes.every((byte) => byte < 128) ? fromUtf8(bytes) : null;
}

export function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function equal(one, other) {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

/** Order of code points, which is the order of UTF-8 bytes; JavaScript's own is of UTF-16 units. */
export function byCodePoint(one, other) {
  const a = utf8(one);
  const b = utf8(other);
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

export function toBigInt(bytes) {
  return bytes.length ? BigInt("0x" + hex(bytes)) : 0n;
}

export function fromBigInt(value, size) {
  return unhex(value.toString(16).padStart(2 * size, "0"));
}

/** Unpadded base64url (RFC 7515 section 2). */
export function b64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += URL_SAFE[word >> 18] + URL_SAFE[(word >> 12) & 63];
    if (left > 1) text += URL_SAFE[(word >> 6) & 63];
    if (left > 2) text += URL_SAFE[word & 63];
  }
  return text;
}

/** Bytes of base64 digits without padding; null for a foreign letter, or bits after the end. */
function decode(text, letters) {
  if (text.length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let word = 0;
  let bits = 0;
  let at = 0;
  for (const letter of text) {
    const value = letters.indexOf(letter);
    if (value < 0) return null;
    word = ((word << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (word >> bits) & 255;
    }
  }
  return word & ((1 << bits) - 1) ? null : bytes;
}

/** Bytes of unpadded base64url, every other spelling refused (spec section 3). */
export function unb64(text, size) {
  const bytes = typeof text === "string" ? decode(text, URL_SAFE) : null;
  demand(bytes !== null, "base64-malformed", "not canonical unpadded base64url");
  demand(size === undefined || bytes.length === size, "base64-malformed", "of another length");
  return bytes;
}

/** Bytes of padded base64 (RFC 4648 section 4) in its only spelling: C2SP notes. */
export function unpadded(text, size) {
  const bare = text.replace(/={1,2}$/, "");
  const bytes = text.length % 4 === 0 && bare.length % 4 !== 1 ? decode(bare, PLAIN) : null;
  demand(bytes !== null, "base64-text-malformed", "not canonical base64");
  demand(size === undefined || bytes.length === size, "base64-text-malformed", "another length");
  return bytes;
}
