// Whether a chosen folder is a court bundle at all, as `comity verify` asks before it judges.

import { DECLARATION, MANIFEST, TAG_MANIFEST } from "./bag.js";
import { byCodePoint } from "./bytes.js";
import { STATEMENT } from "./layout.js";
import { MOST } from "./speech.js";

// A folder with none of these is no bundle at all, not a damaged one.
const SIGNS = [DECLARATION, STATEMENT, MANIFEST, TAG_MANIFEST];
const [, PART] = STATEMENT.split("/"); // lies on top where the folder in a bundle was chosen

/** Null for a bundle; else {say, names}: the sentence that says what to choose instead. */
export function noBundle(paths) {
  const there = new Set(paths);
  if (SIGNS.some((name) => there.has(name))) return null;
  if (there.has(PART)) return { say: "no-bundle-part", names: [] };
  const tail = `/${STATEMENT}`;
  const folders = paths
    .filter((path) => path.endsWith(tail))
    .map((path) => path.slice(0, -tail.length))
    .filter((folder) => there.has(`${folder}/${DECLARATION}`));
  if (folders.length > 0) return told("no-bundle-inside", folders);
  const packed = paths.filter((path) => /^[^/]+\.zip$/i.test(path));
  if (packed.length > 0) return told("no-bundle-zip", packed);
  return { say: "no-bundle-name", names: [DECLARATION] };
}

function told(say, names) {
  const sorted = names.sort(byCodePoint);
  return { say, names: sorted.slice(0, MOST), more: sorted.length - Math.min(MOST, sorted.length) };
}
