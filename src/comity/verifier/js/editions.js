// Editions of the registry of types (spec section 7.6): rows by type, named by their digest.

import { encode } from "./json.js";
import { EDITIONS } from "./moves.js";
import { digest } from "./values.js";

const known = new Map(); // digest -> {number, moves}, the newest first

/** Row of a type outside an edition: legal for nobody, nowhere. */
export const UNKNOWN = row({
  about_optional: false,
  approvals: { approver: 0, author: 0, late_hours: null },
  becomes: null,
  by: [],
  edition: null,
  from: [],
  in: [],
  members: [2, 16],
  rank: 4,
  sections: {},
  to: null,
  track: null,
});
/** Row of a type of private use: it goes on with a conversation and moves nothing. */
export const PRIVATE = { ...UNKNOWN, roles: ["R", "Q"], sections: { note: false } };
/** What begins a name of private use. */
export const PRIVATE_PREFIX = "x-";

/** Know one more edition, by a value of the form of spec/registry/edition.json. */
export function learn(value) {
  const types = Object.entries(value.types);
  const moves = new Map(types.map(([name, said]) => [name, row(said)]));
  const all = [...known, [digest("edition", encode(value)), { number: value.number, moves }]];
  known.clear();
  all.sort(([, a], [, b]) => b.number - a.number).forEach(([name, one]) => known.set(name, one));
}

/** Edition by its digest, or undefined. */
export function editionOf(name) {
  return known.get(name);
}

/** Row of a type in an edition, or undefined; types of private use are in every edition. */
export function rowIn({ moves }, type) {
  return type.startsWith(PRIVATE_PREFIX) ? PRIVATE : moves.get(type);
}

/** Row of a type in the newest edition that has it, or undefined. */
export function rowOf(type) {
  const rows = [...known.values()].map((edition) => rowIn(edition, type));
  return rows.find((found) => found !== undefined);
}

function row(said) {
  const { approvals: floor, by: roles, from: sources, in: main, to: target, ...rest } = said;
  return { ...rest, floor, main, roles, sources, target };
}

EDITIONS.forEach(learn);
