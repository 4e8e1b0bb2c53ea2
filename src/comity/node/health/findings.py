"""What a check found and what to do, in English sentences, for the API and the command line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from comity.canonical import time_text
from comity.node.health.check_labels import do_text, found_text
from comity.node.health.checks import Check

SIZES: Final = frozenset({"free", "total"})
"""Facts that are numbers of bytes."""


class _Shown(dict[str, str]):
    """Facts as they are read; one that a check has not is said to be unknown."""

    def __missing__(self, name: str) -> str:
        return f"unknown {name}"


def told(check: Check, *, operator: bool = False) -> dict[str, Any]:
    """Return a check as the API gives it: its facts, what was found, and what to do now.

    Args:
        check: as it was made.
        operator: whether the operator reads it.
    """
    key, stands, facts = check.key, check.stands, check.facts
    shown = _Shown({name: _shown(name, value) for name, value in facts.items()})
    found = found_text(key, stands, facts) % shown
    do = do_text(key, stands, facts, operator=operator) % shown
    if fault := facts.get("fault"):
        found += f" [{fault}]"
    return {
        "key": key,
        "stands": stands,
        "found": found,
        "do": " ".join((*_calls(facts), do)).strip(),
        "facts": {name: _plain(value) for name, value in facts.items()},
    }


def _calls(facts: Mapping[str, Any]) -> list[str]:
    """Return whom to call, and by which number of the directory."""
    none = "a number that you already know; the directory lists none"
    return [f"{one['party']}: call {one['phone'] or none}." for one in facts.get("call", ())]


def _shown(name: str, value: object) -> str:
    if isinstance(value, datetime):
        return time_text(value)
    if name in SIZES and isinstance(value, int):
        return _size(value)
    return str(value)


def _size(size_bytes: int) -> str:
    value, units = float(size_bytes), ["B", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024 and len(units) > 1:
        value, units = value / 1024, units[1:]
    return f"{value:.{0 if units[0] == 'B' else 1}f} {units[0]}"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return time_text(value)
    return list(value) if isinstance(value, tuple) else value
