// The trust file: what a verifier trusts before it has seen anything (spec section 12.1).

import { decodeLoose, listOf, members } from "./json.js";
import { demand } from "./faults.js";
import { parseVerifierKey } from "./note.js";
import { parseKeySet } from "./records.js";
import { sha256Hex } from "./sha256.js";
import { parseMode, parseState, PROTOCOL } from "./values.js";

const MAX_BYTES = 4 * 1024 * 1024;
const MANY = 256;
const PEM = /^-----BEGIN CERTIFICATE-----[\x00-\x7f]*-----END CERTIFICATE-----$/;

/**
 * Trust file of bytes in any layout: {mode, pins, witnesses, witnessesDue, timestampRoots, sha256}.
 */
export function parseTrust(bytes) {
  const fields = members(decodeLoose(bytes, MAX_BYTES), {
    delegations: "object",
    mode: "string",
    protocol: "string",
    root: "object|null",
    timestamp_roots: "array",
    witness_threshold: "number",
    witnesses: "array",
  });
  demand(fields.protocol === PROTOCOL, "trust-malformed", "a trust file of another protocol");
  return {
    mode: parseMode(fields.mode),
    pins: new Map(
      Object.entries(fields.delegations).map(([state, pin]) => [parseState(state), parsePin(pin)]),
    ),
    timestampRoots: several(fields.timestamp_roots, parsePem),
    witnesses: parseWitnesses(fields.witnesses),
    witnessesDue: parseDue(fields.witness_threshold),
    sha256: sha256Hex(bytes),
  };
}

function several(value, read) {
  demand(value.length <= MANY, "trust-malformed", `at most ${MANY} items`);
  return listOf(value, read, MANY);
}

function parsePin(value) {
  const fields = members(value, { keys: "array", threshold: "number" });
  return parseKeySet(fields.keys, fields.threshold);
}

function parsePem(value) {
  const fits = typeof value === "string" && PEM.test(value.trim());
  demand(fits, "trust-malformed", "a time-stamp root is a PEM certificate");
  return value;
}

function parseWitnesses(value) {
  const found = several(value, parseWitness);
  const once = new Set(found.map((one) => one.identity)).size === found.length;
  demand(once, "trust-malformed", "a witness is listed twice");
  return found;
}

/** A verifier key, and the State whose party operates it. */
function parseWitness(value) {
  const { key, state } = members(value, { key: "string", state: "string" });
  return { ...parseVerifierKey(key), state: parseState(state) };
}

function parseDue(value) {
  const fits = Number.isInteger(value) && value >= 1 && value <= MANY;
  demand(fits, "trust-malformed", `witness_threshold is a number from 1 to ${MANY}`);
  return value;
}
