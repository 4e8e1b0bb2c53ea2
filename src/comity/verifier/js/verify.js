// The judgement of a court bundle: eleven steps in one fixed order (spec section 16).

import { Bundle } from "./contents.js";
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

const STEPS = [
  files, exporter, trust, messages, conversations, receipts, log, times, custody, evidence,
  completeness,
];

/**
 * Judge a bundle. `reader` as for `survey`; `trusted` a parsed trust file or null.
 * The report: {verdict: proved | failed | consistent, steps, first, ...}; see docs/explanation.
 */
export async function verify(reader, trusted, progress) {
  const files = await survey(reader, progress);
  const bundle = new Bundle(files, reader.strange, trusted);
  return report(bundle, STEPS.map((step, i) => judge(bundle, i + 1, step)));
}

function judge(bundle, number, step) {
  const notes = new Notes();
  const summary = step(bundle, notes);
  const { findings, attested, unknown, unchecked, claimed } = notes;
  const byTrust = number > 1; // the files and manifests need no keys
  const unvouched = byTrust && (bundle.trust === null || bundle.unpinned.size > 0);
  let status = "proved";
  if (findings.length > 0) status = "failed";
  else if (!claimed || unchecked.length > 0 || unvouched) status = "not-proved";
  return { number, status, summary, findings, attested, unknown, unchecked, claimed };
}

function report(bundle, steps) {
  const lacking = steps.some((step) => step.status === "not-proved" && step.claimed);
  let verdict = lacking ? "consistent" : "proved";
  if (steps.some((step) => step.status === "failed")) verdict = "failed";
  const failed = steps.find((step) => step.findings.length > 0);
  const { statement } = bundle;
  return {
    verdict,
    steps,
    first: failed ? { step: failed.number, ...failed.findings[0] } : null,
    exporter: statement?.exporter ?? null,
    exportedAt: statement?.exportedText ?? null,
    mode: statement?.mode ?? null,
    trusted: bundle.trust?.mode ?? null,
    unpinned: [...bundle.unpinned].sort(),
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
