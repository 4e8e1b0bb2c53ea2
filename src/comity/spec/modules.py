"""The Python that is written from the registries: rows that are plain enough to read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from comity.spec.claims import MODULE, ceilings_module
from comity.spec.registry import REGISTRY, Code, Family, Words, codes, families, words

_ROOMS: Final = Path("src", "comity")
EXCHANGE: Final = _ROOMS / "exchange"
_NAMES: Final = REGISTRY / "names.toml"
_WIDTH: Final = 100
_ROLES: Final = {"R": "_R", "Q": "_Q", "RQ": "_R | _Q"}


@dataclass(frozen=True)
class _Module:
    """How the module of a family is called, and what its names begin with."""

    name: str
    about: str
    states: str
    tracks: str
    rows: str
    groups: Mapping[str, str]


_MODULES: Final = {
    "requests": _Module(
        "request_types",
        "The rows of requests, information and contact (spec 7).",
        "REQUEST_STATES",
        "REQUEST_TRACKS",
        "REQUEST_ROWS",
        {"active": "ACTIVE", "decided": "DECIDED", "any": "ANY_REQUEST"},
    ),
    "assistance": _Module(
        "assistance_types",
        "The rows of assistance between States: needs, offers, training, solutions (spec 7.4).",
        "BOARD",
        "ASSISTANCE_TRACKS",
        "ASSISTANCE_ROWS",
        {"board": "_ANY"},
    ),
    "tables": _Module(
        "table_types",
        "The rows of round tables between States: call, answer, minutes, actions (spec 7.5).",
        "TABLE_STATES",
        "TABLE_TRACKS",
        "TABLE_ROWS",
        {},
    ),
    "editions": _Module(
        "edition_types",
        "The number of this edition, and the rows by which one is raised (spec 7.6).",
        "",
        "",
        "EDITION_ROWS",
        {"any": "_ANY"},
    ),
}


def python_modules(root: Path) -> dict[Path, str]:
    """Return the text of each module that is written from a registry, by its path.

    Args:
        root: the repository's folder.

    Raises:
        RegistryError: a registry says what cannot be.
    """
    made = {
        EXCHANGE / f"{_MODULES[family.name].name}.py": _types(family, _MODULES[family.name])
        for family in families(root)
    }
    made[MODULE] = ceilings_module(root)
    made[EXCHANGE / "wire_codes.py"] = _wire_codes(codes(root))
    listed = words(root)
    sections = sorted(listed["sections"])
    made[EXCHANGE / "edition_types.py"] += "\n".join(
        [*collected("SECTION_NAMES: Final = ", sections, ("(", ")")), ""]
    )
    made[EXCHANGE / "names.py"] = _names(listed)
    made[_ROOMS / "ledger" / "leaf_kinds.py"] = _leaf_kinds(listed["leaf-kinds"])
    made[_ROOMS / "directory" / "functions.py"] = _functions(listed["functions"])
    made[_ROOMS / "evidence" / "custody_events.py"] = _custody_events(listed["custody-events"])
    return made


def written(registry: Path, about: str) -> Iterator[str]:
    """Yield the docstring of a module that is written from a registry."""
    yield f'"""{about}'
    yield ""
    yield f"Written by `python -m comity.spec` from {registry.as_posix()}: edit that file."
    yield '"""'


def names(words: Iterable[str]) -> str:
    """Return quoted words with commas between."""
    return ", ".join(f'"{word}"' for word in words)


def collected(head: str, words: Sequence[str], ends: tuple[str, str]) -> Iterator[str]:
    """Yield a collection of words as the formatter leaves it: on one line, or one a line."""
    comma = "," if ends == ("(", ")") and len(words) == 1 else ""
    line = f"{head}{ends[0]}{names(words)}{comma}{ends[1]}"
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"{head}{ends[0]}"
    yield from (f'    "{word}",' for word in words)
    yield ends[1]


def _types(family: Family, module: _Module) -> str:
    lines = [
        *written(REGISTRY / f"{family.name}.toml", module.about),
        "",
        "from typing import Final",
        "",
        f"from comity.exchange.moves import {', '.join(_used(family))}",
        "",
        "_R: Final = frozenset({Role.REQUESTER})",
        "_Q: Final = frozenset({Role.REQUESTED})",
    ]
    if family.number is not None:
        lines.append(f"EDITION_NUMBER: Final = {family.number}")
    if module.states:
        lines += collected(f"{module.states}: Final = ", family.states, ("(", ")"))
    for group, states in family.groups.items():
        lines += _group(module.groups[group], states, module.groups)
    if module.tracks:
        lines.append(f"{module.tracks}: Final = {{")
        for track, states in family.tracks.items():
            comma = "," if len(states) == 1 else ""
            lines.append(f'    "{track}": ({names(states)}{comma}),')
        lines.append("}")
    lines.append(f"{module.rows}: Final = (")
    for row in family.rows:
        lines += _move(row, module.groups)
    return "\n".join([*lines, ")", ""])


def _used(family: Family) -> Iterator[str]:
    """Yield the names that the rows of a family are written with."""
    if any("approvals" in row for row in family.rows):
        yield "Floor"
    yield "Move"
    if any("rank" in row for row in family.rows):
        yield "Rank"
    yield "Role"


