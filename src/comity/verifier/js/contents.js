// A bundle as parsed things, each read once. Nothing here is verified but its shape; what cannot be
// parsed is kept as a fault of its file, for the step that owns that kind of file.

import { certificateIn, officerIn } from "./approvals.js";
import { unb64, utf8 } from "./bytes.js";
import { replay } from "./conversation.js";
import { Directory } from "./directory.js";
import { demand, Fault } from "./faults.js";
import { decode, isObject } from "./json.js";
import { parseJws, recordOf } from "./jws.js";
import { STATEMENT, messagePath, receiptPath, sectionPath } from "./layout.js";
import { parseOpening } from "./log.js";
import { parseMessage, parseSection } from "./message.js";
import { parseOffer } from "./offer.js";
import { parseReceipt } from "./receipt.js";
import { parseEntry, parseStateRecord } from "./records.js";
import { seeing } from "./seeing.js";
import { parseStatement } from "./statement.js";
import { digest, stateOf } from "./values.js";

const ILLEGAL = "refused:illegal-move"; // the replay finds these by itself
export const EFFECTIVE = new Set(["applied", "overtaken"]); // how a message stands that has a part
const LATEST = 253_370_764_800; // the year 9999

export class Bundle {
  /** `files` from `survey`; `strange` paths of no plain files; `trust` from outside, or null. */
  constructor(files, strange, trust) {
    this.files = files;
    this.strange = strange;
    this.trust = trust;
    this.faults = new Map(); // path -> why it is not what its kind says
    this.held = new Map(); // record -> receipts that step 6 found good
    this.checkpoints = new Map(); // "party/epoch" -> what step 7 found good
    this.stamped = new Map(); // path of a stamped note -> its tree, from step 7
    this.begun = new Map(); // "party/epoch" -> record of the good statement that opened it
    this.ended = new Set(); // "party/epoch" of those that a good statement of the party ended
    this.goodLeaves = [];
    this.times = new Map(); // content -> {at, by}, from step 8
    this.spoilt = false; // whether a step before this one found a fault
    this.readAll();
  }

  of(kind) {
    return this.kinds.get(kind) ?? [];
  }

  read(path) {
    const { bytes } = this.files.get(path);
    demand(bytes !== null, "bundle-limit", "larger than a file of its kind may be");
    return bytes;
  }

  faultsOf(...kinds) {
    const paths = kinds.flatMap((kind) => this.of(kind)).filter((path) => this.faults.has(path));
    return paths.map((path) => [path, this.faults.get(path)]);
  }

  parsed(kind, parse) {
    const found = new Map();
    for (const path of this.of(kind)) {
      try {
        found.set(path, parse(this.read(path), path, this.files.get(path).place.parts));
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        this.faults.set(path, fault);
      }
    }
    return found;
  }

  readAll() {
    this.kinds = new Map();
    for (const [path, { place }] of this.files) {
      if (place === null) continue;
      if (!this.kinds.has(place.kind)) this.kinds.set(place.kind, []);
      this.kinds.get(place.kind).push(path);
    }
    this.statement = this.parsed("statement", parseStatement).get(STATEMENT) ?? null;
    this.mode = this.trust?.mode ?? this.statement?.mode ?? "live";
    this.exportedAt = this.statement?.exportedAt ?? LATEST;
    this.withheld = this.statement?.withheld ?? new Map();
    this.readDirectory();
    this.readMessages();
    this.receipts = this.parsed("receipt", readReceipt);
    this.leaves = this.parsed("leaf", readLeaf);
    this.chains = this.parsed("custody", (bytes) => decode(bytes, bytes.length));
    this.replayAll();
    this.countMessages();
    this.readOffers();
    this.readHearings();
  }

  /** The party that exported, as it claims; empty if it does not even say. */
  get exporter() {
    return this.statement?.exporter ?? "";
  }

  /** Tell whether the trust file vouches for the keys that a party's State has here. */
  pinned(party) {
    const state = stateOf(party);
    return this.trust !== null && this.trust.pins.has(state) && !this.unlike.has(state);
  }

  /** Tell whether a party's keys are pinned, and of another State than the exporter's. */
  independent(party) {
    return this.pinned(party) && stateOf(party) !== stateOf(this.exporter || party);
  }

