// A report as elements of the page; all text goes in as text, never as markup.

import { code, drawMore, drawn, element, fact, named, sentence } from "./elements.js";
import { addedFiles } from "./added_files.js";
import { drawClaims, drawFigures } from "./claims.js";
import { aboutLines, custodyLines, judgedLines, subjectLines } from "./preface.js";
import { MOST, shown, whyOf } from "./speech.js";

/** Elements of a whole report: the verdict on top, then what a court asks first, then the rest. */
export function drawReport(speech, report, checked, buttons) {
  const verdict = drawVerdict(speech, report, checked, buttons);
  const rest = element("div", {}, ...drawRest(speech, report));
  return [verdict, element("div", { class: "split" }, drawFacts(speech, report, checked), rest)];
}

function drawRest(speech, report) {
  const unchecked = report.steps.flatMap((step) => step.unchecked);
  return [
    ...drawAbout(speech, report),
    ...drawList(speech, "unchecked", unchecked.map(({ say, ...facts }) => {
      return sentence(speech, say, facts);
    })),
    ...drawClaims(speech, report.claims),
    ...drawCustody(speech, report),
    element("h3", {}, speech.word("steps")),
    drawSteps(speech, report),
    // after a failed step nobody knows up to what the bundle is complete
    ...(report.first === null ? drawList(speech, "heads", drawHeads(speech, report), true) : []),
  ];
}

function drawVerdict(speech, report, { name }, buttons) {
  const { verdict, heading, lead, unlike } = report;
  const on = element("p", { class: "on" }, ...sentence(speech, "verdict-on", { name }));
  const title = element("h2", { id: "verdict", tabindex: "-1" }, speech.word(heading));
  const text = element("p", {}, ...drawn(speech.verdict(report)));
  const acts = element("div", { class: "acts" }, ...buttons);
  const box = element("div", { class: `verdict ${verdict}` }, acts, on, title, text);
  if (lead !== null) box.append(drawPlace(speech, lead));
  for (const state of unlike) {
    const told = sentence(speech, "unlike-trust", { state: speech.party(state) });
    box.append(element("p", {}, ...told));
  }
  const added = addedFiles(report).names;
  if (added.length > 0) {
    const parts = added.slice(0, MOST).map((name) => [{ fact: speech.fact(name) }]);
    if (added.length > MOST) parts.push(speech.pieces("more", { count: added.length - MOST }));
    const told = sentence(speech, "added-files", { names: speech.listed("comma", parts) });
    box.append(element("p", {}, ...told));
  }
  if (report.claims.length > 0) box.append(drawFigures(speech, report.claims));
  return box;
}

function drawPlace(speech, { path, reason }) {
  const file = [...named(speech, "file", code(path)), element("br")];
  return element("p", {}, ...file, ...drawn(speech.detail(reason)));
}

/** What a court asks first: which case, whose, real or not, by what and when it was judged. */
function drawFacts(speech, report, { at: time }) {
  const { about, exportedAt, exporter, mode, statement, steps } = report;
  const { parties } = about;
  const party = exporter === null ? null : speech.party(exporter);
  const [looked] = steps;
  const rows = [
    ["subject", drawLines(subjectLines(speech, report))],
    ["parties", parties.length === 0 ? [] : drawLines([speech.names(parties)])],
    ["mode", mode === null ? [] : drawLines([[speech.word(mode)]])],
    ["trust-file", drawTrusted(speech, report)],
    ["exporting", party && drawLines([speech.pieces("exported", { party, time: exportedAt })])],
    ["checking", drawLines([speech.pieces("checked", { time })])],
    ["statement-digest", statement === null ? [] : [code(statement)]],
    ["checked-files", drawLines([speech.pieces("summary-1", looked.summary)])],
  ].filter(([, told]) => told !== null && told.length > 0);
  const items = rows.map(([name, told]) => {
    const label = element("dt", {}, speech.word(name));
    return element("div", { "data-fact": name }, label, element("dd", {}, ...told));
  });
  const title = element("h3", {}, speech.word("facts"));
  return element("div", { class: "facts" }, title, element("dl", {}, ...items));
}

function drawLines(lines, attributes = {}) {
  return lines.map((line) => element("p", attributes, ...drawn(line)));
}

/** Which trust file it was, for whom it vouches, and for whom it does not. */
function drawTrusted(speech, report) {
  const { trusted, unpinned } = report;
  const told = drawLines(judgedLines(speech, report), { class: "judged" });
  if (trusted === null || unpinned.length === 0) return told;
  const states = speech.names(unpinned);
  return [...told, ...drawLines([speech.pieces("unpinned-states", { states })])];
}

/** What the bundle is about, as it says; quoted words are those of the party named. */
function drawAbout(speech, report) {
  const lines = aboutLines(speech, report);
  const title = element("h3", {}, speech.word("about"));
  const text = element("p", { class: "meaning" }, speech.word("about-text"));
  const items = drawItems(lines);
  if (items.length === 0) return [title, element("p", {}, speech.word("nothing"))];
  return [title, text, element("ul", { class: "about" }, ...items)];
}

/** The chain of custody of each exhibit, event by event. */
function drawCustody(speech, report) {
  const chains = custodyLines(speech, report);
  if (chains.length === 0) return [];
  const title = element("h3", {}, speech.word("custody-list"));
  const text = element("p", { class: "meaning" }, speech.word("custody-list-text"));
  const lists = chains.flatMap(({ exhibit, rows }) => [
    element("h4", {}, ...drawn(exhibit)),
    element("ul", { class: "custody" }, ...drawItems(rows)),
  ]);
  return [title, text, ...lists];
}

function drawItems(lines) {
  return lines.map((line) => element("li", {}, ...drawn(line)));
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
      lines.push([...drawn(speech.head(party, sequence)), " ", code(content)]);
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

export function drawButton(text, run, attributes = {}) {
  const button = element("button", { type: "button", ...attributes }, text);
  button.addEventListener("click", run);
  return button;
}
