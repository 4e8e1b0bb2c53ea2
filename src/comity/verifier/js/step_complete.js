// Step 11: nothing is missing up to the stated heads; whatever anything names is there.

import { mayBeWithheld, messagePath, STATEMENT } from "./layout.js";

export function completeness(bundle, notes) {
  const { byContent, statement } = bundle;
  const gone = (path, reason) => notes.fail("bundle-message-missing", path, reason);
  for (const [path, message] of bundle.messages) {
    for (const [content, what] of named(message)) {
      if (!byContent.has(content)) gone(path, `it names (${what}) a message that is gone`);
    }
  }
  for (const [path, { record }] of bundle.receipts) {
    if (!bundle.byRecord.has(record)) gone(path, "it is for a message that is gone");
  }
  for (const { conversation, heads } of statement?.conversations ?? []) {
    for (const [party, { content, sequence }] of heads) {
      const there = byContent.get(content)?.sequence === sequence;
      if (!there) gone(messagePath(conversation, party, sequence), `the head of ${party} is gone`);
    }
  }
  for (const path of bundle.withheld.keys()) {
    if (!mayBeWithheld(path)) notes.fail("bundle-statement", STATEMENT, "it cannot be withheld");
  }
  if (statement === null) notes.fail("bundle-head", STATEMENT, "no heads are stated");
  const heads = (statement?.conversations ?? []).reduce((sum, told) => sum + told.heads.size, 0);
  return { heads, chains: statement?.custody.size ?? 0 };
}

/** [content digest, which member names it] of all that a message names. */
function named({ about, fields, previous, seen }) {
  const marks = [...seen.values()].map(({ content }) => [content, "seen"]);
  const others = { previous, about, conversation: fields.conversation };
  return [...marks, ...Object.entries(others).map(([what, content]) => [content, what])].filter(
    ([content]) => content !== null,
  );
}
