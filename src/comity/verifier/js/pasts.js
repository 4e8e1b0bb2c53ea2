// What stands before what in a bundle: messages, those that they have seen, receipts heard. Digests
// name only what was there before, so nothing stands in its own past (spec sections 8.1 and 16).

/** Content digests of the messages right before one in its conversation, of those that are here. */
export function parentsOf({ conversation, previous, seen }, byContent) {
  const named = [...[...seen.values()].map(({ content }) => content), previous];
  return named.filter((content) => byContent.get(content)?.conversation === conversation);
}

/** Messages, each after all of its past that is here. */
export function inOrder(byContent) {
  const parents = new Map([...byContent].map(([c, one]) => [c, parentsOf(one, byContent)]));
  return ordered(parents).map((content) => byContent.get(content));
}

/** Names, each after all that are before it; `parents` has those right before each. */
export function ordered(parents) {
  const found = new Set();
  for (const name of parents.keys()) {
    const waiting = [{ name, at: 0 }];
    while (waiting.length > 0) {
      const one = waiting.at(-1);
      const rest = parents.get(one.name);
      while (one.at < rest.length && found.has(rest[one.at])) one.at++;
      if (one.at < rest.length) waiting.push({ name: rest[one.at], at: 0 });
      else found.add(waiting.pop().name);
    }
  }
  return [...found];
}
