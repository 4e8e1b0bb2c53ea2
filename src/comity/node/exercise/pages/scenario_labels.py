"""Words for scenarios: kinds of what happens, and what each finding of the lint asks to mend."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from comity.node.core.labels import read_labels
from comity.node.exercise.pages.room_labels import KIND
from comity.node.web import labels as desk_words

INJECT: Final[Mapping[str, Any]] = KIND
_TABLES: Final = read_labels(__package__)
DEED: Final = _TABLES["scenario-deed"]
TASK: Final = _TABLES["scenario-task"]
FORM: Final = _TABLES["scenario-form"]
MADE: Final = _TABLES["scenario-made"]
OWNER: Final = _TABLES["scenario-owner"]
SKILL: Final = _TABLES["scenario-skill"]
PART: Final = _TABLES["scenario-part"]
HEADS: Final = {
    "frame": ("title", "about", "story", "roles", "parties", "states"),
    "injects": ("injects",),
    "tasks": ("tasks", "hints"),
    "points": ("scores", "good", "debrief"),
}
TABS: Final[tuple[tuple[str, tuple[str, ...], Any], ...]] = (
    ("scenario", (), _("As told")),
    ("scenario-run", (), _("How it would run")),
    ("scenario-texts", ("en", "frame"), _("Texts")),
    ("scenario-timeline", (), _("What happens")),
    ("scenario-tasks", (), _("Questions")),
    ("scenario-exhibits", (), _("Exhibits")),
    ("scenario-sources", (), _("Everything else")),
    ("scenario-files", (), _("As files")),
)
"""Pages of a scenario: name of the address, what else it names, and what it is called."""
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
LABEL: Final = _TABLES["scenario-label"]
FINDING: Final = _TABLES["scenario-finding"]
SAYS_ALL: Final = frozenset(
    {"language-missing", "text-missing", "text-foreign", "trigger-unused", "exhibit-unused"}
)
"""Findings of which the words say all; of the others the lint says in English what exactly."""
FAULT: Final = _TABLES["scenario-fault"]


def label(key: str) -> str:
    """Return what a text of a scenario is, in words."""
    table, _dot, rest = key.partition(".")
    name, _dot, member = rest.partition(".")
    what = ".".join(filter(None, (table, member.partition(".")[0])))
    return str(LABEL[what]) % {"key": name} if what in LABEL else key


def message(type: str) -> str:
    """Return a type of message in words, with its name in the protocol."""
    said = desk_words.DONE.get(type)
    return f"{said} ({type})" if said else type


def finding(code: str) -> str:
    """Return what is to mend, in words; the code itself where there is no word."""
    return str(FINDING.get(code, code))


def fault(code: str) -> str:
    """Return why something was refused, in words."""
    return str(FAULT.get(code) or FINDING.get(code) or desk_words.fault(code))
