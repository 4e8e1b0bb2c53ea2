// Words of the page in a language: plain texts, and sentences with facts set apart in them.

import { WORDS } from "./words.js";

const TAGS = { "zh-hans": "zh-Hans" };
const NUMBERS = { ar: "ar-u-nu-latn" }; // digits as they stand in the bundle's own files
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

const WHY = {
  "why-signature": ["signature-invalid", "note-signature-bad", "webauthn-invalid"],
  "why-key": [
    "key-unknown", "key-use", "entry-foreign", "certificate-unfit", "state-unpinned",
    "state-unknown", "party-unknown", "threshold-missed", "note-unsigned", "checkpoint-unsigned",
  ],
  "why-time": ["key-revoked", "key-expired", "key-not-yet", "approval-expired"],
  "why-changed": [
    "bundle-file-changed", "bundle-tag-file", "package-digest", "section-mismatch",
    "custody-altered", "offer-root", "offer-size",
  ],
  "why-missing": [
    "bundle-file-missing", "bundle-message-missing", "bundle-receipt-missing",
    "bundle-leaf-missing", "bundle-section", "bundle-custody", "bundle-consistency",
    "custody-missing", "package-manifest", "state-gap",
  ],
  "why-foreign": ["bundle-file-foreign"],
  "why-name": ["bundle-name", "package-name"],
  "why-log": ["proof-mismatch", "proof-range", "receipt-unproved", "leaf-mismatch", "bundle-leaf"],
  "why-disagree": ["bundle-fork", "entry-double-speak", "state-double-speak"],
  "why-mode": ["typ-mismatch", "mode-mismatch"],
  "why-state": ["bundle-state", "bundle-head", "bundle-chain"],
  "why-approval": [
    "approvals-missing", "approval-same-officer", "approval-detached", "countersignature-unfit",
  ],
  "why-custody": ["custody-rule", "custody-order", "custody-event"],
  "why-evidence": ["bundle-evidence"],
  "why-stamp": [
    "timestamp-malformed", "timestamp-refused", "timestamp-imprint", "timestamp-untrusted",
    "timestamp-root",
  ],
  "why-directory": [
    "entry-history", "entry-rollback", "entry-old-keys", "state-rollback", "bundle-directory",
    "issued-ahead",
  ],
  "why-receipt": ["receipt-mismatch"],
  "why-statement": ["bundle-statement"],
  "why-limit": ["bundle-limit", "oversize", "too-deep", "conversation-full"],
};

/** Name of the sentence that says what a code means; what is not listed is a matter of form. */
export function whyOf(code) {
  return Object.keys(WHY).find((name) => WHY[name].includes(code)) ?? "why-form";
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
