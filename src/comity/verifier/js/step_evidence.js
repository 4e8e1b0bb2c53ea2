// Steps 9 and 10: custody chains are the ones handed over, and the evidence is what was offered.

import { MANIFEST, parseManifest, TAG_MANIFEST } from "./bag.js";
import { byCodePoint } from "./bytes.js";
import { parseHead, verifyChain } from "./custody.js";
import { demand } from "./faults.js";
import { isObject } from "./json.js";
import { custodyPath, packagePath, placeOf, sectionPath, STATEMENT } from "./layout.js";

export function custody(bundle, notes) {
  const heads = bundle.statement?.custody ?? new Map();
  const chains = new Map();
  notes.take(bundle.faultsOf("custody"));
  for (const [path, values] of bundle.chains) {
    const { exhibit } = bundle.files.get(path).place.parts;
    notes.guard(path, () => {
      const events = verifyChain(values);
      chains.set(exhibit, events);
      const own = events.length > 0 && events[0].exhibit === exhibit;
      demand(own, "bundle-custody", "a chain of another exhibit, or of none");
      const head = heads.get(exhibit);
      const same = head?.count === events.length && head.digest === events.at(-1).digest;
      demand(same, "bundle-head", `the chain ends at event ${events.length}, not as stated`);
    });
  }
  checkStated(bundle, notes, heads, chains);
  for (const handover of handovers(bundle, notes)) compareChain(bundle, notes, chains, handover);
  for (const [exhibit, events] of chains) {
    const numbers = events.filter((event) => event.attested).map((event) => event.number);
    if (numbers.length === 0) continue;
    notes.attested.push({ say: "events", exhibit, numbers: numbers.join(", ") });
  }
  notes.claimed = chains.size + heads.size + notes.unknown.length > 0;
  return { chains: chains.size, events: [...chains.values()].flat().length };
}

function checkStated(bundle, notes, heads, chains) {
  for (const exhibit of [...heads.keys()].sort()) {
    const path = custodyPath(exhibit);
    if (chains.has(exhibit) || bundle.chains.has(path) || bundle.faults.has(path)) continue;
    notes.fail("bundle-custody", path, "a head is stated, and the chain is not there");
  }
}

/** Head and exhibit of every hand-over in the messages. */
function handovers(bundle, notes) {
  const found = [];
  for (const message of bundle.counted.values()) {
    const section = bundle.sectionsOf(message).get("custody");
    if (section === undefined || !message.body.has("custody")) continue;
    const path = sectionPath(message.content, "custody");
    notes.guard(path, () => {
      const { value } = section;
      const named = isObject(value) && typeof value.exhibit === "string";
      demand(named, "bundle-custody", "a hand-over names its exhibit");
      const head = parseHead({ count: value.count ?? null, digest: value.digest ?? null });
      found.push({ path, exhibit: value.exhibit, head });
    });
  }
  return found;
}

function compareChain(bundle, notes, chains, { path, exhibit, head }) {
  const place = custodyPath(exhibit);
  const events = chains.get(exhibit);
  if (events !== undefined) {
    const same = events[head.count - 1]?.digest === head.digest;
    if (!same) notes.fail("bundle-custody", place, `not the chain that ${path} hands over`);
    return;
  }
  if (bundle.chains.has(place)) return; // said already
  const why = bundle.withheld.get(place);
  if (why !== undefined) notes.unknown.push({ say: "withheld", ...why });
  else notes.fail("bundle-custody", place, "a message hands it over, and it is not there");
}

export function evidence(bundle, notes) {
  notes.take(bundle.offerFaults);
  const packages = checkPackages(bundle, notes);
  const opened = checkOpened(bundle, notes);
  notes.claimed = packages + bundle.offers.size + opened + notes.unknown.length > 0;
  return { packages, opened };
}

