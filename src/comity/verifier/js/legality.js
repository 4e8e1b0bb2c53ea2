// Whether a move is legal in a state, and to which state it leads (spec sections 8.4 and 8.7).

/** State a move leads to, or null if it is no legal move there (section 8.4). */
export function after(state, message, move, role) {
  const { about } = message;
  if (!move.roles.includes(role) || !move.main.includes(state.main)) return null;
  const main = move.target ?? state.main;
  if (move.edition !== null) return stepEdition(state, message, move);
  if (move.track === null) return { ...state, main };
  if (move.sources.length === 0) {
    return about === null ? moved(state, main, message.content, move) : null;
  }
  if (about === null) return move.about_optional ? { ...state, main } : null;
  const now = state.tracks[about] ?? "";
  const waiting = move.sources.some((source) => now === `${move.track}:${source}`);
  return waiting ? moved(state, main, about, move) : null;
}

/** The same for a move that proposes an edition or agrees to one (section 8.7). */
function stepEdition(state, { about, author, content, edition, members }, move) {
  const raised = new Map(state.raised);
  if (move.edition === "raises") {
    raised.set(content, { edition, by: [author] });
    return { ...state, raised };
  }
  const found = raised.get(about);
  if (found === undefined || found.by.includes(author)) return null;
  const by = [...found.by, author];
  if (members.every((party) => by.includes(party))) {
    raised.delete(about);
    return { ...state, raised, edition: found.edition };
  }
  raised.set(about, { edition: found.edition, by });
  return { ...state, raised };
}

function moved(state, main, instance, move) {
  const tracks = { ...state.tracks, [instance]: `${move.track}:${move.becomes}` };
  return { ...state, main, tracks };
}
