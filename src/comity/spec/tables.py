"""The tables of types, states and error codes, with the diagram, as Markdown."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from comity.exchange.editions import Edition
from comity.exchange.types import (
    ACTIVE,
    ANY_REQUEST,
    DECIDED,
    MAIN_STATES,
    MOVES,
    TRACKS,
    Floor,
    Move,
)
from comity.spec.registry import Code, Words


def types_table() -> str:
    """Return one row a type: who, which sections, how many approvals, which rank."""
    rows = [
        (
            f"`{move.type}`",
            roles(move),
            _sections(move),
            _floor(move.floor),
            move.rank.value,
            _members(move),
        )
        for move in MOVES.values()
    ]
    head = ("type", "by", "sections (`?`: may be absent)", "approvals at least", "rank", "members")
    return table(head, rows)


def editions_table(edition: Edition) -> str:
    """Return the current edition: number, digest, how many types it has."""
    head = ("edition", "digest", "types", "its rows")
    row = (
        str(edition.number),
        f"`{edition.digest}`",
        str(len(edition.moves)),
        "[edition.json](edition.json)",
    )
    return table(head, [row])


def states_tables() -> str:
    """Return the diagram of the main track and the tables of what moves it and the side tracks."""
    main = [
        (f"`{move.type}`", roles(move), _states(move.main), f"`{move.target}`")
        for move in MOVES.values()
        if move.target
    ]
    tracks = [
        (
            f"`{move.track}`",
            f"`{move.type}`",
            roles(move),
            _states(move.main),
            _names(move.sources) if move.sources else "(opens one)",
            f"`{move.becomes}`",
            _about(move),
        )
        for track in TRACKS
        for move in MOVES.values()
        if move.track == track
    ]
    still = [
        (f"`{move.type}`", roles(move), _states(move.main))
        for move in MOVES.values()
        if not move.target and not move.track and not move.edition
    ]
    editions = [
        (f"`{move.type}`", roles(move), _states(move.main), move.edition)
        for move in MOVES.values()
        if move.edition
    ]
    return "\n".join(
        (
            f"*active*: {_names(ACTIVE)}. *decided*: {_names(DECIDED)}. *any*: active, decided "
            "and `closed`. A pair of state and type that is not listed below is illegal.",
            "",
            diagram(),
            "",
            "Moves of the main track:",
            "",
            table(("type", "by", "in", "to"), main),
            "",
            "Moves of side tracks. Each opening move begins an instance of its own, named by its "
            "content digest; a move that answers names the instance in `about`:",
            "",
            table(("track", "type", "by", "main track in", "from", "to", "`about`"), tracks),
            "",
            "Moves that change no state:",
            "",
            table(("type", "by", "in"), still),
            "",
            "Moves of editions (8.7):",
            "",
            table(("type", "by", "in", "the edition that is named"), editions),
        )
    )


def errors_table(codes: Iterable[Code]) -> str:
    """Return one row a code: how it travels, whether to retry, what it means."""
    rows = [
        (
            f"`{one.name}`",
            "" if one.status is None else str(one.status),
            {None: "", True: "yes", False: "no"}[one.retryable],
            "yes" if one.receipt else "",
            one.meaning,
        )
        for one in codes
    ]
    return "\n".join(
        (
            "Status: of the HTTP answer, for codes that are one. Retry: whether the same request, "
            "sent again later by itself, may be accepted; empty where it is not said. In receipts: "
            "whether an outcome is `refused:` and the code. A code with neither is a verifier's, "
            "of a file.",
            "",
            table(("code", "status", "retry", "in receipts", "meaning"), rows),
        )
    )


_HEADS: Final = {
    "sections": "Sections",
    "measures": "Measures",
    "identifier-types": "Types of identifiers",
    "leaf-kinds": "Kinds of log entries",
    "custody-events": "Custody events",
    "functions": "Functions of a party",
}


def names_tables(listed: Mapping[str, Words]) -> str:
    """Return one table for each registry of words, with the types that carry each section."""
    parts = []
    for registry, head in _HEADS.items():
        rows = [
            (f"`{word}`", row["meaning"], _notes(registry, word, row))
            for word, row in listed[registry].items()
        ]
        carried = "carried by" if registry == "sections" else "also"
        columns = 3 if any(row[2] for row in rows) else 2
        cells = [row[:columns] for row in rows]
        parts.append(f"## {head}\n\n{table(('name', 'meaning', carried)[:columns], cells)}")
    return "\n\n".join(parts)


def _notes(registry: str, word: str, row: Mapping[str, Any]) -> str:
    if registry == "sections":
        return ", ".join(f"`{move.type}`" for move in MOVES.values() if word in move.sections)
    return ", ".join(_SAID[member] for member in row if member != "meaning")


_SAID: Final = {
    "attested": "always attested",
    "before_sealing": "before sealing",
    "data": "asks for data",
    "handover": "a hand-over",
    "naming": "names another exhibit",
}


def diagram() -> str:
    """Return the main track as a Mermaid state diagram; rows from many states are in the tables."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'  state "{s}" as {_alias(s)}' for s in MAIN_STATES if _alias(s) != s]
    for move in MOVES.values():
        for state in sorted(move.main) if move.target else ():
            if state != move.target:
                start = "[*]" if state == "new" else _alias(state)
                label = f"{roles(move)} {move.type}"
                lines.append(f"  {start} --> {_alias(move.target or '')}: {label}")
    return "\n".join([*lines, "```"])


def roles(move: Move) -> str:
    """Return ``R``, ``Q`` or ``R Q``."""
    return " ".join(sorted((role.value for role in move.roles), reverse=True))


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    lines = [list(head)]
    lines += [["---"] * len(lines[0]), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _alias(state: str) -> str:
    return state.replace("-", "_")


def _names(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in sorted(words))


def _states(states: frozenset[str]) -> str:
    """Return states in order, with the named groups instead of their members."""
    for name, group in (("any", ANY_REQUEST), ("active, decided", ACTIVE | DECIDED)):
        if group <= states:
            return ", ".join(filter(None, (name, _names(states - group))))
    for name, group in (("active", ACTIVE), ("decided", DECIDED)):
        if group <= states:
            return ", ".join(filter(None, (name, _names(states - group))))
    return _names(states)


def _sections(move: Move) -> str:
    return ", ".join(f"`{n}`" + ("" if due else "?") for n, due in move.sections.items()) or "none"


def _floor(floor: Floor) -> str:
    parts = [
        f"{n} {role}" for role, n in (("author", floor.author), ("approver", floor.approver)) if n
    ]
    if floor.late_hours is not None:
        parts.append(f"*late*: {floor.late_hours} h (section 9)")
    return ", ".join(parts) or "none"


def _members(move: Move) -> str:
    least, most = move.members
    return str(least) if least == most else f"{least} to {most}"


def _about(move: Move) -> str:
    if not move.sources:
        return "null"
    return "may be null" if move.about_optional else "required"
