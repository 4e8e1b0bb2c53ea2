// The certificate that a time-stamp token names, under its signature, as its signer's.
//
// The place of the signer (issuer and number) stands outside the signature, and a key may have
// several certificates. So the signed name decides (RFC 3161 section 2.4.2; RFC 5035).

import { equal, hex } from "./bytes.js";
import { algorithm, children, integer, SEQUENCE } from "./der.js";
import { sha1 } from "./sha1.js";
import { sha256 } from "./sha256.js";
import { sha384, sha512 } from "./sha512.js";

const OLDER = "1.2.840.113549.1.9.16.2.12"; // signing-certificate: ESSCertID
const NEWER = "1.2.840.113549.1.9.16.2.47"; // signing-certificate-v2: ESSCertIDv2
const DIRECTORY_NAME = 0xa4; // [4], constructed
const OCTETS = 0x04;
const HASHES = new Map([
  ["2.16.840.1.101.3.4.2.1", sha256],
  ["2.16.840.1.101.3.4.2.2", sha384],
  ["2.16.840.1.101.3.4.2.3", sha512],
]);

/**
 * Tell whether a token's signed attributes name a certificate, by every one that is there for this.
 *
 * The older tells the certificate's SHA-1. That is enough here: a second certificate of that digest
 * would have to be found for one that exists, which nobody can.
 */
export function namesCertificate(attributes, certificate) {
  const there = [OLDER, NEWER].filter((name) => attributes.has(name));
  return there.length > 0 && there.every((name) => {
    const values = attributes.get(name);
    return values.length === 1 && isOf(values[0], certificate, name === OLDER);
  });
}

/** Tell whether the first entry of a SigningCertificate, or its version 2, is of a certificate. */
function isOf(value, certificate, older) {
  const parts = children(children(children(value, 1)[0], 1)[0], 1);
  let hash = older ? sha1 : sha256;
  if (!older && parts[0].tag === SEQUENCE) hash = HASHES.get(algorithm(parts.shift()));
  const [digest, place, ...more] = parts;
  if (hash === undefined || digest?.tag !== OCTETS || more.length > 0) return false;
  const same = equal(digest.body, hash(certificate.bytes));
  return same && (place === undefined || isPlace(place, certificate));
}

/** Tell whether an IssuerSerial is a certificate's issuer, byte for byte, and its number. */
function isPlace(element, { issuerBytes, serial }) {
  const [names, number, ...more] = children(element, 2);
  const [name, ...others] = children(names, 1);
  const issuers = children(name, 1, DIRECTORY_NAME);
  const one = issuers.length === 1 && more.length === 0 && others.length === 0;
  return one && hex(issuers[0].whole) === issuerBytes && integer(number) === serial;
}
