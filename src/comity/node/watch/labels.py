"""The words of the watch: what each line says, and the one thing to do next."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from comity.node.cases.deadline_notices import SECOND_RULE
from comity.node.cases.severity import ALARM
from comity.node.core.formats import comma
from comity.node.core.labels import read_labels
from comity.node.messages.outbox import ANSWERING
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
        "Partner authority does not respond: %(n)d message pending",
        "Partner authority does not respond: %(n)d messages pending",
        "n",
    ),
    Kind.LETTER: ngettext_lazy(
        "%(n)d message has to go by letter", "%(n)d messages have to go by letter", "n"
    ),
    Kind.STRAY: ngettext_lazy(
        "%(n)d unmatched sealed package",
        "%(n)d unmatched sealed packages",
        "n",
    ),
}
_ANSWERING: Final = ngettext_lazy(
    "%(n)d message pending for the partner authority",
    "%(n)d messages pending for the partner authority",
    "n",
)
"""Of a partner that was heard since an attempt failed, or whose own answer is that it waits."""
OPEN_ALARM: Final = _("Open alarm")
OPEN_SHIFT: Final = _("Open shift")
NEXT: Final = _TABLES["next"]
SEVERITY: Final = _TABLES["severity"]
DEADLINE: Final = _TABLES["deadline"]
_WITHOUT_ARTICLE: Final = frozenset({"", OFFICE, SECOND_RULE})
_STATED: Final = frozenset({"preservation-end", "review"})
"""Deadlines whose moment stands in a message of the requested State."""
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
    ("tried", _("I called back without an answer")),
    ("not-yet", _("I have not called back")),
)


@dataclass(frozen=True)
class Acknowledging:
    """The words of what waits until an officer acknowledges it.

    Attributes:
        act: the words of the button.
        waits: that nobody has done so.
        waits_for: the same, with how long it has waited.
    """

    act: Any
    waits: Any
    waits_for: Any


_OF_REQUEST: Final = Acknowledging(
    _("Acknowledge"), _("Not acknowledged"), _("Not acknowledged for %(time)s")
)
_OF_ALARM: Final = Acknowledging(
    _("Acknowledge alarm"), _("Alarm not acknowledged"), _("Alarm not acknowledged for %(time)s")
)
_RECEIVED: Final = frozenset({Kind.UNREAD, ALARM[Kind.UNREAD]})
"""A request received, as a work item and as an alarm."""


def acknowledging(kind: str) -> Acknowledging:
    """Return the words of what waits for an officer's acknowledgement.

    Only of a request received do they leave out that it is the alarm: of a message of ours, "Not
    acknowledged" reads as if the partner authority had not acknowledged it.

    Args:
        kind: of a work item, or of an alarm.
    """
    return _OF_REQUEST if kind in _RECEIVED else _OF_ALARM


def badge(severity: Severity) -> Any:
    """Return the words of a severity beside a title; empty where nothing presses."""
    return "" if severity is Severity.LOW else SEVERITY[severity]


def deadline(code: str, rule: str) -> str:
    """Return what falls due, with the articles it comes from; empty without a deadline."""
    if not code:
        return ""
    return str(DEADLINE[code]) if rule in _WITHOUT_ARTICLE else f"{DEADLINE[code]} ({rule})"


def rule(code: str, rule: str) -> str:
    """Return where a deadline comes from: the protocol, the office or articles of an instrument."""
    if SECOND_RULE in (code, rule):
        return gettext("Protocol: 24 hours after this node recorded the message")
    if rule in _WITHOUT_ARTICLE and code in _STATED:
        return gettext("Stated by the requested State")
    if rule in _WITHOUT_ARTICLE:
        return gettext("Set by your office")
    return gettext("Article %(article)s") % {"article": rule.replace(", ", comma())}


def what(kind: Kind, count: int, *, detail: str = "") -> str:
    """Return what a line says.

    Args:
        kind: of the alert.
        count: of things in it.
        detail: a code that goes with it: of messages that wait, why the last attempt failed.
    """
    answers = kind is Kind.PARTNER and detail.startswith(ANSWERING)
    counted = _ANSWERING if answers else COUNTED.get(kind)
    return str(counted % {"n": count}) if counted is not None else str(WHAT[kind])
