// What stands above the claims of a verdict: what the bundle is about, and by what it was judged.

import { placeOf } from "./layout.js";
import { MOST } from "./speech.js";

const MOST_CHARS = 200; // of what a party writes; the bundle has all of it
const MOST_OF_CONDITION = 2_000; // its end may bind as its beginning does
const MOST_MATTERS = 3; // beside the verdict; the list below it has all of them
// files out of which it is read what a bundle is about, and whose keys vouch for it
const TOLD_BY = ["statement", "message", "section", "receipt", "state", "entry"];
const MOST_EVENTS = 200; // of a chain of custody; the bundle has all of them
const SHORT_ROOT = 16; // hex digits, as papers show a root

/**
 * Exhibits, each with the events of its chain in order: what, when, by whom, whose word. None
 * after a failed step: what failed may be what a chain rests on.
 */
export function custodyLines(speech, { claims, first }) {
  if (first !== null) return [];
  const chains = new Map();
  for (const one of claims) {
    if (one.claim !== "custody-event") continue;
    const { exhibit } = one.facts;
    if (!chains.has(exhibit)) chains.set(exhibit, []);
    chains.get(exhibit).push(speech.custody(one));
  }
  return [...chains].map(([exhibit, told]) => {
    const rows = told.slice(0, MOST_EVENTS);
    if (told.length > MOST_EVENTS) {
      rows.push(speech.pieces("more", { count: told.length - MOST_EVENTS }));
    }
    return { exhibit: speech.pieces("custody-of", { exhibit }), rows };
  });
}

/** Lines, each as pieces: parties, conversations, conditions, exhibits, and what is withheld. */
export function aboutLines(speech, { about, exporter, steps, withheld }) {
  const { conditions, exhibits, matters, parties } = about;
  const several = matters.length > 1;
  const free = matters.length > 0 && conditions.length === 0;
  const first = parties.length === 0 ? [] : [
    speech.pieces("about-parties", { parties: speech.names(parties) }),
  ];
  const spoilt = steps.some(({ findings }) =>
    findings.some(({ path }) => TOLD_BY.includes(placeOf(path)?.kind)),
  );
  return [
    ...(spoilt ? [[speech.word("about-incomplete")]] : []),
    ...first,
    ...some(speech, matters.map((one) => matterLine(speech, one))),
    ...(free ? [[speech.word("condition-none")]] : []),
    ...some(speech, conditions.map((one) => conditionLine(speech, one, several))),
    ...some(speech, exhibits.map((one) => exhibitLine(speech, one))),
    ...some(speech, withheldLines(speech, exporter, withheld)),
  ];
}

/** Lines: what is asked in each case, and in whose words; not so many that they hide the rest. */
export function subjectLines(speech, { about }) {
  const { matters } = about;
  const lines = matters.slice(0, MOST_MATTERS).map((one) => apart(askedOf(speech, one)));
  const more = matters.length - lines.length;
  return more > 0 ? [...lines, speech.pieces("more", { count: more })] : lines;
}

/** Lines: the trust file, and how many witnesses have to agree. */
export function judgedLines(speech, { judgedBy, witnesses }) {
  if (judgedBy === null) return [[speech.word("trust-none")], [speech.word("witnesses-unset")]];
  const { counted, due } = witnesses;
  const { states } = judgedBy;
  const vouched = states.length === 0 ? [speech.word("none")] : speech.names(states);
  const told = counted.map(({ name, state }) =>
    speech.pieces("witness-of", { name, state: speech.party(state) }),
  );
  const names = told.length === 0 ? [speech.word("none")] : told.length;
  return [
    speech.pieces("trust-used", { digest: judgedBy.sha256 }),
    speech.pieces("trust-vouches", { states: vouched }),
    speech.pieces("witnesses-due", { count: due, names }),
    ...some(speech, told),
  ];
}

function matterLine(speech, matter) {
  const [asked, ...words] = askedOf(speech, matter);
  const references = matter.references.slice(0, MOST).map((one) =>
    speech.pieces("about-reference", { by: one.by, text: clipped(one.text) }),
  );
  const short = shortRoot(matter.conversation);
  const conversation = speech.pieces("about-conversation", { conversation: short });
  return apart([asked, ...references, ...words, conversation]);
}

