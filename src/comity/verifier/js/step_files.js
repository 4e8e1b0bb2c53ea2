// Steps 1 and 2: the files are those the exporter signed for.

import {
  DECLARATION, DECLARED, INFO, infoText, MANIFEST, manifestText, parseManifest, PAYLOAD_LIST,
  tagFits, TAG_MANIFEST,
} from "./bag.js";
import { byCodePoint, equal } from "./bytes.js";
import { Fault } from "./faults.js";
import { expectTyp, verifyJws } from "./jws.js";
import { STATEMENT } from "./layout.js";
import { digestHex } from "./values.js";

const INNER = [INFO, DECLARATION, MANIFEST]; // in the order of the tag manifest
const TAGS = [...INNER, TAG_MANIFEST];
const LISTS_TAGS = { digits: 128, payload: false };

/** Files against manifests, and manifests against the only bytes they may have. */
export function files(bundle, notes) {
  for (const path of bundle.strange) notes.fail("bundle-file-foreign", path, "no plain file");
  for (const [path, { place }] of bundle.files) {
    const known = place !== null || TAGS.includes(path);
    if (!known) notes.fail("bundle-file-foreign", path, "nothing of that name belongs here");
  }
  const tags = new Set();
  for (const path of TAGS) {
    if (!bundle.files.has(path)) notes.fail("bundle-file-missing", path, "a bundle has this file");
    else if (notes.guard(path, () => bundle.read(path))) tags.add(path);
  }
  const believed = believedTags(bundle, tags);
  const payload = [...bundle.files.keys()].filter((path) => path.startsWith("data/"));
  comparePayload(bundle, notes, believed, payload);
  checkTags(bundle, notes, tags, believed, payload);
  const sizes = [...bundle.files.values()].map((file) => file.size);
  return { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

function quietly(run) {
  try {
    return run();
  } catch (fault) {
    if (fault instanceof Fault) return null;
    throw fault;
  }
}

/** Tag files that are as the tag manifest says: they were not changed, so others were. */
function believedTags(bundle, tags) {
  if (!tags.has(TAG_MANIFEST)) return new Set();
  const listed = quietly(() => parseManifest(bundle.read(TAG_MANIFEST), LISTS_TAGS));
  const good = INNER.filter(
    (path) => tags.has(path) && listed?.get(path) === bundle.files.get(path).sha512,
  );
  return new Set(good);
}

/** Compare the payload with the manifest or, if that was changed, with the exporter's list. */
function comparePayload(bundle, notes, believed, payload) {
  const manifest = believed.has(MANIFEST)
    ? quietly(() => parseManifest(bundle.read(MANIFEST), PAYLOAD_LIST))
    : null;
  const listed = manifest ?? exportersList(bundle);
  if (listed === null) return;
  const there = new Set(payload);
  if (manifest === null) there.delete(STATEMENT);
  compare(bundle, notes, listed, there);
}

function exportersList(bundle) {
  if (bundle.statement === null) return null;
  return new Map([...bundle.statement.files].map(([path, text]) => [path, digestHex(text)]));
}

function compare(bundle, notes, listed, there) {
  const names = [...listed.keys()].sort(byCodePoint);
  for (const path of names.filter((name) => !there.has(name))) {
    notes.fail("bundle-file-missing", path, "listed, but not there");
  }
  for (const path of there) {
    if (!listed.has(path)) notes.fail("bundle-file-foreign", path, "there, but not listed");
  }
  for (const path of names.filter((name) => there.has(name))) {
    const same = bundle.files.get(path).sha256 === listed.get(path);
    if (!same) notes.fail("bundle-file-changed", path, "its bytes are not those of its digest");
  }
}

function dueTags(bundle, tags, payload) {
  const plain = new Map(payload.map((path) => [path, bundle.files.get(path).sha256]));
  const due = new Map([
    [DECLARATION, DECLARED],
    [MANIFEST, manifestText(plain)],
  ]);
  if (bundle.statement !== null) {
    const info = {
      day: bundle.statement.exportedText.slice(0, 10),
      size: payload.reduce((sum, path) => sum + bundle.files.get(path).size, 0),
      files: payload.length,
      source: bundle.statement.exporter,
    };
    due.set(INFO, infoText(info));
  }
  if (INNER.every((path) => tags.has(path))) {
    const long = new Map(INNER.map((path) => [path, bundle.files.get(path).sha512]));
    due.set(TAG_MANIFEST, manifestText(long, INNER));
  }
  return due;
}

/** Name each tag file that is not what the content gives, unless something else explains that. */
function checkTags(bundle, notes, tags, believed, payload) {
  const due = dueTags(bundle, tags, payload);
  const spoilt = notes.findings.length > 0;
  const innocent = (path) =>
    spoilt && believed.has(path) && (path === MANIFEST || path === INFO);
  const isSpoilt = (path) => {
    const [there, wanted] = [bundle.read(path), due.get(path)];
    // changed where it is free: the tag manifest names other bytes
    const free = INNER.includes(path) && !believed.has(path) && !equal(there, wanted);
    return free || !tagFits(path, there, wanted);
  };
  const wrong = TAGS.filter(
    (path) => due.has(path) && tags.has(path) && isSpoilt(path),
  ).filter((path) => !innocent(path));
  for (const path of wrong) {
    if (path === TAG_MANIFEST && wrong.length > 1) continue; // it is as it was; another is not
    notes.fail("bundle-tag-file", path, "not what the bundle's content gives");
  }
}

/** The exporter's signature over the list of all files. */
export function exporter(bundle, notes) {
  const { statement, directory, mode } = bundle;
  notes.take(bundle.faultsOf("statement"));
  if (statement === null) {
    const said = notes.findings.length > 0;
    if (!said) notes.fail("bundle-file-missing", STATEMENT, "no statement by an exporter");
    return { party: "?" };
  }
  notes.guard(STATEMENT, () => {
    expectTyp(statement.jws, "bundle", mode);
    const keyOf = (kid) => {
      const { invalidFrom } = directory.row(statement.exporter, kid, "export");
      const at = invalidFrom ?? statement.exportedAt; // nothing proves when a bundle was made
      return directory.keyAt(statement.exporter, kid, "export", at);
    };
    verifyJws(statement.jws, keyOf, "bundle", mode);
    const word = bundle.pinned(statement.exporter) ? "proved" : "attested";
    notes.claim("exporter-signed", word, [statement.exporter], { files: statement.files.size });
  });
  const payload = [...bundle.files.keys()].filter((path) => path.startsWith("data/"));
  const there = new Set(payload.filter((path) => path !== STATEMENT));
  compare(bundle, notes, exportersList(bundle), there);
  for (const path of [...statement.withheld.keys()].filter((name) => bundle.files.has(name))) {
    notes.fail("bundle-statement", path, "listed as withheld, and it is there");
  }
  for (const path of ["readme", "paper", "case"].flatMap((kind) => bundle.of(kind))) {
    notes.claim("exporter-prose", "attested", [statement.exporter], { path });
  }
  return { party: statement.exporter };
}
