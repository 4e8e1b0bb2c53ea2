// A report as elements of the page; all text goes in as text, never as markup.

import { shown, whyOf } from "./speech.js";

const SHOWN = 20; // findings or remarks of one list; the saved report has all

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function fact(text) {
  return element("bdi", {}, text);
}

function code(text) {
  return element("bdi", { dir: "ltr" }, element("code", {}, shown(text)));
}

export function sentence(speech, name, facts) {
  const draw = (part) => (part.fact === undefined ? part : fact(part.fact));
  return speech.pieces(name, facts).map(draw);
}

/** Elements of a whole report. */
export function drawReport(speech, report) {
  const { attested, unknown, unchecked } = gathered(report);
  return [
    drawVerdict(speech, report),
    drawOrigin(speech, report),
    element("h3", {}, speech.word("steps")),
    drawSteps(speech, report),
    ...drawList(speech, "unchecked", unchecked.map((one) => said(speech, one))),
    ...drawList(speech, "heads", drawHeads(speech, report), true),
    ...drawList(speech, "times", report.times.map((one) => drawTime(speech, one))),
    ...drawList(speech, "attested", attested.map((one) => said(speech, one)), true),
    ...drawList(speech, "unknown", unknown.map((one) => said(speech, one)), true),
  ];
}

function gathered({ steps }) {
  const all = (name) => steps.flatMap((step) => step[name]);
  return { attested: all("attested"), unknown: all("unknown"), unchecked: all("unchecked") };
}

function said(speech, { say, ...facts }) {
  const decided = say === "withheld" && facts.decision !== null;
  return sentence(speech, decided ? "said-withheld-by" : `said-${say}`, facts);
}

function drawVerdict(speech, report) {
  const { verdict, first } = report;
  const title = element("h2", { id: "verdict", tabindex: "-1" }, speech.word(verdict));
  const text = element("p");
  if (first !== null) {
    const facts = { step: first.step, reason: speech.word(whyOf(first.code)) };
    text.append(...sentence(speech, "failed-text", facts));
  } else text.append(speech.word(textOf(report)));
  const box = element("div", { class: `verdict ${verdict}` }, title, text);
  if (first !== null) box.append(drawPlace(speech, first));
  else box.append(element("p", {}, speech.word("limits-text")));
  return box;
}

function textOf({ verdict, steps, trusted, unpinned }) {
  const unchecked = steps.some((step) => step.unchecked.length > 0);
  const vouched = trusted !== null && unpinned.length === 0;
  const partly = verdict === "consistent" && unchecked && vouched;
  return partly ? "consistent-unchecked" : `${verdict}-text`;
}

function drawPlace(speech, { path, code: name, reason }) {
  const file = [`${speech.word("file")}: `, code(path), element("br")];
  const detail = element("span", { lang: "en", dir: "ltr" }, `(${shown(reason)})`);
  const told = [`${speech.word("code")}: `, code(name), " ", element("bdi", {}, detail)];
  return element("p", {}, ...file, ...told);
}

function drawOrigin(speech, { exportedAt, exporter, mode, unpinned, trusted }) {
  const lines = [];
  if (exporter !== null) {
    lines.push(sentence(speech, "exported", { party: exporter, time: exportedAt }));
  }
  if (mode !== null) lines.push([`${speech.word("mode")}: ${speech.word(mode)}`]);
  if (trusted !== null && unpinned.length > 0) {
    lines.push(sentence(speech, "unpinned", { states: unpinned.join(", ") }));
  }
  return element("div", {}, ...lines.map((line) => element("p", {}, ...line)));
}

function statusOf({ claimed, status, unchecked }) {
  if (status !== "not-proved") return status;
  if (!claimed) return "unclaimed";
  return unchecked.length > 0 ? "unchecked" : status;
}

function drawSteps(speech, { steps }) {
  const heads = ["step", "status", "details"].map((name) =>
    element("th", { scope: "col" }, speech.word(name)),
  );
  const rows = steps.map((step) => {
    const status = statusOf(step);
    const summary = sentence(speech, `summary-${step.number}`, step.summary);
    return element(
      "tr",
      { "data-step": step.number, "data-status": step.status },
      element("th", { scope: "row" }, `${step.number}. ${speech.word(`title-${step.number}`)}`),
      element("td", {}, element("strong", { class: status }, speech.word(`status-${status}`))),
      element("td", {}, ...summary, ...drawFindings(speech, step)),
    );
  });
  const head = element("thead", {}, element("tr", {}, ...heads));
  return element("table", {}, head, element("tbody", {}, ...rows));
}

function drawFindings(speech, { findings }) {
  if (findings.length === 0) return [];
  const items = findings.slice(0, SHOWN).map((one) =>
    element("li", {}, speech.word(whyOf(one.code)), drawPlace(speech, one)),
  );
  return [element("ul", {}, ...items, ...drawMore(speech, findings.length))];
}

function drawMore(speech, count) {
  if (count <= SHOWN) return [];
  return [element("li", {}, ...sentence(speech, "more", { count: count - SHOWN }))];
}

function drawHeads(speech, { custody, heads }) {
  const lines = [];
  for (const { conversation, main, heads: found } of heads) {
    lines.push(sentence(speech, "conversation", { conversation, main: main ?? "?" }));
    for (const { party, sequence, content } of found) {
      lines.push([...sentence(speech, "head", { party, sequence }), " ", code(content)]);
    }
  }
  for (const { exhibit, count, digest } of custody) {
    lines.push([...sentence(speech, "exhibit", { exhibit, count }), " ", code(digest ?? "-")]);
  }
  return lines;
}

function drawTime(speech, { at, by, path }) {
  const time = new Date(at * 1000).toISOString().replace(".000Z", "Z");
  return [code(path), " ", ...sentence(speech, "time", { time, by })];
}

/** A heading with a list; left out where it is empty, unless `always`. */
function drawList(speech, name, lines, always = false) {
  if (lines.length === 0 && !always) return [];
  const items = lines.slice(0, 10 * SHOWN).map((line) => element("li", {}, ...line));
  const title = element("h3", {}, speech.word(name));
  if (items.length === 0) return [title, element("p", {}, speech.word("nothing"))];
  const rest = lines.length - items.length;
  if (rest > 0) items.push(element("li", {}, ...sentence(speech, "more", { count: rest })));
  return [title, element("ul", {}, ...items)];
}

export function drawTrust(speech, trust) {
  const named = (names) => fact(names.map(shown).join(", ") || speech.word("nothing"));
  const rows = [
    ["trust-digest", code(trust.sha256)],
    ["mode", speech.word(trust.mode)],
    ["trust-states", named(trust.states)],
    ["trust-witnesses", named(trust.witnesses)],
    ["trust-authorities", named(trust.authorities)],
  ];
  const lines = rows.map(([name, value]) => element("li", {}, `${speech.word(name)}: `, value));
  return [element("ul", {}, ...lines)];
}

export function drawButton(text, run) {
  const button = element("button", { type: "button" }, text);
  button.addEventListener("click", run);
  return button;
}
