// Step 11: nothing is missing up to the stated heads; whatever anything names is there.

import { Fault } from "./faults.js";
import { flat, mayBeWithheld, messagePath, sectionPath, STATEMENT } from "./layout.js";
import { checkBody } from "./schema.js";

export function completeness(bundle, notes) {
  const { byContent, statement } = bundle;
  const gone = (path, reason) => notes.fail("bundle-message-missing", path, reason);
  for (const [path, message] of bundle.messages) {
    const aside = bundle.setAside(message);
    for (const [content, what] of named(message)) {
      if (byContent.has(content)) continue;
      if (aside === null && what === "about") {
        // it moves nothing, or the replay would not have it in effect
        notes.claim("message-named", "unknown", [message.author], { path });
      } else if (aside === null) gone(path, `it names (${what}) a message that is gone`);
      else {
        const facts = { path, outcome: aside.outcome, addressee: aside.to };
        notes.claim("message-named", "unknown", [aside.to], facts);
      }
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
  tellBeyond(bundle, notes);
  if (statement === null) notes.fail("bundle-head", STATEMENT, "no heads are stated");
  const heads = (statement?.conversations ?? []).reduce((sum, told) => sum + told.heads.size, 0);
  return { heads, chains: statement?.custody.size ?? 0 };
}

/** [content digest, which member names it] of all that a message names. */
function named({ about, fields, previous, seen }) {
  const marks = [...seen].map(([party, { content }]) => [content, `seen, ${party}`]);
  const others = { previous, about, conversation: fields.conversation };
  return [...marks, ...Object.entries(others).map(([what, content]) => [content, what])].filter(
    ([content]) => content !== null,
  );
}

/** Say what an exporter can leave out unseen, and what in the bundle points to more. */
function tellBeyond(bundle, notes) {
  const { checkpoints, goodLeaves, messages, sections, statement } = bundle;
  notes.claim("nothing-later", "unknown", [bundle.exporter]);
  notes.claim("not-invented-together", "unknown", []);
  const told = new Set((statement?.conversations ?? []).map(({ conversation }) => conversation));
  for (const { content } of messages.values()) {
    const path = sectionPath(content, "request");
    const named = links(sections.get(content)?.get("request"));
    for (const conversation of named.filter((one) => !told.has(one))) {
      notes.claim("conversation-named", "unknown", [], { conversation, path });
    }
  }
  const exporter = statement === null ? "" : flat(statement.exporter);
  for (const [log, { checkpoint }] of checkpoints) {
    const shown = goodLeaves.filter((leaf) => leaf.log === log).length;
    const count = Number(checkpoint.size) - shown;
    const more = log.split("/")[0] === exporter && count > 0;
    const facts = { count, origin: checkpoint.origin };
    if (more) notes.claim("log-entry", "unknown", [], facts);
  }
}

/** Conversations that a request says it belongs with. */
function links(section) {
  if (section === undefined) return [];
  try {
    checkBody("request", section.value);
  } catch (fault) {
    if (fault instanceof Fault) return []; // step 4 names it
    throw fault;
  }
  return section.value.links.map(({ conversation }) => conversation);
}
