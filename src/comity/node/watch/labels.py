"""The words of the watch: what each line says, and the one thing to do next."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from comity.node.watch import Kind, Severity

WHAT: Final[dict[Kind, Any]] = {
    Kind.CLOCK: _("Request deadline approaching"),
    Kind.TASK: _("Domestic action due"),
    Kind.RETENTION: _("Retention period of an exhibit ends"),
    Kind.UNREAD: _("A request came, and nobody here has acknowledged it"),
    Kind.UNANSWERED: _("Our request is not acknowledged by a person there"),
    Kind.SECOND: _("Our second signature is due"),
    Kind.THEIR_SECOND: _("Their second signature did not come in time"),
    Kind.CALL: _("A telephone call was not called back: who called is not verified"),
    Kind.MAIL: _("Mail came that is not written down"),
    Kind.DRAFT: _("A draft is not sent"),
    Kind.DEAD: _("A message was given up: it is not delivered"),
    Kind.LOGS: _("Their log and ours disagree"),
    Kind.TWO_WORDS: _("A party signed two different things under one name"),
    Kind.PACKAGE: _("Sealed evidence could not be fetched"),
    Kind.SPACE: _("Sealed evidence waits for space on the disk"),
    Kind.DISK: _("The disk is nearly full"),
    Kind.STORE: _("The store of packages does not work"),
    Kind.WORK: _("The node does not do its work"),
    Kind.DIRECTORY: _("Our copy of the directory is out of date"),
    Kind.ENTRY: _("An entry of the directory ends"),
    Kind.STAMP: _("A time-stamp authority does not answer as it should"),
    Kind.KEYS: _("A key of this node ends"),
    Kind.REVIEW: _("Assistance is to be looked at again"),
    Kind.REFUSED: _("A partner's system refuses what this node needs"),
    Kind.EDITIONS: _("Our entry in the directory lists other editions than this node has"),
    Kind.REACH: _("A partner asks whether anybody is there"),
    Kind.GAP: _("Nobody is on the roster"),
    Kind.ROSTER: _("A shift on the roster has a time zone that this node does not know"),
    Kind.NOTICES: _("Notices do not go out"),
    Kind.UNWAKEABLE: _("Somebody who is to be woken can be reached by no notice"),
    Kind.GLASS: _("A case was opened in need, and nobody has confirmed it yet"),
    Kind.NEW: _("New"),
}
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
NEXT: Final[dict[Kind, Any]] = {
    Kind.CLOCK: _("Open the case"),
    Kind.TASK: _("Do the next step"),
    Kind.RETENTION: _("Open the exhibit"),
    Kind.UNREAD: _("Acknowledge it"),
    Kind.UNANSWERED: _("Open the case"),
    Kind.SECOND: _("Give the second signature"),
    Kind.THEIR_SECOND: _("Open the case"),
    Kind.CALL: _("Call back"),
    Kind.MAIL: _("Write it down"),
    Kind.DRAFT: _("Sign or send it"),
    Kind.DEAD: _("Try again"),
    Kind.PARTNER: _("Look at the outbox"),
    Kind.REFUSED: _("Try again"),
    Kind.QUOTA: _("Open the cases"),
    Kind.LETTER: _("Post the letter"),
    Kind.LOGS: _("Look at the logs"),
    Kind.TWO_WORDS: _("Open the case"),
    Kind.PACKAGE: _("Ask again"),
    Kind.SPACE: _("Make room"),
    Kind.STRAY: _("Look at the evidence"),
    Kind.DISK: _("Look at the disk"),
    Kind.STORE: _("Look at the store"),
    Kind.WORK: _("Call the operator"),
    Kind.DIRECTORY: _("Look at the directory"),
    Kind.ENTRY: _("Look at the directory"),
    Kind.STAMP: _("Look at the time stamps"),
    Kind.KEYS: _("Look at the directory"),
    Kind.EDITIONS: _("Look at the directory"),
    Kind.REVIEW: _("Look at it again"),
    Kind.NEW: _("Read it"),
    **dict.fromkeys(
        (Kind.ROSTER, Kind.NOTICES, Kind.GAP, Kind.GLASS, Kind.REACH, Kind.UNWAKEABLE), OPEN_ALARM
    ),
}
SEVERITY: Final[dict[Severity, Any]] = {
    Severity.CRITICAL: pgettext_lazy("severity", "Critical"),
    Severity.HIGH: pgettext_lazy("severity", "High"),
    Severity.NORMAL: pgettext_lazy("severity", "Normal"),
    Severity.LOW: pgettext_lazy("severity", "Low"),
}
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


def what(kind: Kind, count: int) -> str:
    """Return what a line says."""
    counted = COUNTED.get(kind)
    return str(counted % {"n": count}) if counted is not None else str(WHAT[kind])
