// SHA-512 and SHA-384 (FIPS 180-4 sections 6.4 and 6.5) over a stream, in halves of 32 bits.

const PRIMES = firstPrimes(80);
const K = halves(PRIMES.map((prime) => fraction(prime, 3n)));
const START_512 = halves(PRIMES.slice(0, 8).map((prime) => fraction(prime, 2n)));
const START_384 = halves(PRIMES.slice(8, 16).map((prime) => fraction(prime, 2n)));

function firstPrimes(count) {
  const found = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime)) found.push(n);
  return found;
}

/** First 64 bits of the fractional part of a root of a prime (sections 4.2.3, 5.3.4, 5.3.5). */
function fraction(prime, degree) {
  const wanted = BigInt(prime) << (64n * degree);
  let low = 0n;
  for (let bit = 1n << 68n; bit; bit >>= 1n) if ((low | bit) ** degree <= wanted) low |= bit;
  return BigInt.asUintN(64, low);
}

/** High and low halves of 64-bit words, by turns. */
function halves(words) {
  return Int32Array.from(words.flatMap((w) => [Number(w >> 32n), Number(w & 0xffffffffn)]));
}

export class Sha512 {
  constructor(start = START_512, size = 64) {
    this.state = start.slice();
    this.length = size;
    this.words = new Int32Array(160);
    this.block = new Uint8Array(128);
    this.used = 0;
    this.size = 0;
  }

  update(bytes) {
    this.size += bytes.length;
    let at = 0;
    while (at < bytes.length) {
      const part = Math.min(128 - this.used, bytes.length - at);
      this.block.set(bytes.subarray(at, at + part), this.used);
      this.used += part;
      at += part;
      if (this.used === 128) {
        this.compress(this.block);
        this.used = 0;
      }
    }
    return this;
  }

  digest() {
    const rest = this.used < 112 ? 128 : 256;
    const last = new Uint8Array(rest);
    last.set(this.block.subarray(0, this.used));
    last[this.used] = 0x80;
    const view = new DataView(last.buffer);
    view.setUint32(rest - 8, Math.floor(this.size / 2 ** 29));
    view.setUint32(rest - 4, (this.size * 8) % 2 ** 32);
    const state = this.state.slice();
    for (let i = 0; i < rest; i += 128) this.compress(last.subarray(i, i + 128));
    const out = new DataView(new ArrayBuffer(64));
    this.state.forEach((word, i) => out.setInt32(4 * i, word));
    this.state = state;
    return new Uint8Array(out.buffer, 0, this.length);
  }

  compress(bytes) {
    const w = this.words;
    const view = new DataView(bytes.buffer, bytes.byteOffset, 128);
    for (let i = 0; i < 32; i++) w[i] = view.getInt32(4 * i);
    for (let i = 32; i < 160; i += 2) expand(w, i);
    rounds(w, this.state);
  }
}

/** Set word i (its high half at i) from those before it. */
function expand(w, i) {
  const xh = w[i - 30];
  const xl = w[i - 29];
  const yh = w[i - 4];
  const yl = w[i - 3];
  const sh = ((xh >>> 1) | (xl << 31)) ^ ((xh >>> 8) | (xl << 24)) ^ (xh >>> 7);
  const sl = ((xl >>> 1) | (xh << 31)) ^ ((xl >>> 8) | (xh << 24)) ^ ((xl >>> 7) | (xh << 25));
  const th = ((yh >>> 19) | (yl << 13)) ^ ((yl >>> 29) | (yh << 3)) ^ (yh >>> 6);
  const tl = ((yl >>> 19) | (yh << 13)) ^ ((yh >>> 29) | (yl << 3)) ^ ((yl >>> 6) | (yh << 26));
  const low = (w[i - 31] >>> 0) + (sl >>> 0) + (w[i - 13] >>> 0) + (tl >>> 0);
  w[i + 1] = low | 0;
  w[i] = (w[i - 32] + sh + w[i - 14] + th + Math.floor(low / 2 ** 32)) | 0;
}

function rounds(w, state) {
  let [ah, al, bh, bl, ch, cl, dh, dl, eh, el, fh, fl, gh, gl, hh, hl] = state;
  for (let i = 0; i < 160; i += 2) {
    const wh = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23));
    const wl = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23));
    const choice = gl ^ (el & (fl ^ gl));
    const one = (hl >>> 0) + (wl >>> 0) + (choice >>> 0) + (K[i + 1] >>> 0) + (w[i + 1] >>> 0);
    const carry = Math.floor(one / 2 ** 32);
    const oneHigh = (hh + wh + (gh ^ (eh & (fh ^ gh))) + K[i] + w[i] + carry) | 0;
    const sh = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25));
    const sl = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25));
    const two = (sl >>> 0) + (((al & bl) | (cl & (al | bl))) >>> 0);
    const twoHigh = (sh + ((ah & bh) | (ch & (ah | bh))) + Math.floor(two / 2 ** 32)) | 0;
    const e = (dl >>> 0) + (one % 2 ** 32);
    const a = (one % 2 ** 32) + (two % 2 ** 32);
    [hh, hl, gh, gl, fh, fl] = [gh, gl, fh, fl, eh, el];
    eh = (dh + oneHigh + Math.floor(e / 2 ** 32)) | 0;
    el = e | 0;
    [dh, dl, ch, cl, bh, bl] = [ch, cl, bh, bl, ah, al];
    ah = (oneHigh + twoHigh + Math.floor(a / 2 ** 32)) | 0;
    al = a | 0;
  }
  const sums = [ah, al, bh, bl, ch, cl, dh, dl, eh, el, fh, fl, gh, gl, hh, hl];
  for (let i = 0; i < 16; i += 2) {
    const low = (state[i + 1] >>> 0) + (sums[i + 1] >>> 0);
    state[i] = (state[i] + sums[i] + Math.floor(low / 2 ** 32)) | 0;
    state[i + 1] = low | 0;
  }
}

export function sha512(...parts) {
  const state = new Sha512();
  for (const part of parts) state.update(part);
  return state.digest();
}

export function sha384(...parts) {
  const state = new Sha512(START_384, 48);
  for (const part of parts) state.update(part);
  return state.digest();
}
