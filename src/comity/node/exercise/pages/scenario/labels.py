"""Words for scenarios: kinds of what happens, fields of the forms, and what is to mend."""

from collections.abc import Iterator, Mapping
from typing import Final

from comity.node.core.labels import Labels, read_labels
from comity.node.exercise.pages.room_labels import KIND
from comity.node.web import labels as desk_words

_TABLES: Final = read_labels(__package__)
INJECT: Final[Labels] = KIND
DEED: Final = _TABLES["deed"]
TASK: Final = _TABLES["task"]
FORM: Final = _TABLES["form"]
MADE: Final = _TABLES["made"]
"""What is made from a story."""
OWNER: Final = _TABLES["owner"]
SKILL: Final = _TABLES["skill"]
PART: Final = _TABLES["part"]
"""Parts of the texts of a language, each a page."""
TAB: Final = _TABLES["tab"]
"""Pages of a scenario, by the names of their addresses."""
WHEN: Final = _TABLES["when"]
RIGHT: Final = _TABLES["right"]
ADD: Final = _TABLES["add"]
HEADING: Final = _TABLES["kind"]
REMOVE: Final = _TABLES["remove"]
CONSEQUENCE: Final = _TABLES["consequence"]
NONE: Final = _TABLES["none"]
"""What a choice is called in which nothing is chosen, where it is not just none."""
RULE: Final = _TABLES["rule"]
"""Rules of the models of entries, as they are said beside a field."""
FINDING: Final = _TABLES["finding"]
TEXT: Final = _TABLES["text"]
"""What a text is, by what its key says besides the name of its entry."""
_FAULT: Final = _TABLES["fault"]
_FIELD: Final = _TABLES["field"]
_HINT: Final = _TABLES["hint"]
HEADS: Final = {
    "frame": ("title", "about", "story", "roles", "parties", "states"),
    "injects": ("injects",),
    "tasks": ("tasks", "hints"),
    "points": ("scores", "good", "debrief"),
}
UNDER: Final = (
    ("scenario-inject", "scenario-timeline"),
    ("scenario-trigger", "scenario-timeline"),
    ("scenario-task", "scenario-tasks"),
    ("scenario-exhibit", "scenario-exhibits"),
    ("scenario-source", "scenario-sources"),
    ("scenario-table", "scenario-files"),
    ("scenario-file", "scenario-files"),
)
"""Beginning of the name of an address, to the page under which it lies."""
SAYS_ALL: Final = frozenset(
    {"language-missing", "text-missing", "text-foreign", "trigger-unused", "exhibit-unused"}
)
"""Findings of which the words say all; of the others the lint says in English what exactly."""


def fields(form: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the name of each field of a form, in their order, and its label and hint."""
    for place, said in _FIELD.items():
        kind, _dot, name = place.partition(".")
        if kind == form:
            yield name, {"label": said, "hint": _HINT.get(place, "")}


def label(key: str) -> str:
    """Return what a text of a scenario is, in words."""
    table, _dot, rest = key.partition(".")
    name, _dot, member = rest.partition(".")
    what = ".".join(filter(None, (table, member.partition(".")[0])))
    return str(TEXT[what]) % {"key": name} if what in TEXT else key


def message(type: str) -> str:
    """Return a type of message in words, with its name in the protocol."""
    said = desk_words.DONE.get(type)
    return f"{said} ({type})" if said else type


def finding(code: str) -> str:
    """Return what is to mend, in words; the code itself where there is no word."""
    return str(FINDING.get(code, code))


def fault(code: str) -> str:
    """Return why something was refused, in words."""
    return str(_FAULT.get(code) or FINDING.get(code) or desk_words.fault(code))
