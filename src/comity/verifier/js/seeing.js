// Which messages an author has seen: those that it names, and all before them in their chains.

/** Messages, each after the one before it in its author's chain. */
function chained({ byContent }) {
  const order = (a, b) => a.sequence - b.sequence || (a.content < b.content ? -1 : 1);
  return [...byContent.values()].sort(order);
}

/**
 * "author content" -> that author's message, dated first, that has seen it. Who has seen a message
 * has seen those of its author before it.
 */
export function seeing(bundle) {
  const found = new Map();
  const first = (a, b) => a.sentAt - b.sentAt || (a.content < b.content ? -1 : 1);
  const keep = (author, content, message) => {
    const name = `${author} ${content}`;
    found.set(name, [message, found.get(name) ?? message].sort(first)[0]);
  };
  const authors = new Set();
  for (const message of bundle.byContent.values()) {
    for (const { content } of message.seen.values()) {
      if (bundle.byContent.get(content)?.conversation !== message.conversation) continue;
      keep(message.author, content, message);
      authors.add(message.author);
    }
  }
  for (const { content, previous } of chained(bundle).reverse()) {
    for (const author of previous === null ? [] : authors) {
      const later = found.get(`${author} ${content}`);
      if (later !== undefined) keep(author, previous, later);
    }
  }
  return found;
}
