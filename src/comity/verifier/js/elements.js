// Elements of the page out of words; all text goes in as text, never as markup.

import { shown } from "./speech.js";

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const TIME = /^\d{4}-\d\d-\d\dT[\d:]+Z$/;

export function fact(text) {
  return element("bdi", TIME.test(text) ? { class: "time" } : {}, text);
}

export function code(text) {
  return element("bdi", { dir: "ltr" }, element("code", {}, shown(text)));
}

/** Pieces of a sentence as nodes; each fact keeps its own direction. */
export function drawn(pieces) {
  return pieces.map((part) => (part.fact === undefined ? part : fact(part.fact)));
}

export function sentence(speech, name, facts) {
  return drawn(speech.pieces(name, facts));
}

/** A name of the page's own with what it stands for. */
export function named(speech, name, ...value) {
  return sentence(speech, "named", { name: [speech.word(name)], value });
}

/** The end of a list of which not all is shown. */
export function drawMore(speech, count) {
  return count > 0 ? [element("li", {}, ...sentence(speech, "more", { count }))] : [];
}
