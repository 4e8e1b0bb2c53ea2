"""Kinds of moves that a page treats apart."""

CUSTODY_MOVES = frozenset(
    {"evidence.offered", "evidence.received", "evidence.returned", "evidence.destroyed"}
)
CLARIFY = "request.clarification-asked"
