"""An alert: a work item as somebody is shown it, with the alarm that was raised for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity.node.cases.severity import ALARM, Facts, Kind, Severity, raises_alarm, severity_of
from comity.node.models import Alarm, WorkItem
from comity.node.work.queries import severity_of_row
from comity.node.work.requests import REQUEST

_DAY_S: Final = 86_400


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One thing that needs a person; the pair of kind and subject names it as long as it stands.

    Attributes:
        kind: what it is.
        subject: of what: a digest, an item, a party; never what a message says.
        severity: how much it presses at the moment asked about.
        incident: name of the work item, or empty where only an alarm tells of it.
        since: from when on it stands, or None where nobody knows.
        due_at: by when a person must act, or None.
        deadline: what falls due then, by code, or empty.
        rule: the rule that the deadline comes from, or ``office``.
        party: the other side, or empty.
        case: of the office, or empty.
        conversation: digest of the conversation it is in, or empty.
        detail: a code: a measure, a type of message, a state, an error.
        urgency: what the request says, or empty.
        emergency: whether it is one, by its measure or its urgency.
        waits_for: ``us`` or ``them``.
        action: what to do next: the type of a message to write, or a code, or empty.
        count: how many things it stands for.
        alarm: number of the open alarm that was raised for it, or 0.
        acknowledged: whether a person acknowledged that alarm.
        held: whether its owner acknowledged it and may not do what is next: it waits for somebody
            who may.
        owner: user name of whoever has it, or empty.
        outside: whether only the alarm is known: it is of the office, or about a closed case.
    """

    kind: Kind
    subject: str
    severity: Severity
    incident: str = ""
    since: datetime | None = None
    due_at: datetime | None = None
    deadline: str = ""
    rule: str = ""
    party: str = ""
    case: str = ""
    conversation: str = ""
    detail: str = ""
    urgency: str = ""
    emergency: bool = False
    waits_for: str = "us"
    action: str = ""
    count: int = 1
    alarm: int = 0
    acknowledged: bool = False
    held: bool = False
    owner: str = ""
    outside: bool = False

    @property
    def key(self) -> str:
        """Return the name under which somebody can say that it was seen."""
        return f"{self.kind}:{self.subject}"

    @property
    def raises_alarm(self) -> bool:
        """Tell whether a person must acknowledge it."""
        return raises_alarm(self.kind, self.severity)

    def overdue(self, at: datetime) -> bool:
        """Tell whether its time is over at a moment."""
        return self.due_at is not None and self.due_at < at

    def cause(self, at: datetime) -> tuple[str, str]:
        """Return kind and subject of its alarm: each day after its time is over, another one.

        What is about one request has one subject, so that it is one alarm.
        """
        subject = self.conversation if self.incident.startswith(REQUEST) else self.subject
        if self.due_at is not None and self.due_at <= at and self.kind not in _ENDS:
            subject = f"{subject} {int((at - self.due_at).total_seconds() // _DAY_S) + 1}"
        return ALARM[self.kind], subject[:120]


_ENDS: Final = frozenset({Kind.ENTRY, Kind.KEYS, Kind.DIRECTORY})
"""What is over once and for all; it is told once."""
_OF_REQUEST: Final = frozenset(
    {"request-in", "unanswered", "undelivered", "clock", "second-signature"}
)
"""Kinds of alarm that are one incident where they are about one request."""


def alarm_key(kind: str, subject: str) -> tuple[str, str]:
    """Return what an alarm is raised for once: of one request its kinds are one."""
    return "request" if kind in _OF_REQUEST else kind, subject


def is_held(row: Alarm) -> bool:
    """Tell whether somebody has an alarm who may not do what is next; it waits all the same."""
    return row.ended_at is None and row.acknowledged_at is None and bool(row.owner)


def of_row(row: WorkItem, *, owner: str = "") -> Alert:
    """Return a work item that people are told of as an alert.

    Args:
        row: as stored.
        owner: user name of whoever has it.
    """
    kind = Kind(row.kind)
    return Alert(
        kind=kind,
        subject=row.subject,
        severity=severity_of_row(row),
        incident=row.incident,
        since=row.since,
        due_at=row.due_at,
        deadline=row.deadline,
        rule=row.rule,
        party=row.party,
        case=row.case,
        conversation=row.conversation,
        detail=row.what,
        urgency=row.urgency,
        emergency=row.emergency,
        waits_for=row.waits_for,
        action=row.action,
        count=row.count,
        owner=owner,
        outside=kind in OF_OFFICE,
    )


OF_OFFICE: Final = frozenset(
    {Kind.REACH, Kind.GAP, Kind.ROSTER, Kind.NOTICES, Kind.UNWAKEABLE, Kind.GLASS}
)
"""Kinds of the duty itself: their alarm says what is to be done."""


def of_message(
    facts: Facts,
    *,
    at: datetime,
    subject: str,
    party: str,
    case: str,
    conversation: str,
    detail: str,
) -> Alert:
    """Return the alert of a message that came."""
    return Alert(
        kind=facts.kind,
        subject=subject,
        severity=severity_of(facts, at=at),
        since=facts.since,
        party=party,
        case=case,
        conversation=conversation,
        detail=detail,
    )
