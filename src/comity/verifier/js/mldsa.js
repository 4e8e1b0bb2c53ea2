// ML-DSA-44 verification (FIPS 204 section 6.3 and algorithm 3), with an empty context string.

import { concat, equal } from "./bytes.js";
import { shake128, shake256, take } from "./shake.js";

const Q = 8_380_417;
const N = 256;
const [K, L] = [4, 4];
const D = 13;
const TAU = 39;
const BETA = 78;
const GAMMA_1 = 2 ** 17;
const GAMMA_2 = (Q - 1) / 88;
const OMEGA = 80;
const C_BYTES = 32; // of the commitment hash
const Z_BYTES = 576; // one polynomial of 256 coefficients of 18 bits
const KEY_BYTES = 1312;
const SIGNATURE_BYTES = 2420;
const ZETAS = zetas();

function power(base, exponent) {
  let [result, square] = [1, base];
  for (let rest = exponent; rest; rest >>= 1) {
    if (rest & 1) result = (result * square) % Q;
    square = (square * square) % Q;
  }
  return result;
}

/** Powers of the root 1753, in bit-reversed order (appendix B). */
function zetas() {
  const reversed = (k) => parseInt(k.toString(2).padStart(8, "0").split("").reverse().join(""), 2);
  return Array.from({ length: N }, (_, k) => power(1753, reversed(k)));
}

/** Number-theoretic transform (algorithm 41); coefficients from 0 to Q - 1. */
function transform(polynomial) {
  const w = [...polynomial];
  let m = 0;
  for (let length = 128; length >= 1; length /= 2) {
    for (let start = 0; start < N; start += 2 * length) {
      const zeta = ZETAS[++m];
      for (let j = start; j < start + length; j++) {
        const t = (zeta * w[j + length]) % Q;
        w[j + length] = (w[j] - t + Q) % Q;
        w[j] = (w[j] + t) % Q;
      }
    }
  }
  return w;
}

/** Its inverse (algorithm 42). */
function restore(polynomial) {
  const w = [...polynomial];
  let m = N;
  for (let length = 1; length < N; length *= 2) {
    for (let start = 0; start < N; start += 2 * length) {
      const zeta = Q - ZETAS[--m];
      for (let j = start; j < start + length; j++) {
        const t = w[j];
        w[j] = (t + w[j + length]) % Q;
        w[j + length] = (zeta * ((t - w[j + length] + Q) % Q)) % Q;
      }
    }
  }
  return w.map((value) => (value * 8_347_681) % Q); // 1/256
}

/** Numbers of so many bits each, little end first. */
function unpack(bytes, bits) {
  const found = [];
  let [word, held] = [0, 0];
  for (const byte of bytes) {
    word += byte * 2 ** held;
    for (held += 8; held >= bits; held -= bits) {
      found.push(word % 2 ** bits);
      word = Math.floor(word / 2 ** bits);
    }
  }
  return found;
}

/** One polynomial of the matrix A, already transformed (algorithm 30). */
function matrixEntry(rho, row, column) {
  const bytes = shake128(concat(rho, Uint8Array.of(column, row)));
  const found = [];
  while (found.length < N) {
    const [a, b, c] = take(bytes, 3);
    const value = a + 256 * b + 65_536 * (c & 127);
    if (value < Q) found.push(value);
  }
  return found;
}

/** The challenge: 39 coefficients of 1 or -1 (algorithm 29). */
function challenge(seed) {
  const bytes = shake256(seed);
  let signs = take(bytes, 8).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const c = new Array(N).fill(0);
  for (let i = N - TAU; i < N; i++, signs >>= 1n) {
    let j = bytes.next().value;
    while (j > i) j = bytes.next().value;
    c[i] = c[j];
    c[j] = signs & 1n ? Q - 1 : 1;
  }
  return c;
}

/** Hint bits by polynomial, or null if they are not in their only spelling (algorithm 21). */
function hints(bytes) {
  const found = [];
  let index = 0;
  for (let i = 0; i < K; i++) {
    const end = bytes[OMEGA + i];
    if (end < index || end > OMEGA) return null;
    const places = [...bytes.subarray(index, end)];
    if (places.some((place, n) => n > 0 && places[n - 1] >= place)) return null;
    found.push(new Set(places));
    index = end;
  }
  return bytes.subarray(index, OMEGA).every((byte) => byte === 0) ? found : null;
}

/** High bits of a coefficient, set right by its hint (algorithms 36 and 40). */
function useHint(value, hint) {
  let low = value % (2 * GAMMA_2);
  if (low > GAMMA_2) low -= 2 * GAMMA_2;
  let high = (value - low) / (2 * GAMMA_2);
  if (value - low === Q - 1) [high, low] = [0, low - 1];
  if (!hint) return high;
  return (high + (low > 0 ? 1 : 43)) % 44;
}

function pack6(values) {
  const bytes = new Uint8Array((values.length * 6) / 8);
  values.forEach((value, i) => {
    const bit = 6 * i;
    const word = value << (bit & 7);
    bytes[bit >> 3] |= word & 255;
    if (word > 255) bytes[(bit >> 3) + 1] |= word >> 8;
  });
  return bytes;
}

/** Tell whether a signature of 2420 bytes is a key's of 1312 bytes over a message. */
export function verifyMldsa44(key, signature, message) {
  if (key.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  const seed = signature.subarray(0, C_BYTES);
  const z = Array.from({ length: L }, (_, i) => {
    const at = C_BYTES + i * Z_BYTES;
    return unpack(signature.subarray(at, at + Z_BYTES), 18).map((value) => GAMMA_1 - value);
  });
  const hint = hints(signature.subarray(C_BYTES + L * Z_BYTES));
  const small = z.flat().every((value) => Math.abs(value) < GAMMA_1 - BETA);
  if (hint === null || !small) return false;
  const trace = take(shake256(key), 64);
  const mu = take(shake256(concat(trace, Uint8Array.of(0, 0), message)), 64);
  const w1 = commitment(key, z, challenge(seed), hint);
  return equal(take(shake256(concat(mu, ...w1)), C_BYTES), seed);
}

/** What the signer must have committed to: A z - c t1 2^13, high bits, packed. */
function commitment(key, z, c, hint) {
  const rho = key.subarray(0, 32);
  const zs = z.map((one) => transform(one.map((value) => (value + Q) % Q)));
  const ct = transform(c);
  return hint.map((places, row) => {
    const at = 32 + row * 320;
    const high = unpack(key.subarray(at, at + 320), 10);
    const t1 = transform(high.map((value) => (value * 2 ** D) % Q));
    const sum = ct.map((value, i) => Q - ((value * t1[i]) % Q));
    zs.forEach((one, column) => {
      matrixEntry(rho, row, column).forEach((a, i) => (sum[i] = (sum[i] + a * one[i]) % Q));
    });
    return pack6(restore(sum).map((value, i) => useHint(value, places.has(i))));
  });
}
