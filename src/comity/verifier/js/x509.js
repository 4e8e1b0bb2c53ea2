// X.509 certificates as far as the chain of a time stamp needs them (RFC 5280).

import { equal, fromUtf8, hex, toBigInt } from "./bytes.js";
import {
  children, FIRST, integer, oid, readWhole, SET, signaturePair, time,
} from "./der.js";
import { onCurve, P256, P384, P521, verifyEcdsa } from "./ecdsa.js";
import { demand, Fault } from "./faults.js";
import { verifyEd25519 } from "./ed25519.js";
import { sha256 } from "./sha256.js";
import { sha384, sha512 } from "./sha512.js";

const CODE = "der-malformed";
const THIRD = 0xa3; // [3]
const PEM = /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/;
const RSA = "1.2.840.113549.1.1.1";
const EC = "1.2.840.10045.2.1";
const ED25519 = "1.3.101.112";
const CURVES = { "1.2.840.10045.3.1.7": P256, "1.3.132.0.34": P384, "1.3.132.0.35": P521 };
const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const STAMPING = "1.3.6.1.5.5.7.3.8"; // id-kp-timeStamping
const UNDERSTOOD = new Set([
  BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, "2.5.29.17", "2.5.29.32",
]);
const SHORT = {
  "2.5.4.3": "CN",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
};

/** Hash functions by object identifier: [function, DER prefix of a PKCS #1 DigestInfo]. */
const HASHES = {
  "2.16.840.1.101.3.4.2.1": [sha256, "3031300d060960864801650304020105000420"],
  "2.16.840.1.101.3.4.2.2": [sha384, "3041300d060960864801650304020205000430"],
  "2.16.840.1.101.3.4.2.3": [sha512, "3051300d060960864801650304020305000440"],
};
/** Hash that a signature algorithm of a certificate names (RFC 4055, RFC 5758, RFC 8410). */
const SIGNATURES = {
  "1.2.840.113549.1.1.11": "2.16.840.1.101.3.4.2.1",
  "1.2.840.113549.1.1.12": "2.16.840.1.101.3.4.2.2",
  "1.2.840.113549.1.1.13": "2.16.840.1.101.3.4.2.3",
  "1.2.840.10045.4.3.2": "2.16.840.1.101.3.4.2.1",
  "1.2.840.10045.4.3.3": "2.16.840.1.101.3.4.2.2",
  "1.2.840.10045.4.3.4": "2.16.840.1.101.3.4.2.3",
  [ED25519]: "2.16.840.1.101.3.4.2.3",
};

/** Algorithms that authorities do use and this page has no code for. */
const ELSEWHERE = new Set([
  "1.2.840.113549.1.1.5", "1.2.840.113549.1.1.10", // RSA with SHA-1; RSASSA-PSS
  "1.2.840.10045.4.1", "1.3.14.3.2.26", // ECDSA with SHA-1; SHA-1
  "2.16.840.1.101.3.4.2.4", // SHA-224
  "2.16.840.1.101.3.4.2.8", "2.16.840.1.101.3.4.2.9", "2.16.840.1.101.3.4.2.10", // SHA-3
  "1.3.101.113", "2.16.840.1.101.3.4.3.17", "2.16.840.1.101.3.4.3.18", "2.16.840.1.101.3.4.3.19",
  "1.3.36.3.3.2.8.1.1.7", "1.3.36.3.3.2.8.1.1.11", "1.3.36.3.3.2.8.1.1.13", // brainpool curves
]);

/** Raised for one of these: nothing is said about the signature then, neither good nor bad. */
export class Unsupported extends Error {}

function unknown(name) {
  return ELSEWHERE.has(name) ? new Unsupported(name) : new Fault(CODE, `no algorithm: ${name}`);
}

function hashOf(name) {
  if (!Object.hasOwn(HASHES, name)) throw unknown(name);
  return HASHES[name];
}

export function hashBy(name, bytes) {
  return hashOf(name)[0](bytes);
}

/** Name of the hash of an AlgorithmIdentifier's signature algorithm; `bare` where it names none. */
export function signatureHash(name, bare) {
  const own = [RSA, EC].includes(name) ? bare : SIGNATURES[name];
  if (own === undefined) throw unknown(name);
  return own;
}

/** Certificate of DER bytes. */
export function parseCertificate(bytes) {
  const [body, algorithm, signature] = children(readWhole(bytes), 3);
  const parts = children(body, 6);
  if (parts[0].tag === FIRST) parts.shift(); // version
  demand(parts.length >= 6, CODE, "a certificate cut short");
  const [serial, , issuer, validity, subject, key] = parts;
  const [from, until] = children(validity, 2).map(time);
  const extensions = parts.find((part) => part.tag === THIRD);
  return {
    bytes,
    signed: body.whole,
    algorithm: oid(children(algorithm)[0]),
    signature: bits(signature),
    serial: integer(serial),
    issuer: nameOf(issuer),
    issuerBytes: hex(issuer.whole),
    subject: nameOf(subject),
    authority: shownName(subject),
    from,
    until,
    key: parseKeyInfo(key),
    ...readExtensions(extensions ? children(children(extensions, 1, THIRD)[0]) : []),
  };
}

function bits(element) {
  demand(element.tag === 0x03 && element.body[0] === 0, CODE, "not whole bytes of bits");
  return element.body.subarray(1);
}

