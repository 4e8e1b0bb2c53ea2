// ECDSA verification (FIPS 186-5 section 6.4.2) on the NIST curves P-256, P-384 and P-521.

import { toBigInt } from "./bytes.js";

function curve(bits, p, b, x, y, n) {
  return { bytes: Math.ceil(bits / 8), bits: BigInt(bits), p, b, g: { x, y, z: 1n }, n };
}

function wide(...parts) {
  return BigInt(`0x${parts.join("")}`);
}

// SP 800-186 section 3.2.1; a is -3 for all of them.
export const P256 = curve(
  256,
  2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
);
export const P384 = curve(
  384,
  2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
  wide(
    "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac6",
    "56398d8a2ed19d2a85c8edd3ec2aef",
  ),
  wide(
    "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a3855",
    "02f25dbf55296c3a545e3872760ab7",
  ),
  wide(
    "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a",
    "60b1ce1d7e819d7a431d7c90ea0e5f",
  ),
  wide(
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf58",
    "1a0db248b0a77aecec196accc52973",
  ),
);
export const P521 = curve(
  521,
  2n ** 521n - 1n,
  wide(
    "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109",
    "e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
  ),
  wide(
    "c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dba",
    "a14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
  ),
  wide(
    "11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662",
    "c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
  ),
  wide(
    "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
  ),
);

function mod(a, m) {
  const rest = a % m;
  return rest < 0n ? rest + m : rest;
}

function inverse(a, m) {
  let [low, high, x, y] = [mod(a, m), m, 1n, 0n];
  while (low > 1n) {
    const q = high / low;
    [low, high] = [high - q * low, low];
    [x, y] = [y - q * x, x];
  }
  return mod(x, m);
}

// Points in Jacobian coordinates (x / z^2, y / z^3); z = 0 is the neutral one.

function double(one, p) {
  if (one.z === 0n || one.y === 0n) return { x: 0n, y: 1n, z: 0n };
  const yy = (one.y * one.y) % p;
  const s = (4n * one.x * yy) % p;
  const zz = (one.z * one.z) % p;
  const m = mod(3n * (one.x - zz) * (one.x + zz), p); // a = -3
  const x = mod(m * m - 2n * s, p);
  return { x, y: mod(m * (s - x) - 8n * yy * yy, p), z: mod(2n * one.y * one.z, p) };
}

function add(one, other, p) {
  if (one.z === 0n) return other;
  if (other.z === 0n) return one;
  const z1 = (one.z * one.z) % p;
  const z2 = (other.z * other.z) % p;
  const u1 = (one.x * z2) % p;
  const s1 = (one.y * z2 * other.z) % p;
  const h = mod(other.x * z1 - u1, p);
  const r = mod(other.y * z1 * one.z - s1, p);
  if (h === 0n) return r === 0n ? double(one, p) : { x: 0n, y: 1n, z: 0n };
  const hh = (h * h) % p;
  const hhh = (h * hh) % p;
  const v = (u1 * hh) % p;
  const x = mod(r * r - hhh - 2n * v, p);
  return { x, y: mod(r * (v - x) - s1 * hhh, p), z: (((h * one.z) % p) * other.z) % p };
}

function combine(curve, a, one, b, other) {
  const both = add(one, other, curve.p);
  let sum = { x: 0n, y: 1n, z: 0n };
  for (let bit = curve.bits - 1n; bit >= 0n; bit--) {
    sum = double(sum, curve.p);
    const first = (a >> bit) & 1n;
    const second = (b >> bit) & 1n;
    if (first && second) sum = add(sum, both, curve.p);
    else if (first) sum = add(sum, one, curve.p);
    else if (second) sum = add(sum, other, curve.p);
  }
  return sum;
}

/** Tell whether affine coordinates are a point of the curve (SP 800-186 appendix D.1.1). */
export function onCurve(curve, x, y) {
  if (x >= curve.p || y >= curve.p) return false;
  return mod(y * y, curve.p) === mod(x * x * x - 3n * x + curve.b, curve.p);
}

/** Tell whether (r, s) is the signature of a point of the curve over a digest. */
export function verifyEcdsa(curve, { x, y }, r, s, digest) {
  const { n, p } = curve;
  if (r <= 0n || r >= n || s <= 0n || s >= n) return false;
  const surplus = BigInt(8 * digest.length) - curve.bits;
  const e = toBigInt(digest) >> (surplus > 0n ? surplus : 0n);
  const w = inverse(s, n);
  const sum = combine(curve, mod(e * w, n), curve.g, mod(r * w, n), { x, y, z: 1n });
  if (sum.z === 0n) return false;
  const unit = inverse(sum.z, p);
  return mod(((sum.x * unit) % p) * unit, p) % n === r;
}
