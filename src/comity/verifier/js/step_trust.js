// Step 3: the keys are whose they are said to be, by the trust file's pins.

import { byCodePoint } from "./bytes.js";
import { Fault } from "./faults.js";
import { entryPath, statePath, STATEMENT } from "./layout.js";
import { stateOf } from "./values.js";

const NO_STATES = ["un"]; // whose keys stand as those of a State: a secretariat's
const UNLIKE = "the keys are not those pinned: either may be wrong";

export function trust(bundle, notes) {
  const { directory, statement } = bundle;
  if (bundle.trust !== null && statement !== null && statement.mode !== bundle.trust.mode) {
    const reason = `the bundle is ${statement.mode}, the trust file ${bundle.trust.mode}`;
    notes.fail("mode-mismatch", STATEMENT, reason);
  }
  notes.take(faultsByPath(bundle));
  for (const [path, { subject, thing, version }] of bundle.records) {
    const due = thing === "entry" ? entryPath(subject, version) : statePath(subject, version);
    if (path !== due) notes.fail("bundle-name", path, `by its content it stands at ${due}`);
  }
  for (const party of [...wantedParties(bundle)].sort()) {
    const known = directory.has(party);
    if (!known) notes.fail("party-unknown", STATEMENT, `no entry of ${party} stands`);
  }
  if (directory.resets.length > 0) {
    notes.fail("bundle-directory", STATEMENT, "a State's keys were reset");
  }
  for (const party of [...bundle.directory.entries.keys()].sort()) {
    const word = bundle.pinned(party) ? "proved" : "attested";
    notes.claim("party-keys", word, [stateOf(party)], { party });
  }
  notes.claim("directory-current", "unknown", [bundle.exporter]); // newer ones may revoke a key
  tellInside(bundle, notes);
  const states = [...directory.states.keys()];
  const ofStates = (codes) => codes.filter((code) => !NO_STATES.includes(code)).length;
  return {
    parties: ofStates([...directory.entries.keys()].map(stateOf)),
    states: ofStates(states),
    secretariats: states.length - ofStates(states),
  };
}

/**
 * Records that are malformed, or do not stand, in the order of their paths; first the keys unlike
 * those pinned, with the State's own record before the entries that hang on it.
 */
function faultsByPath(bundle) {
  const found = bundle.faultsOf("state", "entry");
  for (const [path, record] of bundle.records) {
    const word = bundle.standing.get(record);
    const unlike = record.thing === "entry" && bundle.unlike.has(record.state);
    if (word instanceof Fault && word.code === "state-unknown" && unlike) {
      found.push([path, new Fault("state-unpinned", UNLIKE)]); // the record is here, not taken
    } else if (word instanceof Fault) found.push([path, word]);
    else if (word === "reset-pending") {
      found.push([path, new Fault("bundle-directory", "keys changed without those before them")]);
    }
  }
  const late = ([path, { code }]) => {
    if (code !== "state-unpinned") return 2;
    return path.startsWith("data/directory/states/") ? 0 : 1;
  };
  return found.sort((a, b) => late(a) - late(b) || byCodePoint(a[0], b[0]));
}

/** Parties without whose keys nothing can be judged. */
function wantedParties(bundle) {
  const wanted = new Set([...bundle.messages.values()].flatMap((message) => message.members));
  if (bundle.statement !== null) wanted.add(bundle.statement.exporter);
  return wanted;
}

/** A trust file that lies in the bundle may have come with it: nobody vouches for himself. */
function tellInside({ files, trust }, notes) {
  for (const [path, { sha256 }] of files) {
    if (sha256 === trust?.sha256) notes.unchecked.push({ say: "trust-inside", path });
  }
}
