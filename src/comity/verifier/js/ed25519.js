// Ed25519 verification (RFC 8032 section 5.1.7), without cofactor, as most libraries do it.
//
// Rules: S is below the group order; R is compared as bytes, so it has one spelling only. A key's
// own spelling and order are for whoever takes the key in to judge (keys.js).

import { equal } from "./bytes.js";
import { sha512 } from "./sha512.js";

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);
const NEUTRAL = [0n, 1n, 1n, 0n]; // extended coordinates X, Y, Z, T (RFC 8032 section 5.1.4)
const BASE = basePoint();

function mod(a) {
  const rest = a % P;
  return rest < 0n ? rest + P : rest;
}

function power(base, exponent) {
  let result = 1n;
  let square = mod(base);
  for (let e = exponent; e; e >>= 1n) {
    if (e & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

function inverse(a) {
  return power(a, P - 2n);
}

function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = ((y1 + x1) * (y2 + x2)) % P;
  const c = (((2n * t1 * t2) % P) * D) % P;
  const d = (2n * z1 * z2) % P;
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function double([x, y, z]) {
  const a = (x * x) % P;
  const b = (y * y) % P;
  const h = a + b;
  const e = h - (x + y) * (x + y);
  const g = a - b;
  const f = 2n * z * z + g;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function basePoint() {
  const bytes = new Uint8Array(32).fill(0x66);
  bytes[0] = 0x58;
  return decompress(bytes);
}

function littleEndian(bytes) {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  return value;
}

/** Point of 32 bytes (section 5.1.3), or null if there is none. */
function decompress(bytes) {
  const y = mod(littleEndian(bytes) & (2n ** 255n - 1n));
  const odd = BigInt(bytes[31] >> 7);
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = (u * v ** 3n * power(u * v ** 7n, (P - 5n) / 8n)) % P;
  const check = mod(v * x * x);
  if (check === mod(-u)) x = (x * ROOT_OF_MINUS_1) % P;
  else if (check !== u) return null;
  if ((x & 1n) !== odd) x = mod(-x);
  return [x, y, 1n, (x * y) % P];
}

function compress([x, y, z]) {
  const unit = inverse(z);
  let value = (mod(y * unit) | ((mod(x * unit) & 1n) << 255n)) & (2n ** 256n - 1n);
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++, value >>= 8n) bytes[i] = Number(value & 255n);
  return bytes;
}

/** s * one + k * other, both walked at once from the highest bit. */
function combine(s, one, k, other) {
  const both = add(one, other);
  let sum = NEUTRAL;
  for (let bit = 255n; bit >= 0n; bit--) {
    sum = double(sum);
    const a = (s >> bit) & 1n;
    const b = (k >> bit) & 1n;
    if (a && b) sum = add(sum, both);
    else if (a) sum = add(sum, one);
    else if (b) sum = add(sum, other);
  }
  return sum;
}

/** Tell whether a 64-byte signature is a 32-byte key's over a message. */
export function verifyEd25519(key, signature, message) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const s = littleEndian(signature.subarray(32));
  const point = decompress(key);
  if (s >= L || point === null) return false;
  const r = signature.subarray(0, 32);
  const k = littleEndian(sha512(r, key, message)) % L;
  const [x, y, z, t] = point;
  return equal(compress(combine(s, BASE, k, [mod(-x), y, z, mod(-t)])), r);
}
