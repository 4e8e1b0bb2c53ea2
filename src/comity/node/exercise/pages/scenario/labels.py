"""Words for scenarios: what players do in a rehearsal, pages, and what is to mend."""

from typing import Final

from comity.node.core.labels import Labels, read_labels
from comity.node.exercise.pages.room_labels import KIND
from comity.node.web import labels as desk_words

_TABLES: Final = read_labels(__package__)
INJECT: Final[Labels] = KIND
DEED: Final = _TABLES["deed"]
SKILL: Final = _TABLES["skill"]
TAB: Final = _TABLES["tab"]
"""Pages of a scenario, by the names of their addresses."""
FINDING: Final = _TABLES["finding"]
_FAULT: Final = _TABLES["fault"]
SAYS_ALL: Final = frozenset(
    {"language-missing", "text-missing", "text-foreign", "trigger-unused", "exhibit-unused"}
)
"""Findings of which the words say all; of the others the lint says in English what exactly."""


def finding(code: str) -> str:
    """Return what is to mend, in words; the code itself where there is no word."""
    return str(FINDING.get(code, code))


def fault(code: str) -> str:
    """Return why something was refused, in words."""
    return str(_FAULT.get(code) or FINDING.get(code) or desk_words.fault(code))
