// BLAKE3 without a key (C2SP BLAKE3, sections of which are named here) over a stream.
//
// A chunk of 1,024 bytes is hashed block by block to a chaining value of 32 bytes; a parent's one
// block is the values of its two children (sections 4.2, 4.3). The last block so far waits until a
// byte follows it or the digest is asked for, because the root's last compression has its own flag.

const BLOCK = 64;
const CHUNK_BLOCKS = 16;
const VALUE = 32;
const LEVELS = 45; // 2^53 bytes are 2^43 chunks: a value for each bit, and one more to join
const CHUNK_START = 1;
const CHUNK_END = 2;
const PARENT = 4;
const ROOT = 8;
const IV = Int32Array.of(
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
);
const [IV0, IV1, IV2, IV3] = IV;

export class Blake3 {
  constructor() {
    this.chain = new Int32Array(8); // chaining value within the chunk
    this.values = new DataView(new ArrayBuffer(LEVELS * VALUE)); // of whole subtrees, widest first
    this.depth = 0; // values held
    this.chunks = 0; // whole chunks before this one
    this.blocks = 0; // blocks of this chunk that are compressed
    this.last = new Uint8Array(BLOCK);
    this.lastView = new DataView(this.last.buffer);
    this.used = 0;
  }

  update(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = bytes.length;
    for (let at = 0; at < size; ) {
      if (this.used === BLOCK) {
        this.take(this.lastView, 0);
        this.used = 0;
      }
      if (this.used === 0) for (; size - at > BLOCK; at += BLOCK) this.take(view, at);
      const part = Math.min(BLOCK - this.used, size - at);
      this.last.set(bytes.subarray(at, at + part), this.used);
      this.used += part;
      at += part;
    }
    return this;
  }

  /** Compress a whole block that is not the message's last. */
  take(view, at) {
    const from = this.blocks === 0 ? IV : this.chain;
    const start = this.blocks === 0 ? CHUNK_START : 0;
    this.blocks++;
    const end = this.blocks === CHUNK_BLOCKS ? CHUNK_END : 0;
    compress(from, this.chain, view, at, this.chunks, BLOCK, start | end);
    if (end) this.close();
  }

  /** Put the chunk's value beside those before it, joining subtrees of one size. */
  close() {
    this.chunks++;
    this.blocks = 0;
    put(this.values, this.depth++, this.chain);
    for (let n = this.chunks; n % 2 === 0; n /= 2) {
      this.depth--;
      compress(IV, this.chain, this.values, (this.depth - 1) * VALUE, 0, BLOCK, PARENT);
      put(this.values, this.depth - 1, this.chain);
    }
  }

  digest() {
    const last = new DataView(new ArrayBuffer(BLOCK));
    new Uint8Array(last.buffer).set(this.last.subarray(0, this.used));
    const values = new DataView(this.values.buffer.slice());
    const chain = new Int32Array(8);
    const from = this.blocks === 0 ? IV : this.chain;
    const start = this.blocks === 0 ? CHUNK_START : 0;
    const flags = start | CHUNK_END | (this.depth ? 0 : ROOT);
    compress(from, chain, last, 0, this.chunks, this.used, flags);
    for (let left = this.depth - 1; left >= 0; left--) {
      put(values, left + 1, chain);
      compress(IV, chain, values, left * VALUE, 0, BLOCK, PARENT | (left ? 0 : ROOT));
    }
    put(values, 0, chain);
    return new Uint8Array(values.buffer.slice(0, VALUE));
  }
}

export function blake3(bytes) {
  return new Blake3().update(bytes).digest();
}

function put(values, place, chain) {
  for (let i = 0; i < 8; i++) values.setInt32(place * VALUE + 4 * i, chain[i], true);
}

function right16(x) {
  return (x >>> 16) | (x << 16);
}

function right12(x) {
  return (x >>> 12) | (x << 20);
}

function right8(x) {
  return (x >>> 8) | (x << 24);
}

