// SHA-256 (FIPS 180-4 section 6.2) over a stream.

import { hex } from "./bytes.js";

const PRIMES = firstPrimes(64);
const K = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

function firstPrimes(count) {
  const found = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime)) found.push(n);
  return found;
}

/** First 32 bits of the fractional part of a root (section 4.2.2, 5.3.3). */
function fraction(root) {
  return Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
}

export class Sha256 {
  constructor() {
    this.state = START.slice();
    this.words = new Int32Array(64);
    this.block = new Uint8Array(64);
    this.used = 0;
    this.size = 0;
  }

  update(bytes) {
    this.size += bytes.length;
    let at = 0;
    if (this.used) {
      at = Math.min(64 - this.used, bytes.length);
      this.block.set(bytes.subarray(0, at), this.used);
      this.used += at;
      if (this.used < 64) return this;
      this.compress(this.block, 0, 64);
      this.used = 0;
    }
    const end = bytes.length - ((bytes.length - at) % 64);
    this.compress(bytes, at, end);
    this.block.set(bytes.subarray(end));
    this.used = bytes.length - end;
    return this;
  }

  digest() {
    const rest = this.used < 56 ? 64 : 128;
    const last = new Uint8Array(rest);
    last.set(this.block.subarray(0, this.used));
    last[this.used] = 0x80;
    const view = new DataView(last.buffer);
    view.setUint32(rest - 8, Math.floor(this.size / 2 ** 29));
    view.setUint32(rest - 4, (this.size * 8) % 2 ** 32);
    const state = this.state.slice();
    this.compress(last, 0, rest);
    const out = new DataView(new ArrayBuffer(32));
    this.state.forEach((word, i) => out.setInt32(4 * i, word));
    this.state = state;
    return new Uint8Array(out.buffer);
  }

  compress(bytes, start, end) {
    const w = this.words;
    const s = this.state;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = start; at < end; at += 64) {
      for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
      for (let i = 16; i < 64; i++) {
        const x = w[i - 15];
        const y = w[i - 2];
        const lower = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const upper = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        w[i] = (w[i - 16] + lower + w[i - 7] + upper) | 0;
      }
      this.rounds(w, s);
    }
  }

  rounds(w, s) {
    let a = s[0];
    let b = s[1];
    let c = s[2];
    let d = s[3];
    let e = s[4];
    let f = s[5];
    let g = s[6];
    let h = s[7];
    for (let i = 0; i < 64; i++) {
      const wide = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + wide + (g ^ (e & (f ^ g))) + K[i] + w[i]) | 0;
      const small = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (small + ((a & b) | (c & (a | b)))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    s[0] += a;
    s[1] += b;
    s[2] += c;
    s[3] += d;
    s[4] += e;
    s[5] += f;
    s[6] += g;
    s[7] += h;
  }
}

export function sha256(...parts) {
  const state = new Sha256();
  for (const part of parts) state.update(part);
  return state.digest();
}

export function sha256Hex(...parts) {
  return hex(sha256(...parts));
}