function checkPackages(bundle, notes) {
  const there = new Set();
  for (const path of bundle.of("package")) {
    const { place, root, size } = bundle.files.get(path);
    const offer = bundle.offers.get(place.parts.root);
    there.add(place.parts.root);
    if (root !== place.parts.root) {
      notes.fail("offer-root", path, "its blocks do not lead to its name");
    } else if (offer === undefined) tellUnexplained(bundle, notes, path);
    else if (offer.sealedSize !== size) notes.fail("offer-size", path, "not the size offered");
  }
  for (const root of [...bundle.offers.keys()].filter((one) => !there.has(one))) {
    const path = packagePath(root);
    const why = bundle.withheld.get(path);
    if (why !== undefined) notes.unknown.push({ say: "withheld", ...why });
    else notes.fail("bundle-evidence", path, "offered, and neither there nor withheld");
  }
  return there.size;
}

function tellUnexplained(bundle, notes, path) {
  const hidden = [...bundle.withheld.keys()].some((name) => name.endsWith("/offer.json"));
  if (hidden) notes.unknown.push({ say: "unexplained", path });
  else notes.fail("bundle-evidence", path, "no message here offers it");
}

/** Root -> inner path -> what `of(path)` gives, for the paths of opened exhibits. */
function byRoot(paths, of) {
  const found = new Map();
  for (const path of paths) {
    const place = placeOf(path);
    if (place?.kind !== "exhibit") continue;
    const { root, path: inner } = place.parts;
    if (!found.has(root)) found.set(root, new Map());
    found.get(root).set(inner, of(path));
  }
  return found;
}

function checkOpened(bundle, notes) {
  const opened = byRoot(bundle.of("exhibit"), (path) => bundle.files.get(path));
  const hidden = byRoot(bundle.withheld.keys(), (path) => bundle.withheld.get(path));
  if ([...hidden.keys()].some((root) => !opened.has(root))) {
    notes.fail("bundle-statement", STATEMENT, "a file is withheld of an exhibit that is not here");
  }
  for (const [root, files] of opened) {
    const prefix = `data/exhibits/${root}/`;
    const offer = bundle.offers.get(root);
    if (offer === undefined) tellUnexplained(bundle, notes, prefix);
    else checkBag(notes, { prefix, files, hidden: hidden.get(root) ?? new Map() }, offer);
  }
  return opened.size;
}

/** The offer names the tag manifest, which names all the rest. */
function checkBag(notes, bag, offer) {
  const top = bag.files.get(TAG_MANIFEST);
  const path = bag.prefix + TAG_MANIFEST;
  if (top?.sha256 !== offer.tagManifest) {
    notes.fail("package-digest", path, "not the tag manifest that was offered");
    return;
  }
  notes.guard(path, () => {
    const tags = parseManifest(bytesOf(top), { digits: 128, payload: false });
    demandSame(bag, new Set(tags.keys()), false);
    for (const [name, digest] of tags) {
      const same = bag.files.get(name).sha512 === digest;
      if (!same) notes.fail("package-digest", bag.prefix + name, "not as the tag manifest says");
    }
  });
  if (!bag.files.has(MANIFEST)) return;
  notes.guard(bag.prefix + MANIFEST, () => checkPayload(notes, bag));
}

function bytesOf(file) {
  demand(file.bytes !== null, "bundle-limit", "larger than a file of its kind may be");
  return file.bytes;
}

function checkPayload(notes, bag) {
  const listed = parseManifest(bytesOf(bag.files.get(MANIFEST)), { digits: 64, payload: true });
  for (const name of [...bag.hidden.keys()].sort(byCodePoint)) {
    if (listed.has(name)) notes.unknown.push({ say: "withheld", ...bag.hidden.get(name) });
    else notes.fail("bundle-statement", STATEMENT, "withheld, and its bag names no such file");
  }
  const due = [...listed.keys()].filter((name) => !bag.hidden.has(name)).sort(byCodePoint);
  demandSame(bag, new Set(due), true);
  for (const name of due) {
    const same = bag.files.get(name).sha256 === listed.get(name);
    if (!same) notes.fail("package-digest", bag.prefix + name, "not as the manifest says");
  }
}

function demandSame(bag, listed, payload) {
  const names = [...bag.files.keys()].filter((name) => name.startsWith("data/") === payload);
  const there = new Set(names.filter((name) => name !== TAG_MANIFEST));
  const same = there.size === listed.size && [...there].every((name) => listed.has(name));
  demand(same, "package-manifest", "a file is listed and not there, or there and not listed");
}
