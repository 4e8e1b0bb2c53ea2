// Root of a sealed package whose blocks hold counted bytes, as the page surveys a file.

import { survey } from "../../../src/comity/verifier/js/survey.js";

const BLOCK = 1 << 20;
const PATH = `data/evidence/${"0".repeat(64)}.age`;

/** Blocks in the order given, each of bytes that differ from block to block. */
function bytesOf(order, size) {
  const data = new Uint8Array((order.length - 1) * BLOCK + size);
  order.forEach((number, i) => {
    const end = Math.min(data.length, (i + 1) * BLOCK);
    for (let at = i * BLOCK; at < end; at++) data[at] = (at - i * BLOCK + 7 * number) % 251;
  });
  return data;
}

async function surveyed(data) {
  const found = await survey({ files: new Map([[PATH, new Blob([data])]]) });
  return found.get(PATH).root;
}

/** Root of blocks in an order, the last of a size of its own, with a bit changed at a place. */
export async function root(order, size, place) {
  const data = bytesOf(order, size);
  if (place !== null) data[place] ^= 1;
  return surveyed(data);
}

/** Root of the bytes of a vector of packages (vectors/package/blocks.json). */
export async function vector({ size_bytes: size, flipped_byte: place }) {
  const data = new Uint8Array(size).map((_, i) => i % 251);
  if (place !== null) data[place] ^= 1;
  return surveyed(data);
}

globalThis.comity = { root, vector };
