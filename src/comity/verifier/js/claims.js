// The claims of a report, line by line: under each of five words what is claimed, and by whom.

import { code, drawMore, drawn, element, fact, sentence } from "./elements.js";
import { MOST } from "./speech.js";
import { CLAIMS } from "./words.js";

const WORDS = ["proved", "attested", "contradicted", "disputed", "unknown"];

/** Claims of one kind, one word and the same parties as one line; the lines by their parties. */
function grouped(claims) {
  const lines = new Map();
  for (const claim of claims) {
    const { claim: name, word, by } = claim;
    const key = JSON.stringify([word, name, by]);
    if (!lines.has(key)) lines.set(key, { name, word, by, claims: [] });
    lines.get(key).claims.push(claim);
  }
  return [...lines.values()].sort((a, b) => compared(a.by, b.by));
}

function compared(one, other) {
  const at = one.findIndex((party, i) => party !== other[i]);
  if (at === -1) return one.length - other.length;
  return other[at] === undefined || one[at] > other[at] ? 1 : -1;
}

/** How many lines stand under each of the five words below. */
export function drawFigures(speech, claims) {
  const lines = grouped(claims);
  const items = WORDS.map((word) => {
    const general = word === "unknown" ? 1 : 0; // what no bundle can show
    const count = lines.filter((line) => line.word === word).length + general;
    const mark = count > 0 ? word : `${word} empty`;
    const name = element("dt", { class: mark }, speech.word(`word-${word}`));
    return element("div", {}, name, element("dd", {}, String(count)));
  });
  return element("dl", { class: "figures" }, ...items);
}

/** Elements of all claims. */
export function drawClaims(speech, claims) {
  const lines = grouped(claims);
  return WORDS.flatMap((word) => drawWord(speech, word, lines.filter((one) => one.word === word)));
}

function drawWord(speech, word, lines) {
  const mark = lines.length > 0 ? word : `${word} empty`;
  const title = element("h3", { class: `word ${mark}` }, speech.word(`word-${word}`));
  const text = element("p", { class: "meaning" }, speech.word(`word-${word}-text`));
  const items = CLAIMS.flatMap((name) =>
    drawAlike(speech, lines.filter((line) => line.name === name)),
  );
  // What no bundle can show is said of each, so that nobody takes silence for a proof.
  if (word === "unknown") items.push(element("li", {}, speech.word("unknown-general")));
  if (items.length === 0) return [title, text, element("p", {}, speech.word("nothing"))];
  return [title, text, element("ul", { class: "claims" }, ...items)];
}

/** Lines of one kind of claim; not so many that they hide the others. */
function drawAlike(speech, lines) {
  const items = lines.slice(0, MOST).map((line) =>
    element("li", { "data-claim": line.name }, drawLine(speech, line)),
  );
  return [...items, ...drawMore(speech, lines.length - items.length)];
}

function drawLine(speech, line) {
  const said = drawn(speech.line(line));
  const inside = [...drawStatements(speech, line), ...drawItems(speech, line)];
  if (inside.length === 0) return element("p", {}, ...said);
  const box = element("details", {}, element("summary", {}, ...said), ...inside);
  box.open = line.word === "contradicted" || line.word === "disputed";
  return box;
}

function drawStatements(speech, { claims }) {
  const sides = claims.filter(({ statements }) => statements.length > 0);
  if (sides.length === 0) return [];
  const heads = ["statements", "file"].map((name) =>
    element("th", { scope: "col" }, speech.word(name)),
  );
  const bodies = sides.slice(0, MOST).map(({ statements }) => {
    const rows = statements.slice(0, MOST).map((one) =>
      element(
        "tr",
        {},
        element("td", {}, ...drawn(speech.statement(one))),
        element("td", {}, code(one.path)),
      ),
    );
    return element("tbody", {}, ...rows);
  });
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads)), ...bodies);
  const more = drawMore(speech, sides.length - bodies.length);
  return more.length === 0 ? [table] : [table, element("ul", {}, ...more)];
}

function drawItems(speech, { claims }) {
  const items = [];
  let left = 0;
  for (const claim of claims) {
    if (claim.statements.length > 0) continue;
    const item = items.length < MOST ? drawItem(speech, claim.facts) : [];
    if (item.length > 0) items.push(element("li", {}, ...item));
    else if (items.length === MOST) left += 1;
  }
  if (items.length === 0) return [];
  const title = element("p", {}, speech.word("items"));
  return [title, element("ul", {}, ...items, ...drawMore(speech, left))];
}

/** What one claim is about: its file, or its place, then what is said of it. */
function drawItem(speech, facts) {
  const { exhibit, main, number: count, outcome, party, time } = facts;
  const parts = [];
  const place = facts.path ?? facts.conversation ?? facts.origin;
  const hidden = facts.decision !== undefined; // then `reason` says why it is withheld
  if (place !== undefined && hidden) parts.push(withheld(speech, place, facts));
  else if (place !== undefined) parts.push([code(place)]);
  else if (exhibit !== undefined) parts.push(sentence(speech, "exhibit", { exhibit, count }));
  else if (party !== undefined) parts.push(drawn(speech.party(party)));
  else return []; // the line has said it
  if (main !== undefined) parts.push(drawn(speech.state(main)));
  if (outcome !== undefined) parts.push(drawn(speech.outcome(outcome)));
  if (time !== undefined) parts.push([fact(speech.fact(time))]);
  return parts.flatMap((part, i) => (i === 0 ? part : [" · ", ...part]));
}

function withheld(speech, place, { decision, reason }) {
  const name = decision ? "withheld-by" : "withheld-for";
  return sentence(speech, name, { path: [code(place)], reason, decision });
}