function right7(x) {
  return (x >>> 7) | (x << 25);
}

/**
 * Set `chain` to the compression of a value with the block at a place (section 3.3).
 *
 * Each G is two lines. The rounds are written out, each with the block's words in its own order
 * (section 2.3): a loop, which must move the words, takes 1.4 times as long.
 */
function compress(from, chain, view, at, counter, size, flags) {
  let a = from[0];
  let b = from[1];
  let c = from[2];
  let d = from[3];
  let e = from[4];
  let f = from[5];
  let g = from[6];
  let h = from[7];
  let i = IV0;
  let j = IV1;
  let k = IV2;
  let l = IV3;
  let m = counter | 0;
  let n = Math.floor(counter / 2 ** 32);
  let o = size;
  let p = flags;
  const w0 = view.getInt32(at, true);
  const w1 = view.getInt32(at + 4, true);
  const w2 = view.getInt32(at + 8, true);
  const w3 = view.getInt32(at + 12, true);
  const w4 = view.getInt32(at + 16, true);
  const w5 = view.getInt32(at + 20, true);
  const w6 = view.getInt32(at + 24, true);
  const w7 = view.getInt32(at + 28, true);
  const w8 = view.getInt32(at + 32, true);
  const w9 = view.getInt32(at + 36, true);
  const w10 = view.getInt32(at + 40, true);
  const w11 = view.getInt32(at + 44, true);
  const w12 = view.getInt32(at + 48, true);
  const w13 = view.getInt32(at + 52, true);
  const w14 = view.getInt32(at + 56, true);
  const w15 = view.getInt32(at + 60, true);
  // round 1
  a = (a + e + w0) | 0; m = right16(m ^ a); i = (i + m) | 0; e = right12(e ^ i);
  a = (a + e + w1) | 0; m = right8(m ^ a); i = (i + m) | 0; e = right7(e ^ i);
  b = (b + f + w2) | 0; n = right16(n ^ b); j = (j + n) | 0; f = right12(f ^ j);
  b = (b + f + w3) | 0; n = right8(n ^ b); j = (j + n) | 0; f = right7(f ^ j);
  c = (c + g + w4) | 0; o = right16(o ^ c); k = (k + o) | 0; g = right12(g ^ k);
  c = (c + g + w5) | 0; o = right8(o ^ c); k = (k + o) | 0; g = right7(g ^ k);
  d = (d + h + w6) | 0; p = right16(p ^ d); l = (l + p) | 0; h = right12(h ^ l);
  d = (d + h + w7) | 0; p = right8(p ^ d); l = (l + p) | 0; h = right7(h ^ l);
  a = (a + f + w8) | 0; p = right16(p ^ a); k = (k + p) | 0; f = right12(f ^ k);
  a = (a + f + w9) | 0; p = right8(p ^ a); k = (k + p) | 0; f = right7(f ^ k);
  b = (b + g + w10) | 0; m = right16(m ^ b); l = (l + m) | 0; g = right12(g ^ l);
  b = (b + g + w11) | 0; m = right8(m ^ b); l = (l + m) | 0; g = right7(g ^ l);
  c = (c + h + w12) | 0; n = right16(n ^ c); i = (i + n) | 0; h = right12(h ^ i);
  c = (c + h + w13) | 0; n = right8(n ^ c); i = (i + n) | 0; h = right7(h ^ i);
  d = (d + e + w14) | 0; o = right16(o ^ d); j = (j + o) | 0; e = right12(e ^ j);
  d = (d + e + w15) | 0; o = right8(o ^ d); j = (j + o) | 0; e = right7(e ^ j);
  // round 2
  a = (a + e + w2) | 0; m = right16(m ^ a); i = (i + m) | 0; e = right12(e ^ i);
  a = (a + e + w6) | 0; m = right8(m ^ a); i = (i + m) | 0; e = right7(e ^ i);
  b = (b + f + w3) | 0; n = right16(n ^ b); j = (j + n) | 0; f = right12(f ^ j);
  b = (b + f + w10) | 0; n = right8(n ^ b); j = (j + n) | 0; f = right7(f ^ j);
  c = (c + g + w7) | 0; o = right16(o ^ c); k = (k + o) | 0; g = right12(g ^ k);
  c = (c + g + w0) | 0; o = right8(o ^ c); k = (k + o) | 0; g = right7(g ^ k);
  d = (d + h + w4) | 0; p = right16(p ^ d); l = (l + p) | 0; h = right12(h ^ l);
  d = (d + h + w13) | 0; p = right8(p ^ d); l = (l + p) | 0; h = right7(h ^ l);
  a = (a + f + w1) | 0; p = right16(p ^ a); k = (k + p) | 0; f = right12(f ^ k);
  a = (a + f + w11) | 0; p = right8(p ^ a); k = (k + p) | 0; f = right7(f ^ k);
  b = (b + g + w12) | 0; m = right16(m ^ b); l = (l + m) | 0; g = right12(g ^ l);
  b = (b + g + w5) | 0; m = right8(m ^ b); l = (l + m) | 0; g = right7(g ^ l);
  c = (c + h + w9) | 0; n = right16(n ^ c); i = (i + n) | 0; h = right12(h ^ i);
  c = (c + h + w14) | 0; n = right8(n ^ c); i = (i + n) | 0; h = right7(h ^ i);
  d = (d + e + w15) | 0; o = right16(o ^ d); j = (j + o) | 0; e = right12(e ^ j);
  d = (d + e + w8) | 0; o = right8(o ^ d); j = (j + o) | 0; e = right7(e ^ j);
  // round 3
  a = (a + e + w3) | 0; m = right16(m ^ a); i = (i + m) | 0; e = right12(e ^ i);
  a = (a + e + w4) | 0; m = right8(m ^ a); i = (i + m) | 0; e = right7(e ^ i);
  b = (b + f + w10) | 0; n = right16(n ^ b); j = (j + n) | 0; f = right12(f ^ j);
  b = (b + f + w12) | 0; n = right8(n ^ b); j = (j + n) | 0; f = right7(f ^ j);
  c = (c + g + w13) | 0; o = right16(o ^ c); k = (k + o) | 0; g = right12(g ^ k);
  c = (c + g + w2) | 0; o = right8(o ^ c); k = (k + o) | 0; g = right7(g ^ k);
  d = (d + h + w7) | 0; p = right16(p ^ d); l = (l + p) | 0; h = right12(h ^ l);
  d = (d + h + w14) | 0; p = right8(p ^ d); l = (l + p) | 0; h = right7(h ^ l);
  a = (a + f + w6) | 0; p = right16(p ^ a); k = (k + p) | 0; f = right12(f ^ k);
  a = (a + f + w5) | 0; p = right8(p ^ a); k = (k + p) | 0; f = right7(f ^ k);
  b = (b + g + w9) | 0; m = right16(m ^ b); l = (l + m) | 0; g = right12(g ^ l);
  b = (b + g + w0) | 0; m = right8(m ^ b); l = (l + m) | 0; g = right7(g ^ l);
  c = (c + h + w11) | 0; n = right16(n ^ c); i = (i + n) | 0; h = right12(h ^ i);
  c = (c + h + w15) | 0; n = right8(n ^ c); i = (i + n) | 0; h = right7(h ^ i);
  d = (d + e + w8) | 0; o = right16(o ^ d); j = (j + o) | 0; e = right12(e ^ j);
  d = (d + e + w1) | 0; o = right8(o ^ d); j = (j + o) | 0; e = right7(e ^ j);
  // round 4
  a = (a + e + w10) | 0; m = right16(m ^ a); i = (i + m) | 0; e = right12(e ^ i);
  a = (a + e + w7) | 0; m = right8(m ^ a); i = (i + m) | 0; e = right7(e ^ i);
  b = (b + f + w12) | 0; n = right16(n ^ b); j = (j + n) | 0; f = right12(f ^ j);
  b = (b + f + w9) | 0; n = right8(n ^ b); j = (j + n) | 0; f = right7(f ^ j);
  c = (c + g + w14) | 0; o = right16(o ^ c); k = (k + o) | 0; g = right12(g ^ k);
  c = (c + g + w3) | 0; o = right8(o ^ c); k = (k + o) | 0; g = right7(g ^ k);
  d = (d + h + w13) | 0; p = right16(p ^ d); l = (l + p) | 0; h = right12(h ^ l);
  d = (d + h + w15) | 0; p = right8(p ^ d); l = (l + p) | 0; h = right7(h ^ l);
  a = (a + f + w4) | 0; p = right16(p ^ a); k = (k + p) | 0; f = right12(f ^ k);
  a = (a + f + w0) | 0; p = right8(p ^ a); k = (k + p) | 0; f = right7(f ^ k);
  b = (b + g + w11) | 0; m = right16(m ^ b); l = (l + m) | 0; g = right12(g ^ l);
  b = (b + g + w2) | 0; m = right8(m ^ b); l = (l + m) | 0; g = right7(g ^ l);
  c = (c + h + w5) | 0; n = right16(n ^ c); i = (i + n) | 0; h = right12(h ^ i);
  c = (c + h + w8) | 0; n = right8(n ^ c); i = (i + n) | 0; h = right7(h ^ i);
  d = (d + e + w1) | 0; o = right16(o ^ d); j = (j + o) | 0; e = right12(e ^ j);
  d = (d + e + w6) | 0; o = right8(o ^ d); j = (j + o) | 0; e = right7(e ^ j);
  // round 5
  a = (a + e + w12) | 0; m = right16(m ^ a); i = (i + m) | 0; e = right12(e ^ i);
  a = (a + e + w13) | 0; m = right8(m ^ a); i = (i + m) | 0; e = right7(e ^ i);
  b = (b + f + w9) | 0; n = right16(n ^ b); j = (j + n) | 0; f = right12(f ^ j);
  b = (b + f + w11) | 0; n = right8(n ^ b); j = (j + n) | 0; f = right7(f ^ j);
  c = (c + g + w15) | 0; o = right16(o ^ c); k = (k + o) | 0; g = right12(g ^ k);
  c = (c + g + w10) | 0; o = right8(o ^ c); k = (k + o) | 0; g = right7(g ^ k);
  d = (d + h + w14) | 0; p = right16(p ^ d); l = (l + p) | 0; h = right12(h ^ l);
  d = (d + h + w8) | 0; p = right8(p ^ d); l = (l + p) | 0; h = right7(h ^ l);
  a = (a + f + w7) | 0; p = right16(p ^ a); k = (k + p) | 0; f = right12(f ^ k);
  a = (a + f + w2) | 0; p = right8(p ^ a); k = (k + p) | 0; f = right7(f ^ k);
  b = (b + g + w5) | 0; m = right16(m ^ b); l = (l + m) | 0; g = right12(g ^ l);
  b = (b + g + w3) | 0; m = right8(m ^ b); l = (l + m) | 0; g = right7(g ^ l);
  c = (c + h + w0) | 0; n = right16(n ^ c); i = (i + n) | 0; h = right12(h ^ i);
  c = (c + h + w1) | 0; n = right8(n ^ c); i = (i + n) | 0; h = right7(h ^ i);
  d = (d + e + w6) | 0; o = right16(o ^ d); j = (j + o) | 0; e = right12(e ^ j);
  d = (d + e + w4) | 0; o = right8(o ^ d); j = (j + o) | 0; e = right7(e ^ j);
  // round 6
  a = (a + e + w9) | 0; m = right16(m ^ a); i = (i + m) | 0; e = right12(e ^ i);
  a = (a + e + w14) | 0; m = right8(m ^ a); i = (i + m) | 0; e = right7(e ^ i);
  b = (b + f + w11) | 0; n = right16(n ^ b); j = (j + n) | 0; f = right12(f ^ j);
  b = (b + f + w5) | 0; n = right8(n ^ b); j = (j + n) | 0; f = right7(f ^ j);
  c = (c + g + w8) | 0; o = right16(o ^ c); k = (k + o) | 0; g = right12(g ^ k);
  c = (c + g + w12) | 0; o = right8(o ^ c); k = (k + o) | 0; g = right7(g ^ k);
  d = (d + h + w15) | 0; p = right16(p ^ d); l = (l + p) | 0; h = right12(h ^ l);
  d = (d + h + w1) | 0; p = right8(p ^ d); l = (l + p) | 0; h = right7(h ^ l);
  a = (a + f + w13) | 0; p = right16(p ^ a); k = (k + p) | 0; f = right12(f ^ k);
  a = (a + f + w3) | 0; p = right8(p ^ a); k = (k + p) | 0; f = right7(f ^ k);
  b = (b + g + w0) | 0; m = right16(m ^ b); l = (l + m) | 0; g = right12(g ^ l);
  b = (b + g + w10) | 0; m = right8(m ^ b); l = (l + m) | 0; g = right7(g ^ l);
  c = (c + h + w2) | 0; n = right16(n ^ c); i = (i + n) | 0; h = right12(h ^ i);
  c = (c + h + w6) | 0; n = right8(n ^ c); i = (i + n) | 0; h = right7(h ^ i);
  d = (d + e + w4) | 0; o = right16(o ^ d); j = (j + o) | 0; e = right12(e ^ j);
  d = (d + e + w7) | 0; o = right8(o ^ d); j = (j + o) | 0; e = right7(e ^ j);
  // round 7
  a = (a + e + w11) | 0; m = right16(m ^ a); i = (i + m) | 0; e = right12(e ^ i);
  a = (a + e + w15) | 0; m = right8(m ^ a); i = (i + m) | 0; e = right7(e ^ i);
  b = (b + f + w5) | 0; n = right16(n ^ b); j = (j + n) | 0; f = right12(f ^ j);
  b = (b + f + w0) | 0; n = right8(n ^ b); j = (j + n) | 0; f = right7(f ^ j);
  c = (c + g + w1) | 0; o = right16(o ^ c); k = (k + o) | 0; g = right12(g ^ k);
  c = (c + g + w9) | 0; o = right8(o ^ c); k = (k + o) | 0; g = right7(g ^ k);
  d = (d + h + w8) | 0; p = right16(p ^ d); l = (l + p) | 0; h = right12(h ^ l);
  d = (d + h + w6) | 0; p = right8(p ^ d); l = (l + p) | 0; h = right7(h ^ l);
  a = (a + f + w14) | 0; p = right16(p ^ a); k = (k + p) | 0; f = right12(f ^ k);
  a = (a + f + w10) | 0; p = right8(p ^ a); k = (k + p) | 0; f = right7(f ^ k);
  b = (b + g + w2) | 0; m = right16(m ^ b); l = (l + m) | 0; g = right12(g ^ l);
  b = (b + g + w12) | 0; m = right8(m ^ b); l = (l + m) | 0; g = right7(g ^ l);
  c = (c + h + w3) | 0; n = right16(n ^ c); i = (i + n) | 0; h = right12(h ^ i);
  c = (c + h + w4) | 0; n = right8(n ^ c); i = (i + n) | 0; h = right7(h ^ i);
  d = (d + e + w7) | 0; o = right16(o ^ d); j = (j + o) | 0; e = right12(e ^ j);
  d = (d + e + w13) | 0; o = right8(o ^ d); j = (j + o) | 0; e = right7(e ^ j);
  chain[0] = a ^ i;
  chain[1] = b ^ j;
  chain[2] = c ^ k;
  chain[3] = d ^ l;
  chain[4] = e ^ m;
  chain[5] = f ^ n;
  chain[6] = g ^ o;
  chain[7] = h ^ p;
}
