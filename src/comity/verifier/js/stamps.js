// The time stamps of a bundle: tokens of authorities over checkpoints (spec sections 11.3 and 16).
//
// A token by an authority that the trust file does not name proves nothing and spoils nothing; one
// that claims a trusted name and does not hold is a fault.

import { demand, Fault } from "./faults.js";
import { parseRoots, verifyStamp } from "./timestamp.js";
import { Unsupported } from "./x509.js";

/** Trees that a trusted token dates: [{log, size, at, by}]; what does not hold is written down. */
export function readStamps(bundle, notes) {
  const found = [];
  const covered = new Set();
  const roots = parseRoots(bundle.trust?.timestampRoots ?? []); // a bad one spoils no bundle
  for (const path of bundle.of("stamp")) {
    covered.add(noteOf(path));
    notes.guard(path, () => found.push(...readStamp(bundle, notes, path, roots)));
  }
  for (const path of bundle.of("stamped").filter((one) => !covered.has(one))) {
    notes.fail("bundle-file-missing", path, "no time stamp over it is there");
  }
  return found;
}

/** Path of the note that a token is of. */
function noteOf(path) {
  return path.replace(/\.\d+\.tsr$/, ".note");
}

function readStamp(bundle, notes, path, roots) {
  const note = noteOf(path);
  demand(bundle.files.has(note), "bundle-file-missing", "the checkpoint it is of is not there");
  const stamp = judge(bundle, notes, path, roots);
  const tree = bundle.stamped.get(note); // absent: step 7 says why the note does not count
  if (stamp === null || tree === undefined) return [];
  return [{ log: tree.log, size: tree.checkpoint.size, at: stamp.at, by: stamp.by }];
}

function judge(bundle, notes, path, roots) {
  const note = noteOf(path);
  try {
    return verifyStamp(bundle.read(path), bundle.read(note), roots);
  } catch (fault) {
    if (fault instanceof Unsupported) {
      notes.unchecked.push({ say: "stamp-unchecked", path, what: fault.message });
    } else if (fault instanceof Fault && fault.code === "timestamp-foreign") {
      notes.claim("existed-by", "unknown", [], { path: note, why: "authority" });
    } else throw fault;
    return null;
  }
}
