// RFC 3161 time stamps: a token over some bytes, by an authority under a trusted root.
//
// Certificates are judged as of the token's own time; revocation of an authority is not looked up.

import { equal, hex, unpadded } from "./bytes.js";
import {
  algorithm, children, demandSorted, FIRST, integer, oid, readWhole, SET, time,
} from "./der.js";
import { demand, within } from "./faults.js";
import { namesCertificate } from "./named.js";
import { sha256 } from "./sha256.js";
import {
  hashBy, keySigned, leadsToRoot, parseCertificate, pemBody, signatureHash,
} from "./x509.js";

const SIGNED_DATA = "1.2.840.113549.1.7.2";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SHA256 = "2.16.840.1.101.3.4.2.1";
const INTEGER = 0x02;
const MAX_CERTIFICATES = 16;
const MALFORMED = "timestamp-malformed";

/** Certificates of a trust file's PEM texts. */
export function parseRoots(texts) {
  const read = (text) => parseCertificate(unpadded(pemBody(text)));
  return within("timestamp-root", [], () => texts.map(read));
}

/** Check a TimeStampResp over bytes: {at, by, ...}; a fault timestamp-foreign proves nothing. */
export function verifyStamp(response, note, roots) {
  const token = within(MALFORMED, ["timestamp-refused"], () => parseResponse(response));
  const { info } = token;
  const same = info.hash === SHA256 && equal(info.imprint, sha256(note));
  demand(same, "timestamp-imprint", "the token is of other bytes than this note");
  const signer = findSigner(token, roots);
  const reason = "not signed by this authority, or not with a certificate for it at that time";
  demand(signer.stampsTime, "timestamp-untrusted", reason);
  const { attributes } = token.signer;
  const named = within("timestamp-untrusted", [], () => namesCertificate(attributes, signer));
  demand(named, "timestamp-untrusted", "the token does not name the certificate it is signed with");
  const signed = within("timestamp-untrusted", [], () => signatureHolds(token, signer));
  const trusted = signed && leadsToRoot(signer, token.certificates, roots, info.at);
  demand(trusted, "timestamp-untrusted", reason);
  const { at, nonce, policy, serial } = info;
  return { at, by: signer.authority, nonce, policy, serial };
}

function parseResponse(bytes) {
  const [statusInfo, token] = children(readWhole(bytes), 1);
  const status = integer(children(statusInfo)[0]);
  demand(status === 0n, "timestamp-refused", "the authority gave no token");
  demand(token !== undefined, MALFORMED, "no token");
  const [type, wrapped] = children(token, 2);
  demand(oid(type) === SIGNED_DATA, MALFORMED, "not signed data");
  return parseSignedData(children(wrapped, 1, FIRST)[0]);
}

function parseSignedData(element) {
  const [version, hashes, content, ...rest] = children(element, 4);
  demand(integer(version) === 3n, MALFORMED, "another version of signed data"); // RFC 5652 5.1
  const named = demandSorted(children(hashes, 1, SET)).map(algorithm);
  const [type, wrapped] = children(content, 2);
  demand(oid(type) === TST_INFO, MALFORMED, "not a time-stamp token");
  const { tag, body } = children(wrapped, 1, FIRST)[0];
  demand(tag === 0x04, MALFORMED, "no content");
  const inside = (tag) =>
    rest.filter((part) => part.tag === tag).flatMap((part) => children(part, 0, tag));
  const [sets, signers] = [FIRST, SET].map(inside);
  const few = sets.length > 0 && sets.length <= MAX_CERTIFICATES && signers.length === 1;
  demand(few, MALFORMED, "a token has one signer, and its certificate in it");
  return {
    content: body,
    named,
    info: parseInfo(body),
    certificates: sets.map((set) => parseCertificate(set.whole)),
    signer: parseSigner(signers[0]),
  };
}

function parseInfo(bytes) {
  const [version, policy, imprint, serial, at, ...rest] = children(readWhole(bytes), 5);
  demand(integer(version) === 1n, MALFORMED, "another version of token");
  const nonce = rest.find((part) => part.tag === INTEGER);
  const [hash, digest] = children(imprint, 2);
  demand(digest.tag === 0x04, MALFORMED, "no imprint");
  return {
    hash: algorithm(hash),
    imprint: digest.body,
    at: time(at),
    policy: oid(policy),
    serial: integer(serial),
    nonce: nonce === undefined ? null : integer(nonce),
  };
}

function parseSigner(element) {
  const [version, place, hash, ...rest] = children(element, 6);
  demand(integer(version) === 1n, MALFORMED, "another version of signer"); // RFC 5652 5.3
  const [issuer, serial] = children(place, 2);
  demand(rest[0].tag === FIRST, MALFORMED, "no signed attributes");
  const [attributes, used, signature] = rest;
  demand(signature.tag === 0x04, MALFORMED, "no signature");
  const found = new Map();
  for (const attribute of demandSorted(children(attributes, 1, FIRST))) {
    const [type, values] = children(attribute, 2);
    const name = oid(type);
    demand(!found.has(name), MALFORMED, "an attribute stands twice");
    found.set(name, children(values, 1, SET));
  }
  const signed = attributes.whole.slice();
  signed[0] = SET; // RFC 5652 section 5.4: the set as such is signed
  return {
    issuer: hex(issuer.whole),
    serial: integer(serial),
    hash: algorithm(hash),
    algorithm: algorithm(used),
    attributes: found,
    signed,
    signature: signature.body,
  };
}

/** Certificate of the signer, if the names in the token lead from it to a root. */
function findSigner({ certificates, signer }, roots) {
  const { issuer, serial } = signer;
  const numbered = certificates.filter((one) => one.serial === serial);
  const own = numbered.find((one) => one.issuerBytes === issuer);
  demand(own !== undefined, MALFORMED, "the signer's certificate is not in the token");
  const alike = numbered.filter((one) => folded(one.issuer) === folded(own.issuer));
  const single = alike.every((one) => equal(one.bytes, own.bytes));
  demand(single, MALFORMED, "two certificates have the issuer and number of the signer's");
  const trusted = new Set(roots.map((root) => root.subject));
  const bySubject = new Map(certificates.map((one) => [one.subject, one]));
  let at = own;
  for (let i = 0; at !== undefined && i < MAX_CERTIFICATES; i++) {
    if (trusted.has(at.issuer) || trusted.has(at.subject)) return own;
    at = bySubject.get(at.issuer);
  }
  demand(false, "timestamp-foreign", "by an authority that is not trusted here");
}

/** A name without case and spaces, so that no library takes two for one that are two here. */
function folded(name) {
  return name.toLowerCase().replace(/\s/g, "");
}

function signatureHolds({ content, named, signer }, certificate) {
  const { attributes, hash } = signer;
  const type = attributes.get(CONTENT_TYPE);
  const digest = attributes.get(MESSAGE_DIGEST);
  const typed = type?.length === 1 && oid(type[0]) === TST_INFO;
  const same = digest?.length === 1 && equal(digest[0].body, hashBy(hash, content));
  if (!typed || !same || !named.includes(hash)) return false;
  const used = signatureHash(signer.algorithm, hash);
  return keySigned(certificate.key, used, signer.signature, signer.signed);
}
