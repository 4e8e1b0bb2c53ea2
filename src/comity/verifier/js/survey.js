// One streaming pass over every file of a bundle: digests, whatever the size.
//
// A reader is {files: path -> Blob, sizes: path -> bytes when it was chosen, strange: [path]}. Two
// pieces of a file are in memory at a time, and 32 bytes a block of a sealed package; only small
// files of the layout are kept whole.

import { MANIFEST, TAG_MANIFEST } from "./bag.js";
import { blake3 } from "./blake3.js";
import { byCodePoint, concat, hex } from "./bytes.js";
import { demand } from "./faults.js";
import { placeOf } from "./layout.js";
import { leafHash, rootOf } from "./merkle.js";
import { Sha256 } from "./sha256.js";
import { Sha512 } from "./sha512.js";

const MAX_FILES = 2_000_000;
const MAX_TAG_BYTES = 512 * 1024 * 1024;
const PIECE = 4 * 1024 * 1024;
const BLOCK = 1024 * 1024;

/** Root over the blocks of sealed bytes (spec section 15.2), fed in pieces of whole blocks. */
class Blocks {
  constructor() {
    this.hashes = [];
  }

  update(bytes) {
    for (let at = 0; at < bytes.length; at += BLOCK) {
      this.hashes.push(blake3(bytes.subarray(at, at + BLOCK)));
    }
  }

  root() {
    return hex(rootOf(this.hashes.map(leafHash)));
  }
}

/** Yield the pieces of a file, the next one being read while this one is hashed. */
async function* pieces(file) {
  let next = file.size ? file.slice(0, PIECE).arrayBuffer() : null;
  for (let at = 0; next !== null; ) {
    const piece = new Uint8Array(await next);
    at += PIECE;
    next = at < file.size ? file.slice(at, at + PIECE).arrayBuffer() : null;
    yield piece;
  }
}

/** Bytes that may be kept of a file, or 0 for evidence, which only passes by. */
function keptBytes(path, place) {
  if (!path.startsWith("data/")) return MAX_TAG_BYTES;
  if (place?.kind === "exhibit") {
    return [MANIFEST, TAG_MANIFEST].includes(place.parts.path) ? MAX_TAG_BYTES : 0;
  }
  return place?.max ?? 0;
}

function isTag(path, place) {
  const bag = place?.kind === "exhibit" && !place.parts.path.startsWith("data/");
  return bag || !path.startsWith("data/") || place === null;
}

async function look(path, file, size, advance) {
  const place = placeOf(path);
  const plain = new Sha256();
  const long = isTag(path, place) ? new Sha512() : null;
  const blocks = place?.kind === "package" ? new Blocks() : null;
  const kept = size <= keptBytes(path, place) ? [] : null;
  let read = 0;
  for await (const piece of pieces(file)) {
    plain.update(piece);
    long?.update(piece);
    blocks?.update(piece);
    kept?.push(piece);
    read += piece.length;
    await advance(path, piece.length);
  }
  demand(read === size, "unreadable", "a file changed after it was chosen");
  return {
    place,
    size,
    sha256: hex(plain.digest()),
    sha512: long && hex(long.digest()),
    root: blocks && blocks.root(),
    bytes: kept && concat(...kept),
  };
}

/** Path -> what a file is, in the order of code points; `progress(path, done, total)` is told. */
export async function survey(reader, progress = () => {}) {
  demand(reader.files.size <= MAX_FILES, "bundle-limit", "the bundle holds too many files");
  const paths = [...reader.files.keys()].sort(byCodePoint);
  const total = paths.reduce((sum, path) => sum + reader.files.get(path).size, 0);
  let done = 0;
  const advance = (path, size) => {
    done += size;
    return progress(path, done, total);
  };
  const found = new Map();
  for (const path of paths) {
    const file = reader.files.get(path);
    const size = reader.sizes?.get(path) ?? file.size;
    found.set(path, await look(path, file, size, advance));
  }
  return found;
}
