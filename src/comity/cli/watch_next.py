"""What a line of the watch is called, and the command that shows it or does the next thing."""

import shlex
from collections.abc import Mapping
from typing import Any, Final

_SHOW_CASE: Final = "comity case show {case}"
_HEALTH: Final = "comity health"
_OUTBOX: Final = "comity outbox list"
_ALARM: Final = "comity duty alarm {alarm}"
_PACKAGE: Final = "comity exhibit list --name {subject}"
_NEXT: Final[Mapping[str, str]] = {
    "clock": _SHOW_CASE,
    "their-clock": _SHOW_CASE,
    "extension-asked": _SHOW_CASE,
    "task": "comity docket show {subject}",
    "retention-ends": _PACKAGE,
    "unread": _SHOW_CASE,
    "unanswered": _SHOW_CASE,
    "undelivered": _SHOW_CASE,
    "second-signature": "comity draft waiting",
    "their-second-signature": _SHOW_CASE,
    "call-not-called-back": "comity call show {subject}",
    "shift-handed-over": "comity shift show {subject}",
    "mail": "comity mail show {subject}",
    "draft": "comity draft show {subject}",
    "dead-letter": _OUTBOX,
    "partner-silent": _OUTBOX,
    "over-quota": "comity case list --partner {party}",
    "letter-to-post": _OUTBOX,
    "partner-refused": "comity outbox refusals",
    "logs-disagree": _HEALTH,
    "audit-changed": _HEALTH,
    "double-speak": _SHOW_CASE,
    "package-failed": _PACKAGE,
    "package-waits": _PACKAGE,
    "package-unexplained": "comity unmatched list",
    "disk": _HEALTH,
    "store": _HEALTH,
    "work-stands-still": _HEALTH,
    "directory": _HEALTH,
    "entry-ends": _HEALTH,
    "own-keys": _HEALTH,
    "own-certificate": _HEALTH,
    "officer-certificate": _HEALTH,
    "own-editions": _HEALTH,
    "time-stamp": _HEALTH,
    "assistance-review": "comity assistance show {subject}",
    "reach-asked": _ALARM,
    "roster-gap": _ALARM,
    "roster-row": _ALARM,
    "notice-failed": _ALARM,
    "cannot-wake": _ALARM,
    "glass-broken": _ALARM,
    "unread-message": _SHOW_CASE,
    "new-message": _SHOW_CASE,
}
_NAMES: Final[Mapping[str, str]] = {
    "task": "item",
    "retention-ends": "exhibit",
    "second-signature": "message",
    "their-second-signature": "message",
    "call-not-called-back": "call",
    "shift-handed-over": "shift",
    "mail": "mail",
    "draft": "draft",
    "dead-letter": "delivery",
    "package-failed": "package",
    "package-waits": "package",
    "own-keys": "key",
    "own-certificate": "officer",
    "officer-certificate": "officer",
    "new-message": "message",
}
"""What the subject of a kind is; of other kinds it is the conversation, or a word."""
_ROUND_TABLE: Final = "table"


def identifiers(one: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what commands name the thing by, each with what it is: conversation, draft, alarm.

    Args:
        one: an alert as the API gives it.
    """
    found = []
    if one["conversation"]:
        found.append(("conversation", one["conversation"]))
    if one["kind"] in _NAMES and not one["outside"]:
        found.append((_NAMES[one["kind"]], one["subject"]))
    if one["alarm"]:
        found.append(("alarm", str(one["alarm"])))
    return found


def next_command(one: Mapping[str, Any]) -> str:
    """Return the command that shows an alert's thing or does what is next; empty if unknown.

    Args:
        one: an alert as the API gives it.
    """
    form = _NEXT.get(one["kind"], _SHOW_CASE)
    if one["kind"] == "assistance-review" and one["detail"] == _ROUND_TABLE:
        form = "comity assistance table show {subject}"
    if one["outside"]:  # its case is closed to the caller, its alarm is not
        form = _ALARM
    wanted = {name: one[name] for name in ("alarm", "case", "party", "subject")}
    if form == _SHOW_CASE and not one["case"]:
        return "comity case list"
    if form == _ALARM and not one["alarm"]:
        return "comity duty alarms"
    return form.format(**{name: shlex.quote(str(value)) for name, value in wanted.items()})


def is_message(action: str) -> bool:
    """Tell whether what is to be done next is to write a message: then it is its type."""
    return "." in action
