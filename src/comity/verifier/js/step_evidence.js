// Step 10: the evidence is what was offered.

import { MANIFEST, parseManifest, TAG_MANIFEST } from "./bag.js";
import { byCodePoint } from "./bytes.js";
import { demand } from "./faults.js";
import { packagePath, placeOf, STATEMENT } from "./layout.js";
import { whyNot } from "./step_messages.js";

const TERMS = ["sealedSize", "files", "fileList", "tagManifest"]; // what is said of the bytes

export function evidence(bundle, notes) {
  notes.take(bundle.offerFaults);
  const offers = firstOffers(bundle, notes);
  const packages = checkPackages(bundle, notes, offers);
  const opened = checkOpened(bundle, notes, offers);
  notes.claimed = packages + offers.size + opened + notes.claims.length > 0;
  return { packages, opened };
}

/**
 * Root -> offer. Who offers a package again says the same of it; else whoever offers last, the
 * exporter itself perhaps, would say which opened files count.
 */
function firstOffers(bundle, notes) {
  const found = new Map(); // root -> {path, offer}
  for (const [path, offer] of bundle.offers) {
    if (!found.has(offer.root)) found.set(offer.root, { path, offer });
    const first = found.get(offer.root);
    const same = TERMS.every((name) => first.offer[name] === offer[name]);
    if (same || !bundle.offeringPaths.has(path)) continue;
    notes.fail("bundle-evidence", path, `${first.path} says otherwise of the same package`);
  }
  return new Map([...found].map(([root, { offer }]) => [root, offer]));
}

function checkPackages(bundle, notes, offers) {
  const there = new Set();
  for (const path of bundle.of("package")) {
    const { place, root, size } = bundle.files.get(path);
    const offer = offers.get(place.parts.root);
    there.add(place.parts.root);
    if (root !== place.parts.root) {
      notes.fail("offer-root", path, "its blocks do not lead to its name");
    } else if (offer === undefined) tellUnexplained(bundle, notes, path);
    else if (offer.sealedSize !== size) notes.fail("offer-size", path, "not the size offered");
    else {
      const by = bundle.offering().get(root);
      notes.claim("package-sealed", bundle.pinned(by) ? "proved" : "attested", [by], { path });
    }
  }
  const counting = [...bundle.offers].filter(([path]) => bundle.offeringPaths.has(path));
  const due = new Set(counting.map(([, { root }]) => root));
  for (const root of [...due].filter((one) => !there.has(one))) {
    const path = packagePath(root);
    const why = bundle.withheld.get(path);
    if (why !== undefined) {
      notes.claim("evidence-withheld", "unknown", [bundle.exporter], whyNot(why));
    } else notes.fail("bundle-evidence", path, "offered, and neither there nor withheld");
  }
  return there.size;
}

function tellUnexplained(bundle, notes, path) {
  const hidden = [...bundle.withheld.keys()].some((name) => name.endsWith("/offer.json"));
  if (hidden) notes.claim("package-sealed", "unknown", [bundle.exporter], { path });
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

function checkOpened(bundle, notes, offers) {
  const opened = byRoot(bundle.of("exhibit"), (path) => bundle.files.get(path));
  const hidden = byRoot(bundle.withheld.keys(), (path) => bundle.withheld.get(path));
  if ([...hidden.keys()].some((root) => !opened.has(root))) {
    notes.fail("bundle-statement", STATEMENT, "a file is withheld of an exhibit that is not here");
  }
  for (const [root, files] of opened) {
    const prefix = `data/exhibits/${root}/`;
    const offer = offers.get(root);
    if (offer === undefined) {
      tellUnexplained(bundle, notes, prefix);
      continue;
    }
    const facts = { path: prefix, package: packagePath(root) };
    notes.claim("exhibit-opened", "attested", [bundle.offering().get(root)], facts);
    checkBag(bundle, notes, { prefix, files, hidden: hidden.get(root) ?? new Map() }, offer);
  }
  return opened.size;
}

/** The offer names the tag manifest, which names all the rest. */
function checkBag(bundle, notes, bag, offer) {
  const top = bag.files.get(TAG_MANIFEST);
  const path = bag.prefix + TAG_MANIFEST;
  if (top?.sha256 !== offer.tagManifest) {
    notes.fail("package-digest", path, "not the tag manifest that was offered");
    return;
  }
  notes.guard(path, () => {
    const tags = parseManifest(bytesOf(top), { digits: 128, payload: false });
    demand(tags.has(MANIFEST), "package-manifest", `it does not name ${MANIFEST}`);
    demandSame(bag, new Set(tags.keys()), false);
    for (const [name, digest] of tags) {
      const same = bag.files.get(name).sha512 === digest;
      if (!same) notes.fail("package-digest", bag.prefix + name, "not as the tag manifest says");
    }
  });
  if (!bag.files.has(MANIFEST)) return;
  notes.guard(bag.prefix + MANIFEST, () => checkPayload(bundle, notes, bag));
}

function bytesOf(file) {
  demand(file.bytes !== null, "bundle-limit", "larger than a file of its kind may be");
  return file.bytes;
}

function checkPayload(bundle, notes, bag) {
  const listed = parseManifest(bytesOf(bag.files.get(MANIFEST)), { digits: 64, payload: true });
  for (const name of [...bag.hidden.keys()].sort(byCodePoint)) {
    if (listed.has(name)) {
      const facts = whyNot(bag.hidden.get(name));
      notes.claim("evidence-withheld", "unknown", [bundle.exporter], facts);
    } else notes.fail("bundle-statement", STATEMENT, "withheld, and its bag names no such file");
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
