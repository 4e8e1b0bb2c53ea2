// The page: what a person chooses, starts, stops and reads.

import { hex } from "./bytes.js";
import { noBundle } from "./chosen.js";
import { Fault } from "./faults.js";
import { drawn, element, sentence } from "./elements.js";
import { drawButton, drawReport, drawTrust } from "./report.js";
import { sha256 } from "./sha256.js";
import { bestLanguage, languages, shown, Speech } from "./speech.js";
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
    this.unfoldForPrint();
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
    this.folder = { name, files, sizes, none: noBundle([...files.keys()]) };
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
    const now = `${new Date().toISOString().slice(0, 19)}Z`;
    this.outcome = done === null ? { word: "stopped" } : { ...done, at: now };
    this.draw();
    if (at("verdict") === null) at("check").focus();
    else this.showVerdict();
  }

  /** Show the top of the page: the verdict stands there, and above it whether it is an exercise. */
  showVerdict() {
    at("verdict").focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  /** On paper nothing is folded away; what was closed is closed again afterwards. */
  unfoldForPrint() {
    const closed = [];
    addEventListener("beforeprint", () => {
      closed.push(...at("result").querySelectorAll("details:not([open])"));
      for (const one of closed) one.open = true;
    });
    addEventListener("afterprint", () => {
      for (const one of closed.splice(0)) one.open = false;
    });
  }

  draw() {
    this.drawFolder();
    this.drawTrustState();
    this.drawProgress();
    this.drawOutcome();
    const idle = this.running === null;
    const unfit = this.folder === null || this.folder.none !== null;
    at("check").disabled = !idle || unfit || this.trustFault !== null;
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
    const lines = [sentence(speech, "bundle-chosen", facts), ...this.noBundleLines(folder)];
    const told = lines.map((line) => element("p", {}, ...line));
    at("bundle-state").replaceChildren(...told);
    at("bundle-state").classList.toggle("wrong", folder.none !== null);
  }

  /** That a folder is no bundle, and what to choose instead; nothing of one that is. */
  noBundleLines({ name, none }) {
    if (none === null) return [];
    const { speech } = this;
    const parts = none.names.map((one) => [{ fact: speech.fact(one) }]);
    if (none.more > 0) parts.push(speech.pieces("more", { count: none.more }));
    const names = parts.length === 0 ? [] : speech.listed("comma", parts);
    return [sentence(speech, "no-bundle", { name }), drawn(speech.pieces(none.say, { names }))];
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
    const exercise = (report?.mode ?? trust?.mode) === "exercise"; // as the bundle says, once read
    at("exercise").hidden = !exercise;
    const said = exercise ? `${speech.word("exercise")}. ${speech.word("exercise-text")}` : "";
    document.documentElement.style.setProperty("--running", JSON.stringify(said)); // each sheet
    place.hidden = report === undefined;
    document.body.classList.toggle("told", report !== undefined);
    place.replaceChildren();
    at("said").textContent = "";
    if (report !== undefined) {
      const buttons = [
        drawButton(speech.word("print"), () => window.print(), { class: "primary" }),
        drawButton(speech.word("save"), () => this.save()),
        drawButton(speech.word("another"), () => at("folder").focus()),
      ];
      const checked = { name: this.folder.name, at: outcome.at };
      place.append(...drawReport(speech, report, checked, buttons));
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
    link.download = `comity-report-${fileName(this.folder.name)}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
}

/** A folder's name as a part of a file's name, on any computer. */
function fileName(name) {
  return shown(name).replace(/[\\/:*?"<>|{}\s]+/g, "-").replace(/^[-.]+|[-.]+$/g, "") || "bundle";
}

function summaryOf({ mode, pins, timestampRoots, witnesses }) {
  return {
    mode,
    states: [...pins.keys()].sort(),
    witnesses: witnesses.map(({ name, state }) => `${name} (${state})`),
    authorities: parseRoots(timestampRoots).map((root) => root.authority),
  };
}
