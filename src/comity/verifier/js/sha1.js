// SHA-1 (FIPS 180-4 section 6.1), only to compare a digest that somebody else has signed.

const START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];

const turn = (word, count) => (word << count) | (word >>> (32 - count));

export function sha1(bytes) {
  const size = 64 * Math.ceil((bytes.length + 9) / 64);
  const view = new DataView(new ArrayBuffer(size));
  new Uint8Array(view.buffer).set([...bytes, 0x80]);
  view.setUint32(size - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(size - 4, (bytes.length * 8) % 2 ** 32);
  const state = Int32Array.from(START);
  for (let at = 0; at < size; at += 64) compress(state, view, at);
  const out = new DataView(new ArrayBuffer(20));
  state.forEach((word, i) => out.setInt32(4 * i, word));
  return new Uint8Array(out.buffer);
}

function compress(state, view, at) {
  const w = new Int32Array(80);
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 80; i++) w[i] = turn(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  let [a, b, c, d, e] = state;
  for (let i = 0; i < 80; i++) {
    const next = (turn(a, 5) + mixed(Math.floor(i / 20), b, c, d) + e + w[i]) | 0;
    [a, b, c, d, e] = [next, a, turn(b, 30), c, d];
  }
  [a, b, c, d, e].forEach((word, i) => (state[i] += word));
}

/** Function and constant of a round's quarter (sections 4.1.1 and 4.2.1). */
function mixed(quarter, b, c, d) {
  if (quarter === 0) return ((b & c) ^ (~b & d)) + 0x5a827999;
  if (quarter === 1) return (b ^ c ^ d) + 0x6ed9eba1;
  if (quarter === 2) return ((b & c) ^ (b & d) ^ (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}
