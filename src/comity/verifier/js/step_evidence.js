// Step 10: the evidence is what was offered.

import { MANIFEST, parseManifest, TAG_MANIFEST } from "./bag.js";
import { byCodePoint } from "./bytes.js";
import { demand } from "./faults.js";
import { flat, packagePath, placeOf, STATEMENT } from "./layout.js";
import { assertion } from "./notes.js";
import { whyNot } from "./step_messages.js";

const TERMS = ["sealedSize", "files", "fileList", "tagManifest"]; // what is said of the bytes

export function evidence(bundle, notes) {
  notes.take(bundle.offerFaults);
  const offers = allOffers(bundle, notes);
  const packages = checkPackages(bundle, notes, offers);
  const opened = checkOpened(bundle, notes, offers);
  notes.claimed = packages + offers.size + opened + notes.claims.length > 0;
  return { packages, opened };
}

/**
 * Root -> offers, each {path, offer}, that a package may fit. Those that count come first, among
 * these those of others than the exporter. Says where they say otherwise of a package.
 */
function allOffers(bundle, notes) {
  const found = new Map();
  const aside = new Map();
  const isOwn = ([path]) => bundle.offering(path).author === bundle.exporter;
  const others = [...bundle.offers].filter((one) => !isOwn(one));
  for (const [path, offer] of [...others, ...[...bundle.offers].filter(isOwn)]) {
    const kind = bundle.offeringPaths.has(path) ? found : aside;
    if (!kind.has(offer.root)) kind.set(offer.root, []);
    kind.get(offer.root).push({ path, offer });
  }
  const told = new Map();
  for (const [root, offers] of aside) {
    const theirs = fromOthers(bundle, offers);
    told.set(root, theirs.length > 0 ? theirs : offers);
  }
  for (const [root, counting] of found) {
    const more = needed(bundle, counting, fromOthers(bundle, aside.get(root) ?? []));
    told.set(root, [...counting, ...more]);
    compareOffers(bundle, notes, told.get(root));
  }
  return told;
}

function fromOthers(bundle, offers) {
  return offers.filter(({ path }) => bundle.offering(path).author !== bundle.exporter);
}

/**
 * The offers set aside that what is here fits, where it fits none that counts. Who took a package
 * by an offer holds it still when a twin or a lie of its partner has set that offer aside.
 */
function needed(bundle, counting, aside) {
  const found = new Set();
  for (const fits of [hasItsSize, hasItsBag]) {
    if (counting.some(({ offer }) => fits(bundle, offer))) continue;
    const one = aside.find(({ offer }) => fits(bundle, offer));
    if (one !== undefined) found.add(one);
  }
  return found;
}

function hasItsSize(bundle, offer) {
  return bundle.files.get(packagePath(offer.root))?.size === offer.sealedSize;
}

function hasItsBag(bundle, offer) {
  const top = bundle.files.get(`${exhibitPrefix(offer.root)}${TAG_MANIFEST}`);
  return top !== undefined && top.sha256 === offer.tagManifest;
}

function exhibitPrefix(root) {
  return `data/exhibits/${root}/`;
}

/**
 * Say where offers of one package differ, in the order in which the exporter's log has them. An
 * exporter that offers a package otherwise than it had been offered damages its own bundle: else
 * it could say itself which opened files count. Nobody else can damage it so.
 */
function compareOffers(bundle, notes, offers) {
  const places = new Map(offers.map(({ path }) => [path, placeOfOffer(bundle, path)]));
  const [first, ...rest] = [...offers].sort((a, b) => {
    const [one, other] = [places.get(a.path), places.get(b.path)];
    return one.epoch - other.epoch || Number(one.index - other.index);
  });
  const known = [first.offer];
  for (const { path, offer } of rest) {
    if (known.some((one) => TERMS.every((name) => one[name] === offer[name]))) continue;
    known.push(offer);
    const by = [first.path, path].map((one) => bundle.offering(one).author);
    if (by[1] === bundle.exporter) {
      notes.fail("bundle-evidence", path, `${first.path} says otherwise of the same package`);
      continue;
    }
    const both = [first.path, path].map((one) => {
      const { author, sequence } = bundle.offering(one);
      return assertion(author, one, "message", { sequence });
    });
    const word = by[0] === by[1] ? "contradicted" : "disputed";
    const facts = { path: packagePath(offer.root) };
    notes.claim("package-sealed", word, [...new Set(by)], facts, both);
  }
}

/** Where the exporter's log has the message of an offer: what it had first. */
function placeOfOffer(bundle, path) {
  const own = bundle
    .leavesOf(bundle.offering(path).record)
    .filter(({ party }) => party === flat(bundle.exporter))
    .map(({ index, log }) => ({ epoch: Number(log.split("/")[1]), index }))
    .sort((a, b) => a.epoch - b.epoch || Number(a.index - b.index));
  return own[0] ?? { epoch: 0, index: 0n };
}

function checkPackages(bundle, notes, offers) {
  const there = new Set();
  for (const path of bundle.of("package")) {
    const { place, root } = bundle.files.get(path);
    const told = offers.get(place.parts.root);
    const fitting = told?.find(({ offer }) => hasItsSize(bundle, offer));
    there.add(place.parts.root);
    if (root !== place.parts.root) {
      notes.fail("offer-root", path, "its blocks do not lead to its name");
    } else if (told === undefined) tellUnexplained(bundle, notes, path);
    else if (fitting === undefined) notes.fail("offer-size", path, "not the size offered");
    else {
      const by = bundle.offering(fitting.path).author;
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
    const prefix = exhibitPrefix(root);
    const told = offers.get(root);
    if (told === undefined) {
      tellUnexplained(bundle, notes, prefix);
      continue;
    }
    const named = told.find(({ offer }) => hasItsBag(bundle, offer)) ?? told[0];
    const facts = { path: prefix, package: packagePath(root) };
    notes.claim("exhibit-opened", "attested", [bundle.offering(named.path).author], facts);
    checkBag(bundle, notes, { prefix, files, hidden: hidden.get(root) ?? new Map() }, named.offer);
  }
  return opened.size;
}

/** The offer names the tag manifest, which names all the rest. */
function checkBag(bundle, notes, bag, offer) {
  const top = bag.files.get(TAG_MANIFEST);
  const path = bag.prefix + TAG_MANIFEST;
  if (!hasItsBag(bundle, offer)) {
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
