// Where each thing stands in a court bundle, and how large it may be (spec section 16).

import { digestHex } from "./values.js";

const KIB = 1024;
const MIB = 1024 * 1024;
const HEX = "[0-9a-f]{64}";
const PARTY = "(?<party>[a-z]{2}_[a-z0-9-]+)";
const LOG = `data/log/${PARTY}/(?<epoch>[1-9][0-9]{0,8})`;
const SIZE = "(?<size>[1-9][0-9]{0,15})";
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

export const STATEMENT = "data/bundle.json";
export const SNAPSHOT = "data/directory/snapshot.json";
export const SNAPSHOT_PROOF = "data/directory/snapshot.proof";

const ROWS = [
  ["statement", "data/bundle\\.json", 256 * MIB],
  ["readme", "data/README\\.txt", MIB],
  ["message", `data/messages/${HEX}/${PARTY}-[1-9][0-9]*(?:\\.[0-9a-f]{16})?\\.json`, 2 * MIB],
  ["section", `data/sections/(?<content>${HEX})/(?<name>[a-z][a-z0-9-]*)\\.json`, 5 * MIB],
  ["receipt", `data/receipts/(?<record>${HEX})\\.${PARTY}\\.json`, 64 * KIB],
  ["leaf", `${LOG}/leaves/(?<index>0|[1-9][0-9]{0,15})\\.json`, 2 * MIB],
  ["checkpoint", `${LOG}/checkpoint`, 1_000_000],
  ["consistency", `${LOG}/consistency\\.json`, 64 * MIB],
  ["successor", `${LOG}/successor\\.json`, MIB],
  ["stamped", `${LOG}/stamped/${SIZE}\\.note`, MIB],
  ["stamp", `${LOG}/stamped/${SIZE}\\.[1-9][0-9]?\\.tsr`, 64 * KIB],
  ["state", "data/directory/states/[a-z]{2}-[1-9][0-9]*\\.json", MIB],
  ["entry", `data/directory/entries/${PARTY}-[1-9][0-9]*\\.json`, 4 * MIB],
  ["snapshot", "data/directory/snapshot\\.json", 16 * MIB],
  ["snapshot-proof", "data/directory/snapshot\\.proof", 2 * MIB],
  ["custody", `data/custody/(?<exhibit>${UUID})\\.json`, 64 * MIB],
  ["case", `data/custody/${UUID}\\.case\\.jsonld`, null],
  ["paper", "data/papers/[a-z0-9][a-z0-9_-]{0,119}\\.pdf", null],
  ["package", `data/evidence/(?<root>${HEX})\\.age`, null],
  ["exhibit", `data/exhibits/(?<root>${HEX})/(?<path>[^\\n]+)`, null],
].map(([kind, pattern, max]) => ({ kind, pattern: new RegExp(`^${pattern}$`), max }));

/** What a path may be: {kind, max, parts}, or null if it has no place in a bundle. */
export function placeOf(path) {
  for (const { kind, pattern, max } of ROWS) {
    const match = pattern.exec(path);
    if (match !== null) return { kind, max, parts: match.groups ?? {} };
  }
  return null;
}

/** Tell whether the rest of a bundle can be verified without this file. */
export function mayBeWithheld(path) {
  const place = placeOf(path);
  if (place?.kind === "exhibit") return place.parts.path.startsWith("data/");
  return ["section", "receipt", "package", "custody"].includes(place?.kind);
}

/** A party's name as it stands in paths. */
export function flat(party) {
  return party.replace("/", "_");
}

export function messagePath(conversation, party, sequence, double = "") {
  const more = double && `.${digestHex(double).slice(0, 16)}`;
  return `data/messages/${digestHex(conversation)}/${flat(party)}-${sequence}${more}.json`;
}

export function sectionPath(content, name) {
  return `data/sections/${digestHex(content)}/${name}.json`;
}

export function receiptPath(record, party) {
  return `data/receipts/${digestHex(record)}.${flat(party)}.json`;
}

export function logPath(party, epoch, name) {
  return `data/log/${flat(party)}/${epoch}/${name}`;
}

export function statePath(state, version) {
  return `data/directory/states/${state}-${version}.json`;
}

export function entryPath(party, version) {
  return `data/directory/entries/${flat(party)}-${version}.json`;
}

export function custodyPath(exhibit) {
  return `data/custody/${exhibit}.json`;
}

export function packagePath(root) {
  return `data/evidence/${root}.age`;
}
