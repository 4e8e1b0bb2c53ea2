// The Merkle tree of RFC 9162: leaf hashes, roots, inclusion and consistency.
//
// Sizes and indices are BigInt: a log may count to 2^63-1.

import { equal } from "./bytes.js";
import { demand } from "./faults.js";
import { sha256 } from "./sha256.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const MAX_SIZE = 2n ** 63n - 1n;

export function leafHash(entry) {
  return sha256(LEAF, entry);
}

function nodeHash(left, right) {
  return sha256(NODE, left, right);
}

/** Root over leaf hashes in order (section 2.1.1). */
export function rootOf(leaves) {
  if (leaves.length === 0) return sha256();
  let row = leaves;
  while (row.length > 1) {
    const above = [];
    for (let i = 0; i + 1 < row.length; i += 2) above.push(nodeHash(row[i], row[i + 1]));
    if (row.length % 2) above.push(row[row.length - 1]);
    row = above;
  }
  return row[0];
}

function checkHashes(hashes) {
  const fit = hashes.every((hash) => hash.length === 32);
  demand(fit, "proof-mismatch", "a hash is not 32 bytes long");
}

/** Check that a leaf stands at a place under a root (section 2.1.3.2). */
export function verifyInclusion({ leaf, index, size, path, root }) {
  const inside = index >= 0n && index < size && size <= MAX_SIZE;
  demand(inside, "proof-range", "the leaf is outside the tree");
  checkHashes([leaf, ...path]);
  let [fn, sn, r] = [index, size - 1n, leaf];
  for (const p of path) {
    demand(sn !== 0n, "proof-mismatch", "the path is too long");
    if (fn & 1n || fn === sn) {
      r = nodeHash(p, r);
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else r = nodeHash(r, p);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  demand(sn === 0n, "proof-mismatch", "the path is too short");
  demand(equal(r, root), "proof-mismatch", "the path leads to another root");
}

/** Check that the tree under the new root begins with the tree under the old one (2.1.4.2). */
export function verifyConsistency({ oldSize, newSize, path, oldRoot, newRoot }) {
  const ordered = oldSize > 0n && oldSize <= newSize && newSize <= MAX_SIZE;
  demand(ordered, "proof-range", "the old tree is empty or larger than the new one");
  checkHashes([oldRoot, newRoot, ...path]);
  if (oldSize === newSize) {
    const same = path.length === 0 && equal(oldRoot, newRoot);
    demand(same, "proof-mismatch", "trees of one size have one root");
    return;
  }
  const whole = (oldSize & (oldSize - 1n)) === 0n;
  const [first, ...rest] = whole ? [oldRoot, ...path] : path;
  demand(first !== undefined, "proof-mismatch", "the proof is too short");
  const [fr, sr] = walk(oldSize - 1n, newSize - 1n, first, rest);
  const both = equal(fr, oldRoot) && equal(sr, newRoot);
  demand(both, "proof-mismatch", "the proof leads to other roots");
}

function walk(from, to, first, rest) {
  let [fn, sn] = [from, to];
  while (fn & 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  let [fr, sr] = [first, first];
  for (const c of rest) {
    demand(sn !== 0n, "proof-mismatch", "the proof is too long");
    if (fn & 1n || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else sr = nodeHash(sr, c);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  demand(sn === 0n, "proof-mismatch", "the proof is too short");
  return [fr, sr];
}