  /** Facts that a claim tells of a message. */
  told(message) {
    const { author: party, sequence } = message;
    return { party, path: this.pathOf.get(message.record), sequence };
  }

  /** The receipt at a path as step 6 found it good, or undefined. */
  good(path) {
    const { record } = this.receipts.get(path);
    return (this.held.get(record) ?? []).find((one) => one.path === path);
  }

  /** Receipts by what others may have heard of them; path of each -> messages that hold it. */
  readHearings() {
    this.receiptPaths = new Map(); // "party content" -> path
    for (const [path, { jws, to }] of this.receipts) {
      this.receiptPaths.set(`${to} ${digest("content", jws.payload)}`, path);
    }
    this.seeing = seeing(this);
    this.hearings = new Map();
    for (const message of this.messages.values()) {
      for (const [party, { receipts }] of message.heard) {
        for (const content of receipts) {
          const path = this.receiptPaths.get(`${party} ${content}`);
          if (path === undefined) continue;
          this.hearings.set(path, [...(this.hearings.get(path) ?? []), message]);
        }
      }
    }
  }

  /** Messages that say that their author holds the receipt at a path. */
  hearing(path) {
    return this.hearings.get(path) ?? [];
  }

  /** Record -> leaves that step 7 found good; not to be asked before. */
  leavesOf(record) {
    this.byLeaf ??= grouped(this.goodLeaves, (leaf) => leaf.opening.record);
    return this.byLeaf.get(record) ?? [];
  }

  /** The message whose section at a path offers a package. */
  offering(path) {
    return this.byContent.get(`sha256:${this.files.get(path).place.parts.content}`);
  }

  /** Records under the trust file; a State it does not pin is taken at its own word, unproved. */
  readDirectory() {
    const states = this.parsed("state", (bytes) => parseStateRecord(bytes, this.mode));
    const entries = this.parsed("entry", (bytes) => parseEntry(bytes, this.mode));
    const pins = new Map(this.trust?.pins ?? []);
    this.unpinned = new Set();
    for (const { subject, version, keySet } of states.values()) {
      if (version !== 1 || pins.has(subject)) continue;
      pins.set(subject, keySet);
      this.unpinned.add(subject);
    }
    this.directory = new Directory(this.mode, pins);
    this.records = new Map([...states, ...entries]);
    this.standing = this.directory.take([...this.records.values()], this.exportedAt);
    this.unlike = new Set(); // States whose keys here are not those that the trust file pins
    for (const [{ subject }, word] of this.standing) {
      if (word.code === "state-unpinned" && this.trust?.pins.has(subject)) this.unlike.add(subject);
    }
  }

  readMessages() {
    this.messages = this.parsed("message", readMessage);
    this.pathOf = new Map([...this.messages].map(([path, message]) => [message.record, path]));
    this.byContent = new Map([...this.messages.values()].map((m) => [m.content, m]));
    this.byRecord = new Map([...this.messages.values()].map((m) => [m.record, m]));
    this.sections = new Map();
    const found = this.parsed("section", (bytes, _, { content, name }) => ({
      ...parseSection(decode(bytes, bytes.length)),
      content: `sha256:${content}`,
      name,
    }));
    for (const section of found.values()) {
      if (!this.sections.has(section.content)) this.sections.set(section.content, new Map());
      this.sections.get(section.content).set(section.name, section);
    }
  }

  /** Offers, first those whose word counts, and what is wrong with these. */
  readOffers() {
    const counting = [...this.counted.keys()].map((content) => sectionPath(content, "offer"));
    this.offeringPaths = new Set(counting);
    const offers = new Map();
    this.offerFaults = new Map();
    for (const message of this.messages.values()) {
      const section = this.sectionsOf(message).get("offer");
      if (section === undefined || !message.body.has("offer")) continue;
      const path = sectionPath(message.content, "offer");
      try {
        offers.set(path, parseOffer(section.value));
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        if (this.counted.has(message.content)) this.offerFaults.set(path, fault);
      }
    }
    const counts = ([path]) => this.offeringPaths.has(path);
    const first = [...offers].filter(counts);
    const later = [...offers].filter((one) => !counts(one));
    this.offers = new Map([...first, ...later]); // path of the section -> offer
  }

