// What a bundle is about, as it says: parties, requests, exhibits. Sections are untrusted here:
// what is not text is left out, and the steps of the verdict say what is wrong with it.

import { byCodePoint } from "./bytes.js";
import { isObject } from "./json.js";
import { packagePath, placeOf } from "./layout.js";

const REFERRING = ["request", "acknowledgement"]; // sections with a reference of their author
const TELLING = [["subject", "description"], ["information", "summary"]];

/** {parties, matters, exhibits} of a bundle, whatever it says. */
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
  };
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
  const inside = (value, name) =>
    isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  const value = path.reduce(inside, bundle.sectionsOf(message).get(section)?.value);
  return typeof value === "string" ? value : "";
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
  const opened = new Set(bundle.of("exhibit").map(rootIn));
  const held = new Set([...bundle.withheld.keys()].map(rootIn));
  return [...first.keys()].sort().map((root) => {
    const [offered, { description, exhibit, files, sealedSize }] = first.get(root);
    const path = packagePath(root);
    const absent = bundle.withheld.has(path) ? "withheld" : "absent";
    const here = held.has(root) ? "part" : "here";
    return {
      exhibit,
      root: `sha256:${root}`,
      by: bundle.offering(offered).author,
      text: description,
      files,
      size: sealedSize,
      package: bundle.files.has(path) ? "here" : absent,
      opened: opened.has(root) ? here : "",
    };
  });
}
