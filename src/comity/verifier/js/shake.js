// SHAKE128 and SHAKE256 (FIPS 202): as much output as is asked for.

const MASK = (1n << 64n) - 1n;
const ROTATIONS = []; // of lane x + 5y (section 3.2.2)
const ROUND_CONSTANTS = []; // section 3.2.5

(function prepare() {
  let [x, y] = [1, 0];
  for (let t = 0; t < 24; t++) {
    ROTATIONS[x + 5 * y] = BigInt((((t + 1) * (t + 2)) / 2) % 64);
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  let register = 1;
  const bit = () => {
    const out = register & 1;
    register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
    return out;
  };
  for (let round = 0; round < 24; round++) {
    let constant = 0n;
    for (let j = 0; j < 7; j++) if (bit()) constant |= 1n << BigInt(2 ** j - 1);
    ROUND_CONSTANTS.push(constant);
  }
})();

function rotate(lane, by) {
  return ((lane << by) | (lane >> (64n - by))) & MASK;
}

function permute(a) {
  for (const constant of ROUND_CONSTANTS) {
    const c = [0, 1, 2, 3, 4].map((x) => a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20]);
    const d = [0, 1, 2, 3, 4].map((x) => c[(x + 4) % 5] ^ rotate(c[(x + 1) % 5], 1n));
    const b = new Array(25);
    for (let x = 0; x < 5; x++) {
      for (let y = 0; y < 5; y++) {
        const lane = a[x + 5 * y] ^ d[x];
        b[y + 5 * ((2 * x + 3 * y) % 5)] = rotate(lane, ROTATIONS[x + 5 * y] ?? 0n);
      }
    }
    for (let y = 0; y < 25; y += 5) {
      for (let x = 0; x < 5; x++) {
        const [next, after] = [b[((x + 1) % 5) + y], b[((x + 2) % 5) + y]];
        a[x + y] = b[x + y] ^ (~next & MASK & after);
      }
    }
    a[0] ^= constant;
  }
}

/** Yield the output bytes of SHAKE without end; `rate` is 168 for SHAKE128, 136 for SHAKE256. */
function* squeeze(rate, message) {
  const lanes = new Array(25).fill(0n);
  const padded = new Uint8Array((Math.floor(message.length / rate) + 1) * rate);
  padded.set(message);
  padded[message.length] ^= 0x1f;
  padded[padded.length - 1] ^= 0x80;
  const view = new DataView(padded.buffer);
  for (let at = 0; at < padded.length; at += rate) {
    for (let i = 0; i < rate / 8; i++) lanes[i] ^= view.getBigUint64(at + 8 * i, true);
    permute(lanes);
  }
  for (;;) {
    for (let i = 0; i < rate; i++) yield Number((lanes[i >> 3] >> BigInt(8 * (i & 7))) & 255n);
    permute(lanes);
  }
}

export function shake128(message) {
  return squeeze(168, message);
}

export function shake256(message) {
  return squeeze(136, message);
}

export function take(bytes, size) {
  return Uint8Array.from({ length: size }, () => bytes.next().value);
}