  sectionsOf(message) {
    return this.sections.get(message.content) ?? new Map();
  }

  /**
   * Messages but those set aside (spec section 16): neither their approvals nor what they say of
   * evidence was ever taken in by whoever held or refused them.
   */
  countMessages() {
    const there = [...this.byContent].filter(([, message]) => this.setAside(message) === null);
    this.counted = new Map(there);
  }

  /** What each conversation's messages amount to, those that were refused in their place. */
  replayAll() {
    const groups = new Map();
    for (const message of this.messages.values()) {
      if (!groups.has(message.conversation)) groups.set(message.conversation, []);
      groups.get(message.conversation).push(message);
    }
    const refused = this.refusals([...this.byRecord.values()], [...this.receipts.values()]);
    this.replays = new Map([...groups].map(([name, found]) => [name, replay(found, refused)]));
    this.asides = new Map(
      [...this.receipts.values()]
        .filter(({ outcome }) => outcome.startsWith("held") || outcome.startsWith("refused:"))
        .map((receipt) => [receipt.record, receipt]),
    );
  }

  /**
   * Content -> outcome of messages refused for what they say (section 8.2): between two parties the
   * addressee's word counts, among more each judges what it receives, and here the exporter's.
   */
  refusals(messages, receipts) {
    const there = new Map(messages.map((message) => [message.record, message]));
    const found = new Map();
    for (const { outcome, record, to } of receipts) {
      const message = there.get(record);
      if (!message || !outcome.startsWith("refused:") || outcome === ILLEGAL) continue;
      const counts = to === this.statement?.exporter || message.members.length === 2;
      if (counts) found.set(message.content, outcome);
    }
    return found;
  }

  /** The receipt that held or refused a message on which nothing here builds, or null. */
  setAside({ content, conversation, record }) {
    const standing = this.replays.get(conversation)?.standing.get(content);
    return EFFECTIVE.has(standing) ? null : (this.asides.get(record) ?? null);
  }

  /** Record digest -> officer certificate, of messages that count: step 4 verifies those. */
  officers() {
    const approvals = [...this.counted.values()].flatMap((message) => message.approvals);
    return new Map(approvals.map((one) => [certificateIn(one), officerIn(one)]).filter(
      ([record, officer]) => record !== null && officer !== null,
    ));
  }

  /** Record digests of all that stands here and that a leaf may be about. */
  knownRecords() {
    const messages = [...this.messages.values()];
    const certificates = messages.flatMap((m) => m.approvals.map(certificateIn));
    const receipts = [...this.receipts.values()].map((one) => recordOf(one.jws));
    const roots = [...this.offers.values()].map(({ root }) => `sha256:${root}`);
    return new Set([...this.byRecord.keys(), ...certificates, ...receipts, ...roots]);
  }
}

function grouped(items, nameOf) {
  const found = new Map();
  for (const item of items) {
    const name = nameOf(item);
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(item);
  }
  return found;
}

function checkName(path, ...due) {
  demand(due.includes(path), "bundle-name", `by its content it stands at ${due[0]}`);
}

function readMessage(bytes, path) {
  const message = parseMessage(parseJws(bytes));
  const place = [message.conversation, message.author, message.sequence];
  checkName(path, messagePath(...place), messagePath(...place, message.content));
  return message;
}

function readReceipt(bytes, path) {
  const jws = parseJws(bytes);
  const receipt = parseReceipt(jws.payload);
  checkName(path, receiptPath(receipt.record, receipt.to));
  return { ...receipt, jws };
}

function readLeaf(bytes, _, { party, epoch, index }) {
  const value = decode(bytes, bytes.length);
  const whole = isObject(value) && "entry" in value && "proof" in value;
  demand(whole, "bundle-name", "a leaf has its entry and its proof");
  const { entry, proof, ...opening } = value;
  const data = unb64(entry);
  demand(typeof proof === "string", "bundle-name", "a proof is text");
  return {
    log: `${party}/${epoch}`,
    party,
    index: BigInt(index),
    opening: parseOpening(opening),
    entry: data,
    proof: utf8(proof),
  };
}
