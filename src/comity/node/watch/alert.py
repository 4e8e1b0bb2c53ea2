"""An alert: one thing that needs a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity.node.cases.severity import ALARM, Facts, Kind, Severity, raises_alarm, severity_of

_DAY_S: Final = 86_400


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One thing that needs a person; the pair of kind and subject names it as long as it stands.

    Attributes:
        kind: what it is.
        subject: of what: a digest, an item, a party; never what a message says.
        severity: how much it presses at the moment asked about; `alert_of` gives it.
        since: from when on it stands, or None where nobody knows.
        due_at: by when a person must act, or None.
        party: the other side, or empty.
        case: of the office, or empty.
        conversation: digest of the conversation it is in, or empty.
        detail: a code: a measure, a type of message, a state, an error.
        emergency: whether it is one, by its measure or its urgency.
        count: how many things it stands for.
        alarm: number of the open alarm that was raised for it, or 0.
        owner: user name of whoever acknowledged that alarm, or empty.
        outside: whether only the alarm is known: it is of the office, or about a closed case.
    """

    kind: Kind
    subject: str
    severity: Severity
    since: datetime | None = None
    due_at: datetime | None = None
    party: str = ""
    case: str = ""
    conversation: str = ""
    detail: str = ""
    emergency: bool = False
    count: int = 1
    alarm: int = 0
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
        """Return kind and subject of its alarm: each day after its time is over, another one."""
        subject = self.subject
        if self.due_at is not None and self.due_at <= at and self.kind not in _ENDS:
            subject = f"{subject} {int((at - self.due_at).total_seconds() // _DAY_S) + 1}"
        return ALARM[self.kind], subject[:120]


_ENDS: Final = frozenset({Kind.ENTRY, Kind.KEYS, Kind.DIRECTORY})
"""What is over once and for all; it is told once."""


def alert_of(
    facts: Facts,
    *,
    at: datetime,
    subject: str,
    party: str = "",
    case: str = "",
    conversation: str = "",
    detail: str = "",
    count: int = 1,
) -> Alert:
    """Return the alert of some facts; its severity is what `severity_of` says."""
    return Alert(
        kind=facts.kind,
        subject=subject,
        severity=severity_of(facts, at=at),
        since=facts.since,
        due_at=facts.due_at,
        party=party,
        case=case,
        conversation=conversation,
        detail=detail,
        emergency=facts.emergency,
        count=count,
    )
