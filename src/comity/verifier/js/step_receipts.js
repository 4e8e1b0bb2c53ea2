// Step 6: every acknowledgement is provable, and none is missing that must exist.

import { claimState } from "./agreed.js";
import { claimAnswers } from "./answers.js";
import { listed } from "./directory.js";
import { heardReceipts } from "./heard.js";
import { receiptPath } from "./layout.js";
import { checkReceipt } from "./receipt.js";
import { whyNot } from "./step_messages.js";

export function receipts(bundle, notes) {
  notes.take(bundle.faultsOf("receipt"));
  for (const [path, receipt] of bundle.receipts) {
    const message = bundle.byRecord.get(receipt.record);
    if (message === undefined) {
      notes.fail("bundle-message-missing", path, "the message it is for is not there");
      continue;
    }
    notes.guard(path, () => {
      const registry = listed(bundle.directory, receipt.at);
      const { checkpoint } = checkReceipt(receipt.jws, message, registry);
      const held = bundle.held.get(message.record) ?? [];
      bundle.held.set(message.record, [...held, { ...receipt, path, checkpoint }]);
    });
  }
  claimAnswers(bundle, notes);
  heardReceipts(bundle, notes);
  for (const [path, message] of bundle.messages) checkDue(bundle, notes, path, message);
  for (const told of bundle.statement?.conversations ?? []) {
    if (bundle.replays.has(told.conversation)) claimState(bundle, notes, told);
  }
  return { receipts: bundle.receipts.size };
}

/** The exporter has the receipts for its own messages, and gave one for every other. */
function checkDue(bundle, notes, path, message) {
  if (bundle.statement === null) return;
  const { exporter } = bundle.statement;
  const own = message.author === exporter;
  const parties = own ? message.members.filter((party) => party !== exporter) : [exporter];
  for (const party of parties) {
    const due = receiptPath(message.record, party);
    if (bundle.receipts.has(due) || bundle.faults.has(due)) continue;
    const why = bundle.withheld.get(due);
    if (why !== undefined) {
      const facts = { ...whyNot(why), ...bundle.told(message), addressee: party };
      notes.claim("receipt", "unknown", [exporter], facts);
    } else notes.fail("bundle-receipt-missing", due, `${party} must have receipted ${path}`);
  }
}
