"""The words of the watch: what each line says, and the one thing to do next."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from comity.node.core.labels import read_labels
from comity.node.watch import Kind, Severity
from comity.node.work.item import OFFICE

_TABLES: Final = read_labels(__package__)
WHAT: Final = _TABLES["what"]
COUNTED: Final[dict[Kind, Any]] = {
    Kind.QUOTA: ngettext_lazy(
        "A partner sends more than its quota: %(n)d emergency beyond it",
        "A partner sends more than its quota: %(n)d emergencies beyond it",
        "n",
    ),
    Kind.PARTNER: ngettext_lazy(
        "The other side does not answer: %(n)d message waits",
        "The other side does not answer: %(n)d messages wait",
        "n",
    ),
    Kind.LETTER: ngettext_lazy(
        "%(n)d message has to go by letter", "%(n)d messages have to go by letter", "n"
    ),
    Kind.STRAY: ngettext_lazy(
        "%(n)d sealed package came that nobody announced",
        "%(n)d sealed packages came that nobody announced",
        "n",
    ),
}
OPEN_ALARM: Final = _("Open the alarm")
NEXT: Final = _TABLES["next"]
SEVERITY: Final = _TABLES["severity"]
DEADLINE: Final = _TABLES["deadline"]
_WITHOUT_ARTICLE: Final = frozenset({"", OFFICE, "second-signature"})
COLOUR: Final[dict[Severity | None, str]] = {
    Severity.CRITICAL: "late",
    Severity.HIGH: "late",
    Severity.NORMAL: "soon",
    Severity.LOW: "quiet",
    None: "good",
}
"""The style of a line, and of the whole list by its most pressing one."""
BACK: Final = (
    ("called-back", _("I called back on that number, and they say it was them")),
    ("denied", _("I called back, and they know nothing of the call")),
    ("tried", _("I called back, and nobody answered")),
    ("not-yet", _("I have not called back")),
)


def badge(severity: Severity) -> Any:
    """Return the words of a severity beside a title; empty where nothing presses."""
    return "" if severity is Severity.LOW else SEVERITY[severity]


def deadline(code: str, rule: str) -> str:
    """Return what falls due, with the articles it comes from; empty without a deadline."""
    if not code:
        return ""
    return str(DEADLINE[code]) if rule in _WITHOUT_ARTICLE else f"{DEADLINE[code]} ({rule})"


def what(kind: Kind, count: int) -> str:
    """Return what a line says."""
    counted = COUNTED.get(kind)
    return str(counted % {"n": count}) if counted is not None else str(WHAT[kind])
