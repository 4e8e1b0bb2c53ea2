// The page's primitives, called with hex and answering with hex or a word.

import { Blake3 } from "../../../src/comity/verifier/js/blake3.js";
import { hex, toBigInt, unhex } from "../../../src/comity/verifier/js/bytes.js";
import { signaturePair } from "../../../src/comity/verifier/js/der.js";
import { P256, P384, P521, verifyEcdsa } from "../../../src/comity/verifier/js/ecdsa.js";
import { verifyEd25519 } from "../../../src/comity/verifier/js/ed25519.js";
import { Fault } from "../../../src/comity/verifier/js/faults.js";
import { decode, decodeLoose, encode } from "../../../src/comity/verifier/js/json.js";
import { parseKey } from "../../../src/comity/verifier/js/keys.js";
import { sha1 } from "../../../src/comity/verifier/js/sha1.js";
import { Sha256 } from "../../../src/comity/verifier/js/sha256.js";
import { sha384, Sha512 } from "../../../src/comity/verifier/js/sha512.js";
import { shake128, shake256, take } from "../../../src/comity/verifier/js/shake.js";
import { Unsupported } from "../../../src/comity/verifier/js/x509.js";
import { parseRoots, verifyStamp } from "../../../src/comity/verifier/js/timestamp.js";

const CURVES = { secp256r1: P256, secp384r1: P384, secp521r1: P521 };

function code(run) {
  try {
    return run();
  } catch (fault) {
    if (fault instanceof Fault) return fault.code;
    if (fault instanceof Unsupported) return "unsupported";
    throw fault;
  }
}

function inPieces(state, bytes, piece) {
  for (let at = 0; at < bytes.length; at += piece) state.update(bytes.subarray(at, at + piece));
  return hex(state.digest());
}

/** Input of BLAKE3's published vectors, with the bits of one byte changed. */
function counted(size, place = 0, bits = 0) {
  const data = new Uint8Array(size).map((_, i) => i % 251);
  data[place] ^= bits;
  return data;
}

globalThis.comity = {
  blake3: (data, piece) => inPieces(new Blake3(), unhex(data), piece),
  blake3Counted: (size, piece, place, bits) =>
    inPieces(new Blake3(), counted(size, place, bits), piece),
  /** Digests of one stream at each of some lengths, asked for as it goes on. */
  blake3Onward: (sizes) => {
    const data = counted(sizes.at(-1));
    const state = new Blake3();
    let at = 0;
    return sizes.map((size) => {
      state.update(data.subarray(at, size));
      at = size;
      return hex(state.digest());
    });
  },
  sha1: (data) => hex(sha1(unhex(data))),
  sha256: (data, piece) => inPieces(new Sha256(), unhex(data), piece),
  sha512: (data, piece) => inPieces(new Sha512(), unhex(data), piece),
  sha384: (data) => hex(sha384(unhex(data))),
  shake: (bits, data, size) => hex(take((bits === 128 ? shake128 : shake256)(unhex(data)), size)),
  ed25519: (key, signature, message) => verifyEd25519(...[key, signature, message].map(unhex)),
  ecdsa: (name, x, y, signature, digest) =>
    code(() => {
      const point = { x: toBigInt(unhex(x)), y: toBigInt(unhex(y)) };
      return verifyEcdsa(CURVES[name], point, ...signaturePair(unhex(signature)), unhex(digest));
    }),
  key: (jwk) => code(() => parseKey(jwk).kid),
  decode: (data, loose) => code(() => hex(encode((loose ? decodeLoose : decode)(unhex(data), 1 << 20)))),
  stamp: (response, note, roots) =>
    code(() => {
      const { at, by } = verifyStamp(unhex(response), unhex(note), parseRoots(roots));
      return `${at} ${by}`;
    }),
  /** Codes of what becomes of a response with each byte changed in turn. */
  spoiltStamps: (response, note, roots, bit) => {
    const parsed = parseRoots(roots);
    const bytes = unhex(response);
    return Array.from(bytes, (_, i) => {
      const spoilt = bytes.slice();
      spoilt[i] ^= bit;
      return code(() => String(verifyStamp(spoilt, unhex(note), parsed).at));
    });
  },
  speed: (name, megabytes) => {
    const data = new Uint8Array(1 << 20).map((_, i) => i * 7);
    const state = name === "blake3" ? new Blake3() : new Sha256();
    const started = performance.now();
    for (let i = 0; i < megabytes; i++) state.update(data);
    state.digest();
    return (megabytes * 1.048576) / ((performance.now() - started) / 1000);
  },
};
