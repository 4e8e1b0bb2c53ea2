// Public keys of the protocol: JSON Web Keys, their thumbprints, and what they verify (spec 5).

import { b64, fromBigInt, hex, toBigInt, unb64 } from "./bytes.js";
import { onCurve, P256, verifyEcdsa } from "./ecdsa.js";
import { verifyEd25519 } from "./ed25519.js";
import { demand, Fault } from "./faults.js";
import { encode, isObject } from "./json.js";
import { sha256 } from "./sha256.js";

const PRIME = 2n ** 255n - 19n;
const ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const SMALL_ORDER = new Set([0n, 1n, PRIME - 1n, ORDER_8, PRIME - ORDER_8]); // y of eight points
const remembered = new Map();
const MOST_REMEMBERED = 20_000;

/** Do a costly check once: the same note stands in hundreds of files of a bundle. */
export function once(key, check) {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const holds = check();
  remembered.set(key, holds);
  return holds;
}

/** Tell whether an Ed25519 signature verifies, remembering the answer. */
export function ed25519Holds(key, signature, message) {
  const name = `${hex(key)}${hex(signature)}${hex(sha256(message))}`;
  return once(name, () => verifyEd25519(key, signature, message));
}

class Ed25519Key {
  constructor(raw) {
    this.alg = "Ed25519";
    this.raw = raw;
    this.jwk = { crv: "Ed25519", kty: "OKP", x: b64(raw) };
  }

  holds(signature, message) {
    return ed25519Holds(this.raw, signature, message);
  }
}

class P256Key {
  constructor(x, y) {
    this.alg = "ES256";
    this.point = { x, y };
    this.jwk = { crv: "P-256", kty: "EC", x: b64(fromBigInt(x, 32)), y: b64(fromBigInt(y, 32)) };
  }

  /** For a signature of 64 bytes, r and s joined (RFC 7518 section 3.4). */
  holds(signature, message) {
    if (signature.length !== 64) return false;
    const [r, s] = [signature.subarray(0, 32), signature.subarray(32)].map(toBigInt);
    return this.holdsPair(r, s, message);
  }

  holdsPair(r, s, message) {
    const digest = sha256(message);
    const name = `${this.jwk.x}${this.jwk.y}${r}.${s}.${hex(digest)}`;
    return once(name, () => verifyEcdsa(P256, this.point, r, s, digest));
  }
}

/** Refuse second spellings, and points of small order: one signature would fit many messages. */
function demandStrong(raw) {
  const y = toBigInt(raw.slice().reverse()) & (2n ** 255n - 1n);
  demand(y < PRIME && !SMALL_ORDER.has(y), "key-malformed", "a weak or misspelt Ed25519 key");
}

function read(value) {
  const named = [value.kty, value.crv].every((name) => typeof name === "string");
  const kind = named ? `${value.kty} ${value.crv} ${Object.keys(value).sort()}` : "";
  if (kind === "OKP Ed25519 crv,kty,x") {
    const raw = unb64(value.x, 32);
    demandStrong(raw);
    return new Ed25519Key(raw);
  }
  demand(kind === "EC P-256 crv,kty,x,y", "key-malformed", "neither an Ed25519 nor a P-256 JWK");
  const [x, y] = [value.x, value.y].map((half) => toBigInt(unb64(half, 32)));
  demand(onCurve(P256, x, y), "key-malformed", "a point off the curve");
  return new P256Key(x, y);
}

/** Key of an untrusted JWK of exactly the public members; its kid is the RFC 7638 thumbprint. */
export function parseKey(value) {
  demand(isObject(value), "key-malformed", "a JWK is an object");
  try {
    const key = read(value);
    key.kid = b64(sha256(encode(key.jwk)));
    return key;
  } catch (fault) {
    throw fault instanceof Fault ? new Fault("key-malformed", fault.reason) : fault;
  }
}
