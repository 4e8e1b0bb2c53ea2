// Step 5: each conversation replays to the state and the heads that the exporter states.

import { equal } from "./bytes.js";
import { encode } from "./json.js";
import { STATEMENT } from "./layout.js";
import { assertion } from "./notes.js";
import { digestHex } from "./values.js";
import { claimListed } from "./within_edition.js";

export function conversations(bundle, notes) {
  const told = bundle.statement?.conversations ?? [];
  const names = new Set(told.map((one) => one.conversation));
  for (const [path, message] of bundle.messages) {
    if (names.has(message.conversation)) continue;
    notes.fail("bundle-state", path, "its conversation is not among those of the bundle");
  }
  for (const one of told) compare(bundle, notes, one, bundle.statement.state[one.conversation]);
  return { conversations: told.length };
}

function compare(bundle, notes, told, stated) {
  const name = told.conversation;
  const opening = bundle.byContent.get(name);
  if (opening?.conversation !== name) {
    const folder = `data/messages/${digestHex(name)}/`;
    notes.fail("bundle-message-missing", folder, "the message that opens it is not there");
    return;
  }
  const { state, heads, doubles, lacking } = bundle.replays.get(name);
  const judged = lacking.size === 0; // else what the messages come to is not known here
  if (opening.members.join() !== told.members.join()) {
    notes.fail("bundle-state", STATEMENT, "the opening names other members");
  }
  if (judged && !equal(encode(state), encode(stated))) {
    notes.fail("bundle-state", STATEMENT, `${name} replays to ${state.main}, not as stated`);
  }
  if (judged && !sameHeads(heads, told.heads)) {
    notes.fail("bundle-head", STATEMENT, `${name} ends at other heads`);
  }
  for (const { party, one, other } of doubles) {
    const both = [one, other].map(({ record, sequence }) =>
      assertion(party, bundle.pathOf.get(record), "message", { sequence }),
    );
    notes.claim("one-message-a-place", "contradicted", [party], bundle.told(one), both);
  }
  claimListed(bundle, notes, opening);
}

function sameHeads(found, stated) {
  if (found.size !== stated.size) return false;
  return [...found].every(([party, { content, sequence }]) => {
    const head = stated.get(party);
    return head?.content === content && head.sequence === sequence;
  });
}
