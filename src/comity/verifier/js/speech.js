// Words of the page in a language: plain texts, and sentences with facts set apart in them.

import { addedFiles } from "./added_files.js";
import { DETAILS } from "./details.js";
import { REASONS } from "./reasons.js";
import { WORDS } from "./words.js";

const TAGS = { "zh-hans": "zh-Hans" };
const NUMBERS = { ar: "ar-u-nu-latn" }; // digits as they stand in the bundle's own files
const REFUSED = "refused:";
const PARTIES = ["exporter", "party"]; // what a statement says of others
// Lines by witnesses and logs: their names are free, and may begin like the code of a State.
const NO_PARTIES = ["log-single-proved", "directory-dated-attested"];
export const MOST = 20; // different facts that one line tells, and items that one list shows
const PATTERNS = Object.entries(DETAILS).flatMap(([name, texts]) =>
  texts.map((text) => [name, patternOf(text)]),
);
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Expression for what a check says in English; each name in braces stands for a fact. */
function patternOf(text) {
  const parts = text.split(/\{(\w+)\}/);
  const literal = (part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const made = parts.map((part, i) => (i % 2 ? `(?<${part}>.+?)` : literal(part)));
  return new RegExp(`^(?:${made.join("")})$`, "s");
}

/** Name of the sentence that says what a check said in English, and its facts. */
function detailOf(reason) {
  for (const [name, pattern] of PATTERNS) {
    const match = pattern.exec(reason);
    if (match !== null) return [name, { ...match.groups }];
  }
  return ["detail-other", { note: reason }];
}

/** Name of the sentence that says what a code means; what is not listed is a matter of form. */
export function whyOf(code) {
  return Object.keys(REASONS).find((name) => REASONS[name].includes(code)) ?? "why-form";
}

/** Text from a bundle as a person may see it: what would not show, or reorder, is written out. */
export function shown(text) {
  return String(text).replace(HIDDEN, (letter) => `\\u{${letter.codePointAt(0).toString(16)}}`);
}

export class Speech {
  constructor(lang) {
    this.lang = lang;
    this.words = WORDS[lang];
    this.tag = TAGS[lang] ?? lang;
    this.numbers = new Intl.NumberFormat(NUMBERS[lang] ?? this.tag);
  }

  word(name) {
    return this.words[name];
  }

  fact(value) {
    return typeof value === "number" ? this.numbers.format(value) : shown(value);
  }

  /** Pieces of a sentence: texts, and facts as {fact}; a fact may be pieces itself. */
  pieces(name, facts) {
    return this.words[name].split(/(\{[a-z]+\})/).flatMap((part) => {
      const match = /^\{([a-z]+)\}$/.exec(part);
      if (match === null) return part === "" ? [] : [part];
      const value = facts[match[1]] ?? "?";
      return Array.isArray(value) ? value : [{ fact: this.fact(value) }];
    });
  }

  /** Pieces of the sentence that says what a verdict means. */
  verdict(report) {
    const { verdict, heading, lead, exporter, mode, steps, trusted, unpinned } = report;
    const unverified = heading === "not-verified";
    if (unverified && trusted !== mode) return this.pieces("other-mode", {});
    if (verdict === "damaged" && lead !== null) {
      const why = whyOf(lead.code);
      const usual = unverified ? "unlike-text" : "damaged-text";
      const name = addedFiles(report).only ? "added-only" : usual;
      return this.pieces(name, { step: lead.step, reason: [this.words[why]] });
    }
    if (verdict === "damaged") return this.pieces("damaged-word", { party: exporter });
    if (verdict === "unpinned" && trusted === null) return this.pieces("unpinned-none", {});
    const unchecked = steps.some((step) => step.unchecked.length > 0);
    const partly = verdict === "unpinned" && unchecked && unpinned.length === 0;
    return this.pieces(partly ? "unpinned-unchecked" : `${verdict}-text`, {});
  }

  /** Pieces of a line of the verdict: what is claimed, and whose word it is. */
  line({ name, word, by, claims }) {
    const of = (fact) => claims.map(({ facts }) => facts[fact]).filter((one) => one !== undefined);
    return this.pieces(`claim-${name}-${word}`, {
      by: NO_PARTIES.includes(`${name}-${word}`) ? this.subject(by, this.bare) : this.names(by),
      count: countOf(name, claims),
      logs: this.names([...new Set(of("party"))]),
      editions: this.tally(of("edition"), (one) => one),
      reasons: this.tally(name === "log-epoch" ? of("reason") : [], (one) => [
        this.word(`reason-${one}`),
      ]),
      outcomes: this.tally(of("outcome"), (one) => this.outcome(one)),
      states: this.tally(of("main"), (one) => this.state(one)),
      times: this.span(of("time")),
    });
  }

  /** Pieces of what happened to an exhibit, when and by whom, and who says so. */
  custody({ by, facts, word }) {
    const { at: time, event, number, officer, party, roles } = facts;
    const named = roles.split(" ").filter((one) => one !== "");
    const told = named.map((one) => [this.word(`role-${one}`)]);
    return this.pieces(`custody-row-${word}`, {
      number,
      event: this.nameOf("event", event),
      time,
      party: this.party(party),
      by: this.names(by),
      officer,
      role: told.length === 0 ? [this.word("role-none")] : this.listed("comma", told),
    });
  }

  /** Pieces of what a party says, where statements do not fit together. */
  statement({ by, facts, say }) {
    const told = facts.outcome === undefined ? {} : { outcome: this.outcome(facts.outcome) };
    for (const one of PARTIES) {
      if (facts[one] !== undefined) told[one] = this.party(facts[one]);
    }
    return this.pieces(`say-${say}`, { by: this.party(by), ...facts, ...told });
  }

  /** Pieces of what a check said of a finding; in English where no sentence of ours fits it. */
  detail(reason) {
    const [name, facts] = detailOf(reason);
    if (name === "detail-other" && this.lang === "en") return [{ fact: this.fact(reason) }];
    const state = facts.state === undefined ? {} : { state: this.state(facts.state) };
    return this.pieces(name, { ...facts, ...state });
  }

  /** Pieces of what an answer says. */
  outcome(outcome) {
    const text = this.words[`outcome-${outcome}`];
    if (text !== undefined) return [text];
    if (!outcome.startsWith(REFUSED)) return [{ fact: this.fact(outcome) }];
    return this.pieces("outcome-refused", { code: outcome.slice(REFUSED.length) });
  }

  /** Pieces of the name of a conversation's state. */
  state(state) {
    const text = this.words[`state-${state}`];
    return text === undefined ? [{ fact: this.fact(state) }] : [text];
  }

  /** Pieces of what a code of the law as data is called; the code where nothing is known. */
  nameOf(kind, code) {
    const text = this.words[`${kind}-${code}`];
    return text === undefined ? [{ fact: this.fact(code) }] : [text];
  }

  /** Pieces of a party or a State by its code, with the State's name beside it if it has one. */
  party(code) {
    const name = this.words[`land-${code.split("/")[0]}`];
    return name === undefined
      ? [{ fact: this.fact(code) }]
      : this.pieces("of-land", { code, name: [name] });
  }

  /** Pieces that name parties as the subject of a sentence, each with its State's name. */
  names(parties) {
    return this.subject(parties, this.party);
  }

  /** Pieces of which message of a party something is about. */
  head(party, sequence) {
    return this.pieces("head", { party: this.party(party), sequence });
  }

  bare(name) {
    return [{ fact: this.fact(name) }];
  }

  /** Pieces of names as the subject of a sentence: one, two, or several. */
  subject(parties, name) {
    const named = parties.slice(0, MOST).map((party) => name.call(this, party));
    if (parties.length > MOST) {
      const more = this.pieces("more", { count: parties.length - MOST });
      return this.listed("comma", [...named, more]);
    }
    if (named.length < 2) return named[0] ?? ["?"];
    const one = this.listed("comma", named.slice(0, -1));
    return this.pieces("both", { one, other: named.at(-1) });
  }

  listed(name, parts) {
    return parts.reduce((one, other) => this.pieces(name, { one, other }));
  }

  /** Pieces of names with how many of each, in the order in which they come. */
  tally(codes, named) {
    const counts = new Map();
    for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
    if (counts.size === 0) return [];
    const shownFirst = [...counts].slice(0, MOST);
    const parts = shownFirst.map(([code, count]) =>
      this.pieces("tally", { name: named(code), count }),
    );
    const more = counts.size - parts.length;
    if (more > 0) parts.push(this.pieces("more", { count: more }));
    return this.listed("semicolon", parts);
  }

  /** Pieces of one moment, or of the first and the last. */
  span(times) {
    if (times.length === 0) return [];
    let [first] = times;
    let last = first;
    for (const time of times) {
      if (time < first) first = time;
      if (time > last) last = time;
    }
    return first === last ? [{ fact: first }] : this.pieces("span", { first, last });
  }

  size(bytes) {
    const units = ["B", "KiB", "MiB", "GiB", "TiB"];
    const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
    const value = Math.round((bytes / 1024 ** step) * 10) / 10;
    return `${this.numbers.format(value)} ${units[step]}`;
  }
}

/** How many things a line is about; one claim stands for all entries that nobody shows. */
function countOf(name, claims) {
  if (name !== "log-entry") return claims.length;
  return claims.reduce((sum, { facts }) => sum + (facts.count ?? 1), 0);
}

export function languages() {
  return Object.entries(WORDS).map(([lang, { name }]) => ({ lang, name }));
}

/** The page's language for what a reader prefers. */
export function bestLanguage(preferred) {
  const known = Object.keys(WORDS);
  for (const tag of preferred) {
    const found = known.find((lang) => lang.split("-")[0] === tag.toLowerCase().split("-")[0]);
    if (found !== undefined) return found;
  }
  return "en";
}