function attributes(name) {
  return children(name).map((set) =>
    children(set, 1, SET).map((pair) => {
      const [type, value] = children(pair, 2);
      return [oid(type), fromUtf8(value.body) ?? hex(value.body)];
    }),
  );
}

/** A name for comparison: its attributes, whatever string type each has. */
function nameOf(name) {
  return JSON.stringify(attributes(name));
}

/** A name for people, last part first (RFC 4514). */
function shownName(name) {
  const shown = ([type, value]) => `${SHORT[type] ?? type}=${value}`;
  const rows = attributes(name).map((set) => set.map(shown).join("+"));
  return rows.reverse().join(",");
}

function parseKeyInfo(info) {
  const [algorithm, value] = children(info, 2);
  const [name, parameter] = children(algorithm);
  const kind = oid(name);
  if (kind === RSA) {
    const [n, e] = children(readWhole(bits(value)), 2).map(integer);
    return { kind, n, e };
  }
  if (kind === ED25519) return { kind, raw: bits(value) };
  if (kind !== EC) return { kind: null, name: kind };
  const curve = CURVES[oid(parameter)];
  if (curve === undefined) return { kind: null, name: oid(parameter) };
  return { kind, curve, point: parsePoint(curve, bits(value)) };
}

function parsePoint(curve, bytes) {
  const plain = bytes[0] === 0x04 && bytes.length === 1 + 2 * curve.bytes;
  demand(plain, CODE, "not an uncompressed point");
  const middle = 1 + curve.bytes;
  const [x, y] = [bytes.subarray(1, middle), bytes.subarray(middle)].map(toBigInt);
  demand(onCurve(curve, x, y), CODE, "a point off the curve");
  return { x, y };
}

function readExtensions(list) {
  const found = { isCa: false, pathLength: Infinity, mayCertify: true };
  Object.assign(found, { stampsTime: false, odd: false });
  for (const extension of list) {
    const parts = children(extension, 2);
    const name = oid(parts[0]);
    const critical = parts.length === 3 && parts[1].body[0] === 0xff;
    const value = readWhole(parts.at(-1).body);
    if (name === BASIC_CONSTRAINTS) Object.assign(found, basicConstraints(value));
    if (name === KEY_USAGE) found.mayCertify = (value.body[1] & 0x04) !== 0; // bit 5, keyCertSign
    if (name === EXTENDED_KEY_USAGE) {
      found.stampsTime = critical && children(value).map(oid).includes(STAMPING);
    }
    if (critical && !UNDERSTOOD.has(name)) found.odd = true;
  }
  return found;
}

function basicConstraints(value) {
  const parts = children(value);
  const isCa = parts[0]?.tag === 0x01 && parts[0].body[0] === 0xff;
  const limit = parts.find((part) => part.tag === 0x02);
  return { isCa, pathLength: limit ? Number(integer(limit)) : Infinity };
}

/** Tell whether a signature is a certified key's over bytes, under a hash. */
export function keySigned(key, hash, signature, bytes) {
  const [run, prefix] = hashOf(hash);
  if (key.kind === RSA) return rsaSigned(key, prefix + hex(run(bytes)), signature);
  if (key.kind === ED25519) return verifyEd25519(key.raw, signature, bytes);
  if (key.kind === null) throw unknown(key.name);
  try {
    const [r, s] = signaturePair(signature);
    return verifyEcdsa(key.curve, key.point, r, s, run(bytes));
  } catch (fault) {
    if (fault instanceof Fault) return false;
    throw fault;
  }
}

/** RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2.2): the one encoded message that there is, compared. */
function rsaSigned({ n, e }, info, signature) {
  const size = Math.ceil(n.toString(2).length / 8);
  const s = toBigInt(signature);
  const sane = e > 1n && e < 2n ** 33n && size >= 128 && size <= 2048;
  if (!sane || signature.length !== size || s >= n) return false;
  let [result, square] = [1n, s];
  for (let rest = e; rest; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % n;
    square = (square * square) % n;
  }
  const padding = "ff".repeat(size - 3 - info.length / 2);
  return result.toString(16).padStart(2 * size, "0") === `0001${padding}00${info}`;
}

/** Tell whether a certificate's chain leads to a root, all of it valid at a moment. */
export function leadsToRoot(leaf, inside, roots, at) {
  const isRoot = (one) => roots.some((root) => equal(root.bytes, one.bytes));
  const seen = new Set(); // so that certificates that sign each other cost no more than once each
  const walk = (one, depth) => {
    if (at < one.from || at > one.until || one.odd || depth > 8) return false;
    if (isRoot(one)) return true;
    seen.add(one);
    const above = [...roots, ...inside].filter((other) => !seen.has(other));
    return above.some((other) => certifies(other, one, depth) && walk(other, depth + 1));
  };
  return walk(leaf, 0);
}

/** Tell whether one certificate issued another, of which `below` more stand under it. */
function certifies(above, one, below) {
  const may = above.isCa && above.mayCertify && above.pathLength >= below;
  if (above.subject !== one.issuer || !may || equal(above.bytes, one.bytes)) return false;
  return keySigned(above.key, signatureHash(one.algorithm), one.signature, one.signed);
}

/** Base64 of a PEM certificate. */
export function pemBody(text) {
  const body = PEM.exec(text.trim());
  demand(body !== null, CODE, "not a PEM certificate");
  return body[1].replace(/\s/g, "");
}
