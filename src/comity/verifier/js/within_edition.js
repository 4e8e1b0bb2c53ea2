// Editions of the registry that parties speak, held against what they say in a conversation.
//
// Whoever speaks an edition of the registry knows its types (spec section 8.7): a party that
// refuses one of them as unknown contradicts itself. An opening pins one that each member lists.

import { editionOf } from "./editions.js";
import { entryPath } from "./layout.js";
import { assertion } from "./notes.js";

const UNKNOWN_TYPE = "refused:type-unknown";

/** Tell whether a message's type is outside the edition in force in its own past. */
export function isOutside({ replays }, { content, conversation }) {
  return replays.get(conversation)?.outside.has(content) ?? false;
}

/** Where a party says that it speaks the edition whose type it refused as unknown, or null. */
export function spokenBy(bundle, { content, conversation }, { outcome, to }) {
  const replayed = bundle.replays.get(conversation);
  const name = replayed?.editions.get(content);
  const edition = editionOf(name);
  if (outcome !== UNKNOWN_TYPE || edition === undefined) return null;
  if (replayed.outside.has(content)) return null;
  const says = (path) => assertion(to, path, "speaks-edition", { edition: edition.number });
  for (const one of replayed.order) {
    const own = bundle.byContent.get(one);
    const same = own.author === to && replayed.editions.get(one) === name;
    if (same) return says(bundle.pathOf.get(own.record));
  }
  const versions = bundle.directory.entries.get(to) ?? [];
  const listed = versions.find(({ editions }) => editions.includes(name));
  return listed === undefined ? null : says(entryPath(to, listed.version));
}

/** Say of which members no directory entry here lists the edition that an opening pins. */
export function claimListed(bundle, notes, { author, edition, members, record }) {
  const path = bundle.pathOf.get(record);
  for (const party of members) {
    const entries = bundle.directory.entries.get(party) ?? [];
    const listed = entries.some(({ editions }) => editions.includes(edition));
    if (entries.length === 0 || listed) continue;
    const both = [
      assertion(author, path, "pins-edition"),
      assertion(party, entryPath(party, entries.at(-1).version), "lists-others"),
    ];
    const by = [...new Set([author, party])];
    const word = by.length === 1 ? "contradicted" : "disputed";
    notes.claim("edition-listed", word, by, { path, party }, both);
  }
}
