// A report as elements of the page; all text goes in as text, never as markup.

import { code, drawMore, drawn, element, fact, named, sentence } from "./elements.js";
import { drawClaims } from "./claims.js";
import { aboutLines, judgedLines } from "./preface.js";
import { MOST, shown, whyOf } from "./speech.js";

/** Elements of a whole report. */
export function drawReport(speech, report) {
  const unchecked = report.steps.flatMap((step) => step.unchecked);
  return [
    drawVerdict(speech, report),
    drawOrigin(speech, report),
    ...drawAbout(speech, report),
    ...drawList(speech, "unchecked", unchecked.map(({ say, ...facts }) => {
      return sentence(speech, say, facts);
    })),
    ...drawClaims(speech, report.claims),
    element("h3", {}, speech.word("steps")),
    drawSteps(speech, report),
    // after a failed step nobody knows up to what the bundle is complete
    ...(report.first === null ? drawList(speech, "heads", drawHeads(speech, report), true) : []),
  ];
}

function drawVerdict(speech, report) {
  const { verdict, lead, unlike } = report;
  const title = element("h2", { id: "verdict", tabindex: "-1" }, speech.word(verdict));
  const text = element("p", {}, ...drawn(speech.verdict(report)));
  const box = element("div", { class: `verdict ${verdict}` }, title, text);
  if (lead !== null) box.append(drawPlace(speech, lead));
  for (const state of unlike) {
    const told = sentence(speech, "unlike-trust", { state: speech.party(state) });
    box.append(element("p", {}, ...told));
  }
  return box;
}

function drawPlace(speech, { path, code: name, reason }) {
  const file = [...named(speech, "file", code(path)), element("br")];
  const detail = [...drawn(speech.detail(reason)), element("br")];
  return element("p", {}, ...file, ...detail, ...named(speech, "code", code(name)));
}

function drawOrigin(speech, report) {
  const { exportedAt, exporter, mode, unpinned, trusted } = report;
  const lines = [];
  if (exporter !== null) {
    const party = speech.party(exporter);
    lines.push(sentence(speech, "exported", { party, time: exportedAt }));
  }
  if (mode !== null) lines.push(named(speech, "mode", speech.word(mode)));
  if (trusted !== null && unpinned.length > 0) {
    lines.push(sentence(speech, "unpinned-states", { states: unpinned.join(", ") }));
  }
  const judged = judgedLines(speech, report).map((line) => drawn(line));
  const own = judged.map((line) => element("p", { class: "judged" }, ...line));
  return element("div", {}, ...lines.map((line) => element("p", {}, ...line)), ...own);
}

/** What the bundle is about, as it says; quoted words are those of the party named. */
function drawAbout(speech, report) {
  const lines = aboutLines(speech, report);
  const title = element("h3", {}, speech.word("about"));
  const text = element("p", { class: "meaning" }, speech.word("about-text"));
  const items = lines.map((line) => element("li", {}, ...drawn(line)));
  if (items.length === 0) return [title, element("p", {}, speech.word("nothing"))];
  return [title, text, element("ul", { class: "about" }, ...items)];
}

function statusOf({ status, unchecked }) {
  return status === "unpinned" && unchecked.length > 0 ? "unchecked" : status;
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
  const items = findings.slice(0, MOST).map((one) =>
    element("li", {}, speech.word(whyOf(one.code)), drawPlace(speech, one)),
  );
  return [element("ul", {}, ...items, ...drawMore(speech, findings.length - items.length))];
}

function drawHeads(speech, { custody, heads }) {
  const lines = [];
  for (const { conversation, main, heads: found } of heads) {
    const state = speech.state(main ?? "?");
    lines.push(sentence(speech, "conversation", { conversation, main: state }));
    for (const { party, sequence, content } of found) {
      lines.push([...sentence(speech, "head", { party, sequence }), " ", code(content)]);
    }
  }
  for (const { exhibit, count, digest } of custody) {
    lines.push([...sentence(speech, "exhibit", { exhibit, count }), " ", code(digest ?? "-")]);
  }
  return lines;
}

/** A heading with a list; left out where it is empty, unless `always`. */
function drawList(speech, name, lines, always = false) {
  if (lines.length === 0 && !always) return [];
  const items = lines.slice(0, 10 * MOST).map((line) => element("li", {}, ...line));
  const title = element("h3", {}, speech.word(name));
  if (items.length === 0) return [title, element("p", {}, speech.word("nothing"))];
  return [title, element("ul", {}, ...items, ...drawMore(speech, lines.length - items.length))];
}

export function drawTrust(speech, trust) {
  const listed = (names) => fact(names.map(shown).join(", ") || speech.word("nothing"));
  const rows = [
    ["trust-digest", code(trust.sha256)],
    ["mode", speech.word(trust.mode)],
    ["trust-states", listed(trust.states)],
    ["trust-witnesses", listed(trust.witnesses)],
    ["trust-authorities", listed(trust.authorities)],
  ];
  const lines = rows.map(([name, value]) => element("li", {}, ...named(speech, name, value)));
  return [element("ul", {}, ...lines)];
}

export function drawButton(text, run) {
  const button = element("button", { type: "button" }, text);
  button.addEventListener("click", run);
  return button;
}