/** What is asked, and what its author writes of it, if anything. */
function askedOf(speech, { by, measure, text, type }) {
  const told = { type: speech.nameOf("type", type), by };
  const asked = measure === ""
    ? speech.pieces("about-opened", told)
    : speech.pieces("about-request", { ...told, measure: speech.nameOf("measure", measure) });
  return text === "" ? [asked] : [asked, speech.pieces("about-words", { by, text: clipped(text) })];
}

function conditionLine(speech, { by, conversation, here, kind, standing, text }, several) {
  const told = { by, kind: speech.nameOf("condition-kind", kind || "other") };
  const bare = here ? "condition-bare" : "condition-gone";
  const parts = [
    text === ""
      ? speech.pieces(bare, told)
      : speech.pieces("condition-text", { ...told, text: clipped(text, MOST_OF_CONDITION) }),
  ];
  // a request that is to be kept confidential asks for no answer
  if (text !== "" || !here) parts.push([speech.word(`condition-${standing}`)]);
  const short = shortRoot(conversation);
  if (several) parts.push(speech.pieces("about-conversation", { conversation: short }));
  return apart(parts);
}

function exhibitLine(speech, piece) {
  const { by, exhibit, files, names, opened, package: there, root, sha256, size, text } = piece;
  const { listed: listedAs } = piece;
  const parts = [
    speech.pieces("about-exhibit", { exhibit, by, text: clipped(text) }),
    speech.pieces("about-package", { root: root.replace(/^sha256:/, ""), files, size }),
    [speech.word(`package-${there}`)],
  ];
  if (sha256 !== "") {
    const same = sha256 === listedAs && there === "here";
    parts.push(speech.pieces(same ? "about-sum" : "about-sum-here", { sum: sha256 }));
    if (!["", sha256].includes(listedAs)) {
      parts.push(speech.pieces("about-sum-listed", { sum: listedAs }));
    }
  }
  if (opened !== "") parts.push([speech.word(`opened-${opened}`)]);
  if (names.length > 0) {
    parts.push(speech.pieces("about-names", { names: listed(speech, names) }));
  }
  return apart(parts);
}

/** What is withheld, those of one reason and decision together, in the exporter's words. */
function withheldLines(speech, exporter, withheld) {
  const groups = new Map();
  for (const { decision, path, reason } of withheld) {
    const key = JSON.stringify([reason, decision]);
    if (!groups.has(key)) groups.set(key, { decision, reason, names: [] });
    groups.get(key).names.push(nameOf(path));
  }
  return [...groups.values()].map(({ decision, reason, names }) => {
    const told = {
      by: exporter ?? "?", names: listed(speech, names), reason: clipped(reason),
    };
    if (decision === null) return speech.pieces("withheld-told", told);
    return speech.pieces("withheld-decided", { ...told, decision: clipped(decision) });
  });
}

function listed(speech, names) {
  if (names.length === 0) return [speech.word("none")];
  const parts = names.slice(0, MOST).map((name) => [{ fact: speech.fact(name) }]);
  const more = names.length - parts.length;
  if (more > 0) parts.push(speech.pieces("more", { count: more }));
  return speech.listed("comma", parts);
}

/** Name of what is withheld, without the digests that say where it stands. */
function nameOf(path) {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.json$/, "");
  return name.replace(/[0-9a-f]{32,}/g, (found) => `${found.slice(0, SHORT_ROOT)}…`);
}

/** The beginning of a digest, in groups that two people can compare aloud. */
function shortRoot(digest) {
  const digits = digest.replace(/^sha256:/, "").slice(0, SHORT_ROOT);
  return digits.match(/.{1,4}/g).join(" ");
}

/** A text of a party, not longer than a line or two. */
function clipped(text, most = MOST_CHARS) {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join("")}…`;
}

function apart(parts) {
  return parts.flatMap((part, i) => (i === 0 ? part : [" ", ...part]));
}

function some(speech, lines) {
  const more = lines.length - MOST;
  return more > 0 ? [...lines.slice(0, MOST), speech.pieces("more", { count: more })] : lines;
}
