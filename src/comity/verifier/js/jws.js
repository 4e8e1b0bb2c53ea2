// JSON Web Signatures in general JSON serialization, in exactly one spelling (spec section 5).

import { unb64, utf8 } from "./bytes.js";
import { demand } from "./faults.js";
import { decode, encode, members } from "./json.js";
import { digest } from "./values.js";

const MAX_BYTES = 2 * 1024 * 1024;
const MAX_HEADER_BYTES = 512;
const MAX_SIGNATURES = 16;

/** JWS of untrusted bytes, shape only: {value, bytes, payload, typ, signatures}. */
export function parseJws(bytes, maxBytes = MAX_BYTES) {
  return shape(decode(bytes, maxBytes), bytes);
}

/** JWS of a JSON value that stood inside another one, shape only. */
export function jwsOfValue(value) {
  return shape(value, null);
}

function shape(value, bytes) {
  const { payload: body, signatures: rows } = members(value, {
    payload: "string",
    signatures: "array",
  });
  const count = rows.length;
  demand(count >= 1 && count <= MAX_SIGNATURES, "jws-malformed", "one to 16 signatures are due");
  const payload = unb64(body);
  const signatures = rows.map((row) => signature(row, body));
  const typ = signatures[0].typ;
  const alike = signatures.every((one) => one.typ === typ);
  demand(alike, "jws-malformed", "the signatures are of different things");
  const kids = new Set(signatures.map((one) => one.kid));
  demand(kids.size === count, "jws-malformed", "one key signs twice");
  return { value, bytes: bytes ?? encode(value), payload, typ, signatures };
}

function signature(row, body) {
  const fields = members(row, { protected: "string", signature: "string" });
  const header = members(decode(unb64(fields.protected), MAX_HEADER_BYTES), {
    alg: "string",
    kid: "string",
    typ: "string",
  });
  const known = header.alg === "Ed25519" || header.alg === "ES256";
  demand(known, "jws-malformed", "unknown algorithm");
  return {
    ...header,
    input: utf8(`${fields.protected}.${body}`), // RFC 7515 section 5.1 step 8
    value: unb64(fields.signature, 64),
  };
}

export function recordOf(jws) {
  return digest("record", jws.bytes);
}

export function expectTyp(jws, thing, mode) {
  const wanted = `comity-1.${thing}.${mode}`;
  demand(jws.typ === wanted, "typ-mismatch", `wanted ${wanted}`);
}

/** Tell whether one signature is this key's. */
export function signs(key, one) {
  return key.alg === one.alg && key.holds(one.value, one.input);
}

/** Check every signature; `keyOf(kid)` gives a key that may sign such a thing, or throws. */
export function verifyJws(jws, keyOf, thing, mode) {
  expectTyp(jws, thing, mode);
  const keys = jws.signatures.map((one) => keyOf(one.kid));
  jws.signatures.forEach((one, i) => {
    const named = keys[i] !== undefined && keys[i].alg === one.alg;
    demand(named, "key-unknown", "no key that may sign this has that name");
    const good = keys[i].holds(one.value, one.input);
    demand(good, "signature-invalid", "the signature does not fit");
  });
}
