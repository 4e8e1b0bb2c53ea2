// The page: what a person chooses, starts, stops and reads.

import { hex } from "./bytes.js";
import { Fault } from "./faults.js";
import { sentence } from "./elements.js";
import { drawButton, drawReport, drawTrust } from "./report.js";
import { sha256 } from "./sha256.js";
import { bestLanguage, languages, Speech } from "./speech.js";
import { parseRoots } from "./timestamp.js";
import { parseTrust } from "./trust.js";
import { start } from "./work.js";

const MAX_TRUST_BYTES = 4 * 1024 * 1024;
const at = (id) => document.getElementById(id);

export class Page {
  constructor(source) {
    this.source = source; // of this script, for the Worker
    this.folder = null;
    this.trust = null; // {bytes, name, sha256, mode, states, ...}
    this.trustFault = null;
    this.running = null;
    this.outcome = null; // {report} or {fault} or {word}
    this.progress = null;
  }

  open() {
    this.fillLanguages();
    at("folder").addEventListener("change", ({ target }) => {
      if (target.files.length) this.takeFolder(target.files);
    });
    at("trust").addEventListener("change", ({ target }) => this.takeTrust(target.files[0] ?? null));
    at("remove").addEventListener("click", () => this.removeTrust());
    at("check").addEventListener("click", () => this.check());
    at("cancel").addEventListener("click", () => this.running?.stop());
    this.keepDrops();
    this.speak(bestLanguage([location.hash.slice(1), ...navigator.languages]));
  }

  fillLanguages() {
    for (const { lang, name } of languages()) {
      const option = new Option(name, lang);
      option.lang = lang === "zh-hans" ? "zh-Hans" : lang;
      at("language").append(option);
    }
    at("language").addEventListener("change", ({ target }) => this.speak(target.value));
  }

  /** The field takes a dropped folder by itself; beside it a drop must not replace the page. */
  keepDrops() {
    for (const kind of ["dragover", "drop"]) {
      document.addEventListener(kind, (event) => {
        if (event.target !== at("folder")) event.preventDefault();
      });
    }
  }

  speak(lang) {
    this.speech = new Speech(lang);
    document.documentElement.lang = this.speech.tag;
    document.documentElement.dir = this.speech.word("dir");
    document.title = this.speech.word("title");
    at("language").value = lang;
    for (const place of document.querySelectorAll("[data-word]")) {
      place.textContent = this.speech.word(place.dataset.word);
    }
    this.draw();
  }

  /** Take the files of a folder input; the first part of each path is the folder's own name. */
  takeFolder(list) {
    const [name] = list[0].webkitRelativePath.split("/");
    const inner = (file) => file.webkitRelativePath.slice(name.length + 1);
    const files = new Map([...list].map((file) => [inner(file), file]));
    const sizes = new Map([...files].map(([path, { size }]) => [path, size])); // as of now
    this.folder = { name, files, sizes };
    this.outcome = null;
    this.draw();
  }

  async takeTrust(file) {
    this.outcome = null;
    this.trust = null;
    this.trustFault = null;
    if (file !== null) {
      try {
        const bytes = new Uint8Array(await file.slice(0, MAX_TRUST_BYTES + 1).arrayBuffer());
        this.trust = { bytes, sha256: hex(sha256(bytes)), ...summaryOf(parseTrust(bytes)) };
      } catch (fault) {
        this.trustFault = fault instanceof Fault ? fault.code : "unreadable";
      }
    }
    this.draw();
  }

  removeTrust() {
    at("trust").value = "";
    this.takeTrust(null);
    at("trust").focus();
  }

  async check() {
    this.outcome = null;
    this.progress = { done: 0, total: 0 };
    const tell = (progress) => {
      this.progress = progress;
      this.drawProgress();
    };
    this.running = start(this.source, this.folder, this.trust?.bytes ?? null, tell);
    this.draw();
    at("cancel").focus();
    const done = await this.running.result;
    this.running = null;
    this.progress = null;
    this.outcome = done ?? { word: "stopped" };
    this.draw();
    (at("verdict") ?? at("check")).focus();
  }

  draw() {
    this.drawFolder();
    this.drawTrustState();
    this.drawProgress();
    this.drawOutcome();
    const idle = this.running === null;
    at("check").disabled = !idle || this.folder === null || this.trustFault !== null;
    at("cancel").hidden = idle;
    for (const id of ["folder", "trust", "remove"]) at(id).disabled = !idle;
    at("remove").hidden = this.trust === null && this.trustFault === null;
  }

  drawFolder() {
    const { speech, folder } = this;
    if (folder === null) {
      at("bundle-state").textContent = speech.word("bundle-none");
      return;
    }
    const bytes = [...folder.sizes.values()].reduce((sum, size) => sum + size, 0);
    const facts = { name: folder.name, files: folder.files.size, size: speech.size(bytes) };
    at("bundle-state").replaceChildren(...sentence(speech, "bundle-chosen", facts));
  }

  drawTrustState() {
    const { speech, trust, trustFault } = this;
    const place = at("trust-state");
    if (trust !== null) place.replaceChildren(...drawTrust(speech, trust));
    else if (trustFault !== null) place.textContent = `${speech.word("trust-bad")} (${trustFault})`;
    else place.textContent = speech.word("trust-none");
  }

  drawProgress() {
    const { speech, progress } = this;
    at("progress").hidden = progress === null;
    at("progress-text").replaceChildren();
    if (progress === null) return;
    const { done, total } = progress;
    at("progress").value = total ? done / total : 0;
    const facts = { done: speech.size(done), size: speech.size(total) };
    at("progress-text").replaceChildren(...sentence(speech, "reading", facts));
  }

  drawOutcome() {
    const { speech, outcome, trust } = this;
    const place = at("result");
    const report = outcome?.report;
    at("exercise").hidden = trust?.mode !== "exercise" && report?.mode !== "exercise";
    place.hidden = report === undefined;
    place.replaceChildren();
    at("said").textContent = "";
    if (report !== undefined) {
      const print = drawButton(speech.word("print"), () => window.print());
      const save = drawButton(speech.word("save"), () => this.save());
      place.append(...drawReport(speech, report), print, " ", save);
    } else if (outcome !== null) {
      at("said").textContent = this.wordOf(outcome);
    }
  }

  wordOf({ fault, word }) {
    if (word !== undefined) return this.speech.word(word);
    return `${this.speech.word("unreadable")} (${fault})`;
  }

  /** Give the whole report as a file. */
  save() {
    const named = { bundle: this.folder.name, trust: this.trust?.sha256 ?? null };
    const text = JSON.stringify({ ...named, ...this.outcome.report }, null, 1);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = "comity-report.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
}

function summaryOf({ mode, pins, timestampRoots, witnesses }) {
  return {
    mode,
    states: [...pins.keys()].sort(),
    witnesses: witnesses.map(({ name, state }) => `${name} (${state})`),
    authorities: parseRoots(timestampRoots).map((root) => root.authority),
  };
}
