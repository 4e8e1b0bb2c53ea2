// The judgement of a court bundle: eleven steps in one fixed order (spec section 16).

import { about } from "./about.js";
import { Bundle } from "./contents.js";
import { STATEMENT } from "./layout.js";
import { Notes } from "./notes.js";
import { completeness } from "./step_complete.js";
import { conversations } from "./step_conversations.js";
import { custody } from "./step_custody.js";
import { evidence } from "./step_evidence.js";
import { exporter, files } from "./step_files.js";
import { log } from "./step_log.js";
import { messages } from "./step_messages.js";
import { receipts } from "./step_receipts.js";
import { times } from "./step_times.js";
import { trust } from "./step_trust.js";
import { survey } from "./survey.js";
import { Witnesses } from "./witnesses.js";

// A party whose clock was set right may contradict itself about these and be honest.
const CLOCKS = new Set(["sent-at", "received-at", "exported-at"]);
const STEPS = [
  files, exporter, trust, messages, conversations, receipts, log, times, custody, evidence,
  completeness,
];

/**
 * Judge a bundle. `reader` as for `survey`; `trusted` a parsed trust file or null.
 * The report: {verdict: intact | damaged | unpinned | disputed, claims, steps, first, ...}.
 */
export async function verify(reader, trusted, progress) {
  const files = await survey(reader, progress);
  const bundle = new Bundle(files, reader.strange, trusted);
  const claims = [];
  const steps = STEPS.map((step, i) => judge(bundle, i + 1, step, claims));
  if (!steps.some(({ status }) => status === "failed")) return report(bundle, steps, claims);
  // What failed may be what a claim rests on: nothing is borne out, nobody accused.
  bundle.times.clear();
  return report(bundle, steps, claims.filter(({ word }) => word === "unknown"));
}

function judge(bundle, number, step, claims) {
  const notes = new Notes();
  const summary = step(bundle, notes);
  const { findings, unchecked, claimed } = notes;
  claims.push(...notes.claims);
  bundle.spoilt ||= findings.length > 0;
  const byTrust = number > 1; // the files and manifests need no keys
  const unvouched = byTrust && (bundle.trust === null || bundle.unpinned.size > 0);
  let status = "passed";
  if (findings.length > 0) status = "failed";
  else if (!claimed) status = "empty";
  else if (unvouched || unchecked.length > 0) status = "unpinned";
  return { number, status, summary, findings, unchecked };
}

/** The first that applies: damaged, unpinned, disputed, intact (spec section 16). */
function verdictOf({ exporter }, steps, claims) {
  const own = claims.filter(({ word, by }) => word === "contradicted" && by.includes(exporter));
  const clocks = own.filter(({ claim }) => CLOCKS.has(claim));
  const failed = steps.some((step) => step.status === "failed");
  if (failed || own.length > clocks.length) return "damaged";
  if (steps.some((step) => step.status === "unpinned")) return "unpinned";
  const disputed = claims.some(({ word }) => word === "disputed");
  return disputed || clocks.length > 0 ? "disputed" : "intact";
}

/** What a person reads first: keys unlike those pinned, for which all their signatures fail. */
function leading(steps, first, unlike) {
  if (first === null || first.step === 1 || unlike.size === 0) return first;
  const found = steps.flatMap(({ findings, number }) =>
    findings.map((finding) => ({ step: number, ...finding })),
  );
  return found.find(({ code }) => code === "state-unpinned") ?? first;
}

/** Name of the words above the verdict: where the trust file is another, nothing is `damaged`. */
function headingOf(verdict, { statement, trust, unlike }, first) {
  const otherMode = trust !== null && statement !== null && trust.mode !== statement.mode;
  const unfit = otherMode || unlike.size > 0;
  return unfit && first !== null && first.step !== 1 ? "not-verified" : verdict;
}

function report(bundle, steps, claims) {
  const verdict = verdictOf(bundle, steps, claims);
  const failed = steps.find((step) => step.findings.length > 0);
  const { statement, trust } = bundle;
  const first = failed ? { step: failed.number, ...failed.findings[0] } : null;
  const { counting, due } = new Witnesses(bundle);
  return {
    verdict,
    heading: headingOf(verdict, bundle, first),
    statement: bundle.files.get(STATEMENT)?.sha256 ?? null, // names every other file
    about: about(bundle),
    witnesses: { counted: counting, due },
    judgedBy: trust && { sha256: trust.sha256, states: [...trust.pins.keys()].sort() },
    steps,
    claims,
    first,
    lead: leading(steps, first, bundle.unlike),
    exporter: statement?.exporter ?? null,
    exportedAt: statement?.exportedText ?? null,
    mode: statement?.mode ?? null,
    trusted: bundle.trust?.mode ?? null,
    unpinned: [...bundle.unpinned].sort(),
    unlike: [...bundle.unlike].sort(),
    heads: (statement?.conversations ?? []).map(({ conversation, heads }) => ({
      conversation,
      main: statement.state[conversation]?.main ?? null,
      heads: [...heads].map(([party, mark]) => ({ party, ...mark })),
    })),
    custody: [...(statement?.custody ?? [])].map(([exhibit, head]) => ({ exhibit, ...head })),
    times: [...bundle.times.values()],
    withheld: [...bundle.withheld.values()],
  };
}
