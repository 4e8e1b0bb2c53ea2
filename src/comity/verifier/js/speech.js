// Words of the page in a language: plain texts, and sentences with facts set apart in them.

import { REASONS } from "./reasons.js";
import { WORDS } from "./words.js";

const TAGS = { "zh-hans": "zh-Hans" };
const NUMBERS = { ar: "ar-u-nu-latn" }; // digits as they stand in the bundle's own files
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

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

  /** Pieces of a sentence: texts, and facts as {fact}. */
  pieces(name, facts) {
    return this.words[name].split(/(\{[a-z]+\})/).map((part) => {
      const match = /^\{([a-z]+)\}$/.exec(part);
      return match === null ? part : { fact: this.fact(facts[match[1]] ?? "?") };
    });
  }

  size(bytes) {
    const units = ["B", "KiB", "MiB", "GiB", "TiB"];
    const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
    const value = Math.round((bytes / 1024 ** step) * 10) / 10;
    return `${this.numbers.format(value)} ${units[step]}`;
  }
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