def _wire_codes(found: Sequence[Code]) -> str:
    """Return the module of the codes that are answers between nodes."""
    answers = [one for one in found if one.status is not None]
    again = [one.name for one in answers if one.retryable]
    return "\n".join(
        (
            *written(REGISTRY / "errors.toml", "The error codes that nodes answer with (spec 14)."),
            "",
            "from typing import Final",
            "",
            "STATUS: Final = {",
            *(f'    "{one.name}": {one.status},' for one in answers),
            "}",
            '"""The HTTP status of each code."""',
            *(
                (
                    "RETRYABLE: Final = frozenset(",
                    "    {",
                    *(f'        "{name}",' for name in again),
                    "    }",
                    ")",
                    '"""Codes of what may be accepted later, sent again as it is."""',
                )
                if again
                else ()
            ),
            "",
        )
    )


def _that_are(rows: Words, what: str) -> list[str]:
    """Return the words of which something is said, in order."""
    return [word for word, row in rows.items() if row.get(what)]


def _names(listed: Mapping[str, Words]) -> str:
    """Return the module of the words that stand in sections of messages."""
    measures = listed["measures"]
    lines = [
        *written(_NAMES, "The words that sections of messages choose from (spec 7 and 15.4)."),
        "",
        "from typing import Final, Literal",
        "",
        *collected("type Measure = Literal", list(measures), ("[", "]")),
        *collected("ABOUT_DATA: Final = ", _that_are(measures, "data"), ("(", ")")),
        '"""The measures that ask for data."""',
        *collected("type Kind = Literal", list(listed["identifier-types"]), ("[", "]")),
        *collected("type CustodyEventName = Literal", list(listed["custody-events"]), ("[", "]")),
    ]
    return "\n".join([*lines, ""])


def _leaf_kinds(rows: Words) -> str:
    """Return the module of what a log entry can be of."""
    return "\n".join(
        (
            *written(_NAMES, "What an entry of a log can be of (spec 10)."),
            "",
            "from typing import Final",
            "",
            "KINDS: Final = frozenset(",
            "    {",
            *(f'        "{kind}",' for kind in rows),
            "    }",
            ")",
            "",
        )
    )


def _functions(rows: Words) -> str:
    """Return the module of what a party is."""
    lines = [
        *written(_NAMES, "What a party is, as its directory entry says (spec 12.3)."),
        "",
        "from typing import Final",
        "",
        *collected("FUNCTIONS: Final = ", list(rows), ("(", ")")),
    ]
    return "\n".join([*lines, ""])


def _custody_events(rows: Words) -> str:
    """Return the module of what can happen to an exhibit."""
    lines = [
        *written(_NAMES, "What can happen to an exhibit (spec 15.4)."),
        "",
        "from typing import Final",
        "",
        *collected("EVENTS: Final = ", list(rows), ("(", ")")),
        *collected("BEFORE_SEALING: Final = ", _that_are(rows, "before_sealing"), ("(", ")")),
        *collected("ATTESTED: Final = ", _that_are(rows, "attested"), ("(", ")")),
        *collected("HANDOVERS: Final = ", _that_are(rows, "handover"), ("(", ")")),
        *collected("NAMING: Final = ", _that_are(rows, "naming"), ("(", ")")),
        '"""Events that must name another exhibit; ``redacted`` may."""',
    ]
    return "\n".join([*lines, ""])


def _group(name: str, states: Sequence[str], groups: Mapping[str, str]) -> Iterator[str]:
    line = f"{name}: Final = {_set(states, groups)}"
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"{name}: Final = frozenset("
    inside = f"    {{{names(states)}}}"
    if len(inside) <= _WIDTH:
        yield inside
    else:
        yield from ("    {", *(f'        "{state}",' for state in states), "    }")
    yield ")"


def _set(states: Sequence[str], groups: Mapping[str, str]) -> str:
    parts = [groups[state] for state in states if state in groups]
    others = [state for state in states if state not in groups]
    if others:
        parts.append(f"frozenset({{{names(others)}}})")
    return " | ".join(parts)


def _move(row: Mapping[str, Any], groups: Mapping[str, str]) -> Iterator[str]:
    """Yield a row as a call of `Move`, without what is so by default."""
    yield "    Move("
    yield f'        type="{row["name"]}",'
    yield f"        roles={_ROLES[''.join(row['by'])]},"
    yield f"        main={_set(row['in'], groups)},"
    for member, name in (("to", "target"), ("track", "track")):
        if member in row:
            yield f'        {name}="{row[member]}",'
    if row.get("from"):
        yield f"        sources={_set(row['from'], {})},"
    if "becomes" in row:
        yield f'        becomes="{row["becomes"]}",'
    if "edition" in row:
        yield f'        edition="{row["edition"]}",'
    if row.get("about_optional"):
        yield "        about_optional=True,"
    if "rank" in row:
        yield f"        rank=Rank.{row['rank'].upper()},"
    if "approvals" in row:
        floor = ", ".join(f"{role}={count}" for role, count in row["approvals"].items())
        yield f"        floor=Floor({floor}),"
    yield from _sections(row["sections"])
    if "members" in row:
        least, most = row["members"]
        yield f"        members=({least}, {most}),"
    yield "    ),"


def _sections(sections: Sequence[str]) -> Iterator[str]:
    parts = [f'"{name.removesuffix("?")}": {not name.endswith("?")}' for name in sections]
    line = f"        sections={{{', '.join(parts)}}},"
    if len(line) <= _WIDTH:
        yield line
        return
    yield "        sections={"
    yield from (f"            {part}," for part in parts)
    yield "        },"
