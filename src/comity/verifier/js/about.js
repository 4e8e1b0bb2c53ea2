// What a bundle is about, as it says: parties, requests, conditions, exhibits. Sections are
// untrusted here: what is not text is left out, and the steps of the verdict say what is wrong.

import { MANIFEST, PAYLOAD_LIST, parseManifest } from "./bag.js";
import { byCodePoint } from "./bytes.js";
import { Fault } from "./faults.js";
import { isObject } from "./json.js";
import { packagePath, placeOf } from "./layout.js";

const REFERRING = ["request", "acknowledgement"]; // sections with a reference of their author
const ANSWERS = { "conditions.accepted": "accepted", "conditions.refused": "refused" };
const PAYLOAD = "data/";
const TELLING = [["subject", "description"], ["information", "summary"]];

/** {parties, matters, exhibits, conditions} of a bundle, whatever it says. */
export function about(bundle) {
  const order = (a, b) => a.sentAt - b.sentAt || byCodePoint(a.content, b.content);
  const counted = [...bundle.counted.values()].sort(order);
  const parties = new Set(counted.flatMap((message) => message.members));
  return {
    parties: [...parties].sort(),
    matters: counted
      .filter(({ content, conversation }) => content === conversation)
      .map((opening) => matterOf(bundle, opening, counted)),
    exhibits: exhibitsOf(bundle),
    conditions: conditionsOf(bundle, counted),
  };
}

/** Conditions of messages that took effect, or of which that is not known here. */
function conditionsOf(bundle, counted) {
  const standing = ({ content, conversation }) =>
    bundle.replays.get(conversation)?.standing.get(content) ?? "held";
  const answers = new Map();
  for (const message of counted) {
    const answer = Object.hasOwn(ANSWERS, message.type) ? ANSWERS[message.type] : undefined;
    if (answer === undefined || standing(message) !== "applied") continue;
    answers.set(`${message.conversation} ${message.about}`, answer);
  }
  const counting = counted.filter((message) => ["applied", "held"].includes(standing(message)));
  return counting.flatMap((message) =>
    limitsOf(bundle, message).map(([kind, text, here]) => ({
      conversation: message.conversation,
      by: message.author,
      kind,
      text,
      here,
      standing: answers.get(`${message.conversation} ${message.content}`) ?? "set",
    })),
  );
}

/** [kind, text, whether what says it is here] of each condition of a message. */
function limitsOf(bundle, message) {
  const sections = bundle.sectionsOf(message);
  const found = [];
  if (message.type === "conditions.set") {
    if (!sections.has("conditions")) return [["other", "", false]];
    const listed = inside(sections.get("conditions").value, "conditions");
    for (const one of Array.isArray(listed) ? listed : []) {
      found.push([string(inside(one, "kind")), string(inside(inside(one, "text"), "text")), true]);
    }
  }
  for (const name of ["request", "information"]) {
    const value = sections.get(name)?.value;
    if (inside(value, "confidential") === true) found.push(["confidentiality", "", true]);
    const limit = string(inside(inside(value, "purpose_limit"), "text"));
    if (limit !== "") found.push(["use-limitation", limit, true]);
  }
  return found;
}

function inside(value, name) {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function string(value) {
  return typeof value === "string" ? value : "";
}

function matterOf(bundle, opening, counted) {
  const references = new Map();
  for (const message of counted) {
    if (message.conversation !== opening.content) continue;
    for (const name of REFERRING) {
      const one = { by: message.author, text: textIn(bundle, message, name, "reference") };
      const key = JSON.stringify(one);
      if (one.text !== "" && !references.has(key)) references.set(key, one);
    }
  }
  const told = TELLING.map((path) => textIn(bundle, opening, ...path, "text"));
  return {
    conversation: opening.content,
    by: opening.author,
    type: opening.type,
    measure: textIn(bundle, opening, "request", "measure"),
    text: told.find((text) => text !== "") ?? "",
    references: [...references.values()],
  };
}

/** A text inside a section of a message; empty if there is none. */
function textIn(bundle, message, section, ...path) {
  return string(path.reduce(inside, bundle.sectionsOf(message).get(section)?.value));
}

function exhibitsOf(bundle) {
  const first = new Map();
  for (const [offered, offer] of bundle.offers) {
    if (!first.has(offer.root)) first.set(offer.root, [offered, offer]);
  }
  const rootIn = (path) => {
    const place = placeOf(path);
    return place?.kind === "exhibit" ? place.parts.root : null;
  };
  const opened = new Map();
  for (const { root, path } of bundle.of("exhibit").map((one) => placeOf(one).parts)) {
    opened.set(root, [...(opened.get(root) ?? []), path]);
  }
  const listed = listedIn(bundle);
  const held = new Set([...bundle.withheld.keys()].map(rootIn));
  return [...first.keys()].sort().map((root) => {
    const [offered, { description, exhibit, files, sealedSize }] = first.get(root);
    const path = packagePath(root);
    const here = held.has(root) ? "part" : "here";
    const payload = (opened.get(root) ?? []).filter((name) => name.startsWith(PAYLOAD));
    return {
      exhibit,
      root: `sha256:${root}`,
      by: bundle.offering(offered).author,
      text: description,
      files,
      size: sealedSize,
      package: thereOf(bundle, path, root),
      opened: opened.has(root) ? here : "",
      sha256: bundle.files.get(path)?.sha256 ?? "",
      listed: listed.get(path) ?? "",
      names: payload.sort(byCodePoint).map((name) => name.slice(PAYLOAD.length)),
    };
  });
}

/** Path -> SHA-256 of the list of files, as it stands there; nothing of what is none. */
function listedIn(bundle) {
  if (!bundle.files.has(MANIFEST)) return new Map();
  try {
    return parseManifest(bundle.read(MANIFEST), PAYLOAD_LIST);
  } catch (fault) {
    if (fault instanceof Fault) return new Map();
    throw fault;
  }
}

/** Whether a sealed package is in the bundle, and is the one with this root. */
function thereOf(bundle, path, root) {
  const file = bundle.files.get(path);
  if (file !== undefined) return file.root === root ? "here" : "changed";
  return bundle.withheld.has(path) ? "withheld" : "absent";
}
